"""Exposure: the hours that vehicles spend where, and what produce loses meanwhile.

Every minute of a vehicle between its arrival and the end of its path lies at exactly one
stage in exactly one state, cut to the measured window:

* **queue**: waiting while the stage is open;
* **service**: being served by a server or at a timetabled departure;
* **parked**: waiting while the stage is shut, in a plain delay, or held by the owner;
* **virtual**: booked, waiting elsewhere.

Goods are on board until the crossing of an export and until the release of an import; what
follows is the way of an empty truck. While on board, fresh produce loses value evenly over
its life from its arrival, down to the salvage value: what remains is
``V max(1 - t / life, salvage)``. A load sold inland falls to the salvage value at once.

Nothing here has a price but the goods; money and air are linear in these columns (see
:mod:`sim.measures.economics`), so their sums by gate, stage and class close.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats, Ints
from sim.journeys import SOLD_INLAND, Journeys
from sim.measures.blocks import blocks
from sim.measures.codes import flows_of, stages_of
from sim.measures.grouping import count, total
from sim.measures.passes import Passes
from sim.measures.rosters import Rosters, open_minutes
from sim.plan import DIRECTIONS, Plan, StageKind

__all__ = ["STATES", "Exposure", "exposure_of"]


STATES = ("queue", "service", "parked", "virtual")
_SUMS = (*STATES, "owner", "laden", "lost")
_IMPORT = DIRECTIONS.index("import")


@dataclass(frozen=True, eq=False)
class Exposure:
    """Sums over the measured window by stage and flow; all of shape ``(cells,)``.

    Attributes
    ----------
    stage, flow:
        Indices into the plan.
    hours:
        By state, vehicle-hours; for trains wagon-hours.
    owner_hours:
        Those hours, of any state, in which the owner keeps the vehicle.
    laden_hours:
        Those with goods on board.
    value_lost:
        VND that goods lost.
    """

    stage: Ints
    flow: Ints
    hours: dict[str, Floats]
    owner_hours: Floats
    laden_hours: Floats
    value_lost: Floats


def exposure_of(
    journeys: Journeys, plan: Plan, rosters: Rosters, passes: Passes | None = None
) -> Exposure:
    """Sum hours and losses of one replication."""
    sums = _summed(journeys, plan, rosters) if passes is None else passes.exposure()
    flow, stage = np.nonzero(sums[:, :, 0].T)
    reached = dict(zip(_SUMS, sums[stage, flow, 1:].T, strict=True))
    return Exposure(
        stage=stage,
        flow=flow,
        hours={state: reached[state] for state in STATES},
        owner_hours=reached["owner"],
        laden_hours=reached["laden"],
        value_lost=reached["lost"],
    )


def _summed(journeys: Journeys, plan: Plan, rosters: Rosters) -> Floats:
    """Visits, and each of :data:`_SUMS`, shape ``(stages, flows, 8)``."""
    work, of_flow, stages = journeys.workload, flows_of(plan), stages_of(plan)
    shape = len(plan.stages), len(plan.flows), 1 + len(_SUMS)
    sums = np.zeros(shape)
    for first, last, rows, number in blocks(work.bounds):
        came = np.flatnonzero(~np.isnan(journeys.arrive[rows]))
        row, stage = rows.start + came, number[came]
        vehicle = work.row_vehicle[row]
        flow = work.flow[vehicle]
        arrive, start = journeys.arrive[row], journeys.start[row]
        end = _ended(journeys.finish[row], plan)
        start = np.where(np.isnan(start), end, start)
        end = np.where(stages.kind[stage] == StageKind.HOLD, start, end)  # else at other stages
        both = _within(plan, arrive, end)
        minutes = _states(plan, rosters, stage, arrive, start, end)
        laden = (of_flow.direction == _IMPORT)[flow] | work.up_to_crossing(row)
        minutes += [np.where(stages.owner[stage], both, 0.0), np.where(laden, both, 0.0)]
        units = of_flow.units[flow] / 60.0
        lost = np.where(laden, _lost(journeys, plan, row, arrive, end), 0.0)
        code, size = (stage - first) * shape[1] + flow, (last - first) * shape[1]
        columns = [*(spent * units for spent in minutes), lost]
        block = [count(code, size), *(total(code, values, size) for values in columns)]
        sums[first:last] = np.stack(block, axis=-1).reshape(last - first, *shape[1:])
    return sums


def _states(
    plan: Plan, rosters: Rosters, stage: Ints, arrive: Floats, start: Floats, end: Floats
) -> list[Floats]:
    """Minutes of each visit in each of :data:`STATES`; ``stage`` is by visit."""
    stages = stages_of(plan)
    parked = (stages.owner | (stages.kind == StageKind.DELAY))[stage]
    virtual = stages.virtual[stage]
    wait, service = _within(plan, arrive, start), _within(plan, start, end)
    some = np.flatnonzero((wait > 0) & ~parked & ~virtual)
    opened = np.zeros(len(wait))
    opened[some] = open_minutes(
        rosters.calendars,
        rosters.stage[stage[some]],
        np.maximum(arrive[some], plan.warm_up),
        np.minimum(start[some], plan.horizon),
    )
    shut = np.where(virtual, 0.0, wait - opened)
    return [
        opened,
        np.where(parked, 0.0, service),
        np.where(parked, _within(plan, arrive, end), shut),
        np.where(virtual & ~parked, wait, 0.0),
    ]


def _within(plan: Plan, begin: Floats, end: Floats) -> Floats:
    """Minutes of each span that lie in the measured window."""
    cut: Floats = np.minimum(end, plan.horizon) - np.maximum(begin, plan.warm_up)
    return np.maximum(cut, 0.0)


def _ended(finish: Floats, plan: Plan) -> Floats:
    """Return when each visit ended; who is still there stays until the horizon."""
    return np.where(np.isnan(finish), plan.horizon, finish)


def _lost(journeys: Journeys, plan: Plan, rows: Ints, begin: Floats, end: Floats) -> Floats:
    """VND that the goods of each visit lose within the window."""
    work, of_flow = journeys.workload, flows_of(plan)
    vehicle = work.row_vehicle[rows]
    flow = work.flow[vehicle]
    worth, life, most = of_flow.value[flow], of_flow.life[flow], of_flow.most[flow]
    came = work.arrive[vehicle]

    def gone(times: Floats) -> Floats:
        age = np.minimum(np.maximum(times, plan.warm_up), plan.horizon) - came
        return np.minimum(np.maximum(age, 0.0) / life, most)

    after = gone(end)
    sold = (journeys.outcome[vehicle] == SOLD_INLAND) & (end == journeys.gave_up_at[vehicle])
    after[sold & (end >= plan.warm_up)] = most[sold & (end >= plan.warm_up)]
    return worth * (after - gone(begin))
