"""Tell what plain numbers in a column of times are: minutes, a spreadsheet's days, Unix time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sim.clock import DAY
from sim.sentences import Sentence

__all__ = ["KINDS", "kind_of", "stamp_number"]

_EXCEL_ZERO = dt.date(1899, 12, 30)
_UNIX_ZERO = dt.date(1970, 1, 1)
_VIETNAM_AHEAD = 7 * 3600

_LEAST, _MOST = dt.date(2000, 1, 1), dt.date(2100, 1, 1)
"""Days between which numbers may count days or seconds."""

KINDS = {
    "excel": Sentence("day numbers of a spreadsheet"),
    "unix": Sentence("seconds since 1970"),
    "unix-ms": Sentence("milliseconds since 1970"),
    "hhmm": Sentence("hours and minutes, as 0805"),
}
"""What numbers can be beside minutes, in words."""

_DATED = {
    "excel": tuple(float((day - _EXCEL_ZERO).days) for day in (_LEAST, _MOST)),
    "unix": tuple(86_400.0 * (day - _UNIX_ZERO).days for day in (_LEAST, _MOST)),
    "unix-ms": tuple(86_400e3 * (day - _UNIX_ZERO).days for day in (_LEAST, _MOST)),
}


def kind_of(values: Sequence[float], *, dated: bool) -> str:
    """Return what the numbers of a sheet are: the kind that nineteen in twenty can be.

    Parameters
    ----------
    dated:
        Whether something else in the sheet is a date: then numbers are no minutes since its
        beginning.

    Returns
    -------
    One of :data:`KINDS`, ``minutes``, or ``none`` where they are no times.
    """
    if not values:
        return "minutes"
    least = 0.95 * len(values)
    for kind, (low, high) in _DATED.items():
        if sum(low <= value < high for value in values) >= least:
            return kind
    if not dated:
        return "minutes"
    if sum(0.0 <= value < 1.0 for value in values) >= least:
        return "excel"
    return "hhmm" if sum(_is_clock(value) for value in values) >= least else "none"


def _is_clock(value: float) -> bool:
    return value == int(value) and 0.0 <= value < 2400.0 and value % 100.0 < 60.0


def stamp_number(value: float, kind: str) -> tuple[dt.date | None, float] | None:
    """Return day and minute of a number of a kind, to the second; None where it is no such time.

    The day is None where the number is a time alone.
    """
    if kind == "hhmm":
        return (None, 60.0 * (value // 100.0) + value % 100.0) if _is_clock(value) else None
    if kind == "excel" and 0.0 <= value < 1.0:
        return None, round(value * DAY * 60.0) / 60.0
    low, high = _DATED.get(kind, (0.0, 0.0))
    if not low <= value < high:
        return None
    if kind == "excel":
        seconds, zero = round(value * 86_400.0), _EXCEL_ZERO
    else:
        whole = value if kind == "unix" else value / 1000.0
        seconds, zero = round(whole) + _VIETNAM_AHEAD, _UNIX_ZERO
    days, rest = divmod(seconds, 86_400)
    return zero + dt.timedelta(days=days), rest / 60.0
