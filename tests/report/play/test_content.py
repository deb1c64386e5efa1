"""A playback holds the event log: the same vehicles, times and closed hours."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import sim
from sim.errors import ResultsError
from sim.messages import LANGUAGES
from sim.report.play import write_playback
from sim.report.play.content import TENTHS, build_content
from sim.report.play.day import identities, seen_between, worst_day
from sim.report.play.page import build_page
from sim.results import Results, write
from tests.report.play.unpack import read_visits
from tests.small import SMALL

DAY = 1440.0


@pytest.fixture(scope="module")
def baseline() -> list[Results]:
    """A day of the baseline, which has holds, owners and trains, and of an option on it."""
    brief = {"run.days": 1, "run.warm_up": "2 days"}
    names = ("baseline-2025", "chi-ma-international")
    return [sim.run(sim.load(name, set=brief), 1) for name in names]


def content(several: list[Results], day: int = 1, gate: str | None = None) -> dict[str, Any]:
    """What the page's script reads."""
    titles = {lang: ["a", "b"][: len(several)] for lang in LANGUAGES}
    return build_content([(one.plan, one.journeys[0]) for one in several], titles, day, gate)


@pytest.mark.parametrize("day", [1, 2, 3])
def test_times_come_back(day: int, several: list[Results]) -> None:
    """Every visit of every vehicle that is there has its times, to the twentieth of a minute."""
    begin = several[0].plan.warm_up + (day - 1) * DAY
    for result, side in zip(several, content(several, day)["sides"], strict=True):
        seen = seen_between(result.journeys[0], result.plan, begin, begin + DAY)
        visits = [visit for mine in read_visits(side).values() for visit in mine]
        assert len(visits) == len(seen.arrive) > 20
        for column, times in enumerate((seen.arrive, seen.start, seen.finish), start=1):
            read = np.array([visit[column] for visit in visits]) / TENTHS
            np.testing.assert_allclose(read, times - begin, rtol=0, atol=0.5 / TENTHS + 1e-9)
        titles = [side["stages"][visit[0]]["title"] for visit in visits]
        assert titles == [result.plan.stages[number].title for number in seen.stage]


def test_holds_and_trains_come_back(baseline: list[Results]) -> None:
    """So it is with places that are kept during later stages, and for trains."""
    test_times_come_back(1, baseline)
    side = content(baseline)["sides"][0]
    assert any(stage["hold"] for stage in side["stages"])
    assert {flow["wagons"] > 0 for flow in side["flows"]} == {False, True}


def test_only_who_is_there(several: list[Results]) -> None:
    """Vehicles are seen that came before the end and had not gone at the beginning."""
    plan, log = several[0].plan, several[0].journeys[0]
    begin = plan.warm_up
    seen = seen_between(log, plan, begin, begin + DAY)
    there = log.group_by("vehicle").agg(
        pl.col("arrive").min(),
        pl.when(pl.col("finish").is_null().any()).then(np.inf)
        .otherwise(pl.col("finish").max()).alias("gone"),
    ).filter(pl.col("arrive") < begin + DAY, pl.col("gone") > begin)  # fmt: skip
    assert len(seen.visits) == there.height
    assert sorted(seen.arrive[seen.first]) == sorted(there["arrive"])


def test_the_same_vehicle_has_the_same_number(several: list[Results]) -> None:
    """With one seed, each arrival on one side is that arrival on the other."""
    sides = []
    for result in several:
        begin = result.plan.warm_up
        seen = seen_between(result.journeys[0], result.plan, begin, begin + DAY)
        sides.append((seen, result.plan))
    numbers = identities(sides)
    arrivals = [
        dict(zip(mine.tolist(), seen.arrive[seen.first].tolist(), strict=True))
        for mine, (seen, _) in zip(numbers, sides, strict=True)
    ]
    both = set(arrivals[0]) & set(arrivals[1])
    assert len(both) > 40
    assert all(arrivals[0][number] == arrivals[1][number] for number in both)
    assert [len(one) for one in arrivals] == [len(mine) for mine in numbers]


def test_those_that_stand_there_are_told_apart(tmp_path: Path) -> None:
    """Vehicles of a backlog all arrive at once and still are one each."""
    file = tmp_path / "full.yaml"
    file.write_text(SMALL.replace("warm_up: 1 day", "warm_up: 0 days").replace(
        "volume: 30 trucks/day", "volume: 30 trucks/day, backlog: 9 trucks"), "utf-8")  # fmt: skip
    result = sim.run(sim.load(file), replications=1)
    seen = seen_between(result.journeys[0], result.plan, 0.0, DAY)
    (numbers,) = identities([(seen, result.plan)])
    assert (seen.arrive[seen.first] == 0.0).sum() == 9
    assert sorted(numbers.tolist()) == list(range(len(numbers)))


def test_closed_hours_are_the_calendars(several: list[Results]) -> None:
    """A stage with hours is shut outside them, one without never."""
    stages = content(several)["sides"][0]["stages"]
    shut = {(one["gate"], one["title"]["en"]): one["closed"] for one in stages}
    assert shut["chi_ma", "Documents"] == [[0.0, 420.0], [1140.0, DAY + 1]]
    assert shut["dong_dang", "Path"] == []


def test_routes_of_a_gate_are_told_apart(tmp_path: Path) -> None:
    """Where vehicles use two routes of a gate, each stage says which is its own."""
    road = SMALL.split("      main:\n")[1].split("  dong_dang:\n")[0]
    second = "      second:\n        title: {en: Second, vi: Thứ hai}\n" + road
    file = tmp_path / "two.yaml"
    file.write_text(SMALL.replace("  dong_dang:\n", second + "  dong_dang:\n"), "utf-8")
    side = content([sim.run(sim.load(file), 1)])["sides"][0]
    titles = [one["title"]["vi"] for one in side["stages"] if one["gate"] == "chi_ma"]
    assert len(set(titles)) == 4
    assert "Kiểm tra hồ sơ · Thứ hai" in titles


def test_the_worst_day_has_the_longest_queues(several: list[Results]) -> None:
    """No half hour of another day has more vehicles in queues."""
    plan, log = several[0].plan, several[0].journeys[0]
    peaks = []
    for day in range(plan.days):
        at = plan.warm_up + DAY * day + np.arange(0, DAY, 30.0)
        arrive, start = (log[name].fill_null(np.inf).to_numpy() for name in ("arrive", "start"))
        peaks.append(max(int(((arrive <= t) & (start > t)).sum()) for t in at))
    assert peaks[worst_day(log, plan) - 1] == max(peaks)


def test_one_file_for_both(folder: Path) -> None:
    """A folder of two scenarios gives one page, in which nothing comes from elsewhere."""
    path = write_playback([folder])
    assert path == folder / "playback.html"
    page = path.read_text("utf-8")
    assert not re.search(r"<link|@import|\bfetch\(|XMLHttpRequest|src=|https?://", page)
    path.unlink()


def test_two_folders_give_the_same_page(folder: Path, several: list[Results]) -> None:
    """Two results named one by one play like the comparison of both."""
    path = write_playback([folder / "small", folder / "more"], day=2)
    assert path.parent == folder / "small"
    assert path.read_text("utf-8") == build_page(several, 2, None)
    path.unlink()


def test_titles_cannot_end_the_script(several: list[Results]) -> None:
    """A title with a tag in it stays a title."""
    from dataclasses import replace

    title = dict.fromkeys(LANGUAGES, "</script><b>")
    odd = [replace(several[0], plan=replace(several[0].plan, title=title))]
    page = build_page(odd, 1, None)
    assert page.count("</script>") == 2
    found = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    assert json.loads(found[1])["sides"][0]["title"] == title


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"day": 4}, "measured days 1 to 3"),
        ({"gate": "chi_mma"}, "no gate 'chi_mma'"),
        ({"gate": "co_sau"}, "no vehicle at co_sau"),
    ],
)
def test_what_is_not_there_is_refused(options: dict[str, Any], said: str, folder: Path) -> None:
    """Days and gates without anything to see are named, and nothing is written."""
    with pytest.raises(ResultsError, match=said):
        write_playback([folder], **options)
    assert not (folder / "playback.html").exists()


def test_other_days_are_refused(folder: Path, tmp_path: Path) -> None:
    """Two runs of different dates share no clock."""
    file = tmp_path / "later.yaml"
    file.write_text(SMALL.replace("2025-07-07", "2025-07-14"), "utf-8")
    other = write(sim.run(sim.load(file)), tmp_path / "results", ["langson"])
    with pytest.raises(ResultsError, match="same days"):
        write_playback([folder / "small", other])


def test_a_day_of_the_baseline_is_small(baseline: list[Results]) -> None:
    """The page of a day of the baseline and of an option on it stays under 500 kB."""
    page = build_page(baseline, 1, None)
    found = content(baseline)["sides"]
    assert all(len(read_visits(side)) > 1900 for side in found)
    assert len(page.encode()) < 500_000
