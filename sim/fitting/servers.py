"""Tell how many servers a stage has, where a queue shows it."""

from __future__ import annotations

import numpy as np
import polars as pl

from sim.arrays import Floats
from sim.fitting.events import Events
from sim.fitting.families import Interval
from sim.fitting.findings import Finding, FittedNumber, Unknown
from sim.fitting.model import Base
from sim.plan import Stage, StageKind
from sim.queues import Calendar

__all__ = ["server_findings"]

_WAITED = 10
"""Vehicles that must have waited for a server before their number can be told."""

_AT_MOST = 0.5
"""Share of the time with a queue in which as many serve as ever do, if that is all there are."""


def server_findings(events: Events, base: Base) -> list[Finding | Unknown]:
    """Return the servers of each stage that was seen; those of a sample cannot be told."""
    findings: list[Finding | Unknown] = []
    by_stage = events.frame.partition_by("stage", as_dict=True)
    for name, stage in base.stages.items():
        rows = by_stage.get((name,))
        if rows is not None and stage.kind is StageKind.SERVERS:
            findings.append(_servers(stage, rows, events, base))
    return findings


def _servers(stage: Stage, rows: pl.DataFrame, events: Events, base: Base) -> Finding | Unknown:
    path = base.path_of(stage.id, "servers")
    if not events.is_full:
        return Unknown("servers", path, "sample")
    gate, route, role = stage.id.split(".")
    if base.scenario.model.gates[gate].routes[route].stages[role].shifts:
        return Unknown("servers", path, "shifts")
    waiting = rows.drop_nulls("arrive")
    if not waiting.height:
        return Unknown("servers", path, "arrivals")
    waited = waiting.filter(pl.col("start") - pl.col("arrive") > max(events.rounding, 0.01))
    busy, weight = _at_work_while_waiting(rows, events, base.calendar(stage))
    most = int(rows.height and _overlap(rows, events))
    if waited.height < _WAITED or not weight.sum():
        return Unknown("servers", path, "no_queue", {"n": most})
    order = np.argsort(busy)
    upto = np.cumsum(weight[order]) / weight.sum()
    count = int(busy[order][np.searchsorted(upto, 0.99)])
    share = float(weight[busy >= count].sum() / weight.sum())
    if share < _AT_MOST:
        return Unknown("servers", path, "varying", {"n": most})
    note = (
        f"{count} at work in {100 * share:.0f} % of the time with a queue; {waited.height} waited"
    )
    number = Interval(float(count), float(count), float(count))
    return Finding(
        "servers",
        path,
        count,
        base.written(path),
        (FittedNumber("servers", "all", number, "", rows.height, float(stage.servers)),),
        note,
        rows.height,
    )


def _times(rows: pl.DataFrame, end: float) -> tuple[Floats, Floats, Floats]:
    """Return arrivals, starts and finishes; what is still to come is at the end."""
    start = rows["start"].fill_null(end).to_numpy()
    finish = rows["finish"].fill_null(end).to_numpy()
    arrive = rows["arrive"].fill_null(np.nan).to_numpy()
    return np.where(np.isnan(arrive), start, arrive), start, np.maximum(finish, start)


def _at_work_while_waiting(
    rows: pl.DataFrame, events: Events, calendar: Calendar
) -> tuple[Floats, Floats]:
    """Return how many servers were at work in each stretch of open time with a queue.

    Both of shape ``(k,)``: servers at work, and minutes.
    """
    arrive, start, finish = _times(rows, events.end)
    edges = [calendar.opens[np.isfinite(calendar.opens)], calendar.closes]
    times = np.unique(np.concatenate([arrive, start, finish, *edges]))
    times = times[(times >= 0.0) & (times <= events.end)]
    middle = (times[:-1] + times[1:]) / 2.0

    def since(moments: Floats) -> Floats:
        return np.asarray(np.searchsorted(np.sort(moments), middle), np.float64)

    queue, busy = since(arrive) - since(start), since(start) - since(finish)
    chosen = (queue > 0.0) & calendar.is_open(middle)
    return busy[chosen], np.diff(times)[chosen]


def _overlap(rows: pl.DataFrame, events: Events) -> float:
    """Return the most services under way at once."""
    _, start, finish = _times(rows.drop_nulls("start"), events.end)
    times = np.concatenate([finish, start])
    step = np.concatenate([-np.ones(len(finish)), np.ones(len(start))])
    order = np.lexsort((step, times))  # who leaves goes first
    return float(np.cumsum(step[order]).max(initial=0.0))
