"""Optimisation: which decisions of a scenario are best within their limits, and how sure.

Choices are searched for (:mod:`sim.optimisation.search`), simulated on common random numbers in
the store of a sweep, and compared by a sequential selection with a guarantee
(:mod:`sim.compare.selection`).
"""

from __future__ import annotations

from sim.optimisation.candidates import Choice
from sim.optimisation.outcome import FrontPoint, LimitOutcome, Optimisation
from sim.optimisation.problem import DecisionProblem
from sim.optimisation.procedure import Procedure, folder_name, optimise, read_problem

__all__ = [
    "Choice",
    "DecisionProblem",
    "FrontPoint",
    "LimitOutcome",
    "Optimisation",
    "Procedure",
    "folder_name",
    "optimise",
    "read_problem",
]
