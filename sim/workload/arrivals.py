"""The vehicles of a flow: who they are, and when each arrives.

Arrivals of a flow are one marked Poisson process. Its points live in (day, level): a
vehicle whose level lies below the day's volume arrives, so a higher volume adds
vehicles and leaves the others as they were (thinning, Lewis and Shedler 1979). The plane
is cut into cells, a day wide and a strip of levels high; a vehicle is the so-and-so-many-th
of its cell. So no bound on the volume has to be known, and a cell that no vehicle of which
can arrive is not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtri, pdtr

from sim.arrays import Bools, Floats, Ints, Keys
from sim.plan.model import Flow, Plan
from sim.workload.uniforms import identities, luck

__all__ = ["Arrivals", "arrivals", "stood_there"]


_STRIP, _DAY = 56, 32
"""A key is the strip, the day and the number in the cell, each shifted by so many bits."""
_BACKLOG = 127
"""The strip of vehicles that stand there at the start; no volume reaches it."""
_ITSELF = (1 << _DAY) - 1
"""The number, in a cell, of the cell itself."""

_LEAST = 16
"""Vehicles a day in the lowest strips; from 64 on there are four strips in each octave."""


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Vehicles of one flow by key, before all are numbered; all of shape ``(vehicles,)``.

    ``drawn`` is when they come to where they choose their gate, if they do; else they arrive
    then. ``identity`` is what their luck is made from (:mod:`sim.workload.uniforms`).
    """

    arrive: Floats
    drawn: Floats
    key: Ints
    identity: Keys


def arrivals(plan: Plan, flow: Flow, replication: int) -> Arrivals:
    """The vehicles of a flow that arrive, or choose their gate, before the horizon."""
    name = plan.seed, flow.owner, replication
    if flow.timetable is not None:
        drawn, key, identity = _scheduled(flow, name)
    else:
        drawn, key, identity = _random(flow, name)
    if flow.backlog:
        standing = (_BACKLOG << _STRIP) + np.arange(flow.backlog, dtype=np.int64)
        drawn = np.concatenate([drawn, np.zeros(flow.backlog)])
        key = np.concatenate([key, standing])
        identity = np.concatenate([identity, identities(*name, standing)])
    inside = drawn < plan.horizon
    if not inside.all():
        drawn, key, identity = drawn[inside], key[inside], identity[inside]
    arrive = drawn
    if flow.travel:
        arrive = np.where(stood_there(key), 0.0, drawn + flow.travel)
    return Arrivals(arrive, drawn, key, identity)


def stood_there(key: Ints) -> Bools:
    """Whether vehicles with these keys are of the backlog at the start."""
    return np.asarray(key >> _STRIP == _BACKLOG)


def _scheduled(flow: Flow, name: tuple[int, str, int]) -> tuple[Floats, Ints, Keys]:
    """Timetabled arrivals with their delays."""
    assert flow.timetable is not None
    key = np.arange(len(flow.timetable), dtype=np.int64)
    identity = identities(*name, key)
    if flow.delay is None:
        return flow.timetable, key, identity
    return flow.timetable + flow.delay.quantile(luck(identity, "delay")), key, identity


def _random(flow: Flow, name: tuple[int, str, int]) -> tuple[Floats, Ints, Keys]:
    """Poisson arrivals at the day's level and the day's shape."""
    level = flow.volume * _day_factors(flow, name)
    edges = _strips(float(level.max(initial=0.0)))
    strip, day = np.nonzero(level > edges[:-1, np.newaxis])
    key = (strip << _STRIP) + (day << _DAY)
    low, high = edges[strip], edges[strip + 1]
    count = _poisson(high - low, luck(identities(*name, key + _ITSELF), "count"))
    first = np.repeat(np.cumsum(count) - count, count)
    cell = np.repeat(np.arange(len(key)), count)
    key = key[cell] + (np.arange(len(first)) - first)
    identity = identities(*name, key)
    doubt = np.flatnonzero((high > level[day])[cell])
    its = cell[doubt]
    lot = low[its] + (high - low)[its] * luck(identity[doubt], "level")
    comes = np.ones(len(key), dtype=np.bool_)
    comes[doubt] = lot < level[day[its]]
    cell, key, identity = cell[comes], key[comes], identity[comes]
    cumulative = np.concatenate([[0.0], np.cumsum(flow.day_shares)])
    within = np.interp(luck(identity, "time"), cumulative, flow.day_edges)
    return 1440.0 * day[cell] + within, key, identity


def _day_factors(flow: Flow, name: tuple[int, str, int]) -> Floats:
    """Lognormal day-to-day factors with mean 1 and the flow's coefficient of variation."""
    if flow.day_cv == 0.0:
        return np.ones(len(flow.volume))
    variance = np.log1p(flow.day_cv**2)
    days = (np.arange(len(flow.volume)) << _DAY) + _ITSELF
    lot = ndtri(luck(identities(*name, days), "day"))
    return np.asarray(np.exp(np.sqrt(variance) * lot - variance / 2.0))


def _strips(top: float) -> Floats:
    """Edges of the strips up to a level, vehicles per day."""
    edges = [0.0]
    while edges[-1] < top:
        octave = 2.0 ** np.floor(np.log2(max(edges[-1], 1.0)))
        edges.append(edges[-1] + max(_LEAST, octave / 4.0))
    return np.array(edges)


def _poisson(mean: Floats, u: Floats) -> Ints:
    """Poisson counts at the probabilities ``u``, each of its own mean; few means differ."""
    count = np.empty(len(mean), dtype=np.int64)
    for one in np.unique(mean).tolist():
        here = mean == one
        count[here] = np.searchsorted(_below(one), u[here])
    return count


@cache
def _below(mean: float) -> Floats:
    """The Poisson distribution function at 0, 1, 2 ... until it is 1."""
    return np.asarray(pdtr(np.arange(mean + 10.0 * np.sqrt(mean) + 20.0), mean))
