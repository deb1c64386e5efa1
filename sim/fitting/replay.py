"""Write a scenario that replays recorded arrivals, where vehicles come in groups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sim.arrays import Floats
from sim.fitting.events import Events
from sim.fitting.filenames import OVERLAY
from sim.fitting.findings import Finding
from sim.fitting.overlay import dumped, evidence_of

__all__ = ["arrivals_csv", "replay_text", "replayed"]


def arrivals_csv(times: Floats, start: dt.date) -> str:
    """Return arrivals, minutes since the midnight of a day, as a data file of a flow."""
    midnight = dt.datetime.combine(start, dt.time())
    moments = (
        midnight + dt.timedelta(seconds=round(60.0 * minute)) for minute in sorted(times.tolist())
    )
    return "\n".join(["time", *(f"{moment:%Y-%m-%d %H:%M:%S}" for moment in moments)]) + "\n"


def replayed(findings: Sequence[Finding]) -> list[Finding]:
    """Return the volumes of flows whose arrivals were recorded in a file."""
    return [finding for finding in findings if finding.kind == "volume" and finding.files]


def replay_text(findings: Sequence[Finding], events: Events, name: str) -> str:
    """Return the scenario: the overlay, with recorded arrivals in place of these volumes."""
    tree: dict[str, Any] = {
        "format": 1,
        "extends": OVERLAY,
        "title": {"en": f"{name}, arrivals replayed", "vi": f"{name}, phát lại xe đến"},
        "run": {"start": events.start.isoformat(), "days": events.days, "warm_up": "0 min"},
    }
    for finding in replayed(findings):
        block: dict[str, Any] = tree
        for part in finding.path[:-1]:
            block = block.setdefault(part, {})
        block |= {"volume": None, "day": None, "week": None}
        block["arrivals"] = {"file": next(iter(finding.files))}
        block["evidence"] = {"arrivals": evidence_of(finding, events)}
    head = (
        "# Vehicles came in groups, which no volume has: here they come as they were recorded.\n"
        "# Compare it with overlay.yaml to see what the groups do to the queues.\n"
    )
    return head + dumped(tree)
