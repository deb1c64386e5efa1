"""Workload generation: the random numbers of a replication, drawn before any engine runs."""

from __future__ import annotations

from sim.workload.cache import WorkloadCache
from sim.workload.gate_choice import Decisions, decide
from sim.workload.generation import draw
from sim.workload.model import Workload, departures, hours
from sim.workload.random_numbers import METHOD, random_keys, uniforms

__all__ = [
    "METHOD",
    "Decisions",
    "Workload",
    "WorkloadCache",
    "decide",
    "departures",
    "draw",
    "hours",
    "random_keys",
    "uniforms",
]
