"""Who waits and who serves: the queue of one stage, and the stock of one gate."""

from __future__ import annotations

from collections import deque
from heapq import heapify

import numpy as np

from sim.plan.model import DIRECTIONS, Plan, Stage, StageKind, Stop, WhenFull
from sim.queues.calendars import Calendar
from sim.workload import departures

__all__ = ["NEVER", "Group", "Queue", "Stock", "stocks"]

EXPORT = DIRECTIONS.index("export")
NEVER = float("inf")


class Group:
    """Servers of a stage that share a calendar and serve the same vehicles."""

    __slots__ = ("_closes", "_opens", "_turn", "calendar", "idle", "shuts", "tiers")

    def __init__(
        self, calendar: Calendar, servers: list[int], tiers: list[list[deque[int]]]
    ) -> None:
        self.calendar = calendar
        self.idle = servers
        self.tiers = tiers
        """Lines that they may serve: lists of equal rank, the first served first."""
        heapify(self.idle)
        self._opens: list[float] = [*calendar.opens.tolist(), NEVER]
        self._closes: list[float] = [*calendar.closes.tolist(), NEVER]
        self._turn = 0
        self.shuts = -NEVER
        """End of the opening last found: open until then."""

    def opens_at(self, now: float) -> float:
        """First open instant from now on; time only moves forward."""
        while self._closes[self._turn] <= now:
            self._turn += 1
        opens = self._opens[self._turn]
        if opens > now:
            return opens
        self.shuts = self._closes[self._turn]
        return now

    def wanted(self) -> bool:
        """Whether anybody waits whom these servers may serve."""
        return any(line for tier in self.tiers for line in tier)

    def line(self, arrive: list[float]) -> deque[int]:
        """The line that they serve next, given the arrivals by row; somebody waits."""
        for tier in self.tiers:
            if len(tier) == 1:
                if tier[0]:
                    return tier[0]
            elif waiting := [line for line in tier if line]:
                return min(waiting, key=lambda line: (arrive[line[0]], line[0]))
        raise AssertionError("nobody waits")


class Queue:
    """The vehicles (as rows) that wait at one stage, and its servers."""

    def __init__(self, position: int, stage: Stage, hours: dict[int, Calendar]) -> None:
        self.position = position
        self.kind = stage.kind
        self.resume = stage.resume
        self.owner = stage.owner
        self.virtual = stage.virtual
        kinds, line_of = np.unique(stage.rank, axis=1, return_inverse=True)
        self.line_of: list[int] = line_of.ravel().tolist()
        """Number of the line in which each flow waits: one for flows of equal ranks."""
        self.lines: list[deque[int]] = [deque() for _ in range(kinds.shape[1])]
        self.waiting = 0
        self.due = False
        self.wake = NEVER
        self.slots = deque(departures(stage, hours).tolist())
        self.free = stage.servers
        self.turns_back = stage.when_full is WhenFull.TURN_BACK and stage.overflow < 0
        self.eager = self.turns_back or stage.kind in (StageKind.SLOTS, StageKind.BATCH)
        """Something may happen here although no server and no place is free."""
        self.size = float(stage.batch.size or NEVER) if stage.batch else NEVER
        self.within = stage.batch.within if stage.batch else NEVER
        calendars = stage.server_calendar.tolist()
        alike = list(zip(calendars, stage.lane.tolist(), strict=False))  # a hold has no hours
        kept = list(dict.fromkeys(alike))
        self.groups = [
            Group(hours[n], [s for s, one in enumerate(alike) if one == (n, k)], self._tiers(row))
            for n, k in kept
            for row in [kinds[k].tolist()]
        ]
        self.home = [self.groups[kept.index(one)] for one in alike]
        self.plain = len(self.groups) == 1 and bool((kinds >= 0).all())
        """All servers are alike and serve everybody."""

    def _tiers(self, ranks: list[int]) -> list[list[deque[int]]]:
        """The lines by rank, those of rank -1 left out."""
        return [
            [line for line, rank in zip(self.lines, ranks, strict=True) if rank == tier]
            for tier in sorted(set(ranks) - {-1})
        ]

    def line(self) -> deque[int]:
        """The line to be served next; somebody waits."""
        return self.lines[0] or next(line for line in self.lines if line)

    def open_group(self, now: float) -> Group | None:
        """The group of the lowest-numbered free server that is open and serves who waits.

        Some server is free.
        """
        group = self.groups[0]
        if self.plain:
            return group if now < group.shuts or group.opens_at(now) == now else None
        best: Group | None = None
        for group in self.groups:
            if (
                group.idle
                and (best is None or group.idle[0] < best.idle[0])
                and group.wanted()
                and group.opens_at(now) == now
            ):
                best = group
        return best

    def next_opening(self, now: float) -> float:
        """When the first free server opens for who waits; inf if none is free or none opens."""
        opening = (g.opens_at(now) for g in self.groups if g.idle and g.wanted())
        return min(opening, default=NEVER)


class Stock:
    """Export vehicles at a gate that may stop receiving; who waits elsewhere is not there."""

    __slots__ = ("above", "inside", "refused")

    def __init__(self, stop: Stop) -> None:
        self.inside = 0
        self.above = stop.above
        self.refused = frozenset(stop.flows)


def stocks(plan: Plan) -> dict[int, Stock]:
    """The stock that each export flow of a gate with such a rule adds to."""
    return {
        number: stock
        for stop, stock in ((stop, Stock(stop)) for stop in plan.stops)
        for number, flow in enumerate(plan.flows)
        if flow.gate == stop.gate and flow.direction == EXPORT
    }
