"""The playback in a browser: offline, without errors, by mouse and by keyboard, fast enough."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sim.messages import LANGUAGES, catalogue
from sim.report.play import write_playback
from sim.report.play.page import build_page
from sim.results import Results
from sim.runs import run
from sim.scenario import load
from tests.chromium import opened

pytestmark = pytest.mark.browser

SCENARIOS = Path(__file__).parents[3] / "scenarios"


@pytest.fixture(scope="module")
def playback(folder: Path) -> Path:
    """The first day of the small comparison."""
    return write_playback([folder], day=1)


@pytest.fixture
def page(browser: Any, playback: Path) -> Iterator[Any]:
    """The playback, open."""
    with opened(browser, playback) as shown:
        yield shown


def minute(page: Any) -> float:
    """The minute shown."""
    found: float = page.evaluate("playback.state.minute")
    return found


def seek(page: Any, at: float) -> None:
    """Show a minute."""
    page.evaluate(f"playback.state.minute = {at}; playback.show()")


def frames_a_second(page: Any, seconds: float) -> float:
    """Play for some seconds and count the pictures drawn."""
    look = "[playback.drawn(), performance.now() / 1000]"
    page.keyboard.press(" ")
    before = page.evaluate(look)
    time.sleep(seconds)
    after = page.evaluate(look)
    page.keyboard.press(" ")
    return float((after[0] - before[0]) / (after[1] - before[1]))


def best_of(page: Any, at: float, wanted: float) -> float:
    """Pictures a second from a minute on; a machine busy with other things gets more tries."""
    best = 0.0
    for _ in range(6):
        seek(page, at)
        best = max(best, frames_a_second(page, 3.0))
        if best >= wanted:
            break
    return best


@pytest.fixture(scope="module")
def baseline() -> list[Results]:
    """A day of the baseline and of an option on it."""
    brief = {"run.days": 1, "run.warm_up": "3 days"}
    names = ("baseline-2025", "chi-ma-international")
    return [run(load(SCENARIOS / f"{name}.yaml", set=brief), 1) for name in names]


def check_figures(page: Any, several: list[Results]) -> None:
    """At any minute a stage's figures are its vehicles waiting and served in the event log.

    Those with their owners do not wait; the places of a hold are kept until given back.
    """
    figures = """minute => playback.sides.map(side => side.places.map(place => [
        place.stage.gate, place.stage.title.en, waiting(place, minute), served(place, minute)]))"""
    for at in (0.05, 425.05, 600.05, 800.05, 1300.05):
        for result, shown in zip(several, page.evaluate(figures, at), strict=True):
            log = result.journeys[0].with_columns(
                pl.col("start", "finish").fill_null(float("inf")),
                pl.col("gate", "stage").cast(pl.String),
            )
            clock = result.plan.warm_up + at
            stages = {(s.id.split(".")[0], s.title["en"]): s for s in result.plan.stages[::-1]}
            assert len(shown) > 2
            for gate, title, waiting, served in shown:
                stage = stages[gate, title]
                here = log.filter(
                    pl.col("stage") == stage.id, pl.col("arrive") < clock, pl.col("finish") > clock
                )
                queued = here.filter(pl.col("start") > clock).height * (not stage.owner)
                assert [gate, title, waiting, served] == [gate, title, queued, len(here) - queued]


def test_figures_are_those_of_the_log(page: Any, several: list[Results]) -> None:
    """So it is at the small border."""
    check_figures(page, several)


def test_figures_of_the_baseline(browser: Any, baseline: list[Results], tmp_path: Path) -> None:
    """So it is where there are holds, owners and trains."""
    file = tmp_path / "playback.html"
    file.write_text(build_page(baseline, 1, None), "utf-8")
    with opened(browser, file) as page:
        check_figures(page, baseline)


def test_keyboard_is_enough(page: Any) -> None:
    """Space plays and stops, arrows move, plus and minus change the speed, W finds the worst."""
    seek(page, 600)
    page.keyboard.press("ArrowRight")
    assert minute(page) == 605
    page.keyboard.press("Shift+ArrowLeft")
    assert minute(page) == 545
    speed = page.inner_text("#speed")
    page.keyboard.press("+")
    faster = page.inner_text("#speed")
    page.keyboard.press("-")
    assert page.inner_text("#speed") == speed != faster
    page.keyboard.press(" ")
    page.wait_for_function("playback.state.minute > 546")
    page.keyboard.press(" ")
    stopped = minute(page)
    time.sleep(0.2)
    assert minute(page) == stopped
    page.keyboard.press("w")
    worst = minute(page)
    page.keyboard.press("Home")
    assert minute(page) == 0 != worst


def test_both_clocks(page: Any) -> None:
    """Beijing is an hour ahead of Vietnam."""
    seek(page, 23 * 60 + 5)
    assert page.inner_text("#clock").split()[0] == "23:05"
    assert "00:05" in page.inner_text("#clock span")


def test_the_scrubber_seeks(page: Any) -> None:
    """A click in the middle of the day's queues shows noon."""
    box = page.locator("#scrubber").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    assert minute(page) == pytest.approx(720, abs=2)
    assert page.get_attribute("#scrubber", "aria-valuenow") == "720"


def test_a_vehicle_tells_its_story(page: Any) -> None:
    """A click on a vehicle opens its table on both sides, Escape closes it."""
    seek(page, 600)
    mark = page.evaluate("(({x, y}) => [x, y])(playback.marks()[0])")
    box = page.locator("#stage").bounding_box()
    page.mouse.click(box["x"] + mark[0], box["y"] + mark[1])
    assert page.is_visible("#story")
    chosen = page.evaluate("playback.state.chosen")
    assert str(chosen + 1) in page.inner_text("#story h2")
    assert page.locator("#story table").count() == 2
    assert page.locator("#story tr.now").count() >= 1
    page.keyboard.press("Escape")
    assert page.is_hidden("#story")


def test_who_waits_longest_needs_no_mouse(page: Any) -> None:
    """N tells of the vehicle that came first of those that wait."""
    seek(page, 430)
    page.keyboard.press("n")
    assert page.is_visible("#story")
    assert page.locator("#story tr.now").count() >= 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_language_stands_alone(lang: str, page: Any) -> None:
    """After switching, no words of the other language are left on the screen."""
    seek(page, 430)
    page.keyboard.press("n")
    page.click(f"label[lang={lang}]")
    shown = " ".join(page.inner_text("body").split())
    other = next(one for one in LANGUAGES if one != lang)
    entries = [entry for key, entry in catalogue().items() if key.startswith("play.")]
    foreign = [e[other] for e in entries if e[other] != e[lang] and len(e[other]) > 8]
    assert [messages for messages in foreign if messages in shown] == []
    assert sum(entry[lang] in shown for entry in entries) > 15
    assert page.evaluate("document.documentElement.lang") == lang


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_as_wide_as_the_screen(width: int, page: Any) -> None:
    """On a desk and on a phone nothing sticks out, with a story open too."""
    page.set_viewport_size({"width": width, "height": 900})
    seek(page, 430)
    page.keyboard.press("n")
    for lang in LANGUAGES:
        page.click(f"label[lang={lang}]")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_less_motion_means_steps(browser: Any, playback: Path) -> None:
    """Who asks their system for less motion gets about a picture a second."""
    with opened(browser, playback, reduced_motion="reduce") as page:
        assert frames_a_second(page, 3.0) < 3


def test_a_day_of_the_baseline_is_fluent(
    browser: Any, baseline: list[Results], tmp_path: Path
) -> None:
    """A busy hour of the baseline beside an option: at least 30 pictures a second."""
    file = tmp_path / "playback.html"
    file.write_text(build_page(baseline, 1, None), "utf-8")
    with opened(browser, file) as page:
        assert best_of(page, 420, 30) >= 30


def test_fifty_thousand_vehicles_open(browser: Any, tmp_path: Path) -> None:
    """A day of 50,000 vehicles opens, is whole, and moves."""
    many = {"gates.chi_ma.routes.main.flows.fruit.volume": "50_000 trucks/day", "run.days": 1}
    result = run(load(_small(tmp_path), set=many), 1)
    file = tmp_path / "playback.html"
    file.write_text(build_page([result], 1, None), "utf-8")
    with opened(browser, file) as page:
        assert page.evaluate("playback.sides[0].id.length") > 50_000
        assert best_of(page, 1100, 5) >= 5


def _small(folder: Path) -> Path:
    from tests.small import write_small

    return write_small(folder)[0]
