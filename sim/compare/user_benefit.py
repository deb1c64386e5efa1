"""Costs and hours of a year by market segment, and what users gain by the rule of half.

The benefit of a segment with ``q`` vehicles a year and a cost of ``g`` each is
``(q0 + q1) / 2 * (g0 - g1)``, ``0`` without and ``1`` with the upgrade: those who come anyway save
the whole difference, those who come because of it half on average (UK Department for Transport,
*TAG unit A1.3*; Adler, *Economic Appraisal of Transport Projects*, 1987). More trade at the same
cost is thus no loss. A segment with traffic in one case alone has no cost to compare with and
counts for nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from sim.arguments import checked_arguments
from sim.arrays import Bools, Floats, Ints
from sim.compare.segments import Segment
from sim.measures.economics import MONEY

__all__ = [
    "BOUNDS",
    "HOURS",
    "TABLES",
    "AnnualCosts",
    "MeasuredDays",
    "UserBenefit",
    "annual_costs",
    "rule_of_half",
    "unmatched",
    "window_of",
]

TABLES = ("headline", "costs", "places", "daily")
"""Tables of measures that a window is made of, and those that tell overloads."""

BOUNDS = ("value", "low", "high")
"""Prices as stated, and all at the low or the high ends of their ranges."""

HOURS = ("waited", "at_gate")
"""Kinds of vehicle-hours: in queues; and all at the gate but the owner's hold."""

_AT_GATE = ("queue_hours", "service_hours", "parked_hours")


@dataclass(frozen=True, eq=False)
class MeasuredDays:
    """Measured days of a run.

    Attributes
    ----------
    vehicles:
        Vehicles expected by segment, shape ``(segments,)``.
    costs:
        VND by bound, each of shape ``(replications, segments, items)``, items as
        :data:`sim.measures.economics.MONEY`.
    hours:
        Vehicle-hours, of trains wagon-hours, by :data:`HOURS`: shape
        ``(replications, segments, 2)``.
    """

    vehicles: Floats
    costs: Mapping[str, Floats]
    hours: Floats


@dataclass(frozen=True, eq=False)
class AnnualCosts:
    """As :class:`MeasuredDays`, of a year."""

    vehicles: Floats
    costs: Mapping[str, Floats]
    hours: Floats


@dataclass(frozen=True, eq=False)
class UserBenefit:
    """What users gain in a year: VND by bound, shape ``(replications, items)``, and hours."""

    money: Mapping[str, Floats]
    hours: Floats


def window_of(
    tables: Mapping[str, pl.DataFrame],
    daily: Mapping[Segment, Floats],
    segments: Sequence[Segment],
    numbers: Sequence[int],
    linked: Mapping[str, str],
) -> MeasuredDays:
    """Add up what a run measured by segment.

    Parameters
    ----------
    tables:
        ``places`` and ``costs`` of the run.
    daily:
        Vehicles expected on each measured day, by segment.
    segments, numbers:
        Segments, and replications with their repeats, in the order of the axes.
    linked:
        First of the gates with which each gate is taken together.
    """
    days = max((len(vehicles) for vehicles in daily.values()), default=0)
    vehicles = np.array([daily[s].sum() if s in daily else 0.0 for s in segments])
    shape = len(numbers), len(segments)
    rows = _rows(tables["places"], segments, numbers, linked)
    items = _added(tables["places"], rows, MONEY, shape)
    at_gate = _added(tables["places"], rows, _AT_GATE, shape)
    owner = _added(tables["places"], rows, ("owner_hours",), shape)
    hours = np.stack([at_gate[..., 0], at_gate.sum(axis=-1) - owner[..., 0]], axis=-1)
    totals = _totals(tables["costs"], segments, numbers, linked, days)
    costs = {"value": items}
    for bound in BOUNDS[1:]:
        costs[bound] = _at_bound(items, totals["value"], totals[bound], hours[..., 1], segments)
    return MeasuredDays(vehicles, costs, hours)


def annual_costs(
    windows: Sequence[MeasuredDays], weights: Sequence[float], vehicles: Floats
) -> AnnualCosts:
    """Blow representative windows up to a year with so many vehicles by segment.

    Cost and hours per vehicle are of the windows, weighted; ``vehicles`` are of the whole year.
    """
    seen = np.sum([w * window.vehicles for w, window in zip(weights, windows, strict=True)], axis=0)
    scale = np.divide(vehicles, seen, out=np.ones_like(seen), where=seen > 0.0)[:, None]
    both = list(zip(weights, windows, strict=True))
    costs = {
        bound: np.sum([w * window.costs[bound] for w, window in both], axis=0) * scale
        for bound in BOUNDS
    }
    hours: Floats = np.sum([w * window.hours for w, window in both], axis=0) * scale
    return AnnualCosts(vehicles, costs, hours)


@checked_arguments
def rule_of_half(base: AnnualCosts, other: AnnualCosts) -> UserBenefit:
    """Return what users gain from ``base`` to ``other``, all segments together."""
    both = (base.vehicles > 0.0) & (other.vehicles > 0.0)

    def gained(before: Floats, after: Floats) -> Floats:
        mean = (base.vehicles + other.vehicles)[both] / 2.0
        less = before[:, both] / base.vehicles[both, None]
        less = less - after[:, both] / other.vehicles[both, None]
        total: Floats = np.einsum("s,rsi->ri", mean, less)
        return total

    money = {bound: gained(base.costs[bound], other.costs[bound]) for bound in BOUNDS}
    return UserBenefit(money, gained(base.hours, other.hours))


def unmatched(base: AnnualCosts, other: AnnualCosts) -> Bools:
    """Return which segments have traffic in one of two years alone."""
    alone: Bools = (base.vehicles > 0.0) != (other.vehicles > 0.0)
    return alone


def measured_dates(start: dt.date, warm_up_days: int, days: int) -> list[dt.date]:
    """Return the measured days of a run."""
    return [start + dt.timedelta(days=warm_up_days + day) for day in range(days)]


@dataclass(frozen=True, eq=False)
class _Rows:
    """Rows of a table that count: which, their replication, and their segment."""

    known: Ints
    replication: Ints
    segment: Ints


def _rows(
    table: pl.DataFrame,
    segments: Sequence[Segment],
    numbers: Sequence[int],
    linked: Mapping[str, str],
) -> _Rows:
    """Look up the axes of each row by gate, direction and cargo."""
    place = {segment: number for number, segment in enumerate(segments)}
    order = {number: position for position, number in enumerate(numbers)}
    keys = zip(
        *(table[name].to_list() for name in ("replication", "gate", "direction", "cargo")),
        strict=True,
    )
    places = [
        (row, order[r], place[linked.get(gate, gate), direction, cargo])
        for row, (r, gate, direction, cargo) in enumerate(keys)
        if r in order and (linked.get(gate, gate), direction, cargo) in place
    ]
    known = np.array(places, dtype=np.int64).reshape(-1, 3)
    return _Rows(known[:, 0], known[:, 1], known[:, 2])


def _added(
    table: pl.DataFrame, rows: _Rows, columns: Sequence[str], shape: tuple[int, int]
) -> Floats:
    """Add columns up by replication and segment, shape ``(*shape, columns)``."""
    sums = np.zeros((*shape, len(columns)))
    values = table.select(pl.col(list(columns)).fill_null(0.0)).to_numpy()[rows.known]
    np.add.at(sums, (rows.replication, rows.segment), values)
    return sums


def _totals(
    costs: pl.DataFrame,
    segments: Sequence[Segment],
    numbers: Sequence[int],
    linked: Mapping[str, str],
    days: int,
) -> dict[str, Floats]:
    """Costs of the window by bound, of all cargo of a segment's gate and direction.

    Shape ``(replications, segments, items)``.
    """
    order = {number: position for position, number in enumerate(numbers)}
    item = {name: number for number, name in enumerate(MONEY)}
    groups: dict[tuple[str, str], list[int]] = {}
    for number, (gate, direction, _) in enumerate(segments):
        groups.setdefault((gate, direction), []).append(number)
    totals = {bound: np.zeros((len(numbers), len(segments), len(MONEY))) for bound in BOUNDS}
    rows = costs.filter(pl.col("item").is_in(MONEY))
    for gate, direction, name, number, *bounds in rows.select(
        "gate", "direction", "item", "replication", *BOUNDS
    ).iter_rows():
        members = groups.get((linked.get(gate, gate), direction))
        if members is not None and number in order:
            for bound, value in zip(BOUNDS, bounds, strict=True):
                totals[bound][order[number], members, item[name]] += value * days
    return totals


def _at_bound(
    items: Floats, central: Floats, bound: Floats, hours: Floats, segments: Sequence[Segment]
) -> Floats:
    """Return costs at an end of the prices' ranges, by cargo as at the centre.

    Where a cost is zero at the centre it is shared by the hours at the gate.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for number, (gate, direction, _) in enumerate(segments):
        groups.setdefault((gate, direction), []).append(number)
    share = np.divide(items, central, out=np.zeros_like(items), where=central > 0.0)
    for members in groups.values():
        together = hours[:, members].sum(axis=1, keepdims=True)
        part = np.divide(
            hours[:, members], together, out=np.zeros_like(hours[:, members]), where=together > 0.0
        )
        share[:, members] = np.where(central[:, members] > 0.0, share[:, members], part[..., None])
    return share * bound
