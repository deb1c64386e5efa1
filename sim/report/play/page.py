"""The playback page of a results folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from sim.errors import ResultsError
from sim.messages import LANGUAGES, messages
from sim.report.pages import PLAYBACK, REPORT, templates, write_page
from sim.report.play.content import build_content
from sim.report.play.day import worst_day
from sim.report.text.summary import distinct_titles, what_was_run
from sim.results import Results, of_year, open_all, restored
from sim.results.folder import reading
from sim.sentences import Sentence

__all__ = ["build_page", "write_playback"]


def write_playback(
    folders: Sequence[Path],
    day: int | None = None,
    gate: str | None = None,
    languages: Sequence[str] = LANGUAGES,
) -> Path:
    """Write ``playback.html`` into the first of ``folders`` and return where it is.

    The first scenario found is played beside the last one, or alone. ``day`` counts measured
    days from 1, by default it is the one with most vehicles in queues; ``gate`` is the id of
    the one to show first; the first of ``languages`` shows first.

    Raises
    ------
    ResultsError
        A folder cannot be read or keeps no event log, the two do not simulate the same days,
        or there is no such day or gate.
    """
    with reading(folders[0]):
        page = _stored_page(folders, day, gate, languages)
    return write_page(folders[0] / PLAYBACK, page)


def _stored_page(
    folders: Sequence[Path], day: int | None, gate: str | None, languages: Sequence[str]
) -> str:
    """Read the two scenarios to play and return their page."""
    stored = [results for folder in folders for results in open_all(folder)]
    ends = stored if len(stored) == 1 else [stored[0], stored[-1]]
    for results in ends:
        results.journeys()  # says which folder keeps none
    several = [restored(end) for end in ends]
    base = several[0].plan
    for other in several[1:]:
        plan = other.plan
        if (plan.start, plan.warm_up, plan.days) != (base.start, base.warm_up, base.days):
            raise ResultsError(
                Sentence(
                    "{name} and {other} do not simulate the same days; run both in one command",
                    name=several[0].name,
                    other=other.name,
                )
            )
    known = list(dict.fromkeys(gate.id for result in several for gate in result.plan.gates))
    if gate is not None and gate not in known:
        raise ResultsError(
            Sentence(
                "no gate '{gate}' in {name}; there are {known}",
                gate=gate,
                name=several[0].name,
                known=", ".join(known),
            )
        )
    if day is None:
        day = worst_day(several[0].journeys[0], base, gate)
    if not 1 <= day <= base.days:
        raise ResultsError(
            Sentence(
                "no day {day}; {name} has measured days 1 to {days}",
                day=day,
                name=several[0].name,
                days=base.days,
            )
        )
    return build_page(several, day, gate, languages)


def build_page(
    several: Sequence[Results], day: int, gate: str | None, languages: Sequence[str] = LANGUAGES
) -> str:
    """Return the page of a measured day, counted from 1, for one scenario or two."""
    titles = {lang: distinct_titles(several, messages(lang)) for lang in LANGUAGES}
    if len(several) > 1:
        for lang in LANGUAGES:
            titles[lang][0] = messages(lang).text("compare.baseline")
    content = build_content(
        [(result.plan, result.journeys[0]) for result in several], titles, day, gate
    )
    for lang in LANGUAGES:
        content["texts"][lang]["ran"] = " ".join(what_was_run(several, messages(lang)))
        content["dates"][lang] = of_year(
            content["dates"][lang], several[0].spec.year, messages(lang)
        )
    return _render(content, languages)


def _render(content: dict[str, Any], languages: Sequence[str]) -> str:
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # inside a script element only a tag could end it
    data = Markup(written.replace("<", "\\u003c"))  # noqa: S704
    spoken = [messages(lang) for lang in languages]
    page = templates("sim.report.play").get_template("page.html.j2")
    return page.render(languages=spoken, data=data, report=REPORT)
