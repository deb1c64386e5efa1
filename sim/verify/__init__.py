"""Verification: the engines against each other, and against exact results of theory."""

from __future__ import annotations

from sim.verify.agreement import Agreement, agree
from sim.verify.line import Line, border, visits
from sim.verify.textbook import MODELS, Model, TheoryCheck, check_theory, compare

__all__ = [
    "MODELS",
    "Agreement",
    "Line",
    "Model",
    "TheoryCheck",
    "agree",
    "border",
    "check_theory",
    "compare",
    "visits",
]
