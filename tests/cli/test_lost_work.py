"""Trouble at the end of a run: what is whole is kept, and only what is there is named."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import sim.results.store
import sim.runs
from sim.errors import CompileCacheWarning, WriteError
from sim.interrupts import end_on_signals
from sim.results import open_all, open_results
from tests.cli.conftest import BARE, Langson
from tests.cli.test_process import start

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals")


@pytest.fixture
def elsewhere(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    (here / "elsewhere").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(here / "elsewhere"))
    return here / "elsewhere"


def no_room_in(name: str) -> Callable[[pl.DataFrame, Path], None]:
    """Write tables as ever, but for those below a folder of that name: its disk is full."""
    real = sim.results.store._write_parquet

    def write(table: pl.DataFrame, path: Path) -> None:
        if name in path.absolute().parts:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(table, path)

    return write


@pytest.mark.parametrize(
    "command",
    [
        ("run", "small.yaml"),
        ("run", "small.yaml", "more.yaml"),
        ("compare", "small.yaml", "more.yaml"),
        ("levers", "more.yaml"),
    ],
)
def test_results_without_room_go_where_temporary_files_go(
    langson: Langson, here: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
) -> None:  # fmt: skip
    """Exit 1, one sentence with the reason, and the folder that is named holds all."""
    monkeypatch.setattr(sim.results.store, "_write_parquet", no_room_in("results"))
    bare = BARE if command[0] != "levers" else ("--no-figures",)
    result = langson(*command, *bare, "--replications", "2")
    assert result.exit_code == 1
    (folder,) = elsewhere.glob("langson-*/*")
    assert all(len(stored.replications) == 2 for stored in open_all(folder))
    assert str(folder) in result.stdout
    assert result.stderr.splitlines()[-1].startswith("error: cannot write results/")
    assert result.stderr.rstrip().endswith(
        f": No space left on device; the results are kept in {folder} instead"
    )
    assert list((here / "results").iterdir()) == []


def test_no_room_anywhere(
    langson: Langson, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The figures are printed at least; that nothing is kept is said, and no folder named."""
    monkeypatch.setattr(sim.results.store, "_write_parquet", no_room_in(elsewhere.parent.name))
    result = langson("run", "small.yaml", *BARE, "--replications", "2")
    assert result.exit_code == 1
    assert "20:00 bulletin" in result.stdout
    assert "manifest.json" not in result.stdout
    assert "the results are lost, as there is no room elsewhere" in result.stderr
    assert list(elsewhere.iterdir()) == []


def full(*_: Any, **__: Any) -> None:
    """No room for what comes after the results."""
    raise WriteError("cannot write figures: No space left on device")


@pytest.mark.parametrize(
    ("patched", "named", "missing"),
    [
        ("sim.report.charts.figures.publish", "report.html", "figures/"),
        ("sim.report.html.write_report", "figures/", "report.html"),
    ],
)
def test_only_what_is_there_is_named(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch,
    patched: str, named: str, missing: str,
) -> None:  # fmt: skip
    """Pictures or a report without room: exit 1, the results and the rest stay."""
    monkeypatch.setattr(patched, full)
    result = langson("run", "small.yaml", "--replications", "2", "--figures")
    assert result.exit_code == 1
    (folder,) = (here / "results").iterdir()
    assert open_results(folder).replications == (0, 1)
    last = result.stdout.splitlines()[-1]
    assert named in last
    assert missing not in last
    assert (folder / named).exists()
    assert not (folder / missing).exists()
    assert "error: cannot write figures: No space left on device" in result.stderr


@posix
@pytest.mark.parametrize(
    "patched", ["sim.results.store._flush", "sim.report.charts.figures.draw_figures"]
)
def test_a_late_interrupt_says_where_the_whole_results_are(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch, patched: str
) -> None:
    """While they are written it waits; after that it stops pictures and report."""
    before = signal.getsignal(signal.SIGHUP)
    end_on_signals()
    module, _, name = patched.rpartition(".")
    real = getattr(import_module(module), name)

    def interrupting(*arguments: Any) -> Any:
        signal.raise_signal(signal.SIGHUP)
        return real(*arguments)

    monkeypatch.setattr(patched, interrupting)
    try:
        result = langson("run", "small.yaml", "--replications", "2", "--figures")
    finally:
        signal.signal(signal.SIGHUP, before)
    assert result.exit_code == 130
    (folder,) = (here / "results").iterdir()
    assert open_results(folder).replications == (0, 1)
    assert f"interrupted; the results are whole, in results/{folder.name}." in result.stderr
    assert "report.html" not in result.stdout
    assert {"report.html", "figures"}.isdisjoint(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("command", "kept"), [("compare small.yaml more.yaml", [3, 1]), ("levers more.yaml", [3, 1])]
)
def test_an_interrupt_keeps_the_runs_that_had_finished(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch, command: str, kept: list[int]
) -> None:
    """Of the first scenario all replications, of the second one, whoever compares them."""
    real, calls = sim.runs.replicate, []

    def replicate(*arguments: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return real(*arguments, **options)

    monkeypatch.setattr(sim.runs, "replicate", replicate)
    result = langson(*command.split(), "--no-figures")
    assert result.exit_code == 130
    (folder,) = (here / "results").iterdir()
    assert [len(stored.replications) for stored in open_all(folder)] == kept
    assert folder.name in result.output
    assert "interrupted" in result.stderr


def test_a_name_of_240_bytes_is_cut(langson: Langson, here: Path) -> None:
    """Linux allows 255 bytes, and a folder's name has a date before it."""
    name = "ế" * 80
    (here / "small.yaml").rename(here / f"{name}.yaml")
    result = langson("run", f"{name}.yaml", *BARE, "--replications", "1")
    assert result.exit_code == 0, result.output
    (folder,) = (here / "results").iterdir()
    assert open_results(folder).name == name[:66]


def test_out_is_tried_before_the_first_replication(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path too long, on a full disk, or not UTF-8 costs no simulation."""
    monkeypatch.setattr(sim.runs, "replicate", lambda *_, **__: pytest.fail("too late"))
    for command in ("run small.yaml", "compare small.yaml more.yaml", "levers more.yaml"):
        for out, reason in (("o" * 300, "File name too long"), ("o\udcff", "is not UTF-8")):
            result = langson(*command.split(), "--out", out)
            assert result.exit_code == 1
            assert reason in result.stderr
    assert {path.name for path in here.iterdir()} == {"small.yaml", "more.yaml"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", [("check", "small.yaml"), ("show", "small.yaml"), ("--help",)])
def test_nothing_can_be_printed(here: Path, command: tuple[str, ...]) -> None:
    """One sentence and exit 1, for commands that only print too."""
    with Path("/dev/full").open("w") as stdout:
        process = start(here, *command, stdout=stdout)
        _, err = process.communicate(timeout=120)
    assert err == "error: cannot print or write: No space left on device\n"
    assert process.returncode == 1


@posix
def test_a_working_folder_that_is_gone(here: Path) -> None:
    """A sentence, not a fault."""
    (here / "gone").mkdir()
    code = "import os, sys, shutil; shutil.rmtree(os.getcwd()); import sim.cli; sim.cli.main()"
    import subprocess

    root = str(Path(sim.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", code, "run", "small.yaml"],
        cwd=here / "gone", env=os.environ | {"PYTHONPATH": root},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stderr == (
        "error: the working folder has been deleted; change to another and run again\n"
    )
    assert done.returncode == 2


def test_code_is_compiled_without_a_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no folder for it can be written, and where one is full."""
    caching = pytest.importorskip("numba.core.caching")
    from sim.queues.jit import compile_on_use

    def twice(number: float) -> float:
        return 2.0 * number

    def no_room(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(caching.CompileResultCacheImpl, "_locator_classes", [])
        with pytest.warns(CompileCacheWarning, match="NUMBA_CACHE_DIR"):
            fast = compile_on_use(twice)
        assert fast(2.0) == 4.0
    monkeypatch.setattr(caching.FunctionCache, "save_overload", no_room)
    assert compile_on_use(twice)(2.0) == 4.0


@pytest.mark.parametrize(
    ("table", "column", "commands"),
    [
        ("daily", "pool", [("compare", "F", "--no-report"), ("report", "F")]),
        ("headline", "value", [("compare", "F", "--no-report"), ("report", "F")]),
        ("journeys-0", "arrive", [("export", "F", "--log-csv"), ("export", "F", "--xes")]),
    ],
)
def test_a_table_that_no_run_writes_is_an_error_of_its_folder(
    langson: Langson, here: Path, table: str, column: str, commands: list[tuple[str, ...]]
) -> None:
    """Though the checksum in the manifest is right; no command calls it a fault of its own."""
    assert langson("run", "small.yaml", "more.yaml", *BARE).exit_code == 0
    (folder,) = (here / "results").iterdir()
    for scenario in ("small", "more"):
        path = folder / scenario / f"{table}.parquet"
        pl.read_parquet(path).drop(column).write_parquet(path)
        manifest = path.with_name("manifest.json")
        content = json.loads(manifest.read_text("utf-8"))
        content["checksums"][path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
        manifest.write_text(json.dumps(content), "utf-8")
    for command in commands:
        result = langson(*(word.replace("F", str(folder)) for word in command))
        assert result.exit_code == 2, command
        assert "holds what langson does not write" in result.stderr
        assert str(folder) in result.stderr
