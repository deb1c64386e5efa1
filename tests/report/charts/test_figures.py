"""The pictures of a run come from its tables."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.compare import compare_runs, estimate
from sim.errors import PictureWarning
from sim.messages import messages
from sim.report.charts import figures
from sim.report.charts.backlog import backlogs
from sim.report.charts.differences import differences
from sim.report.charts.figures import draw_comparison, draw_figures
from sim.report.charts.utilisation import stage_loads
from sim.report.charts.waits import stage_waits
from sim.results import Results
from sim.runs import run
from sim.scenario import load
from tests.small import write_small


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Three replications of the small border."""
    return run(load(write_small(tmp_path_factory.mktemp("small"))[0]))


def test_four_pictures_in_two_forms(results: Results, tmp_path: Path) -> None:
    """Stays, backlog, waits and utilisation, each as PNG and SVG, and no other file."""
    folder = draw_figures(results, tmp_path, "vi")
    assert folder == tmp_path / "figures"
    names = ("backlog", "stays", "utilisation", "waits")
    expected = sorted(f"{name}.{kind}" for name in names for kind in ("png", "svg"))
    assert sorted(path.name for path in folder.iterdir()) == expected


@pytest.fixture(scope="module")
def more(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The small border with more counters."""
    return run(load(write_small(tmp_path_factory.mktemp("more"))[1]))


def test_comparison_shows_the_compared_table(results: Results, more: Results) -> None:
    """Differences and half-widths are those of the table, waits in minutes; all gates first."""
    panels = differences(compare_runs([results, more], ["a", "b"]), messages("en"))
    wait = next(panel for panel in panels if panel.title == "Wait, mean, exports (min)")
    assert [change.place for change in wait.changes] == ["All road gates", "Chi Ma", "Dong Dang"]
    table = compare_runs([results, more], ["a", "b"]).table
    row = table.row(
        by_predicate=(pl.col("gate") == "chi_ma")
        & (pl.col("direction") == "export")
        & (pl.col("measure") == "wait_mean"),
        named=True,
    )
    change = wait.changes[1]
    assert change.mean == pytest.approx(60 * row["difference"])
    assert change.ends == pytest.approx((60 * row["low"], 60 * row["high"]))
    assert change.clear == (row["verdict"] != "cannot be told apart")
    assert [panel.more_is_better for panel in panels if "Crossed" in panel.title] == [True] * 2


def test_comparison_in_two_forms(results: Results, more: Results, tmp_path: Path) -> None:
    """One picture as PNG and SVG that names both scenarios."""
    folder = draw_comparison(compare_runs([results, more], ["Before", "After"]), tmp_path)
    assert folder == tmp_path / "figures"
    assert sorted(path.name for path in folder.iterdir()) == ["comparison.png", "comparison.svg"]
    text = (folder / "comparison.svg").read_text("utf-8")
    assert "Before" in text
    assert ">After</text>" in text


def test_nothing_to_compare(tmp_path: Path) -> None:
    """Scenarios without traffic have no picture and no folder for it."""
    base = write_small(tmp_path)[0]
    flows = "gates.chi_ma.routes.main.flows"
    idle = {f"{flows}.fruit.volume": "0/day", f"{flows}.goods.volume": "0/day"}
    text = base.read_text("utf-8").replace("timetable: [06:00, 15:00]", "volume: 0/day")
    base.write_text(text, "utf-8")
    empty = run(load(base, set=idle), 2)
    assert draw_comparison(compare_runs([empty, empty]), tmp_path) is None
    assert not (tmp_path / "figures").exists()


def test_backlog_is_the_mean_over_replications(results: Results) -> None:
    """Line and band are mean and quantiles of the backlog table."""
    drawn = backlogs(results, messages("en"))
    assert [gate.title for gate in drawn] == ["Chi Ma", "Dong Dang"]
    mine = results.tables["backlog"].filter(pl.col("gate") == "chi_ma")
    mean = mine.group_by("minute").agg(pl.col("waiting").mean()).sort("minute")["waiting"]
    np.testing.assert_allclose(drawn[0].mean, mean.to_numpy())
    assert np.all(drawn[0].low <= drawn[0].mean)
    assert np.all(drawn[0].mean <= drawn[0].high)


def test_closed_hours_follow_the_crossing(results: Results) -> None:
    """A gate is shaded from 19:00 to 07:00; one that never closes is not shaded."""
    road, rail = backlogs(results, messages("en"))
    day = 1440.0
    assert road.closed[:2] == [(day, day + 420.0), (day + 1140.0, 2 * day + 420.0)]
    assert road.closed[-1][1] == 4 * day
    assert list(rail.closed) == []


def test_waits_are_in_hours(results: Results) -> None:
    """Mean and P95 of the stages table, in hours; stages without waits are left out."""
    (waiting, *_) = stage_waits(results, messages("en"))
    table = results.tables["stages"].filter(pl.col("role") == "documents")
    assert (waiting.place, waiting.stage) == ("Chi Ma", "Documents")
    assert waiting.mean == pytest.approx(table["wait_mean"].mean() / 60)


def test_utilisation_is_nan_where_closed(results: Results) -> None:
    """Open hours have a share, closed hours none."""
    documents = next(
        row for row in stage_loads(results, messages("en")) if row.stage == "Documents"
    )
    assert np.isnan(documents.hours).tolist() == [not 7 <= hour < 19 for hour in range(24)]
    assert np.nanmax(documents.hours) <= 1.0 + 1e-9


def test_utilisation_names_the_widest_half_width_of_its_hours(results: Results) -> None:
    """The half-width beside a stage is that of its least certain hour, over replications."""
    documents = next(
        row for row in stage_loads(results, messages("en")) if row.stage == "Documents"
    )
    table = results.tables["hours"].filter(pl.col("stage") == "chi_ma.main.documents")
    halves = [
        estimate(hour["utilisation"].drop_nulls().to_numpy(), bounds=(0.0, 1.0)).half_width
        for _, hour in table.group_by("hour")
    ]
    assert documents.half_width == pytest.approx(max(half for half in halves if half is not None))


def test_a_picture_that_fails_is_lost_alone(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are drawn, no part of it is left, and a warning names it with its reason."""

    def fail(*_: object) -> None:
        raise ValueError("left cannot be >= right")

    monkeypatch.setattr(figures, "draw_waits", fail)
    with pytest.warns(PictureWarning, match=r"'waits'.*left out: ValueError: left cannot be"):
        folder = draw_figures(results, tmp_path)
    assert folder is not None
    assert {path.stem for path in folder.iterdir()} == {"backlog", "stays", "utilisation"}


def test_no_picture_no_folder(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be drawn no folder says that there are pictures."""
    monkeypatch.setattr(figures, "render", lambda *_: 1 / 0)
    with pytest.warns(PictureWarning) as lost:
        assert draw_figures(results, tmp_path) is None
    assert len(lost) == 4
    assert list(tmp_path.iterdir()) == []


def test_long_titles_fit_every_picture(tmp_path: Path) -> None:
    """Gates and stages with titles of 150 letters are drawn, cut, in all pictures."""
    files = write_small(tmp_path)
    for title in ("Documents", "Chi Ma"):
        text = files[0].read_text("utf-8").replace(f"en: {title},", f"en: {title} {'long ' * 30},")
        files[0].write_text(text, "utf-8")
    several = [run(load(file), 2) for file in files]
    folder = draw_comparison(compare_runs(several, ["A" * 150, "B" * 150]), tmp_path)
    assert folder is not None
    assert re.search(r">Chi Ma long [^<]*…</text>", (folder / "comparison.svg").read_text("utf-8"))
    assert draw_figures(several[0], tmp_path) is not None
