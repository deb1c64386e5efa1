"""Opening hours as time moves on, and groups of servers alike with the lines they serve."""

from __future__ import annotations

from collections import deque
from heapq import heapify

from sim.queues import Calendar

__all__ = ["NEVER", "Hours", "ServerGroup"]

NEVER = float("inf")


class Hours:
    """Openings of a calendar, asked at instants that only move forward.

    ``shuts`` is the end of the opening last found: open until then.
    """

    __slots__ = ("_closes", "_opens", "_turn", "calendar", "shuts")

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._opens: list[float] = [*calendar.opens.tolist(), NEVER]
        self._closes: list[float] = [*calendar.closes.tolist(), NEVER]
        self._turn = 0
        self.shuts = -NEVER

    def opens_at(self, now: float) -> float:
        """Return the first open instant from now on."""
        while self._closes[self._turn] <= now:
            self._turn += 1
        opens = self._opens[self._turn]
        if opens > now:
            return opens
        self.shuts = self._closes[self._turn]
        return now


class ServerGroup(Hours):
    """Servers of a stage that share a calendar and serve the same vehicles.

    ``idle`` is a heap of free servers; ``tiers`` are the lines that they may serve: lists of
    equal rank, the first served first.
    """

    __slots__ = ("idle", "tiers")

    def __init__(
        self, calendar: Calendar, servers: list[int], tiers: list[list[deque[int]]]
    ) -> None:
        super().__init__(calendar)
        self.idle = servers
        heapify(self.idle)
        self.tiers = tiers

    def wanted(self) -> bool:
        """Return whether a vehicle waits that these servers may serve."""
        return any(line for tier in self.tiers for line in tier)

    def line(self, arrive: list[float]) -> deque[int]:
        """Return the line that they serve next, given the arrivals by row; a vehicle waits."""
        for tier in self.tiers:
            if len(tier) == 1:
                if tier[0]:
                    return tier[0]
            elif waiting := [line for line in tier if line]:
                return min(waiting, key=lambda line: (arrive[line[0]], line[0]))
        raise AssertionError("nobody waits")
