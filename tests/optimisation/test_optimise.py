"""An optimisation gives one answer, however it is run, and says what it rests on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

import sim
from sim.optimisation import Procedure, read_problem
from sim.sweep import local_executor
from tests.optimisation.conftest import Write


def answer(outcome: sim.Optimisation) -> dict[str, object]:
    """Everything that an optimisation says but where it stands."""
    return {key: value for key, value in outcome.plain().items() if key != "folder"}


def test_the_cheapest_choice_that_keeps_the_limit(write: Write, tmp_path: Path) -> None:
    """Two counters are too few for 90 % within two hours, lanes do not help: build counters."""
    outcome = sim.optimise(write(), tmp_path / "results")
    assert outcome.levels == {"lanes": 1, "counters": True}
    assert outcome.decided
    assert outcome.chosen == (0, 1)
    (limit,) = outcome.limits
    assert limit.active
    assert limit.slack > 0.0
    standing = {
        (row["lanes"], row["counters"]): row["standing"] for row in outcome.choices.to_dicts()
    }
    assert standing[1, False] == "infeasible"
    assert standing[3, True] == "worse"
    assert outcome.front[0].choice == (0, 0)
    stored = json.loads((outcome.folder / "optimum.json").read_text("utf-8"))
    assert stored["choice"] == outcome.levels
    assert pl.read_csv(outcome.folder / "choices.csv").height == 6


def test_a_second_call_runs_nothing_and_answers_the_same(write: Write, tmp_path: Path) -> None:
    """All replications are there already."""
    file = write()
    first = sim.optimise(file, tmp_path / "results")
    procedure = Procedure(read_problem(file), first.folder, local_executor(1))
    progress: list[sim.sweep.Progress] = []
    procedure.on_progress = progress.append
    assert answer(procedure.run()) == answer(first)
    assert progress == []


@pytest.mark.parametrize("change", [{"budget": "50 bn VND"}, {"budget": "0 bn VND"}])
def test_where_no_choice_keeps_the_limits_the_nearest_is_named(
    write: Write, tmp_path: Path, change: dict[str, str]
) -> None:
    """Without money for counters: what comes nearest, and what it lacks."""
    outcome = sim.optimise(write(), tmp_path / "results", wanted=change)
    assert outcome.chosen is None
    assert outcome.decided
    assert outcome.nearest is not None
    budget, share = outcome.limits
    assert budget.slack >= 0.0
    assert share.slack < -4.0


def test_too_few_replications_promise_nothing(write: Write, tmp_path: Path) -> None:
    """At the most that is allowed the choice is by the means, and that is said."""
    outcome = sim.optimise(
        write(), tmp_path / "results", wanted={"most": 3, "first": 3, "margin": "0.1 %"}
    )
    assert not outcome.decided
    assert outcome.chosen is not None or outcome.nearest is not None


def test_results_of_another_kind_are_left_alone(write: Write, tmp_path: Path) -> None:
    """A folder with something else in it is refused."""
    folder = tmp_path / "results" / "optimise-choose"
    folder.mkdir(parents=True)
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(sim.ResultsError, match="is not empty and holds no optimisation"):
        sim.optimise(write(), tmp_path / "results")


def test_two_processes_and_a_killed_one_give_the_same_answer(write: Write, tmp_path: Path) -> None:
    """Killed in the middle of it and started anew, or shared by two processes."""
    file = write()
    whole = answer(sim.optimise(file, tmp_path / "whole"))
    code = f"import sim; sim.optimise({str(file)!r}, {str(tmp_path / 'killed')!r})"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=Path(sim.__file__).parents[1])
    blocks = tmp_path / "killed" / "optimise-choose" / "blocks"
    while process.poll() is None and len(list(blocks.rglob("*.parquet"))) < 6:
        time.sleep(0.02)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert answer(sim.optimise(file, tmp_path / "killed")) == whole
    assert answer(sim.optimise(file, tmp_path / "two", jobs=2)) == whole
