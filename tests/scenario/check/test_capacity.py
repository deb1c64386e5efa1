"""Overload: arrivals and open hours are those of the days that are simulated."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sim.errors import Problem
from sim.scenario import Scenario

Overlay = Callable[..., Scenario]
Settings = dict[str, object]

ROUTE = "gates.chi_ma.routes.main"
RHYTHM = """\
profiles:
  week: {busy: {add: true, mon: 500 %, evidence: assumption}}
  season: {summer: {add: true, jul: 300 %, evidence: assumption}}
countries: {vietnam: {holidays: {tet: {start: 2025-01-28, end: 2025-01-31}}, evidence: assumption}}
calendars: {vietnam: {country: vietnam}}
gates: {chi_ma: {routes: {main: {flows: {fruit: {week: busy, season: summer}}}}}}
"""


def overloads(scenario: Scenario) -> list[Problem]:
    """Return the warnings of overload."""
    return [warning for warning in scenario.warnings if warning.code == "overload"]


def test_a_busy_month_overloads(overlay: Overlay) -> None:
    """July at 300 % is warned of in July and not in June."""
    many: Settings = {
        f"{ROUTE}.flows.fruit.volume": "130 trucks/day",
        f"{ROUTE}.stages.inspection.servers": 9,
    }
    flat: Settings = {"profiles.week.busy.mon": "100 %"}
    assert overloads(overlay(RHYTHM, set={**many, **flat, "run.start": "2025-06-09"})) == []
    documents, crossing = overloads(overlay(RHYTHM, set={**many, **flat}))
    assert f"{ROUTE}.stages.documents: arrivals 390/day exceed" in documents.message
    assert "in the 7 days from 2025-07-07" in documents.message
    assert f"{ROUTE}.stages.crossing: arrivals 390/day exceed" in crossing.message


def test_busy_weekdays_count_as_often_as_they_come(overlay: Overlay) -> None:
    """Mondays of 500 % are 5 + 6 sevenths in a week and five times the mean on a Monday."""
    june: Settings = {"run.start": "2025-06-09", f"{ROUTE}.flows.fruit.volume": "120 trucks/day"}
    june[f"{ROUTE}.stages.inspection.servers"] = "9"
    assert overloads(overlay(RHYTHM, set=june)) == []
    first, *_ = overloads(overlay(RHYTHM, set={**june, "run.days": 1}))
    assert "arrivals 600/day exceed capacity" in first.message
    assert "in the 1 day from 2025-06-09" in first.message


def test_holidays_in_the_run_take_capacity(overlay: Overlay) -> None:
    """Four of seven days shut leave three sevenths of the hours, arrivals go on."""
    tet: Settings = {"run.start": "2025-01-26", f"{ROUTE}.flows.fruit.volume": "100 trucks/day"}
    tet[f"{ROUTE}.stages.inspection.servers"] = "9"
    # week: 100 x (6 + 5) / 7 = 157; documents: 3 / 7 x 2 x (720 + 7) min / 7 min = 89
    documents, crossing = overloads(overlay(RHYTHM, set={**tet, "run.warm_up": "0 days"}))
    assert "arrivals 157/day exceed capacity 89/day" in documents.message
    assert "arrivals 157/day exceed capacity 155/day" in crossing.message


def test_the_warm_up_counts(overlay: Overlay) -> None:
    """Its days are simulated too: with a week of June before, July is half as bad."""
    july: Settings = {"run.start": "2025-06-23", "run.warm_up": "8 days", "run.days": 8}
    july["profiles.week.busy.mon"] = "100 %"
    july[f"{ROUTE}.flows.fruit.volume"] = "110 trucks/day"
    july[f"{ROUTE}.stages.inspection.servers"] = "9"
    (documents,) = overloads(overlay(RHYTHM, set=july))
    assert "arrivals 220/day exceed capacity 208/day in the 16 days" in documents.message


def test_a_timetable_counts_its_runs(overlay: Overlay) -> None:
    """Two trains a day on both days of a run are two a day, whatever the rest of the week."""
    flow, crossing = f"{ROUTE}.flows.fruit", f"{ROUTE}.stages.crossing"
    train: Settings = {f"{flow}.{key}": None for key in ("volume", "day")}
    train |= {f"{flow}.timetable": ["01:00", "13:00"], f"{flow}.vehicle": "train"}
    train |= {f"{flow}.wagons": 200, f"{crossing}.per": "wagon", f"{crossing}.at_close": "resume"}
    train |= {f"{crossing}.service": "3 min", "run.days": 2}
    assert overloads(overlay(set={**train, f"{flow}.days": "mon"})) == []
    (found,) = overloads(overlay(set={**train, f"{flow}.days": "mon, tue"}))
    assert "arrivals 2/day exceed capacity 1.2/day in the 2 days" in found.message


@pytest.mark.parametrize(("places", "warned"), [(30, False), (29, True)])
def test_holds_need_places(overlay: Overlay, places: int, warned: bool) -> None:
    """Places needed are vehicles a day x mean services x shares within, over a day."""
    # 30/day x (7 min + 10 % x 30 min + 1_430 min) / 1_440 min = 30
    stages: Settings = {f"{ROUTE}.stages.crossing.service": "1_430 min"}
    stages |= {f"{ROUTE}.stages.crossing.servers": "unlimited"}
    found = overloads(overlay(set={**stages, f"{ROUTE}.holds.yard.places": places}))
    assert len(found) == warned
    if warned:
        assert found[0].message == (
            f"{ROUTE}.holds.yard: about 30 places needed, 29 there, "
            "in the 7 days from 2025-07-07; the queue for them grows"
        )
        assert "add places" in found[0].hint
        assert found[0].file == "--set"


def test_holds_count_what_is_between_their_ends(overlay: Overlay) -> None:
    """Stages before the first and after the last take no place, skipped ones their share."""
    stages: Settings = {f"{ROUTE}.stages.documents.service": "20 days"}
    stages |= {f"{ROUTE}.stages.documents.servers": "unlimited"}
    places: Settings = {f"{ROUTE}.holds.yard.places": 1}
    (yard,) = overloads(overlay(set={**stages, **places}))
    assert "about 600 places needed, 1 there" in yard.message
    inner: Settings = {f"{ROUTE}.holds.yard.first": "inspection"}
    # 30/day x (10 % x 30 min + 2 min) / 1_440 min = 0.1
    assert overloads(overlay(set={**stages, **places, **inner})) == []
