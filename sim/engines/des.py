"""Engine `des`: the border as events on SimPy's clock.

Stages are queues with lean callbacks, not a process and a request per vehicle: the same
clock and event list at a third of the cost.

What happens at one instant in which order, and what each kind of stage does, stands in
:mod:`sim.engines`.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Bools
from sim.engines.event_clock import Call
from sim.engines.holds import connect_holds, drop_passed_holds
from sim.engines.publication import Publications
from sim.engines.station import Network
from sim.engines.stations import STATIONS
from sim.journeys import Journeys
from sim.plan import Plan
from sim.workload import Workload, hours

__all__ = ["run", "run_and_choose"]


def run(plan: Plan, workload: Workload) -> Journeys:
    """Run one replication event by event; deterministic."""
    return run_and_choose(plan, workload)[0]


def run_and_choose(plan: Plan, workload: Workload) -> tuple[Journeys, Bools]:
    """As :func:`run`, with whether each vehicle of the workload came, or chose another gate."""
    simulation = _Simulation(plan, workload)
    return simulation.run(), np.array(simulation.comes, dtype=np.bool_)


class _Simulation:
    """One run: arrivals into a network of stations."""

    def __init__(self, plan: Plan, workload: Workload) -> None:
        network = self._network = _network(plan, workload)
        self._clock, self._rows = network.clock, network.rows
        self._station_of, self._stocks = network.station_of, network.stocks
        self._publications = Publications(self._clock, self._rows, plan, workload)
        self.comes = self._publications.comes
        self._receives_all = not plan.stops
        self._arrived = self._on_arrival  # bound once

    def run(self) -> Journeys:
        """Run to the horizon."""
        if self._rows.arrivals:
            self._clock.at(self._rows.arrivals[0], 1, self._arrived, 0)
        self._publications.open()
        self._clock.run(until=self._rows.horizon)
        drop_passed_holds(self._network)
        return self._rows.journeys(self.comes)

    def _on_arrival(self, event: Call) -> None:
        vehicle, now, rows = event.what, event.time, self._rows
        following = vehicle + 1
        if following < len(rows.arrivals):
            self._clock.repeat(event, self._arrived, following, rows.arrivals[following])
        if self.comes[vehicle] and (self._receives_all or self._receive(vehicle)):
            row = rows.first[vehicle]
            self._station_of[row].reach(row, now)

    def _receive(self, vehicle: int) -> bool:
        """Return whether the gate receives a vehicle, and count it in."""
        received = self._stocks.receive(vehicle)
        crossing = self._rows.crossed_row[vehicle]
        if crossing in self._stocks.crossings:
            self._network.marked.add(crossing)
        return received


def _network(plan: Plan, workload: Workload) -> Network:
    """Build the stations of a plan."""
    network = Network(plan, workload)
    open_hours = hours(plan, workload)
    network.stations += [
        STATIONS[stage.kind](network, number, stage, open_hours[number])
        for number, stage in enumerate(plan.stages)
    ]
    network.station_of += [network.stations[number] for number in workload.stage.tolist()]
    connect_holds(network, plan, workload)
    return network
