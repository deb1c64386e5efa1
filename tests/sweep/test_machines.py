"""A sweep on several machines: what they share, and what they cannot."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

import sim.sweep.work
from sim.cli import app
from sim.results.parts import TASKS
from sim.results.provenance import arithmetic_digest
from sim.sweep import Progress, fill, locked, merge
from sim.sweep.executor import SerialExecutor
from sim.sweep.local import ProcessExecutor
from sim.sweep.store import put_part
from tests.sweep.conftest import Make


def shown(*command: str) -> Any:
    """What a command prints."""
    return CliRunner().invoke(app, command, catch_exceptions=False)


def test_tasks_of_machines_that_round_differently_are_told(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status, merge and JSON say how many tasks each kind of machine did; one kind says nothing."""
    sweep = make()
    fill(sweep, SerialExecutor(), shard=(1, 2))
    assert sweep.results().arithmetics == {arithmetic_digest(): 12}
    assert "round the last digit" not in shown("sweep", "status", str(sweep.folder)).stderr
    monkeypatch.setattr(sim.sweep.work, "arithmetic_digest", lambda: "0123456789abcdef")
    fill(sweep, SerialExecutor(), shard=(2, 2))
    assert sweep.results().arithmetics == {"0123456789abcdef": 12, arithmetic_digest(): 12}
    for verb in ("status", "merge"):
        told = shown("sweep", verb, str(sweep.folder))
        assert "2 kinds of machines (12, 12 tasks)" in " ".join(told.stderr.split())
    told = shown("sweep", "status", str(sweep.folder), "--json")
    assert json.loads(told.stdout)["arithmetics"] == sweep.results().arithmetics


def test_a_ledger_without_arithmetic_is_read(make: Make) -> None:
    """What an older version has done counts; how its machine rounded is not known."""
    sweep = make()
    fill(sweep, SerialExecutor(), shard=(1, 2))
    for part in (sweep.folder / "blocks").rglob(f"*.{TASKS}.*.parquet"):
        older = pl.read_parquet(part).drop("arithmetic")
        part.unlink()
        above, stem = part.relative_to(sweep.folder).parts[:-1], part.name.split(".")[0]
        put_part(sweep.folder, older, *above, f"{stem}.{TASKS}")
    assert (sweep.results().finished, sweep.results().arithmetics) == (12, {})
    fill(sweep, SerialExecutor())
    with locked(sweep.folder):
        merge(sweep.folder, ("headline", "gates"))
    assert sweep.results().arithmetics == {arithmetic_digest(): 12}
    assert sweep.results().finished == 24


def test_other_instructions_give_other_digits_or_the_same_bits() -> None:
    """The digest is one of what functions return: the same in every process of this machine."""
    code = "from sim.results.provenance import arithmetic_digest as a; print(a())"
    again = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert again.stdout.strip() == arithmetic_digest()
    assert len(arithmetic_digest()) == 16


def test_no_more_processes_than_memory_has_room_for(
    make: Make, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory for one replication and a half: one process works, and the other is told of."""
    monkeypatch.setattr("sim.sweep.drive._SHORT", 0.0)
    monkeypatch.setattr("sim.sweep.plan.available_memory", lambda: 250_000_000)
    sweep, seen = make(), list[Progress]()
    fill(sweep, ProcessExecutor(2), on_progress=lambda p: seen.append(Progress(**vars(p))))
    assert (seen[-1].workers, seen[-1].left_out, seen[-1].done) == (1, 1, 24)


def test_the_most_memory_of_any_point_counts(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Days are a factor: the longest decides how many processes fit."""
    lanes = "lanes: {path: gates.chi_ma.routes.main.stages.crossing.servers, values: [1, 2, 3]}"
    monkeypatch.setattr("sim.sweep.plan.available_memory", lambda: 2_000_000_000)
    short = make("short").processes_that_fit()
    long = make("long", (lanes, "length: {path: run.days, values: [1, 3650, 2]}"))
    fit = long.processes_that_fit()
    assert short is not None
    assert fit is not None
    assert 1 <= fit < short


def test_a_task_beyond_memory_is_a_record_with_its_remedy(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused before it starts, and the others run."""
    lanes = "lanes: {path: gates.chi_ma.routes.main.stages.crossing.servers, values: [1, 2, 3]}"
    counters = "    counters: {upgrade: counters}\n"
    sweep = make("r", (lanes, "length: {path: run.days, values: [1, 3000]}"), (counters, ""))
    monkeypatch.setattr("sim.plan.memory.available_memory", lambda: 180_000_000)
    fill(sweep, SerialExecutor())
    assert sweep.results().finished == 4
    reasons = sweep.results().failures["error"].unique().to_list()
    assert len(reasons) == 1
    assert "a run of 3,000 days" in reasons[0]
    assert "can be had" in reasons[0]
