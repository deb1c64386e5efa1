"""Forecast of the bulletins after an evening: draws of the days to come, and their intervals.

Each draw has its own arrivals, level of arrivals, and hold of the owners by gate and cargo, which
comes back to its long-run mean (AR(1), :class:`sim.plan.DayFactor`); it is one replication of the
border from the evening's stock. So intervals hold what is not known of the inputs and what varies
by itself.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sim.arguments import checked_arguments
from sim.arrays import Floats
from sim.clock import DAY
from sim.engines import simulate_many
from sim.errors import ArgumentError
from sim.forecast.history import FLOWS, STOCKS, History
from sim.forecast.spreads import USUAL, Spreads
from sim.forecast.state import StateModel, exports
from sim.journeys import TURNED_BACK, Journeys
from sim.measures.bulletin import BULLETIN
from sim.plan import DIRECTIONS, DayFactor, Flow, Plan, StageKind, Step, Stop, build_plan
from sim.results.intervals import t_quantile
from sim.scenario import load
from sim.sentences import Sentence
from sim.validate import ALL, YESTERDAY_SHARE
from sim.workload import Workload, draw

__all__ = ["CHANGES", "QUANTITIES", "Outlook", "Predicted", "forecast"]

QUANTITIES = (*STOCKS, *FLOWS)
"""Figures that are forecast, of each gate and of all road gates."""

HOLD_CORRELATION = YESTERDAY_SHARE
"""Of the hold from a day to the next; an assumption, the weight of yesterday in the blend."""

FEW = 5.0
"""Trucks added before logarithms are taken, so that few trucks more or less are no great error."""


@dataclass(frozen=True)
class Predicted:
    """Forecast of one figure.

    ``tonight`` is the figure of the evening, if it was published. ``spread`` is the standard
    deviation of the logarithm of a further draw; ends of an interval are
    ``median exp(± t spread widening)``. ``adapted`` has the level that the quantile ``t`` is taken
    of, by the level of the interval, where past errors say that it is another.
    """

    day: dt.date
    gate: str
    quantity: str
    median: float
    spread: float
    draws: int
    tonight: float | None = None
    widening: float = 1.0
    adapted: Mapping[float, float] = field(default_factory=dict)

    @property
    def mean(self) -> float:
        """The point forecast: the median of the draws."""
        return self.median

    def interval(self, level: float) -> tuple[float, float]:
        """Ends of the interval that holds the figure with a probability; at least 0."""
        quantile = float(t_quantile(self.draws, self.adapted.get(level, level)))
        factor = math.exp(quantile * self.spread * self.widening)
        middle = self.median + FEW
        return max(middle / factor - FEW, 0.0), middle * factor - FEW

    def standardised(self, observed: float) -> float:
        """Return how many spreads a figure lies above the forecast."""
        return math.log((observed + FEW) / (self.median + FEW)) / self.spread


@dataclass(frozen=True, eq=False)
class Outlook:
    """Forecasts of an evening, of all days, gates and quantities."""

    evening: dt.date
    days_known: int
    figures: tuple[Predicted, ...]

    def find(self, day: dt.date, gate: str, quantity: str) -> Predicted | None:
        """Return the forecast of a figure, None where there is none."""
        key = (day, gate, quantity)
        matches = (
            figure for figure in self.figures if (figure.day, figure.gate, figure.quantity) == key
        )
        return next(matches, None)


@checked_arguments
def forecast(
    history: History,
    evening: dt.date,
    *,
    days: int = 3,
    draws: int = 40,
    change: str = "",
    spreads: Spreads = USUAL,
) -> Outlook:
    """Forecast the bulletins of the days after an evening.

    Parameters
    ----------
    evening:
        One of :attr:`History.evenings`; figures of later days are not looked at.
    days, draws:
        Days ahead, and replications, at least 2.
    change:
        What else happens from the next morning on: a key of :data:`CHANGES`, or nothing.
    spreads:
        How much holds and proportions differ between days.

    Raises
    ------
    ArgumentError
        There is no stock of the evening, too few draws, no day, or no such change.
    """
    if evening not in history.evenings:
        raise ArgumentError(Sentence("forecast(): no stock is known of {evening}", evening=evening))
    if days < 1 or draws < 2 or change not in ("", *CHANGES):
        raise ArgumentError(
            Sentence(
                "forecast(): days {days}, draws {draws}, change {change!r}",
                days=days,
                draws=draws,
                change=change,
            )
        )
    known = history.until(evening)
    period = {
        "run.start": (evening + dt.timedelta(days=1)).isoformat(),
        "run.warm_up": "0 days",
        "run.days": days,
    }
    plan = build_plan(load(history.base, set=period))
    state = StateModel(known, evening, plan, spreads)
    changed = CHANGES[change](plan) if change else plan
    works = [_drawn(changed, state, spreads.hold_cv, number) for number in range(draws)]
    counts = np.array([_counted(run, days) for run in simulate_many(changed, works, "core")])
    return Outlook(evening, state.days_known, tuple(_figures(known, plan, evening, counts)))


def _drawn(plan: Plan, model: StateModel, hold_cv: float, number: int) -> Workload:
    """Draw a state and all that comes after; the servers are those of the plan."""
    rng = np.random.default_rng([plan.seed, number])
    state = model.drawn(rng)
    surprise: dict[tuple[int, int], float] = {}
    flows = list(plan.flows)
    innovation = hold_cv * math.sqrt(1.0 - HOLD_CORRELATION**2)  # about what the day before says
    for index in np.flatnonzero(exports(plan)).tolist():
        flow = plan.flows[index]
        of_day = surprise.setdefault((flow.gate, flow.cargo), _lognormal(rng, innovation))
        start = float(state.hold[index]) * of_day
        factor = DayFactor(hold_cv, HOLD_CORRELATION, start)
        flows[index] = _prepared(plan, flow, float(state.arrivals[index]), factor)
    drawn = replace(plan, flows=_whole_stock(flows, state.stock))
    return replace(draw(drawn, number), plan=None)  # engines take no service from the plan


def _lognormal(rng: np.random.Generator, cv: float) -> float:
    variance = math.log1p(cv**2)
    return float(np.exp(math.sqrt(variance) * rng.standard_normal() - variance / 2.0))


def _prepared(plan: Plan, flow: Flow, arrivals: float, factor: DayFactor) -> Flow:
    """Flow with the arrivals a day to expect, and the factors of the hold by day."""

    def held(step: Step) -> Step:
        return replace(step, day_factor=factor) if plan.stages[step.stage].owner else step

    usual = float(flow.volume.mean())
    volume = flow.volume * (arrivals / usual if usual > 0.0 else 0.0)
    return replace(flow, volume=volume, steps=tuple(map(held, flow.steps)))


def _whole_stock(flows: Sequence[Flow], stock: Floats) -> tuple[Flow, ...]:
    """Flows with whole numbers of waiting trucks that add up (largest remainders)."""
    whole = np.floor(stock)
    short = round(float(stock.sum() - whole.sum()))
    whole[np.argsort(whole - stock, kind="stable")[:short]] += 1.0
    return tuple(
        replace(flow, backlog=int(waiting)) if waiting else flow
        for flow, waiting in zip(flows, whole.tolist(), strict=True)
    )


def _counted(journeys: Journeys, days: int) -> Floats:
    """Figures of the bulletins of a run, shape ``(days, gates, quantities)``."""
    plan, work = journeys.plan, journeys.workload
    ours = exports(plan)[work.flow]
    gate = np.array([flow.gate for flow in plan.flows])[work.flow]
    fruit = np.array([plan.cargo[flow.cargo].counted_as == "fruit" for flow in plan.flows])
    lines = np.ones(len(ours), bool), fruit[work.flow], ~fruit[work.flow]
    crossed = np.where(np.isnan(journeys.crossed_at), np.inf, journeys.crossed_at)
    left = np.fmin(crossed, np.where(np.isnan(journeys.gave_up_at), np.inf, journeys.gave_up_at))
    left = np.where(journeys.outcome == TURNED_BACK, work.arrive, left)
    counts = np.zeros((days, len(plan.gates), len(QUANTITIES)))
    for day in range(days):
        end = BULLETIN + DAY * day
        waits = ours & (work.arrive < end) & (left >= end)
        went = ours & (crossed < end) & (crossed >= end - DAY)
        for number, line in enumerate(lines):
            for column, mask in ((number, waits & line), (len(lines) + number, went & line)):
                counts[day, :, column] = np.bincount(gate[mask], minlength=len(plan.gates))
    return counts


_LEAST = 0.01
"""Spread of the logarithm at least, so that draws that agree are no certainty."""


def _figures(known: History, plan: Plan, evening: dt.date, counts: Floats) -> list[Predicted]:
    """Forecasts from draws, shape ``(draws, days, gates, quantities)``."""
    draws, days = counts.shape[:2]
    road = [i for i, gate in enumerate(plan.gates) if gate.mode == "road"]
    busy = [i for i in road if counts[:, :, i].any()]
    groups = {ALL: road, **{plan.gates[i].id: [i] for i in busy}}
    figures = []
    for day in range(days):
        for name, gates in groups.items():
            for column, quantity in enumerate(QUANTITIES):
                values = counts[:, day, gates, column].sum(axis=1)
                logs = np.log(values + FEW)
                spread = max(float(logs.std(ddof=1)), _LEAST) * math.sqrt(1.0 + 1.0 / draws)
                date = evening + dt.timedelta(days=day + 1)
                tonight = known.value(evening, name, quantity)
                median = float(np.median(values))
                figures.append(Predicted(date, name, quantity, median, spread, draws, tonight))
    return figures


def _fewer_bays(plan: Plan) -> Plan:
    """Two servers fewer, and at least one left, at the longest Chinese service of a road gate."""
    stages = list(plan.stages)
    for gate in {plan.flows[i].gate for i in np.flatnonzero(exports(plan))}:
        longest = max(
            (
                (step.service[0].mean, step.stage)
                for flow in plan.flows
                if flow.gate == gate and DIRECTIONS[flow.direction] == "export"
                for step in flow.steps
                if stages[step.stage].kind is StageKind.SERVERS
                and stages[step.stage].side == "china"
                and step.service is not None
            ),
            default=None,
        )
        if longest is not None:
            stage = stages[longest[1]]
            left = max(min(stage.servers, 1), stage.servers - 2)
            stages[longest[1]] = replace(
                stage,
                servers=left,
                server_calendar=stage.server_calendar[:left],
                lane=stage.lane[:left],
            )
    return replace(plan, stages=tuple(stages))


def _no_receiving(plan: Plan) -> Plan:
    """Every road gate turns back the export trucks that come."""
    flows = np.flatnonzero(exports(plan)).tolist()
    gates = sorted({plan.flows[i].gate for i in flows})
    stops = [Stop(g, 0, tuple(i for i in flows if plan.flows[i].gate == g)) for g in gates]
    return replace(plan, stops=tuple(stops))


CHANGES: Mapping[str, Callable[[Plan], Plan]] = {"bays": _fewer_bays, "stop": _no_receiving}
"""What may happen from the next morning on, by name: the plan with it."""
