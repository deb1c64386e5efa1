"""Tell how long owners hold their vehicles where nobody stamps it: from the stages on both sides.

Between leaving one stage and beginning the next a vehicle is held by its owner, and then may
queue. Where the next stage had a server free when it took the vehicle, there was no queue, and
the time between is the hold's alone. So it takes a full count, and stamps on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from sim.arrays import Bools, Floats
from sim.fitting.events import Events
from sim.fitting.families import ENOUGH
from sim.fitting.findings import Unknown
from sim.fitting.model import Base
from sim.plan import Stage, StageKind

__all__ = ["inferred_holds", "queues_seen"]

_OPENED = 5.0
"""Minutes after opening within which a vehicle may have waited for it."""


def inferred_holds(events: Events, base: Base) -> tuple[pl.DataFrame, list[Unknown]]:
    """Return holds as rows of the event table, and the stages whose holds cannot be told."""
    rows, unknown = [], []
    seen = set(events.frame["stage"].drop_nulls().unique())
    routes = {stage.rpartition(".")[0] for stage in seen}
    for name, stage in base.stages.items():
        if events.simulated or not stage.owner or name in seen:
            continue
        if name.rpartition(".")[0] not in routes:
            continue
        frame, reason = _holds(stage, events, base)
        if frame.height < ENOUGH:
            facts = {"n": frame.height, "least": ENOUGH}
            unknown.append(Unknown("service", base.path_of(name, "service"), reason, facts))
        else:
            rows.append(frame)
    empty = events.frame.clear()
    return (pl.concat([empty, *rows]) if rows else empty), unknown


def queues_seen(events: Events, base: Base) -> set[str]:
    """Return the stages of which the wait is seen: first on a path, or after one with stamps.

    At others the arrival is that at the gate, before stages that nobody stamped.
    """
    seen = set(events.frame["stage"].drop_nulls().unique())
    return {
        name
        for name, stage in base.stages.items()
        if events.simulated
        or any(before is None or before in seen for _, before, _ in _neighbours(stage, base))
    }


def _holds(stage: Stage, events: Events, base: Base) -> tuple[pl.DataFrame, str]:
    """Return the holds of one stage, and why there are not more."""
    nothing = events.frame.clear()
    if not events.is_full:
        return nothing, "hold_sample"
    both = [
        _between(before, following, flow, events)
        for flow, before, following in _neighbours(stage, base)
        if following is not None
    ]
    pairs = pl.concat([nothing.with_columns(left=pl.lit(None, pl.Float64)), *both])
    if not pairs.height:
        return nothing, "hold_stamps"
    parts = [
        rows.filter(pl.Series(_taken_at_once(rows, base.stages[str(name)], events, base)))
        for (name,), rows in pairs.partition_by("stage", as_dict=True).items()
    ]
    times = {"arrive": pl.col("left"), "finish": pl.col("start"), "start": pl.col("left")}
    named = {"stage": pl.lit(stage.id), "server": pl.lit(None, pl.String)}
    return pl.concat(parts).with_columns(**times, **named).drop("left"), "hold_busy"


def _neighbours(stage: Stage, base: Base) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield each flow that may be held, with the stages before and after on its path."""
    for flow, place in base.steps(stage.id):
        stages = [base.plan.stages[step.stage] for step in flow.steps]
        kept = [(n, other.id) for n, other in enumerate(stages) if _serves(other)]
        earlier = [name for n, name in kept if n < place]
        later = [name for n, name in kept if n > place]
        yield flow.id, earlier[-1] if earlier else None, later[0] if later else None


def _serves(stage: Stage) -> bool:
    return stage.kind is not StageKind.HOLD


def _between(before: str | None, following: str, flow: str, events: Events) -> pl.DataFrame:
    """Return visits of a flow to the stage after a hold, with when the vehicle came to the hold.

    Where the hold comes first on the path, that is when the vehicle arrived at the gate.
    """
    own = events.frame.filter(pl.col("like") == flow)
    visits = own.filter(pl.col("stage") == following, pl.col("start").is_not_null())
    if before is None:
        return visits.with_columns(left=pl.col("arrive")).drop_nulls("left")
    left = own.filter(pl.col("stage") == before).select("vehicle", left=pl.col("finish"))
    joined = visits.join(left, on="vehicle", how="inner", maintain_order="left")
    return joined.drop_nulls("left").filter(pl.col("left") <= pl.col("start"))


def _taken_at_once(rows: pl.DataFrame, stage: Stage, events: Events, base: Base) -> Bools:
    """Whether a server was free, and had been open, when each vehicle was taken; ``(n,)``."""
    start = rows["start"].to_numpy()
    was_open = base.calendar(stage).is_open(np.maximum(start - _OPENED, 0.0))
    if stage.kind is not StageKind.SERVERS:
        return np.asarray(was_open, np.bool_)
    visits = events.frame.filter(pl.col("stage") == stage.id, pl.col("start").is_not_null())
    begun = np.sort(visits["start"].to_numpy())
    ended = np.sort(visits["finish"].fill_null(events.end).to_numpy())
    busy = _before(begun, start) - _before(ended, start - events.rounding)
    most = min(stage.servers, int(np.max(busy, initial=0)) + 1)
    return np.asarray(was_open & (busy < most), np.bool_)


def _before(moments: Floats, at: Floats) -> Floats:
    """Count the moments before each of ``at``."""
    return np.searchsorted(moments, at, side="left").astype(np.float64)
