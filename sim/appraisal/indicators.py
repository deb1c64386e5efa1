"""Indicators of an appraisal: value, rate, ratio, payback, switching values, how sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from sim.appraisal.project import Benefits, CashFlows, Project
from sim.arrays import Floats
from sim.compare.user_benefit import BOUNDS, HOURS
from sim.economics import (
    PRICE_YEAR,
    benefit_cost_ratio,
    discount_factors,
    internal_rate_of_return,
    payback,
)
from sim.measures.economics import MONEY
from sim.parameter_sets import is_replication
from sim.results.estimates import REPLICATION, Estimate, estimate_rows
from sim.units import Ranged

__all__ = ["PRICES", "CostPerHour", "Indicators", "Switching"]

PRICES = {
    "delay": ("delay", "owner_hold", "virtual_delay"),
    "driver": ("driver",),
    "parking": ("parking",),
    "energy": ("fuel", "cooling"),
    "goods": ("spoilage",),
}
"""Prices, and the items of cost that each multiplies."""

_DRAWS = 10_000
_SEED = 20250707


@dataclass(frozen=True)
class Switching:
    """One input of an appraisal: the ends of its range, and where the present value is zero.

    Attributes
    ----------
    name:
        A price of :data:`PRICES`, ``capex``, ``opex``, ``discount_rate`` or ``life``.
    value, low, high:
        As stated: of prices and costs shares of what is stated, of the rate a share of one, of
        the life years.
    npv_low, npv_high:
        Net present value with this input alone at its low and its high end, VND.
    switching:
        Value at which the net present value is zero, all else as stated; None if none is.
    """

    name: str
    value: float
    low: float
    high: float
    npv_low: float
    npv_high: float
    switching: float | None

    @property
    def swing(self) -> float:
        """Distance between the two values, VND."""
        return abs(self.npv_high - self.npv_low)


@dataclass(frozen=True)
class CostPerHour:
    """Vehicle-hours saved a year, mean over the open years, and VND for each of them.

    ``cost`` is the present value of all costs over that of all hours; None where no hours are
    saved. ``kind`` is one of :data:`sim.compare.user_benefit.HOURS`.
    """

    kind: str
    hours: Estimate
    cost: float | None


@dataclass(frozen=True, eq=False)
class Indicators:
    """Indicators of a project; present values in VND of the price year, discounted to it.

    Attributes
    ----------
    project, benefits:
        The upgrades, and the simulated benefits of years.
    rate, life:
        Discount rate a year, and years from opening to the horizon.
    numbers:
        Numbers of the replications, then of further runs of their sets of uncertain inputs.
    level:
        Confidence of intervals.
    """

    project: Project
    benefits: Benefits
    rate: Ranged
    life: Ranged
    numbers: Sequence[int]
    level: float = 0.95

    @cached_property
    def sets(self) -> int:
        """How many of the runs are replications, and no further runs of their sets."""
        return sum(is_replication(number) for number in self.numbers)

    def simulate(self) -> None:
        """Simulate all years that any indicator needs, up to the longest life."""
        self.project.flows(self.benefits, self.life.high)

    @cached_property
    def flows(self) -> CashFlows:
        """Streams as planned."""
        return self.project.flows(self.benefits, self.life.value)

    @cached_property
    def npv(self) -> Estimate:
        """Net present value with its interval over replications."""
        return self._estimate(self._values(self.flows, self.rate.value))

    @cached_property
    def npv_range(self) -> tuple[float, float]:
        """Net present value with all prices, costs, rate and life at their worst and best ends."""
        ends: list[float] = []
        for life in (self.life.low, self.life.high):
            flows = self.project.flows(self.benefits, life)
            for rate in (self.rate.low, self.rate.high):
                for price in BOUNDS[1:]:
                    for cost in BOUNDS[1:]:
                        values = self._values(flows, rate, price, cost)
                        ends.append(float(values[: self.sets].mean()))
        return min(ends), max(ends)

    @cached_property
    def net(self) -> Floats:
        """Benefit less costs by year, mean over replications, shape ``(years,)``."""
        net: Floats = self._users(self.flows)[: self.sets].mean(axis=0) - self.flows.cost()
        return net

    @property
    def eirr(self) -> float | None:
        """Economic internal rate of return; None where there is no single one."""
        return internal_rate_of_return(self.net)

    @property
    def bcr(self) -> float | None:
        """Present value of what users gain over that of the costs; None without costs."""
        users = self._users(self.flows)[: self.sets].mean(axis=0)
        return benefit_cost_ratio(self.rate.value, users, self.flows.cost())

    @property
    def payback(self) -> float | None:
        """Years from the planned opening until all is paid back, undiscounted; None if never."""
        years = payback(self.net)
        began = self.project.planned / 12 - self.flows.years[0]
        return None if years is None else max(years - began, 0.0)

    def delay(self, years: float, *, paid_later: bool = False) -> Estimate:
        """Change of the net present value if all opens so much later, to the same horizon.

        The capital cost falls due as planned, or as much later if it is paid later.
        """
        horizon = self.project.horizon(self.life.value)
        late = self.project.late(years, paid_later=paid_later)
        flows = late.flows(self.benefits, self.life.value, horizon)
        change = self._values(flows, self.rate.value) - self._values(self.flows, self.rate.value)
        return self._estimate(change)

    @cached_property
    def per_hour(self) -> tuple[CostPerHour, ...]:
        """Cost of an hour saved, by kind of hour."""
        flows, factors = self.flows, self._factors(self.flows, self.rate.value)
        spent = float(flows.cost() @ factors)
        span = self.life.value
        rows = []
        for number, kind in enumerate(HOURS):
            saved = flows.hours[:, number]
            present = float((saved[: self.sets] @ factors).mean())
            yearly = self._estimate(saved.sum(axis=1) / span)
            cost = spent / present if present > 0.0 and spent > 0.0 else None
            rows.append(CostPerHour(kind, yearly, cost))
        return tuple(rows)

    @cached_property
    def switching(self) -> tuple[Switching, ...]:
        """Inputs by how far their ranges move the net present value, the farthest first."""
        rows = [*self._of_prices(), *self._of_costs(), self._of_rate(), self._of_life()]
        return tuple(sorted(rows, key=lambda row: -row.swing))

    @cached_property
    def probability(self) -> float:
        """Share of draws over all ranges and replications in which the value is above zero.

        Each input is triangular between its ends with its mode as stated; a life is of whole
        years. The draws are the same each time.
        """
        draws = np.random.default_rng(_SEED)
        rates = _triangular(draws, self.rate)
        lives = np.rint(_triangular(draws, self.life))
        scales = {name: draws.triangular(-1.0, 0.0, 1.0, _DRAWS) for name in (*PRICES, *_COSTS)}
        replication = draws.integers(0, self.sets, _DRAWS)
        above = 0
        for life in np.unique(lives):
            of_life = np.flatnonzero(lives == life)
            flows = self.project.flows(self.benefits, float(life))
            chosen = {name: scale[of_life] for name, scale in scales.items()}
            net = _drawn(flows, chosen, replication[of_life] % flows.hours.shape[0])
            first = flows.years[0] - PRICE_YEAR
            time = np.arange(first, first + net.shape[1])
            factors = (1.0 + rates[of_life, None]) ** -time
            above += int(np.count_nonzero((net * factors).sum(axis=1) > 0.0))
        return above / _DRAWS

    def _of_prices(self) -> list[Switching]:
        factors = self._factors(self.flows, self.rate.value)
        present = {
            bound: self.flows.benefit[bound][: self.sets].mean(axis=0) @ factors for bound in BOUNDS
        }
        npv = float(self.npv.mean or 0.0)
        rows = []
        for name, items in PRICES.items():
            members = [MONEY.index(item) for item in items]
            value, low, high = (float(present[bound][members].sum()) for bound in BOUNDS)
            if not value and not low and not high:
                continue
            ends = (low / value, high / value) if value else (1.0, 1.0)
            zero = 1.0 - npv / value if value else None
            rows.append(
                Switching(
                    name,
                    1.0,
                    *ends,
                    npv - value + low,
                    npv - value + high,
                    zero if zero is not None and zero >= 0.0 else None,
                )
            )
        return rows

    def _of_costs(self) -> list[Switching]:
        factors = self._factors(self.flows, self.rate.value)
        npv = float(self.npv.mean or 0.0)
        rows = []
        for name, streams in _COSTS.items():
            value, low, high = (
                sum(sign * float(getattr(self.flows, s)[bound] @ factors) for s, sign in streams)
                for bound in BOUNDS
            )
            if not value:
                continue
            zero = 1.0 + npv / value
            ends = (low / value, high / value)
            values = (npv + value - low, npv + value - high)
            rows.append(Switching(name, 1.0, *ends, *values, zero if zero >= 0.0 else None))
        return rows

    def _of_rate(self) -> Switching:
        rate = self.rate
        below, above = (self._mean(self.flows, end) for end in (rate.low, rate.high))
        eirr = self.eirr
        zero = eirr if eirr is not None and eirr >= 0.0 else None
        return Switching("discount_rate", rate.value, rate.low, rate.high, below, above, zero)

    def _of_life(self) -> Switching:
        life = self.life
        lives = range(1, max(round(life.high), 1) + 1)
        values = {
            n: self._mean(self.project.flows(self.benefits, n), self.rate.value) for n in lives
        }
        shortest, longest = (
            self._mean(self.project.flows(self.benefits, end), self.rate.value)
            for end in (life.low, life.high)
        )
        above = [n for n in lives if values[n] >= 0.0]
        crosses = any(values[n] < 0.0 for n in lives)
        zero = float(above[0]) if above and crosses else None
        return Switching("life", life.value, life.low, life.high, shortest, longest, zero)

    def _users(self, flows: CashFlows, bound: str = "value") -> Floats:
        """What users gain by year, shape ``(replications, years)``."""
        gained: Floats = flows.benefit[bound].sum(axis=1)
        return gained

    def _factors(self, flows: CashFlows, rate: float) -> Floats:
        return discount_factors(rate, len(flows.years), flows.years[0] - PRICE_YEAR)

    def _values(
        self, flows: CashFlows, rate: float, price: str = "value", cost: str = "value"
    ) -> Floats:
        """Net present value by replication."""
        values: Floats = (self._users(flows, price) - flows.cost(cost)) @ self._factors(flows, rate)
        return values

    def _mean(self, flows: CashFlows, rate: float) -> float:
        return float(self._values(flows, rate)[: self.sets].mean())

    def _estimate(self, values: Floats) -> Estimate:
        """Estimate a mean from values by run; of fewer where nothing is ever open."""
        numbers = self.numbers[: len(values)]
        rows = pl.DataFrame({REPLICATION: list(numbers), "value": values})
        return estimate_rows(rows, "value", self.level)


_COSTS = {"capex": (("capital", 1.0), ("residual", -1.0)), "opex": (("running", 1.0),)}
"""Costs of upgrades, and the streams of each with their signs."""


def _triangular(draws: np.random.Generator, value: Ranged) -> Floats:
    if value.low == value.high:
        return np.full(_DRAWS, value.value)
    return draws.triangular(value.low, value.value, value.high, _DRAWS)


def _drawn(flows: CashFlows, scales: Mapping[str, Floats], replication: Floats) -> Floats:
    """Net flow by draw and year; a scale of -1 is the low end, 1 the high one."""
    net = np.zeros((len(replication), len(flows.years)))
    for name, items in PRICES.items():
        members = [MONEY.index(item) for item in items]
        by = {b: flows.benefit[b][:, members].sum(axis=1)[replication] for b in BOUNDS}
        net += _between(by, scales[name])
    for name, streams in _COSTS.items():
        for stream, sign in streams:
            by = {b: getattr(flows, stream)[b][None, :] for b in BOUNDS}
            net -= sign * _between(by, scales[name])
    return net


def _between(by: Mapping[str, Floats], scale: Floats) -> Floats:
    """Move from the value towards its low or its high end."""
    value = by["value"]
    down = np.minimum(scale, 0.0)[:, None] * (value - by["low"])
    up = np.maximum(scale, 0.0)[:, None] * (by["high"] - value)
    total: Floats = value + down + up
    return total
