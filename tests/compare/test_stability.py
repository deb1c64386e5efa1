"""Overloads of simulated borders: found, dated, named by what binds, and not found elsewhere."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from sim.compare import overloads, scenario_results
from sim.results import Results, open_results, write
from sim.runs import run
from sim.scenario import load
from tests.small import write_small

FRUIT = "gates.chi_ma.routes.main.flows.fruit.volume"
STAGES = "gates.chi_ma.routes.main.stages"
DOCUMENTS = "chi_ma.main.documents"

HALVED = """\
calendars:
  half:
    add: true
    hours: 07:00-19:00
    closures: {weeks: {start: 2025-06-24, end: 2025-07-07}}
    evidence: assumption
gates:
  chi_ma:
    routes:
      main:
        stages:
          documents: {servers: 1, shifts: {other: {add: true, servers: 1, calendar: half}}}
"""
"""One of the two counters is shut for two weeks."""

SEASON = """\
profiles:
  season: {fruit: {add: true, jun: 90 %, jul: 100 %, evidence: assumption}}
  week: {busy: {add: true, mon: 120 %, tue: 120 %, sun: 40 %, evidence: assumption}}
gates:
  chi_ma:
    routes:
      main:
        flows:
          fruit: {volume: 36 trucks/day, season: fruit, week: busy}
          goods: {season: fruit, week: busy}
"""
"""Load 70 to 80 %, more in July than in June, and more on some weekdays."""

HOLIDAY = """\
calendars:
  day: {closures: {tet: {start: 2025-06-26, end: 2025-07-01}}}
"""
"""The gate is shut for six days."""

SUNDAYS = """\
calendars:
  day: {days: mon-sat}
"""
"""The gate is shut each Sunday."""

PERIOD = "run: {start: 2025-06-16, warm_up: 1 day, days: 28, replications: 4}\n"


def overlay(folder: Path, text: str) -> Path:
    """A scenario that extends the small one."""
    write_small(folder)
    path = folder / "over.yaml"
    title = "title: {en: Other, vi: Khác}\n"
    path.write_text(f"format: 1\nextends: small.yaml\n{title}{PERIOD}{text}", "utf-8")
    return path


def simulated(path: Path, replications: int = 4, **settings: str) -> Results:
    return run(load(path, set=settings), replications, journeys="none")


@pytest.fixture(scope="module")
def jam(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """300 trucks a day for two counters that can serve about 74."""
    small, _ = write_small(tmp_path_factory.mktemp("jam"))
    return simulated(small, **{FRUIT: "300 trucks/day", "run.days": "6"})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="plain"),
        pytest.param(SEASON, id="season and weekdays"),
        pytest.param(HOLIDAY, id="holiday"),
        pytest.param(SUNDAYS, id="shut on Sundays"),
    ],
)
def test_four_weeks_that_can_be_served_raise_no_alarm(tmp_path: Path, text: str) -> None:
    """Neither plain days, a season with weekdays, a holiday nor shut Sundays are an overload."""
    path = overlay(tmp_path, text)
    assert overloads(scenario_results(simulated(path))) == []


def test_half_the_counters_for_two_weeks_is_dated(tmp_path: Path) -> None:
    """Both counters take 68 %, one 136 %: told with its days, give or take one, and its load."""
    (found,) = overloads(scenario_results(simulated(overlay(tmp_path, HALVED))))
    assert (found.kind, found.stage) == ("part", DOCUMENTS)
    assert abs((found.first - dt.date(2025, 6, 24)).days) <= 1
    assert abs((found.last - dt.date(2025, 7, 7)).days) <= 1
    assert found.load == pytest.approx(50 * 20 / (720 + 16), rel=0.1)
    assert found.back is not None


def test_demand_from_a_date_on_lasts_to_the_end(tmp_path: Path) -> None:
    """From the day on which 90 trucks come instead of 30 there is no steady state."""
    text = (
        "gates: {chi_ma: {routes: {main: {flows: {fruit: {from: {2025-06-30: 90 trucks/day}}}}}}}\n"
    )
    (found,) = overloads(scenario_results(simulated(overlay(tmp_path, text))))
    assert (found.kind, found.stage) == ("lasting", DOCUMENTS)
    assert abs((found.first - dt.date(2025, 6, 30)).days) <= 1
    assert found.last == dt.date(2025, 7, 14)


def test_a_week_of_too_few_open_days_lasts(tmp_path: Path) -> None:
    """Open three days a week for a week's trucks: the weekly rest is no excuse."""
    text = "calendars: {day: {days: mon-wed}}\n"
    (found,) = overloads(scenario_results(simulated(overlay(tmp_path, text))))
    assert (found.kind, found.stage) == ("lasting", DOCUMENTS)


def test_overload_names_what_binds(jam: Results) -> None:
    """The growth is what comes less what is served; the crossing behind is not accused."""
    (found,) = overloads(scenario_results(jam))
    assert (found.kind, found.stage) == ("lasting", DOCUMENTS)
    # 320 trucks x 20 min, for two servers of 12 h and one service that runs on
    assert found.load == pytest.approx(320 * 20 / (2 * (720 + 16)), rel=0.1)
    assert found.per_day == pytest.approx(320 - 74, rel=0.15)


def test_places_that_are_kept_do_not_hide_the_stage_behind_them(tmp_path: Path) -> None:
    """A yard of ten places lets no more trucks to the bay than it serves: the bay is to blame."""
    small, _ = write_small(tmp_path)
    text = small.read_text("utf-8")
    yard = (
        "        holds:\n          yard: {title: {en: Yard, vi: Bãi}, places: 10,"
        " first: crossing, last: crossing}\n        paths:\n"
    )
    text = text.replace("        paths:\n", yard, 1).replace("service: 4 min", "service: 25 min")
    assert "yard" in text
    small.write_text(text, "utf-8")
    (found,) = overloads(scenario_results(simulated(small, **{"run.days": "8"})))
    assert (found.kind, found.stage) == ("lasting", "chi_ma.main.crossing")
    assert found.load == pytest.approx(50 * 25 / (720 + 12), rel=0.1)


def test_vehicles_kept_by_their_owners_are_no_queue(tmp_path: Path) -> None:
    """Trucks that are kept for days pile up at first, with no stage overloaded."""
    small, _ = write_small(tmp_path)
    kept = {f"{STAGES}.documents.servers": "unlimited", f"{STAGES}.documents.service": "4 days"}
    assert overloads(scenario_results(simulated(small, **kept, **{"run.warm_up": "0 days"}))) == []


def test_an_outage_of_days_is_no_overload(tmp_path: Path) -> None:
    """Days without power have no capacity, and no load."""
    text = (
        "outages:\n  power:\n    add: true\n    title: {en: Power, vi: Mất điện}\n"
        "    between: 10 days\n    lasts: 3 days\n    stages: [documents]\n"
        "    evidence: assumption\n"
    )
    results = simulated(overlay(tmp_path, text))
    mine = results.tables["daily"].filter(stage=DOCUMENTS)
    assert mine.filter("closed").height > 0
    assert mine.filter("closed").select("offered", "capacity").sum().row(0) == (0.0, 0.0)
    assert overloads(scenario_results(results)) == []


def test_folders_tell_the_same(jam: Results, tmp_path: Path) -> None:
    """Folder, manifest and memory agree; results of an older langson tell nothing."""
    folder = write(jam, tmp_path)
    stored = open_results(folder)
    (found,) = overloads(scenario_results(jam))
    assert overloads(scenario_results(stored)) == [found]
    (row,) = stored.tables["overloads"].collect().to_dicts()
    assert row == vars(found)
    (plain,) = json.loads((folder / "manifest.json").read_text("utf-8"))["overloads"]
    assert plain["first"] == found.first.isoformat()
    assert plain["load"] == found.load
    old: dict[str, pl.DataFrame] = {n: t for n, t in jam.tables.items() if n != "daily"}
    assert overloads(replace(scenario_results(jam), tables=old)) == []


def test_the_stage_named_is_on_the_way(tmp_path: Path) -> None:
    """An import queue is not blamed on a stage that only exports visit, however loaded."""
    small, _ = write_small(tmp_path)
    text = small.read_text("utf-8").replace(
        "import: {stages: [documents, crossing]", "import: {stages: [crossing]"
    )
    small.write_text(text, "utf-8")
    goods = "gates.chi_ma.routes.main.flows.goods.volume"
    many = {FRUIT: "300 trucks/day", goods: "240 trucks/day", "run.days": "6"}
    found = overloads(scenario_results(simulated(small, **many)))
    assert [one.stage for one in found] == [DOCUMENTS, "chi_ma.main.crossing"]
