"""Which upgrades have opened by the year that a run simulates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from sim import units
from sim.errors import UnitError
from sim.scenario.tree import Node

__all__ = ["Opening", "opening"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Opening:
    """The month of the run's first day, in the year whose demand is simulated."""

    month: dt.date

    def has_opened(self, upgrade: Node) -> bool:
        """Whether an upgrade is open by this month; one without a readable date is."""
        opens = upgrade.items.get("opens")
        date = None if opens is None else _read(units.parse_month, opens)
        return date is None or date.replace(day=1) <= self.month

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


def opening(roots: Iterable[Node]) -> Opening | None:
    """Return by when upgrades must have opened to act; None if the run names no year.

    ``roots`` are the trees of files and settings, of which the later decide. A year or a
    first day that cannot be read is found when the merged scenario is checked.
    """
    year: int | None = None
    start: dt.date | None = None
    for root in roots:
        run = root.items.get("run")
        if run is None:
            continue
        if (stated := run.items.get("year")) is not None:
            year = _read(units.parse_count, stated) if stated.value is not None else None
        if (stated := run.items.get("start")) is not None:
            start = _read(units.parse_date, stated)
    if year is None or start is None or not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    return Opening(dt.date(year, start.month, 1))


def _read(parse: Callable[[object], T], node: Node) -> T | None:
    try:
        return parse(node.value)
    except UnitError:
        return None
