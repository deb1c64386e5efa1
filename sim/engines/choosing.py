"""Gate choice on published queues: what is told to whom, and the choices of a whole run.

News comes at fixed times and is all that a choice knows. So what every vehicle chooses that
decides before the next news is settled when the news comes.

The **queue** of a route and direction is who has come to its gate, is done with its owner's hold
and with a booking, and has neither crossed nor left otherwise. News counts what happened before
its instant. A gate with a rule to stop receiving has published that it stops when the vehicles
which the rule counts have reached its threshold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engines.sweeping import Sweeps
from sim.plan.model import DIRECTIONS, Plan, StageKind
from sim.workload import Workload, decide

__all__ = ["News", "booked_rows", "called_row", "came_at", "concerned", "settle"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_EXPORT = DIRECTIONS.index("export")
_AHEAD = 2880.0
"""Minutes beyond the first choice in doubt that a sweep serves."""
_BEFORE_ALL = -1.0
"""When a vehicle came that stands there at the start."""


@dataclass(frozen=True, eq=False)
class _Counted:
    """One number of the news: vehicles of these flows, with or without those held by owners."""

    flows: Bools
    held: bool


class News:
    """What is published of a plan, and what the vehicles of a workload choose by it."""

    def __init__(self, plan: Plan, workload: Workload) -> None:
        self.plan, self.workload = plan, workload
        self.times = np.arange(0.0, plan.horizon, plan.news or plan.horizon)
        flows = plan.flows
        offered = [flows[i] for choice in plan.choices for i in choice.flows]
        queues = list(dict.fromkeys((flow.route, flow.direction) for flow in offered))
        self.stops = [stop for stop in plan.stops if set(stop.flows) & _offered(plan)]
        self.counted = [
            _Counted(np.array([(f.route, f.direction) == one for f in flows]), held=False)
            for one in queues
        ] + [
            _Counted(
                np.array([f.gate == stop.gate and f.direction == _EXPORT for f in flows]), held=True
            )
            for stop in self.stops
        ]
        self.queue_of = [
            [queues.index((flows[i].route, flows[i].direction)) for i in choice.flows]
            for choice in plan.choices
        ]
        self.first = [
            np.append(np.searchsorted(one.time, self.times), len(one.time))
            for one in workload.decisions
        ]
        """By choice: the first decision after each news."""

    @property
    def flows(self) -> Ints:
        """Flows that some number counts."""
        return np.flatnonzero(np.any([one.flows for one in self.counted], axis=0))

    def choose(self, told: Ints, since: int = 0) -> Ints:
        """Vehicles that will arrive, of those that decide after news ``since`` and later.

        ``told`` has shape ``(numbers, news)``: what is published from that news on.
        """
        chosen = [np.empty(0, dtype=np.int64)]
        for number, decisions in enumerate(self.workload.decisions):
            bounds = self.first[number]
            mine = slice(int(bounds[since]), int(bounds[since + told.shape[1]]))
            time = decisions.time[mine]
            latest = np.searchsorted(self.times, time, side="right") - 1 - since
            queue = told[self.queue_of[number]][:, latest].T
            refuses = self._refuses(number, told)[:, latest].T
            choice = self.plan.choices[number]
            travel = np.array([self.plan.flows[i].travel for i in choice.flows])
            best = decide(choice, time, decisions.taste[mine], travel, queue, refuses)
            chosen.append(decisions.vehicle[mine][np.arange(len(best)), best])
        return np.concatenate(chosen)

    def _refuses(self, number: int, told: Ints) -> Bools:
        """Whether each alternative has published that it stops receiving, by news."""
        flows = self.plan.choices[number].flows
        refuses = np.zeros((len(flows), told.shape[1]), dtype=np.bool_)
        stocks = told[len(self.counted) - len(self.stops) :]
        for stop, stock in zip(self.stops, stocks, strict=True):
            refuses[np.isin(flows, stop.flows)] = stock >= stop.above
        return refuses


def _offered(plan: Plan) -> set[int]:
    """Flows that vehicles may choose."""
    return {i for choice in plan.choices for i in choice.flows}


def concerned(plan: Plan) -> set[int]:
    """Routes that vehicles may choose, and those whose stock decides whether they may."""
    routes = {plan.flows[i].route for i in _offered(plan)}
    stops = {stop.gate for stop in plan.stops} & {plan.routes[route].gate for route in routes}
    return routes | {i for i, route in enumerate(plan.routes) if route.gate in stops}


def came_at(workload: Workload) -> Floats:
    """When each vehicle came to its gate; before all else if it stands there at the start."""
    return np.where(workload.stood_there, _BEFORE_ALL, workload.arrive)


def called_row(plan: Plan, workload: Workload) -> Ints:
    """Row after which each vehicle is neither held by its owner nor booked; -1 if it never is."""
    called = np.full(workload.vehicles, -1, dtype=np.int64)
    for number, stage in enumerate(plan.stages):
        if stage.owner or stage.virtual:
            rows = _before_crossing(workload, number)
            called[workload.row_vehicle[rows]] = rows
    return called


def booked_rows(plan: Plan, workload: Workload) -> Ints:
    """Rows at which vehicles wait elsewhere, which no rule of a gate counts."""
    stages = [i for i, s in enumerate(plan.stages) if s.virtual and s.kind is not StageKind.DELAY]
    rows = [np.empty(0, dtype=np.int64), *(_before_crossing(workload, i) for i in stages)]
    return np.concatenate(rows)


def _before_crossing(workload: Workload, stage: int) -> Ints:
    """Rows of a stage, those after the crossing left out."""
    rows = np.arange(workload.bounds[stage], workload.bounds[stage + 1])
    before: Ints = rows[rows <= workload.crossed_row[workload.row_vehicle[rows]]]
    return before


def settle(plan: Plan, workload: Workload, most: int) -> Bools | None:
    """Find who arrives where: guess all choices, run, publish, choose again, until it holds.

    What is published at a news depends on earlier choices alone, so each sweep settles at
    least one news more, and what no sweep changes is what happens event by event, provided
    that no hold is full, nobody gives up and nobody is turned back.

    Returns
    -------
    Whether each vehicle comes; None if that takes more than ``most`` sweeps.
    """
    mine = np.isin([flow.route for flow in plan.flows], list(concerned(plan)))[workload.flow]
    local, _ = workload.part(mine)
    news = News(plan, local)
    sweeps = Sweeps(plan, local, news.flows)
    always = np.ones(local.vehicles, dtype=np.bool_)
    for decisions in local.decisions:
        always[decisions.vehicle] = False
    time = np.concatenate([decisions.time for decisions in local.decisions])
    chosen = news.choose(np.zeros((len(news.counted), len(news.times)), dtype=np.int64))
    comes, until = always.copy(), _AHEAD
    comes[chosen] = True
    for _ in range(most):
        sweeps.run(comes, until)
        told = _published(news, comes, sweeps)
        again = news.choose(told)
        wrong = time[(again != chosen) & (time < until)]
        if not len(wrong) and until >= plan.horizon:
            everyone = np.ones(workload.vehicles, dtype=np.bool_)
            everyone[mine] = comes
            return everyone
        until = float(wrong.min(initial=until)) + _AHEAD
        chosen, comes = again, always.copy()
        comes[chosen] = True
    return None


def _published(news: News, comes: Bools, log: Sweeps) -> Ints:
    """All numbers of all news, shape ``(numbers, news)``, when these vehicles come."""
    work = news.workload
    came, called = came_at(work), called_row(news.plan, work)
    free = np.where(called >= 0, log.finish[called], came)
    left = log.finish[work.crossed_row]
    booked = booked_rows(news.plan, work)

    def before(moments: Floats) -> Ints:
        return np.searchsorted(np.sort(moments), news.times)

    told = []
    for one in news.counted:
        mine = one.flows[work.flow] & comes
        inside = before((came if one.held else free)[mine]) - before(left[mine])
        if one.held:
            away = booked[mine[work.row_vehicle[booked]]]
            inside += before(log.start[away]) - before(log.arrive[away])
        told.append(inside)
    return np.array(told, dtype=np.int64)
