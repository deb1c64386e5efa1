"""Opening dates of upgrades, and the year that a run simulates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from sim import units
from sim.errors import UnitError
from sim.scenario.source.tree import Node, Place

__all__ = ["OpeningMonth", "opening_month"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OpeningDate:
    """Opening month of an upgrade, as it is written, and where."""

    month: dt.date
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class OpeningMonth:
    """Month of the run's first day, in the year whose demand is simulated.

    ``stated`` are the dates of upgrades by id, of several the last that is stated.
    """

    month: dt.date
    stated: tuple[tuple[str, OpeningDate | None], ...] = ()

    def still_to_come(self, name: str, upgrade: Node) -> OpeningDate | None:
        """Return when an upgrade opens if that is later; one without a readable date is open."""
        stated = dict(self.stated)
        date = stated[name] if name in stated else _date(upgrade)
        return date if date is not None and date.month > self.month else None

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


def opening_month(roots: Iterable[Node]) -> OpeningMonth | None:
    """Return by when upgrades must have opened to act; None if the run names no year.

    ``roots`` are the trees of files and settings, of which the later decide. A year, a first
    day or a date that cannot be read is found when the merged scenario is checked.
    """
    year: int | None = None
    start: dt.date | None = None
    stated: dict[str, OpeningDate | None] = {}
    for root in roots:
        if (node := root.find(("run", "year"))) is not None:
            year = _read(units.parse_count, node) if node.value is not None else None
        if (node := root.find(("run", "start"))) is not None:
            start = _read(units.parse_date, node)
        upgrades = root.find(("upgrades",))
        for name, upgrade in upgrades.items.items() if upgrades is not None else ():
            if "opens" in upgrade.items:
                stated[name] = _date(upgrade)
    if year is None or start is None or not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    return OpeningMonth(dt.date(year, start.month, 1), tuple(sorted(stated.items())))


def _date(upgrade: Node) -> OpeningDate | None:
    node = upgrade.find(("opens",))
    date = None if node is None else _read(units.parse_month, node)
    if node is None or date is None:
        return None
    return OpeningDate(date.replace(day=1), str(node.value), node.place)


def _read(parse: Callable[[object], T], node: Node) -> T | None:
    try:
        return parse(node.value)
    except UnitError:
        return None
