"""What a fit finds: values of the scenario with their intervals, and what cannot be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.fitting.families import FittedFamily, Interval

__all__ = ["Finding", "FittedNumber", "Picture", "Unknown"]


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
