"""Tell the conventions of a sheet from all its stamps: date order, numbers, period, rounding."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.clock import DAY
from sim.fitting.serial_numbers import kind_of
from sim.fitting.stamps import Stamp, parse_stamp

__all__ = ["conventions", "grid_of"]

_NEAR, _FAR = (0.9, 2, 60), (0.5, 4, 400)
"""A date is wrong that lies further from the middle one than nine in ten dates do, twice that and
60 days, or than half of the dates do, four times that and 400 days."""

_ENOUGH = 20_000
"""Cells, evenly over the sheet, that tell its conventions."""


@dataclass(frozen=True)
class Conventions:
    """How a sheet writes its times.

    ``form`` is how most dates are written, ``middle`` the median date, ``reach`` how many days
    from it a date may lie; ``guessed`` whether month before day was told from the dates being
    closer together, and from nothing else.
    """

    day_first: bool
    numbers: str
    form: str
    middle: dt.date
    reach: int
    guessed: bool = False

    def parsed(self, text: str) -> Stamp | None:
        """Read a cell by these conventions."""
        return parse_stamp(text, day_comes_first=self.day_first, numbers=self.numbers)


def conventions(texts: Sequence[str], start: dt.date, *, dated: bool) -> Conventions:
    """Return the conventions of a sheet.

    Parameters
    ----------
    texts:
        All cells of its columns of times.
    start:
        The middle date where none has one.
    dated:
        Whether a column holds dates.
    """
    cells = [text for text in texts if text]
    cells = cells[:: max(1, len(cells) // _ENOUGH)]
    numbers = [value for text in cells if (value := _number(text)) is not None]
    dated = dated or any(
        (stamp := parse_stamp(text)) is not None and stamp.date is not None
        for text in cells
        if _number(text) is None
    )
    kind = kind_of(numbers, dated=dated)
    ways = {
        first: [
            stamp
            for text in cells
            if (stamp := parse_stamp(text, day_comes_first=first, numbers=kind)) is not None
        ]
        for first in (True, False)
    }
    first, guessed = _day_first(ways[True], ways[False])
    read = ways[first]
    forms = Counter(stamp.form for stamp in read if stamp.date is not None)
    days = sorted(stamp.date for stamp in read if stamp.date is not None)
    middle = days[len(days) // 2] if days else start
    apart = sorted(abs((day - middle).days) for day in days)
    reach = min(
        times * apart[int(share * (len(apart) - 1))] + slack if apart else slack
        for share, times, slack in (_NEAR, _FAR)
    )
    form = forms.most_common(1)[0][0] if forms else ""
    return Conventions(first, kind, form, middle, reach, guessed)


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _day_first(by_day: Sequence[Stamp], by_month: Sequence[Stamp]) -> tuple[bool, bool]:
    """Whether dates like 07/08/2025 begin with the day, and whether that was guessed.

    The dates that can be read in one way only decide; without any the order in which the days
    lie closer together, and of equals the day first.
    """
    votes = sum(
        (stamp.form == "dd/mm/yyyy") - (stamp.form == "mm/dd/yyyy")
        for stamp in by_day
        if stamp.swapped is None
    )
    if votes:
        return votes > 0, False
    spans = []
    for read in (by_day, by_month):
        days = [stamp.date for stamp in read if stamp.date is not None]
        spans.append((max(days) - min(days)).days if days else 0)
    return spans[0] <= spans[1], spans[0] > spans[1]


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
