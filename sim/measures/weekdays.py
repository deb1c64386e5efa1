"""Utilisation of each stage by weekday and hour."""

from __future__ import annotations

import numpy as np
import polars as pl

from sim.measures.codes import named, stages_of
from sim.measures.grouping import ratio, table
from sim.measures.occupancy import CLOSED, Occupancy, by_hour
from sim.plan import Plan, StageKind

__all__ = ["weekdays_table"]

_HOUR = 60.0
_HOURS = 7 * 24


def weekdays_table(plan: Plan, load: Occupancy) -> pl.DataFrame:
    """One row per stage with servers or slots, weekday and hour in which it was open.

    Columns
    -------
    stage, weekday, hour:
        Weekday 0 is Monday; hour 0 is 00:00-01:00, Vietnam time.
    utilisation:
        As in :func:`sim.measures.stages.stages_table`, over all days of that weekday.
    """
    since = plan.start.weekday() * 24 + int(load.edges[0] // _HOUR)
    busy, opened = (by_hour(minutes, since, _HOURS) for minutes in (load.busy, load.open))
    opened[stages_of(plan).kind == StageKind.HOLD] = 0.0
    stages, hours = np.nonzero(opened > CLOSED)
    return table(
        {
            "stage": named(stages_of(plan).names["stage"], stages),
            "weekday": hours // 24,
            "hour": hours % 24,
            "utilisation": ratio(busy[stages, hours], opened[stages, hours]),
        }
    )
