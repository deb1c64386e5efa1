"""Engine `des`: the border as events on SimPy's clock.

Stages are queues with lean callbacks, not a process and a request per vehicle: the same
clock and event list at a third of the cost.

What happens at one instant in which order, and what each kind of stage does, stands in
:mod:`sim.engines`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush

import numpy as np

from sim.arrays import Bools
from sim.engines.event_clock import Call, EventClock
from sim.engines.holds import Holds
from sim.engines.paths import deadlines, paths
from sim.engines.publication import Publications
from sim.engines.server_groups import NEVER, Group, Queue, Stock, stocks
from sim.journeys import Journeys
from sim.plan.model import Plan, StageKind, WhenFull
from sim.queues.calendars import Calendar
from sim.workload import Workload, hours

__all__ = ["run", "run_and_choose"]

_NAN = float("nan")
_HOLD, _DELAY = StageKind.HOLD, StageKind.DELAY  # an enumeration is slow to ask


def run(plan: Plan, workload: Workload) -> Journeys:
    """Run one replication event by event; deterministic."""
    return run_and_choose(plan, workload)[0]


def run_and_choose(plan: Plan, workload: Workload) -> tuple[Journeys, Bools]:
    """As :func:`run`, with whether each vehicle of the workload came, or chose another gate."""
    border = _Border(plan, workload)
    return border.run(), np.array(border.comes, dtype=np.bool_)


class _Border:
    """One run: the queues, the clock and the log."""

    def __init__(self, plan: Plan, workload: Workload) -> None:
        self.plan, self.workload = plan, workload
        self.horizon = plan.horizon
        self.clock = EventClock()
        real = zip(plan.stages, hours(plan, workload), strict=True)
        self.queues = [Queue(i, stage, open_) for i, (stage, open_) in enumerate(real)]
        self.start_next = {q.position: _SERVE[q.kind] for q in self.queues if q.kind in _SERVE}
        self.queue_of = [self.queues[stage] for stage in workload.stage.tolist()]
        self.service: list[float] = workload.service.tolist()
        self.flow_at: list[int] = workload.flow[workload.row_vehicle].tolist()
        self.first, self.next = paths(workload)
        self.arrivals: list[float] = workload.arrive.tolist()
        rows = len(self.service)
        self.arrive, self.start, self.finish = ([_NAN] * rows for _ in range(3))
        self.server = [-1] * rows
        self.gave_up_at = [_NAN] * workload.vehicles
        self.vehicle: list[int] = workload.row_vehicle.tolist()
        self.deadline = deadlines(workload)
        self.turned_back = [False] * workload.vehicles
        self.flow: list[int] = workload.flow.tolist()
        self.initially_queued: list[bool] = workload.initially_queued.tolist()
        self.crossed_row: list[int] = workload.crossed_row.tolist()
        self.stops = stocks(plan)
        self.crossings: dict[int, Stock] = {}
        self.absent = set(workload.absent.tolist())
        self.holding = Holds(self, plan, workload)
        self.blocked = self.holding.blocked
        late = 2 + len(self.queues)
        self.order = [
            2 + i if plan.when_full(i) is WhenFull.BLOCK else late + i
            for i in range(len(self.queues))
        ]
        """When each stage has its turn at an instant, after what ends or arrives."""
        self.publications = Publications(self, plan, workload)
        self.comes = self.publications.comes
        self.marked = set(self.holding.ends)
        self.finished = self._on_finish  # bound once
        self.more = False
        """More is about to happen at this instant that no event stands for."""

    def run(self) -> Journeys:
        if self.arrivals:
            self.clock.at(self.arrivals[0], 1, self._on_arrival, 0)
        self.publications.open()
        self.clock.run(until=self.horizon)
        self.holding.close()
        comes = np.array(self.comes, dtype=np.bool_)
        real, rows = self.workload.part(comes)
        return Journeys.from_times(
            self.plan,
            real,
            np.array(self.arrive)[rows],
            np.array(self.start)[rows],
            np.array(self.finish)[rows],
            np.array(self.server, dtype=np.int32)[rows],
            np.array(self.gave_up_at)[comes],
            np.array(self.turned_back, dtype=np.bool_)[comes],
        )

    def has_left(self, vehicle: int) -> bool:
        """Whether a vehicle has left without crossing."""
        gave_up_at = self.gave_up_at[vehicle]
        return self.turned_back[vehicle] or gave_up_at == gave_up_at

    def _on_arrival(self, event: Call) -> None:
        vehicle: int = event.what
        event.what = following = vehicle + 1
        if following < len(self.arrivals):  # the same call again, for the next vehicle
            event.callbacks = [self._on_arrival]
            clock = self.clock
            heappush(clock._queue, (self.arrivals[following], 1, next(clock._eid), event))
        if self.comes[vehicle] and (not self.stops or self._is_received(vehicle)):
            self._reach(self.first[vehicle])

    def _is_received(self, vehicle: int) -> bool:
        """Count an export vehicle in, or turn it back."""
        stock = self.stops.get(self.flow[vehicle])
        if stock is None:
            return True
        full = stock.inside >= stock.above and not self.initially_queued[vehicle]
        if full and self.flow[vehicle] in stock.refused:
            self.turned_back[vehicle] = True
            return False
        stock.inside += 1
        crossing = self.crossed_row[vehicle]
        self.crossings[crossing] = stock
        self.marked.add(crossing)
        return True

    def _on_finish(self, event: Call) -> None:
        row: int = event.what
        queue = self.queue_of[row]
        server = self.server[row]
        self.more = row in self.marked
        if row in self.blocked:
            self.holding.keep(row)
        elif server >= 0 and self.finish[row] > self.start[row]:
            heappush(queue.home[server].idle, server)
            queue.free += 1
            if queue.waiting:
                self.serve(queue)
        elif self.finish[row] < self.clock._now:
            return  # its owner gave up before
        if self.more or self.next[row] >= 0:
            self.leave(row)
            self.more = False

    def free_server(self, row: int) -> None:
        """The server of a visit that was kept until now is free."""
        queue, server = self.queue_of[row], self.server[row]
        heappush(queue.home[server].idle, server)
        queue.free += 1
        if queue.waiting:
            self.serve(queue)

    def leave(self, row: int) -> None:
        """Give back what is held until here, leave the gate's stock if this crosses, go on."""
        if row in self.marked:
            self.holding.give_back(row)
            if row in self.crossings:
                self.crossings[row].inside -= 1
        if self.next[row] >= 0:
            self._reach(self.next[row])

    def _on_wake(self, event: Call) -> None:
        queue = self.queues[event.what]
        queue.wake = NEVER
        if queue.waiting:
            self.serve(queue)

    def _on_due(self, event: Call) -> None:
        queue = self.queues[event.what]
        queue.due = False
        self.more = queue.kind is _HOLD  # it may let in several
        self._start_services(queue)
        self.more = False

    def _reach(self, row: int) -> None:
        """The vehicle arrives at a stage."""
        now = self.clock._now
        self.arrive[row] = now
        queue = self.queue_of[row]
        if queue.kind is _HOLD:
            self.holding.ask(row)
        if self.deadline and row in self.deadline:
            self._watch(row)
        if queue.kind is _DELAY:
            group = queue.groups[0]
            self._begin(queue, row, group.opens_at(now), group.calendar)
        elif queue.kind is not _HOLD:
            if queue.virtual:
                self._away(row)
            self.join(row, queue)

    def join(self, row: int, queue: Queue) -> None:
        """The vehicle stands in line at a stage."""
        line = queue.lines[queue.line_of[self.flow_at[row]]]
        line.append(row)
        if len(line) > 1 and line[-2] > row and self.arrive[line[-2]] == self.clock._now:
            self._order_by_number(line)
        queue.waiting += 1
        if queue.free or queue.eager:
            self.serve(queue)

    def _watch(self, row: int) -> None:
        """Look at a vehicle before the crossing once its deadline has passed, or at once.

        Last of all at that instant: what starts then is in time, and who comes after the deadline
        and need not wait goes on.
        """
        time = max(self.deadline[row], self.clock._now)
        if time < self.horizon:
            self.clock.at(time, 2 * len(self.queues) + 2, self._on_deadline, row)

    def _on_deadline(self, event: Call) -> None:
        """The load of a vehicle that waits is sold inland."""
        row = event.what
        queue = self.queue_of[row]
        if queue.kind is _DELAY:
            if queue.owner and self.finish[row] > self.clock._now:
                self._give_up(row)
        elif queue.kind is _HOLD:
            if self.holding.waits(row):
                self._give_up(row)
        elif self.start[row] != self.start[row]:  # still NaN: it waits
            self.withdraw(row)
            self._give_up(row)
        elif self.start[row] > self.clock._now:  # its batch goes when the stage opens
            self._give_up(row)

    def withdraw(self, row: int) -> None:
        """The vehicle stands no longer in a line."""
        queue = self.queue_of[row]
        queue.lines[queue.line_of[self.flow_at[row]]].remove(row)
        queue.waiting -= 1

    def _give_up(self, row: int) -> None:
        """The load is sold inland."""
        self.gave_up_at[self.vehicle[row]] = self.clock._now
        hold = self.queue_of[row].kind is StageKind.HOLD
        self._go_home(self.holding.leave_line(row) if hold else row)

    def turn_back(self, row: int) -> None:
        """The vehicle leaves the gate from the line of a full hold."""
        self.turned_back[self.vehicle[row]] = True
        self._go_home(self.holding.leave_line(row))

    def _go_home(self, row: int) -> None:
        """The vehicle leaves this stage, and any place it holds, for good."""
        vehicle = self.vehicle[row]
        self.finish[row] = self.clock._now
        if self.start[row] > self.clock._now:  # the stage would have opened later
            self.start[row] = _NAN
        if (crossing := self.crossed_row[vehicle]) in self.crossings:
            self.crossings[crossing].inside -= 1
        self.holding.give_up(vehicle)

    def _order_by_number(self, line: deque[int]) -> None:
        """Put the latest vehicle before those of higher number that came with it."""
        row = line.pop()
        together = [row]
        while line and line[-1] > row and self.arrive[line[-1]] == self.arrive[row]:
            together.append(line.pop())
        line.append(together[0])
        line.extend(reversed(together[1:]))

    def serve(self, queue: Queue) -> None:
        """Start services now, or when all that happens at this instant has been taken in."""
        if queue.due:
            return
        events = self.clock._queue
        last = not events or events[0][0] > self.clock._now  # nothing else at this instant
        if last and not self.more and queue.kind is not _HOLD:
            self._start_services(queue)
        else:
            queue.due = True
            order = self.order[queue.position]
            self.clock.at(self.clock._now, order, self._on_due, queue.position)

    def _start_services(self, queue: Queue) -> None:
        start_next = self.start_next[queue.position]
        while queue.waiting and start_next(self, queue):
            continue

    def _serve_at_server(self, queue: Queue) -> bool:
        """Start the next service; False when no further one can start now."""
        if not queue.free:
            return False
        now = self.clock._now
        group: Group | None = queue.groups[0]
        if not queue.plain or now >= queue.groups[0].shuts:  # most often it is this one, open
            group = queue.open_group(now)
        if group is None:
            self._wake(queue, queue.next_opening(now))
            return False
        line = queue.lines[0] if len(queue.lines) == 1 else group.line(self.arrive)
        row = line.popleft()
        queue.waiting -= 1
        self.server[row] = group.idle[0]
        self._begin(queue, row, now, group.calendar)
        # a service of no length leaves its server free, unless it may be kept
        if self.finish[row] > now or row in self.blocked:
            heappop(group.idle)
            queue.free -= 1
        return queue.free > 0

    def _serve_at_slot(self, queue: Queue) -> bool:
        """Fill the departure of this instant; False when it is over or none is due."""
        now, slots = self.clock._now, queue.slots
        while slots and slots[0] < now:
            slots.popleft()
        if not slots or slots[0] > now:
            self._wake(queue, slots[0] if slots else NEVER)
            return False
        late = []
        while slots and slots[0] == now and queue.waiting:
            slots.popleft()
            queue.waiting -= 1
            row = queue.line().popleft()
            if row in self.absent:
                self.absent.remove(row)
                late.append(row)
            else:
                self._begin(queue, row, now, queue.groups[0].calendar)
        for row in late:  # they ask again, behind all who are there
            queue.lines[queue.line_of[self.flow_at[row]]].append(row)
            queue.waiting += 1
        while late and slots and slots[0] == now:
            slots.popleft()
        return queue.waiting > 0

    def _serve_batch(self, queue: Queue) -> bool:
        """Let those go who are enough, or whose first has waited long enough."""
        now, line = self.clock._now, queue.lines[0]
        due = self.arrive[line[0]] + queue.within
        if len(line) < queue.size and due > now:
            self._wake(queue, due)
            return False
        group = queue.groups[0]
        together = [line.popleft() for _ in range(int(min(queue.size, len(line))))]
        queue.waiting -= len(together)
        for row in together:
            self._begin(queue, row, group.opens_at(now), group.calendar)
        return True

    def _begin(self, queue: Queue, row: int, start: float, calendar: Calendar) -> None:
        """Start a service; its end is known at once."""
        self.start[row] = start
        if queue.virtual:
            self._back(row)
        if queue.resume:
            finish = calendar.resume_finish_at(start, self.service[row])
        else:
            finish = start + self.service[row]
        self.finish[row] = finish
        if finish < self.horizon:
            clock = self.clock  # as clock.at, without the call: half of all events
            heappush(clock._queue, (finish, 0, next(clock._eid), Call(self.finished, row)))

    def _away(self, row: int) -> None:
        """Take a vehicle that begins to wait elsewhere off the gate's stock."""
        crossing = self.crossed_row[self.vehicle[row]]
        if row <= crossing and crossing in self.crossings:
            self.crossings.pop(crossing).inside -= 1

    def _back(self, row: int) -> None:
        """Put it on the gate's stock again."""
        stock = self.stops.get(self.flow_at[row])
        crossing = self.crossed_row[self.vehicle[row]]
        if row <= crossing and stock is not None:
            stock.inside += 1
            self.crossings[crossing] = stock

    def _wake(self, queue: Queue, time: float) -> None:
        """Look at the queue again at ``time``, unless it will be looked at earlier."""
        if time < queue.wake and time < self.horizon:
            queue.wake = time
            self.clock.at(time, 0, self._on_wake, queue.position)


_SERVE: dict[StageKind, Callable[[_Border, Queue], bool]] = {
    StageKind.SERVERS: _Border._serve_at_server,
    StageKind.SLOTS: _Border._serve_at_slot,
    StageKind.BATCH: _Border._serve_batch,
    StageKind.HOLD: lambda border, queue: border.holding.admit(queue),
}
