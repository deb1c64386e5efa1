"""Engine `core`: the border as arrays, stage by stage, equal to `des` to the last bit.

Routes share nothing, and within a route every path visits the stages in one order. So
all that a stage will ever receive is known once the stages before it are done, and a
whole horizon of it, of several replications abreast, is one call of the queue library.

Holds, patience and rules to stop receiving are the exceptions: a place given back
downstream admits a vehicle upstream, and who leaves makes room for those behind. Here a
route is first run as if its holds had room and everybody stayed. If no hold was ever full,
no deadline passed and no rule applied, that is what happened, whatever would have been done
at a full hold; the check is exact. Any other route is run by `des` instead, alone, and
joined to the rest: still the same journeys, at the speed of events.

Vehicles that choose their gate tie routes together. Their choices are found as the fixed
point of running and choosing (see :mod:`sim.engines.choosing`); routes that vehicles may choose
are run by `des` together, choices and all, if one of them is an exception.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.engines import des
from sim.engines.choosing import concerned, settle
from sim.journeys import TURNED_BACK, Journeys
from sim.plan.model import DIRECTIONS, Plan, Stage, StageKind, Stop, WhenFull
from sim.queues import batch, compiled, fifo, skilled, slots
from sim.queues.fifo import patterns
from sim.workload import Workload, departures, hours

__all__ = ["abreast", "run", "run_abreast"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_EXPORT = DIRECTIONS.index("export")
_SWEEPS_A_DAY = 5.0
"""Sweeps after which choices are left to `des`, which costs about as much as these."""


_VISITS, _MOST = 6_000_000, 32
"""Visits that replications abreast have together (some 300 MB), and how many they are at most."""


def run(plan: Plan, workload: Workload) -> Journeys:
    """Run one replication stage by stage; deterministic, and equal to :func:`des.run`."""
    return run_abreast(plan, [workload])[0]


def abreast(plan: Plan) -> int:
    """How many replications to run abreast: those that have six million visits together.

    A year of the province is more, and gains nothing. Compiled code and choices of a gate
    take one at a time.
    """
    if compiled.available() or plan.choices:
        return 1
    visits = [len(f.steps) * (f.backlog + float(f.volume.sum())) for f in plan.flows]
    return int(np.clip(_VISITS / max(1.0, sum(visits)), 1, _MOST))


def run_abreast(plan: Plan, workloads: Sequence[Workload]) -> list[Journeys]:
    """Run replications together, which costs less; each is what :func:`run` makes of it."""
    if any(workload.decisions for workload in workloads):
        return [_chosen(plan, workload).journeys() for workload in workloads]
    routes = set(range(len(plan.routes)))
    borders = [_Border(plan, workload) for workload in workloads]
    _serve(borders, routes)
    for border in borders:
        border.mend(routes)
    return [border.journeys() for border in borders]


def _chosen(plan: Plan, workload: Workload) -> _Border:
    """Serve all routes with every vehicle at the gate that it chooses."""
    tied = concerned(plan)
    others = set(range(len(plan.routes))) - tied
    most = 20 + int(_SWEEPS_A_DAY * plan.horizon / 1440.0)
    comes = settle(plan, workload, most)
    if comes is not None:
        border = _Border(plan, workload.part(comes)[0])
        _serve([border], tied)
        if not border.exceptions(tied):
            _serve([border], others)
            border.mend(others)
            return border
    mine = np.isin([flow.route for flow in plan.flows], list(tied))[workload.flow]
    run, chosen = des.run_and_choose(plan, workload.part(mine)[0])
    comes = ~mine
    comes[mine] = chosen
    border = _Border(plan, workload.part(comes)[0])
    border.take(run, tied)
    _serve([border], others)
    border.mend(others)
    return border


def _serve(borders: Sequence[_Border], routes: Collection[int]) -> None:
    """Run some routes as if their holds had room and nobody gave up."""
    plan = borders[0].plan
    compiles = any(border.compiled for border in borders)
    struck = {number for outage in plan.outages for number in outage.stages}
    for number, stage in enumerate(plan.stages):
        if stage.route not in routes:
            continue
        if _is_line(stage) and not compiles and number not in struck:
            _serve_line(borders, number)
        else:
            for border in borders:
                border.serve(number)


def _serve_line(borders: Sequence[_Border], number: int) -> None:
    """All visits of a stage with servers that serve everybody, by arrival, then vehicle."""
    stage, hours = borders[0].plan.stages[number], borders[0].hours[number]
    came = [border.come(number) for border in borders]
    orders = [_by_arrival(arrive) for arrive in came]
    shape = len(borders), max(map(len, orders))
    arrive, need = np.full(shape, np.inf), np.zeros(shape)
    rank = np.zeros(shape, dtype=np.int64) if stage.rank.any() else None
    for k, (border, order) in enumerate(zip(borders, orders, strict=True)):
        here = k, slice(len(order))
        np.take(came[k], order, out=arrive[here], mode="clip")
        np.take(border.need(number), order, out=need[here], mode="clip")
        if rank is not None:
            rank[here] = stage.rank[0, border.flow(number)[order]]
    served = fifo(
        arrive.T,
        need.T,
        servers=stage.servers,
        calendar=[hours[n] for n in stage.server_calendar.tolist()],
        priority=None if rank is None else rank.T,
        resume=stage.resume,
        identify=True,
    )
    assert served.server is not None
    for k, (border, order) in enumerate(zip(borders, orders, strict=True)):
        done = slice(len(order)), k
        border.leave(number, served.start[done], served.finish[done], served.server[done], order)


class _Border:
    """The log by row, filled stage by stage, and where each vehicle's time has come to."""

    def __init__(self, plan: Plan, workload: Workload) -> None:
        self.plan, self.workload = plan, workload
        self.hours = hours(plan, workload)
        self.is_hold = np.array([stage.kind is StageKind.HOLD for stage in plan.stages])
        self.now = workload.arrive.copy()
        rows = len(workload.service)
        self.arrive, self.start, self.finish = (np.empty(rows) for _ in range(3))
        self.server = np.empty(rows, dtype=np.int32)
        self.gave_up_at = np.full(workload.vehicles, np.nan)
        self.turned_back = np.zeros(workload.vehicles, dtype=np.bool_)
        self.compiled = compiled.worth(rows)
        self.limited = bool(np.any(workload.deadline < plan.horizon))

    def journeys(self) -> Journeys:
        """Close the log."""
        log = (self.arrive, self.start, self.finish, self.server)
        return Journeys.from_times(
            self.plan, self.workload, *log, self.gave_up_at, self.turned_back
        )

    def mend(self, routes: set[int]) -> None:
        """Run those of some routes, served before, that are exceptions again, by `des`."""
        exceptions = self.exceptions(routes)
        if exceptions:
            mine = self._vehicles(exceptions)
            self.take(des.run(self.plan, self.workload.part(mine)[0]), exceptions)

    def exceptions(self, routes: set[int]) -> set[int]:
        """Those of some routes, served before, that have to be run by events."""
        found = {route for route in routes if not self.is_plain(route)}
        for stop in self.plan.stops:
            of_gate = {i for i, route in enumerate(self.plan.routes) if route.gate == stop.gate}
            of_gate &= routes
            if of_gate and (found & of_gate or not self.received_all(stop)):
                found |= of_gate  # they share a stock, so none can be run without the others
        return found

    def _vehicles(self, routes: set[int]) -> NDArray[np.bool_]:
        """Which vehicles come to these routes."""
        mine = np.isin([flow.route for flow in self.plan.flows], list(routes))
        return np.asarray(mine[self.workload.flow])

    def is_plain(self, route: int) -> bool:
        """Whether the holds of a route, served before, had room, and nobody gave up."""
        stages = [i for i, stage in enumerate(self.plan.stages) if stage.route == route]
        holds = [i for i in stages if self.plan.stages[i].kind is StageKind.HOLD]
        room = [self._had_room(number) for number in holds]
        if any(self.plan.when_full(number) is WhenFull.BLOCK for number in holds):
            room += [self._took_time(number) for number in stages]
        return all(room) and (not self.limited or all(map(self._were_patient, stages)))

    def take(self, run: Journeys, routes: set[int]) -> None:
        """Put the rows of these routes into the log, as `des` ran them alone."""
        mine = self._vehicles(routes)
        rows = np.flatnonzero(mine[self.workload.row_vehicle])
        self.arrive[rows], self.start[rows] = run.arrive, run.start
        self.finish[rows], self.server[rows] = run.finish, run.server
        self.gave_up_at[mine] = run.gave_up_at
        self.turned_back[mine] = run.outcome == TURNED_BACK

    def received_all(self, stop: Stop) -> bool:
        """Whether a gate that may stop receiving never had reason to.

        A crossing at the instant of an arrival counts as a doubt.
        """
        flows = self.plan.flows
        export = [f.gate == stop.gate and f.direction == _EXPORT for f in flows]
        mine = np.flatnonzero(np.array(export)[self.workload.flow])
        came = self.workload.arrive[mine]
        left = np.sort(self.finish[self.workload.crossed_row[mine]])
        inside = np.arange(len(mine)) - np.searchsorted(left, came, side="left")
        return not np.any((inside >= stop.above) & ~self.workload.stood_there[mine])

    def serve(self, number: int) -> None:
        """All visits of one stage."""
        stage, rows = self.plan.stages[number], self.workload.rows(number)
        line = _is_line(stage)
        if self.compiled and rows.start < rows.stop and (line or stage.kind is StageKind.DELAY):
            self._serve_compiled(number)
        elif line:
            _serve_line([self], number)
        elif stage.kind is StageKind.HOLD:
            self.come(number)
            self.server[rows] = -1
            self.arrive[rows][~self._asks(number)] = np.nan  # found a place before
            self.start[rows] = self.arrive[rows]
        elif stage.kind is StageKind.SERVERS:
            self.leave(number, *self._serve_by_skill(number, self.come(number)))
        else:
            self._pass(number, self.come(number))

    def come(self, number: int) -> Floats:
        """When each vehicle comes to a stage."""
        rows = self.workload.rows(number)
        arrive = self.arrive[rows] = self.now[self.workload.row_vehicle[rows]]
        return arrive

    def leave(
        self,
        number: int,
        start: Floats,
        finish: Floats,
        server: NDArray[np.int32] | None = None,
        order: Ints | None = None,
    ) -> None:
        """Log when each is served, given by row or in an ``order`` of the rows."""
        rows = self.workload.rows(number)
        each = slice(None) if order is None else order
        self.start[rows][each], self.finish[rows][each] = start, finish
        self.server[rows][each] = -1 if server is None else server
        self.now[self.workload.row_vehicle[rows]] = self.finish[rows]

    def need(self, number: int) -> Floats:
        """What each visit of a stage needs there."""
        return self.workload.service[self.workload.rows(number)]

    def flow(self, number: int) -> Ints:
        """The flow of each visit of a stage."""
        return self.workload.flow[self.workload.row_vehicle[self.workload.rows(number)]]

    def _pass(self, number: int, arrive: Floats) -> None:
        """A delay, timetabled departures, or batches."""
        stage, need = self.plan.stages[number], self.need(number)
        calendar = self.hours[number][int(stage.server_calendar[0])]
        if stage.kind is StageKind.SLOTS:
            start = self._depart(number, arrive)
        elif stage.batch is not None:
            order, ready = _by_arrival(arrive), np.empty_like(arrive)
            ready[order], _ = batch(arrive[order], stage.batch.size, stage.batch.within)
            start = calendar.next_open(ready)
        else:
            start = calendar.next_open(arrive)
        finish = calendar.resume_finish(start, need) if stage.resume else start + need
        self.leave(number, start, finish)

    def _serve_compiled(self, number: int) -> None:
        """All visits of one stage with servers, or of a delay, in one pass over its rows."""
        stage, rows, kernels = (
            self.plan.stages[number],
            self.workload.rows(number),
            compiled.kernels(),
        )
        who, need = self.workload.row_vehicle[rows], self.workload.service[rows]
        times = self.arrive[rows], self.start[rows], self.finish[rows]
        each = [self.hours[number][n] for n in stage.server_calendar.tolist()]
        different, pattern = patterns(each, len(each))
        book = compiled.book(different)
        if stage.kind is StageKind.DELAY:
            self.server[rows] = -1
            kernels.delay(self.now, who, need, book, stage.resume, *times)
            return
        keeps = book, pattern, stage.resume
        out = *times, self.server[rows]
        kernels.line(self.now, who, need, self._rank(stage, who), *keeps, *out)

    def _rank(self, stage: Stage, who: NDArray[np.int32]) -> Ints | None:
        """Ranks of vehicles at a stage of one lane; None where all have one."""
        if stage.rank.max(initial=0) == stage.rank.min(initial=0):
            return None
        rank: Ints = stage.rank[0, self.workload.flow[who]]
        return rank

    def _depart(self, number: int, arrive: Floats) -> Floats:
        """The departure that each visit of a stage with slots takes."""
        stage, rows = self.plan.stages[number], self.workload.rows(number)
        rank = stage.rank[0, self.flow(number)]
        absent = np.isin(np.arange(rows.start, rows.stop), self.workload.absent)
        times = departures(stage, self.hours[number])
        return slots(arrive, times, priority=rank, absent=absent)[0]

    def _serve_by_skill(
        self, number: int, arrive: Floats
    ) -> tuple[Floats, Floats, NDArray[np.int32]]:
        """Servers that differ in whom they serve; start, finish and server by row."""
        stage = self.plan.stages[number]
        if stage.servers == 0:
            never = np.full(len(arrive), np.inf)
            return never, never, np.full(len(arrive), -1, dtype=np.int32)
        hours = [self.hours[number][n] for n in stage.server_calendar.tolist()]
        work = arrive, self.need(number), self.flow(number)
        return skilled(*work, stage.rank, stage.lane, hours, resume=stage.resume)

    def _had_room(self, number: int) -> bool:
        """Close a hold's rows; whether each vehicle found a place on its arrival.

        The vehicle that asks as number ``n`` (from 0) surely finds one of ``c`` places
        when ``n - c + 1`` have been given back, and are back, before. A tie counts as a doubt.
        """
        rows, work = self.workload.rows(number), self.workload
        visits = slice(*np.searchsorted(work.held, [rows.start, rows.stop]))
        until = work.until[visits]
        # a path may end with a hold, which is left as soon as it is entered
        kept = self.is_hold[np.searchsorted(work.bounds, until, side="right") - 1]
        finish = np.where(kept, self.start[until], self.finish[until])
        asked = self._asks(number)
        self.finish[rows] = np.where(asked, finish, np.nan)
        late = np.sort(self.arrive[rows][asked])[self.plan.stages[number].servers :]
        free_again = np.sort((finish + work.service[rows])[asked])[: len(late)]
        return bool(np.all((free_again < late) | (late >= self.plan.horizon)))

    def _asks(self, number: int) -> NDArray[np.bool_]:
        """Which vehicles of a hold ask for it first, rather than come to it by overflow."""
        before = [i for i, stage in enumerate(self.plan.stages) if stage.overflow == number]
        asks = np.ones(
            self.workload.rows(number).stop - self.workload.rows(number).start, dtype=np.bool_
        )
        for one in before:
            vehicles = self.workload.row_vehicle
            asks &= ~np.isin(
                vehicles[self.workload.rows(number)], vehicles[self.workload.rows(one)]
            )
        return asks

    def _took_time(self, number: int) -> bool:
        """Whether no service was over at once: a server that may be kept is not free at once."""
        rows = self.workload.rows(number)
        servers = self.plan.stages[number].kind is StageKind.SERVERS
        return not (servers and np.any(self.finish[rows] == self.start[rows]))

    def _were_patient(self, number: int) -> bool:
        """Whether every vehicle was served at a stage before its deadline."""
        stage, rows = self.plan.stages[number], self.workload.rows(number)
        vehicle = self.workload.row_vehicle[rows]
        until = self.arrive[rows]
        if stage.kind is not StageKind.DELAY:
            until = self.start[rows]
        elif stage.owner:
            until = self.finish[rows]
        before = np.arange(rows.start, rows.stop) <= self.workload.crossed_row[vehicle]
        deadline = self.workload.deadline[vehicle]
        return not np.any(before & (until > deadline) & (deadline < self.plan.horizon))


def _is_line(stage: Stage) -> bool:
    """Whether a stage is a line of servers that serve everybody."""
    if stage.kind is not StageKind.SERVERS or stage.servers == 0:
        return False
    return len(stage.rank) == 1 or bool(stage.rank.max() == stage.rank.min())


def _by_arrival(arrive: Floats) -> Ints:
    """Order by arrival, then index: a stable sort at a third of its cost.

    The fast sort leaves equal arrivals in any order; only these are sorted again.
    """
    order = np.argsort(arrive)
    ascending = arrive[order]
    tie = ascending[1:] == ascending[:-1]
    if tie.any():
        places = np.flatnonzero(np.append(tie, False) | np.append(False, tie))
        order[places] = order[places][np.lexsort((order[places], ascending[places]))]
    return order
