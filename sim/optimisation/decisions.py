"""Decisions: the levels of each, what they cost, and how they stand in the scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.errors import Problem, ScenarioError, UnitError
from sim.scenario import Evidence, Scenario, Variant, Variants
from sim.scenario.derive.decisions import decided_by_china, tried
from sim.scenario.schema.model import SECTIONS
from sim.scenario.schema.optimise import DecisionBlock, OptimiseBlock
from sim.scenario.schema.sweep import Value
from sim.scenario.source.tree import Node, Path, dotted, leaves
from sim.sentences import Sentence
from sim.units import Ranged, number_and_unit, number_text

__all__ = ["Decision", "read_decisions"]

_FREE = Ranged(0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Decision:
    """One decision.

    Attributes
    ----------
    levels:
        Numbers tried, or false and true of an upgrade.
    paths, write, upgrade:
        Where a number stands, and how; or the upgrade.
    present_index:
        Index of the present number among the levels; None where it is not tried.
    capex, opex:
        Cost of each level in VND and VND a year, shape ``(levels, 3)``: value, low, high.
    changes:
        Numbers that an upgrade sets, by their paths.
    assumed:
        Whether its prices rest on an assumption; None where it has none.
    """

    name: str
    title: Mapping[str, str]
    levels: tuple[Value, ...]
    paths: tuple[str, ...]
    write: str
    upgrade: str
    present_index: int | None
    capex: Floats
    opex: Floats
    changes: Mapping[str, float]
    assumed: bool | None

    @property
    def factor(self) -> dict[str, Any]:
        """The decision as a factor of a sweep's manifest."""
        if self.upgrade:
            return {"upgrade": self.upgrade}
        return {"path": list(self.paths), "write": self.write}

    def written(self, index: int) -> dict[str, Value]:
        """Values of a level by their paths, as they stand in a scenario."""
        level = self.levels[index]
        if self.write != "{}":
            plain = number_text(level) if isinstance(level, float) else str(level)
            level = self.write.replace("{}", plain)
        return dict.fromkeys(self.paths, level)

    def values_at(self, path: str) -> Floats | None:
        """Numbers that the levels set at a path, NaN where they leave it; None if none does."""
        if path in self.paths:
            return np.array([float(level) for level in self.levels])
        if path in self.changes:
            return np.array([self.changes[path] if level else np.nan for level in self.levels])
        return None


def read_decisions(
    variants: Variants, block: OptimiseBlock, settings: Mapping[str, Value]
) -> tuple[tuple[Decision, ...], tuple[str, ...], Scenario]:
    """Return the decisions, the upgrades left out for China's sake, and the base scenario.

    Raises
    ------
    ScenarioError
        With all mistakes that only the files together show.
    """
    whole, problems = variants.scenario(Variant(dict(settings))), list[Problem]()
    changed = {name: _changes(variants, name) for name in whole.upgrades}
    chinese = {
        name
        for name, changes in changed.items()
        if any(decided_by_china(whole.model, path) for path in changes)
    }
    blocks = dict(block.decisions)
    listed = list(whole.upgrades) if block.upgrades == "all" else list(block.upgrades)
    already = {decision.upgrade for decision in blocks.values()}
    left_out = []
    for name in listed:
        if name in already:
            continue
        if name in chinese and block.upgrades == "all":
            left_out.append(name)
        else:
            blocks[name] = DecisionBlock(upgrade=name)
    upgrades = {decision.upgrade for decision in blocks.values() if decision.upgrade is not None}
    base = variants.scenario(Variant(dict(settings), frozenset(upgrades | {*left_out})))
    decisions = []
    for name, decision in blocks.items():
        if decision.upgrade is not None:
            if decision.upgrade not in whole.upgrades:
                problems.append(_not_open(variants, name, decision.upgrade))
                continue
            if decision.upgrade in chinese and not decision.china:
                problems.append(_chinese(variants, name, decision.upgrade))
            decisions.append(_of_upgrade(name, decision, whole, changed[decision.upgrade]))
        else:
            problems += _set_by_upgrades(variants, name, decision, upgrades, changed)
            present = _present(variants, name, decision, base, problems)
            decisions.append(_of_number(name, decision, present))
    if problems:
        raise ScenarioError(problems)
    return tuple(decisions), tuple(left_out), base


def _of_upgrade(
    name: str, block: DecisionBlock, whole: Scenario, changes: Mapping[Path, Node]
) -> Decision:
    """An upgrade, built or not, at its own cost."""
    assert block.upgrade is not None
    upgrade = whole.upgrades[block.upgrade]
    costs = [_ranged(upgrade.capex), _ranged(upgrade.opex)]
    capex, opex = (np.array([[0.0] * 3, [c.value, c.low, c.high]]) for c in costs)
    numbers = {dotted(path): _as_number(node.value) for path, node in changes.items()}
    known = {path: number for path, number in numbers.items() if number is not None}
    priced = any(cost.high > 0.0 for cost in costs)
    title = (block.title or upgrade.title).model_dump()
    kinds = {whole.evidence_of(f"upgrades.{block.upgrade}.{key}").kind
             for key in ("capex", "opex") if getattr(upgrade, key) is not None}  # fmt: skip
    assumed = "assumption" in kinds if priced else None
    return Decision(
        name, title, (False, True), (), "{}", block.upgrade, 0, capex, opex, known, assumed
    )


def _of_number(name: str, block: DecisionBlock, present: float | None) -> Decision:
    """A number of the scenario, with a price for each unit more than at present."""
    levels = tried(block)
    title = block.title.model_dump() if block.title is not None else {"en": name, "vi": name}
    capex, opex = np.zeros((2, len(levels), 3))
    if block.capex is not None or block.opex is not None:
        units = np.array([float(level) for level in levels]) - (present or 0.0)
        price = block.capex or _FREE
        capex = np.maximum(units, 0.0)[:, None] * [price.value, price.low, price.high]
        price = block.opex or _FREE
        opex = units[:, None] * [price.value, price.low, price.high]
    at = next((i for i, level in enumerate(levels) if level == present), None)
    return Decision(
        name, title, levels, block.path, block.write, "", at, capex, opex, {}, _assumed(block)
    )


def _assumed(block: DecisionBlock) -> bool | None:
    """Whether the prices of a decision rest on an assumption; an unstated one does."""
    if block.capex is None and block.opex is None:
        return None
    evidence = block.evidence
    if isinstance(evidence, dict):
        stated = [evidence.get("capex"), evidence.get("opex")]
        kinds = [part.kind if isinstance(part, Evidence) else part for part in stated]
        return "assumption" in kinds or all(kind is None for kind in kinds)
    kind = evidence.kind if isinstance(evidence, Evidence) else evidence
    return kind in (None, "assumption")


def _present(
    variants: Variants,
    name: str,
    block: DecisionBlock,
    base: Scenario,
    problems: list[Problem],
) -> float | None:
    """Number that prices count from; a problem where they count from nothing."""
    if block.present is not None:
        return block.present
    node = base.tree.find(tuple(block.path[0].split(".")))
    number = None if node is None else _as_number(node.value)
    if number is None and (block.capex is not None or block.opex is not None):
        message = Sentence(
            "'{path}' has no number from which prices could count", path=block.path[0]
        )
        problems.append(
            _problem(variants, name, "no-present", message, Sentence("write `present: 4`"))
        )
    return number


def _set_by_upgrades(
    variants: Variants,
    name: str,
    block: DecisionBlock,
    upgrades: Sequence[str] | set[str],
    changed: Mapping[str, Mapping[Path, Node]],
) -> list[Problem]:
    """A number that an upgrade sets too would hide what the upgrade does."""
    return [
        _problem(
            variants,
            name,
            "decided-twice",
            Sentence(
                "'{path}' is decided, and upgrade '{upgrade}' sets it too",
                path=path,
                upgrade=upgrade,
            ),
            Sentence("leave one of them out of the decisions"),
        )
        for path in block.path
        for upgrade in sorted(upgrades)
        if tuple(path.split(".")) in changed[upgrade]
    ]


def _chinese(variants: Variants, name: str, upgrade: str) -> Problem:
    message = Sentence(
        "upgrade '{upgrade}' changes stages that are for China to decide", upgrade=upgrade
    )
    hint = Sentence(
        "write `decisions: {{{upgrade}: {{upgrade: {upgrade}, china: true}}}}` to decide it",
        upgrade=upgrade,
    )
    return _problem(variants, name, "not-ours", message, hint)


def _not_open(variants: Variants, name: str, upgrade: str) -> Problem:
    message = Sentence(
        "upgrade '{upgrade}' is not in force in the year that is simulated", upgrade=upgrade
    )
    return _problem(
        variants, name, "not-yet-open", message, Sentence("leave it out, or run a later year")
    )


def _problem(
    variants: Variants, name: str, code: str, message: Sentence, hint: Sentence
) -> Problem:
    """A mistake at a decision's own place in the file."""
    section = variants.files[-1].items.get("optimise")
    if section is None:
        return Problem(code, message, hint, str(variants.path))
    place = section.nearest(("decisions", name)).start
    if place == section.start:
        place = section.nearest(("upgrades",)).start
    return Problem(
        code,
        message,
        hint,
        place.file,
        place.line,
        place.column,
        excerpt=place.excerpt,
        width=place.width,
    )


def _changes(variants: Variants, upgrade: str) -> dict[Path, Node]:
    """Values that an upgrade sets, by their paths, from all files that state it."""
    changes: dict[Path, Node] = {}
    for file in variants.files:
        node = file.find(("upgrades", upgrade))
        for section in SECTIONS if node is not None else ():
            if node is not None and section in node.items:
                changes |= dict(leaves(node.items[section], (section,)))
    return changes


def _as_number(value: object) -> float | None:
    """Number that a value begins with; None where it does not, as a distribution."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return float(number_and_unit(value, Sentence("a number"), "'4'")[0])
    except UnitError:
        return None


def _ranged(amount: float | Ranged | None) -> Ranged:
    """An upgrade's cost with its range."""
    if isinstance(amount, Ranged):
        return amount
    return Ranged(amount or 0.0, amount or 0.0, amount or 0.0)
