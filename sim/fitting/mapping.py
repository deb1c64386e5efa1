"""Which column of a sheet is what: guessed, written as MAP.yaml, and read back corrected."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sim.fitting.hour_spans import span_text
from sim.fitting.sheets import Sheet
from sim.fitting.vocabulary import CELLS, ROLES, plain, similar, time_word
from sim.scenario import Scenario
from sim.scenario.source.diagnostics import Problems, did_you_mean
from sim.scenario.source.reader import read
from sim.scenario.source.textfile import TextKind
from sim.scenario.source.tree import Node
from sim.sentences import Sentence

__all__ = ["DURATION", "TIMES", "Map", "SheetMap", "guess", "read_map"]

_LAYOUTS = ("wide", "long", "counts")
"""A row is a vehicle with a column for each stamp; a visit; or a count."""

_ZONES = ("Vietnam", "Beijing")
TIMES = ("arrive", "start", "end")
DURATION = "minutes"
"""What a column holds that has durations in place of ends."""
_NOTHING = "-"

_HOURS = 3
"""Columns named by hours from which a sheet is one of counts with a column for each hour."""

_KIND = TextKind(
    Sentence("a map of columns"),
    (".yaml", ".yml"),
    2_000_000,
    Sentence("begin with 'sheets:'"),
    Sentence("langson fit writes one to correct: is this the right file?"),
)


@dataclass(frozen=True)
class SheetMap:
    """How one sheet is read.

    ``columns`` gives the role of each column by its name; ``words`` what cells mean, by role.
    ``direction``, ``cargo`` and ``date`` hold for all rows where no column says them.
    """

    layout: str
    columns: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    gate: str = ""
    route: str = ""
    direction: str = ""
    cargo: str = ""
    date: str = ""
    zone: str = "Vietnam"


@dataclass(frozen=True)
class Map:
    """How sheets are read, by the names of their files."""

    sheets: Mapping[str, SheetMap]

    def text(self) -> str:
        """Write it for the user to correct."""
        head = (
            "# How langson read these sheets. Correct it and run the command again with --map.\n"
            f"# A column is one of {', '.join(ROLES)};\n"
            "# a stage's time, as documents.start; or - to leave it out.\n"
            "# layout: wide (a row a vehicle), long (a row a visit) or counts. zone: Vietnam or"
            " Beijing.\n"
            "# gate, route, direction, cargo and date hold for all rows where no column says it.\n"
        )
        tree = {"sheets": {name: _plain(sheet) for name, sheet in self.sheets.items()}}
        return head + str(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=100))


def _plain(sheet: SheetMap) -> dict[str, Any]:
    """Return a map of a sheet without what it does not say."""
    tree = {
        "layout": sheet.layout,
        "gate": sheet.gate,
        "route": sheet.route,
        "direction": sheet.direction,
        "cargo": sheet.cargo,
        "date": sheet.date,
        "zone": sheet.zone,
        "columns": dict(sheet.columns),
        "words": {role: dict(words) for role, words in sheet.words.items() if words},
    }
    return {key: value for key, value in tree.items() if value or key in ("gate", "columns")}


def _stage_names(scenario: Scenario, gate: str, route: str) -> dict[str, tuple[str, ...]]:
    """Return the stages of a route with the words that mean each; of all routes without one."""
    names: dict[str, tuple[str, ...]] = {}
    for gate_id, block in scenario.model.gates.items():
        for route_id, block_of_route in block.routes.items():
            if gate in ("", gate_id) and route in ("", route_id):
                for stage_id, stage in block_of_route.stages.items():
                    names[stage_id] = (stage_id.replace("_", " "), stage.title.en, stage.title.vi)
    return names


def guess(sheet: Sheet, scenario: Scenario, gate: str = "", route: str = "") -> SheetMap:
    """Guess what the columns of a sheet are, by their names and by what stands in them."""
    gates = {
        name: (name.replace("_", " "), block.title.en, block.title.vi)
        for name, block in scenario.model.gates.items()
    }
    gate = gate or similar(Path(sheet.file).stem, gates, 0.85) or _only_gate(scenario)
    stages = _stage_names(scenario, gate, route)
    columns: dict[str, str] = {}
    for number, name in enumerate(sheet.header):
        role = span_role(name) or _role(name, sheet.groups[number], stages)
        taken = role in columns.values() or not name
        columns[name or f"column {number + 1}"] = _NOTHING if taken or role is None else role
    words = {
        role: _meanings(_cells(sheet, columns, role), known, 0.9 if role in CELLS else 0.7)
        for role, known in _known(scenario, stages, gates).items()
        if role in columns.values()
    }
    roles = set(columns.values())
    hours = [role for role in roles if role.startswith("count ")]
    if len(hours) < _HOURS:
        columns = {n: _NOTHING if role in hours else role for n, role in columns.items()}
        roles -= set(hours)
    counts = len(hours) >= _HOURS or ("count" in roles and "start" not in roles)
    arrivals = "arrive" in roles and roles.isdisjoint(("stage", "start", "end"))
    wide = arrivals or any("." in role for role in roles)
    layout = "counts" if counts else "wide" if wide else "long"
    return SheetMap(layout, columns, words, "" if "gate" in roles else gate, route)


def _only_gate(scenario: Scenario) -> str:
    """Return the only gate that has traffic; empty where several have."""
    busy = [
        name
        for name, gate in scenario.model.gates.items()
        if any(route.flows for route in gate.routes.values())
    ]
    return busy[0] if len(busy) == 1 else ""


def span_role(name: str) -> str:
    """Return the role of a column that counts what came in the hours of its name; else empty."""
    span = span_text(name) if re.match(r"\d", name) else ""
    return f"count {span}" if span else ""


def _role(name: str, group: str, stages: Mapping[str, Sequence[str]]) -> str | None:
    """Return what a column is, by its name and what stands above it: a role, or a stage's time."""
    wanted = plain(name)
    above = similar(group, stages, 0.7) if group else None
    if above is not None:
        bare = name.removeprefix(group).strip()
        time = similar(bare, {time: ROLES[time] for time in (*TIMES, DURATION)}, 0.85)
        time = time or time_word(bare)[1]
        if time:
            return f"{above}.{time}"
    exact = next((role for role, words in ROLES.items() if wanted in words), None)
    if exact is not None:
        return exact
    rest, time = time_word(name)
    if time and rest:
        stage = similar(rest, stages, 0.7)
        if stage is not None:
            return f"{stage}.{time}"
    return similar(name, ROLES, 0.85)


def _cells(sheet: Sheet, columns: Mapping[str, str], role: str) -> list[str]:
    """Return the distinct cells of the column with a role."""
    place = list(columns.values()).index(role)
    return [cell for cell in dict.fromkeys(row[place] for row in sheet.rows) if cell][:500]


def _known(
    scenario: Scenario, stages: Mapping[str, Sequence[str]], gates: Mapping[str, Sequence[str]]
) -> dict[str, Mapping[str, Sequence[str]]]:
    """Return what cells of each role can mean, with the words for it."""
    cargo = {
        name: (name.replace("_", " "), block.title.en, block.title.vi)
        for name, block in scenario.model.cargo.items()
    }
    return {"stage": stages, "gate": gates, "cargo": cargo, **CELLS}


def _meanings(
    cells: Sequence[str], known: Mapping[str, Sequence[str]], least: float
) -> dict[str, str]:
    """Return what each cell means; cells that mean themselves, or nothing known, are left out."""
    near = {cell: similar(cell, known, least) for cell in cells if cell not in known}
    return {cell: name for cell, name in near.items() if name is not None}


def read_map(path: Path, scenario: Scenario) -> Map:
    """Read a map of columns.

    Raises
    ------
    ScenarioError
        With everything that is wrong in it, by line and column.
    """
    root = read(path, kind=_KIND)
    problems = Problems()
    sheets = root.items.get("sheets")
    if sheets is None:
        problems.stop("missing-key", root.place, Sentence("missing key 'sheets'"), _KIND.begin)
    maps = {name: _sheet(node, scenario, problems) for name, node in sheets.items.items()}
    problems.raise_errors()
    return Map(maps)


def _sheet(node: Node, scenario: Scenario, problems: Problems) -> SheetMap:
    """Read how one sheet is read, and note what is unknown."""
    known = ("layout", "gate", "route", "direction", "cargo", "date", "zone", "columns", "words")
    for key, below in node.items.items():
        if key not in known:
            problems.add(
                "unknown-key",
                below.start,
                Sentence("unknown key '{key}'", key=key),
                did_you_mean(key, known),
            )
    text = {key: str(below.value) for key, below in node.items.items() if key in known[:7]}
    gate = text.get("gate", "")
    choices = {"layout": _LAYOUTS, "zone": _ZONES, "gate": tuple(scenario.model.gates)}
    for key, options in choices.items():
        if key in text and text[key] and text[key] not in options:
            message = Sentence("unknown {key} '{text}'", key=key, text=text[key])
            problems.add(
                f"unknown-{key}", node.items[key].place, message, did_you_mean(text[key], options)
            )
    stages = _stage_names(scenario, gate if gate in scenario.model.gates else "", "")
    times = (*TIMES, DURATION)
    roles = [*ROLES, _NOTHING, *(f"{stage}.{time}" for stage in stages for time in times)]
    _check_date(node, problems)
    columns = node.items.get("columns")
    for name, below in columns.items.items() if columns is not None else ():
        hours = str(below.value).removeprefix("count ")
        if str(below.value) not in roles and f"count {span_text(hours)}" != str(below.value):
            message = Sentence("column '{name}' is no '{value}'", name=name, value=below.value)
            problems.add(
                "unknown-role", below.place, message, did_you_mean(str(below.value), roles)
            )
    plain_words = node.items["words"].plain() if "words" in node.items else {}
    return SheetMap(
        columns=columns.plain() if columns is not None else {},
        words={
            role: {str(k): v for k, v in meanings.items()} for role, meanings in plain_words.items()
        },
        **{"layout": "long", **text},
    )


def _check_date(node: Node, problems: Problems) -> None:
    """Note a date of a sheet that is none."""
    if "date" in node.items:
        try:
            dt.date.fromisoformat(str(node.items["date"].value))
        except ValueError:
            message = Sentence("'{value}' is no date", value=node.items["date"].value)
            problems.add(
                "not-a-date", node.items["date"].place, message, Sentence("write e.g. 2025-07-07")
            )
