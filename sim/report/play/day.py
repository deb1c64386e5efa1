"""One day of an event log: who is there, and where they go."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from sim.arrays import Floats, Ints
from sim.clock import DAY
from sim.plan import OUTCOMES, Plan, StageKind

__all__ = ["Seen", "identities", "seen_between", "worst_day"]


_SAMPLE = 30.0
"""Minutes between two looks at the queues."""


@dataclass(frozen=True, eq=False)
class Seen:
    """The vehicles that are at a gate at some time of a span, each with all its visits.

    Attributes
    ----------
    flow, outcome:
        Shape ``(vehicles,)``: index into ``Plan.flows`` and ``OUTCOMES``.
    visits:
        Shape ``(vehicles,)``: number of stages reached; the columns below have the visits of
        the first vehicle first, each vehicle's in the order of its path.
    stage:
        Shape ``(rows,)``: index into ``Plan.stages``.
    arrive, start, finish:
        Shape ``(rows,)``: minutes of the run, NaN where it did not happen.
    leave:
        Shape ``(rows,)``: when the vehicle went on, infinite if it did not. The place of a
        hold is kept for longer, until ``finish``.
    """

    flow: Ints
    outcome: Ints
    visits: Ints
    stage: Ints
    arrive: Floats
    start: Floats
    finish: Floats
    leave: Floats

    @property
    def first(self) -> Ints:
        """Row of each vehicle's first visit, shape ``(vehicles,)``."""
        return np.cumsum(self.visits) - self.visits


def seen_between(log: pl.DataFrame, plan: Plan, begin: float, end: float) -> Seen:
    """Vehicles of an event log that are at a gate within minutes ``begin`` to ``end``.

    They stand in the order of their arrivals.
    """
    everyone = _columns(log, plan)
    first = everyone.first
    last = np.maximum.reduceat(everyone.leave, first) if first.size else np.empty(0)
    came = everyone.arrive[first]
    chosen = np.flatnonzero((came < end) & (last > begin))
    chosen = chosen[np.argsort(came[chosen], kind="stable")]
    visits = everyone.visits[chosen]
    within = np.arange(visits.sum()) - np.repeat(np.cumsum(visits) - visits, visits)
    rows = np.repeat(first[chosen], visits) + within
    return Seen(
        flow=everyone.flow[chosen],
        outcome=everyone.outcome[chosen],
        visits=visits,
        stage=everyone.stage[rows],
        arrive=everyone.arrive[rows],
        start=everyone.start[rows],
        finish=everyone.finish[rows],
        leave=everyone.leave[rows],
    )


def identities(several: Sequence[tuple[Seen, Plan]]) -> list[Ints]:
    """Number the vehicles of several scenarios so that the same one has the same number.

    Scenarios with one seed draw the same vehicles, which thus arrive at the same instant in
    the same flow; of equal ones, such as those that stand there at the start, the order
    counts. Numbers ascend with the arrival; shape ``(vehicles,)`` for each.
    """
    who = ["arrive", "flow", "tie"]
    frames = [
        pl.DataFrame(
            {
                "arrive": seen.arrive[seen.first],
                "flow": [plan.flows[number].id for number in seen.flow],
            },
            schema={"arrive": pl.Float64, "flow": pl.String},
        ).with_columns(pl.int_range(pl.len()).over("arrive", "flow").alias("tie"))
        for seen, plan in several
    ]
    numbers = pl.concat(frames).unique(who).sort(who).with_row_index("number")
    return [
        frame.join(numbers, on=who, how="left", maintain_order="left")["number"]
        .cast(pl.Int64)
        .to_numpy()
        for frame in frames
    ]


def worst_day(log: pl.DataFrame, plan: Plan, gate: str | None = None) -> int:
    """The measured day, from 1, that sees most vehicles in queues at once.

    Of all gates, or of the ``gate`` with this id. Vehicles that their owners hold do not queue.
    """
    everyone = _columns(log, plan)
    queued = np.array(
        [not stage.owner and gate in (None, plan.gates[stage.gate].id) for stage in plan.stages],
        dtype=np.bool_,
    )[everyone.stage]
    looks = np.arange(plan.warm_up, plan.horizon, _SAMPLE)
    came = np.sort(everyone.arrive[queued])
    went = np.sort(np.fmin(everyone.start, everyone.leave)[queued])
    length = np.searchsorted(came, looks, "right") - np.searchsorted(went, looks, "right")
    worst = float(looks[np.argmax(length)])
    return 1 + math.floor((worst - plan.warm_up) / DAY)


def _columns(log: pl.DataFrame, plan: Plan) -> Seen:
    """The whole log as arrays, vehicles and their visits in its order."""
    stages = {stage.id: number for number, stage in enumerate(plan.stages)}
    flows = {flow.id: number for number, flow in enumerate(plan.flows)}
    outcomes = {name: number for number, name in enumerate(OUTCOMES)}
    vehicle = log["vehicle"].to_numpy()
    first = np.flatnonzero(np.diff(vehicle, prepend=-1))
    stage = _codes(log["stage"], stages)
    arrive, start, finish = (
        log[name].fill_null(math.nan).to_numpy() for name in ("arrive", "start", "finish")
    )
    hold = np.array([stage.kind is StageKind.HOLD for stage in plan.stages], dtype=np.bool_)
    leave = np.where(hold[stage] & ~np.isnan(start), start, finish)
    return Seen(
        flow=_codes(log["flow"], flows)[first],
        outcome=_codes(log["outcome"], outcomes)[first],
        visits=np.diff(first, append=len(vehicle)),
        stage=stage,
        arrive=arrive,
        start=start,
        finish=finish,
        leave=np.where(np.isnan(leave), np.inf, leave),
    )


def _codes(names: pl.Series, known: dict[str, int]) -> Ints:
    codes = names.cast(pl.String).replace_strict(known, return_dtype=pl.Int64)
    return codes.to_numpy()
