"""Holds in `des`: places taken over several stages, given back, and free again.

Holds that overflow into one another form a chain. Who asks stands in line for every hold of
its chain at once and takes the first place there is, in the first of them. Each has a row
of its own; while the vehicle waits it stands before the last, and the log keeps no other.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from sim.engines.event_clock import Call, EventClock
from sim.engines.server_groups import Queue
from sim.plan.model import Plan, StageKind, WhenFull
from sim.workload import Workload

__all__ = ["Border", "Holds"]

_NAN = float("nan")


class Border(Protocol):
    """What holding needs of a run: its clock, its log by row, and how vehicles move on."""

    clock: EventClock
    horizon: float
    queues: list[Queue]
    queue_of: list[Queue]
    vehicle: list[int]
    next: list[int]
    service: list[float]
    arrive: list[float]
    start: list[float]
    finish: list[float]

    def join(self, row: int, queue: Queue) -> None:
        """The vehicle stands in line at a stage."""

    def leave(self, row: int) -> None:
        """The vehicle is done with a visit and goes on."""

    def serve(self, queue: Queue) -> None:
        """Serve a queue now, or when all that happens at this instant has been taken in."""

    def free_server(self, row: int) -> None:
        """The server of a visit has nothing more to do with it."""

    def turn_back(self, row: int) -> None:
        """The vehicle leaves the gate from a line."""

    def withdraw(self, row: int) -> None:
        """The vehicle stands no longer in a line."""


class Holds:
    """Who has which place, and who waits for one.

    ``ends`` are the rows whose end gives places back; ``blocked`` those whose server is
    kept until the vehicle has its next place.
    """

    def __init__(self, border: Border, plan: Plan, workload: Workload) -> None:
        self._border = border
        self._given_back_by: dict[int, list[int]] = {}
        self._of_vehicle: dict[int, list[int]] = {}
        for row, until in zip(workload.held.tolist(), workload.until.tolist(), strict=True):
            self._given_back_by.setdefault(until, []).append(row)
            self._of_vehicle.setdefault(border.vehicle[row], []).append(row)
        self.ends = self._given_back_by.keys()
        self._chain = _chains(border, plan, workload)
        self._blocks = [
            stage.kind is StageKind.HOLD and plan.when_full(number) is WhenFull.BLOCK
            for number, stage in enumerate(plan.stages)
        ]
        self.blocked = self._before_a_block(plan, workload)
        self._kept: dict[int, int] = {}
        """Row whose server a vehicle keeps, by the first row of the chain it waits for."""

    def _before_a_block(self, plan: Plan, workload: Workload) -> set[int]:
        if not any(self._blocks):
            return set()
        served = np.array([stage.kind is StageKind.SERVERS for stage in plan.stages])
        rows = np.flatnonzero(served[workload.stage]).tolist()
        return {row for row in rows if self._is_block(self._border.next[row])}

    def _is_block(self, row: int) -> bool:
        return row >= 0 and self._blocks[self._border.queue_of[row].position]

    def ask(self, row: int) -> None:
        """The vehicle reaches a hold: it stands in line, for each hold of a chain."""
        for one in self._chain.get(row, (row,)):
            self._border.arrive[one] = self._border.clock._now
            self._border.join(one, self._border.queue_of[one])

    def keep(self, row: int) -> None:
        """The vehicle is done at a server, which it keeps until it has its next place."""
        self._kept[self._border.next[row]] = row

    def admit(self, queue: Queue) -> bool:
        """Give a place to the next in line; False when nothing further can happen now."""
        border = self._border
        if not queue.free:
            if queue.turns_back:
                border.turn_back(queue.line()[0])
            return queue.turns_back
        row = queue.line().popleft()
        queue.waiting -= 1
        queue.free -= 1
        border.start[row] = border.clock._now
        for other in self._chain.get(row, ()):
            if other != row:
                border.arrive[other] = _NAN
                border.withdraw(other)
        if self._kept:
            self._free_kept(row)
        border.leave(row)
        return queue.free > 0 or queue.turns_back

    def _free_kept(self, row: int) -> None:
        """Free the server kept until now, unless the next place is waited for in it too."""
        server = self._kept.pop(self._chain.get(row, (row,))[0], None)
        if server is None:
            return
        following = self._border.next[row]
        if self._is_block(following):
            self._kept[following] = server
        else:
            self._border.free_server(server)

    def waits(self, row: int) -> bool:
        """Whether a vehicle that has asked has neither got a place nor left."""
        start, finish = self._border.start, self._border.finish
        return all(
            start[one] != start[one] and finish[one] != finish[one]  # both NaN
            for one in self._chain.get(row, (row,))
        )

    def leave_line(self, row: int) -> int:
        """Stop waiting for a place; return the row before which the vehicle stood."""
        chain = self._chain.get(row, (row,))
        for one in chain:
            self._border.withdraw(one)
        kept = self._kept.pop(chain[0], None)
        if kept is not None:
            self._border.free_server(kept)
        return chain[-1]

    def give_back(self, row: int) -> None:
        """Give back the places that are held until the end of this row."""
        for held in self._given_back_by.get(row, ()):
            if self._border.start[held] == self._border.start[held]:  # else another of its chain
                self._release(held)

    def give_up(self, vehicle: int) -> None:
        """Give back what a vehicle has that leaves for good."""
        start, finish = self._border.start, self._border.finish
        for held in self._of_vehicle.get(vehicle, ()):
            if start[held] <= self._border.clock._now and finish[held] != finish[held]:
                self._release(held)

    def close(self) -> None:
        """At the horizon: who still waits for a chain stands before the last of it."""
        for row, chain in self._chain.items():
            if row != chain[-1] and self._border.start[row] != self._border.start[row]:
                self._border.arrive[row] = _NAN

    def _release(self, held: int) -> None:
        """A place is given back; it can be taken again now, or once it is back."""
        border = self._border
        border.finish[held] = border.clock._now
        back = border.clock._now + border.service[held]
        if back > border.clock._now:
            if back < border.horizon:
                border.clock.at(back, 0, self._on_return, border.queue_of[held].position)
        else:
            self._is_free(border.queue_of[held])

    def _on_return(self, event: Call) -> None:
        self._is_free(self._border.queues[event.what])

    def _is_free(self, queue: Queue) -> None:
        queue.free += 1
        if queue.waiting:
            self._border.serve(queue)


def _chains(border: Border, plan: Plan, workload: Workload) -> dict[int, tuple[int, ...]]:
    """The rows among which a vehicle takes one place, by each of them.

    On the way out of any of them the vehicle passes the others by.
    """
    chains: dict[int, tuple[int, ...]] = {}
    overflow = np.array([stage.overflow for stage in plan.stages], dtype=np.int64)
    for row in np.flatnonzero(overflow[workload.stage] >= 0).tolist():
        if row in chains:
            continue
        chain = [row]
        while overflow[border.queue_of[chain[-1]].position] >= 0:
            chain.append(border.next[chain[-1]])
        for one in chain:
            chains[one] = tuple(chain)
    for row, rows in chains.items():
        border.next[row] = border.next[rows[-1]]
    return chains
