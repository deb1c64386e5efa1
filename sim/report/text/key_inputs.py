"""Key assumptions: assumed inputs of the stages at which most vehicle-hours are waited.

A rule of thumb for where a sensitivity analysis begins, not the result of one: where nobody
waits, a stage's inputs cannot shorten a wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from sim.plan import Stage, StageKind
from sim.results import Results
from sim.scenario import Evidence, Place, written

__all__ = ["KeyInput", "StageInput", "key_inputs", "stage_inputs"]

_FIRST = ("service", "servers", "places", "slots", "share")
"""Keys of a stage by how directly they decide its capacity."""


@dataclass(frozen=True)
class KeyInput:
    """An assumed input of a stage: its key, and its value as written, by class where it has some.

    ``share`` is of all vehicle-hours queued in the run, 0 to 1.
    """

    stage: Stage
    name: str
    value: str
    share: float


@dataclass(frozen=True)
class StageInput:
    """An input of a stage: its key, value as written, place in a file, and evidence."""

    name: str
    value: str
    place: Place
    evidence: Evidence


def key_inputs(results: Results, most: int = 5) -> list[KeyInput]:
    """Return assumed inputs of the stages at which most is waited, at most ``most`` of them."""
    assumed = results.scenario.assumptions()
    values = results.scenario.inputs()
    stages = {stage.id: stage for stage in results.plan.stages}
    inputs: list[KeyInput] = []
    for name, share in _waited(results):
        begin = _path(results, stages[name])
        own = {path.removeprefix(begin): values[path] for path in assumed if path.startswith(begin)}
        inputs += [
            KeyInput(stages[name], key, _shown(key, own), share)
            for key in sorted(dict.fromkeys(map(_key, own)), key=_directness)
        ]
        if len(inputs) >= most:
            break
    return inputs[:most]


def stage_inputs(results: Results) -> dict[str, list[StageInput]]:
    """Return the inputs of every stage by its id, the most direct ones first."""
    scenario, values = results.scenario, results.scenario.inputs()
    stages = {_path(results, stage): stage.id for stage in results.plan.stages}
    paths: dict[tuple[str, str], list[str]] = {}
    for path in scenario.evidence:
        begin = ".".join(path.split(".", 6)[:6]) + "."
        if begin in stages:
            paths.setdefault((begin, _key(path.removeprefix(begin))), []).append(path)
    by_stage: dict[str, list[StageInput]] = {stage: [] for stage in stages.values()}
    for (begin, key), several in paths.items():
        own = {path.removeprefix(begin): values[path] for path in several}
        by_stage[stages[begin]].append(
            StageInput(
                key, _shown(key, own), scenario.origin(several[0]), scenario.evidence[several[0]]
            )
        )
    return {
        stage: sorted(inputs, key=lambda entry: _directness(entry.name))
        for stage, inputs in by_stage.items()
    }


def _waited(results: Results) -> list[tuple[str, float]]:
    """Stages by their share of all vehicle-hours queued, the largest first."""
    hours = (pl.col("visits") * pl.col("wait_mean")).fill_null(0.0)
    sums = (
        results.tables["stages"]
        .group_by(pl.col("stage").cast(pl.String), maintain_order=True)
        .agg(hours.sum().alias("hours"))
        .filter(pl.col("hours") > 0)
        .sort("hours", descending=True, maintain_order=True)
    )
    total = float(sums["hours"].sum())
    return [(stage, hours / total) for stage, hours in sums.iter_rows()]


def _path(results: Results, stage: Stage) -> str:
    """Path of a stage's block in the scenario, with a dot at its end."""
    gate, route = results.plan.routes[stage.route].id.split(".")
    kind = "holds" if stage.kind is StageKind.HOLD else "stages"
    return f"gates.{gate}.routes.{route}.{kind}.{stage.role}."


def _key(path: str) -> str:
    """First key of a path within a stage."""
    return path.split(".", maxsplit=1)[0]


def _directness(key: str) -> int:
    """Place of an input among those of its stage."""
    return _FIRST.index(key) if key in _FIRST else len(_FIRST)


def _shown(key: str, values: Mapping[str, Any]) -> str:
    """Write the value of a key, by class where it has some: ``green 2 min, red 40 min``."""
    parts = [(path, written(value)) for path, value in values.items() if _key(path) == key]
    return ", ".join(f"{path.removeprefix(key).lstrip('.')} {text}".strip() for path, text in parts)
