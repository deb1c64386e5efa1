"""A sweep ends with every task done once, whoever fails or is killed on the way."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import sim
import sim.runs
from sim.errors import ResultsError, RunError, WriteError
from sim.results.sweeps import find_parts
from sim.runs import replicate
from sim.sweep import Progress, fill, local_executor, locked, merge, plan_sweep, reopen
from sim.sweep.blocks import TaskBlock
from sim.sweep.executor import LostBlock, Outcome, SerialExecutor, Work
from sim.sweep.local import ProcessExecutor
from sim.sweep.work import KEPT, BlockDone
from tests.sweep.conftest import Make
from tests.sweep.same import assert_same, content


def test_the_same_as_single_runs(make: Make) -> None:
    """A task is exactly the replication that `langson run` would give."""
    sweep = make()
    fill(sweep, SerialExecutor())
    tables = sweep.results().tables
    settings = {"gates.chi_ma.routes.main.stages.crossing.servers": 3}
    alone = sim.run(sim.load(sweep.folder.parent / "more.yaml", settings | SHORT), 4)
    for name in KEPT:
        mine = tables[name].filter(lanes=3, counters=True).collect()
        rows = mine.drop("lanes", "counters", "point")
        order = [column for column, kind in rows.schema.items() if kind == pl.String]
        expected = alone.tables[name].sort("replication", *order)
        assert_frame_equal(rows.sort("replication", *order), expected, check_exact=True)


SHORT = {"run.warm_up": "0 h", "run.days": 1}


def test_processes_write_the_same_bytes(
    make: Make, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process or two, the merged files are the same to the last byte."""
    monkeypatch.setattr("sim.sweep.drive._SHORT", 0.0)
    two = make("two")
    fill(two, ProcessExecutor(2))
    for name in KEPT:
        files = [sorted((folder / name).glob("*.parquet")) for folder in (whole, two.folder)]
        assert [file.read_bytes() for file in files[0]] == [file.read_bytes() for file in files[1]]
    assert_same(whole, two.folder)


def test_nothing_runs_twice(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second go runs nothing; new points and replications run, the old ones are used again."""
    count = counted(monkeypatch)
    fill(make(), SerialExecutor())
    assert len(count) == 24
    again = fill(make(), SerialExecutor())
    assert (again.reused, again.done, len(count)) == (24, 0, 24)
    wider = make("results", ("[1, 2, 3]", "[3, 2, 5]"), ("replications: 4", "replications: 5"))
    more = fill(wider, SerialExecutor())
    assert (more.asked, more.reused, more.done) == (30, 16, 14)
    assert len(count) == 38
    fresh = make("fresh", ("[1, 2, 3]", "[3, 2, 5]"), ("replications: 4", "replications: 5"))
    fill(fresh, SerialExecutor())
    assert wider.results().superseded == 8
    assert_same(wider.folder, fresh.folder)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Every replication that this process runs from now on."""
    seen: list[int] = []

    def count(plan: Any, replication: int, **options: Any) -> Any:
        seen.append(replication)
        return replicate(plan, replication, **options)

    monkeypatch.setattr("sim.sweep.work.replicate", count)
    return seen


def test_equal_points_run_once(make: Make) -> None:
    """Two rows of a design that are the same scenario share their results."""
    path = "path: gates.chi_ma.routes.main.stages.documents.servers, values: [4, 5]"
    sweep = make("results", ("upgrade: counters", path), ("[1, 2, 3]", "[1, 1]"))
    fill(sweep, SerialExecutor())
    results = sweep.results()
    assert (results.points.height, results.asked, results.finished) == (4, 8, 8)
    assert results.tables["gates"].collect().height == 2 * results.tasks.height * GATE_ROWS


GATE_ROWS = 6


def test_a_failure_is_a_record(make: Make, whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that fails keeps its traceback, stops no other, and runs again when asked to."""
    monkeypatch.setattr("sim.sweep.work.replicate", fail_at(2))
    sweep = make()
    end = fill(sweep, SerialExecutor())
    assert (end.done, end.failed) == (18, 6)
    failures = sweep.results().failures
    assert failures["error"].unique().to_list() == ["ZeroDivisionError: no time"]
    assert "in fail" in failures["traceback"][0]
    monkeypatch.undo()
    assert fill(make(), SerialExecutor()).done == 0
    assert fill(make(), SerialExecutor(), retry=True).done == 6
    assert_same(sweep.folder, whole)


def fail_at(number: int) -> Callable[..., Any]:
    """A replicate that fails at one replication of each point."""

    def fail(plan: Any, replication: int, **options: Any) -> Any:
        if replication == number:
            raise ZeroDivisionError("no time")
        return replicate(plan, replication, **options)

    return fail


def test_a_bad_point_is_a_record(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A point that cannot even be built fails in all its replications, and alone."""

    def build(scenario: Any) -> Any:
        if scenario.model.gates["chi_ma"].routes["main"].stages["crossing"].servers == 2:
            raise ValueError("two are one too many")
        return real(scenario)

    real = sim.build_plan
    monkeypatch.setattr("sim.sweep.work.build_plan", build)
    end = fill(make(), SerialExecutor())
    assert (end.done, end.failed) == (16, 8)


def test_shards_make_a_whole(make: Make, whole: Path) -> None:
    """The parts of a job array, merged, hold what one go would have given."""
    parts = make("parts")
    done = [fill(parts, SerialExecutor(), shard=(i, 5)).done for i in (3, 1, 5, 2, 4)]
    assert sorted(done) == [4, 5, 5, 5, 5]
    assert merge(parts.folder, KEPT) > 0
    assert_same(parts.folder, whole)


class Mortal:
    """An executor whose process dies at some blocks, before or after they are stored."""

    workers = 2
    local = False

    def __init__(self, deadly: Callable[[TaskBlock], bool], *, stores: bool = False) -> None:
        self.deadly, self.stores = deadly, stores

    def start(self) -> None: ...
    def scale(self, workers: int) -> None: ...
    def close(self) -> None: ...

    def map(self, work: Work, blocks: Iterator[TaskBlock]) -> Iterator[Outcome]:
        for block in blocks:
            if self.deadly(block):
                if self.stores:
                    work(block)
                yield LostBlock(block, "its process was killed")
            else:
                yield work(block)


@pytest.mark.parametrize("stores", [False, True])
def test_lost_blocks_are_done_again(
    make: Make, whole: Path, monkeypatch: pytest.MonkeyPatch, stores: bool
) -> None:
    """A process that dies once, at a block or just after, costs nothing but time."""
    monkeypatch.setattr("sim.sweep.drive._SHORT", 0.0)
    seen: set[str] = set()

    def once(block: TaskBlock) -> bool:
        return block.name not in seen and not seen.add(block.name)  # type: ignore[func-returns-value]

    lost = make("lost")
    assert fill(lost, Mortal(once, stores=stores)).done == 24
    assert_same(lost.folder, whole)


def test_a_deadly_task_fails_alone(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a block that kills its process every time only the task that does so fails."""
    monkeypatch.setattr("sim.sweep.drive._SHORT", 0.0)

    def deadly(block: TaskBlock) -> bool:
        return any(3 in p.replications and p.variant.without for p in block.pieces)

    sweep = make()
    end = fill(sweep, Mortal(deadly))
    assert (end.done, end.failed) == (21, 3)
    failures = sweep.results().failures
    assert failures["replication"].to_list() == [3, 3, 3]
    assert "its process was killed" in failures["error"][0]


def test_a_deadly_first_task_fails_alone(
    make: Make, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A driver that dies of a task in its pilot leaves it to other processes the next time."""

    def die(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt  # which, like a kill, leaves no time to clean up

    sweep = make()
    monkeypatch.setattr("sim.sweep.work.replicate", die)
    with pytest.raises(KeyboardInterrupt):
        fill(sweep, SerialExecutor())
    monkeypatch.undo()
    first = sweep.missing(retry=False)[0].point

    def deadly(block: TaskBlock) -> bool:
        return any(p.point == first and 0 in p.replications for p in block.pieces)

    end = fill(sweep, Mortal(deadly))
    assert (end.done, end.failed) == (23, 1)
    assert fill(sweep, SerialExecutor(), retry=True).done == 1
    assert_same(sweep.folder, whole)
    assert not list(sweep.folder.glob(".pilot*"))


def test_no_more_workers_than_tasks(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the pilot's two tasks an executor is asked for no more workers than tasks are left."""
    monkeypatch.setattr("sim.sweep.drive._SHORT", 0.0)
    asked: list[int] = []
    executor = Mortal(lambda _: False)
    monkeypatch.setattr(executor, "workers", 500)
    monkeypatch.setattr(executor, "scale", asked.append)
    fill(make(), executor)
    assert asked == [22]


def test_a_pilot_that_fails_says_nothing(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks that fail at once do not make a sweep look too short for other processes."""
    monkeypatch.setattr("sim.sweep.work.replicate", fail_at(1))
    used: list[bool] = []
    fill(make(), Mortal(lambda _: bool(used.append(True))))
    assert used


def test_a_killed_process_is_replaced(
    make: Make, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`kill -9` of a worker: the sweep goes on by itself and loses nothing."""
    monkeypatch.setattr("sim.sweep.drive._SHORT", 0.0)
    monkeypatch.setattr("sim.sweep.blocks.LEAST", 0.05)
    monkeypatch.setattr("sim.sweep.blocks._TAIL", 0.0)
    executor = ProcessExecutor(2)
    killed: list[int] = []

    def kill_one(progress: Progress) -> None:
        pool = executor._pool
        if pool is not None and len(killed) < 2 and progress.left > 4:
            victim = next(iter(pool._processes), None)
            if victim:
                killed.append(victim)
                os.kill(victim, signal.SIGKILL)

    sweep = make("killed")
    end = fill(sweep, executor, on_progress=kill_one)
    assert killed
    assert (end.failed, sweep.results().finished) == (0, 24)
    assert_same(sweep.folder, whole)


def test_a_process_killed_while_idle() -> None:
    """A process that dies between two blocks costs the second a new start and no more."""
    block = TaskBlock(())
    executor = ProcessExecutor(1)
    executor.start()
    try:
        assert list(executor.map(well, iter([block]))) == [BlockDone(1, 0, 0.5)]
        assert executor._pool is not None
        for process in list(executor._pool._processes.values()):
            process.kill()
            process.join()
        lost = list(executor.map(well, iter([block])))
        assert lost == [LostBlock(block, "its process was killed")]
        assert list(executor.map(well, iter([block]))) == [BlockDone(1, 0, 0.5)]
    finally:
        executor.close()


def well(_: TaskBlock) -> BlockDone:
    """Work that is done at once."""
    return BlockDone(1, 0, 0.5)


def test_resume_from_the_folder(make: Make, whole: Path, file: Path) -> None:
    """A folder goes on by itself, though its scenario files have gone."""
    sweep = make("half")
    for block in islice(planned(sweep), 5):
        block()
    for name in ("lanes.yaml", "more.yaml", "small.yaml"):
        file.with_name(name).unlink()
    again = reopen(sweep.folder)
    assert fill(again, SerialExecutor()).reused == 5
    assert_same(sweep.folder, whole)


def planned(sweep: Any) -> Iterator[Callable[[], Any]]:
    """The first tasks of a sweep, to run one by one."""
    from functools import partial

    from sim.sweep.blocks import Planner
    from sim.sweep.work import run_block

    sweep.write_plan()
    for block in Planner(sweep.missing(retry=False)):
        yield partial(run_block, sweep.job, block)


def test_another_version_uses_nothing_of_this_one(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results of another program are kept apart: they count as other points."""
    fill(make(), SerialExecutor())
    for module in ("design", "plan", "work"):
        monkeypatch.setattr(f"sim.sweep.{module}.model_digest", lambda: "0" * 64)
    sweep = make()
    assert fill(sweep, SerialExecutor()).done == 24
    assert sweep.results().superseded == 24


def test_a_worker_of_another_version_is_refused(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that runs other code than the driver does nothing, and says so."""
    sweep = make()
    monkeypatch.setattr("sim.sweep.work.model_digest", lambda: "0" * 64)
    with pytest.raises(RunError, match="another version"):
        fill(sweep, SerialExecutor())
    assert not find_parts(sweep.folder).blocks


def test_full_disk(make: Make, whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up ends the sweep with its reason; with room it goes on."""
    sweep = make("full")
    left = 3

    def write(path: Path) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.files.flush", write)
    with pytest.raises(WriteError, match="No space left on device; what had finished is kept"):
        fill(sweep, SerialExecutor())
    monkeypatch.undo()
    assert not list(sweep.folder.rglob("*.tmp"))
    fill(sweep, SerialExecutor())
    assert_same(sweep.folder, whole)


def test_two_drivers(tmp_path: Path) -> None:
    """A folder has one driver, or shards; the second is told who the first is."""
    folder = tmp_path / "a"
    who = pytest.raises(ResultsError, match=f"process {os.getpid()} on")
    with locked(folder), who, locked(folder):
        pass
    busy = pytest.raises(ResultsError, match="is being filled")
    with locked(folder, shared=True), locked(folder, shared=True), busy, locked(folder):
        pass


def test_other_folders_are_left_alone(make: Make, file: Path, tmp_path: Path) -> None:
    """A folder with something else in it is not filled."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("draft", "utf-8")
    with pytest.raises(ResultsError, match="is not empty and holds no sweep"):
        plan_sweep(file, tmp_path / "other")
    with pytest.raises(ResultsError, match="not a folder"):
        reopen(tmp_path / "none")


def test_content_tells_folders_apart(make: Make, whole: Path) -> None:
    """The comparison of these tests sees a difference where there is one."""
    other = make("other", ("[1, 2, 3]", "[1, 2, 4]"))
    fill(other, SerialExecutor())
    assert content(whole)["headline"].height == content(other.folder)["headline"].height
    with pytest.raises(AssertionError):
        assert_same(whole, other.folder)


def test_local_engine() -> None:
    """One process is this one; more are fresh ones."""
    assert isinstance(local_executor(1), SerialExecutor)
    assert local_executor(3).workers == 3
