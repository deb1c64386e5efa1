"""What a comparison knows of a scenario, whether it has just run or lies in a folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sim.compare.targets import Target, target
from sim.results import Results, StoredResults
from sim.results.provenance import code_digest
from sim.units import parse_money, parse_money_per_year

__all__ = ["Sample", "Upgrade", "sample"]

Title = Mapping[str, str]
"""A text by language."""


@dataclass(frozen=True)
class Upgrade:
    """An upgrade in force: costs in VND and VND a year, month of opening as ``2027-07``."""

    title: Title
    capex: float
    opex: float
    opens: str


@dataclass(frozen=True, eq=False)
class Sample:
    """One scenario's finished replications.

    Attributes
    ----------
    gates, stages:
        Titles by id, in the order of the scenario; stages with those of holds.
    seed, start, warm_up, horizon:
        Root of all luck, first day, and the measured window in minutes since its midnight.
    year:
        Whose demand and upgrades these are; None for the scenario as it is written.
    code:
        Digest of the program that ran it.
    tables:
        As in :class:`sim.results.Results`.
    folder:
        Where it was read from; None if it has just run.
    """

    name: str
    title: Title
    gates: Mapping[str, Title]
    stages: Mapping[str, Title]
    upgrades: tuple[Upgrade, ...]
    targets: tuple[Target, ...]
    seed: int
    start: dt.date
    warm_up: float
    horizon: float
    code: str
    year: int | None
    replications: tuple[int, ...]
    tables: Mapping[str, pl.DataFrame]
    folder: Path | None = None

    @property
    def days(self) -> int:
        """Measured days."""
        return round((self.horizon - self.warm_up) / 1440.0)

    @property
    def headline(self) -> pl.DataFrame:
        """The table of headline measures."""
        return self.tables["headline"]

    @property
    def busy(self) -> list[str]:
        """Ids of gates at which a vehicle arrived or crossed, in the order of the scenario."""
        moving = self.headline.filter(
            pl.col("measure").is_in(["arrived_per_day", "crossed_per_day"]) & (pl.col("value") > 0)
        )
        found = set(moving["gate"])
        return [gate for gate in self.gates if gate in found]


def sample(results: Results | StoredResults | Sample) -> Sample:
    """Return what a comparison needs of results, in memory or in a folder."""
    if isinstance(results, Sample):
        return results
    return _of_run(results) if isinstance(results, Results) else _of_folder(results)


def _of_run(results: Results) -> Sample:
    plan = results.plan
    return Sample(
        name=results.name,
        title=plan.title,
        gates={gate.id: gate.title for gate in plan.gates},
        stages={stage.id: stage.title for stage in plan.stages},
        upgrades=tuple(
            Upgrade(
                upgrade.title.model_dump(),
                upgrade.capex or 0.0,
                upgrade.opex or 0.0,
                f"{upgrade.opens:%Y-%m}" if upgrade.opens else "",
            )
            for upgrade in results.scenario.model.upgrades.values()
        ),
        targets=tuple(
            target(name, one.model_dump()) for name, one in results.scenario.model.targets.items()
        ),
        seed=plan.seed,
        start=plan.start,
        warm_up=plan.warm_up,
        horizon=plan.horizon,
        code=code_digest(),
        year=results.scenario.model.run.year,
        replications=results.replications,
        tables=results.tables,
    )


def _of_folder(stored: StoredResults) -> Sample:
    manifest, tables = stored.manifest, stored.tables
    resolved: dict[str, Any] = manifest["scenario"]["resolved"]
    return Sample(
        name=stored.name,
        title=manifest["scenario"]["title"],
        gates={name: gate["title"] for name, gate in resolved["gates"].items()},
        stages={
            f"{gate}.{route}.{name}": stage["title"]
            for gate, block in resolved["gates"].items()
            for route, road in block.get("routes", {}).items()
            for kind in ("stages", "holds")
            for name, stage in road.get(kind, {}).items()
        },
        upgrades=tuple(_written(upgrade) for upgrade in resolved.get("upgrades", {}).values()),
        targets=tuple(target(name, one) for name, one in resolved.get("targets", {}).items()),
        seed=stored.seed,
        start=dt.date.fromisoformat(manifest["start"]),
        warm_up=manifest["warm_up_minutes"],
        horizon=manifest["horizon_minutes"],
        code=manifest["code"],
        year=_year(resolved["run"].get("year")),
        replications=stored.replications,
        tables={name: table.collect() for name, table in tables.items()},
        folder=stored.folder,
    )


def _year(written: object) -> int | None:
    return None if written is None else int(str(written))


def _written(upgrade: Mapping[str, Any]) -> Upgrade:
    """Return an upgrade as its file writes it."""
    capex, opex = upgrade.get("capex"), upgrade.get("opex")
    return Upgrade(
        upgrade["title"],
        parse_money(capex) if capex is not None else 0.0,
        parse_money_per_year(opex) if opex is not None else 0.0,
        str(upgrade.get("opens") or ""),
    )
