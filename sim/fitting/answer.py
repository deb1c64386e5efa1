"""The answer of a fit in sentences: what was learnt, what cannot be told, what to do next."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import Problem
from sim.fitting.estimate import Fitted
from sim.fitting.filenames import ENSEMBLE, OVERLAY, PROBLEMS, REPLAY
from sim.fitting.findings import Finding, FittedNumber
from sim.fitting.model import Base
from sim.fitting.overlay import named_from
from sim.fitting.replay import replayed
from sim.fitting.titles import group_title, place_title
from sim.messages import Messages

__all__ = [
    "ChangedValue",
    "doubt_text",
    "doubts",
    "headline",
    "interval_text",
    "lines",
    "next_commands",
    "number_text",
    "problem_lines",
    "untold",
]

_PLACES = 3
"""Places named of those of which something cannot be told."""


@dataclass(frozen=True)
class ChangedValue:
    """A number that differs from the scenario's: where, what, and both."""

    place: str
    what: str
    before: str
    now: str
    interval: str
    n: str


def headline(fitted: Fitted, messages: Messages) -> tuple[str, str, str]:
    """Return what was fitted, from what, and how much of the scenario it touches."""
    events = fitted.events
    timed = messages.text("fit.timed.all")
    if not events.is_full:
        timed = messages.text("fit.timed.sample", share=messages.percent(events.sampled, 1))
    period = messages.period(events.start, events.last)
    seen = messages.text("fit.seen", n=events.vehicles(), period=period, timed=timed)
    numbers = [
        number
        for finding in fitted.findings
        for number in finding.estimates
        if number.before is not None
    ]
    differ = sum(number.differs for number in numbers)
    base = fitted.base.scenario.name
    learnt = messages.text("fit.learnt.none", n=len(numbers), base=base)
    if differ:
        learnt = messages.text("fit.learnt", n=len(numbers), base=base, differ=differ)
    return messages.text("fit.title", name=fitted.name), seen, learnt


def lines(fitted: Fitted, messages: Messages) -> list[ChangedValue]:
    """Return the numbers that differ from the scenario's, those of a place together."""
    differing = [
        (finding, number)
        for finding in fitted.findings
        for number in finding.estimates
        if number.differs
    ]
    by_place: dict[str, list[tuple[Finding, FittedNumber]]] = {}
    for finding, number in differing:
        by_place.setdefault(place_title(fitted.base, finding.path, messages), []).append(
            (finding, number)
        )
    ranked = sorted(by_place, key=lambda place: -max(_gap(number) for _, number in by_place[place]))
    return [
        _line(place, fitted.base, *pair, messages) for place in ranked for pair in by_place[place]
    ]


def _gap(number: FittedNumber) -> float:
    """Return how far the scenario's number lies off, as a share of what was measured."""
    assert number.before is not None  # it differs
    return abs(number.interval.value - number.before) / max(
        abs(number.interval.value), abs(number.before), 1e-9
    )


def _line(
    place: str, base: Base, finding: Finding, number: FittedNumber, messages: Messages
) -> ChangedValue:
    """Write one number that differs."""
    group = "" if number.group == "all" else f"{group_title(base, number.group, messages)}, "
    kind = messages.text(f"fit.kind.{finding.kind}")
    measure = (
        ""
        if finding.kind in ("servers", "day_to_day_cv")
        else f": {messages.text(f'fit.measure.{number.measure}')}"
    )
    return ChangedValue(
        place,
        f"{kind}, {group}".removesuffix(", ") + measure,
        number_text(number.before, number.unit, messages),
        number_text(number.interval.value, number.unit, messages),
        interval_text(number, messages),
        messages.number(number.n),
    )


def number_text(value: float | None, unit: str, messages: Messages) -> str:
    """Write a number with three significant digits."""
    if value is None:
        return messages.number(None)
    if unit == "%":
        return messages.percent(value, 1 if value < 0.1 else 0)
    digits = 0 if abs(value) >= 100 or value == round(value) else 1 if abs(value) >= 10 else 2
    return messages.number(value, digits)


def interval_text(number: FittedNumber, messages: Messages) -> str:
    """Write the ends of an interval."""
    ends = (number.interval.low, number.interval.high)
    return "–".join(number_text(end, number.unit, messages) for end in ends)


def untold(fitted: Fitted, messages: Messages) -> list[str]:
    """Return a sentence for each kind of value and reason, with the places."""
    groups: dict[tuple[str, str], list[str]] = {}
    for unknown in fitted.unknown:
        reason = messages.text(f"fit.unknown.{unknown.reason}", **unknown.values)
        place = place_title(fitted.base, unknown.path, messages)
        groups.setdefault((messages.text(f"fit.kind.{unknown.kind}"), reason), []).append(place)
    sentences = []
    for (kind, reason), several in groups.items():
        places = "; ".join(several[:_PLACES])
        if len(several) > _PLACES:
            places = messages.text("fit.untold.places", places=places, n=len(several) - _PLACES)
        sentences.append(messages.text("fit.untold.line", kind=kind, places=places, reason=reason))
    return sentences


def doubts(fitted: Fitted, messages: Messages) -> list[str]:
    """Return what to mind about values that were estimated."""
    return [
        messages.text(
            "fit.mind.line",
            place=place_title(fitted.base, finding.path, messages),
            doubt=doubt_text(finding, messages),
        )
        for finding in fitted.findings
        if finding.doubt is not None
    ]


def doubt_text(finding: Finding, messages: Messages) -> str:
    """Write what to mind about a value; empty where nothing."""
    if finding.doubt is None:
        return ""
    key, values = finding.doubt
    shown = {
        name: messages.percent(value)
        if name == "share"
        else messages.short(value)
        if isinstance(value, float)
        else value
        for name, value in values.items()
    }
    return messages.text(f"fit.doubt.{key}", **shown)


def problem_lines(problems: Sequence[Problem], folder: Path, messages: Messages) -> Iterable[str]:
    """Yield how many problems the files have, and the first of each kind."""
    if not problems:
        return
    yield ""
    yield messages.text("fit.problems", n=len(problems), file=folder / PROBLEMS)
    counts = Counter(problem.code for problem in problems)
    for code, n in counts.most_common():
        first = next(problem for problem in problems if problem.code == code)
        place = ":".join(
            str(part) for part in (Path(first.file).name, first.line, first.column) if part
        )
        yield f"{n:>5} {code}: {place}: {first.message}"


def next_commands(fitted: Fitted, folder: Path, messages: Messages) -> list[tuple[str, str]]:
    """Return the commands that come next, each with its reason."""
    base = named_from(fitted.base.scenario.path, Path())
    overlay, ensemble = (shlex.quote(str(folder / name)) for name in (OVERLAY, ENSEMBLE))
    commands = [
        (f"langson compare {shlex.quote(base)} {overlay}", messages.text("fit.next.compare")),
        (f"langson sweep {ensemble}", messages.text("fit.next.sweep")),
    ]
    if replayed(fitted.findings):
        replay = shlex.quote(str(folder / REPLAY))
        reason = messages.text("fit.next.replay")
        commands.insert(1, (f"langson compare {overlay} {replay}", reason))
    return commands
