"""Overloads are found and dated from loads by day; what returns is left alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
import pytest

from sim.results.overloads import Overload, find_overloads, overloads_table

MONDAY = dt.date(2025, 6, 2)
STAGE = "gate.main.bay"


def days(
    offered: Sequence[float],
    capacity: Sequence[float] | float = 100.0,
    *,
    demand: Sequence[float] | None = None,
    stage: str = STAGE,
    pool: str | None = None,
    noise: float = 0.02,
    least: Sequence[float] | None = None,
    closed: Sequence[bool] | None = None,
) -> pl.DataFrame:
    """Four replications of one stage; what it cannot serve of the work waits, one vehicle each."""
    draw, tables = np.random.default_rng(7), []
    capacity = np.broadcast_to(np.asarray(capacity, float), len(offered))
    for replication in range(4):
        factor = 1.0 + noise * draw.standard_normal(len(offered))
        came, left, queue = np.asarray(offered) * factor, 0.0, []
        for work, served in zip(came, capacity, strict=True):
            left = max(0.0, left + work - served)
            queue.append(left)
        wanted = came if demand is None else np.asarray(demand) * factor
        tables.append(
            pl.DataFrame(
                {
                    "replication": np.full(len(came), replication, dtype=np.int32),
                    "gate": ["gate"] * len(came),
                    "stage": [stage] * len(came),
                    "pool": pl.Series([pool] * len(came), dtype=pl.String),
                    "date": [MONDAY + dt.timedelta(days=day) for day in range(len(came))],
                    "offered": came,
                    "demand": wanted,
                    "capacity": capacity,
                    "closed": [False] * len(came) if closed is None else list(closed),
                    "queue": np.round(queue).astype(int) + 3,
                    "queue_least": np.round(queue if least is None else least).astype(int),
                }
            )
        )
    return pl.concat(tables)


def when(found: Sequence[Overload]) -> list[tuple[str, int, int]]:
    """Kind, and first and last day from 0, of each."""
    return [(o.kind, (o.first - MONDAY).days, (o.last - MONDAY).days) for o in found]


def test_two_weeks_of_four_are_dated_and_their_load_is_theirs() -> None:
    """Half the servers from day 7 to 20: load of these days, queue at their end, day it is gone."""
    capacity = [100.0] * 7 + [50.0] * 14 + [100.0] * 14
    (found,) = find_overloads(days([60.0] * 35, capacity))
    assert when([found]) == [("part", 7, 20)]
    assert found.load == pytest.approx(1.2, abs=0.01)
    assert found.queue == pytest.approx(140 + 3, abs=5)
    assert found.per_day == pytest.approx(10, abs=1)
    assert found.back is not None
    assert (found.back - MONDAY).days == 20 + 4  # 140 at 40 a day, down to a tenth


def test_overload_to_the_end_has_no_steady_state() -> None:
    """Demand that doubles from a date on, and never falls: told as lasting, with its begin."""
    (found,) = find_overloads(days([70.0] * 14 + [140.0] * 14))
    assert when([found]) == [("lasting", 14, 27)]
    assert found.back is None


def test_each_of_two_overloads_is_found() -> None:
    """A queue that is gone between makes two, the second lower than the first."""
    offered = [80.0] * 5 + [130.0] * 8 + [60.0] * 10 + [115.0] * 8 + [60.0] * 10
    assert when(find_overloads(days(offered))) == [("part", 5, 12), ("part", 23, 30)]


@pytest.mark.parametrize(
    "offered",
    [
        pytest.param(np.linspace(85, 96, 56), id="a season that grows"),
        pytest.param([88.0] * 28 + [97.0] * 28, id="90 % of volume in June, 100 % in July"),
        pytest.param([112.0] * 5 + [60.0] * 2 + [112.0] * 5 + [60.0] * 2, id="busy weekdays"),
        pytest.param([60.0] * 9 + [160.0] * 2 + [60.0] * 9, id="two days of a festival"),
        pytest.param([60.0] * 5 + [600.0] + [60.0] * 20, id="one day's wave, gone in a fortnight"),
    ],
)
def test_what_returns_is_no_overload(offered: Sequence[float]) -> None:
    """A queue that is back within the week, or never stands, raises no alarm."""
    assert find_overloads(days(offered)) == []


def test_a_wave_let_go_by_stages_before_accuses_nobody() -> None:
    """More comes than can be served for a week, though demand never asks for that much."""
    wave = [80.0] * 5 + [120.0] * 8 + [50.0] * 8
    assert when(find_overloads(days(wave))) == [("part", 5, 12)]
    assert find_overloads(days(wave, demand=[80.0] * len(wave))) == []


def test_a_short_run_is_judged_as_a_whole() -> None:
    """Two days have no week to return in: overloaded from the first to the last they are told."""
    assert when(find_overloads(days([150.0] * 2))) == [("lasting", 0, 1)]
    assert when(find_overloads(days([90.0] + [150.0] * 5))) == [("lasting", 1, 5)]
    assert find_overloads(days([70.0] * 4 + [130.0] * 2)) == []


def test_doubt_accuses_nobody() -> None:
    """A load whose interval holds 1, a queue that empties daily, and a single replication."""
    over = [110.0] * 10
    assert find_overloads(days(over)) != []
    assert find_overloads(days([101.0] * 10, noise=0.3)) == []
    factor = pl.when(pl.col("replication") == 0).then(1.6).otherwise(0.95)
    unsure = days([100.0] * 10, demand=[120.0] * 10, least=[50.0] * 10, noise=0.0)
    assert find_overloads(unsure.with_columns(pl.col("offered") * factor)) == []
    assert find_overloads(days(over, least=[0.0] * 10)) == []
    rarely = pl.when(pl.col("replication") == 0).then(20).otherwise(0).alias("queue_least")
    assert find_overloads(days(over).with_columns(rarely)) == []
    assert find_overloads(days(over).filter(replication=0)) == []


def test_behind_one_yard_the_most_loaded_stage_is_named() -> None:
    """What waits for the yard counts for all stages behind it; the worst of them is to blame."""

    def both(pool: str | None) -> list[str]:
        table = pl.concat(
            [
                days([120.0] * 10, stage="gate.main.check", pool=pool),
                days([150.0] * 10, stage="gate.main.bay", pool=pool),
            ]
        )
        return [one.stage for one in find_overloads(table)]

    assert both("gate.main.yard") == ["gate.main.bay"]
    assert both(None) == ["gate.main.bay", "gate.main.check"]


def test_a_queue_may_grow_without_overload() -> None:
    """Places that are too few are told, unless a closure is the reason or the queue returns."""

    def growing(**other: Sequence[float]) -> list[tuple[str, int, int]]:
        table = days([50.0] * 21, **{"least": np.arange(21) * 4.0, **other})
        return when(find_overloads(table))

    assert growing() == [("queue", 14, 20)]
    assert growing(least=np.arange(21) * 0.5) == []
    assert growing(closed=[False] * 20 + [True]) == []
    assert growing(least=[0.0] * 10 + [30.0] * 8 + [0.0] * 3) == []


def test_closed_days_are_no_overload() -> None:
    """Days without capacity and the work that is left out of them are not looked at."""
    capacity = [100.0] * 7 + [0.0] * 7 + [100.0] * 14
    offered = [80.0] * 7 + [0.0] * 7 + [80.0] * 14
    stock = [0.0] * 7 + [80.0 * day for day in range(1, 8)] + [500.0 - 20 * d for d in range(14)]
    closed = [False] * 7 + [True] * 7 + [False] * 14
    assert find_overloads(days(offered, capacity, least=stock, closed=closed)) == []


def test_overload_up_to_a_closure_is_of_a_part() -> None:
    """Whoever is shut at the end of the run does not grow for as long as one simulates."""
    capacity = [100.0] * 10 + [0.0] * 5
    offered = [70.0] * 4 + [130.0] * 6 + [0.0] * 5
    closed = [False] * 10 + [True] * 5
    assert when(find_overloads(days(offered, capacity, closed=closed))) == [("part", 4, 9)]
    assert when(find_overloads(days(offered, capacity))) == [("lasting", 4, 9)]


def test_shut_throughout_has_no_load() -> None:
    """No capacity on any day: nothing to divide by, nothing told."""
    assert find_overloads(days([0.0] * 10, 0.0, closed=[True] * 10)) == []


@pytest.mark.parametrize("make", [list, lambda: find_overloads(days([150.0] * 9))])
def test_the_table_has_its_columns_with_and_without_rows(
    make: Callable[[], list[Overload]],
) -> None:
    """Programs that read it need not ask whether there was an overload."""
    table = overloads_table(make())
    assert table.columns == list(Overload.__annotations__)
    assert table.schema["first"] == table.schema["back"] == pl.Date
