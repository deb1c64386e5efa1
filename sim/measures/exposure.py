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
from sim.measures.codes import flows_of
from sim.measures.grouping import count, total
from sim.measures.passes import Passes
from sim.measures.rosters import Rosters
from sim.plan import DIRECTIONS, Plan, Stage, StageKind
from sim.queues import Calendar

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
    sums = np.zeros((len(plan.stages), len(plan.flows), 1 + len(_SUMS)))
    for number, stage in enumerate(plan.stages):  # a stage's rows stay in cache
        calendar = rosters.calendars[rosters.stage[number]]
        sums[number, :, 0], found = _of_stage(journeys, plan, stage, number, calendar)
        for place, name in enumerate(_SUMS, start=1):
            sums[number, :, place] = found.get(name, 0.0)
    return sums


def _of_stage(
    journeys: Journeys, plan: Plan, stage: Stage, number: int, calendar: Calendar
) -> tuple[Ints, dict[str, Floats]]:
    """Visits to a stage and each of :data:`_SUMS` there, by flow."""
    work, size = journeys.workload, len(plan.flows)
    rows = work.rows(number).start + np.flatnonzero(~np.isnan(journeys.arrive[work.rows(number)]))
    vehicle = work.row_vehicle[rows]
    flow = work.flow[vehicle]
    arrive, start = journeys.arrive[rows], journeys.start[rows]
    end = _ended(journeys.finish[rows], plan)
    start = np.where(np.isnan(start), end, start)
    if stage.kind is StageKind.HOLD:
        end = start  # with a place it is at other stages
    both = _within(plan, arrive, end)
    minutes = _states(plan, stage, calendar, arrive, start, end)
    if stage.owner:
        minutes["owner"] = both
    of_flow = flows_of(plan)
    laden = (of_flow.direction == _IMPORT)[flow] | (rows <= work.crossed_row[vehicle])
    minutes["laden"] = np.where(laden, both, 0.0)
    units = of_flow.units[flow] / 60.0
    sums = {name: total(flow, values * units, size) for name, values in minutes.items()}
    lost = np.where(laden, _lost(journeys, plan, rows, arrive, end), 0.0)
    return count(flow, size), {**sums, "lost": total(flow, lost, size)}


def _states(
    plan: Plan, stage: Stage, calendar: Calendar, arrive: Floats, start: Floats, end: Floats
) -> dict[str, Floats]:
    """Minutes of each visit by state; states without any are left out."""
    if stage.owner or stage.kind is StageKind.DELAY:
        return {"parked": _within(plan, arrive, end)}
    wait, service = _within(plan, arrive, start), _within(plan, start, end)
    if stage.virtual:
        return {"virtual": wait, "service": service}
    some = np.flatnonzero(wait > 0)
    opened = np.zeros(len(wait))
    opened[some] = calendar.open_time(
        np.maximum(arrive[some], plan.warm_up), np.minimum(start[some], plan.horizon)
    )
    return {"queue": opened, "service": service, "parked": wait - opened}


def _within(plan: Plan, begin: Floats, end: Floats) -> Floats:
    """Minutes of each span that lie in the measured window."""
    cut: Floats = np.minimum(end, plan.horizon) - np.maximum(begin, plan.warm_up)
    return np.maximum(cut, 0.0)


def _ended(finish: Floats, plan: Plan) -> Floats:
    """When each visit ended; who is still there stays until the horizon."""
    return np.where(np.isnan(finish), plan.horizon, finish)


def _lost(journeys: Journeys, plan: Plan, rows: Ints, begin: Floats, end: Floats) -> Floats:
    """VND that the goods of each visit lose within the window."""
    work, of_flow = journeys.workload, flows_of(plan)
    vehicle = work.row_vehicle[rows]
    flow = work.flow[vehicle]
    worth, life, most = of_flow.value[flow], of_flow.life[flow], of_flow.most[flow]
    came = work.arrive[vehicle]

    def gone(times: Floats) -> Floats:
        age = np.clip(times, plan.warm_up, plan.horizon) - came
        return np.minimum(np.maximum(age, 0.0) / life, most)

    after = gone(end)
    sold = (journeys.outcome[vehicle] == SOLD_INLAND) & (end == journeys.gave_up_at[vehicle])
    after[sold & (end >= plan.warm_up)] = most[sold & (end >= plan.warm_up)]
    return worth * (after - gone(begin))
