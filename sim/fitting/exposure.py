"""Tell in which hours of an observation arrivals could be seen.

A rate is a count over the time in which it was counted (exposure), so that a survey that began
at noon, or that skipped a day, is not taken for one with few arrivals.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from sim.arrays import Floats
from sim.clock import DAY

__all__ = ["exposure_of_counts", "exposure_of_stamps", "exposure_until", "share_observed"]

_HOUR = 60.0

_UNLIKELY = 0.05
"""Expected number of empty days below which a day without a stamp was not observed."""


def exposure_until(end: float) -> Floats:
    """Return the share of each hour before ``end`` minutes; shape ``(days, 24)``."""
    return exposure_of_counts([(0.0, end)], max(1, math.ceil(end / DAY)))


def exposure_of_counts(spans: Iterable[tuple[float, float]], days: int) -> Floats:
    """Return the share of each hour that spans of time, in minutes, cover; shape ``(days, 24)``.

    Spans that overlap, as those of two directions do, count once.
    """
    hours = np.zeros(days * 24)
    upto = 0.0
    for first, last in sorted(spans):
        begin = max(first, upto, 0.0)
        upto = max(upto, last)
        place = int(begin // _HOUR)
        while place < len(hours) and place * _HOUR < last:
            covered = min(last, (place + 1) * _HOUR) - max(begin, place * _HOUR)
            hours[place] += max(covered, 0.0) / _HOUR
            place += 1
    return np.minimum(hours.reshape(days, 24), 1.0)


def exposure_of_stamps(moments: Floats, days: int) -> Floats:
    """Return in which hours vehicles would have been seen, by those that were.

    The observation lasts from the hour of the first stamp to that of the last. Days without a
    stamp between count as observed where so few vehicles come that some days must be empty.

    Parameters
    ----------
    moments:
        Shape ``(n,)``: one stamp of each vehicle, minutes.
    """
    first, last = float(moments.min()), float(moments.max())
    hours = exposure_of_counts([(first // _HOUR * _HOUR, (last // _HOUR + 1.0) * _HOUR)], days)
    daily = np.bincount((moments // DAY).astype(np.int64), minlength=days)
    empty = daily == 0
    expected = days * math.exp(-float(daily[~empty].mean()))
    if expected < _UNLIKELY:
        hours[empty] = 0.0
    return hours


def share_observed(exposure: Floats, times: Floats) -> Floats:
    """Return the share of each day's arrivals that fall in its observed hours; shape ``(days,)``.

    Parameters
    ----------
    exposure:
        Shape ``(days, 24)``.
    times:
        Arrivals in minutes, which tell the hours of the day.
    """
    counts = np.histogram(times % DAY, np.arange(25) * _HOUR)[0]
    seen = exposure.sum(axis=0)
    rates = np.divide(counts, seen, out=np.zeros(24), where=seen > 0.0)
    total = float(rates.sum())
    return np.asarray(exposure @ rates / total) if total else exposure.mean(axis=1)
