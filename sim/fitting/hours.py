"""Estimate the shape of arrivals over the day, in windows that are as fine as counts allow."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from scipy import stats

from sim.arrays import Floats
from sim.clock import DAY
from sim.fitting.families import Interval
from sim.fitting.findings import Finding, FittedNumber, Picture, Unknown
from sim.fitting.model import Base
from sim.units import clock_text

__all__ = ["profile_finding"]

_LEAST = 100
"""Vehicles below which the hours of the day are not told."""

_FINE = 0.25
"""Half-width of an hour's interval, as a share of its count, from which it is joined to another."""


def garwood(count: float) -> tuple[float, float]:
    """Return the ends of the exact 95 % interval of a Poisson mean (Garwood 1936)."""
    low = float(stats.chi2.ppf(0.025, 2.0 * count)) / 2.0 if count else 0.0
    return low, float(stats.chi2.ppf(0.975, 2.0 * count + 2.0)) / 2.0


def profile_finding(
    flows: Sequence[str],
    times: Floats,
    seen: Floats,
    profile: str,
    base: Base,
    draws: int,
    seed: int,
) -> Finding | Unknown:
    """Return the day profile of flows that share one in the scenario, by their arrival times.

    ``seen`` has shape ``(24,)``: on how many days each hour was observed. Hours that never were
    count as without arrivals, which is said.
    """
    gate, route, _ = flows[0].split(".")
    path = ("profiles", "day", f"measured_{gate}_{route}_{profile}")
    n = len(times)
    if n < _LEAST:
        return Unknown("day", base.flow_path(flows[0], "day"), "few", {"n": n, "least": _LEAST})
    hours = np.histogram(times % DAY, np.arange(25) * 60.0)[0].astype(np.float64)
    rates = np.divide(hours, seen, out=np.zeros(24), where=seen > 0.0)
    windows = _windows(hours, rates)
    counts = np.array([hours[a:b].sum() for a, b in windows])
    shares = np.array([rates[a:b].sum() for a, b in windows]) / float(rates.sum())
    names = [f"{clock_text(60 * a)}-{clock_text(60 * b)}" for a, b in windows]
    ends = [garwood(count) for count in counts.tolist()]
    intervals = [
        Interval(share, low * scale, min(high * scale, 1.0))
        for share, scale, (low, high) in zip(
            shares.tolist(), _scales(shares, counts, n), ends, strict=True
        )
    ]
    own = base.flows[flows[0]]
    upto = np.concatenate([[0.0], np.cumsum(own.day_shares)])
    stated = [
        float(np.diff(np.interp([60.0 * a, 60.0 * b], own.day_edges, upto))[0]) for a, b in windows
    ]
    rng = np.random.default_rng(zlib.crc32(f"{seed} {path}".encode()))
    drawn = rng.dirichlet(np.maximum(counts, 1e-3), size=draws) * _scales(shares, counts, n)
    drawn /= drawn.sum(axis=1, keepdims=True)
    before = base.block_of(flows[0]).day
    return Finding(
        "day",
        path,
        {"add": True, "shares": _whole(names, shares)},
        before,
        tuple(
            FittedNumber("share", name, interval, "%", round(count), before)
            for name, interval, count, before in zip(
                names, intervals, counts.tolist(), stated, strict=True
            )
        ),
        f"{n} arrivals",
        n,
        draws=tuple({"shares": _whole(names, weights)} for weights in drawn),
        beside={base.flow_path(flow, "day"): path[-1] for flow in flows},
        pictures=(Picture("hours", {"hours": rates, "windows": windows, "intervals": intervals}),),
        doubt=_unseen(seen),
    )


def _scales(shares: Floats, counts: Floats, n: int) -> list[float]:
    """Return the share of the day that each vehicle of a window stands for."""
    pairs = zip(shares.tolist(), counts.tolist(), strict=True)
    return [share / count if count else 1.0 / n for share, count in pairs]


def _unseen(seen: Floats) -> tuple[str, dict[str, str]] | None:
    """Return a doubt about the hours that were never observed."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], seen == 0.0, [0]])))
    spans = [f"{clock_text(60 * a)}-{clock_text(60 * b)}" for a, b in edges.reshape(-1, 2).tolist()]
    return ("unseen", {"hours": ", ".join(spans)}) if spans else None


def _windows(hours: Floats, rates: Floats) -> list[tuple[int, int]]:
    """Join neighbouring hours until each window's count is known well enough.

    The window that is known least is joined to the neighbour whose hourly count is nearest;
    hours in which nobody comes need no neighbour.
    """
    windows = [(hour, hour + 1) for hour in range(24)]

    def rate(window: tuple[int, int]) -> float:
        return float(rates[window[0] : window[1]].mean())

    def unsure(window: tuple[int, int]) -> float:
        count = float(hours[window[0] : window[1]].sum())
        low, high = garwood(count)
        return (high - low) / 2.0 / count if count else 0.0

    while len(windows) > 1:
        worst = max(range(len(windows)), key=lambda place: unsure(windows[place]))
        if unsure(windows[worst]) <= _FINE:
            break
        beside = [place for place in (worst - 1, worst + 1) if 0 <= place < len(windows)]
        other = min(beside, key=lambda place: abs(rate(windows[place]) - rate(windows[worst])))
        first, last = sorted((worst, other))
        windows[first : last + 1] = [(windows[first][0], windows[last][1])]
    # hours without anybody beside one another are one window
    joined: list[tuple[int, int]] = []
    for window in windows:
        if joined and not rate(joined[-1]) and not rate(window):
            joined[-1] = (joined[-1][0], window[1])
        else:
            joined.append(window)
    return joined


def _whole(names: Sequence[str], shares: Floats) -> dict[str, str]:
    """Write shares with two decimals of a percent, so that they sum to 100."""
    parts = np.round(100.0 * shares, 2)
    parts[int(np.argmax(parts))] += round(100.0 - float(parts.sum()), 2)
    return {name: f"{part:.2f} %" for name, part in zip(names, parts.tolist(), strict=True)}
