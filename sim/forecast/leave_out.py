"""Spreads of published days, of all or of those that are left when some are left out.

Gates and lines of a day are compared with the proportions of the base: with ``k`` of them known,
the deviations of their logarithms from the mean have ``k - 1`` degrees of freedom, pooled over
days. The hold that an evening's stock asks for is compared with the base's, and arrivals with the
exports that stand for them, so that their spreads are about 0.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np

from sim.arguments import checked_arguments
from sim.forecast.history import History, is_daily
from sim.forecast.spreads import Spreads
from sim.forecast.state import StateModel, feeds
from sim.plan import build_plan
from sim.scenario import load
from sim.validate import ALL, Observation

__all__ = ["spreads_of"]


@checked_arguments
def spreads_of(history: History, left_out: Collection[dt.date] = ()) -> Spreads:
    """Return the spreads between days; one of which fewer than two figures tell is the default.

    Parameters
    ----------
    left_out:
        Days whose figures are not looked at.
    """
    figures = [
        seen for seen in history.figures if seen.day is not None and seen.day not in left_out
    ]
    known = {(seen.day, seen.gate, seen.quantity): seen for seen in figures if is_daily(seen)}
    usual = Spreads()
    return Spreads(
        hold=_about_zero(_holds(history, known), usual.hold),
        gate=_pooled(_by_gate(history, known.values()), usual.gate),
        line=_pooled(_by_line(history, known), usual.line),
        arrivals=_about_zero(_arrivals(known), usual.arrivals),
    )


_Known = dict[tuple[dt.date | None, str, str], Observation]


def _about_zero(logs: Sequence[float], otherwise: float) -> float:
    """Root mean square."""
    return math.sqrt(float(np.mean(np.square(logs)))) if len(logs) > 1 else otherwise


def _pooled(groups: Iterable[Sequence[float]], otherwise: float) -> float:
    """Standard deviation within groups."""
    several = [np.array(logs) for logs in groups if len(logs) > 1]
    freedom = sum(len(logs) - 1 for logs in several)
    squares = sum(float(((logs - logs.mean()) ** 2).sum()) for logs in several)
    return math.sqrt(squares / freedom) if freedom > 1 else otherwise


def _over_base(history: History, seen: Observation) -> float:
    """Logarithm of a figure over what the base expects of its day."""
    assert seen.day is not None
    covers = feeds(history.plan, seen)
    volumes = [flow.volume[(seen.day - history.plan.start).days] for flow in history.plan.flows]
    expected = float(np.array(volumes)[covers].sum())
    return math.log(max(seen.middle, 0.5) / max(expected, 0.5))


def _by_gate(history: History, known: Iterable[Observation]) -> list[list[float]]:
    """Exports of gates over the base's, by day."""
    days: dict[dt.date | None, list[float]] = {}
    for seen in known:
        if seen.quantity == "exported" and seen.gate != ALL:
            days.setdefault(seen.day, []).append(_over_base(history, seen))
    return list(days.values())


def _by_line(history: History, known: _Known) -> list[list[float]]:
    """Exports of fruit and of the rest over the base's, by day and gate."""
    groups = []
    for (day, gate, quantity), fruit in known.items():
        whole = known.get((day, gate, "exported"))
        if quantity == "exported_fruit" and whole is not None and whole.middle > fruit.middle:
            left = whole.middle - fruit.middle
            rest = replace(fruit, quantity="exported_other", value=left, high=None)
            groups.append([_over_base(history, line) for line in (fruit, rest)])
    return groups


def _arrivals(known: _Known) -> list[float]:
    """Arrivals over exports, by day and gate."""
    return [
        math.log(seen.middle / crossed.middle)
        for (day, gate, quantity), seen in known.items()
        if quantity == "arrived"
        and (crossed := known.get((day, gate, "exported"))) is not None
        and min(seen.middle, crossed.middle) > 0.0
    ]


def _holds(history: History, known: _Known) -> list[float]:
    """Holds that the province's stocks ask for on evenings whose flows are known, over the base."""
    logs = []
    for day, gate, quantity in known:
        if day is None or (gate, quantity) != (ALL, "waiting"):
            continue
        that_day = replace(
            history, figures=tuple(seen for (d, _, _), seen in known.items() if d == day)
        )
        period = {"run.start": (day + dt.timedelta(days=1)).isoformat(), "run.days": 1}
        plan = build_plan(load(history.base, set={**period, "run.warm_up": "0 days"}))
        state = StateModel(that_day, day, plan)
        if state.days_known:
            logs.append(math.log(state.hold()))
    return logs
