"""Citation of the results, and the command that repeats them."""

from __future__ import annotations

import datetime as dt
import shlex

from sim.messages import Messages
from sim.report.html.parts import Section, render
from sim.report.html.report_data import ReportData

__all__ = ["section"]


def section(report: ReportData, messages: Messages) -> Section | None:
    """A line to cite, the command, and what must be equal for equal numbers."""
    manifests = [stored.manifest for stored in report.stored]
    first = manifests[0]
    written = dt.datetime.fromisoformat(first["written"]).date()
    cite = messages.text(
        "report.repeat.cite",
        version=first["langson"],
        code=first["code"][:12],
        scenarios="; ".join(
            f"{title} ({manifest['scenario']['hash'][:12]})"
            for title, manifest in zip(report.titles(messages), manifests, strict=True)
        ),
        seed=str(first["seed"]),
        n=report.common,
        date=messages.date(written),
    )
    body = render(
        "repeat.html.j2",
        messages,
        cite=cite,
        command=shlex.join(first["command"]),
        code=first["code"],
    )
    return Section("repeat", messages.text("report.repeat.title"), body)
