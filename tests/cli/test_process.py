"""The command line as a process of its own: exit codes, streams, Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

import sim
from sim.results import open_results

ROOT = Path(sim.__file__).parent.parent


def start(
    here: Path, *arguments: str, stdout: int | IO[str] = subprocess.PIPE, **env: str
) -> subprocess.Popen[str]:
    """Start ``python -m sim`` in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *arguments],
        cwd=here,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | env,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def test_version(here: Path) -> None:
    """``python -m sim`` is ``langson``."""
    process = start(here, "--version")
    assert process.communicate(timeout=60)[0] == f"langson {sim.__version__}\n"
    assert process.returncode == 0


def test_results_and_messages_keep_apart(here: Path) -> None:
    """A run that is not on a terminal prints no colour, and stderr stays empty."""
    out, err = start(here, "run", "small.yaml", "--no-figures", "--no-report").communicate(
        timeout=120
    )
    assert "\x1b" not in out
    assert err == ""


def test_bad_file_has_no_traceback(here: Path) -> None:
    """A file that is not there ends with 2 and one line."""
    process = start(here, "check", "none.yaml")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert "none.yaml" in err
    assert "Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="process groups")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_in_the_middle(here: Path, jobs: str) -> None:
    """Ctrl-C ends with 130 at once; what had finished is on disk and readable."""
    process = start(
        here,
        "run",
        "small.yaml",
        "--replications",
        "100000",
        "--jobs",
        jobs,
        "--no-figures",
        "--no-report",
    )
    assert process.stdout is not None
    process.stdout.readline()  # the header: the run begins
    wait_for_work(process.pid, 4.0 if jobs == "1" else 9.0)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "of 100000 replications of small had finished" in err.replace(",", "")
    assert "Traceback" not in err
    (folder,) = (here / "results").iterdir()
    stored = open_results(folder)
    assert stored.manifest["interrupted"] is True
    finished = stored.tables["headline"].collect()["replication"].unique().to_list()
    assert sorted(finished) == list(stored.replications)
    assert folder.name in out


LONG = (
    "run",
    "small.yaml",
    "--replications",
    "100000",
    "--jobs",
    "2",
    "--no-figures",
    "--no-report",
)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("whole_group", [False, True])
def test_sigterm_is_an_interrupt(here: Path, whole_group: bool) -> None:
    """SIGTERM, to the parent or to all its processes, keeps what had finished, as Ctrl-C does."""
    process = start(here, *LONG)
    assert process.stdout is not None
    process.stdout.readline()
    wait_for_work(process.pid, 9.0)
    (os.killpg if whole_group else os.kill)(process.pid, signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    (folder,) = (here / "results").iterdir()
    assert open_results(folder).replications
    if not whole_group:  # else a worker may be seen dead before the signal is
        assert process.returncode == 130
        assert "of 100000 replications of small had finished" in err.replace(",", "")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_workers_do_not_outlive_the_parent(here: Path) -> None:
    """After kill -9 of the parent its processes end by themselves."""
    process = start(here, *LONG)
    assert process.stdout is not None
    process.stdout.readline()
    children = wait_for_children(process.pid)
    process.kill()
    process.communicate(timeout=60)
    until = time.monotonic() + 20.0
    while alive(children) and time.monotonic() < until:
        time.sleep(0.1)
    assert alive(children) == []


def wait_for_work(pid: int, seconds: float) -> None:
    """Until a process and its children have worked so long: a busy machine starts slowly."""
    children, until = Path(f"/proc/{pid}/task/{pid}/children"), time.monotonic() + 60.0
    if not children.exists():
        time.sleep(seconds)
        return
    worked = 0.0
    while worked < seconds and time.monotonic() < until:
        time.sleep(0.1)
        worked = sum(map(cpu_seconds, [pid, *map(int, children.read_text().split())]))


def cpu_seconds(pid: int) -> float:
    """CPU time of a process so far."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_for_children(pid: int) -> list[int]:
    """Children of a process once there are three (two workers and a helper) and at work."""
    path, until = Path(f"/proc/{pid}/task/{pid}/children"), time.monotonic() + 30.0
    while len(path.read_text().split()) < 3 and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(2.0)
    return [int(child) for child in path.read_text().split()]


def alive(pids: list[int]) -> list[int]:
    """Those of the processes that still run; one that only waits to be buried does not."""
    found = []
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        found += [pid] if state != "Z" else []
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="pipes")
@pytest.mark.parametrize("form", [(), ("--json",), ("--quiet",)])
def test_reader_that_leaves(here: Path, form: tuple[str, ...]) -> None:
    """As in `langson run … | head -0`: results are kept, nothing is said, and the code is 141."""
    process = start(here, "run", "small.yaml", "--no-figures", "--no-report", *form)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as stderr:
        assert stderr.read() == ""
    assert process.wait(timeout=60) == 141
    (folder,) = (here / "results").iterdir()
    assert open_results(folder).replications == (0, 1, 2)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_full_disk_under_stdout(here: Path, form: tuple[str, ...]) -> None:
    """Where nothing can be printed the results are kept, and where they are is said."""
    with Path("/dev/full").open("w") as full:
        process = start(
            here, "run", "small.yaml", "--no-figures", "--no-report", *form, stdout=full
        )
        _, err = process.communicate(timeout=60)
    (folder,) = (here / "results").iterdir()
    assert open_results(folder).replications == (0, 1, 2)
    assert process.returncode == 1
    assert err.splitlines() == [
        f"error: cannot print: No space left on device; the results are in results/{folder.name}"
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "cp1258", "ascii"])
def test_terminal_without_vietnamese(here: Path, encoding: str) -> None:
    """Letters that the terminal lacks become question marks; JSON keeps them as escapes."""
    options = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = ("run", "small.yaml", "--no-figures", "--no-report", "--lang", "vi", "--out")
    with (here / "tables").open("w") as tables, (here / "json").open("w") as content:
        for out, stream, extra in (("a", tables, ()), ("b", content, ("--json",))):
            process = start(here, *command, out, *extra, stdout=stream, **options)
            assert process.communicate(timeout=60)[1] == ""
            assert process.returncode == 0
    assert b"?" in (here / "tables").read_bytes()
    shown = json.loads((here / "json").read_bytes())
    assert shown["scenarios"][0]["title"]["vi"] == "Biên giới nhỏ"
