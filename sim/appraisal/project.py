"""Streams of money and hours of a project by calendar year, from opening to horizon.

Conventions
-----------
- Capital falls due in the month of the planned opening, running cost and benefit from the actual
  one; a year that is begun counts by its months.
- The horizon is the first planned opening plus the life of an upgrade. What opened later has a
  residual value there, its capital cost by the share of its life that is left.
- Between two simulated years the benefit changes linearly; before the first and after the last it
  stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.appraisal.schedule import MONTHS, Schedule, ScheduledUpgrade
from sim.arrays import Floats
from sim.compare.user_benefit import BOUNDS, HOURS, UserBenefit
from sim.measures.economics import MONEY

__all__ = ["Benefits", "CashFlows", "OpenSets", "Project", "bracket"]

OpenSets = tuple[frozenset[str], frozenset[str]]
"""Upgrades open in the base and in the alternative."""

Benefits = Callable[[OpenSets, int], UserBenefit]
"""Benefit of a whole year with such upgrades open, under the demand of that year."""


@dataclass(frozen=True, eq=False)
class CashFlows:
    """Yearly flows; money in VND of one price year, each array by year along its last axis.

    Attributes
    ----------
    years:
        Calendar years.
    benefit:
        What users gain by bound of the prices, shape ``(replications, items, years)``.
    hours:
        Vehicle-hours saved, shape ``(replications, kinds, years)``, kinds as
        :data:`sim.compare.user_benefit.HOURS`.
    capital, running, residual:
        Costs, and what is left at the horizon, beyond those of the base, by bound.
    """

    years: range
    benefit: Mapping[str, Floats]
    hours: Floats
    capital: Mapping[str, Floats]
    running: Mapping[str, Floats]
    residual: Mapping[str, Floats]

    def cost(self, bound: str = "value") -> Floats:
        """Capital and running cost less residual value, shape ``(years,)``."""
        cost: Floats = self.capital[bound] + self.running[bound] - self.residual[bound]
        return cost


@dataclass(frozen=True)
class Project:
    """Upgrades of an alternative beyond those of its base, as :class:`Schedule` has them.

    ``undated`` is the month from which upgrades without a date are open.
    """

    base: Schedule
    other: Schedule
    undated: int

    @property
    def planned(self) -> int:
        """Month of the first planned opening of what the base does not have."""
        return min((self._due(u) for u in self._own(self.other)), default=self.undated)

    def opening(self) -> int:
        """Month of the first actual opening of what the base does not have."""
        return min((self._opens(u) for u in self._own(self.other)), default=self.undated)

    def horizon(self, life: float) -> int:
        """Month after the last that counts, for a life of so many years."""
        return self.planned + round(life * MONTHS)

    def late(self, years: float, *, paid_later: bool = False) -> Project:
        """Return the project with all its openings later, undated ones too; not the base's."""
        months = round(years * MONTHS)
        dated = {
            name: ScheduledUpgrade(u.title, u.capex, u.opex, self._due(u), self._opens(u))
            for name, u in self.other.upgrades.items()
        }
        own = {n: u for n, u in dated.items() if self.other.upgrades[n] in self._own(self.other)}
        moved = Schedule(own).late(months, paid_later=paid_later).upgrades
        return Project(self.base, Schedule({**dated, **moved}), self.undated)

    def phases(self, first: int, horizon: int) -> list[tuple[int, OpenSets, float]]:
        """Years with the upgrades open in them, and for which share of the year."""
        months = Counter(
            (month // MONTHS, (self.base.open_in(month), self.other.open_in(month)))
            for month in range(first, horizon)
        )
        return [(year, sets, count / MONTHS) for (year, sets), count in months.items()]

    def flows(self, benefits: Benefits, life: float, horizon: int | None = None) -> CashFlows:
        """Return the streams to the horizon, by default that of the project itself."""
        end = self.horizon(life) if horizon is None else horizon
        first = min(self.planned, self.opening()) // MONTHS
        years = range(first, max((end - 1) // MONTHS, self._last_due(end)) + 1)
        phases = [p for p in self.phases(first * MONTHS, end) if p[1][0] != p[1][1]]
        gains = [(year - first, share, benefits(sets, year)) for year, sets, share in phases]
        replications = gains[0][2].hours.shape[0] if gains else 1
        money = {b: np.zeros((replications, len(MONEY), len(years))) for b in BOUNDS}
        hours = np.zeros((replications, len(HOURS), len(years)))
        for column, share, gain in gains:
            for bound in BOUNDS:
                money[bound][..., column] += share * gain.money[bound]
            hours[..., column] += share * gain.hours
        costs = [_costs(self, years, end, life, bound) for bound in BOUNDS]
        capital, running, residual = (
            dict(zip(BOUNDS, (streams[kind] for streams in costs), strict=True))
            for kind in range(3)
        )
        return CashFlows(years, money, hours, capital, running, residual)

    def sides(self, bound: str) -> list[tuple[ScheduledUpgrade, float, str]]:
        """Upgrades of one side alone, their sign, and the end at which their costs stand."""
        opposite = {"low": "high", "high": "low", "value": "value"}[bound]
        return [(upgrade, 1.0, bound) for upgrade in self._own(self.other)] + [
            (upgrade, -1.0, opposite) for upgrade in self._own(self.base)
        ]

    def _own(self, side: Schedule) -> list[ScheduledUpgrade]:
        """Upgrades of a side that the other has not, or at another time or price."""
        other = self.base if side is self.other else self.other
        known = list(other.upgrades.values())
        return [upgrade for upgrade in side.upgrades.values() if upgrade not in known]

    def _due(self, upgrade: ScheduledUpgrade) -> int:
        return self.undated if upgrade.due is None else upgrade.due

    def _opens(self, upgrade: ScheduledUpgrade) -> int:
        return self.undated if upgrade.opens is None else upgrade.opens

    def _last_due(self, end: int) -> int:
        """Last year before the horizon in which capital falls due."""
        due = [self._due(u) for u, _, _ in self.sides("value")]
        return max((month for month in due if month < end), default=end - 1) // MONTHS


def _costs(
    project: Project, years: range, end: int, life: float, bound: str
) -> tuple[Floats, Floats, Floats]:
    """Capital, running cost and residual value by year, each of shape ``(years,)``."""
    capital, running, residual = (np.zeros(len(years)) for _ in range(3))
    for upgrade, sign, at in project.sides(bound):
        due = project.undated if upgrade.due is None else upgrade.due
        opens = project.undated if upgrade.opens is None else upgrade.opens
        price = sign * getattr(upgrade.capex, at)
        if due < end:
            capital[due // MONTHS - years[0]] += price
            left = 1.0 - max(end - opens, 0) / round(life * MONTHS)
            residual[(end - 1) // MONTHS - years[0]] += price * max(left, 0.0)
        for month in range(max(opens, years[0] * MONTHS), end):
            running[month // MONTHS - years[0]] += sign * getattr(upgrade.opex, at) / MONTHS
    return capital, running, residual


def bracket(nodes: Sequence[int], year: int) -> Iterable[tuple[int, float]]:
    """Nodes whose values make up that of a year, with their shares; nodes ascend."""
    after = int(np.searchsorted(nodes, year))
    if after == 0:
        return [(nodes[0], 1.0)]
    if after == len(nodes):
        return [(nodes[-1], 1.0)]
    before, later = nodes[after - 1], nodes[after]
    share = (year - before) / (later - before)
    return [(before, 1.0 - share), (later, share)] if share < 1.0 else [(later, 1.0)]
