"""Tell whether vehicles come in groups, and how many come together.

Arrivals of a scenario are single (a Poisson process with hours and days), so groups make longer
queues than it has. They are tested for by the dispersion of counts in ten minutes within each
hour, and measured by pairs: of a vehicle's companions within ten minutes, those beyond what the
hour's arrivals would bring by chance (Ripley's K function on the line, Ripley 1976).
"""

from __future__ import annotations

import zlib

import numpy as np
from scipy import stats

from sim.arrays import Floats
from sim.fitting.families import Interval

__all__ = ["group_size"]

_DISPERSED = 1.3
"""Variance of counts in ten minutes over their mean from which arrivals come in groups."""

_WINDOW, _HOUR = 10.0, 60.0
_BOOTSTRAPS = 400


def group_size(times: Floats) -> Interval | None:
    """Return how many vehicles come together, as a vehicle sees it; None where they come singly.

    The mean size of the group that a vehicle is in: of groups of three, three. Its interval is of
    the bootstrap over hours.

    Parameters
    ----------
    times:
        Shape ``(n,)``: arrivals in minutes.
    """
    hours = np.floor(times / _HOUR)
    if not _is_clumped(times, hours):
        return None
    _, place = np.unique(hours, return_inverse=True)
    n = np.bincount(place).astype(np.float64)
    pairs = n * (n - 1.0)
    near = np.bincount(place, _companions(times, hours), minlength=len(n))
    by_chance = 2.0 * _WINDOW / _HOUR - (_WINDOW / _HOUR) ** 2
    beyond = (near - pairs * by_chance) / (1.0 - by_chance)
    rng = np.random.default_rng(zlib.crc32(times.tobytes()))
    drawn = rng.integers(0, len(n), (_BOOTSTRAPS, len(n)))
    sizes = 1.0 + beyond[drawn].sum(axis=1) / n[drawn].sum(axis=1)
    low, high = np.quantile(sizes, [0.025, 0.975]).tolist()
    return Interval(1.0 + float(beyond.sum() / n.sum()), max(low, 1.0), high)


def _companions(times: Floats, hours: Floats) -> Floats:
    """Return how many others came in the same hour within the window of each; shape ``(n,)``."""
    ordered = np.sort(times)
    first = np.maximum(times - _WINDOW, hours * _HOUR)
    last = np.minimum(times + _WINDOW, np.nextafter((hours + 1.0) * _HOUR, 0.0))
    inside = np.searchsorted(ordered, last, "right") - np.searchsorted(ordered, first, "left")
    return np.asarray(inside - 1, np.float64)


def _is_clumped(times: Floats, hours: Floats) -> bool:
    """Whether counts in ten minutes vary more within hours than single arrivals would."""
    counts = []
    for hour in np.unique(hours).tolist():
        inside = times[hours == hour] - _HOUR * hour
        if len(inside) >= 5:
            counts.append(np.bincount((inside // _WINDOW).astype(int), minlength=6).astype(float))
    if len(counts) < 10:
        return False
    table = np.array(counts)
    expected = table.sum(axis=1, keepdims=True) / 6.0
    pearson, freedom = float(((table - expected) ** 2 / expected).sum()), 5 * len(table)
    return pearson / freedom >= _DISPERSED and bool(stats.chi2.sf(pearson, freedom) <= 1e-3)
