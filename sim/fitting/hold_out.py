"""Check a fit on days that it has not seen: fit the first days, predict the last, compare.

The prediction interval of a number joins what the estimate leaves unsure with the variation from
day to day: each draw of the fitted values is simulated once, and the interval is Student's about
the draws, on the scale of the square root, on which counts and waits are nearly normal.
"""

from __future__ import annotations

import datetime as dt
import math
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from scipy import stats

from sim.arrays import Floats
from sim.clock import DAY
from sim.engines import simulate
from sim.fitting.estimate import Fitted, estimate
from sim.fitting.events import Events
from sim.fitting.families import Interval
from sim.fitting.findings import HoldOut, Prediction
from sim.fitting.model import Base
from sim.fitting.overlay import draws_table, write_overlay
from sim.fitting.owner_holds import queues_seen
from sim.plan import build_plan
from sim.scenario import load
from sim.workload import draw

__all__ = ["check_on_last_days", "days_to_hold_out"]

_DRAWS = 20
"""Draws of the fitted values that are simulated."""

_SEVERAL = 5
"""Days from which the last fifth is held out unless the user says otherwise."""

_FILL = 7
"""Days simulated before the held-out ones, so that queues and yards are filled."""

_WAITED = 10
"""Vehicles whose waits at a stage have a mean that is compared."""

_CAME = pl.coalesce("arrive", "start")

Numbers = Mapping[tuple[str, str, str], float]


def days_to_hold_out(events: Events, asked: int | None) -> int:
    """Return how many days to hold out: as many as asked, or the last fifth of a survey."""
    if asked is not None:
        return asked
    by_itself = _is_counted(events) and not events.simulated and events.days >= _SEVERAL
    return events.days // 5 if by_itself else 0


def _is_counted(events: Events) -> bool:
    """Whether arrivals were counted in full, so that volumes can be told."""
    return events.is_full or events.counted is not None


def check_on_last_days(
    events: Events, base_of: Callable[[Events], Base], name: str, days: int, seed: int = 1
) -> HoldOut:
    """Return how a fit to all but the last days predicts these, if it predicts anything.

    Parameters
    ----------
    base_of:
        Compiles the scenario for the days of an observation.
    """
    cut = (events.days - days) * DAY
    trained = _until(events, cut)
    fitted = estimate(trained, base_of(trained), name, rows=_DRAWS, seed=seed)
    first = events.start + dt.timedelta(days=events.days - days)
    if not _is_counted(events) or not any(finding.draws for finding in fitted.findings):
        return HoldOut(first, days, events.days - days, ())
    arrivals = events.frame if events.counted is None else events.counted
    queues = queues_seen(fitted.events, fitted.base)
    measured = _Measured.of(arrivals, events.observed[-days:], queues)
    observed = measured.numbers(_since(events.frame, cut), _since(arrivals, cut))
    drawn = []
    with tempfile.TemporaryDirectory() as folder:
        overlay = write_overlay(fitted.findings, trained, fitted.base, Path(folder), name)
        for row in range(_DRAWS):
            visits = _simulated(overlay, fitted, row, days, seed + row)
            drawn.append(measured.numbers(visits, visits))
    predictions = [
        _prediction(key, value, [numbers.get(key, 0.0) for numbers in drawn], first)
        for key, value in sorted(observed.items())
    ]
    return HoldOut(first, days, events.days - days, tuple(predictions))


def _until(events: Events, cut: float) -> Events:
    """Return what had been observed before a moment; what had not ended by then is open."""
    frame = events.frame.filter(cut > _CAME).with_columns(
        *(pl.when(pl.col(time) < cut).then(time).alias(time) for time in ("start", "finish"))
    )
    counted = None if events.counted is None else events.counted.filter(cut > _CAME)
    exposure = None if events.exposure is None else events.exposure[: int(cut // DAY)]
    return replace(events, frame=frame, counted=counted, end=cut, exposure=exposure)


def _since(frame: pl.DataFrame, cut: float) -> pl.DataFrame:
    """Return times from a moment on."""
    return frame.with_columns(*(pl.col(time) - cut for time in ("arrive", "start")))


@dataclass(frozen=True, eq=False)
class _Measured:
    """What is compared: arrivals of which routes and directions, in which hours.

    ``kinds`` are routes with a direction, None for all of the route; ``hours`` those that were
    observed, counted from the first; ``days`` those with such an hour; ``queues`` the stages whose
    waits are seen.
    """

    kinds: Sequence[tuple[str, str | None]]
    hours: pl.Series
    days: Sequence[int]
    queues: Collection[str]

    @classmethod
    def of(cls, arrivals: pl.DataFrame, exposure: Floats, queues: Collection[str]) -> _Measured:
        """Tell routes and directions from arrivals; ``exposure`` has shape ``(days, 24)``."""
        merged = arrivals["direction"].null_count() > 0
        kinds = sorted(
            {
                (route, None if merged else direction)
                for route, direction in arrivals.select("route", "direction").unique().iter_rows()
            },
            key=str,
        )
        hours = pl.Series(np.flatnonzero(exposure.reshape(-1) > 0.5), dtype=pl.Int64)
        return cls(kinds, hours, np.flatnonzero((exposure > 0.5).any(axis=1)).tolist(), queues)

    def numbers(self, visits: pl.DataFrame, arrivals: pl.DataFrame) -> Numbers:
        """Return arrivals by direction and day, and mean waits by stage."""
        numbers: dict[tuple[str, str, str], float] = {}
        first = (
            arrivals.with_columns(_CAME.alias("came"))
            .sort("came")
            .unique("vehicle", keep="first", maintain_order=True)
            .filter((pl.col("came") // 60.0).cast(pl.Int64).is_in(self.hours.implode()))
        )
        for route, direction in self.kinds:
            chosen = first.filter(pl.col("route") == route)
            if direction is not None:
                chosen = chosen.filter(pl.col("direction") == direction)
            daily = np.bincount(
                (chosen["came"].to_numpy() // DAY).astype(np.int64), minlength=max(self.days) + 1
            )
            for day in self.days:
                numbers["count", f"{route}.{direction or 'all'}", f"{day:03}"] = float(daily[day])
        waits = (
            visits.filter(pl.col("stage").is_in(list(self.queues)))
            .drop_nulls(["arrive", "start"])
            .filter((pl.col("arrive") // 60.0).cast(pl.Int64).is_in(self.hours.implode()))
            .group_by("stage")
            .agg((pl.col("start") - pl.col("arrive")).mean().alias("wait"), pl.len().alias("n"))
            .filter(pl.col("n") >= _WAITED)
        )
        for stage, wait, _ in waits.iter_rows():
            numbers["wait", stage, ""] = max(wait, 0.0)
        return numbers


def _simulated(overlay: Path, fitted: Fitted, row: int, days: int, seed: int) -> pl.DataFrame:
    """Return the visits of the held-out days under one draw of the fitted values."""
    events = fitted.events
    fill = min(events.days, _FILL)
    settings = {
        **draws_table(fitted.findings).row(row, named=True),
        "run.start": (events.start + dt.timedelta(days=events.days - fill)).isoformat(),
        "run.days": days,
        "run.warm_up": f"{fill * 24} h",
        "run.seed": seed,
    }
    plan = build_plan(load(overlay, set=settings))
    frame = simulate(plan, draw(plan, 0)).to_polars()
    names = pl.col("route", "direction", "stage").cast(pl.String)
    return _since(frame.with_columns(names), fill * DAY)


def _prediction(
    key: tuple[str, str, str], value: float, drawn: Sequence[float], first: dt.date
) -> Prediction:
    """Return an observed number beside its prediction interval."""
    measure, place, day = key
    roots = np.sqrt(np.array(drawn))
    t = float(stats.t.ppf(0.975, len(roots) - 1))
    middle = float(roots.mean())
    reach = t * float(roots.std(ddof=1)) * math.sqrt(1.0 + 1.0 / len(roots))
    interval = Interval(float(np.mean(drawn)), max(middle - reach, 0.0) ** 2, (middle + reach) ** 2)
    date = first + dt.timedelta(days=int(day)) if day else None
    return Prediction(measure, place, date, value, interval)
