"""Optimise a scenario: search, then select with a guarantee, and say what came of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.arguments import checked_arguments
from sim.compare import Selection, SelectionRule, select
from sim.compare.selection import INDIFFERENCE, Standing, next_replications
from sim.errors import Problem, ScenarioError
from sim.optimisation.candidates import KIND, Candidates, Choice
from sim.optimisation.outcome import OUTCOME_FILES, Optimisation, outcome_of, write_outcome
from sim.optimisation.problem import DecisionProblem
from sim.optimisation.search import listed, survivors
from sim.scenario import Place, Variants
from sim.scenario.schema.sweep import Value
from sim.scenario.source.tree import Node
from sim.sentences import Sentence
from sim.sweep import Progress, local_executor, locked, merge
from sim.sweep.executor import Executor
from sim.sweep.plan import refuse_others
from sim.units import parse_share

__all__ = ["Procedure", "folder_name", "optimise", "read_problem"]

_FEW = 8
"""Choices up to which ten first replications do, and above which twenty cost less in all."""

_MARGIN = 2.0
"""Points by which a limited share may be kept and a choice yet be refused, unless stated."""

_TOGETHER = 8
"""Choices that are tested at a time, the cheapest first, where costs are what counts."""

_TABLES = ("headline", "gates")


@checked_arguments
def optimise(
    file: str | os.PathLike[str],
    out: str | Path = "results",
    *,
    wanted: Mapping[str, Any] | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002
    jobs: int = 1,
) -> Optimisation:
    """Choose the best decisions of a scenario, with a guarantee.

    Results go to ``out/optimise-<name>`` and are used again: a call that was killed goes on.

    Parameters
    ----------
    file:
        A scenario with a section `optimise:`, or with upgrades: its path or name.
    wanted:
        Keys of that section to set or change, as ``{"budget": "500 bn VND"}``.
    set:
        Values of the scenario to change, by path.
    jobs:
        Processes, 0 for one per core: same results.

    Raises
    ------
    ScenarioError
        The file cannot be used, or no combination keeps the limits that are certain.
    ResultsError
        The folder holds something else.
    RunError
        A replication failed.
    """
    problem = read_problem(file, wanted, set)
    folder = Path(out) / folder_name(problem.variants.path)
    procedure = Procedure(problem, folder, local_executor(jobs))
    return procedure.run()


def folder_name(path: Path) -> str:
    """Name of the folder of a scenario's optimisation."""
    return f"optimise-{path.stem.removeprefix('optimise-')}"


def read_problem(
    file: str | os.PathLike[str],
    wanted: Mapping[str, Any] | None = None,
    settings: Mapping[str, Value] | None = None,
) -> DecisionProblem:
    """Read the decision problem of a scenario; without a section it is about its upgrades.

    Raises
    ------
    ScenarioError
        The file cannot be used, or there is nothing to decide.
    """
    variants = Variants.of(file)
    section = variants.files[-1].items.get("optimise")
    given = {key: value for key, value in (wanted or {}).items() if value not in (None, [], ())}
    if section is None:
        if not variants.base.upgrades:
            raise ScenarioError([_nothing_to_decide(variants)])
        given = {"upgrades": "all", **given}
        if not {"minimise", "maximise"} & given.keys():
            given["maximise"] = "net_benefit"
    if given:
        variants = _with_section(variants, section, given)
    block = variants.base.model.optimise
    assert block is not None  # it has a section by now
    return DecisionProblem.of(variants, block, settings)


def _nothing_to_decide(variants: Variants) -> Problem:
    return Problem(
        "no-decision",
        Sentence(
            "this file has no section 'optimise' and no upgrades, so there is nothing to decide"
        ),
        Sentence("see scenarios/optimise-huu-nghi-budget.yaml"),
        str(variants.path),
        1,
        1,
    )


def _with_section(variants: Variants, section: Node | None, given: Mapping[str, Any]) -> Variants:
    """The files with keys of the last one's section set, as on the command line."""
    place = Place("command line")
    items = {} if section is None else dict(section.items)
    if {"minimise", "maximise"} & given.keys():
        items = {k: node for k, node in items.items() if k not in ("minimise", "maximise")}
    own = {key: _node(value, place) for key, value in given.items()}
    if "subject_to" in own and "subject_to" in items:
        both = [items["subject_to"].value, own["subject_to"].value]
        own["subject_to"] = Node(
            [n for part in both if isinstance(part, list) for n in part], place
        )
    *below, last = variants.files
    section = Node({**items, **own}, section.place if section is not None else place)
    last = last.with_items({**last.items, "optimise": section})
    return replace(variants, files=(*below, last), _bases={})


def _node(value: Any, place: Place) -> Node:
    if isinstance(value, Mapping):
        return Node({str(key): _node(inner, place) for key, inner in value.items()}, place)
    if isinstance(value, list | tuple):
        return Node([_node(inner, place) for inner in value], place)
    return Node(value, place)


@dataclass(eq=False)
class Procedure:
    """One optimisation in a folder."""

    problem: DecisionProblem
    folder: Path
    executor: Executor
    command: Sequence[str] = ()
    on_progress: Callable[[Progress], None] | None = None

    def run(self) -> Optimisation:
        """Search and select, write the outcome, and return it; see :func:`optimise`."""
        choices = listed(self.problem)
        if choices is not None and not len(choices):
            raise ScenarioError([self._impossible()])
        refuse_others(self.folder, KIND, OUTCOME_FILES)
        with locked(self.folder), closing(self.executor):
            candidates = Candidates(
                self.problem, self.folder, self.executor, self.command, self.on_progress
            )
            alive, spent = survivors(candidates, choices, self.problem.base.model.run.seed)
            state, numbers, rule = self._select(candidates, alive, spent)
            merge(self.folder, _TABLES)
            outcome = outcome_of(candidates, alive, state, numbers, rule, choices)
            write_outcome(outcome)
        return outcome

    def rule(self, choices: int) -> SelectionRule:
        """The rule of the selection among some choices."""
        block = self.problem.block
        margins = []
        for limit, _ in self.problem.uncertain_limits:
            share = _points(block.margin) if block.margin is not None else _MARGIN
            margins.append(share if limit.unit == "%" else INDIFFERENCE[limit.unit])
        first = block.first or min(10 if choices <= _FEW else 20, block.most)
        return SelectionRule(
            self.problem.indifference(INDIFFERENCE),
            tuple(margins),
            self.problem.level,
            first,
            block.most,
            options=choices,
        )

    def _select(
        self, candidates: Candidates, alive: list[Choice], spent: int
    ) -> tuple[Selection, range, SelectionRule]:
        """Compare choices on replications that the search has not seen, until one is left.

        Where costs are what counts, the cheapest are tested first: once one of them is declared
        to keep the limits, none that costs more has to be simulated.
        """
        rule = self.rule(len(alive))
        if not self.problem.objective.certain:
            state, most = self._test(candidates, alive, spent, rule)
            return state, range(spent, spent + most), rule
        costs = candidates.objective(alive, range(1))[:, 0]
        order = np.argsort(costs, kind="stable").tolist()
        standings: list[Standing] = ["worse"] * len(alive)
        used, checks, longest, decided = (
            [0] * len(alive),
            [(0,) * len(rule.margins)] * len(alive),
            0,
            True,
        )
        for start in range(0, len(order), _TOGETHER):
            part = order[start : start + _TOGETHER]
            state, most = self._test(candidates, [alive[i] for i in part], spent, rule)
            longest = max(longest, most)
            for row, i in enumerate(part):
                standings[i], used[i] = state.standings[row], state.used[row]
                checks[i] = tuple(limit[row] for limit in state.checks)
            decided = state.decided
            if state.alive:
                break
        by_limit = tuple(zip(*checks, strict=True)) if rule.margins else ()
        whole = Selection(tuple(standings), tuple(used), by_limit, decided)
        return whole, range(spent, spent + longest), rule

    def _test(
        self, candidates: Candidates, alive: list[Choice], spent: int, rule: SelectionRule
    ) -> tuple[Selection, int]:
        """Run the sequential test of some choices; return its state and the replications."""
        remaining, have = list(range(len(alive))), 0
        while True:
            want = next_replications(have, rule)
            fresh = range(spent + have, spent + want)
            candidates.run([None, *(alive[number] for number in remaining)], fresh)
            numbers = range(spent, spent + want)
            objective = candidates.objective(alive, numbers)
            state = select(objective, rule, candidates.slacks(alive, numbers))
            if state.decided or want >= rule.most:
                return state, want
            remaining, have = state.alive, want

    def _impossible(self) -> Problem:
        """No combination keeps the limits that need no simulation."""
        choices = self.problem.everything()
        costs = self.problem.costs(choices)
        least = [
            f"{limit.text} (the nearest is off by {-slack.max():,.4g} {limit.unit})"
            for limit in self.problem.limits
            if limit.quantity is None
            for slack in [self.problem.certain_slack(limit, choices, costs)]
        ]
        section = self.problem.variants.files[-1].items["optimise"]
        return Problem(
            "no-choice",
            Sentence("no combination of the decisions keeps {limits}", limits=" and ".join(least)),
            Sentence("raise a limit, or widen the decisions"),
            section.start.file,
            section.start.line,
            section.start.column,
        )


def _points(margin: str) -> float:
    return 100.0 * parse_share(margin)
