"""The printed figures agree with the tables they come from."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest

from sim.compare import Estimate, compare_runs, estimate
from sim.report.text.format import change_decimals
from sim.report.text.summary import bulletin_rows, headline, idle_gates
from sim.results import Results
from sim.runs import run
from sim.scenario import load
from tests.small import write_small


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_small(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def results(files: tuple[Path, Path]) -> Results:
    return run(load(files[0]))


def test_bulletin_is_the_mean_of_days_and_replications(results: Results) -> None:
    """A figure is the mean of daily figures, its half-width over replications."""
    row = bulletin_rows(results)[0]
    daily = results.tables["bulletin"].filter(pl.col("gate") == "chi_ma")
    means = daily.group_by("replication").agg(pl.col("exported").mean())["exported"].to_numpy()
    assert (row.kind, row.gate) == ("gate", 0)
    assert row.values["exported"].mean == pytest.approx(means.mean())
    assert row.values["exported"].half_width == pytest.approx(
        estimate(means, bounds=(0.0, math.inf)).half_width
    )


def test_rail_gates_count_trains_and_wagons_apart(results: Results) -> None:
    """Two trains of twenty wagons a day are 2 trains and 40 wagons, in lines of their own."""
    trains, wagons = bulletin_rows(results)[-2:]
    assert (trains.kind, wagons.kind) == ("trains", "wagons")
    assert trains.values["exported"].mean == 2.0
    assert wagons.values["exported"].mean == 40.0


def test_a_single_road_gate_needs_no_total(results: Results) -> None:
    """The line of all road gates appears when there are at least two."""
    assert "total" not in {row.kind for row in bulletin_rows(results)}


def test_gates_of_a_pair_add_up(files: tuple[Path, Path]) -> None:
    """A pair's line, and the total, are the sums of the gates above them."""
    text = files[0].read_text("utf-8")
    begin, end = text.index("  chi_ma:"), text.index("  dong_dang:")
    second = text[begin:end].replace("  chi_ma:", "  ai_diem:", 1).replace("Chi Ma", "Ai Diem")
    alias = "    routes:\n      other: {alias_of: ai_diem}\n"
    pair = second.replace("      main:", "      other:", 1)
    path = files[0].with_name("pair.yaml")
    first = text[begin:end].replace("    routes:\n", alias, 1)
    path.write_text(text[:begin] + first + pair + text[end:], "utf-8")
    rows = {row.kind: row for row in bulletin_rows(run(load(path), 2)) if row.kind != "gate"}
    gates = [row for row in bulletin_rows(run(load(path), 2)) if row.kind == "gate"]
    for kind in ("pair", "total"):
        for column in ("exported", "imported", "waiting"):
            total = sum(row.values[column].mean or 0.0 for row in gates)
            assert rows[kind].values[column].mean == pytest.approx(total)


def test_idle_gates(results: Results) -> None:
    """A gate without flows is idle, one with a timetable is not."""
    assert [results.plan.gates[gate].id for gate in idle_gates(results.plan)] == ["co_sau"]


def test_headline_of_one_replication_has_no_half_width(files: tuple[Path, Path]) -> None:
    """One replication says nothing of its own precision."""
    found = headline(run(load(files[0]), 1))
    assert found["all", "all", "wait_mean"].half_width is None
    assert found["all", "all", "wait_mean"].mean is not None


def test_same_scenario_differs_by_nothing(results: Results) -> None:
    """Common random numbers: a scenario compared with itself differs by exactly 0."""
    table = compare_runs([results, results], ["a", "b"]).table
    assert table["alternative"].unique().to_list() == ["b"]
    assert set(table["difference"].drop_nulls()) == {0.0}


@pytest.mark.parametrize(
    ("change", "half", "clear", "digits"),
    [(-5.3, 4.9, True, 1), (-5.3, 4.9, False, 0), (12.0, 3.0, True, 0), (0.31, 0.26, True, 2)],
)
def test_what_is_clear_looks_clear(change: float, half: float, clear: bool, digits: int) -> None:
    """5.3 ± 4.9 is not written as 5 ± 5 where it can be told from none."""
    assert change_decimals(Estimate(change, half), "min", clear=clear) == digits
