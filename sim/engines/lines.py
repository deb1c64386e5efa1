"""Who waits and who serves: the queue of one stage, and the stock of one gate."""

from __future__ import annotations

from collections import deque
from heapq import heapify

from sim.plan.model import DIRECTIONS, Plan, Stage, StageKind, Stop, WhenFull
from sim.queues.calendars import Calendar
from sim.workload import departures

__all__ = ["NEVER", "Group", "Queue", "Stock", "stocks"]

EXPORT = DIRECTIONS.index("export")
NEVER = float("inf")


class Group:
    """Servers of a stage that share a calendar."""

    __slots__ = ("_closes", "_opens", "_turn", "calendar", "idle", "shuts")

    def __init__(self, calendar: Calendar, servers: list[int]) -> None:
        self.calendar = calendar
        self.idle = servers
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


class Queue:
    """The vehicles (as rows) that wait at one stage, and its servers."""

    def __init__(self, position: int, stage: Stage, hours: dict[int, Calendar]) -> None:
        self.position = position
        self.kind = stage.kind
        self.resume = stage.resume
        self.owner = stage.owner
        self.rank: list[int] = stage.rank.tolist()
        self.lines: list[deque[int]] = [deque() for _ in range(max(self.rank) + 1)]
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
        numbers = list(dict.fromkeys(calendars))
        self.groups = [
            Group(hours[n], [s for s, c in enumerate(calendars) if c == n]) for n in numbers
        ]
        self.home = [self.groups[numbers.index(n)] for n in calendars]

    def line(self) -> deque[int]:
        """The line to be served next; somebody waits."""
        return self.lines[0] or next(line for line in self.lines if line)

    def open_group(self, now: float) -> Group | None:
        """The group of the lowest-numbered free server that is open; some server is free."""
        group = self.groups[0]
        if len(self.groups) == 1:
            return group if now < group.shuts or group.opens_at(now) == now else None
        best: Group | None = None
        for group in self.groups:
            if (
                group.idle
                and (best is None or group.idle[0] < best.idle[0])
                and group.opens_at(now) == now
            ):
                best = group
        return best

    def next_opening(self, now: float) -> float:
        """When the first free server opens; inf if none is free or none opens."""
        return min((g.opens_at(now) for g in self.groups if g.idle), default=NEVER)


class Stock:
    """Export vehicles at a gate that may stop receiving."""

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
