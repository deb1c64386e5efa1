"""Random inputs for the theory tests, from the `dist` mappings of the oracles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rng = np.random.Generator
Shape = tuple[int, ...]


def gamma(spec: dict[str, Any], rng: Rng, shape: Shape) -> Floats:
    return rng.gamma(spec["shape"], spec["mean"] / spec["shape"], shape)


def lognormal(spec: dict[str, Any], rng: Rng, shape: Shape) -> Floats:
    spread = np.log1p(spec["cv"] ** 2)
    return rng.lognormal(np.log(spec["mean"]) - spread / 2, np.sqrt(spread), shape)


def hyperexponential(spec: dict[str, Any], rng: Rng, shape: Shape) -> Floats:
    which = rng.choice(len(spec["probs"]), p=spec["probs"], size=shape)
    return rng.standard_exponential(shape) * np.array(spec["means"])[which]


DRAW: dict[str, Callable[[dict[str, Any], Rng, Shape], Floats]] = {
    "exponential": lambda d, rng, shape: rng.exponential(d["mean"], shape),
    "deterministic": lambda d, rng, shape: np.full(shape, float(d["value"])),
    "erlang": gamma,
    "gamma": gamma,
    "lognormal": lognormal,
    "uniform": lambda d, rng, shape: rng.uniform(d["low"], d["high"], shape),
    "triangular": lambda d, rng, shape: rng.triangular(d["low"], d["mode"], d["high"], shape),
    "hyperexponential": hyperexponential,
}


def draw(spec: dict[str, Any], rng: Rng, shape: Shape) -> Floats:
    """Variates of one distribution."""
    return DRAW[spec["dist"]](spec, rng, shape)


def poisson(lam: float, rng: Rng, shape: Shape) -> Floats:
    """Arrivals at a constant rate, ascending down each lane."""
    return np.cumsum(rng.exponential(1.0 / lam, shape), axis=0)


def batches(spec: dict[str, Any], rng: Rng, shape: Shape) -> NDArray[np.int64]:
    """Batch sizes."""
    if spec["type"] == "fixed":
        return np.full(shape, spec["size"])
    if spec["type"] == "geometric":
        return rng.geometric(1.0 / spec["mean"], shape)
    return rng.integers(spec["low"], spec["high"] + 1, shape)


def varying(segments: list[dict[str, Any]], rng: Rng, lanes: int) -> Floats:
    """Poisson arrivals at a stepwise rate, padded by inf, ``(n, lanes)`` ascending."""
    parts = []
    for part in segments:
        span = part["end"] - part["start"]
        count = rng.poisson(part["lam"] * span, lanes)
        times = rng.uniform(part["start"], part["end"], (int(count.max(initial=0)), lanes))
        times[np.arange(len(times))[:, None] >= count] = np.inf
        parts.append(times)
    return np.sort(np.concatenate(parts), axis=0)


def sinusoid(p: dict[str, Any], rng: Rng, lanes: int, end: float) -> Floats:
    """Poisson arrivals at a sinusoidal rate, by thinning; padded by inf."""
    most = p["lam_mean"] + p["lam_amp"]
    times = varying([{"start": 0.0, "end": end, "lam": most}], rng, lanes)
    finite = np.where(times < np.inf, times, 0.0)
    angle = 2.0 * np.pi * (finite - p.get("phase", 0.0)) / p["period"]
    rate = p["lam_mean"] + p["lam_amp"] * np.sin(angle)
    times[rng.uniform(0.0, most, times.shape) > rate] = np.inf
    times = np.sort(times, axis=0)
    return times[: int((times < np.inf).sum(axis=0).max())]
