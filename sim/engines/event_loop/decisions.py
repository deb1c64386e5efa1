"""What is published and decided in a run, as arrays for the compiled event loop."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats, Ints
from sim.engines.choice_solver import PublishedQueues, booked_rows, called_row
from sim.engines.event_loop.state import Publications
from sim.plan import Plan
from sim.queues import Calendar, compiled
from sim.workload import Workload

__all__ = ["publications"]


def publications(plan: Plan, work: Workload) -> Publications:
    """What is published of a plan, and who of a workload decides by it."""
    published = PublishedQueues(plan, work)
    first = np.array(published.first, dtype=np.int64)
    due = np.flatnonzero((np.diff(first, axis=1) > 0).any(axis=0))
    calendars, ready, interval, taste, vehicle = _decisions(plan, work)
    before = np.cumsum([0, *(len(decisions.time) for decisions in work.decisions)])
    alternatives = [i for choice in plan.choices for i in choice.flows]
    stop, threshold = _refusals(published, alternatives)
    listed = [np.flatnonzero(counter.flows[work.flow]) for counter in published.counters]
    edges = np.cumsum([0, *map(len, listed)])
    booked, booked_bounds = _booked(plan, work)
    return Publications(
        times=published.times,
        due=due,
        first=first + before[:-1, None],
        time=np.concatenate([decisions.time for decisions in work.decisions]),
        ready=ready,
        interval=interval,
        taste=taste,
        vehicle=vehicle,
        bounds=np.cumsum([0, *(len(choice.flows) for choice in plan.choices)]),
        value_of_time=np.array([choice.value_of_time for choice in plan.choices]),
        queue=np.array([i for queues in published.queue_of for i in queues], dtype=np.int64),
        stop=stop,
        threshold=threshold,
        pace=np.concatenate([choice.pace for choice in plan.choices]).astype(np.float64),
        fee=np.concatenate([choice.fee for choice in plan.choices]).astype(np.float64),
        book=compiled.flatten_calendars(calendars),
        edges=edges,
        listed=np.concatenate(listed).astype(np.int32),
        inside=np.zeros(len(listed), dtype=np.int64),
        coming=edges[:-1].copy(),
        held=np.array([counter.held for counter in published.counters]),
        counts=np.zeros(len(listed), dtype=np.int64),
        called=called_row(plan, work),
        booked=booked,
        booked_bounds=booked_bounds,
    )


def _decisions(plan: Plan, work: Workload) -> tuple[list[Calendar], Floats, Ints, Floats, Ints]:
    """By alternative its calendar; by decision and place what follows.

    When the vehicle is ready, in which opening (counted over all calendars), its taste and
    its number.
    """
    calendars = [hours for choice in plan.choices for hours in choice.hours]
    starts = np.cumsum([0, *(len(calendar.opens) for calendar in calendars)])
    shape = (
        sum(len(decisions.time) for decisions in work.decisions),
        max(len(choice.flows) for choice in plan.choices),
    )
    ready, taste = np.full(shape, np.inf), np.zeros(shape)
    interval, vehicle = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    row, a = 0, 0
    for choice, drawn in zip(plan.choices, work.decisions, strict=True):
        rows = slice(row, row + len(drawn.time))
        for place, flow in enumerate(choice.flows):
            hours, time = choice.hours[place], drawn.time + plan.flows[flow].travel
            ready[rows, place] = hours.next_open(time)
            turn = np.searchsorted(hours.closes, time, side="right")
            interval[rows, place] = starts[a] + turn
            a += 1
        taste[rows, : len(choice.flows)] = drawn.taste
        vehicle[rows, : len(choice.flows)] = drawn.vehicle
        row = rows.stop
    return calendars, ready, interval, taste, vehicle


def _refusals(published: PublishedQueues, alternatives: list[int]) -> tuple[Ints, Ints]:
    """By alternative the number that decides whether its gate receives, and its threshold."""
    stop = np.full(len(alternatives), -1, dtype=np.int64)
    threshold = np.zeros(len(alternatives), dtype=np.int64)
    before = len(published.counters) - len(published.stops)
    for number, rule in enumerate(published.stops):
        concerned = np.isin(alternatives, rule.flows)
        stop[concerned], threshold[concerned] = before + number, rule.above
    return stop, threshold


def _booked(plan: Plan, work: Workload) -> tuple[Ints, Ints]:
    """Rows at which vehicles wait elsewhere, by vehicle, and their bounds."""
    rows = booked_rows(plan, work)
    vehicle = work.row_vehicle[rows]
    order = np.argsort(vehicle, kind="stable")
    bounds = np.searchsorted(vehicle[order], np.arange(work.vehicles + 1))
    return rows[order], bounds
