"""What a notebook shows of scenarios, results, comparisons and sweeps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sim
from sim.compare import compare_runs
from sim.notebook import html_table
from tests.small import write_small


@pytest.fixture
def small(tmp_path: Path) -> Path:
    write_small(tmp_path)
    return tmp_path / "small.yaml"


def cells(html: str) -> list[str]:
    """Texts of the cells of a table."""
    return re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", html)


def test_texts_are_escaped() -> None:
    """A title of a file is shown, never obeyed."""
    shown = html_table("<b>", ["&"], [["<script>", 3]], "<i>")
    assert "<script>" not in shown
    assert "<b>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_scenario_shows_its_run(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Title, days and replications, in the reader's language."""
    monkeypatch.delenv("LANGSON_LANG", raising=False)
    scenario = sim.load(small, set={"run.days": 2})
    assert cells(scenario._repr_html_())[2:][6:8] == ["Measured days", "2"]
    monkeypatch.setenv("LANGSON_LANG", "vi")
    assert "Số ngày tính kết quả" in scenario._repr_html_()


def test_results_and_comparisons_show_the_table_that_they_hold(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mean wait of exports, in minutes, is that of the summary; differences likewise."""
    monkeypatch.setenv("LANGSON_LANG", "vi")
    more = sim.load(small.with_name("more.yaml"), set={"run.days": 2})
    results = [sim.run(sim.load(small, set={"run.days": 2}), 2), sim.run(more, 2)]
    row = (
        results[0]
        .summary.filter(gate="all", direction="export", measure="wait_mean")
        .row(0, named=True)
    )
    shown = cells(results[0]._repr_html_())
    mean = shown[shown.index("Thời gian chờ, TB (phút), xuất khẩu") + 1]
    assert mean.startswith(f"{row['mean'] * 60:.1f}".replace(".", ","))
    compared = compare_runs(results)
    shown = cells(compared._repr_html_())
    assert shown[:4] == ["Chỉ tiêu", "small", "more", "Chênh lệch (khoảng tin cậy)"]
    assert shown[shown.index("Thời gian chờ, TB (phút), xuất khẩu") + 1] == mean.partition(" ")[0]
