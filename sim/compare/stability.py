"""Queues without a steady state.

Where more arrives than can be served, the queue grows for as long as one simulates: the mean
wait then depends on the length of the run, and its half-width means little. Two signs, each
with its interval over replications: the load of a stage, and the slope of the backlog.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sim.compare.samples import Sample
from sim.results.estimates import summarise

__all__ = ["Unstable", "unstable"]


@dataclass(frozen=True)
class Unstable:
    """A queue that grows, or a stage that gets more than it can serve.

    Attributes
    ----------
    direction:
        Of the backlog that grows; empty where only the load tells.
    per_day, half_width:
        Vehicles by which the backlog at 20:00 grows a day; None where only the load tells.
    stage, load:
        Id and load of the most loaded stage on that way through the gate, if its load is 1 or
        more; else empty and None: then the backlog may only be filling still.
    """

    gate: str
    direction: str
    per_day: float | None
    half_width: float | None
    stage: str
    load: float | None


def unstable(one: Sample) -> list[Unstable]:
    """Queues that grow beyond doubt, and stages that are overloaded beyond doubt.

    A backlog counts if the interval of its slope lies above 0 and it grows over the run by a
    tenth of a day's arrivals, and five vehicles, or more. A stage counts by itself if the
    interval of its load lies above 1. Results of langson without these tables have none.
    """
    if "growth" not in one.tables or "load" not in one.tables["stages"].columns:
        return []
    loads = summarise(one.tables["stages"], ["gate", "stage"], "load").drop_nulls("mean")
    ranked = loads.sort("mean", descending=True, maintain_order=True).rows(named=True)
    found = []
    slopes = summarise(one.tables["growth"], ["gate", "direction"], "per_day")
    for row in slopes.iter_rows(named=True):
        slope, half = row["mean"], row["half_width"]
        if slope is None or half is None or slope - half <= 0:
            continue
        if slope * one.days <= max(5.0, 0.1 * _arrivals(one, row["gate"], row["direction"])):
            continue
        first = next(
            (
                s
                for s in ranked
                if row["direction"] in one.ways[s["stage"]] and s["gate"] == row["gate"]
            ),
            None,
        )
        over = first is not None and first["mean"] >= 1.0
        name, load = (first["stage"], first["mean"]) if first and over else ("", None)
        found.append(Unstable(row["gate"], row["direction"], slope, half, name, load))
    known = {item.stage for item in found}
    return found + [
        Unstable(row["gate"], "", None, None, row["stage"], row["mean"])
        for row in loads.drop_nulls("half_width").iter_rows(named=True)
        if row["stage"] not in known and row["mean"] - row["half_width"] > 1.0
    ]


def _arrivals(one: Sample, gate: str, direction: str) -> float:
    """Mean arrivals per day."""
    mine = one.tables["gates"].filter(pl.col("gate") == gate, pl.col("direction") == direction)
    total = float(mine["arrived"].sum())
    return total / max(1, len(one.replications)) / one.days
