"""Dates, times of day, opening hours and weekdays.

Everything leaves in Vietnam time. Beijing is one hour ahead all year round; neither
country has summer time.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from typing import NamedTuple

from sim.errors import UnitError
from sim.sentences import Sentence
from sim.units.text import join_words, shown, suggestion

__all__ = [
    "BEIJING_AHEAD",
    "WEEKDAYS",
    "Window",
    "parse_clock",
    "parse_date",
    "parse_moment",
    "parse_month",
    "parse_timestamp",
    "parse_weekdays",
    "parse_windows",
]

#: Minutes that clocks in China are ahead of clocks in Vietnam.
BEIJING_AHEAD = 60.0
#: Weekdays in the order of :meth:`datetime.date.weekday`.
_MONTHS = (
    Sentence("January"),
    Sentence("February"),
    Sentence("March"),
    Sentence("April"),
    Sentence("May"),
    Sentence("June"),
    Sentence("July"),
    Sentence("August"),
    Sentence("September"),
    Sentence("October"),
    Sentence("November"),
    Sentence("December"),
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_DAY = 1440.0
#: Years of dates; far from the ends of Python's, so that a run can go on from any of them.
_YEARS = range(1900, 2200)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)


_TIMESTAMP = re.compile(
    r"(?:(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"|(?P<first>\d{1,2})[/.-](?P<second>\d{1,2})[/.-](?P<last>\d{4}))"
    r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<seconds>\d{2})(?:\.(?P<part>\d{1,9}))?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2}|Beijing|Vietnam)?)?",
    re.ASCII,
)
_UTC_AHEAD = -420.0
"""Minutes that UTC is ahead of clocks in Vietnam."""


class Window(NamedTuple):
    """Part of a day: minutes after midnight, Vietnam time, ``0 <= start < end <= 1440``."""

    start: float
    end: float


def parse_date(value: object) -> dt.date:
    """A date from `2025-07-07`.

    Raises :class:`UnitError` for other forms and for days that do not exist.
    """
    match = _DATE.fullmatch(_text(value))
    if match is None:
        raise UnitError(
            Sentence("{value} is not a date", value=shown(value)),
            Sentence("write e.g. '2025-07-07'"),
        )
    year, month, day = map(int, match.groups())
    _check_month(value, year, month)
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        reason = Sentence(
            "{month} {year} has {last} days",
            month=_MONTHS[month - 1],
            year=year,
            last=last,
        )
        raise UnitError(Sentence("{value} is not a date", value=shown(value)), reason)
    return dt.date(year, month, day)


def parse_month(value: object) -> dt.date:
    """Parse `2027-07` to its first day; a full date stays that date.

    Raises :class:`UnitError` for other forms and for months that do not exist.
    """
    text = _text(value)
    match = _MONTH.fullmatch(text)
    if match is not None:
        year, month = map(int, match.groups())
        _check_month(value, year, month)
        return dt.date(year, month, 1)
    if _DATE.fullmatch(text):
        return parse_date(value)
    raise UnitError(
        Sentence("{value} is not a month", value=shown(value)), Sentence("write e.g. '2027-07'")
    )


def parse_moment(value: object) -> dt.datetime:
    """A moment from `2025-02-01 06:00`, Vietnam time; a date alone is its midnight.

    `24:00` is the next midnight and ` Beijing` may follow. The result has no time zone.
    Raises :class:`UnitError` for other forms and for days that do not exist.
    """
    day, _, rest = _text(value).partition(" ")
    if not _DATE.fullmatch(day):
        raise UnitError(
            Sentence("{value} is not a moment", value=shown(value)),
            Sentence("write e.g. '2025-02-01 06:00'"),
        )
    midnight = dt.datetime.combine(parse_date(day), dt.time())
    clock, shift = _zone(rest)
    after = _clock(clock) - shift if rest else 0.0
    return midnight + dt.timedelta(minutes=after)


def parse_timestamp(value: object) -> dt.datetime:
    """A moment as it is recorded: `2025-07-07 06:31:30`, `07/07/2025 06:31`, `2025-07-06T23:31Z`.

    Day before month where the year comes last. Vietnam time unless the text says Beijing or an
    offset from UTC; the result is Vietnam time and has no time zone.
    Raises :class:`UnitError` for other forms, dates without a time of day, and what does not exist.
    """
    hint = Sentence("write e.g. '2025-07-07 06:31'")
    text = _text(value).strip()
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise UnitError(Sentence("{text} is not a date and a time of day", text=shown(text)), hint)
    if match["hour"] is None:
        raise UnitError(Sentence("{text} has no time of day", text=shown(text)), hint)
    parts = ("year", "month", "day") if match["year"] else ("last", "second", "first")
    year, month, day = (int(match[part]) for part in parts)
    if year not in _YEARS:
        raise UnitError(Sentence("the year of {text} is out of range", text=shown(text)), hint)
    clock = int(match["hour"]), int(match["minute"]), int(match["seconds"] or 0)
    try:
        moment = dt.datetime(year, month, day, *clock)  # noqa: DTZ001 -- Vietnam time
    except ValueError as error:
        raise UnitError(
            Sentence("{text} is not a moment: {error}", text=shown(text), error=error), hint
        ) from None
    part = int((match["part"] or "").ljust(6, "0")[:6])
    return moment + dt.timedelta(microseconds=part) - dt.timedelta(minutes=_ahead(match["zone"]))


def _ahead(zone: str | None) -> float:
    """Minutes that clocks of a zone are ahead of clocks in Vietnam."""
    if zone is None or zone == "Vietnam":
        return 0.0
    if zone == "Beijing":
        return BEIJING_AHEAD
    if zone == "Z":
        return _UTC_AHEAD
    offset = 60.0 * int(zone[1:3]) + int(zone[-2:])
    return _UTC_AHEAD + (offset if zone[0] == "+" else -offset)


def parse_clock(value: object) -> float:
    """Minutes after midnight, Vietnam time, from `06:30` or `06:30 Beijing`.

    The result lies in ``[0, 1440)``. Raises :class:`UnitError` for other forms.
    """
    clock, shift = _zone(_text(value))
    minutes = _clock(clock)
    if minutes == _DAY:
        raise UnitError(
            Sentence("{value} belongs to the next day", value=shown(value)),
            Sentence("write '00:00'"),
        )
    return (minutes - shift) % _DAY


def parse_windows(value: object) -> tuple[Window, ...]:
    """Opening hours in Vietnam time, sorted and apart.

    `07:00-19:00`; `08:00-12:00, 13:00-17:00 Beijing` (the zone, once at the end, counts
    for all); `24h`. Hours that pass midnight are split there: `19:00-02:00` is open from
    0 to 120 and from 1140 to 1440. Touching windows are joined.

    Raises :class:`UnitError` for other forms, empty windows and windows that overlap.
    """
    text, shift = _zone(_text(value))
    if "-" not in text and text not in ("24h", "24 h"):
        hint = Sentence("write e.g. '07:00-19:00', '08:00-20:00 Beijing' or '24h'")
        raise UnitError(Sentence("{value} is not a window of hours", value=shown(value)), hint)
    if text in ("24h", "24 h"):
        return (Window(0.0, _DAY),)
    parts = [piece for hours in text.split(",") for piece in _pieces(hours.strip(), shift)]
    joined: list[Window] = []
    for window in sorted(parts):
        last = joined[-1] if joined else None
        if last and window.start < last.end:
            raise UnitError(
                Sentence("the hours in {value} overlap", value=shown(value)),
                Sentence("write e.g. '07:00-19:00'"),
            )
        if last and window.start == last.end:
            joined[-1] = Window(last.start, window.end)
        else:
            joined.append(window)
    return tuple(joined)


def parse_weekdays(value: object) -> frozenset[int]:
    """Weekdays, Monday 0, from `mon-sun`, `mon-fri`, `sat, sun`, `fri-mon`.

    Raises :class:`UnitError` for anything but the seven short names.
    """
    text = _text(value)
    if not text:
        raise UnitError(
            Sentence("{value} is not a list of weekdays", value=shown(value)),
            Sentence("write e.g. 'mon-fri'"),
        )
    days: set[int] = set()
    for part in text.split(","):
        first, dash, last = (name.strip() for name in part.partition("-"))
        start = _weekday(first)
        length = (_weekday(last) - start) % 7 if dash else 0
        days.update((start + step) % 7 for step in range(length + 1))
    return frozenset(days)


def _text(value: object) -> str:
    """Text with single spaces; empty for anything that is not text."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def _check_month(value: object, year: int, month: int) -> None:
    if year not in _YEARS:
        hint = Sentence("years run from {years} to {years2}", years=_YEARS[0], years2=_YEARS[-1])
        raise UnitError(Sentence("the year of {value} is out of range", value=shown(value)), hint)
    if not 1 <= month <= 12:
        raise UnitError(
            Sentence("{value} is not a date", value=shown(value)),
            Sentence("months run from 01 to 12"),
        )


def _zone(text: str) -> tuple[str, float]:
    """Take a zone off the end; the minutes by which its clocks are ahead."""
    body, space, zone = text.rpartition(" ")
    if not space or not zone.isalpha() or zone == "h":
        return text, 0.0
    if zone not in ("Beijing", "Vietnam"):
        known = Sentence("write Beijing, or nothing for Vietnam time")
        raise UnitError(
            Sentence("unknown zone '{zone}'", zone=zone),
            suggestion(zone, ("Beijing", "Vietnam"), known),
        )
    return body, BEIJING_AHEAD if zone == "Beijing" else 0.0


def _clock(text: str) -> float:
    """Minutes after midnight on the clock that is written, from 0 to 1440."""
    match = _CLOCK.fullmatch(text)
    minutes = int(match[1]) * 60.0 + int(match[2]) if match else _DAY + 1
    if match is None or int(match[2]) > 59 or minutes > _DAY:
        raise UnitError(
            Sentence("'{text}' is not a time of day", text=text),
            Sentence("write e.g. '06:30' or '06:30 Beijing'"),
        )
    return minutes


def _pieces(hours: str, shift: float) -> list[Window]:
    """One written window in Vietnam time, split at midnight."""
    first, dash, last = (clock.strip() for clock in hours.partition("-"))
    if not dash:
        hint = Sentence("write e.g. '07:00-19:00', '08:00-20:00 Beijing' or '24h'")
        raise UnitError(Sentence("'{hours}' is not a window of hours", hours=hours), hint)
    start, end = _clock(first), _clock(last)
    empty, start = start == end, start % _DAY  # 24:00 is the beginning of the next day
    if empty or start == end:
        raise UnitError(
            Sentence("'{hours}' is an empty window", hours=hours),
            Sentence("write '24h' for the whole day"),
        )
    length = end - start if end > start else end - start + _DAY
    start = (start - shift) % _DAY
    if start + length <= _DAY:
        return [Window(start, start + length)]
    return [Window(start, _DAY), Window(0.0, start + length - _DAY)]


def _weekday(name: str) -> int:
    if name not in WEEKDAYS:
        known = Sentence("use {weekdays}", weekdays=join_words(WEEKDAYS))
        raise UnitError(
            Sentence("unknown weekday '{name}'", name=name), suggestion(name, WEEKDAYS, known)
        )
    return WEEKDAYS.index(name)
