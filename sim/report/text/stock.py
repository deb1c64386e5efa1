"""Composition of the 20:00 stock: who holds the export vehicles that stand at a gate."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from sim.measures.bulletin import bulletin_times
from sim.measures.rosters import compile_rosters
from sim.plan import DIRECTIONS, Plan, StageKind
from sim.results import Results

__all__ = ["HOLDERS", "evening_stock"]

HOLDERS = ("owner", "closed", "queue", "service")
"""Held by the owner; waiting, or in a frozen service, while the stage is shut; queueing while it
is open; being served."""


def evening_stock(results: Results) -> dict[str, dict[str, float]]:
    """Export vehicles at each gate at 20:00 by :data:`HOLDERS`, mean over the bulletins.

    Of the first event log kept; empty without one or without a bulletin. The four add up to
    the bulletin's stock of that replication.
    """
    times = bulletin_times(results.plan)
    if not results.journeys or not times.size:
        return {}
    visits = _visits(results.plan, results.journeys[min(results.journeys)])
    stock: dict[str, dict[str, float]] = {}
    for time in times.tolist():
        present = visits.filter(
            pl.col("arrive") < time, pl.col("leave") >= time, pl.col("crossed") >= time
        )
        held = _held(results.plan, time)
        holder = (
            pl.when(pl.col("stage").is_in(held["owner"]))
            .then(pl.lit("owner"))
            .when(pl.col("stage").is_in(held["frozen"]))
            .then(pl.lit("closed"))
            .when(pl.col("start") < time)
            .then(pl.lit("service"))
            .when(pl.col("stage").is_in(held["closed"]))
            .then(pl.lit("closed"))
            .otherwise(pl.lit("queue"))
        )
        for gate, name, count in present.group_by("gate", holder.alias("holder")).len().iter_rows():
            counts = stock.setdefault(gate, dict.fromkeys(HOLDERS, 0.0))
            counts[name] += count / times.size
    return stock


def _visits(plan: Plan, log: pl.DataFrame) -> pl.DataFrame:
    """Visits of export vehicles with goods: stage, arrive, start, leave and their crossing.

    A place of a hold is waited for and then kept during other stages. Missing times are
    infinite; who waits elsewhere with a booking is at no stage.
    """
    export = DIRECTIONS.index("export")
    crossing = {
        flow.id: plan.stages[flow.steps[flow.crossed].stage].id
        for flow in plan.flows
        if flow.direction == export and plan.cargo[flow.cargo].counted_as != "none" and flow.steps
    }
    holds = [stage.id for stage in plan.stages if stage.kind is StageKind.HOLD]
    away = [stage.id for stage in plan.stages if stage.virtual and not stage.owner]
    flow, stage = pl.col("flow").cast(pl.String), pl.col("stage").cast(pl.String)
    ends = pl.col("finish").filter(stage == flow.replace(crossing)).max().over("vehicle")
    never = math.inf
    return (
        log.filter(flow.is_in(list(crossing)))
        .with_columns(
            stage.alias("stage"),
            pl.col("gate").cast(pl.String),
            pl.col("start").fill_null(never),
            pl.when(stage.is_in(holds) & pl.col("start").is_not_null())
            .then(pl.col("start"))
            .otherwise(pl.col("finish"))
            .fill_null(never)
            .alias("leave"),
            ends.fill_null(never).alias("crossed"),
        )
        .with_columns(
            pl.when(pl.col("stage").is_in(away))
            .then(pl.max_horizontal("arrive", pl.min_horizontal("start", "leave")))
            .otherwise(pl.col("arrive"))
            .alias("arrive")
        )
        .select("gate", "stage", "arrive", "start", "leave", "crossed")
    )


def _held(plan: Plan, time: float) -> dict[str, list[str]]:
    """Stages at which owners hold vehicles, and those that are shut just before ``time``.

    ``frozen`` are those among the shut ones whose started services stand still.
    """
    rosters = compile_rosters(plan)
    before = np.nextafter(time, 0.0)
    shut = [
        stage
        for number, stage in enumerate(plan.stages)
        if not rosters.calendars[rosters.stage[number]].is_open(before)
    ]
    return {
        "owner": [stage.id for stage in plan.stages if stage.owner],
        "closed": [stage.id for stage in shut],
        "frozen": [stage.id for stage in shut if stage.resume],
    }
