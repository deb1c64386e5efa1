"""Runs give the same results whatever the number of processes, and keep what had finished."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import sim
import sim.runs
import sim.runs.replications
from sim.compare import compare_runs
from sim.errors import EngineError, MeasureError, ResultsError, RunError
from sim.plan import build_plan
from sim.processes import WorkerPool
from sim.results import Results, write
from sim.runs import run
from sim.runs.replications import Simulated
from sim.scenario import Scenario, load
from tests.agreement.same import assert_same
from tests.small import write_small


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return load(write_small(tmp_path)[0])


def test_replications_are_sorted_and_differ(scenario: Scenario) -> None:
    """Replications are numbered from 0, in order, each with random numbers of its own."""
    results = run(scenario)
    assert results.replications == (0, 1, 2)
    table = results.tables["headline"]
    assert table.columns[0] == "replication"
    assert table["replication"].is_sorted()
    waits = table.filter(measure="wait_mean", gate="chi_ma", direction="all")["value"]
    assert waits.n_unique() == 3


def test_two_processes_write_the_same_bytes(scenario: Scenario, tmp_path: Path) -> None:
    """Same seed, byte-identical Parquet, whatever the number of processes."""
    folders = [
        write(run(scenario, jobs=jobs, journeys="all"), tmp_path / str(jobs)) for jobs in (1, 2)
    ]
    names = sorted(path.name for path in folders[0].glob("*.parquet"))
    assert len(names) == 18  # tables, summary and inputs, three logs
    for name in names:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name


def test_replications_abreast_write_the_same_bytes(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several simulated together, as without numba, are those of one at a time."""
    folders = []
    for most, jobs in ((1, 1), (2, 1), (32, 1), (2, 2)):
        for module in (sim.runs, sim.runs.replications):
            monkeypatch.setattr(module, "replications_together", lambda *_, most=most: most)
        results = run(scenario, 3, jobs=jobs, journeys="all")
        folders.append(write(results, tmp_path / f"{most} in {jobs}"))
    for path in folders[0].glob("*.parquet"):
        assert {(folder / path.name).read_bytes() for folder in folders} == {path.read_bytes()}


def test_runs_share_processes(scenario: Scenario) -> None:
    """Runs in the same processes start no others, give what each alone would, and leave none."""
    with WorkerPool(2) as workers:
        one = run(scenario, 3, jobs=workers)
        first = {child.pid for child in multiprocessing.active_children()}
        other = run(scenario, 3, first=3, jobs=workers)
        assert {child.pid for child in multiprocessing.active_children()} == first
        assert len(first) == 2
    assert multiprocessing.active_children() == []
    assert_frame_equal(one.tables["headline"], run(scenario, 3).tables["headline"])
    alone = run(scenario, 3, first=3)
    assert_frame_equal(other.tables["headline"], alone.tables["headline"])


def test_a_replication_does_not_depend_on_the_others(scenario: Scenario) -> None:
    """The first replication of three is the only one of one."""
    one, three = run(scenario, 1), run(scenario, 3)
    first = three.tables["headline"].filter(replication=0)
    assert_frame_equal(one.tables["headline"], first)


def test_only_the_tables_asked_for_are_made(scenario: Scenario) -> None:
    """They are the same as in a whole run; what needs another says which, as do unknown names."""
    whole, some = run(scenario, 1), run(scenario, 1, tables=["gates", "flows"])
    assert set(some.tables) == {"gates", "flows"}
    for name, table in some.tables.items():
        assert_frame_equal(table, whole.tables[name])
    with pytest.raises(ResultsError, match="made without the table 'headline'"):
        some.summary  # noqa: B018 -- a property
    with pytest.raises(MeasureError, match="no table 'wait'; there are headline, "):
        run(scenario, 1, tables=["wait"])


def test_edits_of_one_gate_are_as_whole_runs_to_the_digit(scenario: Scenario) -> None:
    """Of one gate, for the headline alone and with the vehicles of the run before."""
    workloads = sim.WorkloadCache()
    base = load(scenario.path, set={"run.gates": ["chi_ma"]})
    stage = "gates.chi_ma.routes.main.stages.documents"
    edits: list[dict[str, Any]] = [
        {f"{stage}.servers": 1},
        {f"{stage}.servers": 4},
        {f"{stage}.service": "exponential(9 min)"},
        {f"{stage}.service": "exponential(9 min)", "run.seed": 5},
    ]
    for edit in edits:
        quick = run(base.edited(edit), tables=["headline"], workloads=workloads, journeys="none")
        whole = run(load(scenario.path, set=edit)).tables["headline"]
        at_gate = pl.col("gate") == "chi_ma"
        assert_frame_equal(quick.tables["headline"].filter(at_gate), whole.filter(at_gate))


def test_vehicles_are_drawn_again_only_where_an_edit_changes_them(scenario: Scenario) -> None:
    """While servers and hours move they stay; another service time or seed has others."""
    workloads, stage = sim.WorkloadCache(), "gates.chi_ma.routes.main.stages.documents"
    drawn = workloads.draw(build_plan(scenario), 0)
    for edit, kept in (
        ({f"{stage}.servers": 7}, True),
        ({"calendars.day.hours": "08:00-17:00"}, True),
        ({f"{stage}.service": "exponential(9 min)"}, False),
        ({"run.seed": 5}, False),
    ):
        plan = build_plan(scenario.edited(edit))
        assert (workloads.draw(plan, 0) is drawn) == kept
        assert_same(
            sim.simulate(plan, workloads.draw(plan, 0)), sim.simulate(plan, sim.draw(plan, 0))
        )
        drawn = workloads.draw(plan, 0)


@pytest.mark.parametrize(("keep", "kept"), [("first", [0]), ("all", [0, 1]), ("none", [])])
def test_journeys_kept(scenario: Scenario, keep: Any, kept: list[int]) -> None:
    """The logs asked for are kept and no others."""
    assert list(run(scenario, 2, journeys=keep).journeys) == kept


def test_replications_abreast_begin_one_by_one(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without compiled code too the first is there soon, for whoever interrupts the run."""
    sizes: list[int] = []
    real = sim.runs.replications.simulate_many

    def noting(plan: Any, workloads: Any, engine: str) -> Any:
        sizes.append(len(workloads))
        return real(plan, workloads, engine)

    monkeypatch.setattr(sim.runs.replications, "replications_together", lambda *_: 4)
    monkeypatch.setattr(sim.runs.replications, "simulate_many", noting)
    monkeypatch.setattr(sim.runs.replications, "_SHORT", float("inf"))
    results = run(scenario, 12, journeys="none")
    assert sizes == [1, 2, 4, 4, 1]
    assert results.replications == tuple(range(12))
    monkeypatch.setattr(sim.runs.replications, "_SHORT", 0.0)
    sizes.clear()
    run(scenario, 3, journeys="none")
    assert sizes == [1, 1, 1]


def interrupt_after(count: int) -> Any:
    """A callback that presses Ctrl-C when so many replications are done."""
    seen: list[int] = []

    def on_done(replication: int) -> None:
        seen.append(replication)
        if len(seen) == count:
            raise KeyboardInterrupt

    return on_done


@pytest.mark.parametrize("jobs", [1, 2])
def test_interrupt_keeps_what_had_finished(scenario: Scenario, jobs: int) -> None:
    """Ctrl-C ends the run; what had finished is the same as in a whole run."""
    results = run(scenario, 3, jobs=jobs, on_done=interrupt_after(1))
    assert results.interrupted
    # of those in other processes what they are at is waited for
    assert len(results.replications) in ({1} if jobs == 1 else {1, 2, 3})
    assert results.asked == 3
    whole = run(scenario, 3).tables["stages"]
    mine = whole.filter(pl.col("replication").is_in(results.replications))
    assert_frame_equal(results.tables["stages"], mine)


@pytest.mark.parametrize("most", [1, 3])
def test_failure_names_the_replication(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """A failed replication is named with its reason, and the finished ones are kept.

    So too when several are simulated together.
    """
    monkeypatch.setattr(sim.runs.replications, "replications_together", lambda *_: most)
    real = sim.runs.replications.draw

    def draw(plan: Any, replication: int, **options: Any) -> Any:
        if replication == 1:
            raise ZeroDivisionError("no time")
        return real(plan, replication, **options)

    monkeypatch.setattr(sim.runs.replications, "draw", draw)
    with pytest.raises(
        RunError, match="replication 1 failed: ZeroDivisionError: no time"
    ) as caught:
        run(scenario)
    assert caught.value.replication == 1
    kept: Results = caught.value.results
    assert kept.replications == (0,)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_failure_stops_no_other(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of replications simulated together, one that fails leaves the others to be had."""
    monkeypatch.setattr(sim.runs.replications, "replications_together", lambda *_: 3)
    plan = build_plan(scenario)
    whole = Simulated(plan, "core", range(3))
    last = whole.take(2)[0]
    real = sim.runs.replications.simulate_many

    def fail(plan: Any, workloads: Any, engine: str) -> Any:
        if any(workload.replication == 1 for workload in workloads):
            raise ZeroDivisionError("no time")
        return real(plan, workloads, engine)

    monkeypatch.setattr(sim.runs.replications, "simulate_many", fail)
    simulated = Simulated(plan, "core", range(3))
    simulated.take(0)
    with pytest.raises(ZeroDivisionError):
        simulated.take(1)
    assert_same(simulated.take(2)[0], last)


SCRIPT = """\
import sim

{guard}results = sim.run(sim.load({path!r}), 2, jobs=2)
{guard}print(*results.replications)
"""


@pytest.mark.parametrize("guard", ["", "if __name__ == '__main__': "])
def test_script_without_the_guard(tmp_path: Path, guard: str) -> None:
    """A script that forgets the guard of multiprocessing is told so, and not to use less memory."""
    text = SCRIPT.format(guard=guard, path=str(write_small(tmp_path)[0]))
    (tmp_path / "script.py").write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(sim.__file__).parent.parent)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if guard:
        assert done.stdout == "0 1\n"
        return
    assert done.returncode == 1
    # the interpreter may warn of what the processes left behind, after the explanation
    last = [line for line in done.stderr.splitlines() if line.startswith("sim.errors.")][-1]
    assert "put the call under if __name__ == '__main__':" in last
    assert "memory" not in done.stderr


def test_killed_process(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that dies at work is put down to memory, and its replication is named."""
    monkeypatch.setattr(sim.runs, "replicate", die)
    with pytest.raises(RunError, match=r"replication [01] failed: .* want of memory"):
        run(scenario, 2, jobs=2)


def die(*_: Any, **__: Any) -> None:
    """What the kernel does to a process for want of memory."""
    os._exit(9)


def test_unknown_engine(scenario: Scenario) -> None:
    """An engine that does not exist is refused before anything runs."""
    with pytest.raises(EngineError, match="no engine 'abacus'"):
        run(scenario, engine="abacus")


@pytest.mark.parametrize("wrong", [{"replications": 0}, {"jobs": -1}])
def test_absurd_numbers(scenario: Scenario, wrong: dict[str, int]) -> None:
    """No replications, or fewer than no processes, is a ValueError."""
    with pytest.raises(ValueError, match="at least"):
        run(scenario, **wrong)  # type: ignore[arg-type]


def test_a_path_is_no_scenario(scenario: Scenario) -> None:
    """Whoever forgets to load, or to open, is told what to call."""
    with pytest.raises(TypeError, match=r"sim\.load"):
        run("tutorial.yaml")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"sim\.open_results"):
        compare_runs([run(scenario, 1), "results/old"])  # type: ignore[list-item]
