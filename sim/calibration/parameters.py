"""Parameters of a calibration: named values of a scenario, each with a range to search."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.errors import ArgumentError
from sim.plan import DIRECTIONS, Plan
from sim.scenario import Drawn, Scenario
from sim.scenario.schema.inputs import InputBlock
from sim.sentences import Sentence
from sim.units import join_words, number_text
from sim.validate import QUANTITIES, Observation

__all__ = ["BY", "Parameter", "held_for", "parameters_of"]

BY = ("gate", "cargo")
"""What owner's holds may be told apart by."""

_WIDEST = 4.0
"""Factor on the owner's hold, up and down, that is searched; 3.6 holds 95 of 100 evenings of the
published days (``scenarios/README.md``)."""

_NUMBER = r"(?<![\w.])(?P<number>\d[\d_]*(?:\.\d+)?)"
_QUANTITY = re.compile(_NUMBER + r"(?P<unit> ?(?:%|[a-z]+(?:/[a-z]+)?))")
_PLAIN = re.compile(_NUMBER)
_RANGE = re.compile(
    r"(?P<low>[\d._]+) ?(?P<first>[^\d.]*?) ?\.\. ?(?P<high>[\d._]+) ?(?P<unit>[^\d.]*)"
)
_PERCENTILES = 0.98
"""Share of a distribution of `inputs:` that its range holds."""


@dataclass(frozen=True)
class Parameter:
    """A number to search, and the values of the scenario that it sets.

    Attributes
    ----------
    name:
        What it is called.
    low, high, base:
        Ends of its range, and what the scenario says; in ``unit``.
    values:
        Values as the scenario writes them, by their paths: all quantities in them are multiplied
        by the parameter over ``base``, so that means change and cvs do not.
    whole:
        Whether the values are whole numbers.
    """

    name: str
    low: float
    high: float
    base: float
    unit: str
    values: Mapping[str, str]
    whole: bool = False

    def at(self, share: float) -> float:
        """Return the value at a share of the range: on a log scale, or straight from 0 up."""
        if self.low > 0.0:
            number = self.low * (self.high / self.low) ** share
        else:
            number = self.low + (self.high - self.low) * share
        return float(round(number)) if self.whole else float(f"{number:.4g}")

    def share(self, number: float) -> float:
        """Return where a value lies in the range, 0 to 1; the inverse of :meth:`at`."""
        if self.low > 0.0:
            return math.log(number / self.low) / math.log(self.high / self.low)
        return (number - self.low) / (self.high - self.low)

    def written(self, number: float, scenario: Scenario) -> Iterator[Drawn]:
        """Yield the scenario's values for a value of the parameter."""
        for path, text in self.values.items():
            yield Drawn(path, _scaled(text, number / self.base, self.whole), scenario.origin(path))


def parameters_of(
    scenario: Scenario,
    paths: Sequence[str] = (),
    by: Sequence[str] = (),
    stages: Collection[str] | None = None,
) -> list[Parameter]:
    """Return the parameters of a calibration.

    Parameters
    ----------
    paths:
        ``path=low..high``; without any, the owner's hold and what `inputs:` says is assumed.
    by:
        Some of ``gate`` and ``cargo``: the owner's hold has a factor for each of these.
    stages:
        Ids of the stages whose owner's hold may be varied; all with None.

    Raises
    ------
    ArgumentError
        A path is none, its value has no number to vary, or a range is none; or nothing is left.
    """
    if paths:
        return [_named(scenario, text) for text in paths]
    for name in by:
        if name not in BY:
            raise ArgumentError(
                Sentence("--by {name}: holds are told apart by {by}", name=name, by=join_words(BY))
            )
    chosen = [*_owner_holds(scenario, by, stages), *_assumed_inputs(scenario)]
    if not chosen:
        raise ArgumentError(
            Sentence(
                "nothing to calibrate: no stage is held by its owner, and `inputs:` has no assumed "
                "distribution; name a value, as in --path gates.….service=5..20"
            )
        )
    return chosen


def held_for(plan: Plan, targets: Iterable[Observation]) -> set[str]:
    """Stages on whose owner's hold the stocks and times among the figures depend.

    Those of the directions that such figures count; of all where there are none.
    """
    stocks = [QUANTITIES[seen.quantity] for seen in targets]
    ways = {quantity.direction for quantity in stocks if quantity.kind != "flow"}
    every = not ways or None in ways
    return {
        plan.stages[step.stage].id
        for flow in plan.flows
        if every or DIRECTIONS[flow.direction] in ways
        for step in flow.steps
    }


def _named(scenario: Scenario, text: str) -> Parameter:
    """Read ``path=low..high``; errors as :func:`parameters_of`."""
    path, _, ends = text.partition("=")
    match = _RANGE.fullmatch(ends.strip())
    if match is None:
        raise ArgumentError(
            Sentence("'{text}' is no path and range; write e.g. gates.….service=5..20", text=text)
        )
    leaves = scenario.leaves()
    if path.strip() not in leaves:
        raise ArgumentError(
            Sentence(
                "'{path}' is no value of {scenario}; `langson show --merged` lists all",
                path=path,
                scenario=scenario.name,
            )
        )
    value = leaves[path.strip()]
    number, unit = _first(value, path)
    given = (match["unit"] or match["first"]).strip()
    if given and given != unit:
        raise ArgumentError(
            Sentence(
                "'{text}': the value is written in '{unit}', not in '{given}'",
                text=text,
                unit=unit or Sentence("plain numbers"),
                given=given,
            )
        )
    low, high = (float(match[end].replace("_", "")) for end in ("low", "high"))
    if not low < high or number <= 0.0:
        wrong = Sentence("the value is 0") if number <= 0.0 else Sentence("the range is empty")
        raise ArgumentError(
            Sentence("'{text}': {wrong}, so there is nothing to search", text=text, wrong=wrong)
        )
    whole = isinstance(value, int)
    return Parameter(path.strip(), low, high, number, unit, {path.strip(): str(value)}, whole)


def _owner_holds(
    scenario: Scenario, by: Sequence[str], stages: Collection[str] | None
) -> Iterator[Parameter]:
    """Yield a factor for the owner's holds, or one for each gate or cargo class."""
    groups: dict[str, dict[str, str]] = {}
    leaves = scenario.leaves()
    for gate, block in scenario.model.gates.items():
        for route, road in block.routes.items():
            for stage, place in road.stages.items():
                varied = stages is None or f"{gate}.{route}.{stage}" in stages
                if place.held_by != "owner" or not road.flows or not varied:
                    continue
                start = f"gates.{gate}.routes.{route}.stages.{stage}.service"
                for path, value in leaves.items():
                    if path == start or path.startswith(f"{start}."):
                        cargo = path[len(start) + 1 :] or "all"
                        known = {"gate": gate, "cargo": cargo}
                        name = ".".join(["owner_hold", *(known[key] for key in BY if key in by)])
                        groups.setdefault(name, {})[path] = str(value)
    for name, values in groups.items():
        yield Parameter(name, 1.0 / _WIDEST, _WIDEST, 1.0, "×", values)


def _assumed_inputs(scenario: Scenario) -> Iterator[Parameter]:
    """Yield the distributions of `inputs:` whose evidence is an assumption."""
    leaves = scenario.leaves()
    for key, form in scenario.model.inputs.items():
        block = form if isinstance(form, InputBlock) else None
        spread = form if not isinstance(form, InputBlock) else form.distribution
        if spread is None or scenario.evidence_of(f"inputs.{key}").kind != "assumption":
            continue
        paths = (key,) if block is None else block.paths(key)
        values = {path: str(leaves[path]) for path in paths if path in leaves}
        if not values:
            continue
        number, unit = _first(next(iter(values.values())), key)
        low, high = spread.ends(_PERCENTILES)
        whole = block is not None and block.digits == 0
        yield Parameter(key, low, high, number, spread.unit or unit, values, whole)


def _first(value: Any, path: str) -> tuple[float, str]:
    """Return the number of a value that is varied, and its unit."""
    text = str(value)
    match = _QUANTITY.search(text) or _PLAIN.fullmatch(text.strip())
    if match is None or text.startswith("discrete"):
        raise ArgumentError(
            Sentence("{path}: '{text}' has no number to vary", path=path, text=text)
        )
    unit = match.groupdict().get("unit") or ""
    return float(match["number"].replace("_", "")), unit.strip()


def _scaled(text: str, factor: float, whole: bool) -> str:
    """Multiply all quantities of a value, and leave cvs and counts of phases as they are."""

    def scaled(match: re.Match[str]) -> str:
        number = float(match["number"].replace("_", "")) * factor
        size = number_text(round(number)) if whole else number_text(float(f"{number:.5g}"))
        return f"{size}{match.groupdict().get('unit') or ''}"

    pattern = _QUANTITY if _QUANTITY.search(text) else _PLAIN
    return pattern.sub(scaled, text)
