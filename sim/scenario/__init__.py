"""Scenario files: the inputs of a simulation, in a language that planners read and change."""

from __future__ import annotations

from sim.errors import Problem, ScenarioError
from sim.scenario.changes import Change, diff, written
from sim.scenario.compose.settings import Setting
from sim.scenario.loader import Scenario, load
from sim.scenario.restore import restore
from sim.scenario.schema.base import Evidence
from sim.scenario.schema.json_schema import json_schema
from sim.scenario.schema.model import ScenarioModel
from sim.scenario.source.tree import Place
from sim.scenario.uncertain import Drawn, draw_inputs, uniform_names, with_values
from sim.scenario.variants import Variant, Variants

__all__ = [
    "Change",
    "Drawn",
    "Evidence",
    "Place",
    "Problem",
    "Scenario",
    "ScenarioError",
    "ScenarioModel",
    "Setting",
    "Variant",
    "Variants",
    "diff",
    "draw_inputs",
    "json_schema",
    "load",
    "restore",
    "uniform_names",
    "with_values",
    "written",
]
