"""Opening dates of upgrades, and the year that a run simulates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from sim import units
from sim.clock import months_after
from sim.errors import UnitError
from sim.scenario.source.tree import Node, Place

__all__ = ["OpeningMonth", "opening_month"]

T = TypeVar("T")

_LONGEST = 50.0
"""Years of a delay that the schema allows."""


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
        opens = upgrade.find(("opens",))
        date = None if opens is None else _date(opens, upgrade.find(("delay",)))
        date = stated.get(name, date)
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
    opens: dict[str, Node] = {}
    delays: dict[str, Node] = {}
    for root in roots:
        if (node := root.find(("run", "year"))) is not None:
            year = _read(units.parse_count, node) if node.value is not None else None
        if (node := root.find(("run", "start"))) is not None:
            start = _read(units.parse_date, node)
        upgrades = root.find(("upgrades",))
        for name, upgrade in upgrades.items.items() if upgrades is not None else ():
            for key, nodes in (("opens", opens), ("delay", delays)):
                if (node := upgrade.find((key,))) is not None:
                    nodes[name] = node
    if year is None or start is None or not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    stated = {name: _date(node, delays.get(name)) for name, node in sorted(opens.items())}
    return OpeningMonth(dt.date(year, start.month, 1), tuple(stated.items()))


def _date(opens: Node, delay: Node | None) -> OpeningDate | None:
    """Return when an upgrade opens, its delay included; None if that cannot be read."""
    date = _read(units.parse_month, opens)
    late = None if delay is None else _read(units.parse_years, delay)
    if date is None:
        return None
    if not late or not 0.0 < late <= _LONGEST:
        return OpeningDate(date.replace(day=1), str(opens.value), opens.place)
    month = months_after(date, late)
    return OpeningDate(month, f"{month:%Y-%m}", opens.place)


def _read(parse: Callable[[object], T], node: Node) -> T | None:
    try:
        return parse(node.value)
    except UnitError:
        return None
