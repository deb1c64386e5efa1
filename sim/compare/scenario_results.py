"""Results of one scenario as comparisons take them, from memory or from a folder."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import polars as pl

from sim.arguments import checked_arguments
from sim.arrays import Floats
from sim.catalogue import DIRECTIONS, Names, Quantity
from sim.clock import DAY
from sim.compare.segments import Segment, chosen_between, daily_vehicles
from sim.compare.targets import Target, target
from sim.measures import names_of
from sim.messages import Messages
from sim.parameter_sets import SETS
from sim.plan.model import Economics
from sim.results import Results, StoredResults, measured_period, restored
from sim.results.estimates import Estimate
from sim.results.overloads import DAILY, Overload, find_overloads
from sim.results.provenance import code_digest
from sim.results.values import estimate_of, values_of
from sim.scenario import Setting
from sim.scenario.derive.arrivals import daily_arrivals
from sim.scenario.derive.named_quantities import targets_of
from sim.units import Ranged

if TYPE_CHECKING:
    from sim.scenario import ScenarioModel

__all__ = ["Overload", "ScenarioResults", "Title", "all_gates", "overloads", "scenario_results"]


_PRICES = ("delay", "driver", "parking", "diesel", "power")
"""Factors that are prices; the others are technology, or of the upgrades' own costs."""

_YEAR = 365

_FREE = Ranged(0.0, 0.0, 0.0)

Title = Mapping[str, str]
"""A text by language."""


@dataclass(frozen=True)
class Upgrade:
    """An upgrade in force: costs in VND and VND a year, month of opening as ``2027-07``.

    ``capex_range`` and ``opex_range`` are the costs with the ends of their ranges.
    """

    title: Title
    capex_range: Ranged
    opex_range: Ranged
    opens: str

    @property
    def capex(self) -> float:
        """Capital cost as stated, VND."""
        return self.capex_range.value

    @property
    def opex(self) -> float:
        """Running cost as stated, VND a year."""
        return self.opex_range.value


@dataclass(frozen=True, eq=False)
class ScenarioResults:
    """One scenario's finished replications.

    Attributes
    ----------
    gates, stages:
        Titles by id, in the order of the scenario; stages with those of holds.
    ways:
        Directions whose vehicles visit a stage.
    known:
        Ids that a quantity can name.
    seed, start, warm_up, horizon:
        Root of all random draws, first day, and the measured window in minutes since its midnight.
    year:
        Whose demand and upgrades these are; None for the scenario as it is written.
    settings:
        What was set for the run and is unlike its file.
    code:
        Digest of the program that ran it.
    economics:
        Prices and emission factors; None where the scenario has none.
    vehicles:
        Mean arrivals a day by gate, direction and cargo class that the scenario states for the
        measured days.
    choices:
        Sets of gates between which vehicles choose.
    demand:
        Mean arrivals a day by gate that the scenario states: in the measured days, and in the 365
        days from the first of them on.
    tables:
        As in :class:`sim.results.Results`.
    folder:
        Where it was read from; None if it has just run.
    """

    name: str
    title: Title
    gates: Mapping[str, Title]
    stages: Mapping[str, Title]
    ways: Mapping[str, frozenset[str]]
    upgrades: tuple[Upgrade, ...]
    targets: tuple[Target, ...]
    known: Names
    seed: int
    start: dt.date
    warm_up: float
    horizon: float
    code: str
    year: int | None
    replications: tuple[int, ...]
    tables: Mapping[str, pl.DataFrame]
    economics: Economics | None = None
    settings: tuple[Setting, ...] = ()
    demand: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    vehicles: Mapping[Segment, float] = field(default_factory=dict)
    choices: tuple[frozenset[str], ...] = ()
    folder: Path | None = None

    def __repr__(self) -> str:
        return f"<ScenarioResults of {self.name}: {len(self.replications)} replications>"

    @property
    def days(self) -> int:
        """Measured days."""
        return round((self.horizon - self.warm_up) / DAY)

    def period(self, messages: Messages) -> str:
        """First to last measured day, and the year simulated on them."""
        return measured_period(self.start, self.warm_up, self.days, self.year, messages)

    @property
    def prices(self) -> dict[str, Ranged]:
        """Prices of time, parking and energy; empty where the scenario has none."""
        known = self.economics.factors if self.economics is not None else {}
        return {name: known[name] for name in _PRICES if name in known}

    @cached_property
    def overloads(self) -> tuple[Overload, ...]:
        """See :func:`overloads`."""
        return tuple(find_overloads(self.tables[DAILY])) if DAILY in self.tables else ()

    @property
    def headline(self) -> pl.DataFrame:
        """The table of headline measures."""
        return self.tables["headline"]

    def values(self, quantity: Quantity) -> Floats:
        """Values of a quantity by replication, shape ``(replications,)``; NaN where undefined.

        Raises
        ------
        MeasureError
            The scenario has no such gate, say, or the run did not keep the quantity.
        """
        values: Floats = values_of(self.headline, quantity.resolved(self.known)).to_numpy()
        return values

    def estimate(self, quantity: Quantity, level: float = 0.95) -> Estimate:
        """Mean of a quantity with its interval; errors as :meth:`values`."""
        return estimate_of(self.headline, quantity.resolved(self.known), level)

    @property
    def uncertain(self) -> bool:
        """Whether its replications have sets of uncertain inputs, and their ± holds them."""
        return SETS in self.tables

    @property
    def busy(self) -> list[str]:
        """Ids of gates at which a vehicle arrived or crossed, in the order of the scenario."""
        moving = self.headline.filter(
            pl.col("measure").is_in(["arrived_per_day", "crossed_per_day"]) & (pl.col("value") > 0)
        )
        moving_gates = set(moving["gate"])
        return [gate for gate in self.gates if gate in moving_gates]


_KNOWN: WeakKeyDictionary[Results, ScenarioResults] = WeakKeyDictionary()
"""Results in memory as comparisons take them: pages ask for each of them dozens of times."""


def all_gates(samples: Iterable[ScenarioResults]) -> dict[str, Title]:
    """Titles by id of the gates of any scenario, those of the first before the others'."""
    titles: dict[str, Title] = {}
    for sample in samples:
        for gate, title in sample.gates.items():
            titles.setdefault(gate, title)
    return titles


@checked_arguments
def scenario_results(results: Results | StoredResults | ScenarioResults) -> ScenarioResults:
    """Return results, in memory or in a folder, as comparisons take them.

    Raises
    ------
    ResultsError
        As :func:`sim.results.restored`, for a folder.
    ArgumentTypeError
        It is neither, but a path, say.
    """
    if isinstance(results, ScenarioResults):
        return results
    if isinstance(results, Results):
        known = _KNOWN.get(results)
        if known is None:
            known = _KNOWN[results] = _of(results, code_digest(), None)
        return known
    return _of(restored(results), results.manifest["code"], results.folder)


def _of(results: Results, code: str, folder: Path | None) -> ScenarioResults:
    plan, model = results.plan, results.scenario.model
    ways: dict[str, set[str]] = {stage.id: set() for stage in plan.stages}
    for flow in plan.flows:
        for step in flow.steps:
            ways[plan.stages[step.stage].id].add(DIRECTIONS[flow.direction])
    return ScenarioResults(
        name=results.name,
        title=plan.title,
        gates={gate.id: gate.title for gate in plan.gates},
        stages={stage.id: stage.title for stage in plan.stages},
        ways={stage: frozenset(both) for stage, both in ways.items()},
        upgrades=tuple(
            Upgrade(
                upgrade.title.model_dump(),
                upgrade.capex or _FREE,
                upgrade.opex or _FREE,
                f"{upgrade.opening:%Y-%m}" if upgrade.opening else "",
            )
            for upgrade in model.upgrades.values()
        ),
        targets=tuple(
            target(name, block, names_of(plan)) for name, block in targets_of(model).items()
        ),
        known=names_of(plan),
        seed=plan.seed,
        start=plan.start,
        warm_up=plan.warm_up,
        horizon=plan.horizon,
        code=code,
        year=model.run.year,
        replications=results.replications,
        tables=results.tables,
        economics=plan.economics,
        settings=results.scenario.settings,
        demand=_demand(model, plan.days),
        vehicles=_vehicles(model, plan.days),
        choices=chosen_between(model),
        folder=folder,
    )


@checked_arguments
def overloads(sample: ScenarioResults) -> list[Overload]:
    """Find the overloads of a sample, as the table ``overloads`` of its folder has them.

    Where more arrives than can be served to the end of a run, the mean wait depends on the length
    of the run and its half-width means little; where it does for a part of the run, the mean mixes
    both parts. Results of a langson without the table ``daily`` have none.
    """
    return list(sample.overloads)


def _vehicles(model: ScenarioModel, days: int) -> dict[Segment, float]:
    """See :attr:`ScenarioResults.vehicles`; ``days`` are the measured ones."""
    first = model.run.start + dt.timedelta(days=math.floor(model.run.warm_up / DAY))
    dates = [first + dt.timedelta(days=day) for day in range(days)]
    daily = daily_vehicles(model, dates)
    return {segment: float(vehicles.mean()) for segment, vehicles in daily.items()}


def _demand(model: ScenarioModel, days: int) -> dict[str, tuple[float, float]]:
    """See :attr:`ScenarioResults.demand`; ``days`` are the measured ones."""
    first = model.run.start + dt.timedelta(days=math.floor(model.run.warm_up / DAY))
    year = [first + dt.timedelta(days=day) for day in range(_YEAR)]
    demand = {}
    simulated = model.run.gates or model.gates
    for gate, block in model.gates.items():
        if gate not in simulated:
            continue
        flows = [flow for route in block.routes.values() for flow in route.flows.values()]
        daily = sum((daily_arrivals(model, flow, year) for flow in flows), np.zeros(_YEAR))
        demand[gate] = float(daily[:days].mean()), float(daily.mean())
    return demand
