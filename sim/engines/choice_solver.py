"""Gate choice on published queue lengths: what is published, and the choices of a whole run.

Queue lengths are published at fixed times, and a choice knows nothing else. So all choices made
before the next publication are decided when a publication appears.

The **queue** of a route and direction is all vehicles that have come to its gate, are done with
their owner's hold and with a booking, and have neither crossed nor left otherwise. A publication
counts what happened before its instant. A gate with a rule to stop receiving has published that
it stops when the vehicles that the rule counts have reached its threshold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.engines.incremental import IncrementalRun
from sim.plan import DIRECTIONS, Plan, StageKind
from sim.workload import Workload, decide

__all__ = [
    "PublishedQueues",
    "booked_rows",
    "called_row",
    "came_at",
    "solve_choices",
    "tied_routes",
]


_EXPORT = DIRECTIONS.index("export")
_AHEAD = 2880.0
"""Minutes beyond the first choice still wrong that an iteration serves."""
_BEFORE_ALL = -1.0
"""When a vehicle came that is in the initial queue."""


@dataclass(frozen=True, eq=False)
class _Counter:
    """One published number: vehicles of these flows, with or without those held by owners."""

    flows: Bools
    held: bool


class PublishedQueues:
    """Queue lengths that a plan publishes, and the choices of a workload's vehicles on them."""

    def __init__(self, plan: Plan, workload: Workload) -> None:
        self.plan, self.workload = plan, workload
        self.times = np.arange(0.0, plan.horizon, plan.news or plan.horizon)
        flows = plan.flows
        offered = [flows[i] for choice in plan.choices for i in choice.flows]
        queues = list(dict.fromkeys((flow.route, flow.direction) for flow in offered))
        self.stops = [stop for stop in plan.stops if set(stop.flows) & _offered(plan)]
        self.counters = [
            _Counter(np.array([(f.route, f.direction) == queue for f in flows]), held=False)
            for queue in queues
        ] + [
            _Counter(
                np.array([f.gate == stop.gate and f.direction == _EXPORT for f in flows]), held=True
            )
            for stop in self.stops
        ]
        self.queue_of = [
            [queues.index((flows[i].route, flows[i].direction)) for i in choice.flows]
            for choice in plan.choices
        ]
        self.first = [
            np.append(np.searchsorted(decisions.time, self.times), len(decisions.time))
            for decisions in workload.decisions
        ]
        """By choice: the first decision after each publication."""

    @property
    def flows(self) -> Ints:
        """Flows that some counter counts."""
        return np.flatnonzero(np.any([counter.flows for counter in self.counters], axis=0))

    def choose(self, published: Ints, since: int = 0) -> Ints:
        """Return the vehicles that will arrive, of those that decide from publication ``since`` on.

        ``published`` has shape ``(counters, publications)``, the first of them number ``since``.
        """
        chosen = [np.empty(0, dtype=np.int64)]
        for number, decisions in enumerate(self.workload.decisions):
            bounds = self.first[number]
            deciding = slice(int(bounds[since]), int(bounds[since + published.shape[1]]))
            time = decisions.time[deciding]
            latest = np.searchsorted(self.times, time, side="right") - 1 - since
            queue = published[self.queue_of[number]][:, latest].T
            refuses = self._refuses(number, published)[:, latest].T
            choice = self.plan.choices[number]
            travel = np.array([self.plan.flows[i].travel for i in choice.flows])
            best = decide(choice, time, decisions.taste[deciding], travel, queue, refuses)
            chosen.append(decisions.vehicle[deciding][np.arange(len(best)), best])
        return np.concatenate(chosen)

    def _refuses(self, number: int, published: Ints) -> Bools:
        """Return whether each alternative has published that it stops receiving."""
        flows = self.plan.choices[number].flows
        refuses = np.zeros((len(flows), published.shape[1]), dtype=np.bool_)
        stocks = published[len(self.counters) - len(self.stops) :]
        for stop, stock in zip(self.stops, stocks, strict=True):
            refuses[np.isin(flows, stop.flows)] = stock >= stop.above
        return refuses


def _offered(plan: Plan) -> set[int]:
    """Return the flows that vehicles may choose."""
    return {i for choice in plan.choices for i in choice.flows}


def tied_routes(plan: Plan) -> set[int]:
    """Return the routes that vehicles may choose, and those whose stock decides whether they may.

    Gate choice ties them together: none can be run without the others.
    """
    routes = {plan.flows[i].route for i in _offered(plan)}
    stops = {stop.gate for stop in plan.stops} & {plan.routes[route].gate for route in routes}
    return routes | {i for i, route in enumerate(plan.routes) if route.gate in stops}


def came_at(workload: Workload) -> Floats:
    """Return when each vehicle came to its gate; before all else if in the initial queue."""
    return np.where(workload.initially_queued, _BEFORE_ALL, workload.arrive)


def called_row(plan: Plan, workload: Workload) -> Ints:
    """Row after which each vehicle is neither held by its owner nor booked; -1 if it never is."""
    called = np.full(workload.vehicles, -1, dtype=np.int64)
    stages = [i for i, stage in enumerate(plan.stages) if stage.owner or stage.virtual]
    rows = np.concatenate(
        [np.empty(0, dtype=np.int64), *(_before_crossing(workload, i) for i in stages)]
    )
    if workload.place is not None:
        rows = rows[np.argsort(workload.place[rows], kind="stable")]
    called[workload.row_vehicle[rows]] = rows  # of those of a vehicle the last
    return called


def booked_rows(plan: Plan, workload: Workload) -> Ints:
    """Rows at which vehicles wait elsewhere, which no rule of a gate counts."""
    stages = [i for i, s in enumerate(plan.stages) if s.virtual and s.kind is not StageKind.DELAY]
    rows = [np.empty(0, dtype=np.int64), *(_before_crossing(workload, i) for i in stages)]
    return np.concatenate(rows)


def _before_crossing(workload: Workload, stage: int) -> Ints:
    """Rows of a stage, those after the crossing left out."""
    rows = np.arange(workload.bounds[stage], workload.bounds[stage + 1])
    before: Ints = rows[workload.up_to_crossing(rows)]
    return before


def solve_choices(plan: Plan, workload: Workload, most: int) -> Bools | None:
    """Solve for the gate choices by fixed-point iteration: simulate, publish, choose, repeat.

    What a publication says depends on earlier choices alone, so each iteration decides at
    least one publication more, and what no iteration changes is what happens event by event,
    provided that no hold is full, nobody abandons and nobody is turned back.

    Returns
    -------
    Whether each vehicle comes; None if that takes more than ``most`` iterations.
    """
    tied = np.isin([flow.route for flow in plan.flows], list(tied_routes(plan)))[workload.flow]
    local, _ = workload.part(tied)
    queues = PublishedQueues(plan, local)
    run = IncrementalRun(plan, local, queues.flows)
    always = np.ones(local.vehicles, dtype=np.bool_)
    for decisions in local.decisions:
        always[decisions.vehicle] = False
    time = np.concatenate([decisions.time for decisions in local.decisions])
    chosen = queues.choose(np.zeros((len(queues.counters), len(queues.times)), dtype=np.int64))
    comes, until = always.copy(), _AHEAD
    comes[chosen] = True
    for _ in range(most):
        run.serve(comes, until)
        again = queues.choose(_published(queues, comes, run))
        wrong = time[(again != chosen) & (time < until)]
        if not len(wrong) and until >= plan.horizon:
            everyone = np.ones(workload.vehicles, dtype=np.bool_)
            everyone[tied] = comes
            return everyone
        until = float(wrong.min(initial=until)) + _AHEAD
        chosen, comes = again, always.copy()
        comes[chosen] = True
    return None


def _published(queues: PublishedQueues, comes: Bools, run: IncrementalRun) -> Ints:
    """All publications when these vehicles come, shape ``(counters, publications)``."""
    work = queues.workload
    came, called = came_at(work), called_row(queues.plan, work)
    free = np.where(called >= 0, run.finish[called], came)
    left = run.finish[work.crossed_row]
    booked = booked_rows(queues.plan, work)

    def before(moments: Floats) -> Ints:
        return np.searchsorted(np.sort(moments), queues.times)

    published = []
    for counter in queues.counters:
        counted = counter.flows[work.flow] & comes
        inside = before((came if counter.held else free)[counted]) - before(left[counted])
        if counter.held:
            away = booked[counted[work.row_vehicle[booked]]]
            inside += before(run.start[away]) - before(run.arrive[away])
        published.append(inside)
    return np.array(published, dtype=np.int64)
