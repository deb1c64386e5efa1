"""Comparison of simulated figures with observed ones."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from sim.arguments import checked_arguments
from sim.arrays import Floats
from sim.clock import DAY
from sim.compare import Estimate, summarise
from sim.measures.bulletin import BULLETIN
from sim.plan import DIRECTIONS, Plan
from sim.queues import Calendar
from sim.results import Results
from sim.results.estimates import by_replication
from sim.results.intervals import t_quantile
from sim.validate.fit import GEH_LIMIT, geh, mape, rmse
from sim.validate.observed import (
    BACKLOG,
    Observation,
    bulletin_days,
    gates_of,
    stock_days,
)
from sim.validate.quantities import QUANTITIES, TURNED_BACK, Observable

__all__ = [
    "LEAST_FLOW",
    "LEVELS",
    "Figure",
    "GoodnessOfFit",
    "compare_with",
    "fit",
    "replication_values",
]

SHARE = {"flow": 0.10, "time": 0.10, "stock": 0.15}
"""Error allowed, as a share of the observed value."""

LEVELS = (0.8, 0.95)
"""Levels of the intervals of a simulated day."""

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
    intervals:
        Ends of the interval that holds a simulated day with each of :data:`LEVELS`, by level: what
        vehicles and services vary, with all inputs held fixed. Empty below two replications.
    open_hours:
        Of the lanes that the figure's vehicles cross by, in a day; None unless a flow.
    geh:
        Of the daily counts divided by ``open_hours``; None unless a flow at open lanes, and
        one of at least :data:`LEAST_FLOW`.
    """

    observed: Observation
    estimate: Estimate
    open_hours: float | None
    geh: float | None
    intervals: Mapping[float, tuple[float, float]] = field(default_factory=dict)

    def inside(self, level: float) -> bool | None:
        """Whether the observed figure lies in an interval; None where there is none."""
        if level not in self.intervals:
            return None
        low, high = self.intervals[level]
        return low <= self.observed.top and self.observed.value <= high

    @property
    def mean(self) -> float | None:
        """Mean over replications."""
        return self.estimate.mean

    @property
    def kind(self) -> str:
        """``flow``, ``stock`` or ``time``."""
        return QUANTITIES[self.observed.quantity].kind

    @property
    def error(self) -> float | None:
        """Error as a share of the observed value, 0 within its range; None where that is 0."""
        if self.mean is None or not self.observed.middle:
            return None
        return self.observed.gap(self.mean) / self.observed.middle

    @property
    def tolerance(self) -> float:
        """Error allowed, in the figure's unit."""
        least = LEAST_STOCK if self.kind == "stock" else 0.0
        return SHARE[self.kind] * max(self.observed.middle, least)

    @property
    def within(self) -> bool:
        """Whether the mean lies within the tolerance."""
        return self.mean is not None and abs(self.observed.gap(self.mean)) <= self.tolerance


@dataclass(frozen=True)
class GoodnessOfFit:
    """Goodness of fit of several figures; shares are of one and NaN for no figure.

    ``rmse`` is of counts alone, in vehicles (or wagons); ``geh_share`` is the share of
    flows whose GEH is below 5; ``coverage`` the share of the figures that lie in the interval of
    a simulated day, for each of :data:`LEVELS`.
    """

    figures: int
    within: int
    mape: float
    rmse: float
    geh_share: float
    coverage: Mapping[float, float]

    @property
    def share(self) -> float:
        """Share of the figures within their tolerance."""
        return self.within / self.figures if self.figures else math.nan


@checked_arguments
def compare_with(results: Results, observed: Iterable[Observation]) -> tuple[Figure, ...]:
    """Compare each observed figure with a run, in the same order.

    A figure of a day is compared with the bulletin of that day, one of several days with the sum
    of their bulletins, one without with the mean of the run's bulletins; a stock at another time
    than 20:00 with the backlog; hours are the mean over vehicles that crossed.
    """
    return tuple(_figure(results, seen) for seen in observed)


@checked_arguments
def replication_values(results: Results, seen: Observation) -> Floats:
    """Simulated values of an observed figure, shape ``(replications,)``, without repeats."""
    quantity = QUANTITIES[seen.quantity]
    gates = gates_of(results.plan, seen.gate, seen.quantity)
    values = _values(results, seen, quantity, gates).filter(pl.col("replication") >= 0)
    by = by_replication(values, [], ["value"]).sort("replication")
    known = dict(zip(by["replication"], by["value"].fill_null(0.0), strict=True))
    return np.array([known.get(number, 0.0) for number in results.replications])


@checked_arguments
def fit(figures: Sequence[Figure]) -> GoodnessOfFit:
    """Sum up how well figures fit; those without a simulated value are outside."""
    both = [(f.observed, f.mean) for f in figures if f.mean is not None]
    counts = [
        (mean, mean - seen.gap(mean))
        for seen, mean in both
        if QUANTITIES[seen.quantity].kind != "time"
    ]
    flows = [f.geh for f in figures if f.geh is not None]
    return GoodnessOfFit(
        figures=len(figures),
        within=sum(figure.within for figure in figures),
        mape=mape(
            [seen.middle + seen.gap(mean) for seen, mean in both],
            [seen.middle for seen, _ in both],
        ),
        rmse=rmse([mean for mean, _ in counts], [value for _, value in counts]),
        geh_share=_mean([g < GEH_LIMIT for g in flows]),
        coverage={
            level: _mean([i for f in figures if (i := f.inside(level)) is not None])
            for level in LEVELS
        },
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan


def _figure(results: Results, seen: Observation) -> Figure:
    quantity = QUANTITIES[seen.quantity]
    gates = gates_of(results.plan, seen.gate, seen.quantity)
    values = _values(results, seen, quantity, gates)
    row = summarise(values, [], "value", bounds=(0.0, math.inf)).row(0, named=True)
    estimate = Estimate.of(row)
    mean, open_hours, score = estimate.mean, None, None
    if quantity.kind == "flow":
        open_hours = _open_hours(results.plan, seen, gates)
        days = (seen.until - seen.day).days + 1 if seen.day and seen.until else 1
        hours = open_hours * days
        if hours and mean is not None and seen.middle >= LEAST_FLOW * hours:
            score = float(geh(mean / hours, (mean - seen.gap(mean)) / hours))
    return Figure(seen, estimate, open_hours, score, _intervals(values))


def _values(
    results: Results, seen: Observation, quantity: Observable, gates: Sequence[str]
) -> pl.DataFrame:
    """Return a quantity of each replication and, where the figure is of no day, each day."""
    if quantity.kind == "time":
        return _hours(results, gates, quantity.column)
    if seen.quantity == TURNED_BACK:
        return _turned_back(results, gates)
    if quantity.column in BACKLOG and quantity.less is None:
        return _stocks(results, seen, gates, quantity.column)
    return _counts(results, seen, gates, quantity)


def _counts(
    results: Results, seen: Observation, gates: Sequence[str], quantity: Observable
) -> pl.DataFrame:
    """Sum over gates on each bulletin day, or over those of a sum: replication, value."""
    chosen = results.tables["bulletin"].filter(pl.col("gate").is_in(gates))
    if seen.day is not None:
        chosen = chosen.filter(pl.col("day").is_between(seen.day, seen.until or seen.day))
    value = pl.col(quantity.column).cast(pl.Int64)
    if quantity.less is not None:
        value = value - pl.col(quantity.less)
    groups = ["replication"] if seen.until else ["replication", "day"]
    return chosen.group_by(groups, maintain_order=True).agg(value.sum().alias("value"))


def _stocks(results: Results, seen: Observation, gates: Sequence[str], column: str) -> pl.DataFrame:
    """Stock at the figure's time of its day, or of each day: replication, value."""
    days = [seen.day] if seen.day else _bulletins(results.plan, seen.time)
    minutes = [_minute(results.plan, day, seen.time) for day in days]
    chosen = results.tables["backlog"].filter(
        pl.col("gate").is_in(gates) & pl.col("minute").is_in(minutes)
    )
    return chosen.group_by("replication", "minute", maintain_order=True).agg(
        pl.col(column).sum().alias("value")
    )


def _bulletins(plan: Plan, time: float) -> list[dt.date]:
    """Days of a stock that is of no day: those of the bulletins where it is of their time."""
    days = bulletin_days(plan) if time == BULLETIN else []
    return days or stock_days(plan, time)


def _turned_back(results: Results, gates: Sequence[str]) -> pl.DataFrame:
    """Export vehicles turned back a measured day: replication, value."""
    chosen = results.tables["gates"].filter(pl.col("gate").is_in(gates), direction="export")
    return chosen.group_by("replication", maintain_order=True).agg(
        (pl.col(TURNED_BACK).sum() / results.plan.days).alias("value")
    )


def _hours(results: Results, gates: Sequence[str], direction: str) -> pl.DataFrame:
    """Mean Vietnamese-side hours, gates weighted by what crossed: replication, value."""
    long = results.tables["headline"].filter(
        pl.col("gate").is_in(gates) & (pl.col("direction") == direction)
    )
    wide = long.filter(pl.col("measure").is_in(["vietnam_time_mean", "crossed_per_day"])).pivot(
        "measure", index=["replication", "gate"], values="value"
    )
    time, crossed = pl.col("vietnam_time_mean"), pl.col("crossed_per_day")
    total = crossed.filter(time.is_not_null()).sum()
    return wide.group_by("replication", maintain_order=True).agg(
        pl.when(total > 0).then((time * crossed).sum() / total).alias("value")
    )


def _intervals(values: pl.DataFrame) -> dict[float, tuple[float, float]]:
    """Intervals for one more replication: ``mean ± t s sqrt(1 + 1/n)``, at least 0.

    Law, *Simulation Modeling and Analysis* (5th ed.), section 4.5, for the mean; here of a single
    further observation (Hahn and Meeker, *Statistical Intervals*, section 4.7).
    """
    whole = by_replication(values.filter(pl.col("replication") >= 0), [], ["value"])
    of_each = whole["value"].drop_nulls().to_numpy()
    size = len(of_each)
    if size < 2:
        return {}
    mean, reach = float(of_each.mean()), float(of_each.std(ddof=1)) * math.sqrt(1.0 + 1.0 / size)
    steps = {level: float(t_quantile(size, level)) * reach for level in LEVELS}
    return {level: (max(mean - step, 0.0), mean + step) for level, step in steps.items()}


def _open_hours(plan: Plan, seen: Observation, gates: Sequence[str]) -> float:
    """Hours a day in which a lane that the figure's vehicles cross by is open.

    Mean over the bulletin days that the figure covers; 0 without any lane.
    """
    way = DIRECTIONS.index(QUANTITIES[seen.quantity].direction or "export")
    lanes = {
        calendar
        for flow in plan.flows
        if flow.direction == way and plan.gates[flow.gate].id in gates
        for calendar in plan.stages[flow.steps[flow.crossed].stage].server_calendar.tolist()
    }
    if not lanes:
        return 0.0
    days = bulletin_days(plan)
    if seen.day:
        days = [day for day in days if seen.day <= day <= (seen.until or seen.day)]
    if not days:
        return 0.0
    ends = np.array([_minute(plan, day, BULLETIN) for day in days])
    calendar = Calendar.union([plan.calendars[lane] for lane in sorted(lanes)])
    return float(np.mean(calendar.open_time(ends - DAY, ends))) / 60.0


def _minute(plan: Plan, day: dt.date, time: float) -> float:
    """Return the minute in which the bulletin day ends."""
    return (day - plan.start).days * DAY + time
