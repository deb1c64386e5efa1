"""Read dates and times as people write them: ISO, day or month first, a time alone, AM and PM."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sim.clock import DAY

__all__ = ["Stamp", "day_first", "grid_of", "parse_stamp"]

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_LOCAL = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
_CLOCK = re.compile(
    r"(?<![\d.,])(\d{1,2})\s*(?::|h|g|giờ)\s*(\d{2})?(?::(\d{2})(?:[.,](\d{1,6}))?)?\s*([AaPp]\.?[Mm]\.?)?"
)
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})?$|Z$")
_MINUTES = re.compile(r"-?\d+(?:[.,]\d+)?")

VIETNAM = 7.0
"""Hours that clocks in Vietnam are ahead of UTC."""


@dataclass(frozen=True)
class Stamp:
    """A moment, or a time of a day that is told elsewhere.

    ``minute`` counts from midnight of ``date``; where there is none, of the day of the row.
    ``swapped`` is the date with day and month exchanged, where that is a date too; ``form`` is how
    it was written. ``since`` is a plain number of minutes, as langson's event logs have.
    """

    date: dt.date | None
    minute: float
    form: str
    swapped: dt.date | None = None
    since: float | None = None


def parse_stamp(text: str, *, day_comes_first: bool = True) -> Stamp | None:
    """Read one cell; None where it is no time.

    A time zone in the cell is reckoned to Vietnam's; without one the clock is the sheet's own.
    """
    if _MINUTES.fullmatch(text):
        return Stamp(None, 0.0, "minutes", since=float(text.replace(",", ".")))
    date, form, swapped, rest = _date(text, day_comes_first)
    if date is None and form:
        return None
    clock = _CLOCK.search(rest)
    if clock is None:
        left = rest.strip(" T,")
        return Stamp(date, 0.0, form, swapped) if date is not None and not left else None
    minute = _minute(clock)
    if minute is None:
        return None
    shift = _OFFSET.search(rest[clock.end() :].strip())
    if shift is not None and date is not None:
        ahead = 0.0
        if shift[1]:
            ahead = (1 if shift[1] == "+" else -1) * (int(shift[2]) + int(shift[3] or 0) / 60.0)
        minute += 60.0 * (VIETNAM - ahead)
    return Stamp(date, minute, form or "time", swapped)


def _date(text: str, day_comes_first: bool) -> tuple[dt.date | None, str, dt.date | None, str]:
    """Return date, form, the date with day and month exchanged, and the rest of the text."""
    iso = _ISO.search(text)
    if iso is not None:
        year, month, day = map(int, iso.groups())
        return _valid(year, month, day), "yyyy-mm-dd", None, text[: iso.start()] + text[iso.end() :]
    local = _LOCAL.search(text)
    if local is None:
        return None, "", None, text
    first, second, year = map(int, local.groups())
    year += 2000 if year < 100 else 0
    day_first_date, month_first_date = _valid(year, second, first), _valid(year, first, second)
    rest = text[: local.start()] + text[local.end() :]
    if day_first_date is None or (month_first_date is not None and not day_comes_first):
        other = day_first_date
        return month_first_date, "mm/dd/yyyy", other, rest
    return day_first_date, "dd/mm/yyyy", month_first_date, rest


def _valid(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _minute(clock: re.Match[str]) -> float | None:
    """Return minutes after midnight, from hours, minutes, seconds and AM or PM."""
    hour, minute, second = int(clock[1]), int(clock[2] or 0), int(clock[3] or 0)
    half = (clock[5] or "").lower().replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 24 or minute > 59 or second > 59:
        return None
    part = float(f"0.{clock[4]}") if clock[4] else 0.0
    return 60.0 * hour + minute + (second + part) / 60.0


def day_first(texts: Iterable[str]) -> bool:
    """Whether dates like 07/08/2025 begin with the day: unless more of them cannot."""
    votes = 0
    for text in texts:
        local = _LOCAL.search(text)
        if local is not None and _ISO.search(text) is None:
            votes += (int(local[1]) > 12) - (int(local[2]) > 12)
    return votes >= 0


def grid_of(minutes: Iterable[float]) -> tuple[float, float, float]:
    """Return the finest grid of times, a coarser one on which they heap, and the share on it.

    The finest is 0 with seconds and 1 without. A grid of 30, 15 or 5 minutes counts where at
    least nine in ten times lie on it, or clearly more than chance brings there.
    """
    times = [time % DAY for time in minutes]
    if not times or any(abs(time - round(time)) > 1e-6 for time in times):
        return 0.0, 0.0, 0.0
    whole = [round(time) for time in times]
    n = len(whole)
    for grid in (30, 15, 5):
        share = sum(time % grid == 0 for time in whole) / n
        if n >= 20 and share >= 0.9:
            return float(grid), float(grid), share
    share = sum(time % 5 == 0 for time in whole) / n
    chance = 0.2 + 3.0 * (0.16 / n) ** 0.5
    if n >= 20 and share > max(chance, 0.35):
        return 1.0, 5.0, share
    return 1.0, 0.0, 0.0
