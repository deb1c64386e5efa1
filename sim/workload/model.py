"""Workload: arrivals, visits and service requirements of one replication, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints
from sim.plan import Plan, Stage
from sim.queues import Calendar
from sim.workload.arrivals import initially_queued
from sim.workload.gate_choice import Decisions

__all__ = ["Workload", "departures", "hours"]


@dataclass(frozen=True, eq=False)
class Workload:
    """Vehicles of one replication, with their arrivals, visits and service requirements.

    Vehicles are numbered by arrival time (then flow, then key). Each visit of a vehicle
    to a stage is a row; rows are sorted by stage, then vehicle. Along a path rows ascend, unless
    ``place`` says otherwise.

    Attributes
    ----------
    flow, channel, arrive, key:
        Shape ``(vehicles,)``: flow index, customs channel (0 green, 1 yellow, 2 red),
        arrival in minutes, and the vehicle's number within its flow, which is the
        same in every scenario.
    bounds:
        Shape ``(stages + 1,)``: rows of stage ``i`` are ``bounds[i]:bounds[i + 1]``.
    row_vehicle, service:
        Shape ``(rows,)``: vehicle, service requirement in minutes; at a hold, the time from
        giving a place back until it can be taken again.
    held, until:
        Shape ``(visits to holds,)``: the rows of these visits, ascending, and for each the
        row after whose end the place is given back.
    crossed_row:
        Shape ``(vehicles,)``: row whose end counts as crossing the border.
    deadline:
        Shape ``(vehicles,)``: minute from which a vehicle waits no longer, ``inf`` if never.
    absent:
        Ascending rows whose vehicle is not there when its first slot comes.
    outages:
        For each outage of the plan its starts and ends in minutes, sorted and apart.
    decisions:
        For each choice of the plan the vehicles that choose. Each is there once per
        alternative; one of them will arrive.
    place:
        Shape ``(rows,)``: place of each visit on the path of its vehicle; None where rows ascend
        along every path.
    """

    replication: int
    flow: Ints
    channel: NDArray[np.int8]
    arrive: Floats
    key: Ints
    bounds: Ints
    row_vehicle: NDArray[np.int32]
    service: Floats
    held: Ints
    until: Ints
    crossed_row: Ints
    deadline: Floats
    outages: tuple[tuple[Floats, Floats], ...] = ()
    absent: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    decisions: tuple[Decisions, ...] = ()
    place: Ints | None = None
    plan: Plan | None = None

    def __repr__(self) -> str:
        size = f"{self.vehicles} vehicles, {len(self.service)} visits to stages"
        return f"<Workload of replication {self.replication}: {size}>"

    @cached_property
    def stage(self) -> Ints:
        """Stage index of each row, shape ``(rows,)``."""
        return np.repeat(np.arange(len(self.bounds) - 1), np.diff(self.bounds))

    @cached_property
    def initially_queued(self) -> Bools:
        """Return whether each vehicle is of the initial queue, shape ``(vehicles,)``."""
        return initially_queued(self.key)

    @cached_property
    def along_paths(self) -> Ints:
        """Rows by vehicle, those of one along its path, shape ``(rows,)``."""
        if self.place is None:
            return np.argsort(self.row_vehicle, kind="stable")
        return np.lexsort((self.place, self.row_vehicle))

    def up_to_crossing(self, rows: Ints) -> Bools:
        """Return whether each of some rows is not after the vehicle's crossing."""
        crossing = self.crossed_row[self.row_vehicle[rows]]
        if self.place is None:
            ascending: Bools = rows <= crossing
            return ascending
        before: Bools = (self.place[rows] <= self.place[crossing]) & (crossing >= 0)
        return before

    @property
    def vehicles(self) -> int:
        """Number of vehicles that arrive, or choose their gate, before the horizon."""
        return len(self.arrive)

    def rows(self, stage: int) -> slice:
        """Return the rows of a stage."""
        return slice(int(self.bounds[stage]), int(self.bounds[stage + 1]))

    def part(self, kept: Bools) -> tuple[Workload, Ints]:
        """Return the workload of some vehicles in the same order, and their rows in this one.

        ``kept`` has shape ``(vehicles,)``.
        """
        if kept.all():
            return self, np.arange(len(self.service))
        rows = np.flatnonzero(kept[self.row_vehicle])
        new_row = np.empty(len(self.service), dtype=np.int64)
        new_row[rows] = np.arange(len(rows))
        number = (np.cumsum(kept) - 1).astype(np.int32)
        held = kept[self.row_vehicle[self.held]]
        part = replace(
            self,
            flow=self.flow[kept],
            channel=self.channel[kept],
            arrive=self.arrive[kept],
            key=self.key[kept],
            bounds=np.searchsorted(rows, self.bounds),
            row_vehicle=number[self.row_vehicle[rows]],
            service=self.service[rows],
            held=new_row[self.held[held]],
            until=new_row[self.until[held]],
            crossed_row=new_row[self.crossed_row[kept]],
            deadline=self.deadline[kept],
            place=None if self.place is None else self.place[rows],
            absent=new_row[self.absent[kept[self.row_vehicle[self.absent]]]],
            decisions=tuple(drawn.renumbered(kept, number) for drawn in self.decisions),
        )
        return part, rows


def hours(plan: Plan, workload: Workload) -> list[dict[int, Calendar]]:
    """Return the service hours of each stage: its calendars, by number, less its outages."""
    real = []
    for number, stage in enumerate(plan.stages):
        known = {n: plan.calendars[n] for n in stage.server_calendar.tolist()}
        for outage, (starts, ends) in zip(plan.outages, workload.outages, strict=True):
            if number in outage.stages:
                known = {n: calendar.without(starts, ends) for n, calendar in known.items()}
        real.append(known)
    return real


def departures(stage: Stage, real: dict[int, Calendar]) -> Floats:
    """Return the departure times of a stage with slots that no outage stops."""
    if not stage.slots.size:
        return stage.slots
    return stage.slots[real[int(stage.server_calendar[0])].is_open(stage.slots)]
