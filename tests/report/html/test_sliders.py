"""Sliders carry a sweep's numbers in the file, and refuse what has not all combinations."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sim.errors import ResultsError
from sim.messages import messages
from sim.report.html import write_report
from sim.report.html.report_data import ReportData, read_report_data
from sim.report.html.sections import sliders
from sim.results import SweepResults, open_results
from sim.sweep import fill, finish, local_executor, plan_sweep
from tests.small import write_small

SWEEP = """\
format: 1
extends: more.yaml
run: {warm_up: 0 h, days: 1}
sweep:
  replications: 2
  factors:
    lanes: {path: gates.chi_ma.routes.main.stages.crossing.servers, values: [1, 2, 3]}
    counters: {upgrade: counters}
"""


def swept(here: Path, text: str) -> Path:
    """Run a sweep of the small border; return its folder."""
    write_small(here)
    (here / "lanes.yaml").write_text(text, "utf-8")
    sweep = plan_sweep(here / "lanes.yaml", here / "swept")
    fill(sweep, local_executor(1))
    finish(here / "swept")
    return here / "swept"


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three lanes by two, two replications."""
    return swept(tmp_path_factory.mktemp("grid"), SWEEP)


def wait(sweep: Path, lanes: int, counters: bool) -> float:
    """Mean wait in minutes at a point, from the sweep's own table."""
    found = open_results(sweep)
    assert isinstance(found, SweepResults)
    rows = found.tables["headline"].filter(
        (pl.col("lanes") == lanes)
        & (pl.col("counters") == counters)
        & (pl.col("gate") == "all")
        & (pl.col("direction") == "export")
        & (pl.col("measure") == "wait_mean")
    )
    return 60.0 * float(rows.collect()["value"].mean())  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_each_point_has_its_own_numbers(lang: str, alone: Path, grid: Path) -> None:
    """The numbers carried stand in the order of all combinations, the last factor fastest."""
    section = sliders.section(read_report_data(alone, grid), messages(lang))
    assert section is not None
    carried = re.search(r'<script type="application/json">(.*?)</script>', section.body)
    assert carried is not None
    data = json.loads(carried[1])
    assert data["levels"][0] == ["1", "2", "3"]
    points = list(itertools.product((1, 2, 3), (False, True)))
    assert len(data["rows"]) == len(points)
    for row, point in zip(data["rows"], points, strict=True):
        assert number(row[0], lang) == pytest.approx(wait(grid, *point), abs=0.51)


def number(shown: str, lang: str) -> float:
    """Read the mean of ``6.8 ± 0.9`` or ``6.8 (0–21)``."""
    marks = {"en": {",": ""}, "vi": {".": "", ",": "."}}[lang]
    return float(re.split(r"[±(]", shown)[0].strip().translate(str.maketrans(marks)))


def test_the_table_starts_with_the_least_wait(alone: Path, grid: Path) -> None:
    """What is read without scripts has the best point on top."""
    section = sliders.section(read_report_data(alone, grid), messages("en"))
    assert section is not None
    points = itertools.product((1, 2, 3), (False, True))
    lanes, counters = min(points, key=lambda point: wait(grid, *point))
    first = section.body.split("<tr>")[2]
    level = "with" if counters else "without"
    assert first.startswith(f'<td class="word">{lanes}</td><td class="word">{level}</td>')


@pytest.mark.parametrize(
    ("lang", "lanes", "upgrade"),
    [
        ("en", "Chi Ma · Crossing: servers", "Four counters"),
        ("vi", "Chi Ma · Làn thông quan: số vị trí phục vụ", "Bốn quầy"),
    ],
)
def test_sliders_have_names(lang: str, lanes: str, upgrade: str, alone: Path, grid: Path) -> None:
    """A slider says what it moves and where, or which upgrade, in the page's language."""
    section = sliders.section(read_report_data(alone, grid), messages(lang))
    assert section is not None
    assert f"<span>{lanes}</span>" in section.body
    assert f"<span>{upgrade}" in section.body


def test_without_a_sweep_there_are_no_sliders(report: ReportData) -> None:
    """A report that was given no sweep has no such section."""
    assert sliders.section(report, messages("en")) is None


def test_only_grids_are_taken(alone: Path, tmp_path: Path) -> None:
    """A list of points has no combination for each place of the sliders: it is refused."""
    text = SWEEP.replace("sweep:\n", "sweep:\n  design: list\n")
    text = text.replace("    counters: {upgrade: counters}\n", "")
    with pytest.raises(ResultsError, match="design: list; sliders need every combination"):
        read_report_data(alone, swept(tmp_path, text))
    with pytest.raises(ResultsError, match="is a run, not a sweep"):
        read_report_data(alone, alone)


@pytest.fixture(scope="module")
def page_file(alone: Path, grid: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with sliders, away from its results, as if e-mailed."""
    return write_report(alone, target=tmp_path_factory.mktemp("mailed") / "r.html", sweep=grid)


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_moving_a_slider_shows_the_point(
    lang: str, browser: Any, page_file: Path, grid: Path
) -> None:
    """By keyboard alone, each combination shows the numbers of the sweep's own table."""
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{page_file.as_uri()}#{lang}")
    box = page.locator(f"#sliders .{lang} .controls")
    shown = set()
    for lanes, counters in itertools.product((1, 2, 3), (False, True)):
        for place, presses in ((0, lanes - 1), (1, int(counters))):
            box.locator("input").nth(place).focus()
            page.keyboard.press("Home")
            for _ in range(presses):
                page.keyboard.press("ArrowRight")
        assert box.locator("output").first.text_content() == str(lanes)
        text = box.locator("[data-value='export wait_mean']").text_content()
        assert number(text, lang) == pytest.approx(wait(grid, lanes, counters), abs=0.51)
        shown.add(text)
    assert len(shown) > 2
    assert errors == []
    page.close()


@pytest.mark.browser
def test_without_scripts_the_table_remains(browser: Any, page_file: Path) -> None:
    """Where scripts are blocked, no dead slider is shown, and the points can be read."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_file.as_uri())
    section = page.locator("#sliders .en")
    assert not section.locator("input").first.is_visible()
    section.locator("summary").click()
    assert section.locator("tbody tr").count() == 6
    assert section.locator("tbody td").first.is_visible()
    context.close()
