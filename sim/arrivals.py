"""The vehicles of a flow: when each arrives, and the luck that it brings.

Arrivals of a flow are one marked Poisson process. Its points live in (day, level): a
vehicle whose level lies below the day's volume arrives, so a higher volume adds
vehicles and leaves the others as they were (thinning, Lewis and Shedler 1979). Levels
are drawn in strips 0-16, 16-32, 32-64 ... vehicles per day, each with streams of its
own, so no bound on the volume has to be known. Each vehicle carries one uniform number
per stage and purpose; a scenario that changes a service-time distribution changes how
that number is read, not the number (common random numbers).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.plan.model import Flow, Plan
from sim.random import stream, words

__all__ = ["HALF_STEP", "Arrivals", "Luck", "arrivals", "stood_there"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_STRIP_BITS = 32
"""A key is the strip, and in so many lower bits the number of the point in it."""
_BACKLOG = 64
"""The strip of vehicles that stand there at the start; no volume reaches it."""
HALF_STEP = 2.0**-54
"""A generator returns multiples of 2**-53 from 0: half a step more keeps out 0 itself."""

_FIRST_STRIP = 16.0


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Vehicles of one flow by key, before all are numbered; all of shape ``(vehicles,)``.

    ``drawn`` is when they come to where they choose their gate, if they do; else they arrive
    then.
    """

    arrive: Floats
    drawn: Floats
    key: Ints


def arrivals(plan: Plan, flow: Flow, replication: int) -> Arrivals:
    """The vehicles of a flow that arrive, or choose their gate, before the horizon."""
    came = _scheduled if flow.timetable is not None else _random
    arrive, key = came(plan, flow, replication)
    if flow.backlog:
        standing = (_BACKLOG << _STRIP_BITS) + np.arange(flow.backlog, dtype=np.int64)
        arrive = np.concatenate([arrive, np.zeros(flow.backlog)])
        key = np.concatenate([key, standing])
    inside = arrive < plan.horizon
    if not inside.all():
        arrive, key = arrive[inside], key[inside]
    if not flow.travel:
        return Arrivals(arrive, arrive, key)
    return Arrivals(np.where(stood_there(key), 0.0, arrive + flow.travel), arrive, key)


def stood_there(key: Ints) -> NDArray[np.bool_]:
    """Whether vehicles with these keys are of the backlog at the start."""
    return np.asarray(key >> _STRIP_BITS == _BACKLOG)


def _scheduled(plan: Plan, flow: Flow, replication: int) -> tuple[Floats, Ints]:
    """Timetabled arrivals with their delays."""
    assert flow.timetable is not None
    arrive = flow.timetable.copy()
    if flow.delay is not None:
        luck = stream(plan.seed, "delay", flow.owner, replication)
        arrive += flow.delay.quantile(luck.random(len(arrive)))
    return arrive, np.arange(len(arrive), dtype=np.int64)


def _random(plan: Plan, flow: Flow, replication: int) -> tuple[Floats, Ints]:
    """Poisson arrivals at the day's level and the day's shape."""
    days = len(flow.volume)
    level = flow.volume * _day_factors(plan, flow, replication)
    top = float(level.max(initial=0.0))
    cumulative = np.concatenate([[0.0], np.cumsum(flow.day_shares)])
    times, keys = [np.empty(0)], [np.empty(0, np.int64)]
    low, high, strip = 0.0, _FIRST_STRIP, 0
    while low < top:
        when = _poisson(plan, flow, replication, strip, high - low, days)
        day = when.astype(np.int64)
        chosen = np.arange(len(when))
        if high >= level.min():  # else every level of the strip lies below the day's
            marks = stream(plan.seed, "level", flow.owner, replication, strip).random(len(when))
            chosen = np.flatnonzero(low + (high - low) * marks < level[day])
            when, day = when[chosen], day[chosen]
        times.append(1440.0 * day + np.interp(when - day, cumulative, flow.day_edges))
        keys.append((strip << _STRIP_BITS) + chosen)
        low, high, strip = high, 2.0 * high, strip + 1
    return np.concatenate(times), np.concatenate(keys)


def _day_factors(plan: Plan, flow: Flow, replication: int) -> Floats:
    """Lognormal day-to-day factors with mean 1 and the flow's coefficient of variation."""
    if flow.day_cv == 0.0:
        return np.ones(len(flow.volume))
    variance = np.log1p(flow.day_cv**2)
    luck = stream(plan.seed, "day", flow.owner, replication).standard_normal(len(flow.volume))
    return np.asarray(np.exp(np.sqrt(variance) * luck - variance / 2.0))


def _poisson(
    plan: Plan, flow: Flow, replication: int, strip: int, rate: float, days: int
) -> Floats:
    """Points of a Poisson process of ``rate`` per day on ``[0, days)``, in days."""
    luck = stream(plan.seed, "gap", flow.owner, replication, strip)
    size = int(rate * days + 6.0 * np.sqrt(rate * days) + 16)
    points = np.cumsum(luck.standard_exponential(size)) / rate
    while points[-1] < days:
        more = np.cumsum(luck.standard_exponential(size)) / rate
        points = np.concatenate([points, points[-1] + more])
    return points[points < days]


class Luck:
    """Uniform numbers of a flow's vehicles, looked up by identity.

    ``key`` ascends, so in each strip the numbers are those of the first so many points,
    less the points that were not chosen.
    """

    def __init__(self, name: tuple[int, str, int], key: Ints, fast: bool) -> None:
        self._name, self._fast = name, fast
        self.vehicles = len(key)
        self._strips: list[tuple[int, slice, Ints | None, int]] = []
        strip, index = key >> _STRIP_BITS, key & ((1 << _STRIP_BITS) - 1)
        edges = np.flatnonzero(np.diff(strip)) + 1
        for first, last in pairwise([0, *edges.tolist(), len(key)] if len(key) else []):
            points = int(index[last - 1]) + 1
            chosen = index[first:last] if points > last - first else None
            self._strips.append((int(strip[first]), slice(first, last), chosen, points))

    def of(self, purpose: str) -> Floats:
        """One number in (0, 1) per vehicle, in the order of the keys."""
        seed, owner, replication = self._name
        numbers = np.empty(self.vehicles)
        if self._fast:
            from sim import drawing

            for strip, here, chosen, _ in self._strips:
                named = words(seed, purpose, owner, replication, strip)
                drawing.numbers(named, chosen, HALF_STEP, numbers[here])
            return numbers
        for strip, here, chosen, points in self._strips:
            luck = stream(seed, purpose, owner, replication, strip)
            if chosen is None:
                luck.random(out=numbers[here])
            else:
                numbers[here] = luck.random(points)[chosen]
        numbers += HALF_STEP
        return numbers
