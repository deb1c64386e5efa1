"""Generate workloads: every random number of one replication, before any engine runs.

The vehicles of each flow come from :mod:`sim.workload.arrivals`; here they are numbered, and
:mod:`sim.workload.visits` says where they go and what they need there.
"""

from __future__ import annotations

import numpy as np

from sim.arguments import checked_arguments
from sim.arrays import Floats, Ints
from sim.clock import DAY
from sim.errors import ArgumentError
from sim.plan import Outage, Plan
from sim.queues import compiled
from sim.sentences import Sentence
from sim.workload.arrivals import arrivals, initially_queued
from sim.workload.day_factors import day_factors
from sim.workload.gate_choice import draw_decisions
from sim.workload.model import Workload
from sim.workload.random_numbers import random_keys, uniforms
from sim.workload.visits import VehicleArrays, VisitTable

__all__ = ["draw"]


@checked_arguments
def draw(plan: Plan, replication: int, *, arrivals_of: int | None = None) -> Workload:
    """Draw the workload of one replication.

    Parameters
    ----------
    plan:
        From :func:`sim.build_plan`.
    replication:
        Its number, from 0; it alone tells replications of one seed apart.
    arrivals_of:
        Replication whose arrivals are taken, by default its own: who comes on which day and when.
        What befalls a vehicle once it has come stays as in ``replication``.

    Raises
    ------
    ArgumentError
        A number is negative.
    """
    source = replication if arrivals_of is None else arrivals_of
    if min(replication, source) < 0:
        raise ArgumentError(
            Sentence(
                "draw(): replication must be at least 0, not {replication}",
                replication=min(replication, source),
            )
        )
    came = [arrivals(plan, flow, replication, source) for flow in plan.flows]
    arrive = np.concatenate([np.empty(0), *(arrivals.arrive for arrivals in came)])
    # of equal arrivals the lower flow and key comes first
    fast = compiled.pays_off(0)
    order = compiled.kernels().arrival_order(arrive) if fast else np.argsort(arrive, kind="stable")
    number = np.split(_inverse(order), np.cumsum([len(arrivals.key) for arrivals in came]))[
        : len(came)
    ]
    flow = np.repeat(np.arange(len(came)), [len(arrivals.key) for arrivals in came])[order]
    random_key = np.concatenate(
        [np.empty(0, np.uint64), *(arrivals.random_key for arrivals in came)]
    )[order]
    key = np.concatenate([np.empty(0, np.int64), *(arrivals.key for arrivals in came)])[order]
    day = (arrive[order].clip(0.0, plan.horizon - 1.0) // DAY).astype(np.int64)
    vehicles = VehicleArrays(flow, random_key, day, initially_queued(key))
    visits = VisitTable(plan, vehicles, day_factors(plan, replication))
    held, until = visits.holds()
    crossed_row = np.full(len(arrive), -1, dtype=np.int64)
    visits.put_last_rows({i: flow.crossed for i, flow in enumerate(plan.flows)}, crossed_row)
    deadline = np.full(len(arrive), np.inf)
    for settings, drawn, where in zip(plan.flows, came, number, strict=True):
        if settings.patience is not None:
            patience = settings.patience.quantile(uniforms(drawn.random_key, "patience"))
            deadline[where] = drawn.arrive + patience
    return Workload(
        replication=replication,
        flow=flow,
        channel=visits.channel,
        arrive=arrive[order],
        key=key,
        bounds=visits.bounds,
        row_vehicle=visits.vehicle,
        service=visits.service,
        held=held,
        until=until,
        crossed_row=crossed_row,
        deadline=deadline,
        outages=tuple(_down_intervals(plan, outage, replication) for outage in plan.outages),
        absent=visits.absent,
        decisions=draw_decisions(plan, came, number),
        place=visits.places(),
        plan=plan,
    )


def _inverse(order: Ints) -> Ints:
    """Return the inverse permutation: where each index stands in ``order``."""
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place


def _down_intervals(plan: Plan, outage: Outage, replication: int) -> tuple[Floats, Floats]:
    """Draw the down intervals of an outage: alternating times to failure and to repair.

    Returns their starts and ends, until the first that begins after the horizon.
    """
    number, times = 8, np.zeros(1)
    while times[-1] < plan.horizon:
        number *= 2
        random_key = random_keys(plan.seed, outage.id, replication, np.arange(number))
        up = outage.between.quantile(uniforms(random_key, "failure"))
        down = outage.lasts.quantile(uniforms(random_key, "repair"))
        times = np.cumsum(np.stack([up, down], axis=1))
    starts, ends = times[::2], times[1::2]
    real = ends > starts  # a repair of no length stops nothing
    real[1:] &= ends[:-1] < plan.horizon
    return starts[real], ends[real]
