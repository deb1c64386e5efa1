"""Scenario files: what is simulated, in words that planners can read and change."""

from __future__ import annotations

from sim.errors import Problem, ScenarioError
from sim.scenario.base import Evidence
from sim.scenario.changes import Change, diff, written
from sim.scenario.loader import Scenario, load
from sim.scenario.model import ScenarioModel
from sim.scenario.restore import restore
from sim.scenario.schemas import schema
from sim.scenario.settings import Setting
from sim.scenario.tree import Place
from sim.scenario.variants import Variant, Variants

__all__ = [
    "Change",
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
    "load",
    "restore",
    "schema",
    "written",
]
