"""How busy each stage is by weekday and hour."""

from __future__ import annotations

import numpy as np
import polars as pl

from sim.clock import DAY
from sim.measures.codes import named, stages_of
from sim.measures.grouping import ratio, table
from sim.measures.occupancy import CLOSED, Occupancy
from sim.plan import Plan, StageKind

__all__ = ["weekdays_table"]

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
    since = plan.start.weekday() * 24
    hour = (np.floor(load.edges[:-1] / (DAY / 24)).astype(np.int64) + since) % _HOURS
    by_hour = np.zeros((2, _HOURS, len(plan.stages)))
    every = np.stack([load.busy.T, load.open.T], axis=1)
    for number, both in zip(hour.tolist(), every, strict=True):
        by_hour[:, number] += both
    busy, opened = by_hour.transpose(0, 2, 1)
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
