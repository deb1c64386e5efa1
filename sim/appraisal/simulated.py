"""Simulated years: representative weeks of scenarios with some of their upgrades open."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sim.appraisal.weeks import WEEK, RepresentativeWeek, days_of_year
from sim.clock import DAY
from sim.compare.segments import Segment, chosen_between, daily_vehicles, linked_gates
from sim.compare.user_benefit import TABLES, AnnualCosts, MeasuredDays, annual_costs, window_of
from sim.parameter_sets import further_runs
from sim.processes import WorkerPool
from sim.results.overloads import DAILY, find_overloads
from sim.runs import run
from sim.scenario import Scenario

__all__ = ["SimulatedYears"]

_ALWAYS, _NEVER = "1900-01", "2199-12"
"""Months that open an upgrade in any year, and in none."""


@dataclass(frozen=True, eq=False)
class SimulatedYears:
    """Years of several scenarios, each simulated when it is first asked for.

    Attributes
    ----------
    scenarios:
        The base first.
    weeks:
        Representative weeks of the base's year; they stand for the years of all.
    replications, jobs, on_done:
        As of :func:`sim.run`; ``on_done`` is called for each replication of each week.
    """

    scenarios: Sequence[Scenario]
    weeks: Sequence[RepresentativeWeek]
    replications: int
    jobs: int | WorkerPool = 1
    on_done: Callable[[int], None] | None = None
    _known: dict[tuple[int, frozenset[str], int], AnnualCosts | None] = field(default_factory=dict)

    @cached_property
    def linked(self) -> dict[str, str]:
        """First of the gates with which each is taken together."""
        return linked_gates(
            gates for scenario in self.scenarios for gates in chosen_between(scenario.model)
        )

    @cached_property
    def segments(self) -> list[Segment]:
        """Segments with traffic in any scenario with all upgrades open."""
        names: dict[Segment, None] = {}
        for number, scenario in enumerate(self.scenarios):
            everything = self._edited(number, frozenset(self.upgrades[number]), None)
            dates = days_of_year(scenario.model.run.start.year)[:1]
            names |= dict.fromkeys(daily_vehicles(everything.model, dates, self.linked))
        return list(names)

    @cached_property
    def upgrades(self) -> list[list[str]]:
        """Ids of the upgrades of each scenario."""
        return [list(s.edited({"run.year": None}).upgrades) for s in self.scenarios]

    @cached_property
    def numbers(self) -> list[int]:
        """Replications, then further runs of their sets where all have uncertain inputs."""
        whole = list(range(self.replications))
        uncertain = all(scenario.model.inputs for scenario in self.scenarios)
        return whole + [run for n in whole for run in further_runs(n)] if uncertain else whole

    def annual(self, number: int, opened: frozenset[str], year: int) -> AnnualCosts | None:
        """Costs of a scenario in a year; None where it is overloaded in one of the weeks.

        Raises
        ------
        RunError
            A replication failed.
        KeyboardInterrupt
            It was interrupted.
        """
        key = number, opened, year
        if key not in self._known:
            self._known[key] = self._simulated(number, opened, year)
        return self._known[key]

    def costs(self, number: int, opened: frozenset[str], year: int) -> AnnualCosts:
        """As :meth:`annual`, overloaded or not."""
        costs = self.annual(number, opened, year)
        if costs is None:
            costs = self._simulated(number, opened, year, strict=False)
            assert costs is not None
            self._known[number, opened, year] = costs
        return costs

    def _simulated(
        self, number: int, opened: frozenset[str], year: int, *, strict: bool = True
    ) -> AnnualCosts | None:
        windows: list[MeasuredDays] = []
        whole = self._edited(number, opened, year)
        for week in self.weeks:
            window = self._window(number, opened, year, week, strict=strict)
            if window is None:
                return None
            windows.append(window)
        daily = daily_vehicles(whole.model, self._dates, self.linked)
        vehicles = np.array([daily[s].sum() if s in daily else 0.0 for s in self.segments])
        return annual_costs(windows, [week.weight for week in self.weeks], vehicles)

    def _window(
        self,
        number: int,
        opened: frozenset[str],
        year: int,
        week: RepresentativeWeek,
        *,
        strict: bool,
    ) -> MeasuredDays | None:
        """Simulate one week; None if it is overloaded and must not be."""
        scenario = self._edited(number, opened, year, week.first)
        results = run(
            scenario,
            self.replications,
            jobs=self.jobs,
            journeys="none",
            tables=TABLES,
            on_done=self.on_done,
        )
        if results.interrupted:
            raise KeyboardInterrupt
        if strict and any(find_overloads(results.tables[DAILY])):
            return None
        dates = [week.first + dt.timedelta(days=day) for day in range(WEEK)]
        daily = daily_vehicles(scenario.model, dates, self.linked)
        return window_of(results.tables, daily, self.segments, self.numbers, self.linked)

    @cached_property
    def _dates(self) -> list[dt.date]:
        return days_of_year(self.scenarios[0].model.run.start.year)

    def _edited(
        self,
        number: int,
        opened: frozenset[str],
        year: int | None,
        first: dt.date | None = None,
    ) -> Scenario:
        """Return a scenario with these upgrades open, that year's demand, and measured week."""
        scenario = self.scenarios[number]
        changes: dict[str, object] = {"run.year": year}
        if year is not None:
            for name in self.upgrades[number]:
                changes[f"upgrades.{name}.opens"] = _ALWAYS if name in opened else _NEVER
                changes[f"upgrades.{name}.delay"] = "0 years"
        if first is not None:
            warm_up = math.ceil(scenario.model.run.warm_up / DAY)
            changes |= {
                "run.start": (first - dt.timedelta(days=warm_up)).isoformat(),
                "run.warm_up": f"{warm_up} days",
                "run.days": WEEK,
            }
        return scenario.edited(changes)
