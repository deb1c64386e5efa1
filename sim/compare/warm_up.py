"""Warm-up assessment: MSER on the daily backlog of a pilot run.

Of a series the first ``d`` values are left out such that the squared standard error of the
mean of the rest is least (White 1997); on means of five values it is MSER-5 (Spratt 1998). Days are
the values here, for the hours of a day repeat themselves, and where weekdays differ the
batches are whole weeks. Among so few batches chance moves the point, up to the end of the first
half, where it tells nothing; so a stated warm-up is only called too short if the days between
its end and the point differ, over replications, from those after.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from sim.arguments import checked_arguments
from sim.arrays import Floats
from sim.catalogue import DIRECTIONS
from sim.clock import DAY
from sim.errors import ArgumentError
from sim.measures.backlog import WAITING
from sim.results import Results
from sim.results.estimates import estimate
from sim.sentences import Sentence

__all__ = ["PILOT", "WarmUpAssessment", "assess_warm_up", "mser"]


PILOT = 70
"""Days of a pilot: fourteen batches of five, or ten weeks."""

_LEAST = 0.1
"""Arrivals, over their mean, below which a batch tells nothing."""


@dataclass(frozen=True)
class WarmUpAssessment:
    """Assessment of a stated warm-up by a pilot run, in days.

    Attributes
    ----------
    point:
        Days to leave out, a multiple of ``batch``; None at the end of the first half.
    too_short:
        The stated warm-up ends before the point (or the first half), and between the two the
        backlog differs beyond doubt (95 %, over all points that might have been chosen) from
        what comes after. Without a point it has then not settled at all.
    """

    point: int | None
    batch: int
    days: int
    replications: int
    too_short: bool


@checked_arguments
def mser(series: ArrayLike, batch: int = 5) -> int | None:
    """Return how many values to leave out at the start, a multiple of ``batch``.

    What does not fill a batch at the end is not looked at. None where the least lies at the
    end of the first half: the series is too short to tell, or never settles.

    Raises
    ------
    ArgumentError
        There are fewer than four batches.
    """
    values = np.asarray(series, dtype=np.float64)
    count = len(values) // batch
    if count < 4:
        raise ArgumentError(
            Sentence("MSER needs four batches of {batch}, not {count}", batch=batch, count=count)
        )
    means = values[: count * batch].reshape(count, batch).mean(axis=1)
    half = count // 2
    left = [float(means[d:].var() / (count - d)) for d in range(half + 1)]
    best = int(np.argmin(left))
    return None if best == half else best * batch


@checked_arguments
def assess_warm_up(pilot: Results, warm_up: float) -> WarmUpAssessment:
    """Assess a stated warm-up, in minutes, by a pilot run without any.

    The series is the daily mean backlog of all gates, both ways, averaged over replications.
    So that seasons do not look like settling, each gate's and direction's is first scaled by
    what arrives there: its mean over the pilot to that of the batch. Batches with less than a
    tenth of the mean arrivals tell nothing of it, and count as the mean of the others.
    """
    plan = pilot.plan
    days, count = plan.days, len(pilot.replications)
    volume = {
        (gate.id, way): np.sum(
            [f.volume for f in plan.flows if f.gate == number and f.direction == k], axis=0
        )[:days]
        for number, gate in enumerate(plan.gates)
        for k, way in enumerate(DIRECTIONS)
        if any(f.gate == number and f.direction == k for f in plan.flows)
    }
    batch = 7 if any(np.ptp(volumes) > 0 for volumes in volume.values()) else 5
    daily = np.zeros((count, days))
    for (gate, way), volumes in volume.items():
        if volumes.any():
            counts = _daily(pilot.tables["backlog"], gate, WAITING[way], count)
            daily += _scaled(counts, volumes, batch)
    point = mser(daily.mean(axis=0), batch)
    stated = int(warm_up // DAY)
    until = point if point is not None else days // 2
    points = days // batch // 2  # that the data may have chosen from: Bonferroni
    short = stated < until and _differs(daily, stated, until, 1.0 - 0.05 / points)
    return WarmUpAssessment(point, batch, days, count, short)


def _daily(backlog: pl.DataFrame, gate: str, column: str, count: int) -> Floats:
    """Daily mean backlog of a gate, shape ``(replications, days)``."""
    of_gate = backlog.filter(pl.col("gate") == gate)
    days = (
        of_gate.with_columns((pl.col("minute") // DAY).cast(pl.Int64).alias("day"))
        .filter(pl.col("day") < pl.col("day").max())  # the last instant begins no day
        .group_by("replication", "day")
        .agg(pl.col(column).mean())
        .sort("replication", "day")
    )
    return days[column].to_numpy().reshape(count, -1)


def _scaled(daily: Floats, volume: Floats, batch: int) -> Floats:
    """Backlogs as if all batches had the mean of the daily ``volume``, shape ``(days,)``."""
    usual = _by_batch(volume, batch) / volume.mean()
    known = usual >= _LEAST
    scaled = daily / np.where(known, usual, 1.0)
    relative: Floats = np.where(known, scaled, scaled[:, known].mean(axis=1, keepdims=True))
    return relative


def _by_batch(values: Floats, batch: int) -> Floats:
    """Each value replaced by the mean of its batch."""
    number = np.arange(len(values)) // batch
    means = np.bincount(number, weights=values) / np.bincount(number)
    return np.asarray(means[number], dtype=np.float64)


def _differs(daily: Floats, first: int, point: int, level: float) -> bool:
    """Whether days from ``first`` to ``point`` differ from those after, at a level."""
    gap = daily[:, first:point].mean(axis=1) - daily[:, point:].mean(axis=1)
    return estimate(gap, level).clear
