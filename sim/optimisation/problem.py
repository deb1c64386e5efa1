"""Decision problem: the choices of a scenario, their costs, the objective and the limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.catalogue import COSTS, Constraint, Names, Quantity
from sim.economics import annuity
from sim.optimisation.decisions import Decision, read_decisions
from sim.scenario import Scenario, Variant, Variants
from sim.scenario.derive.decisions import (
    NET_BENEFIT,
    constraints_of,
    objective_value,
    quantities_decided_by,
)
from sim.scenario.derive.named_quantities import names_in
from sim.scenario.schema.optimise import OptimiseBlock
from sim.scenario.schema.sweep import Value
from sim.sentences import Sentence
from sim.units import number_and_unit

__all__ = [
    "MOST_CHOICES",
    "DecisionProblem",
]

_WAITED = Quantity("waited_per_day")

MOST_CHOICES = 2_000_000
"""Combinations up to which all are listed, to leave out those that cost too much."""


@dataclass(frozen=True)
class Objective:
    """What is optimised: a cost, the net benefit, or a quantity of the catalogue.

    ``sign`` is 1 where less is better, -1 where more is; ``unit`` is that of its values.
    """

    name: str
    quantity: Quantity | None
    sign: float
    unit: str

    @property
    def certain(self) -> bool:
        """Whether it is known without a simulation."""
        return self.name in COSTS


@dataclass(frozen=True, eq=False)
class DecisionCosts:
    """DecisionCosts of choices; each array has shape ``(choices, 3)``: value, low and high.

    ``capex`` is in VND, ``opex`` and ``spending`` in VND a year; spending is NaN where the
    scenario has no prices to spread capital with.
    """

    capex: Floats
    opex: Floats
    spending: Floats

    def of(self, name: str) -> Floats:
        """Values of a cost by its name, shape ``(choices,)``."""
        values: Floats = getattr(self, name)[:, 0]
        return values


@dataclass(frozen=True, eq=False)
class DecisionProblem:
    """Decisions, objective and limits of one scenario.

    Attributes
    ----------
    base:
        The scenario with nothing built.
    settings:
        Values of all choices by their paths, as after ``--set``.
    left_out:
        Upgrades that are not built in any choice, since they change China's stages.
    """

    variants: Variants
    base: Scenario
    block: OptimiseBlock
    decisions: tuple[Decision, ...]
    settings: Mapping[str, Value]
    left_out: tuple[str, ...]

    @classmethod
    def of(
        cls, variants: Variants, block: OptimiseBlock, settings: Mapping[str, Value] | None = None
    ) -> DecisionProblem:
        """Read the decisions of a scenario's files; the block must be sound by itself.

        Raises
        ------
        ScenarioError
            A decision is for China, changes what an upgrade changes, or counts from nothing.
        """
        decisions, left_out, base = read_decisions(variants, block, settings or {})
        return cls(variants, base, block, decisions, settings or {}, left_out)

    @cached_property
    def objective(self) -> Objective:
        """What is optimised."""
        name = self.block.minimise or self.block.maximise or NET_BENEFIT
        sign = 1.0 if self.block.maximise is None else -1.0
        if name in COSTS:
            return Objective(name, None, sign, COSTS[name])
        if name == NET_BENEFIT:
            return Objective(name, None, sign, "VND/year")
        quantity = Quantity.parse(name).resolved(self.known)
        return Objective(name, quantity, sign, quantity.unit)

    @property
    def known(self) -> Names:
        """Ids that a quantity can name."""
        return names_in(self.base.model)

    @cached_property
    def limits(self) -> tuple[Constraint, ...]:
        """All limits, the budget first."""
        return tuple(constraints_of(self.block))

    @cached_property
    def uncertain_limits(self) -> tuple[tuple[Constraint, Quantity], ...]:
        """Limits of what is simulated."""
        return tuple(
            (limit, limit.quantity.resolved(self.known))
            for limit in self.limits
            if limit.quantity is not None
        )

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Quantities that each replication has to keep."""
        asked = quantities_decided_by(self.block, self.base.model)
        return tuple(dict.fromkeys([*asked, self.front]))

    @cached_property
    def front(self) -> Quantity:
        """Quantity that is set against cost: what is asked for, optimised, limited, or waiting."""
        if self.block.front is not None:
            return Quantity.parse(self.block.front).resolved(self.known)
        limited = [quantity for _, quantity in self.uncertain_limits]
        return next(iter([q for q in (self.objective.quantity, *limited) if q]), _WAITED)

    @property
    def level(self) -> float:
        """Confidence of the whole answer: the highest that anything asks for."""
        stated = [limit.level for limit in self.limits if limit.level is not None]
        return max([self.block.confidence, *stated])

    def indifference(self, default: Mapping[str, float]) -> float:
        """Difference of the objective that does not matter, in its unit."""
        if self.block.indifference is not None:
            return objective_value(self.objective.name, self.block.indifference)
        return default[self.objective.unit]

    @property
    def size(self) -> float:
        """Number of combinations of all decisions."""
        return float(np.prod([float(len(decision.levels)) for decision in self.decisions]))

    @cached_property
    def present(self) -> tuple[int, ...] | None:
        """The choice to build nothing, as indices of levels; None where it is not tried."""
        indices = [decision.present_index for decision in self.decisions]
        if any(index is None for index in indices):
            return None
        return tuple(index for index in indices if index is not None)

    def everything(self) -> Ints:
        """All combinations, shape ``(choices, decisions)``, as indices of levels."""
        sizes = [len(decision.levels) for decision in self.decisions]
        return np.indices(sizes, dtype=np.int64).reshape(len(sizes), -1).T

    def costs(self, choices: Ints) -> DecisionCosts:
        """DecisionCosts of some choices, given as indices of levels."""
        shape = (len(choices), 3)
        capex, opex = np.zeros(shape), np.zeros(shape)
        for column, decision in enumerate(self.decisions):
            capex += decision.capex[choices[:, column]]
            opex += decision.opex[choices[:, column]]
        economics = self.base.model.economics
        spending = np.full(shape, np.nan)
        if economics is not None:
            rate, life = economics.money.discount_rate, economics.money.life
            ends = ((rate.value, life.value), (rate.low, life.high), (rate.high, life.low))
            spending = capex * [annuity(*end) for end in ends] + opex
        return DecisionCosts(capex, opex, spending)

    def certain_slack(self, limit: Constraint, choices: Ints, costs: DecisionCosts) -> Floats:
        """By how much choices keep a limit of a cost or of a value of the scenario."""
        if limit.cost:
            return np.asarray([limit.slack(value) for value in costs.of(limit.cost)])
        value = np.full(len(choices), _number(self.base, limit.path))
        for column, decision in enumerate(self.decisions):
            values = decision.values_at(limit.path)
            if values is not None:
                stated = values[choices[:, column]]
                value = np.where(np.isnan(stated), value, stated)
        return value - limit.limit if limit.at_least else limit.limit - value

    def keeps_certain_limits(self, choices: Ints) -> Bools:
        """Which choices keep all limits that need no simulation."""
        costs = self.costs(choices)
        kept = np.ones(len(choices), dtype=bool)
        for limit in self.limits:
            if limit.quantity is None:
                slack = self.certain_slack(limit, choices, costs)
                kept &= slack >= -1e-9 * max(abs(limit.limit), 1.0)
        return kept

    def levels(self, choice: Sequence[int]) -> dict[str, Value]:
        """What a choice decides, by the name of the decision."""
        pairs = zip(self.decisions, choice, strict=True)
        return {decision.name: decision.levels[index] for decision, index in pairs}

    def variant(self, choice: Sequence[int] | None) -> Variant:
        """Changes of the files' scenario that make a choice; None builds nothing."""
        values: dict[str, Value] = dict(self.settings)
        without = set(self.left_out)
        for number, decision in enumerate(self.decisions):
            if decision.upgrade:
                built = choice is not None and decision.levels[choice[number]] is True
                without |= set() if built else {decision.upgrade}
            elif choice is not None:
                values |= decision.written(choice[number])
        return Variant(values, frozenset(without))

    @property
    def design(self) -> dict[str, Any]:
        """The decisions as factors of a sweep."""
        return {"design": "list", "factors": {d.name: d.factor for d in self.decisions}}


def _number(scenario: Scenario, path: str) -> float:
    """Number at a path of a scenario, without its unit; NaN where there is none."""
    node = scenario.tree.find(tuple(path.split(".")))
    value = None if node is None else node.value
    if isinstance(value, str | int | float):
        return float(number_and_unit(value, Sentence("a number"), "'4'")[0])
    return float("nan")
