"""Economic appraisal of scenarios against a base, from simulated years to indicators."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np

from sim.appraisal.indicators import Indicators
from sim.appraisal.project import OpenSets, Project, bracket
from sim.appraisal.schedule import MONTHS, Schedule, schedule_of
from sim.appraisal.simulated import SimulatedYears
from sim.appraisal.weeks import RepresentativeWeek, representative_weeks
from sim.arguments import checked_arguments
from sim.compare.segments import Segment
from sim.compare.user_benefit import BOUNDS, UserBenefit, rule_of_half, unmatched
from sim.errors import ArgumentError
from sim.processes import WorkerPool
from sim.scenario import Scenario, ScenarioModel
from sim.scenario.schema.model import FlowBlock
from sim.sentences import Sentence
from sim.units import Ranged

__all__ = ["Appraisal", "Appraised", "appraise"]

_STEP = 5
"""Years between simulated years, by default."""


@dataclass(frozen=True, eq=False)
class Appraised:
    """One alternative: its indicators, and what its figures rest on.

    Attributes
    ----------
    name, title:
        Of the scenario.
    prices:
        VND for an hour of a vehicle (``delay``), of a ``driver``, and a day of ``parking``.
    nodes:
        Simulated years.
    overloaded:
        First year in which more arrives than can be served, in the base or here: from the last
        node on the benefit stays what it is. None if there is none.
    forced:
        Whether the first node is overloaded itself, so that all rests on it.
    alone:
        Segments with traffic in one of both scenarios alone, which count for nothing.
    grown:
        Segments with more or less traffic than in the base, which count by the rule of half.
    """

    name: str
    title: Mapping[str, str]
    indicators: Indicators
    prices: Mapping[str, float]
    nodes: tuple[int, ...]
    overloaded: int | None
    forced: bool
    alone: tuple[Segment, ...]
    grown: tuple[Segment, ...]


@dataclass(frozen=True, eq=False)
class Appraisal:
    """Alternatives appraised against one base.

    Attributes
    ----------
    base:
        The base scenario.
    alternatives:
        In the order in which they were given.
    weeks:
        Representative weeks that stand for each year.
    replications:
        Of each week.
    assumptions:
        How many numbers of the scenarios rest on an assumption.
    """

    base: Scenario
    alternatives: tuple[Appraised, ...]
    weeks: tuple[RepresentativeWeek, ...]
    replications: int
    assumptions: int


@checked_arguments
def appraise(
    base: Scenario,
    alternatives: Sequence[Scenario],
    *,
    weeks: int = 4,
    years: Sequence[int] | None = None,
    replications: int | None = None,
    jobs: int | WorkerPool = 1,
    on_done: Callable[[int], None] | None = None,
    level: float = 0.95,
) -> Appraisal:
    """Appraise scenarios economically against a base, from opening to horizon.

    Parameters
    ----------
    base, alternatives:
        As :func:`sim.load` returns them; their upgrades state costs and opening dates.
    weeks:
        Representative weeks of each simulated year.
    years:
        Years to simulate; by default the first of the base's demand and every fifth from then on,
        as far as its growth profiles go and the horizon asks for.
    replications:
        Of each week; by default as the base says.
    jobs, on_done:
        As of :func:`sim.run`.
    level:
        Confidence of the intervals.

    Raises
    ------
    ArgumentError
        There is no alternative; a scenario has no prices, or others than the base; or it starts
        from a stock or replays recorded arrivals, which stand for no year.
    ScenarioError
        A simulated year does not fit a growth profile.
    RunError
        A replication failed.
    KeyboardInterrupt
        It was interrupted.
    """
    if not alternatives:
        raise ArgumentError(Sentence("an appraisal needs at least one scenario beside the base"))
    several = [base, *alternatives]
    for scenario in several:
        _require_yearly(scenario, base)
    chosen = representative_weeks(base.model, weeks)
    count = base.model.run.replications if replications is None else replications
    schedules = [schedule_of(scenario) for scenario in several]
    nodes = _stated(base.model, years)
    with WorkerPool(jobs) if isinstance(jobs, int) else nullcontext(jobs) as workers:
        simulated = SimulatedYears(several, chosen, count, workers, on_done)
        done = tuple(
            _Alternative(simulated, schedules, number, nodes).appraised(level)
            for number in range(1, len(several))
        )
        for alternative in done:
            alternative.indicators.simulate()
    assumed = {path for scenario in several for path in scenario.assumptions()}
    return Appraisal(base, done, tuple(chosen), count, len(assumed))


def _require_yearly(scenario: Scenario, base: Scenario) -> None:
    """Refuse what has no prices, or does not repeat from year to year."""
    where, prices = scenario.path, scenario.model.economics
    if prices is None or base.model.economics is None:
        raise ArgumentError(
            Sentence("{where} has no prices; give it a section `economics:`", where=where)
        )
    known = base.model.economics.money
    for name in type(known).model_fields:
        if name != "evidence" and getattr(known, name) != getattr(prices.money, name):
            raise ArgumentError(
                Sentence(
                    "{where} states another `economics.money.{name}` than {base}; appraise both at "
                    "the same prices",
                    where=where,
                    name=name,
                    base=base.path,
                )
            )
    for gate, block in scenario.model.gates.items():
        for route in block.routes.values():
            for name, flow in route.flows.items():
                _require_volume(scenario, gate, name, flow)


def _require_volume(scenario: Scenario, gate: str, name: str, flow: FlowBlock) -> None:
    """Refuse a flow that starts from a stock or replays what was recorded."""
    facts = {"where": scenario.path, "flow": name, "gate": gate}
    if flow.backlog:
        raise ArgumentError(
            Sentence(
                "{where}: flow {flow} of {gate} has a backlog, which stands for days and not for a "
                "year; appraise a scenario with volumes and seasons",
                **facts,
            )
        )
    if flow.arrivals is not None:
        raise ArgumentError(
            Sentence(
                "{where}: flow {flow} of {gate} has recorded arrivals, which stand for days and "
                "not for a year; appraise a scenario with volumes and seasons",
                **facts,
            )
        )


def _stated(model: ScenarioModel, years: Sequence[int] | None) -> list[int]:
    """Return the years to simulate, ascending: those asked for, or steps within the profiles."""
    if years is not None:
        if not years:
            raise ArgumentError(Sentence("years to simulate: name at least one"))
        return sorted(set(years))
    used = {
        flow.growth
        for gate in model.gates.values()
        for route in gate.routes.values()
        for flow in route.flows.values()
        if flow.growth is not None
    }
    if not used:
        return [model.run.start.year]
    spans = [sorted(int(year) for year in model.profiles.growth[name].years) for name in used]
    first = max([*(span[0] for span in spans), model.run.start.year])
    last = min(span[-1] for span in spans)
    if first > last:
        first = max(span[0] for span in spans)
    steps = range(-(-first // _STEP) * _STEP, last + 1, _STEP)
    return sorted({first, *steps})


@dataclass
class _Alternative:
    """Simulates what one alternative needs, up to the first overload."""

    simulated: SimulatedYears
    schedules: Sequence[Schedule]
    number: int
    asked: Sequence[int]

    def appraised(self, level: float) -> Appraised:
        """Simulate, and return the indicators."""
        scenario = self.simulated.scenarios[self.number]
        money = self.simulated.scenarios[0].model.economics
        assert money is not None
        rate, life = money.money.discount_rate, money.money.life
        undated = self.simulated.scenarios[0].model.run.start.year * MONTHS
        project = Project(self.schedules[0], self.schedules[self.number], undated)
        nodes, overloaded, forced = self._nodes(project, life)
        benefits = _Benefits(self.simulated, self.number, nodes)
        indicators = Indicators(project, benefits, rate, life, self.simulated.numbers, level)
        last = self._last_sets(project, life)
        before = self.simulated.costs(0, last[0], nodes[-1])
        after = self.simulated.costs(self.number, last[1], nodes[-1])
        segments = self.simulated.segments
        alone = unmatched(before, after)
        grown = ~alone & ~np.isclose(before.vehicles, after.vehicles)
        return Appraised(
            scenario.name,
            scenario.model.title.model_dump(),
            indicators,
            {name: getattr(money.money, name).value for name in ("delay", "driver", "parking")},
            tuple(nodes),
            overloaded,
            forced,
            tuple(segments[k] for k in np.flatnonzero(alone)),
            tuple(segments[k] for k in np.flatnonzero(grown)),
        )

    def _last_sets(self, project: Project, life: Ranged) -> OpenSets:
        month = project.horizon(life.high) - 1
        return project.base.open_in(month), project.other.open_in(month)

    def _nodes(self, project: Project, life: Ranged) -> tuple[list[int], int | None, bool]:
        """Return the years that can be used, the first overloaded one, and if none can be used.

        Years ascend, and from the first that is overloaded on none is simulated any more.
        """
        needed = self._needed(project, life)
        usable: list[int] = []
        for year in self.asked:
            if year not in needed:
                continue
            sides = [(0, base) for base, _ in needed[year]]
            sides += [(self.number, other) for _, other in needed[year]]
            for side, opened in dict.fromkeys(sides):
                if self.simulated.annual(side, opened, year) is None:
                    if usable:
                        return usable, year, False
                    return [year], year, True
            usable.append(year)
        return usable, None, False

    def _needed(self, project: Project, life: Ranged) -> dict[int, set[OpenSets]]:
        """Return the years to simulate for the longest life, and what is open in any of them.

        Each is simulated with all that is open at any time, so that between any two the benefit
        of any phase can be taken.
        """
        first, end = project.planned, project.horizon(life.high)
        phases = [p for p in project.phases(first // MONTHS * MONTHS, end) if p[1][0] != p[1][1]]
        needed: dict[int, set[OpenSets]] = {}
        for year, sets, _ in phases:
            for node, _ in bracket(self.asked, year):
                needed.setdefault(node, set()).add(sets)
        every = set().union(*needed.values()) if needed else {self._last_sets(project, life)}
        return dict.fromkeys(needed or [self.asked[0]], every)


@dataclass(frozen=True, eq=False)
class _Benefits:
    """Benefit of a year with some upgrades open, interpolated between simulated years."""

    simulated: SimulatedYears
    number: int
    nodes: Sequence[int]

    def __call__(self, sets: OpenSets, year: int) -> UserBenefit:
        """Return the benefit of a whole year."""
        parts = [(share, self._at(sets, node)) for node, share in bracket(self.nodes, year)]
        shares = np.array([share for share, _ in parts])
        money = {
            bound: np.tensordot(shares, np.stack([part.money[bound] for _, part in parts]), 1)
            for bound in BOUNDS
        }
        return UserBenefit(money, np.tensordot(shares, [part.hours for _, part in parts], 1))

    def _at(self, sets: OpenSets, node: int) -> UserBenefit:
        before = self.simulated.costs(0, sets[0], node)
        return rule_of_half(before, self.simulated.costs(self.number, sets[1], node))
