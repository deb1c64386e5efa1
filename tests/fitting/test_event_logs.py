"""From an event log of langson's back to the scenario that wrote it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.fitting import Finding, Fitted
from sim.fitting.estimate import estimate
from sim.fitting.filenames import ENSEMBLE, OVERLAY
from sim.fitting.folder import write_fit
from sim.fitting.logs import read_log
from sim.fitting.model import on_the_days_of
from sim.fitting.page import fit_page
from sim.results import write
from sim.scenario import Place
from sim.sweep import plan_sweep
from tests.fitting.borders import random_border, rounded_sample

HELD = 0.9
"""Share of the intervals that must hold what the scenario says."""


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    """The tutorial, run for four weeks and fitted to its event log."""
    scenario = sim.load("tutorial", set={"run.days": 27, "run.seed": 11})
    results = sim.run(scenario, replications=1)
    folder = write(results, tmp_path_factory.mktemp("runs"))
    return sim.fit(folder, rows=4)


def finding(fitted: Fitted, *path: str) -> Finding:
    """The finding whose path ends so."""
    return next(one for one in fitted.findings if one.path[-len(path) :] == path)


def test_a_log_gives_back_the_inputs_within_their_intervals(fitted: Fitted) -> None:
    """Of all numbers that the scenario states at least nine in ten lie within."""
    numbers = [
        one for found in fitted.findings for one in found.estimates if one.before is not None
    ]
    kinds = {found.kind for found in fitted.findings}
    assert kinds >= {"service", "share", "channels", "servers", "volume", "day_to_day_cv", "day"}
    assert len(numbers) > 30
    assert sum(not one.differs for one in numbers) >= HELD * len(numbers)


def test_classes_that_are_served_alike_are_not_parted(fitted: Fitted) -> None:
    """Papers go by channel, inspection by none; a constant is told from a distribution."""
    documents = finding(fitted, "documents", "service").value
    assert set(documents) == {"green", "yellow", "red", "other"}
    assert documents["green"] == "2 min"
    assert documents["red"] == "40 min"
    assert isinstance(finding(fitted, "inspection", "service").value, str)
    assert set(finding(fitted, "china_bay", "share").value) >= {"fresh_fruit", "general_goods"}


def test_servers_are_told_where_vehicles_wait(fitted: Fitted) -> None:
    """As many as ever work at once while a queue stands; of a full log exactly."""
    found = {one.path[5]: one.value for one in fitted.findings if one.kind == "servers"}
    assert found == {"documents": 2, "inspection": 1, "crossing": 1, "china_bay": 1}


def test_the_overlay_is_a_scenario_whose_numbers_are_measured(
    fitted: Fitted, tmp_path: Path
) -> None:
    """It loads without a warning, extends what was fitted, and cites source, n and period."""
    folder = write_fit(fitted, tmp_path)
    scenario = sim.load(folder / OVERLAY)
    assert not scenario.warnings
    path = "gates.chi_ma.routes.main.stages.inspection.service"
    evidence = scenario.evidence_of(path)
    assert evidence.kind == "measured"
    assert evidence.source == ("simulated_run",)
    assert "2025-07-07 to 2025-08-03" in evidence.note
    assert "every vehicle" in evidence.note
    still = {path for path in scenario.assumptions() if path.startswith("gates.")}
    assert not {path for path in still if path.endswith(("service", "servers", "volume"))}


def test_the_ensemble_is_a_sweep_over_what_stays_unsure(fitted: Fitted, tmp_path: Path) -> None:
    """Each row changes all fitted values at once, and every row is a sound scenario."""
    folder = write_fit(fitted, tmp_path)
    variants = plan_sweep(folder / ENSEMBLE, tmp_path / "sweep")
    assert len(variants.points) == 4


def test_the_draws_are_an_ensemble_that_inputs_reads(fitted: Fitted, tmp_path: Path) -> None:
    """`--inputs inputs.csv`: each replication takes one draw, of every value that was fitted."""
    folder = write_fit(fitted, tmp_path)
    short = {"run.days": "1", "run.warm_up": "0 h"}
    scenario = sim.load(folder / OVERLAY, set=short, inputs=folder / "inputs.csv")
    assert scenario.model.inputs
    table = sim.run(scenario, 2, journeys="none").tables.get("parameter_sets")
    uncertain = sim.load(folder / OVERLAY).leaves().keys()
    assert table is None or set(table["path"]) <= set(uncertain)


def test_the_page_has_a_picture_of_every_fit_in_both_languages(fitted: Fitted) -> None:
    """Each service time, share and profile is drawn; the table says what the scenario says."""
    page = fit_page(fitted)
    drawn = sum(len(one.pictures) for one in fitted.findings)
    assert drawn >= len(finding(fitted, "documents", "service").fits) + 5
    assert page.count('<svg class="chart"') == 2 * drawn
    assert "Customs counters: service time" in page
    assert "Quầy hải quan: thời gian phục vụ" in page


def test_times_that_no_family_comes_near_stand_in_a_file(tmp_path: Path) -> None:
    """Of two kinds of inspection in one column the observed times are drawn again."""
    rng = np.random.default_rng(4)
    begun = dt.datetime.fromisoformat("2025-07-07 08:00")
    lines = ["plate,stage,start,end"]
    for number in range(300):
        start = begun + dt.timedelta(days=number // 30, seconds=900 * (number % 30) + number)
        minutes = rng.normal(5.0, 0.5) if number % 3 else rng.normal(60.0, 3.0)
        end = start + dt.timedelta(minutes=float(minutes))
        lines.append(f"12C-{number},Physical inspection,{start},{end}")
    path = tmp_path / "two.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    found = sim.fit(path, base="tutorial", gate="chi_ma", rows=2)
    inspection = finding(found, "inspection", "service")
    assert inspection.value == "empirical(chi-ma-inspection-all.csv)"
    scenario = sim.load(write_fit(found, tmp_path) / OVERLAY)
    service = scenario.model.gates["chi_ma"].routes["main"].stages["inspection"].service
    assert not isinstance(service, dict)
    assert service.quantile(0.5) < 7.0
    assert service.quantile(0.9) > 50.0


@pytest.mark.parametrize("seed", [3])
def test_a_rounded_tenth_of_a_random_border_gives_its_inputs(seed: int, tmp_path: Path) -> None:
    """Stamps to five minutes count as intervals; servers are not identifiable, and that is said.

    ``python -m tests.benchmarks.bench_fit`` does so for twenty seeds.
    """
    settings = random_border(seed) | {"run.days": 27, "run.seed": seed}
    scenario = sim.load("tutorial", set=settings)
    events, _ = read_log(write(sim.run(scenario, replications=1), tmp_path))
    base = on_the_days_of(scenario.path, events, settings)
    sample = rounded_sample(events, 0.1, 5.0, np.random.default_rng(seed))
    for one in (events, sample):
        found = estimate(one, base, "random", rows=0)
        numbers = [e for f in found.findings for e in f.estimates if e.before is not None]
        assert sum(not e.differs for e in numbers) >= HELD * len(numbers)
    assert {(one.kind, one.reason) for one in found.unknown} >= {("servers", "sample")}


def test_waits_of_the_true_border_lie_among_those_of_the_ensemble(
    fitted: Fitted, tmp_path: Path
) -> None:
    """The fitted overlay and the scenario that wrote the log wait alike, as far as is known."""
    days = {"run.days": 6}
    sweep = plan_sweep(write_fit(fitted, tmp_path) / ENSEMBLE, tmp_path / "sweep", settings=days)
    found = [wait(sweep.variants.scenario(point.variant, Place("row"))) for point in sweep.points]
    true = wait(sim.load("tutorial", set=days))
    spread = 2.0 * max(float(np.std(found)), 0.1 * true)
    assert min(found) - spread < true < max(found) + spread


def wait(scenario: sim.Scenario) -> float:
    """Mean wait of all road gates."""
    summary = sim.run(scenario, replications=6).summary
    row = summary.filter(
        measure="wait_mean", gate="all", direction="all", cargo="all", route="all", stage="all"
    )
    return float(row["mean"][0])


def test_a_log_saved_as_text_is_read_as_a_sheet(tmp_path: Path) -> None:
    """The columns of an event log are a long sheet; minutes count from the first day."""
    results = sim.run(sim.load("tutorial", set={"run.days": 13}), replications=1)
    folder = write(results, tmp_path)
    path = tmp_path / "log.csv"
    results.journeys[0].write_csv(path)
    of_folder = sim.fit(folder / "journeys-0.parquet", rows=2)
    of_text = sim.fit(path, base="tutorial", rows=2)
    assert not of_text.problems
    for key in (("documents", "servers"), ("china_bay", "share")):
        assert finding(of_text, *key).value == finding(of_folder, *key).value
    for one in (of_text, of_folder):
        assert finding(one, "documents", "service").value["green"] == "2 min"


def test_flows_and_classes_bear_their_titles(fitted: Fitted) -> None:
    """Not `fruit` and `green`, but what a reader calls them, in either language."""
    page = fit_page(fitted)
    for text in ("exports, fresh fruit: volume", "green channel", "luồng xanh"):
        assert text in page
    assert "xuất khẩu, trái cây tươi: lưu lượng" in page


@pytest.mark.browser
@pytest.mark.parametrize(
    ("locale", "anchor", "shown"),
    [("vi-VN", "", "vi"), ("en-GB", "", "en"), ("vi-VN", "#en", "en")],
)
def test_the_page_opens_in_the_language_of_the_browser(
    fitted: Fitted, browser: Any, tmp_path: Path, locale: str, anchor: str, shown: str
) -> None:
    """A link that ends in a language goes before it."""
    path = tmp_path / "fit.html"
    path.write_text(fit_page(fitted), "utf-8")
    view = browser.new_context(locale=locale).new_page()
    view.goto(f"{path.as_uri()}{anchor}")
    assert view.locator("html").get_attribute("lang") == shown
    assert view.locator(f"main[lang={shown}] h1").is_visible()
    assert view.title() == view.locator(f"main[lang={shown}] h1").text_content()
