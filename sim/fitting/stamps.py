"""Read dates and times as people write them: ISO, day or month first, a time alone, AM and PM."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sim.fitting.serial_numbers import stamp_number

__all__ = ["Stamp", "parse_stamp"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_LOCAL = re.compile(r"(?<![\d:])(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?![\d:])")
_NAMED = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})[\s./-]*(?P<month>{'|'.join(_MONTHS)})[a-z]*[\s.,/-]*(?P<year>\d{{4}}|\d{{2}})(?![\d:])"
    rf"|(?P<month2>{'|'.join(_MONTHS)})[a-z]*[\s.]+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}})"
    r"|(?P<day3>\d{1,2})\s*(?:tháng|thg\.?)\s*(?P<month3>\d{1,2})\s*(?:,|năm)?\s*(?P<year3>\d{4})",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\d.,])(\d{1,2})\s*(?::|h|g|giờ)\s*(\d{2})?(?::(\d{2})(?:[.,](\d{1,6}))?)?"
    r"\s*([ap]\.?\s?m\b\.?|sa\b|ch\b|sáng|chiều|tối)?",
    re.IGNORECASE,
)
_MORNING = ("am", "sa", "sáng")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_BESIDE = re.compile(
    r"\(.*?\)|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?|\bthứ\s*(?:\d|hai|ba|tư|năm|sáu|bảy)\b"
    r"|chủ nhật|\bcn\b|ngày|lúc|[,;]",
    re.IGNORECASE,
)
"""What may stand beside a date and a time without meaning anything."""
_ZONE = re.compile(
    r"(?P<name>Z|UTC|GMT|ICT|CST)?\s*(?:(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?)?"
    r"\s*\[?(?P<city>Asia/[A-Za-z_]+)?\]?"
)
_AHEAD = {"Z": 0.0, "UTC": 0.0, "GMT": 0.0, "ICT": 7.0, "CST": 8.0}
_CITIES = {
    **dict.fromkeys(("Asia/Ho_Chi_Minh", "Asia/Saigon", "Asia/Bangkok", "Asia/Hanoi"), 7.0),
    **dict.fromkeys(("Asia/Shanghai", "Asia/Chongqing", "Asia/Hong_Kong"), 8.0),
}
VIETNAM = 7.0
"""Hours that clocks in Vietnam are ahead of UTC; ``CST`` is China's."""


@dataclass(frozen=True)
class Stamp:
    """A moment, or a time of a day that is told elsewhere.

    ``minute`` counts from midnight of ``date``; where there is none, of the day of the row.
    ``swapped`` is the date with day and month exchanged, where that is a date too; ``form`` is how
    it was written. ``since`` is a plain number of minutes, as langson's event logs have. ``zoned``
    says that the cell named its zone, by which it was turned into Vietnam's time.
    """

    date: dt.date | None
    minute: float
    form: str
    swapped: dt.date | None = None
    since: float | None = None
    zoned: bool = False


def parse_stamp(
    text: str, *, day_comes_first: bool = True, numbers: str = "minutes"
) -> Stamp | None:
    """Read one cell; None where it is no time.

    A time zone in the cell is reckoned to Vietnam's; without one the clock is the sheet's own.
    ``numbers`` is what plain numbers are, as :func:`~sim.fitting.serial_numbers.kind_of` tells.
    """
    if _NUMBER.fullmatch(text):
        return _of_number(float(text.replace(",", ".")), numbers)
    date, form, swapped, rest = _date(text, day_comes_first)
    if date is None and form:
        return None
    clock = _CLOCK.search(rest)
    if clock is None:
        left = _BESIDE.sub(" ", rest).strip()
        return Stamp(date, 0.0, form, swapped) if date is not None and not left else None
    minute = _minute(clock)
    ahead = _zone(_BESIDE.sub(" ", rest[clock.end() :]).strip(" -"))
    before = _BESIDE.sub(" ", rest[: clock.start()])
    if minute is None or ahead is None or re.search(r"\d", before):
        return None
    if ahead:
        minute += 60.0 * (VIETNAM - ahead[0])
    return Stamp(date, minute, form or "time", swapped, zoned=bool(ahead))


def _of_number(value: float, numbers: str) -> Stamp | None:
    """Read a plain number by its kind."""
    if numbers == "minutes":
        return Stamp(None, 0.0, "minutes", since=value)
    moment = stamp_number(value, numbers)
    if moment is None:
        return None
    day, minute = moment
    return Stamp(day, minute, numbers if day is not None else "time", zoned=numbers == "unix")


def _date(text: str, day_comes_first: bool) -> tuple[dt.date | None, str, dt.date | None, str]:
    """Return date, form, the date with day and month exchanged, and the rest of the text."""
    iso = _ISO.search(text)
    if iso is not None:
        year, month, day = map(int, iso.groups())
        return _valid(year, month, day), "yyyy-mm-dd", None, text[: iso.start()] + text[iso.end() :]
    named = _NAMED.search(text)
    if named is not None:
        rest = text[: named.start()] + " " + text[named.end() :]
        return _of_names(named), "dd month yyyy", None, rest
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


def _of_names(named: re.Match[str]) -> dt.date | None:
    """Return the date whose month is written as a word."""
    parts: Sequence[str] = [part for part in named.groups() if part is not None]
    if named["month2"] is not None:
        parts = [parts[1], parts[0], parts[2]]
    day, month, year = parts
    number = int(month) if month.isdigit() else _MONTHS.index(month.lower()) + 1
    return _valid(int(year) + (2000 if len(year) == 2 else 0), number, int(day))


def _valid(year: int, month: int, day: int) -> dt.date | None:
    """Return a date of the years that a scenario may have; None for others."""
    try:
        return dt.date(year, month, day) if 1900 <= year < 2200 else None
    except ValueError:
        return None


def _zone(text: str) -> tuple[float, ...] | None:
    """Return hours ahead of UTC, empty where nothing is said; None where it is no zone."""
    zone = _ZONE.fullmatch(text)
    if zone is None or (zone["city"] is not None and zone["city"] not in _CITIES):
        return None
    if zone["sign"]:
        sign = 1.0 if zone["sign"] == "+" else -1.0
        return (sign * (int(zone["hours"]) + int(zone["minutes"] or 0) / 60.0),)
    if zone["city"]:
        return (_CITIES[zone["city"]],)
    return (_AHEAD[zone["name"]],) if zone["name"] else ()


def _minute(clock: re.Match[str]) -> float | None:
    """Return minutes after midnight, from hours, minutes, seconds and AM or PM."""
    hour, minute, second = int(clock[1]), int(clock[2] or 0), int(clock[3] or 0)
    half = re.sub(r"[.\s]", "", (clock[5] or "").lower())
    morning = half in _MORNING
    if half and (hour == 0 or (morning and hour > 12)):
        return None
    if half and hour <= 12:
        hour = hour % 12 + (0 if morning else 12)
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        return None
    part = float(f"0.{clock[4]}") if clock[4] else 0.0
    return 60.0 * hour + minute + (second + part) / 60.0
