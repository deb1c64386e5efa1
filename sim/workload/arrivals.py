"""Arrivals of a flow: the vehicles, their random keys and arrival times.

Arrivals of a flow are one marked Poisson process. Its points live in (day, level): a
vehicle whose level lies below the day's volume arrives, so a higher volume adds
vehicles and leaves the others as they were (thinning, Lewis and Shedler 1979). The plane
is cut into cells, a day wide and a strip of levels high; a vehicle is identified by
its cell and its index in it. So no bound on the volume has to be known, and a cell of which
no vehicle can arrive is not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtri, pdtr

from sim.arrays import Bools, Floats, Ints, Keys
from sim.plan import Flow, Plan
from sim.workload.random_numbers import random_keys, uniforms

__all__ = ["Arrivals", "arrivals", "initially_queued"]


_STRIP, _DAY = 56, 32
"""A key is the strip, the day and the number in the cell, each shifted by so many bits."""
_BACKLOG = 127
"""The strip of the initial queue; no volume reaches it."""
_ITSELF = (1 << _DAY) - 1
"""The number, in a cell, of the cell itself."""

_LEAST = 16
"""Vehicles a day in the lowest strips; from 64 on there are four strips in each octave."""


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Vehicles of one flow by key, before all are numbered; all of shape ``(vehicles,)``.

    ``drawn`` is when they come to where they choose their gate, if they do; else they arrive
    then. ``random_key`` is what their uniform variates derive from
    (:mod:`sim.workload.random_numbers`).
    """

    arrive: Floats
    drawn: Floats
    key: Ints
    random_key: Keys


def arrivals(plan: Plan, flow: Flow, replication: int, source: int) -> Arrivals:
    """Draw the vehicles of a flow that arrive, or choose their gate, before the horizon.

    Who comes and when is that of the replication ``source``; their random keys for all else are
    those of ``replication``.
    """
    name, of_time = ((plan.seed, flow.owner, number) for number in (replication, source))
    drawn, key, random_key = (_random if flow.timetable is None else _scheduled)(flow, of_time)
    if source != replication:
        random_key = random_keys(*name, key)
    if flow.backlog:
        initial = (_BACKLOG << _STRIP) + np.arange(flow.backlog, dtype=np.int64)
        drawn = np.concatenate([drawn, np.zeros(flow.backlog)])
        key = np.concatenate([key, initial])
        random_key = np.concatenate([random_key, random_keys(*name, initial)])
    inside = drawn < plan.horizon
    if not inside.all():
        drawn, key, random_key = drawn[inside], key[inside], random_key[inside]
    arrive = drawn
    if flow.travel:
        arrive = np.where(initially_queued(key), 0.0, drawn + flow.travel)
    return Arrivals(arrive, drawn, key, random_key)


def initially_queued(key: Ints) -> Bools:
    """Return whether vehicles with these keys are of the initial queue."""
    return np.asarray(key >> _STRIP == _BACKLOG)


def _scheduled(flow: Flow, name: tuple[int, str, int]) -> tuple[Floats, Ints, Keys]:
    """Draw timetabled arrivals with their delays."""
    assert flow.timetable is not None
    key = np.arange(len(flow.timetable), dtype=np.int64)
    random_key = random_keys(*name, key)
    if flow.delay is None:
        return flow.timetable, key, random_key
    return flow.timetable + flow.delay.quantile(uniforms(random_key, "delay")), key, random_key


def _random(flow: Flow, name: tuple[int, str, int]) -> tuple[Floats, Ints, Keys]:
    """Draw Poisson arrivals at the day's level and the day's shape, by thinning."""
    level = flow.volume * _day_factors(flow, name)
    edges = _strips(float(level.max(initial=0.0)))
    strip, day = np.nonzero(level > edges[:-1, np.newaxis])
    key = (strip << _STRIP) + (day << _DAY)
    low, high = edges[strip], edges[strip + 1]
    count = _poisson(high - low, uniforms(random_keys(*name, key + _ITSELF), "count"))
    first = np.repeat(np.cumsum(count) - count, count)
    cell = np.repeat(np.arange(len(key)), count)
    key = key[cell] + (np.arange(len(first)) - first)
    random_key = random_keys(*name, key)
    partial = np.flatnonzero((high > level[day])[cell])  # of cells that the volume cuts
    strips = cell[partial]
    height = low[strips] + (high - low)[strips] * uniforms(random_key[partial], "level")
    arrives = np.ones(len(key), dtype=np.bool_)
    arrives[partial] = height < level[day[strips]]
    cell, key, random_key = cell[arrives], key[arrives], random_key[arrives]
    cumulative = np.concatenate([[0.0], np.cumsum(flow.day_shares)])
    within = np.interp(uniforms(random_key, "time"), cumulative, flow.day_edges)
    return 1440.0 * day[cell] + within, key, random_key


def _day_factors(flow: Flow, name: tuple[int, str, int]) -> Floats:
    """Draw lognormal day-to-day factors with mean 1 and the flow's coefficient of variation."""
    if flow.day_cv == 0.0:
        return np.ones(len(flow.volume))
    variance = np.log1p(flow.day_cv**2)
    days = (np.arange(len(flow.volume)) << _DAY) + _ITSELF
    normal = ndtri(uniforms(random_keys(*name, days), "day"))
    return np.asarray(np.exp(np.sqrt(variance) * normal - variance / 2.0))


def _strips(top: float) -> Floats:
    """Return the edges of the strips up to a level, vehicles per day."""
    edges = [0.0]
    while edges[-1] < top:
        octave = 2.0 ** np.floor(np.log2(max(edges[-1], 1.0)))
        edges.append(edges[-1] + max(_LEAST, octave / 4.0))
    return np.array(edges)


def _poisson(mean: Floats, u: Floats) -> Ints:
    """Return Poisson quantiles at the probabilities ``u``; few of the means differ."""
    count = np.empty(len(mean), dtype=np.int64)
    for value in np.unique(mean).tolist():
        equal = mean == value
        count[equal] = np.searchsorted(_cumulative(value), u[equal])
    return count


@cache
def _cumulative(mean: float) -> Floats:
    """Return the Poisson distribution function at 0, 1, 2 ... until it is 1."""
    return np.asarray(pdtr(np.arange(mean + 10.0 * np.sqrt(mean) + 20.0), mean))
