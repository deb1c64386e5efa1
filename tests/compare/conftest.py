"""Samples with made-up waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import polars as pl
import pytest

from sim.compare import ScenarioResults, scenario_results
from sim.runs import run
from sim.scenario import load
from tests.small import write_small


@pytest.fixture(scope="session")
def waits_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., ScenarioResults]:
    """Make a sample of the small border with these mean waits, one a replication."""
    path, _ = write_small(tmp_path_factory.mktemp("sample"))
    small = scenario_results(run(load(path, set={"run.days": "1"}), 1, journeys="none"))
    row = small.headline.row(
        by_predicate=(pl.col("gate") == "all")
        & (pl.col("direction") == "all")
        & (pl.col("measure") == "wait_mean"),
        named=True,
    )

    def make(waits: Iterable[float], **other: object) -> ScenarioResults:
        rows = [row | {"replication": n, "value": float(wait)} for n, wait in enumerate(waits)]
        table = pl.DataFrame(rows, schema=small.headline.schema)
        numbers = tuple(range(len(rows)))
        return replace(small, tables={"headline": table}, replications=numbers, **other)

    return make
