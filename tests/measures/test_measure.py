"""Measuring as a whole."""

from __future__ import annotations

import io

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sim.errors import MeasureError
from sim.journeys import Journeys
from sim.measures import measure

TABLES = [
    *("headline", "bulletin", "gates", "flows", "stages", "hours", "weekdays", "daily"),
    *("yards", "backlog", "places", "costs"),
]


def test_measures_name_their_replication(small_day: Journeys) -> None:
    """The replication number comes from the workload, and all tables are there."""
    found = measure(small_day, small_day.plan)
    assert found.replication == 3
    assert list(found.tables) == TABLES


def test_equal_journeys_give_equal_bytes(kit) -> None:
    """Measuring twice writes the same files to the byte."""
    for table in TABLES:
        written = []
        for _ in range(2):
            log = kit.random_log(1)
            buffer = io.BytesIO()
            measure(log, log.plan).tables[table].write_csv(buffer)
            written.append(buffer.getvalue())
        assert written[0] == written[1]


def test_measuring_changes_nothing(kit) -> None:
    """The log is read, never written: its arrays may be frozen."""
    log = kit.random_log(2)
    for array in (log.arrive, log.start, log.finish, log.server, log.outcome, log.crossed_at):
        array.flags.writeable = False
    measure(log, log.plan)


def test_an_empty_run_has_the_same_columns(small_day: Journeys, kit) -> None:
    """Columns and types do not depend on what happened, so replications can be stacked."""
    full = measure(small_day, small_day.plan).tables
    empty = measure(kit.journeys(small_day.plan, []), small_day.plan).tables
    for name in TABLES:
        assert empty[name].schema == full[name].schema
        assert pl.Null not in full[name].dtypes
    assert empty["flows"]["arrived"].sum() == 0


def test_a_border_without_traffic_can_be_measured(kit) -> None:
    """Gates without routes give rows of zeros; there are no stages."""
    plan = kit.plan([], [], modes=("road", "rail"))
    tables = measure(kit.journeys(plan, []), plan).tables
    assert tables["bulletin"]["exported"].to_list() == [0, 0]
    assert len(tables["stages"]) == len(tables["hours"]) == len(tables["flows"]) == 0
    assert len(tables["gates"]) == 4


def test_only_some_tables(small_day: Journeys) -> None:
    """A table is the same whether the others are wanted or not, and only those wanted are there."""
    whole = measure(small_day, small_day.plan).tables
    for name in TABLES:
        some = measure(small_day, small_day.plan, tables={name}).tables
        assert list(some) == [name]
        assert_frame_equal(some[name], whole[name])


def test_an_unknown_table_is_refused_with_those_that_there_are(small_day: Journeys) -> None:
    """The message names every table."""
    with pytest.raises(MeasureError, match=f"no table 'wait'; there are {', '.join(TABLES)}"):
        measure(small_day, small_day.plan, tables=["headline", "wait"])
