"""Distributions of durations, sampled by their quantile functions."""

from __future__ import annotations

from sim.distributions.families import (
    Constant,
    Distribution,
    Erlang,
    Exponential,
    Gamma,
    Lognormal,
    Triangular,
    Uniform,
    parse_distribution,
)

__all__ = [
    "Constant",
    "Distribution",
    "Erlang",
    "Exponential",
    "Gamma",
    "Lognormal",
    "Triangular",
    "Uniform",
    "parse_distribution",
]
