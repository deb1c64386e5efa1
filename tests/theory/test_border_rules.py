"""Rules of a border against exact results: patience, holds, blocking, batches, departures.

Acceptance as in :mod:`tests.theory.test_engines`: the mean of 25 runs lies within three
standard errors of the exact value, which are at most two per cent of it; both engines tell the
same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from sim.engines import simulate
from sim.journeys import SOLD_INLAND, TURNED_BACK, Journeys
from sim.plan import Batch, Plan, StageKind, WhenFull
from sim.queues.theory import mmc, mmck, mxg1
from sim.verify import Line, border, visits
from sim.workload import Workload

REPLICATIONS, COMPARED = 25, 1
LAM, MU = 0.9, 0.5

Model = Callable[[np.random.Generator], tuple[Plan, Workload]]


def holds(model: Model, *quantities: tuple[Callable[[Journeys], float], float]) -> None:
    """Hold the means of quantities of a model against their exact values."""
    runs = []
    for number, seed in enumerate(np.random.SeedSequence(20250707).spawn(REPLICATIONS)):
        plan, work = model(np.random.default_rng(seed))
        core = simulate(plan, work, "core")
        if number < COMPARED:
            assert core.to_polars().equals(simulate(plan, work, "des").to_polars())
        runs.append([found(core) for found, _ in quantities])
    exact = np.array([value for _, value in quantities])
    error = np.std(runs, axis=0, ddof=1) / np.sqrt(REPLICATIONS)
    assert np.all(error <= 0.04 * exact), "too few customers to judge"
    assert np.all(np.abs(np.mean(runs, axis=0) - exact) <= 3.0 * error)


def arrivals(rng: np.random.Generator, count: int, rate: float = LAM) -> np.ndarray:
    return np.cumsum(rng.exponential(1.0 / rate, count))


def waited(log: Journeys, stage: int = 0) -> float:
    """Mean wait at a stage of those who were served, the first tenth left out."""
    rows = log.workload.rows(stage)
    waits = (log.start - log.arrive)[rows]
    return float(np.nanmean(waits[len(waits) // 10 :]))


def share(log: Journeys, outcome: int) -> float:
    """Share of vehicles with an outcome, the first tenth left out."""
    return float(np.mean(log.outcome[len(log.outcome) // 10 :] == outcome))


def erlang_a(lam: float, mu: float, c: int, theta: float) -> tuple[float, float]:
    """Share that gives up, and mean number waiting, in M/M/c+M (Palm 1957), as birth and death."""
    weight = [1.0]
    for n in range(1, 400):
        weight.append(weight[-1] * lam / (mu * min(n, c) + theta * max(n - c, 0)))
    p = np.array(weight) / np.sum(weight)
    waiting = float(np.dot(p, np.maximum(np.arange(len(p)) - c, 0)))
    return theta * waiting / lam, waiting


@pytest.mark.parametrize(("servers", "theta"), [(1, 0.5), (2, 0.1)])
def test_patience_makes_an_erlang_a_queue(servers: int, theta: float) -> None:
    """M/M/c+M: the share that gives up, with loads of 1.8 and 0.9; Little's law for the waits."""
    gives_up, waiting = erlang_a(LAM, MU, servers, theta)

    def model(rng: np.random.Generator) -> tuple[Plan, Workload]:
        came = arrivals(rng, 3_000)
        work = visits(came, rng.exponential(1.0 / MU, len(came)))
        patience = rng.exponential(1.0 / theta, len(came))
        return border(Line(servers=servers)), replace(work, deadline=came + patience)

    def wait(log: Journeys) -> float:
        left = np.where(np.isnan(log.start), log.finish, log.start)
        return float(np.mean((left - log.arrive)[300:]))

    holds(model, (lambda log: share(log, SOLD_INLAND), gives_up), (wait, waiting / LAM))


def test_an_owners_patience_competes_with_the_stay() -> None:
    """Exponential stay and patience: the load is sold with probability theta / (theta + mu)."""
    theta = 0.2

    def model(rng: np.random.Generator) -> tuple[Plan, Workload]:
        came = arrivals(rng, 2_000)
        work = visits(came, np.stack([rng.exponential(1.0 / MU, 2_000), np.ones(2_000)], axis=1))
        plan = border(Line(kind=StageKind.DELAY, owner=True), Line(kind=StageKind.DELAY))
        return plan, replace(work, deadline=came + rng.exponential(1.0 / theta, 2_000))

    holds(model, (lambda log: share(log, SOLD_INLAND), theta / (theta + MU)))


def kept_places(rule: WhenFull, places: int, served: Line) -> Model:
    """Places kept over a stage."""

    def model(rng: np.random.Generator) -> tuple[Plan, Workload]:
        need = np.stack([np.zeros(3_000), rng.exponential(1.0 / MU, 3_000)], axis=1)
        work = visits(arrivals(rng, 3_000), need, until=[1, -1])
        pool = Line(kind=StageKind.HOLD, servers=places, when_full=rule)
        return border(pool, served), work

    return model


def test_a_hold_that_turns_back_makes_a_finite_queue() -> None:
    """M/M/2/4: the share turned back, and the wait of those let in."""
    exact = mmck(LAM, MU, 2, 4)
    model = kept_places(WhenFull.TURN_BACK, 4, Line(servers=2))
    refused = (lambda log: share(log, TURNED_BACK), exact.p_block)
    holds(model, refused, (lambda log: waited(log, 1), exact.wq))


def test_a_hold_is_a_queue_for_its_places() -> None:
    """Three places over a stage without a queue are M/M/3."""
    model = kept_places(WhenFull.WAIT, 3, Line(kind=StageKind.DELAY))
    holds(model, (waited, mmc(LAM, MU, 3).wq))


@pytest.mark.parametrize(("first", "second"), [(1.0, 1.0), (1.0, 0.5)])
def test_a_server_blocked_by_the_next_stage_waits_for_it(first: float, second: float) -> None:
    """Two exponential servers, no room between, work without end: 1 / E[max(S1, S2)]."""
    exact = 1.0 / (1.0 / first + 1.0 / second - 1.0 / (first + second))

    def model(rng: np.random.Generator) -> tuple[Plan, Workload]:
        services = [rng.exponential(1.0 / first, 700), np.zeros(700)]
        need = np.stack([*services, rng.exponential(1.0 / second, 700)], axis=1)
        place = Line(kind=StageKind.HOLD, when_full=WhenFull.BLOCK)
        work = visits(np.zeros(700), need, until=[-1, 2, -1])
        return border(Line(), place, Line()), work

    holds(model, (lambda log: len(log.outcome) / float(log.finish.max()), exact))


@pytest.mark.parametrize("size", [2, 3])
def test_vehicles_that_come_together_wait_for_one_another(size: int) -> None:
    """M^X/M/1 with batches of one size at a load of 0.6."""
    rate = 0.6 / size
    exact = mxg1(rate, size, size * (size - 1), 1.0, 2.0).wq

    def model(rng: np.random.Generator) -> tuple[Plan, Workload]:
        came = np.repeat(arrivals(rng, 20_000 // size, rate), size)
        return border(Line()), visits(came, rng.exponential(1.0, len(came)))

    holds(model, (waited, exact))


def test_a_batch_goes_when_full_or_when_its_first_has_waited() -> None:
    """Two, or after t: the mean wait is E[min(A, t)] / (1 + P(A < t)), A to the next arrival."""
    limit = 2.0
    together = -np.expm1(-LAM * limit)

    def model(rng: np.random.Generator) -> tuple[Plan, Workload]:
        line = Line(kind=StageKind.BATCH, batch=Batch(2, limit))
        return border(line), visits(arrivals(rng, 3_000), np.ones(3_000))

    holds(model, (waited, together / LAM / (1.0 + together)))


def test_departures_by_timetable_make_a_slotted_queue() -> None:
    """One place every minute at load 0.7: 1 / 2 (1 - rho), half a minute more than M/D/1."""
    rho = 0.7

    def model(rng: np.random.Generator) -> tuple[Plan, Workload]:
        came = arrivals(rng, 10_000, rho)
        slots = np.arange(0.0, came[-1] + 2_000.0)
        return border(Line(kind=StageKind.SLOTS, slots=slots)), visits(came, np.zeros(10_000))

    holds(model, (waited, 0.5 / (1.0 - rho)))
