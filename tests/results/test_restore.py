"""A results folder gives back what ran."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sim.errors import ResultsError
from sim.results import Results, open_all, open_results, restored, write, write_several
from sim.runs import run
from sim.scenario import diff, load
from tests.small import write_small


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> list[Results]:
    """The small border and its overlay."""
    return [run(load(file), 2) for file in write_small(tmp_path_factory.mktemp("small"))]


def test_everything_comes_back(several: list[Results], tmp_path: Path) -> None:
    """Tables, logs, scenario and plan are those of the run."""
    back = restored(open_results(write(several[0], tmp_path)))
    assert back.scenario.hash == several[0].scenario.hash
    assert [stage.id for stage in back.plan.stages] == [s.id for s in several[0].plan.stages]
    assert back.replications == several[0].replications
    assert_frame_equal(back.journeys[0], several[0].journeys[0])
    for name, table in several[0].tables.items():
        assert_frame_equal(back.tables[name], table)


def test_what_is_in_memory_still_is_not_read_again(several: list[Results], tmp_path: Path) -> None:
    """Tables and logs are those given, and all the rest is as from the folder."""
    stored = open_results(write(several[0], tmp_path))
    back = restored(stored, several[0])
    assert back.tables is several[0].tables
    assert back.journeys is several[0].journeys
    assert back.scenario.hash == restored(stored).scenario.hash


def test_values_still_know_their_lines_and_evidence(several: list[Results], tmp_path: Path) -> None:
    """Differences between folders point to files and lines as those between files do."""
    base, more = (restored(one) for one in open_all(write_several(several, tmp_path)[0]))
    (change, *_) = diff(base.scenario, more.scenario)
    (wanted, *_) = diff(several[0].scenario, several[1].scenario)
    assert (change.path, change.before, change.after) == (wanted.path, wanted.before, wanted.after)
    assert (change.place.file, change.place.line) == ("more.yaml", wanted.place.line)
    assert more.scenario.assumptions() == several[1].scenario.assumptions()
    evidence = more.scenario.evidence_of(change.path)
    assert evidence == several[1].scenario.evidence_of(change.path)


def test_another_version_is_refused(several: list[Results], tmp_path: Path) -> None:
    """A scenario with words that this version does not know is not guessed at."""
    folder = write(several[0], tmp_path)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["scenario"]["resolved"]["wormholes"] = 3
    path.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(ResultsError, match="cannot read its scenario"):
        restored(open_results(folder))


@pytest.mark.parametrize(
    "change",
    [
        pl.lit(False),
        pl.col("replication") == 0,
        pl.col("measure") != "arrived_per_day",
        (pl.col("measure") != "wait_mean") | (pl.col("replication") == 0),
    ],
    ids=["no rows", "no second replication", "no arrivals", "no second mean wait"],
)
def test_a_table_that_lacks_values_is_refused(
    change: pl.Expr, several: list[Results], tmp_path: Path
) -> None:
    """With the checksum of the table that lacks them: it is told which table, and what to do."""
    folder = write(several[0], tmp_path)
    path, manifest = folder / "headline.parquet", folder / "manifest.json"
    table = pl.read_parquet(path)
    short = table.filter(change)
    assert short.height < table.height
    short.write_parquet(path)
    content = json.loads(manifest.read_text("utf-8"))
    content["checksums"][path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(content), "utf-8")
    with pytest.raises(ResultsError, match=r"headline\.parquet has not one value of each measure"):
        restored(open_results(folder))
