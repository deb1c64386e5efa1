"""Distributions of durations, sampled by their quantile functions.

A duration is drawn as ``quantile(u)`` with ``u`` uniform on (0, 1). The ``u`` belongs to
the vehicle, so a faster counter serves the same truck by the same draw, and two options
are compared on the same trucks. All quantile functions work on arrays of any shape.
"""

from __future__ import annotations

from sim.distributions.base import FORMS, Distribution
from sim.distributions.bounded import Constant, Pert, Triangular, Uniform
from sim.distributions.observed import Discrete, Empirical
from sim.distributions.residual import equilibrium_residual, residual_at_age
from sim.distributions.text import parse_distribution
from sim.distributions.unbounded import Erlang, Exponential, Gamma, Lognormal, Normal, Weibull

__all__ = [
    "FORMS",
    "Constant",
    "Discrete",
    "Distribution",
    "Empirical",
    "Erlang",
    "Exponential",
    "Gamma",
    "Lognormal",
    "Normal",
    "Pert",
    "Triangular",
    "Uniform",
    "Weibull",
    "equilibrium_residual",
    "parse_distribution",
    "residual_at_age",
]
