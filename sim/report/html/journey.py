"""One vehicle's way through its gate, from the event log."""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from sim.plan.model import DIRECTIONS, Plan, StageKind
from sim.results import Results

__all__ = ["Journey", "Span", "crossings", "pick_journeys"]


@dataclass(frozen=True)
class Span:
    """Minutes ``begin`` to ``end`` of the run at a stage (an index of the plan).

    ``kind`` is ``wait``, ``service``, or ``owner`` for all time held by the owner.
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

    Columns: vehicle; arrive, crossed in minutes; door, minutes between. Empty where no
    log was kept.
    """
    plan, log = results.plan, _log(results)
    number = next((i for i, one in enumerate(plan.gates) if one.id == gate), None)
    way = DIRECTIONS.index(direction)
    last = {
        flow.id: plan.stages[flow.steps[flow.crossed].stage].id
        for flow in plan.flows
        if flow.gate == number and flow.direction == way and flow.steps
    }
    schema = {"vehicle": pl.Int32, "arrive": pl.Float64, "crossed": pl.Float64, "door": pl.Float64}
    if log is None or not last:
        return pl.DataFrame(schema=schema)
    flow, stage = pl.col("flow").cast(pl.String), pl.col("stage").cast(pl.String)
    mine = log.filter(flow.is_in(list(last)), pl.col("outcome").cast(pl.String) == "crossed")
    ends = pl.col("finish").filter(stage == flow.replace(last)).max()
    return (
        mine.group_by("vehicle")
        .agg(pl.col("arrive").min(), ends.alias("crossed"))
        .filter(pl.col("crossed").is_between(plan.warm_up, plan.horizon, closed="left"))
        .with_columns((pl.col("crossed") - pl.col("arrive")).alias("door"))
        .sort("door", "vehicle")
    )


def pick_journeys(results: Results, gate: str, direction: str) -> tuple[Journey, Journey] | None:
    """Return the median vehicle and the one in twenty that takes longest, or None for fewer."""
    found = crossings(results, gate, direction)
    if found.height < 20:
        return None
    chosen = [found.row(int(share * (found.height - 1)), named=True) for share in (0.5, 0.95)]
    median, unlucky = (_journey(results, row) for row in chosen)
    return median, unlucky


def _journey(results: Results, row: dict[str, float]) -> Journey:
    log = _log(results)
    assert log is not None  # the row came from it
    numbers = {stage.id: number for number, stage in enumerate(results.plan.stages)}
    spans: list[Span] = []
    never = pl.col("start", "finish").fill_null(math.inf)
    mine = log.filter(pl.col("vehicle") == row["vehicle"]).with_columns(never)
    mine = mine.sort("arrive", "start")
    for visit in mine.iter_rows(named=True):
        stage = numbers[visit["stage"]]
        spans += _spans(results.plan, stage, visit)
    inside = tuple(span for span in spans if span.begin < span.end <= row["crossed"] + 1e-9)
    return Journey(int(row["vehicle"]), row["arrive"], row["crossed"], inside)


def _spans(plan: Plan, number: int, visit: dict[str, float]) -> list[Span]:
    """Wait and service of a visit; a hold is waited for and then kept during other stages."""
    stage = plan.stages[number]
    arrive, start, finish = (visit[name] for name in ("arrive", "start", "finish"))
    if stage.owner:
        return [Span(number, "owner", arrive, finish)]
    wait = [Span(number, "wait", arrive, start)]
    hold = stage.kind is StageKind.HOLD
    return wait if hold else [*wait, Span(number, "service", start, finish)]


def _log(results: Results) -> pl.DataFrame | None:
    """Return the first event log kept, if any."""
    return results.journeys[min(results.journeys)] if results.journeys else None
