"""The command line as a process of its own: exit codes, streams, Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import sim
from sim.results import open_results

ROOT = Path(sim.__file__).parent.parent


def start(here: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start ``python -m sim`` in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *arguments],
        cwd=here,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
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
    out, err = start(here, "run", "small.yaml", "--no-figures").communicate(timeout=120)
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
        here, "run", "small.yaml", "--replications", "100000", "--jobs", jobs, "--no-figures"
    )
    assert process.stdout is not None
    process.stdout.readline()  # the header: the run begins
    time.sleep(4.0)
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
