"""What the pictures show, read back from the figure."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.report.backlog import Backlog, draw_backlog
from sim.report.style import RED, load_colours, save
from sim.report.utilisation import StageLoad, draw_utilisation
from sim.report.waits import StageWait, draw_waits
from sim.words import Words, words

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
    figure = draw_backlog([backlog("A", 400), backlog("B", 4)], MONDAY, 5, words("en"))
    limits = {axes.get_ylim() for axes in figure.axes}
    assert len(limits) == 1
    assert limits.pop()[1] >= 401


def test_ticks_stand_at_20_00() -> None:
    """The time axis is marked when the bulletin closes, with the date."""
    figure = draw_backlog([backlog("A", 4)], MONDAY, 5, words("en"))
    axes = figure.axes[0]
    assert list(axes.get_xticks()) == [1200.0, 2640.0]
    assert [label.get_text() for label in axes.get_xticklabels()] == [
        "20:00\n7 Jul",
        "20:00\n8 Jul",
    ]


def test_ticks_of_a_long_run_are_thinned() -> None:
    """A month has about eight dates, not thirty on top of one another."""
    figure = draw_backlog([backlog("A", 4, days=30)], MONDAY, 5, words("en"))
    assert len(figure.axes[0].get_xticks()) <= 8


@pytest.mark.parametrize("count", [1, 3, 4])
def test_unused_panels_are_hidden(count: int) -> None:
    """As many panels show as there are gates."""
    figure = draw_backlog([backlog(str(i), 4) for i in range(count)], MONDAY, 5, words("en"))
    assert sum(axes.get_visible() for axes in figure.axes) == count


@pytest.mark.parametrize(("lang", "shown"), [("en", "at 20:00: 1,400"), ("vi", "lúc 20:00: 1.400")])
def test_backlog_speaks_the_language(lang: str, shown: str) -> None:
    """Title and figures are in the reader's language."""
    language: Words = words(lang)
    found = texts(draw_backlog([backlog("A", 1400)], MONDAY, 5, language))
    assert {shown, language.text("figure.backlog.title")} <= found


def test_waits_show_mean_and_tail() -> None:
    """Each stage has its bar, its mark and both figures."""
    waits = [StageWait("Chi Ma", "Documents", 1.2, 4.0), StageWait("Chi Ma", "Scanner", 0.1, 0.4)]
    figure = draw_waits(waits, 5, words("en"))
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
    figure = draw_utilisation([StageLoad("Chi Ma", "Lanes", hours)], 5, words("en"))
    axes = figure.axes[0]
    hatched = sorted(p.get_x() for p in axes.patches if p.get_hatch())
    assert hatched == [*range(7), *range(19, 24)]
    cells = axes.collections[0].get_array()
    assert np.ma.getmaskarray(cells).ravel().tolist() == np.isnan(hours).tolist()
    assert "97" in texts(figure)


def test_pictures_are_the_same_every_time(tmp_path: Path) -> None:
    """Equal data give equal files, and SVG text stays text."""
    for name in ("a", "b"):
        save(draw_backlog([backlog("Hữu Nghị", 4)], MONDAY, 5, words("vi")), tmp_path, name)
    for kind in ("png", "svg"):
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()
    assert ">Hữu Nghị</text>" in (tmp_path / "a.svg").read_text("utf-8")
