"""Holds in `des`: places taken over several stages, given back, and free again.

Holds that overflow into one another form a chain. A vehicle that asks stands in line for every
hold of its chain at once and takes the first place there is, in the first of them. Each has a
row of its own; while the vehicle waits it stands before the last, and the log keeps no other.
"""

from __future__ import annotations

import numpy as np

from sim.engines.event_clock import Call
from sim.engines.rows import NAN
from sim.engines.station import Network, Station
from sim.plan import Plan, Stage, StageKind, WhenFull
from sim.queues import Calendar
from sim.workload import Workload

__all__ = ["HoldStation", "connect_holds", "drop_passed_holds"]


class HoldStation(Station):
    """Occupancy of a hold: places in use, and vehicles that wait until one is free."""

    def __init__(
        self, network: Network, position: int, stage: Stage, hours: dict[int, Calendar]
    ) -> None:
        super().__init__(network, position, stage, hours)
        self.turns_back = stage.when_full is WhenFull.TURN_BACK and stage.overflow < 0
        self.eager = self.turns_back
        self._blocks = network.plan.when_full(position) is WhenFull.BLOCK

    @property
    def blocks(self) -> bool:
        """Whether a vehicle keeps its server until it has a place here."""
        return self._blocks

    def reach(self, row: int, now: float) -> None:
        """Let a vehicle ask for a place: it stands in line, for each hold of a chain."""
        for asked in self._chain(row):
            self.arrive[asked] = now
            self.station_of[asked].join(asked, now)
        if self.deadline and row in self.deadline:
            self.watch(row, now)

    def serve(self, now: float) -> None:
        """Let in when the hold has its turn at this instant."""
        if not self.due:
            self.serve_in_turn(now)

    def _on_due(self, event: Call) -> None:
        self.due = False
        self.network.more = True  # it may let in several
        self.start_services(event.time)
        self.network.more = False

    def start_next(self, now: float) -> bool:
        """Give a place to the next in line, or turn it back where the hold does so."""
        if not self.free:
            if self.turns_back:
                row = self.next_line()[0]
                self.rows.turned_back[self.rows.vehicle[row]] = True
                self.go_home(self.leave_line(row, now), now)
            return self.turns_back
        row = self.next_line().popleft()
        self.waiting -= 1
        self.free -= 1
        self.start[row] = now
        for other in self._chain(row):
            if other != row:
                self.arrive[other] = NAN
                self.station_of[other].withdraw(other)
        if self.network.kept:
            self._free_kept(row, now)
        self.leave(row, now)
        return self.free > 0 or self.turns_back

    def _chain(self, row: int) -> tuple[int, ...]:
        return self.network.chains.get(row, (row,))

    def _free_kept(self, row: int, now: float) -> None:
        """Free the server kept until now, unless the next place is waited for in it too."""
        kept = self.network.kept
        served = kept.pop(self._chain(row)[0], None)
        if served is None:
            return
        following = self.next[row]
        if _is_block(self.network, following):
            kept[following] = served
        else:
            self.network.servers_of[served].free_server(served, now)

    def waits(self, row: int, _now: float) -> bool:
        """Return whether a vehicle that has asked has neither got a place nor left."""
        start, finish = self.start, self.finish
        return all(
            start[asked] != start[asked] and finish[asked] != finish[asked]  # both NaN
            for asked in self._chain(row)
        )

    def leave_line(self, row: int, now: float) -> int:
        """Stop waiting for a place; return the row before which the vehicle stood."""
        chain = self._chain(row)
        for asked in chain:
            self.station_of[asked].withdraw(asked)
        served = self.network.kept.pop(chain[0], None)
        if served is not None:
            self.network.servers_of[served].free_server(served, now)
        return chain[-1]

    def give_back(self, row: int, now: float) -> None:
        """Give back a place; it can be taken again now, or once it is back."""
        self.finish[row] = now
        back = now + self.service[row]
        if back <= now:
            self._free_place(now)
        elif back < self.horizon:
            self.clock.at(back, 0, self._on_return, row)

    def _on_return(self, event: Call) -> None:
        self._free_place(event.time)

    def _free_place(self, now: float) -> None:
        self.free += 1
        if self.waiting:
            self.serve(now)


def connect_holds(network: Network, plan: Plan, workload: Workload) -> None:
    """Find the chains of holds and the servers that may be kept; all stations are there."""
    for row in workload.held.tolist():
        station = network.station_of[row]
        if isinstance(station, HoldStation):
            network.hold_of[row] = station
    network.chains |= _chains(network, plan, workload)
    if any(isinstance(station, HoldStation) and station.blocks for station in network.stations):
        served = np.array([stage.kind is StageKind.SERVERS for stage in plan.stages])
        rows = np.flatnonzero(served[workload.stage]).tolist()
        network.blocked |= {row for row in rows if _is_block(network, network.rows.next[row])}


def drop_passed_holds(network: Network) -> None:
    """At the horizon: a vehicle that waits for a chain stands before the last of it."""
    rows = network.rows
    for row, chain in network.chains.items():
        if row != chain[-1] and rows.start[row] != rows.start[row]:
            rows.arrive[row] = NAN


def _is_block(network: Network, row: int) -> bool:
    """Return whether a row asks for a place that is waited for at a server."""
    if row < 0:
        return False
    station = network.station_of[row]
    return isinstance(station, HoldStation) and station.blocks


def _chains(network: Network, plan: Plan, workload: Workload) -> dict[int, tuple[int, ...]]:
    """Rows among which a vehicle takes one place, by each of them.

    On the way out of any of them the vehicle passes the others by.
    """
    chains: dict[int, tuple[int, ...]] = {}
    following = network.rows.next
    overflow = np.array([stage.overflow for stage in plan.stages], dtype=np.int64)
    for row in np.flatnonzero(overflow[workload.stage] >= 0).tolist():
        if row in chains:
            continue
        chain = [row]
        while overflow[network.station_of[chain[-1]].position] >= 0:
            chain.append(following[chain[-1]])
        for asked in chain:
            chains[asked] = tuple(chain)
    for row, rows in chains.items():
        following[row] = following[rows[-1]]
    return chains
