"""How to cite the results and how to get them again."""

from __future__ import annotations

import datetime as dt
import shlex

from sim.report.html.parts import Section, render
from sim.report.html.report_data import ReportData
from sim.words import Words

__all__ = ["section"]


def section(report: ReportData, words: Words) -> Section | None:
    """A line to cite, the command, and what must be equal for equal numbers."""
    manifests = [stored.manifest for stored in report.stored]
    first = manifests[0]
    written = dt.datetime.fromisoformat(first["written"]).date()
    cite = words.text(
        "report.repeat.cite",
        version=first["langson"],
        code=first["code"][:12],
        scenarios="; ".join(
            f"{title} ({manifest['scenario']['hash'][:12]})"
            for title, manifest in zip(report.titles(words), manifests, strict=True)
        ),
        seed=str(first["seed"]),
        n=report.common,
        date=words.date(written),
    )
    body = render(
        "repeat.html.j2", words, cite=cite, command=shlex.join(first["command"]), code=first["code"]
    )
    return Section("repeat", words.text("report.repeat.title"), body)
