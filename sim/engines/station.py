"""Station of a queueing network: one stage in a run, its lines, and how vehicles pass it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from heapq import heappush
from typing import Protocol

import numpy as np

from sim.engines.event_clock import Call, EventClock
from sim.engines.gate_stock import GateStocks
from sim.engines.rows import NAN, Rows
from sim.engines.server_groups import NEVER
from sim.plan import Plan, Stage, WhenFull
from sim.queues import Calendar
from sim.workload import Workload

__all__ = ["Network", "Station"]


class PlaceKeeper(Protocol):
    """A station with places: a hold."""

    def give_back(self, row: int, now: float) -> None:
        """Give back the place of a row."""


class ServerKeeper(Protocol):
    """A station whose servers a vehicle can keep."""

    def free_server(self, row: int, now: float) -> None:
        """Free the server of a visit."""


class Network:
    """State that the stations of a run share.

    Attributes
    ----------
    stations, station_of:
        All stations; the station of each row.
    hold_of, servers_of:
        The hold of each row of one; the servers that each row in ``blocked`` keeps one of.
    given_back_by:
        Rows of holds whose places are given back at the end of a row.
    places_of:
        Rows of holds, by vehicle.
    marked:
        Rows whose end does more than pass the vehicle on: it gives places back, or crosses.
    blocked:
        Rows whose server is kept until the vehicle has its next place.
    chains:
        Rows of holds among which a vehicle takes one place, by each of them.
    kept:
        Row whose server a vehicle keeps, by the first row of the holds it waits for.
    more:
        True while the current instant must be processed again.
    """

    def __init__(self, plan: Plan, workload: Workload) -> None:
        self.plan, self.clock = plan, EventClock()
        self.rows = Rows(plan, workload)
        self.stocks = GateStocks(plan, self.rows)
        self.stations: list[Station] = []
        self.station_of: list[Station] = []
        self.hold_of: dict[int, PlaceKeeper] = {}
        self.servers_of: dict[int, ServerKeeper] = {}
        self.given_back_by: dict[int, list[int]] = {}
        self.places_of: dict[int, list[int]] = {}
        for row, until in zip(workload.held.tolist(), workload.until.tolist(), strict=True):
            self.given_back_by.setdefault(until, []).append(row)
            self.places_of.setdefault(self.rows.vehicle[row], []).append(row)
        self.marked = set(self.given_back_by) | self._backward(workload)
        self.chains: dict[int, tuple[int, ...]] = {}
        self.blocked: set[int] = set()
        self.kept: dict[int, int] = {}
        self.more = False

    def _backward(self, workload: Workload) -> set[int]:
        """Return the rows after which a vehicle goes to a stage that has its turn earlier.

        That stage must not find services begun that have their turn after its own.
        """
        if workload.place is None:
            return set()
        turns = np.array([self.turn(position) for position in range(len(self.plan.stages))])
        rows = workload.along_paths
        turn, vehicle = turns[workload.stage[rows]], workload.row_vehicle[rows]
        back = (vehicle[1:] == vehicle[:-1]) & (turn[1:] < turn[:-1])
        return set(rows[:-1][back].tolist())

    def turn(self, position: int) -> int:
        """Return when a stage has its turn at an instant, after what ends or arrives."""
        late = 0 if self.plan.when_full(position) is WhenFull.BLOCK else len(self.plan.stages)
        return 2 + late + position

    def leave_places(self, vehicle: int, now: float) -> None:
        """Give back the places of a vehicle that leaves for good."""
        start, finish = self.rows.start, self.rows.finish
        for held in self.places_of.get(vehicle, ()):
            if start[held] <= now and finish[held] != finish[held]:
                self.hold_of[held].give_back(held, now)


class Station(ABC):
    """One stage: rows that wait, and services that start and end.

    A kind of stage says in :meth:`start_next` who starts when; all else is shared.
    """

    eager = True
    """A service can start without a free server."""

    def __init__(
        self, network: Network, position: int, stage: Stage, hours: dict[int, Calendar]
    ) -> None:
        self.network, self.position = network, position
        self.calendars = hours
        self.clock, self.events = network.clock, network.clock.events
        self.numbers = network.clock.numbers
        rows = self.rows = network.rows
        self.horizon = rows.horizon
        self.arrive, self.start, self.finish = rows.arrive, rows.start, rows.finish
        self.next, self.service, self.flow_at = rows.next, rows.service, rows.flow_at
        self.deadline, self.marked = rows.deadline, network.marked
        self.station_of = network.station_of
        self.resume, self.virtual = stage.resume, stage.virtual
        kinds, line_of = np.unique(stage.rank, axis=1, return_inverse=True)
        self.ranks = kinds
        """Ranks of the flows in each line, shape ``(lanes, lines)``."""
        self.line_of: list[int] = line_of.ravel().tolist()
        """Line in which each flow waits: one for flows of equal ranks."""
        self.lines: list[deque[int]] = [deque() for _ in range(kinds.shape[1])]
        self.waiting = 0
        self.free = stage.servers
        self.due = False
        self.wake = NEVER
        self.turn = network.turn(position)
        self.finished = self.on_finish  # bound once

    @abstractmethod
    def start_next(self, now: float) -> bool:
        """Start what can start next; return False when nothing further can start now."""

    def reach(self, row: int, now: float) -> None:
        """Let a vehicle arrive."""
        self.arrive[row] = now
        if self.deadline and row in self.deadline:
            self.watch(row, now)
        if self.virtual:
            self.network.stocks.take_off(row)
        self.join(row, now)

    def join(self, row: int, now: float) -> None:
        """Let a vehicle wait in its line."""
        line = self.lines[self.line_of[self.flow_at[row]]]
        line.append(row)
        if len(line) > 1 and line[-2] > row and self.arrive[line[-2]] == now:
            self._order_by_number(line)
        self.waiting += 1
        if self.free or self.eager:
            self.serve(now)

    def _order_by_number(self, line: deque[int]) -> None:
        """Keep simultaneous arrivals in order of vehicle number."""
        row = line.pop()
        together = [row]
        while line and line[-1] > row and self.arrive[line[-1]] == self.arrive[row]:
            together.append(line.pop())
        line.append(together[0])
        line.extend(reversed(together[1:]))

    def withdraw(self, row: int) -> None:
        """Remove a vehicle from its line."""
        self.lines[self.line_of[self.flow_at[row]]].remove(row)
        self.waiting -= 1

    def next_line(self) -> deque[int]:
        """Return the line to be served next; a vehicle waits."""
        return self.lines[0] or next(line for line in self.lines if line)

    def serve(self, now: float) -> None:
        """Start services now, or when all that happens at this instant has been taken in."""
        if self.due:
            return
        events = self.events
        if not self.network.more and (not events or events[0][0] > now):
            self.start_services(now)
        else:
            self.serve_in_turn(now)

    def serve_in_turn(self, now: float) -> None:
        """Start services when the stage has its turn at this instant."""
        self.due = True
        self.clock.at(now, self.turn, self._on_due, 0)

    def start_services(self, now: float) -> None:
        """Start all services that can start now."""
        while self.waiting and self.start_next(now):
            continue

    def begin(self, row: int, start: float, calendar: Calendar) -> None:
        """Start a service; its end is known at once."""
        self.start[row] = start
        if self.virtual:
            self.network.stocks.put_back(row)
        if self.resume:
            finish = calendar.resume_finish_at(start, self.service[row])
        else:
            finish = start + self.service[row]
        self.finish[row] = finish
        if finish < self.horizon:  # as clock.at, without the call: half of all events
            call = Call(self.finished, row, finish)
            heappush(self.events, (finish, 0, next(self.numbers), call))

    def on_finish(self, event: Call) -> None:
        """End a service without a server; a vehicle that abandoned before has gone."""
        row, now = event.what, event.time
        if self.finish[row] >= now:
            self.pass_on(row, now)

    def pass_on(self, row: int, now: float) -> None:
        """Let a vehicle leave; until it has, more happens at this instant."""
        if row in self.marked:
            self.network.more = True
            self.leave(row, now)
            self.network.more = False
        elif (following := self.next[row]) >= 0:
            self.station_of[following].reach(following, now)

    def leave(self, row: int, now: float) -> None:
        """Finish a visit: give places back, leave the gate's stock if it crosses, go on."""
        if row in self.marked:
            network = self.network
            for held in network.given_back_by.get(row, ()):
                if self.start[held] == self.start[held]:  # else it has another of its chain
                    network.hold_of[held].give_back(held, now)
            network.stocks.finish(row)
        if (following := self.next[row]) >= 0:
            self.station_of[following].reach(following, now)

    def wake_at(self, time: float) -> None:
        """Look at the lines again at ``time``, unless they will be looked at earlier."""
        if time < self.wake and time < self.horizon:
            self.wake = time
            self.clock.at(time, 0, self._on_wake, 0)

    def _on_wake(self, event: Call) -> None:
        self.wake = NEVER
        if self.waiting:
            self.serve(event.time)

    def _on_due(self, event: Call) -> None:
        self.due = False
        self.start_services(event.time)

    def watch(self, row: int, now: float) -> None:
        """Look at a vehicle before the crossing once its deadline has passed, or at once."""
        time = max(self.deadline[row], now)
        if time < self.horizon:
            order = 2 * len(self.network.stations) + 2  # last of all at that instant
            self.clock.at(time, order, self._on_deadline, row)

    def _on_deadline(self, event: Call) -> None:
        row, now = event.what, event.time
        if self.waits(row, now):
            self.rows.gave_up_at[self.rows.vehicle[row]] = now
            self.go_home(self.leave_line(row, now), now)

    def waits(self, row: int, now: float) -> bool:
        """Return whether a vehicle that has arrived has neither started nor left."""
        return self.start[row] != self.start[row] or self.start[row] > now

    def leave_line(self, row: int, _now: float) -> int:
        """Stop waiting; return the row before which the vehicle stood."""
        if self.start[row] != self.start[row]:  # else its batch only waits for the opening
            self.withdraw(row)
        return row

    def go_home(self, row: int, now: float) -> None:
        """Let a vehicle leave the gate for good, and give back every place it has."""
        vehicle = self.rows.vehicle[row]
        self.finish[row] = now
        if self.start[row] > now:  # the stage would have opened later
            self.start[row] = NAN
        self.network.stocks.leave(vehicle)
        self.network.leave_places(vehicle, now)
