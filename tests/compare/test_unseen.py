"""What a change moves that is not shown is said, and who moves nothing."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import sim
from sim.catalogue import Quantity
from sim.compare import blind_factors, compare_runs, unseen
from sim.messages import messages
from sim.report.text.notices import caveats
from sim.results import Results
from sim.runs import run
from tests.small import write_small


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The small border."""
    path, _ = write_small(tmp_path_factory.mktemp("unseen"))
    return run(sim.load(path, set={"run.days": "1"}), 2)


def test_a_change_that_something_shown_sees_is_no_matter(base: Results, tmp_path: Path) -> None:
    """More counters change the wait, which is shown."""
    more = run(sim.load(write_small(tmp_path)[1], set={"run.days": "1"}), 2)
    head = [one.tables["headline"] for one in (base, more)]
    assert unseen(*head, [Quantity("wait_mean", direction="export")]) is None
    named = unseen(*head, [Quantity("teu_per_day")])
    assert named is not None
    assert "wait.mean" in named
    assert "teu.per_day" not in named


def test_a_change_without_effect_is_said(base: Results) -> None:
    """The same scenario again moves no measure, and the comparison says so."""
    again = compare_runs([base, run(base.scenario, 2)], ["one", "two"])
    assert unseen(base.tables["headline"], base.tables["headline"], []) == []
    assert any("no measure changes at all" in text for text in caveats(again, messages("en")))


def test_a_factor_that_moves_nothing_shown_is_found() -> None:
    """Over a grid: a has no effect on x but on y, b moves x, c nothing."""
    rows = [
        {"a": a, "b": b, "c": c, "x": 1.0 * b, "y": 2.0 * a}
        for a in (1, 2)
        for b in (1, 2)
        for c in (1, 2)
    ]
    points = pl.DataFrame(rows).with_columns(x_half_width=0.1, y_half_width=0.1)
    assert blind_factors(points, ["a", "b", "c"], ["x"]) == {"a": ["y"], "c": []}
    assert blind_factors(points.filter(b=1, c=1), ["a"], ["y"]) == {}
