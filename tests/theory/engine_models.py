"""Textbook queues as borders: one adapter per model, so any engine can be held against theory."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from sim.engines import simulate
from sim.queues import Calendar
from sim.verify import Line, border, visits

Floats = np.ndarray[Any, np.dtype[np.float64]]
Params = dict[str, Any]

ORACLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "oracles.json").read_text("utf-8")
)


def sample(dist: Params, rng: np.random.Generator, n: int) -> Floats:
    """Draw ``n`` service times of an oracle's distribution."""
    match dist["dist"]:
        case "exponential":
            return rng.exponential(dist["mean"], n)
        case "deterministic":
            return np.full(n, float(dist["value"]))
        case "gamma" | "erlang":
            return rng.gamma(dist["shape"], dist["mean"] / dist["shape"], n)
        case "lognormal":
            variance = np.log1p(dist["cv"] ** 2)
            return rng.lognormal(np.log(dist["mean"]) - variance / 2, np.sqrt(variance), n)
        case "uniform":
            return rng.uniform(dist["low"], dist["high"], n)
        case "triangular":
            return rng.triangular(dist["low"], dist["mode"], dist["high"], n)
        case "hyperexponential":
            return rng.exponential(rng.choice(dist["means"], n, p=dist["probs"]))
    raise ValueError(dist["dist"])


def _waits(
    engine: str, rng: np.random.Generator, n: int, lam: float, service: Floats, *lines: Line
) -> Floats:
    """Waits by customer and stage, the first tenth left out; shape (kept, stages)."""
    arrivals = np.cumsum(rng.exponential(1.0 / lam, n))
    journeys = simulate(border(*lines), visits(arrivals, service), engine)
    waits = (journeys.start - journeys.arrive).reshape(-1, n).T
    return waits[n // 10 :]


def _single(engine: str, rng: np.random.Generator, n: int, p: Params, service: Params) -> Floats:
    line = Line(servers=p.get("c", 1))
    return _waits(engine, rng, n, p["lam"], sample(service, rng, n), line)[:, 0]


def _one_queue(waits: Floats, p: Params, quantity: str) -> Any:
    match quantity:
        case "Wq":
            return waits.mean()
        case "Lq":
            return p["lam"] * waits.mean()
        case "p_wait":
            return (waits > 0).mean()
        case "P(Wq>t)":
            return [(waits > t).mean() for t in p["t"]]
    raise KeyError(quantity)


def mmc(engine: str, rng: np.random.Generator, n: int, p: Params, quantity: str) -> Any:
    service = {"dist": "exponential", "mean": 1.0 / p["mu"]}
    return _one_queue(_single(engine, rng, n, p, service), p, quantity)


def mg1(engine: str, rng: np.random.Generator, n: int, p: Params, quantity: str) -> Any:
    return _one_queue(_single(engine, rng, n, p, p["service"]), p, quantity)


def mdc(engine: str, rng: np.random.Generator, n: int, p: Params, quantity: str) -> Any:
    service = {"dist": "deterministic", "value": p["D"]}
    return _one_queue(_single(engine, rng, n, p, service), p, quantity)


def priority(engine: str, rng: np.random.Generator, n: int, p: Params, quantity: str) -> Any:
    """Non-pre-emptive classes, each Poisson; the merged stream is marked at random."""
    classes = p.get("classes") or [
        {"lam": lam, "service": {"dist": "exponential", "mean": 1.0 / mu}}
        for lam, mu in zip(p["lam"], np.broadcast_to(p["mu"], len(p["lam"])), strict=True)
    ]
    rates = np.array([c["lam"] for c in classes], dtype=np.float64)
    which = rng.choice(len(rates), n, p=rates / rates.sum())
    service = np.choose(which, [sample(c["service"], rng, n) for c in classes])
    arrivals = np.cumsum(rng.exponential(1.0 / rates.sum(), n))
    plan = border(Line(servers=p.get("c", 1), priority=range(len(rates))), classes=len(rates))
    journeys = simulate(plan, visits(arrivals, service, classes=which), engine)
    kept = slice(n // 10, None)
    waits, of = (journeys.start - journeys.arrive)[kept], which[kept]
    match quantity:
        case "Wq_by_class":
            return [waits[of == k].mean() for k in range(len(rates))]
        case "Wq_all":
            return waits.mean()
        case "p_wait":
            return (waits > 0).mean()
    raise KeyError(quantity)


def tandem(engine: str, rng: np.random.Generator, n: int, p: Params, quantity: str) -> Any:
    service = np.stack([rng.exponential(1.0 / s["mu"], n) for s in p["stages"]], axis=1)
    waits = _waits(engine, rng, n, p["lam"], service, *(Line(servers=s["c"]) for s in p["stages"]))
    match quantity:
        case "Wq_by_stage":
            return waits.mean(axis=0)
        case "W_total":
            return (waits + service[n // 10 :]).sum(axis=1).mean()
    raise KeyError(quantity)


def roster_calendar(engine: str, rng: np.random.Generator, n: int, p: Params, quantity: str) -> Any:
    """Terminating days, empty at the start; ``n`` customers in all, day after day.

    Days are run apart: each gets a block of time of its own, long enough to empty.
    """
    block = 200.0
    spans = [(s["start"], s["end"], s["lam"] * (s["end"] - s["start"])) for s in p["lam_segments"]]
    days = int(n / sum(mean for *_, mean in spans))

    def one_day() -> Floats:
        parts = [rng.uniform(start, end, rng.poisson(mean)) for start, end, mean in spans]
        return np.sort(np.concatenate(parts))

    times = [one_day() for _ in range(days)]
    day = np.repeat(np.arange(days), [len(t) for t in times])
    arrivals = np.concatenate(times) + block * day
    starts = block * np.arange(days)[:, None]

    def roster(server: list[list[float]]) -> Calendar:
        # After the observed day all servers stay open, so that the block empties.
        opens, closes = np.array([*server, [p["lam_segments"][-1]["end"], block]]).T
        return Calendar((starts + opens).ravel(), (starts + closes).ravel())

    line = Line(
        servers=len(p["servers"]),
        calendar=[roster(s) for s in p["servers"]],
        resume=p["shift_end"] == "resume",
    )
    service = rng.exponential(1.0 / p["mu"], len(arrivals))
    journeys = simulate(border(line), visits(arrivals, service), engine)

    def at(log: Floats) -> Floats:
        """Events of each day before each time; shape (days, times)."""
        within = log - block * day
        return np.stack([np.bincount(day[within < t], minlength=days) for t in p["times"]], axis=1)

    match quantity:
        case "EN":
            return (at(journeys.arrive) - at(journeys.finish)).mean(axis=0)
        case "EQ":
            return (at(journeys.arrive) - at(journeys.start)).mean(axis=0)
        case "cum_departures":
            return at(journeys.finish).mean(axis=0)
    raise KeyError(quantity)


#: Model of an oracle -> adapter(engine, rng, customers, params, quantity).
ADAPTERS: dict[str, Callable[[str, np.random.Generator, int, Params, str], Any]] = {
    "mmc": mmc,
    "mg1": mg1,
    "mekc": mg1,
    "mdc": mdc,
    "priority_mmc": priority,
    "priority_mg1": priority,
    "priority_mmc_classmu": priority,
    "tandem": tandem,
    "roster_calendar": roster_calendar,
}

#: Model of an oracle -> the quantities its adapter computes.
QUANTITIES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("mmc", "mg1", "mekc", "mdc"), ("Wq", "Lq", "p_wait", "P(Wq>t)")),
    **dict.fromkeys(
        ("priority_mmc", "priority_mg1", "priority_mmc_classmu"),
        ("Wq_by_class", "Wq_all", "p_wait"),
    ),
    "tandem": ("Wq_by_stage", "W_total"),
    "roster_calendar": ("EN", "EQ", "cum_departures"),
}
