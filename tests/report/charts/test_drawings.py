"""What the pictures show, read back from the figure."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.compare import Estimate, Quantity, UpgradeEffect, UpgradeEffects
from sim.messages import Messages, messages
from sim.report.charts.backlog import Backlog, draw_backlog
from sim.report.charts.differences import GateChange, MeasureChange, draw_differences
from sim.report.charts.style import BLUE, GREY, RED, load_colours, save
from sim.report.charts.utilisation import StageLoad, draw_utilisation
from sim.report.charts.waits import StageWait, draw_waits
from sim.report.charts.waterfall import draw_waterfall

MONDAY = dt.date(2025, 7, 7)


def backlog(title: str, level: float, days: int = 2) -> Backlog:
    """A gate whose queue is level, shut from 19:00 to midnight each day."""
    minutes = np.arange(0.0, days * 1440.0 + 1, 30.0)
    waiting = np.full(minutes.size, level)
    closed = [(day * 1440.0 + 1140.0, day * 1440.0 + 1440.0) for day in range(days)]
    return Backlog(title, minutes, waiting, waiting - 1, waiting + 1, closed)


def texts(figure: Any) -> set[str]:
    """Every text in a figure."""
    return {text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text"))}


def test_gates_share_one_scale() -> None:
    """A small queue looks small beside a large one."""
    figure = draw_backlog([backlog("A", 400), backlog("B", 4)], MONDAY, 5, messages("en"))
    limits = {axes.get_ylim() for axes in figure.axes}
    assert len(limits) == 1
    assert limits.pop()[1] >= 401


def test_ticks_stand_at_20_00() -> None:
    """The time axis is marked when the bulletin closes, with the date."""
    figure = draw_backlog([backlog("A", 4)], MONDAY, 5, messages("en"))
    axes = figure.axes[0]
    assert list(axes.get_xticks()) == [1200.0, 2640.0]
    assert [label.get_text() for label in axes.get_xticklabels()] == [
        "20:00\n7 Jul",
        "20:00\n8 Jul",
    ]


def test_ticks_of_a_long_run_are_thinned() -> None:
    """A month has about eight dates, not thirty on top of one another."""
    figure = draw_backlog([backlog("A", 4, days=30)], MONDAY, 5, messages("en"))
    assert len(figure.axes[0].get_xticks()) <= 8


@pytest.mark.parametrize("count", [1, 3, 4])
def test_unused_panels_are_hidden(count: int) -> None:
    """As many panels show as there are gates."""
    figure = draw_backlog([backlog(str(i), 4) for i in range(count)], MONDAY, 5, messages("en"))
    assert sum(axes.get_visible() for axes in figure.axes) == count


@pytest.mark.parametrize(("lang", "shown"), [("en", "at 20:00: 1,400"), ("vi", "lúc 20:00: 1.400")])
def test_backlog_speaks_the_language(lang: str, shown: str) -> None:
    """Title and figures are in the reader's language."""
    language: Messages = messages(lang)
    found = texts(draw_backlog([backlog("A", 1400)], MONDAY, 5, language))
    assert {shown, language.text("figure.backlog.title")} <= found


def test_waits_show_mean_and_tail() -> None:
    """Each stage has its bar, its mark and both figures."""
    waits = [StageWait("Chi Ma", "Documents", 1.2, 4.0), StageWait("Chi Ma", "Scanner", 0.1, 0.4)]
    figure = draw_waits(waits, 5, messages("en"))
    assert [bar.get_width() for bar in figure.axes[0].patches] == [1.2, 0.1]
    assert {"Chi Ma", "Documents", "Scanner", "1.2 · 4.0", "0.1 · 0.4"} <= texts(figure)


def test_red_begins_at_95_percent() -> None:
    """Blues below 95 %, the one red from there."""
    from matplotlib.colors import to_hex

    colours = load_colours()
    assert to_hex(colours(0.951)).upper() == RED
    assert to_hex(colours(0.999)).upper() == RED
    red, _, blue, _ = colours(0.949)
    assert blue > red


def test_closed_hours_are_hatched_not_zero() -> None:
    """A closed hour is hatched and has no colour of its own; an idle open one has."""
    hours = np.full(24, np.nan)
    hours[7:19] = 0.0
    hours[8] = 0.97
    figure = draw_utilisation([StageLoad("Chi Ma", "Lanes", hours)], 5, messages("en"))
    axes = figure.axes[0]
    opened, closed = (
        [(box.vertices[:, 0].min(), box.vertices[:, 0].max()) for box in cells.get_paths()]
        for cells in axes.collections
    )
    assert closed == [(0, 7), (19, 24)]
    assert axes.collections[1].get_hatch()
    assert opened == [(hour, hour + 1) for hour in range(7, 19)]
    assert np.asarray(axes.collections[0].get_array()).tolist() == [0.0, 0.97, *[0.0] * 10]
    assert "97" in texts(figure)


def test_pictures_name_their_scenario() -> None:
    """The scenario's title stands in every picture, cut where it is very long, dollars and all."""
    en = messages("en")
    load = StageLoad("Chi Ma", "Lanes", np.full(24, 0.5))
    for title in ("Costs $5 or $6", "Night " * 40):
        for figure in (
            draw_backlog([backlog("A", 4)], MONDAY, 5, en, title),
            draw_waits([StageWait("Chi Ma", "Documents", 1.2, 4.0)], 5, en, title),
            draw_utilisation([load], 5, en, title),
        ):
            (found,) = (text for text in texts(figure) if text.startswith(title[:10]))
            assert len(found) <= 62
            figure.canvas.draw()


def test_one_replication_is_singular() -> None:
    """A picture of one replication does not speak of several, nor of a band."""
    figure = draw_backlog([backlog("A", 4)], MONDAY, 1, messages("en"))
    assert any(text.startswith("Line: 1 replication. Grey") for text in texts(figure))


def change(place: str, scenario: str, mean: float, half: float | None = 1.0) -> GateChange:
    """A difference that is clear when its interval leaves out 0."""
    if half is None:
        return GateChange(place, scenario, mean, None, None, clear=False)
    return GateChange(place, scenario, mean, mean - half, mean + half, clear=abs(mean) > half)


def test_differences_show_their_intervals() -> None:
    """Each difference has its interval; grey and hollow where it holds 0, full where not."""
    from matplotlib.colors import to_hex

    panel = MeasureChange(
        "Wait (min)", False, (change("Chi Ma", "B", -5), change("Else", "B", 0.5))
    )
    figure = draw_differences([panel], ["A", "B"], 10, "Monte Carlo", messages("en"))
    lines = figure.axes[0].lines
    spans = {
        tuple(line.get_xdata()): line.get_color() for line in lines if line.get_marker() == "None"
    }
    assert spans[-6.0, -4.0] == BLUE
    assert spans[-0.5, 1.5] == GREY
    faces = [to_hex(line.get_markerfacecolor()) for line in lines if line.get_marker() == "o"]
    assert faces == [BLUE.lower(), "#ffffff"]
    low, high = figure.axes[0].get_xlim()
    assert low < -6.0
    assert high > 1.5
    assert {"What changes against A", "B", "Wait (min)", "◀ better", "−5.0"} <= texts(figure)


def test_scenarios_differ_in_colour_and_sign() -> None:
    """With several scenarios each has a sign of its own at every place, one below the other."""
    names = ["A", "B", "C", "D"]
    changes = tuple(change("Chi Ma", name, 3.0) for name in names[1:])
    figure = draw_differences(
        [MeasureChange("Crossed", True, changes)], names, 10, "Monte Carlo", messages("vi")
    )
    marks = [line for line in figure.axes[0].lines if line.get_marker() in "osD"]
    assert (
        len({line.get_marker() for line in marks}) == len({line.get_color() for line in marks}) == 3
    )
    heights = [float(line.get_ydata()[0]) for line in marks]
    assert heights == sorted(set(heights))
    assert "tốt hơn ▶" in texts(figure)


def test_nothing_changes() -> None:
    """Where all differences are exactly 0 there is no scale to misread."""
    panel = MeasureChange("Wait (min)", False, (change("Chi Ma", "B", 0.0, 0.0),))
    figure = draw_differences([panel], ["A", "B"], 10, "Monte Carlo", messages("en"))
    assert list(figure.axes[0].get_xticks()) == [0.0]


def test_one_replication_has_no_interval() -> None:
    """Without a half-width the mean stands alone, hollow."""
    panel = MeasureChange("Wait (min)", False, (change("Chi Ma", "B", -5, None),))
    figure = draw_differences([panel], ["A", "B"], 1, "Monte Carlo", messages("en"))
    assert [line.get_color() for line in figure.axes[0].lines if line.get_marker() == "o"] == [GREY]
    assert "Difference on the same vehicles, 1 replication." in texts(figure)


def test_pictures_are_the_same_every_time(tmp_path: Path) -> None:
    """Equal data give equal files, and SVG text stays text."""
    for name in ("a", "b"):
        save(draw_backlog([backlog("Hữu Nghị", 4)], MONDAY, 5, messages("vi")), tmp_path, name)
    for kind in ("png", "svg"):
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()
    assert ">Hữu Nghị</text>" in (tmp_path / "a.svg").read_text("utf-8")


@pytest.mark.parametrize(("lang", "shown"), [("en", "20:00\n8 Jul"), ("vi", "20:00\n08/07")])
def test_ticks_say_the_year_where_a_run_passes_one(lang: str, shown: str) -> None:
    """Ten years do not look like twenty months; a run within one year has no year on it."""
    tuesday = MONDAY + dt.timedelta(days=1)
    figure = draw_backlog([backlog("A", 4, days=400)], tuesday, 5, messages(lang))
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert labels[0] == f"{shown}\n2025"
    assert labels[-1].endswith("\n2026")
    short = draw_backlog([backlog("A", 4, days=9)], tuesday, 5, messages(lang))
    assert short.axes[0].get_xticklabels()[0].get_text() == shown


def test_of_many_gates_the_longest_queues_are_drawn() -> None:
    """The picture stays within a few screens and says what it leaves out."""
    gates = [backlog(f"G{number}", number % 100) for number in range(300)]
    figure = draw_backlog(gates, MONDAY, 5, messages("en"))
    titles = {axes.get_title(loc="left") for axes in figure.axes}
    assert titles == {f"G{number}" for number in range(300) if number % 100 >= 92}
    assert figure.get_size_inches()[1] < 25
    left_out = "Drawn: the 24 of 300 gates where it matters most. The tables have all."
    assert left_out in texts(figure)


def test_of_many_stages_the_longest_waits_and_busiest_are_drawn() -> None:
    """As for gates."""
    waits = [StageWait(f"G{number}", "Documents", 1.0, number % 500) for number in range(1000)]
    busy = [StageLoad(f"G{n}", "Lanes", np.full(24, (n % 500) / 500)) for n in range(1000)]
    for figure in (draw_waits(waits, 5, messages("en")), draw_utilisation(busy, 5, messages("en"))):
        shown = texts(figure)
        assert {"G499", "G999", "G470", "G970"} <= shown
        assert not {"G469", "G969"} & shown
        assert "Drawn: the 60 of 1,000 stages where it matters most. The tables have all." in shown
        assert figure.get_size_inches()[1] < 35


def test_of_many_places_and_scenarios_a_comparison_shows_what_fits() -> None:
    """All gates and those with clear differences; the first scenarios; the rest is said."""
    places = ["All gates", *(f"G{number}" for number in range(200))]
    names = ["A", *(f"S{number}" for number in range(40))]
    changes = tuple(
        change(place, name, 5.0 if place == "G150" else 0.1)
        for place in places
        for name in names[1:]
    )
    figure = draw_differences(
        [MeasureChange("Wait", False, changes)], names, 10, "Monte Carlo", messages("en")
    )
    shown = texts(figure)
    assert {"All gates", "G150", "S23"} <= shown
    assert not {"G199", "S24"} & shown
    assert any("the 6 of 201 gates" in text and "24 of 40 scenarios" in text for text in shown)


@pytest.mark.parametrize(("none", "every"), [(23_504.0, 23_497.0), (10.0, 40.0), (-5.0, 8.0)])
def test_a_lever_picture_ends_beyond_its_bars_and_marks(none: float, every: float) -> None:
    """No bar and no diamond is cut at the edge, whichever way the upgrade goes."""
    effect, nothing = Estimate(every - none, 1.0), Estimate(0.0, 0.0)
    lever = UpgradeEffect("faster", effect, effect, nothing, effect)
    found = UpgradeEffects(Quantity("wait_mean"), none, every, effect, (lever,))
    axes = draw_waterfall(found, ["Faster"], "Wait (min)", 1.0, messages("en"), "A run").axes[0]
    low, high = axes.get_xlim()
    ends = [x for bar in axes.patches for x in (bar.get_x(), bar.get_x() + bar.get_width())]
    assert high > max(ends) + 0.01 * (high - low)
    assert low <= min(ends)
