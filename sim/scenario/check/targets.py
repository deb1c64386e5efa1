"""Check targets: what plans promise, which is held against results and never an input."""

from __future__ import annotations

from sim.catalogue import ALL, Quantity
from sim.errors import MeasureError, UnitError
from sim.scenario.check.context import Context
from sim.scenario.compose.evidence import of
from sim.scenario.derive.named_quantities import names_in, quantity_of
from sim.scenario.schema.model import TargetBlock
from sim.scenario.source.tree import Path
from sim.sentences import Sentence
from sim.units import value_in

__all__ = ["check_targets"]

#: What a plan cannot decide: who comes, and how long a service takes.
_OUTCOMES = frozenset(("volume", "service", "growth"))


def check_targets(context: Context) -> None:
    """Record targets of unknown gates, sources or values, and targets taken as inputs."""
    for name, target in context.model.targets.items():
        path = ("targets", name)
        for source in target.source:
            context.refer(source, context.model.sources, Sentence("source"), (*path, "source"))
        if (target.at_least is None) == (target.at_most is None):
            hint = Sentence("write one of them, as in `at_least: 2_000 vehicles/day`")
            context.error(
                "bad-target", path, Sentence("a target needs `at_least` or `at_most`"), hint
            )
        quantity = _quantity(context, path, target)
        for key, value in (("at_least", target.at_least), ("at_most", target.at_most)):
            if value is not None and quantity is not None:
                _value(context, (*path, key), value, quantity.unit)
    if not context.problems.errors:  # evidence that cannot be read is said already
        _taken_as_inputs(context)


def _quantity(context: Context, path: Path, target: TargetBlock) -> Quantity | None:
    """Return the quantity of a target; None, and an error at its key, where there is none."""
    if target.gate != ALL and not context.refer(
        target.gate, context.model.gates, Sentence("gate"), (*path, "gate")
    ):
        return None
    if target.cargo != ALL and not context.refer(
        target.cargo, context.model.cargo, Sentence("cargo class"), (*path, "cargo")
    ):
        return None
    try:
        return quantity_of(target).resolved(names_in(context.model))
    except MeasureError as error:
        context.error("bad-target", (*path, "measure"), error.message)
        return None


def _value(context: Context, path: Path, value: str, unit: str) -> None:
    try:
        value_in(value, unit)
    except UnitError as error:
        context.error("bad-value", path, error.message, error.hint)


def _taken_as_inputs(context: Context) -> None:
    """Warn once of each volume or service time that an official plan promises."""
    seen: set[Path] = set()
    for path, node in context.leaves:
        at = next((i for i, key in enumerate(path[::2]) if key in _OUTCOMES), None)
        at = 0 if path[:2] == ("profiles", "growth") else at
        if at is None or "evidence" in path or node.evidence is None:
            continue
        known = of(node)
        block = path[:3] if at == 0 else path[: 2 * at + 1]
        if known is None or known.kind != "official-plan" or block in seen:
            continue
        seen.add(block)
        context.warn(
            "target-as-input",
            path,
            Sentence(
                "a target of an official plan is taken as an input, so results can only repeat it"
            ),
            Sentence("state it under `targets`, and here what was measured or is assumed"),
        )
