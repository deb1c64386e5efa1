"""Utilisation by weekday and hour."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sim.runs import run
from sim.scenario import load
from tests.small import write_small


def tables(folder: Path, **settings: str) -> dict[str, pl.DataFrame]:
    """The tables of two replications of the small border."""
    found = run(load(write_small(folder)[0], set=settings), 2).tables
    return dict(found)


def test_only_open_hours_have_rows(tmp_path: Path) -> None:
    """A stage open from 7 to 19 has twelve rows a day, on the weekdays measured."""
    weekdays = tables(tmp_path)["weekdays"].filter(
        pl.col("stage") == "chi_ma.main.crossing", pl.col("replication") == 0
    )
    assert weekdays["hour"].unique().sort().to_list() == list(range(7, 19))
    # the run starts on a Monday and its first day is warm-up
    assert weekdays["weekday"].unique().sort().to_list() == [1, 2, 3]
    assert weekdays["utilisation"].is_between(0, 1).all()


def test_weekdays_average_to_the_hours_of_the_day(tmp_path: Path) -> None:
    """With each weekday open alike, the hours of the day are means over the weekdays."""
    found = tables(tmp_path)
    by = ["replication", "stage", "hour"]
    mean = found["weekdays"].group_by(by).agg(pl.col("utilisation").mean().alias("mean"))
    both = mean.join(found["hours"].drop_nulls("utilisation"), on=by)
    assert both.height == mean.height
    gaps = (both["mean"] - both["utilisation"]).abs()
    assert gaps.max() == pytest.approx(0.0, abs=1e-9)


def test_the_same_weekday_of_two_weeks_is_one_row(tmp_path: Path) -> None:
    """Eight days after the warm-up have Tuesday twice and still one row for its hours."""
    weekdays = tables(tmp_path, **{"run.days": "8"})["weekdays"]
    assert not weekdays.select("replication", "stage", "weekday", "hour").is_duplicated().any()
    assert weekdays["weekday"].unique().sort().to_list() == list(range(7))
