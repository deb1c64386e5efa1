"""Demand and upgrades of a later year."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sim.errors import ScenarioError
from sim.scenario import Scenario, load
from sim.scenario.derive.arrivals import daily_arrivals, growth

Overlay = Callable[..., Scenario]

FRUIT = "gates.chi_ma.routes.main.flows.fruit"
GROWTH = """\
profiles:
  growth: {trade: {add: true, years: {2025: 100 %, 2027: 121 %, 2030: 200 %}, evidence: assumption}}
gates: {chi_ma: {routes: {main: {flows: {fruit: {growth: trade}}}}}}
"""
UPGRADES = """\
upgrades:
  early:
    title: {en: E, vi: E}
    opens: 2026-07
    evidence: assumption
    gates: {chi_ma: {class: international}}
  late:
    title: {en: L, vi: L}
    opens: 2026-08
    evidence: assumption
    gates: {chi_ma: {routes: {main: {stages: {documents: {servers: 9}}}}}}
  undated:
    title: {en: U, vi: U}
    evidence: assumption
    gates: {chi_ma: {routes: {main: {stages: {crossing: {servers: 7}}}}}}
"""


@pytest.mark.parametrize(("year", "times"), [(2025, 1.0), (2026, 1.1), (2027, 1.21), (2030, 2.0)])
def test_demand_of_a_year_is_the_stated_volume_times_its_growth(
    overlay: Overlay, year: int, times: float
) -> None:
    """Stated years as stated; in between the same factor every year; other flows as before."""
    scenario = overlay(GROWTH, set={"run.year": year})
    flows = scenario.model.gates["chi_ma"].routes["main"].flows
    assert daily_arrivals(scenario.model, flows["fruit"]) == pytest.approx([30.0 * times] * 7)
    assert growth(scenario.model, flows["fruit"].model_copy(update={"growth": None})) == 1.0


def test_without_a_year_nothing_grows(overlay: Overlay) -> None:
    """A growth profile has no effect until a run names a year."""
    model = overlay(GROWTH).model
    assert growth(model, model.gates["chi_ma"].routes["main"].flows["fruit"]) == 1.0


@pytest.mark.parametrize("year", range(2025, 2030))
def test_growth_is_even_between_stated_years(overlay: Overlay, year: int) -> None:
    """Each year of a stretch multiplies demand by the same factor."""
    text = GROWTH.replace("2027: 121 %, ", "")
    here, next_year = (overlay(text, set={"run.year": y}).model for y in (year, year + 1))
    flow = here.gates["chi_ma"].routes["main"].flows["fruit"]
    assert growth(next_year, flow) / growth(here, flow) == pytest.approx(2.0**0.2)


def test_an_upgrade_acts_from_its_month_on(overlay: Overlay) -> None:
    """In July of the run's year, what opens in July acts; what opens in August is left out."""
    scenario = overlay(UPGRADES, set={"run.year": 2026})
    gate = scenario.model.gates["chi_ma"]
    assert gate.status == "international"
    assert gate.routes["main"].stages["documents"].servers == 2
    assert gate.routes["main"].stages["crossing"].servers == 7
    assert list(scenario.upgrades) == ["early", "undated"]
    (warning,) = [w for w in scenario.warnings if w.code == "not-yet-open"]
    assert "'late' opens 2026-08, after 2026-07" in warning.message
    assert warning.line


@pytest.mark.parametrize(
    ("opens", "upgrades"),
    [
        ("2025-01", ["early", "late", "undated"]),
        (None, ["early", "late", "undated"]),
        ("2030-01", ["early", "undated"]),
    ],
)
@pytest.mark.parametrize("by", ["file", "setting"])
def test_the_last_date_of_an_upgrade_counts(
    overlay: Overlay,
    write: Callable[[str, str], str],
    by: str,
    opens: str | None,
    upgrades: list[str],
) -> None:
    """A later file or a setting moves the opening, and the upgrade acts by that date."""
    path = "upgrades.late.opens"
    overlay(UPGRADES)
    if by == "setting":
        scenario = load("overlay.yaml", {"run.year": 2026, path: opens})
    else:
        text = f"upgrades: {{late: {{opens: {opens or 'null'}}}}}\n"
        head = "format: 1\nextends: overlay.yaml\nrun: {year: 2026}\n"
        scenario = load(write("last.yaml", head + text))
    assert list(scenario.upgrades) == upgrades


def test_a_setting_of_an_upgrade_that_there_is_not(overlay: Overlay) -> None:
    """A mistyped upgrade comes with the one that was meant; its changes are set themselves."""
    with pytest.raises(ScenarioError, match="no upgrade 'lat'; did you mean 'late'"):
        overlay(UPGRADES, set={"upgrades.lat.capex": "3 bn VND"})
    with pytest.raises(ScenarioError, match="unknown key 'gates'; only a file can say so"):
        overlay(UPGRADES, set={"upgrades.late.gates.chi_ma.class": "auxiliary"})


def test_without_a_year_every_upgrade_acts(overlay: Overlay) -> None:
    """Dates of opening do not matter to a run that names no year."""
    assert list(overlay(UPGRADES).upgrades) == ["early", "late", "undated"]


def test_an_overlay_decides_the_year_for_upgrades_below_it(overlay: Overlay) -> None:
    """`run.year` of the last file, or of --set, decides for all files."""
    text = "run: {year: 2026}\n" + UPGRADES
    assert "late" not in overlay(text).upgrades
    assert "late" in overlay(text, set={"run.year": 2027}).upgrades
    assert "late" in overlay(text, set={"run.year": None}).upgrades


@pytest.mark.parametrize(
    ("years", "run", "says"),
    [
        ("{2025: 100 %, 2030: 200 %}", "{year: 2031}", "stated from 2025 to 2030"),
        ("{soon: 100 %}", "{days: 3}", "'soon' is not a year"),
        ("{2025: 0 %}", "{days: 3}", "cannot grow from nothing"),
    ],
)
def test_growth_that_cannot_be_read_is_an_error(
    overlay: Overlay, years: str, run: str, says: str
) -> None:
    """Years outside the profile, keys that are no years and zero demand, each at its line."""
    text = f"run: {run}\nprofiles: {{growth: {{trade: {{add: true, years: {years}}}}}}}\n"
    with pytest.raises(ScenarioError) as caught:
        overlay(text)
    (problem,) = [p for p in caught.value.problems if p.code == "bad-year"]
    assert says in problem.message
    assert problem.hint


def test_a_flow_with_an_unknown_growth_is_an_error(overlay: Overlay) -> None:
    """A growth profile that does not exist is named, with the one that was meant."""
    text = GROWTH.replace("{growth: trade}", "{growth: trad}")
    with pytest.raises(ScenarioError, match="no profile for the growth 'trad'"):
        overlay(text)
