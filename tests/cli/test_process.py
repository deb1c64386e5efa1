"""The command line as a process of its own: exit codes, streams, Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

import pytest

import sim
from sim.results import open_results
from tests.cli.conftest import BARE

ROOT = Path(sim.__file__).parent.parent


def start(
    here: Path,
    *arguments: str,
    stdout: int | IO[str] = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
    **env: str,
) -> subprocess.Popen[str]:
    """Start ``python -m sim`` in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *arguments],
        cwd=here,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | env,
        stdout=stdout,
        stderr=stderr,
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
    out, err = start(here, "run", "small.yaml", *BARE).communicate(timeout=120)
    assert "\x1b" not in out
    assert err == ""


def test_bad_file_has_no_traceback(here: Path) -> None:
    """A file that is not there ends with 2 and one line."""
    process = start(here, "check", "none.yaml")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert "none.yaml" in err
    assert "Traceback" not in err


class Terminal:
    """A terminal for stderr, on which bars show how far a run is."""

    def __init__(self) -> None:
        import pty

        self._master, self.slave = pty.openpty()
        self.text = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                self.text += os.read(self._master, 65536).decode("utf-8", "replace")
            except OSError:  # nobody writes to it any more
                return

    def start(self, here: Path, *arguments: str) -> subprocess.Popen[str]:
        """Start ``python -m sim`` on this terminal."""
        return start(here, *arguments, stderr=self.slave, TERM="xterm", COLUMNS="120")

    def wait_for_work(self) -> None:
        """Until a replication has finished: a busy machine starts slowly."""
        until = time.monotonic() + 60.0
        while not re.search(r"[1-9]\d*/100000", self.text):
            assert time.monotonic() < until, f"no replication came: {self.text}"
            time.sleep(0.05)

    def close(self) -> str:
        """Return all that was written, once who wrote it has ended."""
        os.close(self.slave)
        self._reader.join(timeout=60)
        os.close(self._master)
        return self.text


@pytest.fixture
def terminal() -> Terminal:
    """A terminal for one process."""
    return Terminal()


LONG = ("run", "small.yaml", "--replications", "100000", *BARE)
INTERRUPTED = "of 100,000 replications of small had finished"


@pytest.mark.smoke
@pytest.mark.skipif(sys.platform == "win32", reason="process groups")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_in_the_middle(here: Path, terminal: Terminal, jobs: str) -> None:
    """Ctrl-C ends with 130 at once; what had finished is on disk and readable."""
    process = terminal.start(here, *LONG, "--jobs", jobs)
    terminal.wait_for_work()
    os.killpg(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    err = terminal.close()
    assert INTERRUPTED in err
    assert "Traceback" not in err
    (folder,) = (here / "results").iterdir()
    stored = open_results(folder)
    assert stored.manifest["interrupted"] is True
    finished = stored.tables["headline"].collect()["replication"].unique().to_list()
    assert sorted(finished) == list(stored.replications)
    assert folder.name in out


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("whole_group", [False, True])
def test_sigterm_is_an_interrupt(here: Path, terminal: Terminal, whole_group: bool) -> None:
    """SIGTERM, to the parent or to all its processes, keeps what had finished, as Ctrl-C does."""
    process = terminal.start(here, *LONG, "--jobs", "2")
    terminal.wait_for_work()
    (os.killpg if whole_group else os.kill)(process.pid, signal.SIGTERM)
    process.communicate(timeout=60)
    (folder,) = (here / "results").iterdir()
    assert open_results(folder).replications
    err = terminal.close()
    if not whole_group:  # else a worker may be seen dead before the signal is
        assert process.returncode == 130
        assert INTERRUPTED in err


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_workers_do_not_outlive_the_parent(here: Path, terminal: Terminal) -> None:
    """After kill -9 of the parent its processes end by themselves."""
    process = terminal.start(here, *LONG, "--jobs", "2")
    terminal.wait_for_work()
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    children = [int(child) for child in listed.split()]
    assert len(children) == 3  # two workers and a helper
    process.kill()
    process.communicate(timeout=60)
    until = time.monotonic() + 20.0
    while alive(children) and time.monotonic() < until:
        time.sleep(0.1)
    assert alive(children) == []
    terminal.close()


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
    process = start(here, "run", "small.yaml", *BARE, *form)
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
        process = start(here, "run", "small.yaml", *BARE, *form, stdout=full)
        _, err = process.communicate(timeout=60)
    (folder,) = (here / "results").iterdir()
    assert open_results(folder).replications == (0, 1, 2)
    assert process.returncode == 1
    assert err.splitlines() == [
        f"error: cannot print: No space left on device; the results are in results/{folder.name}"
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "cp1258", "ascii"])
def test_terminal_without_vietnamese(here: Path, encoding: str) -> None:
    """Letters that the terminal lacks become question marks."""
    shown = in_encoding(here, encoding, "show", "small.yaml", "--lang", "vi")
    assert b"?" in shown


def test_json_keeps_all_letters(here: Path) -> None:
    """JSON has escapes for letters that the terminal lacks."""
    command = ("run", "small.yaml", *BARE, "--json")
    shown = json.loads(in_encoding(here, "cp1252", *command))
    assert shown["scenarios"][0]["title"]["vi"] == "Biên giới nhỏ"


def in_encoding(here: Path, encoding: str, *command: str) -> bytes:
    """What a command prints to a terminal of that encoding; it must not fail or complain."""
    with (here / "printed").open("w") as printed:
        options = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
        process = start(here, *command, stdout=printed, **options)
        assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 0
    return (here / "printed").read_bytes()
