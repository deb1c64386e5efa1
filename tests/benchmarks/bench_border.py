"""How fast a year of the baseline runs, its week twenty times, and each class of scenarios.

    python -m tests.benchmarks.bench_border [--days 360] [--rounds 3] [--classes] [--shipped]

``--classes`` prints the classes alone: a shipped scenario of each as it is written, with the extra
fast; ``--shipped`` all shipped scenarios in their place. Below stand the worst of them, and the
baseline with and without compiled code, beside what they must be. ``all`` is drawing, `core` and
measuring all tables.

The slow engines run a part of the year (28 days), or two of the twenty weeks, and are scaled by
the vehicles. All times are CPU seconds of one process; ratios are medians over rounds in which
the engines take turns.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import simpy

import sim
from sim.distributions import (
    Distribution,
    Erlang,
    Exponential,
    Gamma,
    Lognormal,
    Triangular,
    Uniform,
)
from sim.engines import core, des, event_loop
from sim.plan import Plan, StageKind
from sim.queues import compiled
from sim.workload import Workload, draw
from tests.shipped import FILES

BASELINE = Path(__file__).parents[2] / "scenarios" / "baseline-2025.yaml"
PART = 28
WEEKS, FEW = 20, 2
CLASSES = {
    "free": "baseline-2025",
    "congested": "trade-2030-high",
    "choosing": "gate-choice",
    "jam": "jam-december-2021",
    "lanes": "tidal-lanes",
}
"""A shipped scenario of each class."""

SHIPPED = [path.stem for path in FILES if not path.stem.startswith("sweep-")]


def main() -> None:
    """Print the table of ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=360)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--classes", action="store_true")
    parser.add_argument("--shipped", action="store_true")
    options = parser.parse_args()
    _print_classes({name: name for name in SHIPPED} if options.shipped else CLASSES, options.rounds)
    if options.classes or options.shipped:
        return
    year, part, week = (
        sim.build_plan(sim.load(BASELINE, set={"run.days": days}))
        for days in (options.days, PART, 7)
    )
    rounds = [_round(year, part, number) | _weeks(week) for number in range(options.rounds)]
    print(f"baseline of {options.days} days, medians of {options.rounds} rounds\n")
    print("| against | ratio | seconds |\n|---|---|---|")
    for row in rounds[0]:
        ratio = statistics.median(one[row][0] for one in rounds)
        seconds = statistics.median(one[row][1] for one in rounds)
        print(f"| {row} | {ratio:.0f} × | {seconds:.2f} |")


@contextmanager
def use_of_numba(used: bool) -> Iterator[None]:
    """Have all that can be compiled run by compiled code, or none of it."""
    before = compiled.demand
    compiled.demand = replace(before, chosen=used, refused=not used, ahead=used)
    event_loop.expect(1_000_000 if used else 0)
    try:
        yield
    finally:
        compiled.demand = before


def _print_classes(classes: Mapping[str, str], rounds: int) -> None:
    """Print `des` against `core`, and all against drawing, for a scenario of each class."""
    if not compiled.available():
        print("classes need the extra fast\n")
        return
    print(f"shipped scenarios, medians of {rounds} rounds, with the extra fast\n")
    print("| class | scenario | visits | des / core | all / draw |\n|---|---|---|---|---|")
    ratios: dict[str, tuple[float, float]] = {}
    for name, scenario in classes.items():
        plan = sim.build_plan(sim.load(scenario))
        with use_of_numba(used=True):
            turns = [_class_round(plan, number) for number in range(rounds)]
        events, drawing = (statistics.median(each) for each in zip(*turns, strict=True))
        ratios[scenario] = events, drawing
        visits = len(draw(plan, 0).service)
        print(f"| {name} | {scenario} | {visits:,} | {events:.0f} | {drawing:.1f} |", flush=True)
    plan = sim.build_plan(sim.load(BASELINE))
    with use_of_numba(used=False):
        plain = statistics.median(_all_over_drawing(plan, number) for number in range(rounds))
    slowest, dearest = min(ratios.values())[0], max(drawing for _, drawing in ratios.values())
    print("\n| | measured | must |\n|---|---|---|")
    print(f"| des / core, least of these | {slowest:.0f} | 30 at least |")
    print(f"| all / draw, most of these | {dearest:.1f} | 8 at most |")
    print(f"| all / draw, baseline with fast | {ratios[BASELINE.stem][1]:.1f} | 4 at most |")
    print(f"| all / draw, baseline, NumPy alone | {plain:.1f} | 7 at most |\n")


def _class_round(plan: Plan, replication: int) -> tuple[float, float]:
    """One replication: `des` over `core`, and all over drawing."""
    workload = draw(plan, replication)
    core.run(plan, workload)
    running = _seconds(lambda: core.run(plan, workload), times=2)
    events = _seconds(lambda: des.run(plan, workload))
    return events / running, _all_over_drawing(plan, replication)


def _all_over_drawing(plan: Plan, replication: int) -> float:
    """Drawing, `core` and measuring all tables of a replication, over drawing it."""
    workload = draw(plan, replication)
    journeys = core.run(plan, workload)
    drawing = _seconds(lambda: draw(plan, replication), times=3)
    running = _seconds(lambda: core.run(plan, workload), times=3)
    measuring = _seconds(lambda: sim.measure(journeys, plan), times=3)
    return (drawing + running + measuring) / drawing


def _round(year: Plan, part: Plan, replication: int) -> dict[str, tuple[float, float]]:
    """One turn of every engine: ratio and seconds by row of the table."""
    workload, few = draw(year, replication), draw(part, replication)
    scale = workload.vehicles / few.vehicles
    with use_of_numba(compiled.available()):
        drawing_fast = _seconds(lambda: draw(year, replication), times=2)
        fast = _seconds(lambda: core.run(year, workload), times=2)
    with use_of_numba(used=False):
        drawing = _seconds(lambda: draw(year, replication), times=2)
        plain = _seconds(lambda: core.run(year, workload), times=2)
    events = _seconds(lambda: des.run(part, few)) * scale
    idiomatic = _seconds(lambda: Idiomatic(part, few).run()) * scale
    return {
        "core, NumPy, against des": (events / plain, plain),
        "core with the extra fast, against des": (events / fast, fast),
        "des, against idiomatic SimPy": (idiomatic / events, events),
        "drawing and core, NumPy, against idiomatic SimPy": (
            idiomatic / (drawing + plain),
            drawing + plain,
        ),
        "drawing and core with fast, against idiomatic SimPy": (
            idiomatic / (drawing_fast + fast),
            drawing_fast + fast,
        ),
        "drawing alone, NumPy": (idiomatic / drawing, drawing),
        "drawing alone with fast": (idiomatic / drawing_fast, drawing_fast),
        "idiomatic SimPy, against itself": (1.0, idiomatic),
    }


def _weeks(week: Plan) -> dict[str, tuple[float, float]]:
    """Twenty replications of the week, by engine `core` without compiled code."""
    workloads = [draw(week, number) for number in range(WEEKS)]
    some = workloads[:FEW]
    scale = sum(one.vehicles for one in workloads) / sum(one.vehicles for one in some)
    with use_of_numba(used=False):
        alone = _seconds(lambda: [core.run(week, one) for one in workloads], times=2)
        together = _seconds(lambda: core.run_many(week, workloads), times=2)
    events = _seconds(lambda: [des.run(week, one) for one in some]) * scale
    name = f"{WEEKS} weeks, core, NumPy"
    return {
        f"{name}, abreast, against des": (events / together, together),
        f"{name}, one by one, against des": (events / alone, alone),
    }


def _seconds(work: Callable[[], object], times: int = 1) -> float:
    """Least CPU seconds of some calls; the second leaves compilation out."""
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def sampler(distribution: Distribution) -> Callable[[], float]:
    """The same distribution from Python's random module."""
    match distribution:
        case Lognormal(mean, cv):
            variance = math.log1p(cv * cv)
            return partial(random.lognormvariate, math.log(mean) - variance / 2, variance**0.5)
        case Gamma(mean, cv):
            return partial(random.gammavariate, 1 / cv**2, mean * cv**2)
        case Erlang(shape, mean):
            return partial(random.gammavariate, shape, mean / shape)
        case Triangular(low, mode, high):
            return partial(random.triangular, low, high, mode)
        case Uniform(low, high):
            return partial(random.uniform, low, high)
        case Exponential(mean):
            return partial(random.expovariate, 1 / mean)
    return lambda: distribution.mean


class Idiomatic:
    """The same border as SimPy's guide would write it: a process per vehicle, resources.

    Service times are drawn with Python's ``random`` as they are needed.
    """

    def __init__(self, plan: Plan, workload: Workload) -> None:
        self.env = simpy.Environment()
        self.plan, self.workload = plan, workload
        self.stages = [self._resource(stage.kind, stage.servers) for stage in plan.stages]
        self.log: list[tuple[int, int, float, float, float]] = []
        self.slots = [stage.slots.tolist() for stage in plan.stages]
        self.draw = {
            (number, step.stage, channel): sampler(step.service[channel])
            for number, flow in enumerate(plan.flows)
            for step in flow.steps
            if step.service is not None
            for channel in range(3)
        }
        self.path: list[list[tuple[int, int]]] = [[] for _ in range(workload.vehicles)]
        last = np.full(len(workload.service), -1)
        last[workload.held] = workload.stage[workload.until]
        columns = (workload.row_vehicle, workload.stage, last)
        for vehicle, stage, until in zip(*(c.tolist() for c in columns), strict=True):
            self.path[vehicle].append((stage, until))

    def _resource(self, kind: StageKind, servers: int) -> simpy.Resource | None:
        if kind is StageKind.SERVERS:
            return simpy.PriorityResource(self.env, servers)
        return simpy.Resource(self.env, servers) if kind is StageKind.HOLD else None

    def run(self) -> None:
        """Run to the horizon."""
        self.env.process(self._source())
        self.env.run(until=self.plan.horizon)

    def _source(self):  # type: ignore[no-untyped-def]
        for vehicle, at in enumerate(self.workload.arrive.tolist()):
            yield self.env.timeout(at - self.env.now)
            self.env.process(self._vehicle(vehicle))

    def _opening(self, stage: int) -> float:
        calendar = self.plan.calendars[int(self.plan.stages[stage].server_calendar[0])]
        return calendar.next_open_at(self.env.now)

    def _vehicle(self, vehicle: int):  # type: ignore[no-untyped-def]
        env, held = self.env, []
        flow, channel = int(self.workload.flow[vehicle]), int(self.workload.channel[vehicle])
        for stage, last in self.path[vehicle]:
            spec, arrived = self.plan.stages[stage], env.now
            if spec.kind is StageKind.HOLD:
                place = self.stages[stage].request()
                yield place
                held.append((last, stage, place))
                continue
            service = self.draw[flow, stage, channel]()
            if spec.kind is StageKind.SERVERS:
                with self.stages[stage].request(priority=int(spec.rank[0, flow])) as server:
                    yield server
                    if (opening := self._opening(stage)) > env.now:
                        yield env.timeout(opening - env.now)
                    start = env.now
                    yield env.timeout(service)
            elif spec.kind is StageKind.SLOTS:
                due = self.slots[stage]
                while due and due[0] < env.now:
                    due.pop(0)
                if not due:
                    return
                yield env.timeout(due.pop(0) - env.now)
                start = env.now
                yield env.timeout(service)
            else:
                if (opening := self._opening(stage)) > env.now:
                    yield env.timeout(opening - env.now)
                start = env.now
                yield env.timeout(service)
            self.log.append((vehicle, stage, arrived, start, env.now))
            for until, where, place in [one for one in held if one[0] == stage]:
                self.stages[where].release(place)
                held.remove((until, where, place))


if __name__ == "__main__":
    main()
