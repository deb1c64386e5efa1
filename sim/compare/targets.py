"""Targets of plans, compared with simulated values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from sim.arguments import checked_arguments
from sim.catalogue import Names, Quantity
from sim.results.estimates import Estimate, summarise
from sim.results.values import estimate_of
from sim.scenario.derive.named_quantities import quantity_of
from sim.scenario.schema.model import TargetBlock

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
    """Outcome of a target.

    Attributes
    ----------
    found:
        Mean over replications with its 95 % interval.
    verdict:
        ``met`` or ``missed`` if the interval lies on that side of the limit, ``open`` if it
        holds the limit or there is none, ``unknown`` if no vehicle gives the measure.
    stage, utilisation:
        Id of the busiest stage at the target's gate, and its utilisation.
    """

    target: Target
    estimate: Estimate
    verdict: Verdict
    stage: str
    utilisation: float | None

    @property
    def mean(self) -> float | None:
        """Mean over replications."""
        return self.estimate.mean


def target(name: str, block: TargetBlock, known: Names) -> Target:
    """Read a target of a scenario that knows these names; it must be sound."""
    quantity = quantity_of(block).resolved(known)
    value = block.at_most if block.at_least is None else block.at_least
    assert value is not None
    limit = quantity.value(value)
    return Target(name, block.title.model_dump(), quantity, block.at_least is not None, limit)


@checked_arguments
def audit(target: Target, tables: Mapping[str, pl.DataFrame]) -> Audit:
    """Hold a target against the tables of a scenario's replications.

    Raises
    ------
    MeasureError
        The run did not keep the target's quantity.
    """
    estimated = estimate_of(tables["headline"], target.quantity)
    return Audit(
        target,
        estimated,
        _verdict(target, estimated),
        *_busiest(target.quantity.gate, tables["stages"]),
    )


def _verdict(target: Target, estimated: Estimate) -> Verdict:
    if estimated.mean is None:
        return "unknown"
    side = estimated.side(target.limit)
    if estimated.low == estimated.high == target.limit:
        return "met"
    if side == 0:
        return "open"
    return "met" if (side > 0) == target.at_least else "missed"


def _busiest(gate: str, stages: pl.DataFrame) -> tuple[str, float | None]:
    """Stage of the highest mean utilisation at a gate, or at all."""
    of_gate = stages if gate == "all" else stages.filter(pl.col("gate") == gate)
    used = summarise(of_gate, ["stage"], "utilisation").drop_nulls("mean").sort("mean")
    if used.is_empty():
        return "", None
    last = used.row(-1, named=True)
    return str(last["stage"]), float(last["mean"])
