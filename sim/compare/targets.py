"""What plans promise, held against what comes out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from sim.compare.quantities import Quantity
from sim.results.estimates import half_width, summarise

__all__ = ["Audit", "Target", "audit", "target"]

Verdict = Literal["met", "missed", "open", "unknown"]


@dataclass(frozen=True)
class Target:
    """A quantity that is to be at least or at most ``limit``, in the unit of its table."""

    id: str
    title: Mapping[str, str]
    quantity: Quantity
    at_least: bool
    limit: float


@dataclass(frozen=True)
class Audit:
    """How a target came out.

    Attributes
    ----------
    mean, half_width:
        Over replications, with a 95 % interval; None where there is none.
    verdict:
        ``met`` or ``missed`` if the interval lies on that side of the limit, ``open`` if it
        holds the limit or there is none, ``unknown`` if no vehicle gives the measure.
    stage, utilisation:
        Id of the busiest stage at the target's gate, and its utilisation.
    """

    target: Target
    mean: float | None
    half_width: float | None
    verdict: Verdict
    stage: str
    utilisation: float | None


def target(name: str, block: Mapping[str, Any]) -> Target:
    """Read a target as a scenario file writes it; it must be sound."""
    quantity = Quantity(
        str(block["measure"]).replace(".", "_"),
        str(block.get("gate", "all")),
        str(block.get("direction") or "all"),
    )
    if quantity.measure == "waiting_2000":
        quantity = Quantity(quantity.measure, quantity.gate, "export")
    least = block.get("at_least")
    value = least if least is not None else block["at_most"]
    return Target(name, block["title"], quantity, least is not None, quantity.value(str(value)))


def audit(one: Target, tables: Mapping[str, pl.DataFrame]) -> Audit:
    """Hold a target against the tables of a scenario's replications."""
    values = one.quantity.of(tables["headline"]).drop_nulls().to_numpy()
    stage, utilisation = _busiest(one.quantity.gate, tables["stages"])
    if not len(values):
        return Audit(one, None, None, "unknown", stage, utilisation)
    mean, half = float(values.mean()), half_width(values)
    beyond = mean - one.limit if one.at_least else one.limit - mean
    if math.isnan(half):
        return Audit(one, mean, None, "open", stage, utilisation)
    verdict: Verdict = "met" if beyond >= half else "missed" if beyond < -half else "open"
    return Audit(one, mean, half, verdict, stage, utilisation)


def _busiest(gate: str, stages: pl.DataFrame) -> tuple[str, float | None]:
    """Stage of the highest mean utilisation at a gate, or at all."""
    mine = stages if gate == "all" else stages.filter(pl.col("gate") == gate)
    used = summarise(mine, ["stage"], "utilisation").drop_nulls("mean").sort("mean")
    if used.is_empty():
        return "", None
    last = used.row(-1, named=True)
    return str(last["stage"]), float(last["mean"])
