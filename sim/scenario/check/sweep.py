"""Check the `sweep:` section: that its factors are there and fit its design."""

from __future__ import annotations

from sim.catalogue import Quantity
from sim.errors import MeasureError
from sim.scenario.check.context import Context
from sim.scenario.check.paths import is_path
from sim.scenario.derive.named_quantities import names_in
from sim.scenario.schema.model import ScenarioModel
from sim.scenario.schema.sweep import SAMPLED, FactorBlock, SweepBlock
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.tree import Node, Path
from sim.sentences import Sentence

__all__ = ["check_sweep"]

_FACTORS = ("sweep", "factors")

#: Steps of the last decimal that the middle half of a distribution has at least.
_FINE = 100.0

#: Columns of the points beside the factors.
_COLUMNS = ("number", "point", "changes", "replication")


def check_sweep(model: ScenarioModel, tree: Node, problems: Problems) -> None:
    """Record what does not fit in the section ``sweep`` of a tree that has one."""
    if model.sweep is None:
        return
    context = Context(model, tree, problems)
    if not model.sweep.factors:
        context.error(
            "no-factors",
            _FACTORS,
            Sentence("nothing is varied"),
            Sentence("name at least one factor"),
        )
    _size(context, model.sweep)
    _measures(context, model)
    for name, factor in model.sweep.factors.items():
        factor_path = (*_FACTORS, name)
        if name in _COLUMNS:
            context.error(
                "taken-name",
                factor_path,
                Sentence("the results have a column '{name}'", name=name),
                Sentence("rename it"),
            )
        if bool(factor.path) == (factor.upgrade is not None):
            hint = Sentence("write `path: gates.…` or `upgrade: …`")
            context.error(
                "bad-factor",
                factor_path,
                Sentence("a factor has either a path or an upgrade"),
                hint,
            )
        elif factor.upgrade is not None:
            _upgrade(context, factor_path, factor, factor.upgrade)
        else:
            _paths(context, factor_path, factor)
            _values(context, factor_path, factor, model.sweep)


def _size(context: Context, sweep: SweepBlock) -> None:
    """Check the number of points."""
    points_path = ("sweep", "points")
    if sweep.design not in SAMPLED:
        if sweep.points is not None:
            hint = Sentence(
                "leave it out: the values give the number of points; or write `design: sobol`"
            )
            context.error(
                "unused-key",
                points_path,
                Sentence("a {design} draws no points", design=sweep.design),
                hint,
            )
        return
    if sweep.points is None:
        context.error(
            "missing-key",
            ("sweep",),
            Sentence("missing key 'points'"),
            Sentence("write `points: 64`"),
        )
    elif sweep.design == "sobol" and sweep.points & (sweep.points - 1):
        below = 1 << (sweep.points.bit_length() - 1)
        message = Sentence(
            "{points} points are not balanced: Sobol points come in powers of two",
            points=sweep.points,
        )
        context.error(
            "unbalanced",
            points_path,
            message,
            Sentence("write {below} or {value}", below=below, value=2 * below),
        )


def _measures(context: Context, model: ScenarioModel) -> None:
    """Check that what is to be kept can be measured."""
    assert model.sweep is not None
    measures_path = ("sweep", "measures")
    for number, text in enumerate(model.sweep.measures):
        try:
            Quantity.parse(text).resolved(names_in(model))
        except MeasureError as error:
            place = context.item(measures_path, number)
            context.problems.add("bad-measure", place, error.message)


def _upgrade(context: Context, path: Path, factor: FactorBlock, upgrade: str) -> None:
    context.refer(upgrade, context.model.upgrades, Sentence("upgrade"), (*path, "upgrade"))
    stated = factor.model_fields_set - {"upgrade"}
    for key in sorted(stated):
        message = Sentence("'{key}' says nothing about an upgrade", key=key)
        context.error(
            "unused-key", (*path, key), message, Sentence("leave it out: it is tried off and on")
        )


def _paths(context: Context, path: Path, factor: FactorBlock) -> None:
    """Check that each path leads to a value, or to a key that its block may have."""
    for number, text in enumerate(factor.path):
        place = context.item((*path, "path"), number)
        is_path(context, text, place)
        keys = tuple(text.split("."))
        if keys[:2] == ("run", "replications") or keys[0] in ("sweep", "upgrades"):
            hint = (
                Sentence("write `replications:` under sweep")
                if keys[0] == "run"
                else Sentence("name a value")
            )
            context.problems.add(
                "bad-factor", place, Sentence("'{text}' cannot be varied", text=text), hint
            )


def _values(context: Context, path: Path, factor: FactorBlock, sweep: SweepBlock) -> None:
    """Check that the values fit the design."""
    if bool(factor.values) == (factor.distribution is not None):
        hint = Sentence("write `values: [2, 4, 6]`")
        if sweep.design in SAMPLED:
            hint = Sentence("write `values: [2, 4, 6]` or `distribution: uniform(2, 6)`")
        context.error(
            "bad-factor", path, Sentence("a factor has either values or a distribution"), hint
        )
    elif factor.distribution is not None and sweep.design not in SAMPLED:
        message = Sentence(
            "a {design} tries values and draws from no distribution", design=sweep.design
        )
        hint = Sentence("write `values: […]`, or `design: latin-hypercube` with `points: 64`")
        context.error("bad-factor", (*path, "distribution"), message, hint)
    if "digits" in factor.model_fields_set and factor.distribution is None:
        hint = Sentence("leave it out: values are taken as they are written")
        context.error(
            "unused-key", (*path, "digits"), Sentence("values have their own digits"), hint
        )
    elif factor.distribution is not None and "digits" not in factor.model_fields_set:
        spread = float(factor.distribution.quantile(0.75) - factor.distribution.quantile(0.25))
        if spread < _FINE * 10.0**-factor.digits:
            message = Sentence(
                "its values lie too close together for {digits} decimals", digits=factor.digits
            )
            hint = Sentence("write more, as in `digits: 12`, or vary it in a smaller unit")
            context.error("too-few-digits", path, message, hint)
    if factor.write.count("{}") != 1 or factor.write.replace("{}", "").strip("{}") != (
        factor.write.replace("{}", "")
    ):
        hint = Sentence('write e.g. `write: "{} %"`')
        context.error(
            "bad-value", (*path, "write"), Sentence("exactly one {} stands for the number"), hint
        )
    if sweep.design == "list":
        most = max(len(other.values) for other in sweep.factors.values())
        if factor.values and len(factor.values) != most:
            message = Sentence(
                "{count} values, where another factor of the list has {most}",
                count=len(factor.values),
                most=most,
            )
            context.error(
                "uneven-list", (*path, "values"), message, Sentence("give all the same number")
            )
