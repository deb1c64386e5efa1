"""What is written over a value is not outlived in silence by its dates and classes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sim.errors import ScenarioError
from sim.scenario import Scenario, load
from sim.scenario.derive.arrivals import daily_arrivals

Write = Callable[[str, str], str]

FLOW = "gates.chi_ma.routes.main.flows.fruit"
DOCUMENTS = "gates.chi_ma.routes.main.stages.documents"
DATED = "fruit: {direction: export, cargo: fruit, volume: 30 trucks/day, day: steady"


def laid(write: Write, base: str, text: str, **options: object) -> Scenario:
    """Load an overlay over a base whose fruit has volumes from the 9th and the 11th on."""
    dates = f"{DATED}, from: {{2025-07-09: 43 trucks/day, 2025-07-11: 5 trucks/day}}"
    write("base.yaml", base.replace(DATED, dates))
    head = "format: 1\nextends: base.yaml\n"
    return load(write("over.yaml", head + text), **options)  # type: ignore[arg-type]


def volumes(scenario: Scenario) -> list[float]:
    """Mean arrivals of fruit on the seven days."""
    flow = scenario.model.gates["chi_ma"].routes["main"].flows["fruit"]
    return daily_arrivals(scenario.model, flow).tolist()


def said(scenario: Scenario, code: str) -> list[str]:
    """Warnings of a code, as they are printed."""
    return [str(problem) for problem in scenario.warnings if problem.code == code]


def flows(text: str) -> str:
    """Wrap the text of a flow."""
    return f"gates: {{chi_ma: {{routes: {{main: {{flows: {{fruit: {text}}}}}}}}}}}\n"


@pytest.mark.parametrize("way", ["file", "setting", "upgrade"])
def test_a_volume_ends_the_dated_volumes_under_it(write: Write, base: str, way: str) -> None:
    """By an overlay, a setting or an upgrade: 999 a day is 999 a day, and both lines are named."""
    volume = "{volume: 999 trucks/day}"
    text, options = "", {}
    if way == "file":
        text = flows(volume)
    elif way == "setting":
        options = {"set": {f"{FLOW}.volume": "999 trucks/day"}}
    else:
        head = "upgrades:\n  u:\n    title: {en: U, vi: U}\n    evidence: assumption\n"
        text = f"{head}    {flows(volume)}"
    scenario = laid(write, base, text, **options)
    assert volumes(scenario) == [999.0] * 7
    (warning,) = said(scenario, "ends-dated")
    assert "ends the dated volumes of base.yaml:55" in warning
    assert "from 2025-07-09, 2025-07-11" in warning
    assert warning.startswith("--set" if way == "setting" else "over.yaml:")


def test_a_volume_with_its_own_dates_is_the_whole_of_it(write: Write, base: str) -> None:
    """Who writes volume and dates has written all of them, and hears nothing."""
    text = flows("{volume: 100 trucks/day, from: {2025-07-12: 7 trucks/day}}")
    scenario = laid(write, base, text)
    assert volumes(scenario) == [100.0] * 5 + [7.0] * 2
    assert not said(scenario, "ends-dated")
    scenario = laid(write, base, flows("{volume: 8 trucks/day, from: {}}"))
    assert volumes(scenario) == [8.0] * 7
    assert not said(scenario, "ends-dated")


def test_a_new_date_before_an_old_one_is_told(write: Write, base: str) -> None:
    """A date that is set anew changes it alone; one put between others ends where the next does."""
    scenario = laid(write, base, "", set={f"{FLOW}.from.2025-07-09": "50 trucks/day"})
    assert volumes(scenario) == [30.0, 30.0, 50.0, 50.0, 5.0, 5.0, 5.0]
    assert not said(scenario, "outlived")
    scenario = laid(write, base, flows("{from: {2025-07-10: 60 trucks/day}}"))
    assert volumes(scenario) == [30.0, 30.0, 43.0, 60.0, 5.0, 5.0, 5.0]
    (warning,) = said(scenario, "outlived")
    assert "from.2025-07-10: holds until 2025-07-11 only, for which base.yaml:55" in warning


def test_empty_dates_are_none(write: Write, base: str) -> None:
    """`{}` over dated volumes, closures or holidays leaves none of them."""
    assert volumes(laid(write, base, flows("{from: {}}"))) == [30.0] * 7
    shut = "closures: {flood: {start: 2025-07-08, end: 2025-07-09}}"
    base = base.replace("{hours: 07:00-19:00,", f"{{hours: 07:00-19:00, {shut},")
    assert laid(write, base, "").model.calendars["vietnam"].closures
    assert (
        not laid(write, base, "calendars: {vietnam: {closures: {}}}\n")
        .model.calendars["vietnam"]
        .closures
    )


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"other": "9 min"}, "green, yellow, red"),
        ({"red": "30 min", "other": "9 min"}, "green, yellow"),
        ({"red": "30 min"}, ""),
        ("9 min", ""),
    ],
)
def test_the_rest_that_is_no_rest_is_told(
    write: Write, base: str, value: object, kept: str
) -> None:
    """`other` over values for each channel acts on none of those: they are named with a line."""
    warnings = said(laid(write, base, "", set={f"{DOCUMENTS}.service": value}), "outlived")
    assert len(warnings) == bool(kept)
    assert not kept or f"other: does not act on {kept}, for which base.yaml:25" in warnings[0]


def test_channels_that_flows_do_not_follow_are_told(write: Write, base: str) -> None:
    """Channels of the scenario leave alone the flows that state their own."""
    channels = "channels: {green: 10 %, yellow: 10 %, red: 80 %}"
    base = base.replace(DATED, f"{DATED}, {channels}")
    (warning,) = said(laid(write, base, "channels: {green: 90 %, yellow: 0 %}\n"), "outlived")
    assert "does not act on flows with channels of their own, as at base.yaml:55" in warning
    assert not said(laid(write, base, ""), "outlived")


def test_a_year_that_stands_between_new_ones_is_told(write: Write, base: str) -> None:
    """Growth that is stated for other years keeps the years of the earlier file between them."""
    growth = "  growth: {road: {years: {2025: 100 %, 2030: 180 %}, evidence: assumption}}\n"
    base = base.replace("cargo:\n", f"{growth}cargo:\n", 1)
    years = "profiles: {growth: {road: {years: {2024: 100 %, 2035: 400 %}}}}\n"
    (warning,) = said(laid(write, base, years), "outlived")
    assert "2025, 2030 of base.yaml:" in warning
    longer = "profiles: {growth: {road: {years: {2035: 400 %}}}}\n"
    assert not said(laid(write, base, longer), "outlived")


def test_a_template_is_no_exception(write: Write, base: str) -> None:
    """A volume beside `like:` ends the dated volumes of the template."""
    template = "  dated: {from: {2025-07-09: 43 trucks/day}}\n  road:\n"
    write(
        "base.yaml", base.replace("  road:\n", template, 1).replace(DATED, f"{DATED}, like: dated")
    )
    scenario = load("base.yaml")
    assert volumes(scenario) == [30.0] * 7
    assert len(said(scenario, "ends-dated")) == 1


def test_one_date_in_two_spellings_is_refused(write: Write, base: str) -> None:
    """Dates are compared by their value: two entries of one day are told, not one of them taken."""
    dates = '{"2025-07-09": 3 trucks/day, " 2025-07-09": 9 trucks/day}'
    write("base.yaml", base.replace(DATED, f"{DATED}, from: {dates}"))
    with pytest.raises(ScenarioError, match="from: names one date more than once"):
        load("base.yaml")


def test_a_template_is_set_where_it_is_used(write: Write, base: str) -> None:
    """--set says how to reach a value that a template gave."""
    with pytest.raises(ScenarioError, match="set the value where one is used, as in gates"):
        load(write("base.yaml", base), set={"templates.road.stages.documents.servers": 5})
