"""Check the `optimise:` section: what is decided, what for, and within which limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.catalogue import COSTS, Constraint, Quantity
from sim.errors import MeasureError
from sim.scenario.check.context import Context
from sim.scenario.check.paths import is_path
from sim.scenario.derive.decisions import NET_BENEFIT, decided_by_china, objective_value, tried
from sim.scenario.derive.named_quantities import names_in
from sim.scenario.schema.base import Evidence
from sim.scenario.source.tree import Path
from sim.sentences import Sentence

if TYPE_CHECKING:
    from sim.scenario.schema.model import ScenarioModel
    from sim.scenario.schema.optimise import DecisionBlock, OptimiseBlock
    from sim.scenario.source.diagnostics import Problems
    from sim.scenario.source.tree import Node

__all__ = ["check_optimise"]

_ROOT = ("optimise",)

#: Columns of the table of choices beside the decisions.
_COLUMNS = ("number", "point", "changes", "replication", *COSTS)


def check_optimise(model: ScenarioModel, tree: Node, problems: Problems) -> None:
    """Record what does not fit in the section ``optimise`` of a tree that has one."""
    block = model.optimise
    if block is None:
        return
    context = Context(model, tree, problems)
    if not block.decisions and not block.upgrades:
        hint = Sentence("write `upgrades: all`, or name numbers under `decisions:`")
        context.error("no-decision", _ROOT, Sentence("nothing is decided"), hint)
    _objective(context, block)
    _limits(context, block)
    for name, decision in block.decisions.items():
        _decision(context, (*_ROOT, "decisions", name), name, decision)
    if block.upgrades != "all":
        for number, upgrade in enumerate(block.upgrades):
            place = context.item((*_ROOT, "upgrades"), number)
            context.refer(upgrade, model.upgrades, Sentence("upgrade"), (*_ROOT, "upgrades"), place)
    elif not model.upgrades:
        hint = Sentence("extend a file that has some, or leave it out")
        context.error(
            "no-upgrades", (*_ROOT, "upgrades"), Sentence("there are no upgrades here"), hint
        )
    if block.first is not None and block.first > block.most:
        hint = Sentence("write `most: {first}` or more", first=block.first)
        context.error("bad-value", (*_ROOT, "first"), Sentence("`first` is above `most`"), hint)
    if block.confidence <= 0.5 or block.confidence >= 1.0:
        message = Sentence("a confidence lies above 50 % and below 100 %")
        context.error("bad-value", (*_ROOT, "confidence"), message, Sentence("write e.g. 95 %"))


def _objective(context: Context, block: OptimiseBlock) -> None:
    """Check what is optimised, and the units of what does not matter."""
    if (block.minimise is None) == (block.maximise is None):
        hint = Sentence("write `maximise: net_benefit`, or `minimise: wait.mean[huu_nghi]`")
        context.error(
            "bad-objective", _ROOT, Sentence("one of `minimise` and `maximise` is needed"), hint
        )
        return
    key = "minimise" if block.maximise is None else "maximise"
    name, path = getattr(block, key), (*_ROOT, key)
    if name in COSTS or name == NET_BENEFIT:
        if (name == NET_BENEFIT) != (key == "maximise"):
            other = "maximise" if key == "minimise" else "minimise"
            context.error(
                "bad-objective",
                path,
                Sentence("one does not {key} {name}", key=key, name=name),
                Sentence("write `{other}:`", other=other),
            )
        if name in ("spending", NET_BENEFIT) and context.model.economics is None:
            hint = Sentence("add a section `economics:`, or minimise capex")
            context.error("no-prices", path, Sentence("{name} needs prices", name=name), hint)
    else:
        _quantity(context, path, name)
    if block.front is not None:
        _quantity(context, (*_ROOT, "front"), block.front)
    if block.indifference is not None:
        zone = (*_ROOT, "indifference")
        try:
            if objective_value(name, block.indifference) <= 0.0:
                message = Sentence("a difference of nothing is always told apart")
                context.error("bad-value", zone, message, Sentence("write a value above 0"))
        except MeasureError as error:
            _unreadable(context, zone, error)


def _limits(context: Context, block: OptimiseBlock) -> None:
    """Check each limit: its quantity, or the value of the scenario that it is of."""
    known, path = names_in(context.model), (*_ROOT, "subject_to")
    for number, text in enumerate(block.subject_to):
        place = context.item(path, number)
        try:
            limit = Constraint.parse(text)
            if limit.quantity is not None:
                limit.quantity.resolved(known)
        except MeasureError as error:
            context.problems.add("bad-limit", place, error.message, path=path)
            continue
        if limit.path and context.tree.find(tuple(limit.path.split("."))) is None:
            is_path(context, limit.path, place)
    if block.margin is not None and "%" not in block.margin:
        context.error(
            "bad-value",
            (*_ROOT, "margin"),
            Sentence("a margin is a share"),
            Sentence("write e.g. 1 %"),
        )


def _decision(context: Context, path: Path, name: str, decision: DecisionBlock) -> None:
    """Check that a decision is of one number, or of one upgrade, and whose it is."""
    if name in _COLUMNS:
        context.error(
            "taken-name",
            path,
            Sentence("the results have a column '{name}'", name=name),
            Sentence("rename it"),
        )
    if bool(decision.path) == (decision.upgrade is not None):
        hint = Sentence("write `path: gates.…` or `upgrade: …`")
        context.error(
            "bad-decision", path, Sentence("a decision has either a path or an upgrade"), hint
        )
        return
    if isinstance(decision.evidence, Evidence):
        for source in decision.evidence.source:
            context.refer(source, context.model.sources, Sentence("source"), (*path, "evidence"))
    if decision.upgrade is not None:
        context.refer(
            decision.upgrade, context.model.upgrades, Sentence("upgrade"), (*path, "upgrade")
        )
        unused = decision.model_fields_set - {"upgrade", "title", "china", "evidence"}
        for key in sorted(unused):
            hint = Sentence("leave it out: it is built or not, at its own cost")
            context.error(
                "unused-key",
                (*path, key),
                Sentence("'{key}' says nothing of an upgrade", key=key),
                hint,
            )
        return
    _paths(context, path, decision)
    _numbers(context, path, decision)


def _paths(context: Context, path: Path, decision: DecisionBlock) -> None:
    """Check that each path leads to a value that is not for China to decide."""
    for number, text in enumerate(decision.path):
        place = context.item((*path, "path"), number)
        if not is_path(context, text, place):
            continue
        keys = tuple(text.split("."))
        if keys[0] in ("sweep", "optimise", "upgrades", "run", "targets"):
            message = Sentence("'{text}' cannot be decided", text=text)
            context.problems.add("bad-decision", place, message, Sentence("name a value of a gate"))
        elif not decision.china and decided_by_china(context.model, keys):
            message = Sentence("'{text}' is for China to decide", text=text)
            hint = Sentence("write `china: true` beside it to treat it as a decision all the same")
            context.problems.add("not-ours", place, message, hint)


def _numbers(context: Context, path: Path, decision: DecisionBlock) -> None:
    """Check the numbers that are tried, and that prices can count from the present one."""
    range_given = decision.least is not None or decision.most is not None
    whole = decision.least is not None and decision.most is not None
    if bool(decision.values) == range_given or (range_given and not whole):
        hint = Sentence("write `least: 2` and `most: 8`, or `values: [2, 4, 8]`")
        context.error(
            "bad-decision", path, Sentence("the numbers to try are not given, or twice"), hint
        )
    elif range_given and len(tried(decision)) < 2:
        context.error(
            "bad-decision",
            path,
            Sentence("fewer than two numbers are tried"),
            Sentence("widen the range"),
        )
    priced = decision.capex is not None or decision.opex is not None
    plain = all(isinstance(v, int | float) and not isinstance(v, bool) for v in decision.values)
    if priced and not plain:
        hint = Sentence('write numbers, and `write: "{} %"` for their unit')
        context.error(
            "bad-decision", (*path, "values"), Sentence("a unit price needs plain numbers"), hint
        )
    if decision.write.count("{}") != 1:
        hint = Sentence('write e.g. `write: "{} %"`')
        context.error(
            "bad-value", (*path, "write"), Sentence("exactly one {} stands for the number"), hint
        )


def _quantity(context: Context, path: Path, text: str) -> None:
    try:
        Quantity.parse(text).resolved(names_in(context.model))
    except MeasureError as error:
        _unreadable(context, path, error)


def _unreadable(context: Context, path: Path, error: MeasureError) -> None:
    context.error("bad-measure", path, error.message)
