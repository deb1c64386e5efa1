"""Bulletins of many days, and what of them was known on an evening."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from sim.arguments import checked_arguments
from sim.errors import Problem, ScenarioError
from sim.measures.bulletin import BULLETIN
from sim.plan import Plan, build_plan
from sim.scenario import load
from sim.sentences import Sentence
from sim.validate import ALL, QUANTITIES, Observation, read_observed, written_days

__all__ = [
    "FLOWS",
    "STOCKS",
    "History",
    "is_daily",
    "is_stock",
    "last_day",
    "read_bulletins",
]

STOCKS = ("waiting", "waiting_fruit", "waiting_other")
FLOWS = ("exported", "exported_fruit", "exported_other")


@dataclass(frozen=True, eq=False)
class History:
    """Figures of bulletins, in the order of their days.

    Attributes
    ----------
    base:
        Scenario whose gates, hours and proportions are taken.
    plan:
        The base over all days of the figures and two weeks more: its expected arrivals.
    figures:
        What was published, with a day.
    """

    base: str
    plan: Plan
    figures: tuple[Observation, ...]

    @cached_property
    def evenings(self) -> tuple[dt.date, ...]:
        """Days with a stock at 20:00, from which a forecast can start."""
        days = {seen.day for seen in self.figures if seen.day and is_stock(seen)}
        return tuple(sorted(days))

    def until(self, evening: dt.date) -> History:
        """Return what was known on an evening: nothing of a later day."""
        known = tuple(seen for seen in self.figures if last_day(seen) <= evening)
        return replace(self, figures=known)

    def value(self, day: dt.date, gate: str, quantity: str) -> float | None:
        """Return a figure of one day, None where it was not published."""
        for seen in self.figures:
            if (seen.day, seen.gate, seen.quantity) == (day, gate, quantity) and is_daily(seen):
                return seen.middle
        return None


def is_daily(seen: Observation) -> bool:
    """Whether a figure is of one day and, if a stock, of 20:00."""
    return seen.until is None and (QUANTITIES[seen.quantity].kind != "stock" or _at_20(seen))


def is_stock(seen: Observation) -> bool:
    """Whether a figure is an export stock at 20:00."""
    return seen.quantity in STOCKS and _at_20(seen)


def last_day(seen: Observation) -> dt.date:
    """Return the day from which a figure is known."""
    assert seen.day is not None  # the history has no others
    return seen.until or seen.day


def _at_20(seen: Observation) -> bool:
    return seen.time == BULLETIN


@checked_arguments
def read_bulletins(
    places: Sequence[str | os.PathLike[str]], base: str | os.PathLike[str] = "baseline-2025"
) -> History:
    """Read bulletins, as :func:`sim.validate.read_observed` reads each.

    Parameters
    ----------
    places:
        Files, names of files that ship, or folders of CSV files.
    base:
        Scenario file, or its name.

    Raises
    ------
    ScenarioError
        A file has mistakes, there is no stock at 20:00 of any day, or two files give a figure
        different values.
    """
    files = [file for place in places for file in _files(place)]
    days = {file: written_days(file) for file in files}
    dated = [file for file in files if days[file]]
    if not dated:
        names = ", ".join(map(str, places))
        hint = Sentence(
            "give CSV files with columns day, gate, quantity, value, or a folder of them"
        )
        raise ScenarioError([_problem(names, "no-day", Sentence("no figure has a day"), hint)])
    first, last = (end(day for file in dated for day in days[file]) for end in (min, max))
    period = {
        "run.start": (first - dt.timedelta(days=1)).isoformat(),
        "run.warm_up": "0 days",
        "run.days": (last - first).days + 16,
    }
    plan = build_plan(load(base, set=period))
    figures = [seen for file in dated for seen in read_observed(file, plan) if seen.day]
    return History(os.fspath(base), plan, tuple(_agreed(figures)))


def _files(place: str | os.PathLike[str]) -> list[str]:
    """Return a file, or the CSV files of a folder by name."""
    path = Path(place)
    if path.is_dir():
        return [str(file) for file in sorted(path.glob("*.csv"))]
    return [os.fspath(place)]


def _agreed(figures: Iterable[Observation]) -> list[Observation]:
    """Return figures by day, each once."""
    kept: dict[tuple[object, ...], Observation] = {}
    problems = []
    for seen in figures:
        key = (seen.day, seen.until, seen.time, seen.gate, seen.quantity)
        before = kept.setdefault(key, seen)
        if (before.value, before.top) != (seen.value, seen.top):
            place = before.place
            message = Sentence(
                "{quantity} at {gate} on {day} is {middle:g} here",
                quantity=seen.quantity,
                gate=seen.gate,
                day=seen.day,
                middle=seen.middle,
            )
            hint = Sentence(
                "{file}, line {line} says {middle:g}: keep one of them",
                file=place.file,
                line=place.line,
                middle=before.middle,
            )
            problems.append(_problem(seen.place.file, "two-values", message, hint, seen.place.line))
    ordered = sorted(kept.values(), key=lambda seen: (last_day(seen), seen.gate != ALL))
    if problems:
        raise ScenarioError(problems)
    if not any(map(is_stock, ordered)):
        hint = Sentence(
            "give waiting at 20:00, of all road gates or of some, on one evening at least"
        )
        raise ScenarioError(
            [_problem(ordered[0].place.file, "no-stock", Sentence("no stock at 20:00"), hint)]
        )
    return ordered


def _problem(file: str, code: str, message: Sentence, hint: Sentence, line: int = 1) -> Problem:
    return Problem(code, message, hint, file, line, 1)
