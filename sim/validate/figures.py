"""Hold simulated figures against observed ones."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from sim.arguments import checked_arguments
from sim.clock import DAY
from sim.compare import Estimate, summarise
from sim.measures.bulletin import BULLETIN
from sim.plan.model import DIRECTIONS, Plan
from sim.queues.calendars import Calendar
from sim.results import Results
from sim.validate.fit import GEH_LIMIT, geh, mape, rmse
from sim.validate.observed import (
    ALL,
    EVENING,
    QUANTITIES,
    Observation,
    bulletin_days,
    evenings,
)

__all__ = ["LEAST_FLOW", "Figure", "Fit", "compare_with", "fit"]

SHARE = {"flow": 0.10, "time": 0.10, "stock": 0.15}
"""Error allowed, as a share of the observed value."""

LEAST_STOCK = 100.0
"""A smaller stock is allowed the error of this many vehicles."""


LEAST_FLOW = GEH_LIMIT**2 / 2.0
"""Vehicles an hour from which a GEH can miss its limit: below, even no vehicle at all is within."""


@dataclass(frozen=True)
class Figure:
    """An observed figure and what the model makes of it.

    Attributes
    ----------
    found:
        Mean over replications with its 95 % interval; no mean where nothing was measured, as
        the hours of vehicles at a gate that none crossed.
    open_hours:
        Of the lanes that the figure's vehicles cross by, in a day; None unless a flow.
    geh:
        Of the daily counts divided by ``open_hours``; None unless a flow at open lanes, and
        one of at least :data:`LEAST_FLOW`.
    """

    observed: Observation
    found: Estimate
    open_hours: float | None
    geh: float | None

    @property
    def mean(self) -> float | None:
        """Mean over replications."""
        return self.found.mean

    @property
    def kind(self) -> str:
        """``flow``, ``stock`` or ``time``."""
        return QUANTITIES[self.observed.quantity]

    @property
    def error(self) -> float | None:
        """Error as a share of the observed value; None where that is 0."""
        if self.mean is None or not self.observed.value:
            return None
        return self.mean / self.observed.value - 1.0

    @property
    def tolerance(self) -> float:
        """Error allowed, in the figure's unit."""
        least = LEAST_STOCK if self.kind == "stock" else 0.0
        return SHARE[self.kind] * max(self.observed.value, least)

    @property
    def within(self) -> bool:
        """Whether the mean lies within the tolerance."""
        return self.mean is not None and abs(self.mean - self.observed.value) <= self.tolerance


@dataclass(frozen=True)
class Fit:
    """How well several figures fit; shares are of one and NaN for no figure.

    ``rmse`` is of counts alone, in vehicles (or wagons); ``geh_share`` is the share of
    flows whose GEH is below 5.
    """

    figures: int
    within: int
    mape: float
    rmse: float
    geh_share: float

    @property
    def share(self) -> float:
        """Share of the figures within their tolerance."""
        return self.within / self.figures if self.figures else math.nan


@checked_arguments
def compare_with(results: Results, observed: Iterable[Observation]) -> tuple[Figure, ...]:
    """Compare each observed figure with a run, in the same order.

    A figure of a day is compared with the bulletin of that day, one without with the mean
    of the run's bulletins; hours are the mean over vehicles that crossed.
    """
    return tuple(_figure(results, one) for one in observed)


@checked_arguments
def fit(figures: Sequence[Figure]) -> Fit:
    """Sum up how well figures fit; those without a simulated value are outside."""
    both = [(f.mean, f.observed.value, f.kind) for f in figures if f.mean is not None]
    counts = [(mean, value) for mean, value, kind in both if kind != "time"]
    flows = [f.geh for f in figures if f.geh is not None]
    return Fit(
        figures=len(figures),
        within=sum(figure.within for figure in figures),
        mape=mape([mean for mean, _, _ in both], [value for _, value, _ in both]),
        rmse=rmse([mean for mean, _ in counts], [value for _, value in counts]),
        geh_share=sum(g < GEH_LIMIT for g in flows) / len(flows) if flows else math.nan,
    )


def _figure(results: Results, one: Observation) -> Figure:
    gates = _gates(results.plan, one)
    timed = QUANTITIES[one.quantity] == "time"
    found = _hours(results, gates) if timed else _counts(results, one, gates)
    row = summarise(found, [], "value", bounds=(0.0, math.inf)).row(0, named=True)
    estimate = Estimate.of(row)
    mean, open_hours, score = estimate.mean, None, None
    if QUANTITIES[one.quantity] == "flow":
        open_hours = _open_hours(results.plan, one, gates)
        if open_hours and mean is not None and one.value >= LEAST_FLOW * open_hours:
            score = float(geh(mean / open_hours, one.value / open_hours))
    return Figure(one, estimate, open_hours, score)


def _gates(plan: Plan, one: Observation) -> list[str]:
    """Ids of the gates that a figure covers."""
    if one.gate != ALL:
        return [one.gate]
    mode = "rail" if one.quantity.startswith("wagons") else "road"
    return [gate.id for gate in plan.gates if gate.mode == mode]


def _counts(results: Results, one: Observation, gates: Sequence[str]) -> pl.DataFrame:
    """Sum over gates on each bulletin day: replication, day, value."""
    days = bulletin_days(results.plan)
    if one.quantity == EVENING and (one.day not in days if one.day else not days):
        return _evenings(results, one, gates)
    chosen = results.tables["bulletin"].filter(pl.col("gate").is_in(gates))
    if one.day is not None:
        chosen = chosen.filter(pl.col("day") == one.day)
    return chosen.group_by("replication", "day", maintain_order=True).agg(
        pl.col(one.quantity).sum().alias("value")
    )


def _evenings(results: Results, one: Observation, gates: Sequence[str]) -> pl.DataFrame:
    """Stock at 20:00 of the figure's day, or of each evening: replication, day, value."""
    days = [one.day] if one.day else evenings(results.plan)
    minutes = [_minute(results.plan, day) for day in days]
    chosen = results.tables["backlog"].filter(
        pl.col("gate").is_in(gates) & pl.col("minute").is_in(minutes)
    )
    return chosen.group_by("replication", pl.col("minute").alias("day"), maintain_order=True).agg(
        pl.col(EVENING).sum().alias("value")
    )


def _hours(results: Results, gates: Sequence[str]) -> pl.DataFrame:
    """Mean Vietnamese-side hours, gates weighted by what crossed: replication, value."""
    long = results.tables["headline"].filter(
        pl.col("gate").is_in(gates) & (pl.col("direction") == "all")
    )
    wide = long.filter(pl.col("measure").is_in(["vietnam_time_mean", "crossed_per_day"])).pivot(
        "measure", index=["replication", "gate"], values="value"
    )
    time, crossed = pl.col("vietnam_time_mean"), pl.col("crossed_per_day")
    total = crossed.filter(time.is_not_null()).sum()
    return wide.group_by("replication", maintain_order=True).agg(
        pl.when(total > 0).then((time * crossed).sum() / total).alias("value")
    )


def _open_hours(plan: Plan, one: Observation, gates: Sequence[str]) -> float:
    """Hours a day in which a lane that the figure's vehicles cross by is open.

    Mean over the bulletin days that the figure covers; 0 without any lane.
    """
    way = DIRECTIONS.index("import" if "imported" in one.quantity else "export")
    lanes = {
        calendar
        for flow in plan.flows
        if flow.direction == way and plan.gates[flow.gate].id in gates
        for calendar in plan.stages[flow.steps[flow.crossed].stage].server_calendar.tolist()
    }
    if not lanes:
        return 0.0
    ends = np.array([_minute(plan, day) for day in ([one.day] if one.day else bulletin_days(plan))])
    calendar = Calendar.union([plan.calendars[lane] for lane in sorted(lanes)])
    return float(np.mean(calendar.open_time(ends - DAY, ends))) / 60.0


def _minute(plan: Plan, day: dt.date) -> float:
    """When the bulletin day ends."""
    return (day - plan.start).days * DAY + BULLETIN
