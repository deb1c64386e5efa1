"""Who may use which lane: tides, trust, and staff shared with coaches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.engines import simulate
from sim.verify import Line, border, visits

OUT, IN = 0, 1
NEVER = -1
SERVICE = 6.0


def mean_waits(line: Line, arrive: Sequence[np.ndarray]) -> list[float]:
    """Mean wait of each class at one stage with services of six minutes."""
    times = np.concatenate(arrive)
    classes = np.repeat(np.arange(len(arrive)), [len(one) for one in arrive])
    order = np.argsort(times, kind="stable")
    plan = border(line, classes=len(arrive))
    work = visits(times[order], np.full(len(times), SERVICE), classes[order])
    journeys = simulate(plan, work, "core")
    wait = journeys.start - journeys.arrive
    return [float(wait[work.flow == one].mean()) for one in range(len(arrive))]


def coming(per_hour: float, seed: int) -> np.ndarray:
    """Two days of Poisson arrivals."""
    rng = np.random.default_rng(seed)
    return np.cumsum(rng.exponential(60.0 / per_hour, int(48 * per_hour)))


def test_tidal_lanes_serve_an_uneven_tide_better_than_fixed_ones() -> None:
    """Four lanes: where exports need three, two each way break down and tidal ones do not."""
    tide = [coming(27.0, 1), coming(9.0, 2)]
    fixed = Line(servers=4, priority=[[0, NEVER], [NEVER, 0]], lane=[0, 0, 1, 1])
    tidal = Line(servers=4, priority=[[0, NEVER], [NEVER, 0], [0, 0]], lane=[0, 2, 2, 1])
    (out_fixed, in_fixed), (out_tidal, in_tidal) = mean_waits(fixed, tide), mean_waits(tidal, tide)
    assert out_fixed > 60.0 * 4
    assert out_tidal < 0.1 * out_fixed
    assert in_tidal < in_fixed + 2 * SERVICE


def test_even_tides_gain_little_from_tidal_lanes() -> None:
    """With as many each way at a moderate load, fixed lanes already wait only minutes."""
    tide = [coming(13.0, 3), coming(13.0, 4)]
    fixed = Line(servers=4, priority=[[0, NEVER], [NEVER, 0]], lane=[0, 0, 1, 1])
    tidal = Line(servers=4, priority=[[0, NEVER], [NEVER, 0], [0, 0]], lane=[0, 2, 2, 1])
    gain = np.subtract(mean_waits(fixed, tide), mean_waits(tidal, tide))
    assert np.all(np.abs(gain) < SERVICE)


def test_a_reserved_lane_costs_the_others_what_it_gives() -> None:
    """One lane of three for trusted firms: they hardly wait, the others more than before."""
    firms = [coming(18.0, 5), coming(5.0, 6)]
    shared = mean_waits(Line(servers=3), firms)
    reserved = mean_waits(Line(servers=3, priority=[[0, 0], [NEVER, 0]], lane=[0, 0, 1]), firms)
    assert reserved[1] < shared[1]
    assert reserved[0] > shared[0]


def test_coaches_at_shared_guards_delay_trucks() -> None:
    """Staff who prefer coaches serve them first; trucks wait the longer the more come."""
    guards = Line(servers=2, priority=[[1, 0]], lane=[0, 0])
    trucks = coming(12.0, 7)
    waits = [mean_waits(guards, [trucks, coming(n, 8)]) for n in (1.0, 6.0)]
    assert waits[1][0] > 2.0 * waits[0][0]
    assert waits[1][1] < waits[1][0]
