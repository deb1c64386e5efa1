"""Holds in `des`: places taken over several stages, and given back."""

from __future__ import annotations

from typing import Protocol

from sim.engines.events import Clock
from sim.engines.lines import Queue
from sim.workload import Workload

__all__ = ["Border", "Holding"]


class Border(Protocol):
    """What holding needs of a run: its clock, its log by row, and how vehicles move on."""

    clock: Clock
    queue_of: list[Queue]
    vehicle: list[int]
    start: list[float]
    finish: list[float]

    def leave(self, row: int) -> None:
        """The vehicle is done with a visit and goes on."""

    def serve(self, queue: Queue) -> None:
        """Serve a queue now, or when all that happens at this instant has been taken in."""


class Holding:
    """Who has which place.

    ``ends`` are the rows whose end gives places back.
    """

    def __init__(self, border: Border, workload: Workload) -> None:
        self._border = border
        self._given_back_by: dict[int, list[int]] = {}
        self._of_vehicle: dict[int, list[int]] = {}
        for row, until in zip(workload.held.tolist(), workload.until.tolist(), strict=True):
            self._given_back_by.setdefault(until, []).append(row)
            self._of_vehicle.setdefault(border.vehicle[row], []).append(row)
        self.ends = self._given_back_by.keys()

    def admit(self, queue: Queue) -> bool:
        """Give a place to the next in line; False when no further one can have one now."""
        if not queue.free:
            return False
        row = queue.line().popleft()
        queue.waiting -= 1
        queue.free -= 1
        self._border.start[row] = self._border.clock.now
        self._border.leave(row)
        return queue.free > 0

    def give_back(self, row: int) -> None:
        """Give back the places that are held until the end of this row."""
        for held in self._given_back_by.get(row, ()):
            self._release(held)

    def give_up(self, vehicle: int) -> None:
        """Give back what a vehicle has that leaves for good."""
        start, finish = self._border.start, self._border.finish
        for held in self._of_vehicle.get(vehicle, ()):
            if start[held] <= self._border.clock.now and finish[held] != finish[held]:
                self._release(held)

    def _release(self, held: int) -> None:
        """One place of a hold is free again."""
        self._border.finish[held] = self._border.clock.now
        queue = self._border.queue_of[held]
        queue.free += 1
        if queue.waiting:
            self._border.serve(queue)
