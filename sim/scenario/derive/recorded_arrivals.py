"""Arrivals that were recorded: from the rows of a data file to minutes since the start."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.scenario.schema.flows import ArrivalsBlock
from sim.scenario.source.data_files import DataTable
from sim.units import shown

__all__ = ["recorded_minutes", "recorded_moments"]

Moments = NDArray[np.datetime64]

_MOMENT = re.compile(
    r"(?:(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"|(?P<first>\d{1,2})[/.-](?P<second>\d{1,2})[/.-](?P<last>\d{4}))"
    r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<seconds>\d{2})(?:\.(?P<part>\d{1,9}))?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2}|Beijing|Vietnam)?)?",
    re.ASCII,
)
_YEARS = range(1900, 2200)

_VIETNAM, _BEIJING = dt.timedelta(hours=7), dt.timedelta(hours=8)
"""Offsets from UTC; neither country has summer time."""


def recorded_minutes(block: ArrivalsBlock, start: dt.date) -> Floats:
    """Return the arrivals from ``start``'s midnight on, in minutes since then, ascending.

    All timestamps must be sound.
    """
    moments, _ = recorded_moments(block)
    midnight = np.datetime64(dt.datetime.combine(start, dt.time()), "us")
    minutes = (moments - midnight) / np.timedelta64(1, "m")
    return np.asarray(minutes[minutes >= 0.0], dtype=np.float64)


def recorded_moments(block: ArrivalsBlock) -> tuple[Moments, list[tuple[int, str]]]:
    """Return the arrivals, ascending, and lines with what is wrong there; its columns exist."""
    return _moments(block.file, block.time, tuple(block.where.items()))


@lru_cache(maxsize=64)
def _moments(
    table: DataTable, column: str, where: tuple[tuple[str, str], ...]
) -> tuple[Moments, list[tuple[int, str]]]:
    moments, mistakes = [], []
    for line, text in table.cells(column, dict(where)):
        try:
            moments.append(_moment(text))
        except ValueError as error:
            mistakes.append((line, str(error)))
    return np.sort(np.array(moments, dtype="datetime64[us]")), mistakes


def _moment(text: str) -> dt.datetime:
    """Return a moment in Vietnam time, without a zone.

    Raises
    ------
    ValueError
        The text is none.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"{shown(text)} is not a date and a time of day")
    if match["hour"] is None:
        raise ValueError(f"{shown(text)} has no time of day")
    parts = ("year", "month", "day") if match["year"] else ("last", "second", "first")
    year, month, day = (int(match[part]) for part in parts)
    part = (match["part"] or "").ljust(6, "0")[:6]
    if year not in _YEARS:
        raise ValueError(f"the year of {shown(text)} is out of range")
    try:
        moment = dt.datetime(  # noqa: DTZ001 -- Vietnam time throughout
            year, month, day, int(match["hour"]), int(match["minute"]), int(match["seconds"] or 0)
        )
    except ValueError as error:
        raise ValueError(f"{shown(text)} is not a moment: {error}") from None
    return moment + dt.timedelta(microseconds=int(part)) - _ahead(match["zone"])


def _ahead(zone: str | None) -> dt.timedelta:
    """By how much clocks of a zone are ahead of those of Vietnam."""
    if zone in (None, "Vietnam"):
        return dt.timedelta(0)
    if zone == "Beijing":
        return _BEIJING - _VIETNAM
    if zone == "Z":
        return -_VIETNAM
    assert zone is not None
    offset = dt.timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return (offset if zone[0] == "+" else -offset) - _VIETNAM
