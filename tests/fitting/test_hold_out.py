"""A fit is checked on days that it has not seen."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.fitting import Fitted
from sim.fitting.page import fit_page
from sim.results import write
from tests.benchmarks.bench_fit import predicted as predicted_of

MONDAY = dt.datetime.fromisoformat("2025-07-07")
DAYS, TRUCKS = 15, 60


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the tutorial over two weeks, with its event log."""
    scenario = sim.load("tutorial", set={"run.days": 14, "run.seed": 3})
    return write(sim.run(scenario, replications=1), tmp_path_factory.mktemp("runs"))


def survey(folder: Path, last: float = 1.0) -> Path:
    """Arrivals and papers of fifteen days; on the last three so many times the trucks."""
    rng = np.random.default_rng(8)
    rows = ["plate,arrive,Customs counters start,Customs counters end"]
    for day in range(DAYS):
        n = rng.poisson(TRUCKS * (last if day >= DAYS - 3 else 1.0))
        free = [0.0, 0.0]
        for come in np.sort(rng.uniform(7 * 60, 17 * 60, n)).tolist():
            place = int(np.argmin(free))
            start = max(come, free[place])
            free[place] = start + float(rng.exponential(8.0))
            times = (MONDAY + dt.timedelta(days=day, minutes=m) for m in (come, start, free[place]))
            rows.append(
                f"12C-{len(rows)}," + ",".join(f"{time:%Y-%m-%d %H:%M:%S}" for time in times)
            )
    path = folder / "chi-ma.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def predicted(fitted: Fitted, measure: str) -> list[tuple[float, bool]]:
    """Observed numbers of a measure, and whether each lies in its interval."""
    assert fitted.hold_out is not None
    return [
        (number.observed, number.held)
        for number in fitted.hold_out.predictions
        if number.measure == measure
    ]


def test_a_fit_to_the_first_days_of_a_run_predicts_the_last(log: Path) -> None:
    """Daily counts and mean waits of days that came from the same scenario lie inside."""
    fitted = sim.fit(log, rows=2, hold_out=3)
    check = fitted.hold_out
    assert check is not None
    assert (check.days, check.trained) == (3, 12)
    assert check.first == dt.date(2025, 7, 19)
    assert len(predicted(fitted, "count")) == 3
    assert len(predicted(fitted, "wait")) >= 3
    assert check.held >= 0.8 * len(check.predictions)
    assert fitted.events.days == 15, "the values themselves are fitted to all days"


@pytest.mark.slow
def test_waits_and_counts_lie_in_their_intervals_whatever_the_seed() -> None:
    """The fitted overlay beside the true border: nine in ten numbers of six runs lie inside.

    ``python -m tests.benchmarks.bench_fit --hold-out 4`` does so for twenty.
    """
    pairs = [pair for seed in range(1, 7) for pair in predicted_of(4, seed).values()]
    held, n = np.sum(pairs, axis=0).tolist()
    assert n >= 40
    assert held >= 0.9 * n


def test_days_that_differ_from_the_others_lie_outside(tmp_path: Path) -> None:
    """Twice the trucks on the last three days: their counts are named, and the waits."""
    fitted = sim.fit(survey(tmp_path, last=2.2), base="tutorial", rows=2)
    counts = predicted(fitted, "count")
    assert len(counts) == 3
    assert not any(held for _, held in counts)
    assert min(observed for observed, _ in counts) > 1.5 * TRUCKS


def test_a_survey_holds_out_its_last_fifth_and_says_so(tmp_path: Path) -> None:
    """In the terminal, in JSON, on the page in both languages and in a file."""
    path = survey(tmp_path)
    command = [
        "fit",
        str(path),
        "--base",
        "tutorial",
        "--rows",
        "2",
        "--out",
        str(tmp_path / "out"),
    ]
    shown = CliRunner().invoke(app, command)
    assert shown.exit_code == 0
    sentence = "A fit to the first 12 days predicts the last 3"
    assert sentence in " ".join(shown.output.split())
    fitted = sim.fit(path, base="tutorial", rows=2)
    page = fit_page(fitted)
    assert sentence in page
    assert "Ước lượng từ 12 ngày đầu dự báo 3 ngày cuối" in page
    (folder,) = (tmp_path / "out").iterdir()
    lines = (folder / "hold-out.csv").read_text("utf-8-sig").splitlines()
    assert fitted.hold_out is not None
    assert len(lines) == len(fitted.hold_out.predictions) + 1
    listed = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)["hold_out"]
    assert listed["days"] == 3
    assert len(listed["numbers"]) == len(lines) - 1


def test_days_are_held_out_only_where_they_can_tell(log: Path, tmp_path: Path) -> None:
    """No sample, no short survey and no run of langson's own, unless it is asked for."""
    path = survey(tmp_path)
    assert sim.fit(log, rows=2).hold_out is None
    assert sim.fit(path, base="tutorial", rows=2, sampled=0.1).hold_out is None
    asked = sim.fit(path, base="tutorial", rows=2, sampled=0.1, hold_out=3).hold_out
    assert asked is not None
    assert not asked.predictions, "a sample gives no volume to predict from"
    assert sim.fit(path, base="tutorial", rows=2, hold_out=0).hold_out is None
    with pytest.raises(sim.ArgumentError, match="at least one of the 15 days, not 15"):
        sim.fit(path, base="tutorial", rows=2, hold_out=15)
