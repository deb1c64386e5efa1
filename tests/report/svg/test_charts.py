"""Charts of the pages show what their data say, on scales that can be compared."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.messages import messages
from sim.report.charts.backlog import Backlog
from sim.report.charts.stays import DRAWN, Stay
from sim.report.charts.waits import StageWaits
from sim.report.svg.backlog import draw_backlog_lines, sampled
from sim.report.svg.border import GateRing, draw_border
from sim.report.svg.canvas import Canvas
from sim.report.svg.chart import chart
from sim.report.svg.cost_benefit import CostPoint, front
from sim.report.svg.effects import OptionEffect, draw_effects
from sim.report.svg.stays import draw_stay_bars
from sim.report.svg.waits import draw_wait_lines

EN, VI = messages("en"), messages("vi")
MONDAY = dt.date(2025, 7, 7)


def backlog(level: float, days: int = 2, step: float = 30.0) -> Backlog:
    """A gate whose queue is level, shut from 19:00 to midnight each day."""
    minutes = np.arange(0.0, days * 1440.0 + 1, step)
    waiting = np.full(minutes.size, level)
    closed = [(day * 1440.0 + 1140.0, day * 1440.0 + 1440.0) for day in range(days)]
    return Backlog("A", minutes, waiting, waiting - 1, waiting + 1, closed)


def words(canvas: Canvas) -> list[str]:
    """All texts of a canvas."""
    return [re.sub("<[^>]*>", "", word) for word in canvas.words]


def points(canvas: Canvas, kind: str) -> np.ndarray:
    """Points of the first path of a kind."""
    path = next(shape for shape in canvas.shapes if f'class="{kind}' in shape)
    values = [float(number) for number in re.findall(r"-?[\d.]+", path.split('"')[1])]
    return np.array(values).reshape(-1, 2)


def test_a_line_holds_its_values() -> None:
    """What the page's script reads off a line are the data themselves."""
    line = backlog(40.0)
    canvas = draw_backlog_lines("A", [line], 400.0, MONDAY, EN)
    assert points(canvas, "line") == pytest.approx(
        np.column_stack([np.arange(line.minutes.size), line.mean])
    )
    band = points(canvas, "band")
    assert band[: line.minutes.size, 1] == pytest.approx(line.high)
    assert band[: line.minutes.size - 1 : -1, 1] == pytest.approx(line.low)
    assert canvas.facts == {"data_from": str(20276 * 1440), "data_step": "30", "data_gate": ""}


@pytest.mark.parametrize(("lang", "day"), [("en", "7 Jul"), ("vi", "07/07")])
def test_evenings_are_marked_in_the_language(lang: str, day: str) -> None:
    """The time axis is marked when the bulletin closes, with the date."""
    drawn = words(draw_backlog_lines("A", [backlog(4)], 5.0, MONDAY, messages(lang)))
    assert {"20:00", day} <= set(drawn)


def test_ticks_say_the_year_where_a_run_passes_one() -> None:
    """Ten years do not look like twenty months."""
    drawn = words(draw_backlog_lines("A", [backlog(4, days=400)], 5.0, MONDAY, EN))
    assert "7 Jul 2025" in drawn
    assert any(text.endswith("2026") for text in drawn)


@pytest.mark.parametrize(("days", "step"), [(1, 30), (7, 30), (31, 30), (366, 30), (3660, 60)])
def test_a_long_line_is_thinned_at_the_same_hours_of_each_day(days: int, step: int) -> None:
    """No hour of the day is left out on some days alone, which would look like a wave."""
    minutes = np.arange(0.0, days * 1440.0 + 1, step)
    chosen = sampled(minutes)
    assert 2 <= chosen.size <= 401
    steps = set(np.diff(minutes[chosen]).tolist())
    assert len(steps) == 1
    (apart,) = steps
    assert 1440.0 % apart == 0 or apart % 1440.0 == 0


def stay(title: str, queue: float) -> Stay:
    """A stay with a queue in Vietnam, an hour served in China and nine held by the owner."""
    sides = ("vietnam", "border", "china")
    hours = {(side, clock): 0.0 for side in sides for clock in (*DRAWN, "owner", "virtual")}
    hours |= {("vietnam", "queue"): queue, ("china", "service"): 1.0, ("china", "owner"): 9.0}
    return Stay(title, "road", "export", sides, hours)


def test_stays_are_as_long_as_their_hours() -> None:
    """Bars share one scale; each part is a value that can be reached; the owner stands aside."""
    canvas = draw_stay_bars([stay("A", 2.0), stay("B", 4.0)], 5.0, EN)
    widths = [float(width) for width in re.findall(r'width="([\d.]+)%"', "".join(canvas.shapes))]
    assert widths == [40.0, 20.0, 80.0, 20.0]
    assert canvas.table.rows[0] == ("A", "Vietnam", "in line", "2.0")
    assert len(canvas.table.rows) == 4
    assert "3.0 + 9.0 held by owner = 12.0 h" in words(canvas)


def test_waits_show_each_scenario_that_differs() -> None:
    """A scenario that is None has no line; the values are the mean and the 95 % quantile."""
    waits = [StageWaits("Chi Ma", "Documents", ((1.0, 4.0), None, (0.5, 2.0)))]
    canvas = draw_wait_lines(waits, ["A", "B", "C"], 4.0, VI)
    assert canvas.table.rows == [
        ("Documents", "A", "1,00", "4,00"),
        ("Documents", "C", "0,50", "2,00"),
    ]
    assert [re.findall(r'x2="([\d.]+)%"', s)[0] for s in canvas.shapes if "stroke s" in s] == [
        *("100", "100", "50", "50"),
    ]


def test_rings_grow_with_their_area() -> None:
    """Four times the vehicles is twice the radius."""
    rings = [GateRing("a", "A", (400.0,), "400"), GateRing("b", "B", (100.0,), "100")]
    canvas = draw_border([*rings, GateRing("c", "C", (None,), "")], ["One"], EN)
    radii = [float(r) for r in re.findall(r'r="([\d.]+)" class="bubble', "".join(canvas.shapes))]
    assert radii[0] == pytest.approx(2 * radii[1])
    assert "C" in words(canvas)


def test_effects_that_cannot_be_told_from_none_are_hollow() -> None:
    """Full and coloured where a difference is clear, hollow and grey where not."""
    effects = [
        OptionEffect(1, "B", -5.0, -6.0, -4.0, clear=True, shown="▼ 5"),
        OptionEffect(2, "C", 0.5, -0.5, 1.5, clear=False, shown="same"),
    ]
    shapes = "".join(draw_effects("Wait", effects, EN).shapes)
    assert re.findall(r'class="((?:fill|ring) [^"]*)"', shapes) == ["fill s1", "ring none"]


def test_the_front_has_only_options_worth_their_cost() -> None:
    """An option that costs more and leaves more waiting is no corner of the front."""
    points = [
        CostPoint(number, "", "", cost, wait, (0.0, 0.0), "undecided")
        for number, (cost, wait) in enumerate([(0.0, 9.0), (5.0, 4.0), (6.0, 5.0), (8.0, 3.0)])
    ]
    assert front(points) == [(0.0, 9.0), (5.0, 4.0), (8.0, 3.0)]


def test_equal_data_are_equal_text() -> None:
    """Nothing depends on when a chart is drawn."""
    drawn = [
        chart(lambda: draw_backlog_lines("A", [backlog(4)], 5.0, MONDAY, EN), "a", "A", EN)
        for _ in range(2)
    ]
    assert drawn[0].__html__() == drawn[1].__html__()


def test_the_page_needs_no_matplotlib(folder: Path, tmp_path: Path) -> None:
    """A report is written without the library that draws figures being loaded."""
    code = (
        "import sys; from pathlib import Path; from sim.report.html import write_report; "
        "write_report(Path(sys.argv[1]), target=Path(sys.argv[2])); "
        "assert 'matplotlib' not in sys.modules"
    )
    target = tmp_path / "report.html"
    subprocess.run([sys.executable, "-c", code, str(folder), str(target)], check=True)
    assert target.stat().st_size > 10_000
