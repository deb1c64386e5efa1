"""The province's 20:00 bulletin, as the model would write it.

A bulletin day runs from 20:00 the day before to 20:00, Vietnam time. There is a bulletin at
each 20:00 of the measured window that has 24 simulated hours behind it; the first may reach
back into the warm-up, and a run of one day without warm-up has none. What happens at 20:00
sharp belongs to the next bulletin.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from sim.arrays import Bools, Floats, Ints
from sim.clock import DAY
from sim.journeys import Journeys
from sim.measures.clocks import Vehicles, present_at
from sim.measures.codes import named
from sim.measures.grouping import count, table, total
from sim.plan import DIRECTIONS, Plan
from sim.queues.edges import Edges

__all__ = ["BULLETIN", "bulletin_table", "bulletin_times"]


BULLETIN = 20 * 60.0
"""Minute of the day at which a bulletin day ends."""

_EXPORT, _IMPORT = DIRECTIONS.index("export"), DIRECTIONS.index("import")


def bulletin_times(plan: Plan) -> Floats:
    """Minutes of the bulletins."""
    first = np.ceil((max(plan.warm_up, DAY) - BULLETIN) / DAY)
    last = np.floor((plan.horizon - BULLETIN) / DAY)
    return BULLETIN + DAY * np.arange(first, last + 1)


def bulletin_table(journeys: Journeys, plan: Plan, vehicles: Vehicles) -> pl.DataFrame:
    """One row per gate of the plan and bulletin day; zeros where nothing moves.

    Columns
    -------
    gate, day:
        ``day`` is the date on whose 20:00 the bulletin closes.
    exported, exported_fruit, imported, imported_new_cars:
        Vehicles with goods (at rail gates: trains) that crossed; fruit and new cars are those whose
        cargo is ``counted_as`` so, and are part of the totals.
    arrived:
        Export vehicles that came from inland; who has a booking comes when its turn has come.
    waiting, waiting_fruit:
        Export vehicles that had arrived and not left at 20:00, virtual waits left out.
    wagons_exported, wagons_imported:
        Wagons of the trains that crossed; 0 at road gates.
    """
    times = bulletin_times(plan)
    size, days, edges = len(plan.gates), len(times), Edges(times)
    line = np.array([plan.cargo[f.cargo].counted_as for f in plan.flows], dtype=np.str_)
    fruit, cars = ((line == name)[journeys.workload.flow] for name in ("fruit", "new_cars"))
    export, import_ = (vehicles.goods & (vehicles.direction == d) for d in (_EXPORT, _IMPORT))

    def between(moments: Floats, mask: Bools, weights: Ints | None = None) -> Ints:
        """Events of each gate and bulletin day."""
        day = edges.passed(moments)
        mask = mask & (day < days) & (moments >= (times[0] - DAY if days else np.inf))
        cell = vehicles.gate[mask] * days + day[mask]
        if weights is None:
            return count(cell, size * days)
        return total(cell, weights[mask], size * days).astype(np.int64)

    def waiting(mask: Bools) -> Ints:
        return present_at(vehicles, vehicles.gate, size, mask, times).ravel()

    crossed = vehicles.crossed_at
    dates = [plan.start + dt.timedelta(days=int(t // DAY)) for t in times.tolist()]
    counts = {
        "exported": between(crossed, export),
        "exported_fruit": between(crossed, export & fruit),
        "imported": between(crossed, import_),
        "imported_new_cars": between(crossed, import_ & cars),
        "arrived": between(vehicles.came, export),
        "waiting": waiting(export),
        "waiting_fruit": waiting(export & fruit),
        "wagons_exported": between(crossed, export, vehicles.wagons),
        "wagons_imported": between(crossed, import_, vehicles.wagons),
    }
    return table(
        {
            "gate": named([g.id for g in plan.gates], np.repeat(np.arange(size), days)),
            "day": pl.Series(dates * size, dtype=pl.Date),
            **counts,
        }
    )
