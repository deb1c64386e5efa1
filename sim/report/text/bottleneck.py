"""Bottleneck of each gate: the stage with most vehicle-hours of waiting."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sim.results import Results

__all__ = ["bottlenecks"]


@dataclass(frozen=True)
class Bottleneck:
    """The stage of a gate before which most hours are waited.

    Attributes
    ----------
    stage, gate:
        Ids.
    hours:
        Vehicle-hours of physical wait a day before it, mean over replications.
    share:
        Its share of those hours at the gate.
    utilisation:
        Mean over replications; None for a hold or a stage without servers.
    """

    gate: str
    stage: str
    hours: float
    share: float
    utilisation: float | None


def bottlenecks(results: Results) -> dict[str, Bottleneck]:
    """Return the bottleneck of each gate at which anyone waits, by the gate's id."""
    hours = (pl.col("visits") * pl.col("wait_mean")).fill_null(0.0) / 60.0 / results.plan.days
    stages = (
        results.tables["stages"]
        .with_columns(hours.alias("hours"), pl.col("gate", "stage").cast(pl.String))
        .group_by("gate", "stage", maintain_order=True)
        .agg(pl.col("hours", "utilisation").mean())
    )
    binding = {}
    for (gate,), of_gate in stages.group_by("gate", maintain_order=True):
        total = float(of_gate["hours"].sum())
        if total > 0:
            row = of_gate.sort("hours", descending=True, maintain_order=True).row(0, named=True)
            share = row["hours"] / total
            binding[str(gate)] = Bottleneck(
                str(gate), row["stage"], row["hours"], share, row["utilisation"]
            )
    return binding
