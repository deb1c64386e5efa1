"""What a fit finds: values of the scenario with their intervals, and what cannot be told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from sim.fitting.families import FittedFamily, Interval

__all__ = ["Finding", "FittedNumber", "HoldOut", "Picture", "Prediction", "Unknown"]


@dataclass(frozen=True)
class FittedNumber:
    """One number that was estimated.

    ``measure`` is what it is of (``mean``, ``cv``, ``p95``, ``share``, ``per_day``, ``servers``),
    ``group`` the class of vehicles (``all``), ``unit`` one of ``min``, ``%``, ``/day`` or none.
    ``before`` is what the scenario says, of the same vehicles; None where it says nothing.
    """

    measure: str
    group: str
    interval: Interval
    unit: str
    n: int
    before: float | None = None

    @property
    def differs(self) -> bool:
        """Whether what the scenario says lies outside the interval."""
        return self.before is not None and not self.interval.holds(self.before)


@dataclass(frozen=True, eq=False)
class Picture:
    """What a picture of a fit shows: data and curve by the kind of picture."""

    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Finding:
    """A value that the data give.

    Attributes
    ----------
    path:
        Of the value in the scenario.
    value:
        What the overlay writes there.
    before:
        What the scenario says.
    estimates:
        The numbers in it.
    note:
        How it was reached, in English, for the evidence of the overlay.
    fits:
        Of service times, by class.
    draws:
        The same value drawn from its uncertainty, one for each row of the ensemble.
    beside:
        Further values by path that go with it, as the profile that a flow now names.
    files:
        Data files that the value names, as CSV.
    doubt:
        Key of a sentence that says what to mind, with its values; none where there is nothing.
    """

    kind: str
    path: tuple[str, ...]
    value: Any
    before: Any
    estimates: tuple[FittedNumber, ...]
    note: str
    n: int
    fits: Mapping[str, FittedFamily] = field(default_factory=dict)
    draws: tuple[Any, ...] = ()
    beside: Mapping[tuple[str, ...], Any] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    doubt: tuple[str, Mapping[str, Any]] | None = None
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Unknown:
    """A value that the data cannot give, and why: a key of the messages with its values."""

    kind: str
    path: tuple[str, ...]
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Prediction:
    """A number of the held-out days, as it was observed and as the fit predicts it.

    ``measure`` is ``count`` (of vehicles that arrive on ``day``) or ``wait`` (mean of all days, in
    minutes); ``place`` is ``gate.route.direction`` or ``gate.route.stage``.
    """

    measure: str
    place: str
    day: dt.date | None
    observed: float
    interval: Interval

    @property
    def held(self) -> bool:
        """Whether the interval holds what was observed."""
        return self.interval.holds(self.observed)


@dataclass(frozen=True)
class HoldOut:
    """What a fit to the days before ``first`` predicts of the ``days`` from then on."""

    first: dt.date
    days: int
    trained: int
    predictions: tuple[Prediction, ...]

    @property
    def held(self) -> int:
        """Numbers that lie in their prediction intervals."""
        return sum(prediction.held for prediction in self.predictions)

    @property
    def table(self) -> pl.DataFrame:
        """One row per number: measure, place, day, observed, predicted, low, high, inside."""
        rows = [
            {
                "measure": prediction.measure,
                "place": prediction.place,
                "day": prediction.day,
                "observed": prediction.observed,
                "predicted": prediction.interval.value,
                "low": prediction.interval.low,
                "high": prediction.interval.high,
                "inside": prediction.held,
            }
            for prediction in self.predictions
        ]
        return pl.DataFrame(rows)
