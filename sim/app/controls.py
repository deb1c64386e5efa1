"""Controls of the app: the values that a planner moves, each with base value, range and evidence.

Decisions are the servers and places of a gate. What China decides, demand, and the uncertain
inputs are kept apart from them: nobody in the province can choose those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from sim.catalogue import DIRECTIONS
from sim.messages import LANGUAGES, catalogue, messages
from sim.report.text.places import place_text
from sim.report.text.value_titles import value_title
from sim.scenario import Evidence, Scenario
from sim.scenario.derive.inputs import spread_of
from sim.scenario.schema.inputs import InputBlock
from sim.units import number_text

__all__ = ["GROUPS", "Control", "controls"]

Group = Literal["decision", "china", "demand", "uncertain"]

GROUPS: tuple[Group, ...] = ("decision", "china", "demand", "uncertain")

_WIDEST = 2.0
"""A slider for a number of servers or places reaches this many times its base value, ..."""

_ROOM = 4
"""... and at least so many more."""

_DEMAND = (50.0, 200.0)
"""Ends of the sliders for demand, in per cent of the scenario's."""

_LEVEL = 0.98
"""Share of an uncertain value's distribution that its slider covers."""


@dataclass(frozen=True)
class Control:
    """A number that is moved, and what it writes into the scenario.

    Attributes
    ----------
    name:
        Path of the (first) value, or the key of an uncertain input.
    gate:
        At which it is shown.
    title, unit, note:
        By language.
    base, low, high, step:
        Value in the scenario, ends and step of the slider, in ``unit``.
    kind, place:
        Kind of evidence of the base value, whose note is ``note``, and the line it stands in.
    written:
        Paths, each with the text that is written there, ``{}`` for the number.
    scaled:
        By path, what a demand of 100 % is; empty where the number itself is written.
    """

    name: str
    group: Group
    gate: str
    title: dict[str, str]
    unit: dict[str, str]
    base: float
    low: float
    high: float
    step: float
    kind: str
    note: dict[str, str]
    place: str
    written: tuple[tuple[str, str], ...]
    scaled: tuple[float, ...] = ()

    def settings(self, value: float) -> dict[str, str]:
        """Return the values by path, as a scenario writes them, when the control stands so."""
        factors = [base / 100.0 for base in self.scaled] or [1.0] * len(self.written)
        return {
            path: text.replace("{}", number_text(float(f"{factor * value:.6g}")))
            for (path, text), factor in zip(self.written, factors, strict=True)
        }


def controls(scenario: Scenario, gate: str, uncertain: Scenario | None = None) -> list[Control]:
    """Return what can be moved at a gate, in the order of the file.

    ``uncertain`` is a scenario whose ``inputs:`` say what is uncertain, with its range; the
    scenario itself by default.
    """
    return _without_route(
        [
            *_capacities(scenario, gate),
            *_demand(scenario, gate),
            *_uncertain(scenario, uncertain or scenario, gate),
        ]
    )


def _without_route(shown: list[Control]) -> list[Control]:
    """Leave out the title of a route where all that is shown is of that route."""
    parts = {
        language: {control.title[language].rpartition(" · ")[0] for control in shown}
        for language in LANGUAGES
    }
    if any(len(routes - {""}) != 1 for routes in parts.values()):
        return shown
    return [
        replace(control, title={k: v.rpartition(" · ")[2] for k, v in control.title.items()})
        for control in shown
    ]


def _titles(scenario: Scenario, path: str, gate: str) -> dict[str, str]:
    """Titles of a value, without that of the gate, which the page names once."""
    model = scenario.model
    shown = {}
    for language in LANGUAGES:
        gate_title = model.gates[gate].title.model_dump()[language]
        shown[language] = value_title(model, path, messages(language)).removeprefix(
            f"{gate_title} · "
        )
    return shown


def _capacities(scenario: Scenario, gate: str) -> Iterator[Control]:
    """Servers of stages and shifts, and places of yards and holds."""
    values, routes = scenario.inputs(), scenario.model.gates[gate].routes
    for path, value in values.items():
        match = _CAPACITY.fullmatch(path)
        if match is None or match["gate"] != gate or isinstance(value, bool):
            continue
        try:
            base = float(str(value).replace("_", ""))
        except ValueError:  # unlimited
            continue
        route = routes[match["route"]]
        blocks: dict[str, Any] = route.stages if match["kind"] == "stages" else route.holds
        side = blocks[match["block"]].side
        group: Group = "china" if side == "china" else "decision"
        yield _control(scenario, path, gate, group, base)


_CAPACITY = re.compile(
    r"gates\.(?P<gate>\w+)\.routes\.(?P<route>\w+)\.(?P<kind>stages|holds)\.(?P<block>\w+)"
    r"(\.shifts\.\w+)?\.(servers|places)"
)


def _control(scenario: Scenario, path: str, gate: str, group: Group, base: float) -> Control:
    titles = _titles(scenario, path, gate)
    evidence = scenario.evidence_of(path)
    high = max(_WIDEST * base, base + _ROOM)
    return Control(
        name=path,
        group=group,
        gate=gate,
        title={language: text.rpartition(": ")[0] for language, text in titles.items()},
        unit={language: text.rpartition(": ")[2] for language, text in titles.items()},
        base=base,
        low=min(1.0, base),
        high=high,
        step=1.0,
        kind=evidence.kind,
        note=_note(evidence),
        place=place_text(scenario.origin(path)),
        written=((path, "{}"),),
    )


def _demand(scenario: Scenario, gate: str) -> Iterator[Control]:
    """All flows of a direction together, in per cent of what the scenario says."""
    values = scenario.inputs()
    for direction in DIRECTIONS:
        volumes = [
            (path, *match.groups())
            for name, route in scenario.model.gates[gate].routes.items()
            for key, flow in route.flows.items()
            if flow.direction == direction
            for path in [f"gates.{gate}.routes.{name}.flows.{key}.volume"]
            if (match := _VOLUME.fullmatch(str(values.get(path, "")))) is not None
        ]
        if not volumes:
            continue
        kinds = {scenario.evidence_of(path).kind for path, *_ in volumes}
        low, high = _DEMAND
        first = volumes[0][0]
        yield Control(
            name=f"demand.{gate}.{direction}",
            group="demand",
            gate=gate,
            title={
                language: messages(language).text(f"app.demand.{direction}")
                for language in LANGUAGES
            },
            unit=dict.fromkeys(LANGUAGES, "%"),
            base=100.0,
            low=low,
            high=high,
            step=5.0,
            kind=max(kinds),
            note=_note(scenario.evidence_of(first)),
            place=place_text(scenario.origin(first)),
            written=tuple((path, f"{{}} {unit}") for path, _, unit in volumes),
            scaled=tuple(float(number.replace("_", "")) for _, number, _ in volumes),
        )


_VOLUME = re.compile(r"([\d_.]+) ([a-z]+/\w+)")


def _uncertain(scenario: Scenario, uncertain: Scenario, gate: str) -> Iterator[Control]:
    """Uncertain inputs that stand at the gate, over most of their range."""
    values = scenario.inputs()
    for key, form in uncertain.model.inputs.items():
        if isinstance(form, InputBlock) and form.file is not None:
            continue
        paths, block = spread_of(form, key)
        present = [path for path in paths if path in values]
        local = [path for path in present if path.startswith(f"gates.{gate}.")]
        base = _number(block.write, str(values[local[0]])) if local else None
        if base is None or block.distribution is None:
            continue
        low, high = block.distribution.ends(_LEVEL)
        low, high = min(low, base), max(high, base)
        evidence = uncertain.evidence_of(f"inputs.{key}.distribution")
        unit = block.distribution.unit
        text = block.write.replace("{}", f"{{}} {unit}".strip())
        yield Control(
            name=key,
            group="uncertain",
            gate=gate,
            title=_titles(scenario, local[0], gate),
            unit=_units(unit or _unit(block.write)),
            base=base,
            low=float(f"{low:.3g}"),
            high=float(f"{high:.3g}"),
            step=_step(high - low),
            kind=evidence.kind,
            note=_note(evidence),
            place=place_text(uncertain.origin(f"inputs.{key}")),
            written=tuple((path, text) for path in present),
        )


def _note(evidence: Evidence) -> dict[str, str]:
    """Return the note of an evidence by language."""
    return {lang: evidence.note_in(lang) for lang in LANGUAGES}


def _number(write: str, value: str) -> float | None:
    """Return the number that stands in a value where the template has ``{}``; None elsewhere."""
    before, _, after = write.partition("{}")
    pattern = f"{re.escape(before)}([0-9._]+)(?: ?%)?{re.escape(after)}"
    match = re.fullmatch(pattern, value)
    return None if match is None else float(match[1].replace("_", ""))


def _unit(write: str) -> str:
    """Return the unit that follows the number in a template, as in ``mean {} min``."""
    match = re.search(r"\{\} ([a-z]+)", write)
    return match[1] if match else ""


def _units(unit: str) -> dict[str, str]:
    """Return a unit by language."""
    if f"app.unit.{unit}" not in catalogue():
        return dict.fromkeys(LANGUAGES, unit)
    return {language: messages(language).text(f"app.unit.{unit}") for language in LANGUAGES}


def _step(span: float) -> float:
    """Return a round step, a fiftieth of the span or a little less."""
    if span <= 0:
        return 1.0
    exact = span / 50.0
    power = 10.0 ** (len(f"{exact:.0f}") - 1) if exact >= 1 else 10.0 ** _exponent(exact)
    return float(next(power * digit for digit in (5, 2, 1) if power * digit <= exact or digit == 1))


def _exponent(value: float) -> int:
    return int(f"{value:e}".partition("e")[2])
