"""One vehicle's way through its gate, from the event logs of one scenario or several."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from sim.measures.rosters import Rosters, compile_rosters
from sim.plan import DIRECTIONS, Plan, StageKind
from sim.queues import Calendar
from sim.results import Results

__all__ = ["Journey", "crossings", "pick_journeys"]

LEAST = 20
"""Vehicles needed to name the one that takes longer than 19 of 20."""

_SHARES = (0.5, 0.95)
_IDENTITY = ("flow", "arrive", "tie")
"""Flow, instant of arrival, and order among vehicles alike in both."""


@dataclass(frozen=True)
class Span:
    """Minutes ``begin`` to ``end`` of the run at a stage (an index of the plan).

    ``kind`` is ``wait`` in a queue while the stage is open, ``closed`` for waiting or a frozen
    service while it is shut, ``service``, ``virtual`` for waiting elsewhere with a booking, or
    ``owner`` for all time held by the owner.
    """

    stage: int
    kind: str
    begin: float
    end: float


@dataclass(frozen=True)
class Journey:
    """A vehicle from its arrival to its crossing, in minutes of the run."""

    vehicle: int
    arrive: float
    crossed: float
    spans: tuple[Span, ...]


def crossings(results: Results, gate: str, direction: str) -> pl.DataFrame:
    """Vehicles of a gate that crossed in the measured days of the first log kept.

    Columns: vehicle; arrive, crossed in minutes; door, minutes between; flow and tie, which
    with the arrival tell the same vehicle in runs of one seed. Sorted by door; empty where no
    log was kept.
    """
    plan, log = results.plan, _log(results)
    number = next((i for i, entry in enumerate(plan.gates) if entry.id == gate), None)
    way = DIRECTIONS.index(direction)
    last = {
        flow.id: plan.stages[flow.steps[flow.crossed].stage].id
        for flow in plan.flows
        if flow.gate == number and flow.direction == way and flow.steps
    }
    schema = {"vehicle": pl.Int32, "arrive": pl.Float64, "crossed": pl.Float64, "door": pl.Float64}
    if log is None or not last:
        return pl.DataFrame(schema=schema | {"flow": pl.String, "tie": pl.Int64})
    flow, stage = pl.col("flow").cast(pl.String), pl.col("stage").cast(pl.String)
    ends = pl.col("finish").filter(stage == flow.replace(last)).max()
    crossed = pl.col("outcome").cast(pl.String).first() == "crossed"
    return (
        log.filter(flow.is_in(list(last)))
        .group_by("vehicle")
        .agg(flow.first(), pl.col("arrive").min(), ends.alias("crossed"), crossed.alias("done"))
        .sort("vehicle")
        .with_columns(pl.int_range(pl.len()).over("flow", "arrive").alias("tie"))
        .filter("done", pl.col("crossed").is_between(plan.warm_up, plan.horizon, closed="left"))
        .with_columns((pl.col("crossed") - pl.col("arrive")).alias("door"))
        .select(*schema, "flow", "tie")
        .sort("door", "vehicle")
    )


def pick_journeys(
    several: Sequence[Results], gate: str, direction: str
) -> list[tuple[Journey, Journey]] | None:
    """Return the median vehicle of the first run and the one of its longest 5 %, in each run.

    Both are chosen among the vehicles that crossed in all runs, so that every run shows the
    same two; None for fewer than :data:`LEAST` of them.
    """
    crossed = [crossings(results, gate, direction) for results in several]
    common = crossed[0]
    for other in crossed[1:]:
        common = common.join(other, on=_IDENTITY, how="semi", maintain_order="left")
    if common.height < LEAST:
        return None
    rows = [common.row(int(share * (common.height - 1)), named=True) for share in _SHARES]
    picked = []
    for results, own in zip(several, crossed, strict=True):
        median, longest = (_journey(results, _same_vehicle(own, row)) for row in rows)
        picked.append((median, longest))
    return picked


def _same_vehicle(vehicles: pl.DataFrame, row: dict[str, Any]) -> dict[str, Any]:
    """Return the row of the vehicle with this identity."""
    match = vehicles.filter(*(pl.col(name) == row[name] for name in _IDENTITY))
    return match.row(0, named=True)


def _journey(results: Results, row: dict[str, Any]) -> Journey:
    log, plan = _log(results), results.plan
    assert log is not None  # the row came from it
    numbers = {stage.id: number for number, stage in enumerate(plan.stages)}
    rosters = compile_rosters(plan)
    spans: list[Span] = []
    never = pl.col("start", "finish").fill_null(math.inf)
    visits = log.filter(pl.col("vehicle") == row["vehicle"]).with_columns(never)
    for visit in visits.sort("arrive", "start").iter_rows(named=True):
        if visit["arrive"] < row["crossed"]:
            spans += _spans(plan, rosters, numbers[visit["stage"]], visit)
    inside = tuple(span for span in spans if span.begin < span.end <= row["crossed"] + 1e-9)
    return Journey(int(row["vehicle"]), row["arrive"], row["crossed"], inside)


def _spans(plan: Plan, rosters: Rosters, number: int, visit: dict[str, Any]) -> list[Span]:
    """Wait and service of a visit; a hold is waited for and then kept during other stages."""
    stage = plan.stages[number]
    arrive, start, finish = (visit[name] for name in ("arrive", "start", "finish"))
    if stage.owner:
        return [Span(number, "owner", arrive, finish)]
    if stage.virtual:
        wait = [Span(number, "virtual", arrive, start)]
    else:
        calendar = rosters.calendars[rosters.stage[number]]
        wait = _by_hours(number, "wait", arrive, start, calendar)
    if stage.kind is StageKind.HOLD:
        return wait
    if not stage.resume or visit["server"] is None:
        return [*wait, Span(number, "service", start, finish)]
    (group,) = rosters.group(number, np.array([visit["server"]], dtype=np.int32))
    own = rosters.calendars[rosters.group_calendar[group]]
    return [*wait, *_by_hours(number, "service", start, finish, own)]


def _by_hours(stage: int, kind: str, begin: float, end: float, calendar: Calendar) -> list[Span]:
    """Part a span into open hours, of this ``kind``, and closed ones."""
    if calendar.never_closes or not begin < end < math.inf:
        return [Span(stage, kind, begin, end)]
    edges = np.unique(np.concatenate([calendar.opens, calendar.closes]))
    cuts = [begin, *edges[(edges > begin) & (edges < end)].tolist(), end]
    spans: list[Span] = []
    for low, high in pairwise(cuts):
        opened = float(calendar.open_time(np.array([low]), np.array([high]))[0]) > 0.0
        name = kind if opened else "closed"
        if spans and spans[-1].kind == name:
            spans[-1] = Span(stage, name, spans[-1].begin, high)
        else:
            spans.append(Span(stage, name, low, high))
    return spans


def _log(results: Results) -> pl.DataFrame | None:
    """Return the first event log kept, if any."""
    return results.journeys[min(results.journeys)] if results.journeys else None
