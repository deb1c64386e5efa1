"""State of the border on an evening: stock, holds and expected arrivals, by flow.

What was published of the evening and of the last days is a few totals. They are shared among
flows by iterative proportional fitting, from the proportions of the base or, in a draw, from
proportions that vary as those of published days do. The stock over the arrivals says how long
owners hold trucks at present.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import Bools, Floats
from sim.fitting.proportional import Total, fit_totals
from sim.forecast.evening import Evening
from sim.forecast.history import FLOWS, History, is_stock, last_day
from sim.forecast.spreads import USUAL, Spreads
from sim.measures.bulletin import BULLETIN
from sim.plan import DIRECTIONS, Flow, Plan
from sim.validate import QUANTITIES, Observation
from sim.validate.observed import gates_of

__all__ = ["StateModel", "exports", "feeds"]

_SHARES = np.geomspace(0.1, 10.0, 41).tolist()
"""Holds, as shares of the plan's, that a stock may ask for."""

MEMORY = 14
"""Days whose flows tell the arrivals to expect; an assumption, as months differ by a third."""

DAY_CV = 0.13
"""Spread of the province's arrivals from day to day, as on four days of January 2026."""

UNKNOWN_CV = 0.30
"""Spread of the level of arrivals where none are known: months differ by a third."""


@dataclass(frozen=True, eq=False)
class EveningState:
    """The border at 20:00, by flow of a plan that starts at the midnight after.

    Attributes
    ----------
    arrivals:
        Shape ``(flows,)``: arrivals a day to expect.
    stock:
        Shape ``(flows,)``: trucks that wait to cross, those that come until midnight included.
    hold:
        Shape ``(flows,)``: present hold of the owners, as a share of the plan's.
    """

    arrivals: Floats
    stock: Floats
    hold: Floats


def exports(plan: Plan) -> Bools:
    """Return which flows are export trucks that a bulletin counts, shape ``(flows,)``."""
    return np.array(
        [
            DIRECTIONS[flow.direction] == "export"
            and flow.timetable is None
            and plan.gates[flow.gate].mode == "road"
            and plan.cargo[flow.cargo].counted_as != "none"
            for flow in plan.flows
        ]
    )


def feeds(plan: Plan, seen: Observation) -> Bools:
    """Return which flows count for an export figure, shape ``(flows,)``."""
    line = QUANTITIES[seen.quantity].cargo
    gates = gates_of(plan, seen.gate, seen.quantity)
    counted = [plan.cargo[flow.cargo].counted_as for flow in plan.flows]
    of_line = [line is None or (name == "fruit") == (line == "fruit") for name in counted]
    at_gate = [plan.gates[flow.gate].id in gates for flow in plan.flows]
    return np.asarray(exports(plan) & np.array(of_line) & np.array(at_gate))


class StateModel:
    """What the figures up to an evening say of its state, and what they leave open.

    Attributes
    ----------
    days_known:
        Days of the last two weeks whose flows are known.
    """

    def __init__(
        self, history: History, evening: dt.date, plan: Plan, spreads: Spreads = USUAL
    ) -> None:
        """Take the figures of ``history`` up to ``evening``; ``plan`` starts the day after."""
        self._spreads = spreads
        known = history.until(evening).figures
        self._plan, self._ours = plan, exports(plan)
        self._usual: Floats = np.array([float(flow.volume.mean()) for flow in plan.flows])
        self._flows, self.days_known = _flow_totals(history, known, evening, self._usual)
        self._stocks = [
            Total(feeds(plan, seen), seen.middle)
            for seen in known
            if seen.day == evening and is_stock(seen)
        ]
        self._evening = [Evening(plan, flow) for flow in plan.flows]
        self._days = np.array([evening.days(1.0) for evening in self._evening])
        self._late = np.array([_share_after_bulletin(flow) for flow in plan.flows])
        arrivals, self._flows = _consistent(self._usual, self._flows)
        _, self._stocks = _consistent(arrivals * self._days, self._stocks)

    def drawn(self, rng: np.random.Generator) -> EveningState:
        """Draw a state that agrees with all that is known."""
        plan = self._plan
        gates = np.exp(self._spreads.gate * rng.standard_normal(len(plan.gates)))
        of_lines = rng.standard_normal((len(plan.gates), len(plan.cargo)))
        lines = np.exp(self._spreads.line * of_lines)
        noise = np.array([gates[f.gate] * lines[f.gate, f.cargo] for f in plan.flows])
        noise = np.where(self._ours, noise, 1.0)
        usual = self._usual * noise
        usual[self._ours] *= self._usual[self._ours].sum() / max(usual[self._ours].sum(), 1e-9)
        arrivals, _ = fit_totals(usual, self._flows)
        arrivals = arrivals * np.where(self._ours, self._level(arrivals, rng), 1.0)
        usual_holds = np.exp(self._spreads.hold * rng.standard_normal(len(plan.gates)))
        held = np.array([usual_holds[flow.gate] for flow in plan.flows])
        stock, _ = fit_totals(arrivals * self._days * held, self._stocks)
        stock = np.where(self._ours, stock, 0.0)
        hold = [
            evening.hold(waiting / coming) if ours and coming > 0.0 else 1.0
            for evening, ours, waiting, coming in zip(
                self._evening, self._ours, stock.tolist(), arrivals.tolist(), strict=True
            )
        ]
        return EveningState(arrivals, stock + arrivals * self._late * self._ours, np.array(hold))

    def hold(self) -> float:
        """Return the hold, as a share of the plan's, that the stock of all gates asks for."""
        arrivals, _ = fit_totals(self._usual, self._flows)
        stock, _ = fit_totals(arrivals * self._days, self._stocks)
        waiting, ours = float(stock[self._ours].sum()), np.flatnonzero(self._ours).tolist()
        stocks = [
            sum(arrivals[flow] * self._evening[flow].days(share) for flow in ours)
            for share in _SHARES
        ]
        return float(np.exp(np.interp(waiting, stocks, np.log(_SHARES))))

    def _level(self, arrivals: Floats, rng: np.random.Generator) -> float:
        """Draw the level of arrivals over that of the known flows or, without any, of the base.

        A stock that is larger than usual speaks for more arrivals and for longer holds, in
        proportion to the variances of their logarithms.
        """
        cv = UNKNOWN_CV
        if self.days_known:
            cv = math.hypot(self._spreads.arrivals, DAY_CV / math.sqrt(self.days_known))
        of_level, of_hold = math.log1p(cv**2), self._spreads.hold**2
        usual = arrivals * self._days
        stock, _ = fit_totals(usual, self._stocks)
        ratio = float(stock[self._ours].sum()) / max(float(usual[self._ours].sum()), 1e-9)
        weight = of_level / (of_level + of_hold)
        spread = math.sqrt(of_level * (1.0 - weight))
        return math.exp(weight * math.log(max(ratio, 1e-3)) + spread * rng.standard_normal())


def _consistent(volumes: Floats, totals: Sequence[Total]) -> tuple[Floats, list[Total]]:
    """Return fitted volumes, and the totals as far as they can hold at once."""
    fitted, _ = fit_totals(volumes, totals)
    return fitted, [replace(total, value=float(fitted[total.covers].sum())) for total in totals]


def _flow_totals(
    history: History, known: Sequence[Observation], evening: dt.date, usual: Floats
) -> tuple[list[Total], int]:
    """Totals of arrivals a day, and from how many days they are known.

    Each figure of the last days counts relative to what the base expects of its days; what arrived
    stands for what was exported.
    """
    since = evening - dt.timedelta(days=MEMORY)
    recent = [seen for seen in known if last_day(seen) > since and not is_stock(seen)]
    arrived = {(seen.day, seen.gate) for seen in recent if seen.quantity == "arrived"}
    volumes = np.array([flow.volume for flow in history.plan.flows])
    ratios: dict[tuple[str, str], list[float]] = {}
    covers: dict[tuple[str, str], Bools] = {}
    days: set[int] = set()
    for seen in recent:
        stands_in = seen.quantity == "exported" and (seen.day, seen.gate) in arrived
        if seen.quantity not in (*FLOWS, "arrived") or stands_in:
            continue
        key = seen.gate, "exported" if seen.quantity == "arrived" else seen.quantity
        covers[key] = feeds(history.plan, seen)
        span = _span(history.plan, seen)
        expected = float(volumes[covers[key], span].sum())
        if expected > 0.0:
            ratios.setdefault(key, []).append(_arriving(history, seen) / expected)
            days |= set(range(span.start, span.stop))
    return [
        Total(covers[key], float(np.mean(values)) * float(usual[covers[key]].sum()))
        for key, values in ratios.items()
    ], len(days)


def _arriving(history: History, seen: Observation) -> float:
    """Arrivals that a figure stands for: of a line, its share of what arrived, if that is known."""
    if seen.quantity in ("exported_fruit", "exported_other") and seen.day == last_day(seen):
        crossed, came = (
            history.value(last_day(seen), seen.gate, q) for q in ("exported", "arrived")
        )
        if crossed and came is not None:
            return seen.middle * came / crossed
    return seen.middle


def _span(plan: Plan, seen: Observation) -> slice:
    """Days of a figure, as indices into the volumes of a plan."""
    assert seen.day is not None
    return slice((seen.day - plan.start).days, (last_day(seen) - plan.start).days + 1)


def _share_after_bulletin(flow: Flow) -> float:
    """Share of a day's arrivals that come between 20:00 and midnight."""
    reached = np.concatenate([[0.0], np.cumsum(flow.day_shares)])
    return 1.0 - float(np.interp(BULLETIN, flow.day_edges, reached))
