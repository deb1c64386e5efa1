"""Stations by kind of stage: servers, timetabled slots, batches and delays."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush

from sim.engines.event_clock import Call
from sim.engines.holds import HoldStation
from sim.engines.server_groups import NEVER, Hours, ServerGroup
from sim.engines.station import Network, Station
from sim.plan import Stage, StageKind
from sim.queues import Calendar
from sim.workload import departures

__all__ = ["STATIONS"]


class ServerStation(Station):
    """Servers, alike or with lanes and calendars of their own."""

    eager = False

    def __init__(
        self, network: Network, position: int, stage: Stage, hours: dict[int, Calendar]
    ) -> None:
        super().__init__(network, position, stage, hours)
        self.server, self.blocked = network.rows.server, network.blocked
        kinds = list(zip(stage.server_calendar.tolist(), stage.lane.tolist(), strict=False))
        distinct = list(dict.fromkeys(kinds))
        self.groups = [
            ServerGroup(
                hours[calendar],
                [server for server, kind in enumerate(kinds) if kind == (calendar, lane)],
                self._tiers(self.ranks[lane].tolist()),
            )
            for calendar, lane in distinct
        ]
        self.group_of = [self.groups[distinct.index(kind)] for kind in kinds]
        self.plain = len(self.groups) == 1 and bool((self.ranks >= 0).all())
        """All servers are alike and serve everybody."""

    def _tiers(self, ranks: list[int]) -> list[list[deque[int]]]:
        """Lines by rank, those of rank -1 left out."""
        return [
            [line for line, rank in zip(self.lines, ranks, strict=True) if rank == tier]
            for tier in sorted(set(ranks) - {-1})
        ]

    def start_next(self, now: float) -> bool:
        """Start the next service."""
        if not self.free:
            return False
        group: ServerGroup | None = self.groups[0]
        if not self.plain or now >= self.groups[0].shuts:  # most often it is this one, open
            group = self._open_group(now)
        if group is None:
            self.wake_at(self._next_opening(now))
            return False
        line = self.lines[0] if len(self.lines) == 1 else group.line(self.arrive)
        row = line.popleft()
        self.waiting -= 1
        self.server[row] = group.idle[0]
        self.begin(row, now, group.calendar)
        # a service of no length leaves its server free, unless it may be kept
        if self.finish[row] > now or row in self.blocked:
            heappop(group.idle)
            self.free -= 1
        return self.free > 0

    def _open_group(self, now: float) -> ServerGroup | None:
        """Group of the lowest-numbered free server that is open and serves who waits."""
        group = self.groups[0]
        if self.plain:
            return group if now < group.shuts or group.opens_at(now) == now else None
        best: ServerGroup | None = None
        for group in self.groups:
            if (
                group.idle
                and (best is None or group.idle[0] < best.idle[0])
                and group.wanted()
                and group.opens_at(now) == now
            ):
                best = group
        return best

    def _next_opening(self, now: float) -> float:
        """Minute at which the first free server opens for who waits; inf if none does."""
        opening = (g.opens_at(now) for g in self.groups if g.idle and g.wanted())
        return min(opening, default=NEVER)

    def on_finish(self, event: Call) -> None:
        """End a service: free its server, or keep it until the vehicle has its next place."""
        row, now = event.what, event.time
        marked = row in self.marked
        if marked:
            self.network.more = True
        if row in self.blocked:
            self.network.kept[self.next[row]] = row
            self.network.servers_of[row] = self
        elif self.finish[row] > self.start[row]:
            self.free_server(row, now)
        if marked:
            self.leave(row, now)
            self.network.more = False
        elif (following := self.next[row]) >= 0:
            self.station_of[following].reach(following, now)

    def free_server(self, row: int, now: float) -> None:
        """Free the server of a visit."""
        server = self.server[row]
        heappush(self.group_of[server].idle, server)
        self.free += 1
        if self.waiting:
            self.serve(now)


class SlotStation(Station):
    """Timetabled departures, one vehicle each."""

    def __init__(
        self, network: Network, position: int, stage: Stage, hours: dict[int, Calendar]
    ) -> None:
        super().__init__(network, position, stage, hours)
        self._calendar = hours[int(stage.server_calendar[0])]
        self._slots = deque(departures(stage, hours).tolist())

    def start_next(self, now: float) -> bool:
        """Fill the departures of this instant."""
        slots, absent = self._slots, self.rows.absent
        while slots and slots[0] < now:
            slots.popleft()
        if not slots or slots[0] > now:
            self.wake_at(slots[0] if slots else NEVER)
            return False
        late = []
        while slots and slots[0] == now and self.waiting:
            slots.popleft()
            self.waiting -= 1
            row = self.next_line().popleft()
            if row in absent:
                absent.remove(row)
                late.append(row)
            else:
                self.begin(row, now, self._calendar)
        for row in late:  # they ask again, behind all that are there
            self.lines[self.line_of[self.flow_at[row]]].append(row)
            self.waiting += 1
        while late and slots and slots[0] == now:
            slots.popleft()
        return self.waiting > 0


class BatchStation(Station):
    """Batches that leave when full, or when their first vehicle has waited ``within``."""

    def __init__(
        self, network: Network, position: int, stage: Stage, hours: dict[int, Calendar]
    ) -> None:
        super().__init__(network, position, stage, hours)
        assert stage.batch is not None
        self._hours = Hours(hours[int(stage.server_calendar[0])])
        self._size, self._within = float(stage.batch.size or NEVER), stage.batch.within

    def start_next(self, now: float) -> bool:
        """Start a batch."""
        line = self.lines[0]
        due = self.arrive[line[0]] + self._within
        if len(line) < self._size and due > now:
            self.wake_at(due)
            return False
        together = [line.popleft() for _ in range(int(min(self._size, len(line))))]
        self.waiting -= len(together)
        for row in together:
            self.begin(row, self._hours.opens_at(now), self._hours.calendar)
        return True


class DelayStation(Station):
    """A delay: every vehicle is served at once while the stage is open; nobody waits in line."""

    def __init__(
        self, network: Network, position: int, stage: Stage, hours: dict[int, Calendar]
    ) -> None:
        super().__init__(network, position, stage, hours)
        self._hours = Hours(hours[int(stage.server_calendar[0])])
        self._owner = stage.owner

    def reach(self, row: int, now: float) -> None:
        """Let a vehicle arrive and begin."""
        self.arrive[row] = now
        if self.deadline and row in self.deadline:
            self.watch(row, now)
        hours = self._hours
        self.begin(row, now if now < hours.shuts else hours.opens_at(now), hours.calendar)

    def start_next(self, _now: float) -> bool:
        """Return False; nobody stands in line."""
        return False

    def waits(self, row: int, now: float) -> bool:
        """Return whether its owner still holds a vehicle: only such a delay is a wait."""
        return self._owner and self.finish[row] > now

    def leave_line(self, row: int, _now: float) -> int:
        """Return the row; nobody stands in line."""
        return row


STATIONS: dict[StageKind, type[Station]] = {
    StageKind.SERVERS: ServerStation,
    StageKind.SLOTS: SlotStation,
    StageKind.BATCH: BatchStation,
    StageKind.DELAY: DelayStation,
    StageKind.HOLD: HoldStation,
}
