"""Fit everything that a scenario asks and an observation can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from sim.errors import Problem
from sim.fitting.arrivals import arrival_findings
from sim.fitting.events import Events
from sim.fitting.findings import Finding, HoldOut, Unknown
from sim.fitting.model import Base
from sim.fitting.servers import server_findings
from sim.fitting.services import service_findings
from sim.fitting.shares import channel_findings, share_findings

__all__ = ["Fitted", "estimate"]


@dataclass(frozen=True, eq=False)
class Fitted:
    """What an observation tells of a scenario.

    Attributes
    ----------
    name:
        Of what was read, for titles.
    findings, unknown:
        Values that were estimated, and those that could not be.
    problems:
        What was wrong in the files, by row and column.
    rows:
        Rows of the ensemble.
    map_text:
        How the sheets were read, to correct; empty for an event log.
    hold_out:
        How a fit to the first days predicts the last; None where none were held out.
    """

    name: str
    events: Events
    base: Base
    findings: tuple[Finding, ...]
    unknown: tuple[Unknown, ...]
    problems: tuple[Problem, ...]
    rows: int
    map_text: str = ""
    hold_out: HoldOut | None = None

    def __repr__(self) -> str:
        return (
            f"<Fitted to {self.name}: {len(self.findings)} values from "
            f"{self.events.vehicles()} vehicles, {len(self.unknown)} not told>"
        )

    @property
    def table(self) -> pl.DataFrame:
        """One row per number.

        Columns: path, kind, measure, group, value, low, high, unit, n, scenario (its number),
        before and now (as written).
        """
        rows = [
            {
                "path": ".".join(finding.path),
                "kind": finding.kind,
                "measure": number.measure,
                "group": number.group,
                "value": number.interval.value,
                "low": number.interval.low,
                "high": number.interval.high,
                "unit": number.unit,
                "n": number.n,
                "scenario": number.before,
                "before": "" if finding.before is None else str(finding.before),
                "now": str(finding.value),
            }
            for finding in self.findings
            for number in finding.estimates
        ]
        return pl.DataFrame(rows, schema=_TABLE)


_TABLE = {
    "path": pl.String,
    "kind": pl.String,
    "measure": pl.String,
    "group": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "unit": pl.String,
    "n": pl.Int64,
    "scenario": pl.Float64,
    "before": pl.String,
    "now": pl.String,
}


def estimate(
    events: Events,
    base: Base,
    name: str,
    problems: Sequence[Problem] = (),
    rows: int = 50,
    seed: int = 1,
    map_text: str = "",
) -> Fitted:
    """Return all findings; ``rows`` are the draws of the ensemble, ``seed`` of them."""
    counted = events.counted if events.counted is None else _completed(events.counted, base)
    events = replace(events, frame=_completed(events.frame, base), counted=counted)
    every = [
        *arrival_findings(events, base, rows, seed),
        *channel_findings(events, base, rows, seed),
        *share_findings(events, base, rows, seed),
        *service_findings(events, base, rows, seed),
        *server_findings(events, base),
    ]
    return Fitted(
        name,
        events,
        base,
        tuple(finding for finding in every if isinstance(finding, Finding)),
        tuple(finding for finding in every if isinstance(finding, Unknown)),
        tuple(problems),
        rows,
        map_text,
    )


def _completed(frame: pl.DataFrame, base: Base) -> pl.DataFrame:
    """Fill in the classes that a flow tells, and when each vehicle was last seen."""
    flows = pl.DataFrame(
        [{"flow": name, **base.classes(flow)} for name, flow in base.flows.items()],
        schema=dict.fromkeys(("flow", "direction", "cargo", "trusted"), pl.String),
    )
    joined = frame.join(flows, on="flow", how="left", suffix="_told", maintain_order="left")
    completed = [pl.coalesce(pl.col(kind), pl.col(f"{kind}_told")).alias(kind) for kind in _TOLD]
    last = pl.max_horizontal("arrive", "start", "finish").max().over("vehicle").alias("last_seen")
    joined = joined.with_columns(*completed, last).drop(f"{k}_told" for k in _TOLD)
    return _with_flows(joined, base)


_TOLD = ("direction", "cargo", "trusted")


def _with_flows(frame: pl.DataFrame, base: Base) -> pl.DataFrame:
    """Add the flow of each vehicle where its classes leave one, and one that is ``like`` it."""
    kinds = frame.select("route", *_TOLD).unique()
    rows = []
    for kind in kinds.iter_rows(named=True):
        fitting = [
            name
            for name, flow in base.flows.items()
            if name.startswith(f"{kind['route']}.")
            and all(kind[k] in (None, base.classes(flow)[k]) for k in _TOLD)
        ]
        only = fitting[0] if len(fitting) == 1 else None
        rows.append({**kind, "only": only, "first": fitting[0] if fitting else None})
    schema = dict.fromkeys(("route", *_TOLD, "only", "first"), pl.String)
    flows = pl.DataFrame(rows, schema=schema)
    keys = ["route", *_TOLD]
    joined = frame.join(flows, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(
        pl.coalesce("flow", "only").alias("flow"),
        pl.coalesce("flow", "only", "first").alias("like"),
    ).drop("only", "first")
