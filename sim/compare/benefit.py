"""Cost–benefit analysis: yearly net benefit of a scenario against its baseline.

Costs are those of :mod:`sim.measures.economics`, per day of the run times 365: the run's week
stands for the year. Users gain by the rule of half (:mod:`sim.compare.user_benefit`), so that more
trade at the same cost is no loss. Capital cost is spread evenly over its life
(:func:`sim.economics.annuity`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields

import numpy as np
import polars as pl

from sim.arguments import checked_arguments
from sim.compare.scenario_results import ScenarioResults
from sim.compare.segments import Segment, linked_gates
from sim.compare.user_benefit import AnnualCosts, annual_costs, rule_of_half, window_of
from sim.economics import annuity
from sim.errors import ArgumentError
from sim.parameter_sets import further_runs
from sim.results.estimates import Estimate, estimate_rows
from sim.results.intervals import Caution
from sim.sentences import Sentence
from sim.units import Ranged

__all__ = ["Benefit", "OffYear", "benefit", "benefits", "off_year"]


_DAYS = 365.0

_TABLES = {"costs", "places"}

_APART = 0.05
"""Share by which demand may differ from the year's mean without being told."""


@dataclass(frozen=True)
class Benefit:
    """VND a year, and ``capex`` in VND.

    Attributes
    ----------
    capex:
        What the upgrades cost more to build than those of the base, once.
    saved, half_width, caution:
        What users gain in time and goods, mean over pairs of replications, and its interval as in
        :data:`sim.results.estimates.INTERVAL`.
    capital, running:
        What the upgrades cost more a year than those of the base.
    net:
        ``saved - capital - running``; its half-width is that of ``saved``.
    low, high:
        ``net`` with all prices, the upgrades' own costs, the rate and the life at the ends of
        their ranges.
    """

    capex: float
    saved: float
    half_width: float | None
    capital: float
    running: float
    net: float
    low: float
    high: float
    caution: str | None = None

    @property
    def interval(self) -> Estimate:
        """The net benefit with the interval of what is saved."""
        half = self.half_width or 0.0
        caution = None if self.caution is None else Caution(self.caution)
        return Estimate(self.net, self.half_width, self.net - half, self.net + half, caution)


@dataclass(frozen=True)
class OffYear:
    """A gate to which, in the run's days, more or fewer vehicles come than over a year.

    ``run`` and ``year`` are expected vehicles a day.
    """

    gate: str
    run: float
    year: float


@checked_arguments
def off_year(sample: ScenarioResults) -> list[OffYear]:
    """Gates whose demand in the measured days differs from the year's mean, farthest first.

    The year are the 365 days from the first measured one on, with the scenario's volumes,
    weekdays and seasons. Demand counts as another from 5 % of the year's mean on.
    """
    demands = [OffYear(gate, *both) for gate, both in sample.demand.items()]
    apart = [gate for gate in demands if abs(gate.run - gate.year) >= _APART * max(gate.year, 1e-9)]
    return sorted(apart, key=lambda gate: -abs(gate.run - gate.year))


@checked_arguments
def benefit(base: ScenarioResults, other: ScenarioResults, level: float = 0.95) -> Benefit | None:
    """Return the yearly net benefit, or None where it is not defined.

    Both need prices, the tables ``costs`` and ``places``, at least two replications in common under
    one seed, and upgrades that differ in cost.
    """
    prices = other.economics
    capex, opex = (_extra(base, other, kind) for kind in ("capex_range", "opex_range"))
    common = sorted(set(base.replications) & set(other.replications))
    pairs = base.seed == other.seed and len(common) > 1
    measured = all(set(sample.tables) >= _TABLES for sample in (base, other))
    if (
        prices is None
        or base.economics is None
        or not measured
        or not pairs
        or not (capex.value or opex.value)
    ):
        return None
    rate, life = prices.factors["discount_rate"], prices.factors["life"]
    saved = _saved(base, other, [*common, *(run for r in common for run in further_runs(r))])
    whole = saved.filter(pl.col("replication") >= 0)
    capital = capex.value * annuity(rate.value, life.value)
    shares = annuity(rate.low, life.high), annuity(rate.high, life.low)
    ends = sorted(cost * share for cost in (capex.low, capex.high) for share in shares)
    middle, *of_prices = (
        float(np.mean(whole[bound].to_numpy())) for bound in ("value", "low", "high")
    )
    spread = sorted(of_prices)
    saving = estimate_rows(saved, "value", level)
    return Benefit(
        capex=capex.value,
        saved=middle,
        half_width=saving.half_width,
        capital=capital,
        running=opex.value,
        net=middle - capital - opex.value,
        low=spread[0] - ends[-1] - opex.high,
        high=spread[1] - ends[0] - opex.low,
        caution=saving.caution,
    )


@checked_arguments
def benefits(
    samples: Sequence[ScenarioResults], names: Sequence[str], level: float = 0.95
) -> pl.DataFrame:
    """One row for each scenario after the first that has a benefit: ``alternative``, its fields.

    Raises
    ------
    ArgumentError
        There is no scenario, or not one name for each.
    """
    if not samples or len(names) != len(samples):
        raise ArgumentError(
            Sentence(
                "{count} scenarios have {count2} names; give one for each",
                count=len(samples),
                count2=len(names),
            )
        )
    base, *others = samples
    by_name = {
        name: benefit(base, other, level) for name, other in zip(names[1:], others, strict=True)
    }
    numbers = {field.name: pl.Float64 for field in fields(Benefit) if field.name != "caution"}
    return pl.DataFrame(
        [
            {"alternative": name, **asdict(gain)}
            for name, gain in by_name.items()
            if gain is not None
        ],
        schema={"alternative": pl.String, **numbers, "caution": pl.String},
    )


def _extra(base: ScenarioResults, other: ScenarioResults, kind: str) -> Ranged:
    """What a cost of the upgrades is more than in the base, with its range.

    Upgrades of both cost nothing more.
    """
    more = [getattr(own, kind) for own in other.upgrades if own not in base.upgrades]
    less = [getattr(own, kind) for own in base.upgrades if own not in other.upgrades]
    return Ranged(
        sum(cost.value for cost in more) - sum(cost.value for cost in less),
        sum(cost.low for cost in more) - sum(cost.high for cost in less),
        sum(cost.high for cost in more) - sum(cost.low for cost in less),
    )


def _saved(base: ScenarioResults, other: ScenarioResults, runs: Sequence[int]) -> pl.DataFrame:
    """What users gain in a year in VND, with its ends by prices, by run that both have."""
    known = [set(sample.tables["costs"]["replication"].to_list()) for sample in (base, other)]
    numbers = sorted(known[0] & known[1] & set(runs))
    linked = linked_gates([*base.choices, *other.choices])
    segments = list(_by_segment(base, linked) | _by_segment(other, linked))
    before, after = (_yearly(sample, segments, numbers, linked) for sample in (base, other))
    money = rule_of_half(before, after).money
    gained = {bound: values.sum(axis=1) for bound, values in money.items()}
    return pl.DataFrame({"replication": numbers, **gained})


def _yearly(
    sample: ScenarioResults,
    segments: Sequence[Segment],
    numbers: Sequence[int],
    linked: Mapping[str, str],
) -> AnnualCosts:
    """Costs of a year by segment, as many as the measured days have."""
    daily = {
        segment: np.full(sample.days, vehicles)
        for segment, vehicles in _by_segment(sample, linked).items()
    }
    window = window_of(sample.tables, daily, segments, numbers, linked)
    weight = _DAYS / sample.days
    return annual_costs([window], [weight], window.vehicles * weight)


def _by_segment(sample: ScenarioResults, linked: Mapping[str, str]) -> dict[Segment, float]:
    """Vehicles a day by segment, linked gates together."""
    vehicles: dict[Segment, float] = {}
    for (gate, direction, cargo), count in sample.vehicles.items():
        segment = linked.get(gate, gate), direction, cargo
        vehicles[segment] = vehicles.get(segment, 0.0) + count
    return vehicles
