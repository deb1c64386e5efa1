"""Signals at random moments: nothing half-written looks whole, what finished is kept and said."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.cli.errors import BROKEN_PIPE, EXIT_CODES, FAILED, MET, MISUSED
from sim.files import HIDDEN
from sim.interrupts import INTERRUPTED
from sim.report.pages import write_page
from sim.results import SweepResults, open_all, open_results, prepare
from sim.sweep import fill, local_executor, locked, reopen
from tests.small import OVERLAY, write_small

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")

SWEEP = """\
format: 1
extends: small.yaml
sweep:
  design: grid
  replications: 20
  factors:
    counters:
      path: gates.chi_ma.routes.main.stages.documents.servers
      values: [1, 2, 3]
"""

COMMANDS = {
    "run": ("run", "small.yaml", "more.yaml", "--replications", "6", "--jobs", "2"),
    "compare": ("compare", "small.yaml", "more.yaml", "--replications", "5"),
    "levers": ("levers", "more.yaml", "--replications", "5"),
    "report": ("report", "results/old", "--figures", "png,svg"),
    "sweep": ("sweep", "swept.yaml", "--jobs", "2"),
}

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGKILL")

_MOMENTS = random.Random(13)
CASES = [
    (list(COMMANDS)[number % 5], SIGNALS[number % 4], _MOMENTS.uniform(0.2, 1.05))
    for number in range(30)
]


@cache
def prepared() -> Path:
    """A folder with scenarios, and results of an earlier run, made once."""
    import tempfile

    here = Path(tempfile.mkdtemp())
    write_small(here)
    (here / "more.yaml").write_text(OVERLAY, "utf-8")
    (here / "swept.yaml").write_text(SWEEP, "utf-8")
    command = ("run", "small.yaml", "--replications", "3", "--no-figures", "--no-report", "-q")
    done = subprocess.run(
        [sys.executable, "-m", "sim", *command],
        cwd=here,
        env=os.environ | {"PYTHONPATH": str(Path(sim.__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    (here / done.stdout.strip()).rename(here / "results" / "old")
    return here


def start(here: Path, name: str) -> subprocess.Popen[str]:
    """Start a command in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *COMMANDS[name]],
        cwd=here,
        env=os.environ | {"PYTHONPATH": str(Path(sim.__file__).parent.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@cache
def lasts(name: str) -> float:
    """Seconds that a command takes when nobody disturbs it."""
    here = Path(shutil.copytree(prepared(), prepared().with_name(f"{prepared().name}-{name}")))
    began = time.monotonic()
    process = start(here, name)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    whole(here)
    return time.monotonic() - began


def whole(here: Path) -> list[Path]:
    """Results folders, each checked to be what it looks like, to the last of its files."""
    folders = []
    for folder in sorted((here / "results").iterdir()):
        if re.fullmatch(HIDDEN, folder.name):
            continue
        if (folder / "merged.json").exists() or folder.name == "swept":
            if (folder / "manifest.json").exists():
                assert isinstance(open_results(folder), SweepResults)
            continue
        for stored in open_all(folder):
            numbers = stored.tables["headline"].collect()["replication"].unique().to_list()
            assert sorted(numbers) == list(stored.replications)
        folders.append(folder)
        ends = {".png": b"IEND\xaeB`\x82", ".svg": b"</svg>\n", ".html": b"</html>\n"}
        for path in folder.rglob("*"):
            hidden = any(re.fullmatch(HIDDEN, part) for part in path.parts)
            if path.suffix in ends and not hidden:
                assert path.read_bytes().rstrip().endswith(ends[path.suffix].rstrip()), path
    return folders


def left_behind(here: Path) -> list[Path]:
    """Half-written files and folders."""
    return [path for path in here.rglob(".*") if re.fullmatch(HIDDEN, path.name)]


def check(name: str, how: str, share: float, tmp_path: Path) -> str:
    """Run a command, send a signal at a moment of its time, look at what is left; say what was."""
    moment = share * lasts(name)
    here = Path(shutil.copytree(prepared(), tmp_path / "here"))
    process = start(here, name)
    time.sleep(moment)
    os.kill(process.pid, getattr(signal, how))
    out, err = process.communicate(timeout=300)
    new = [folder for folder in whole(here) if folder.name != "old"]
    assert "Traceback" not in err or process.returncode < 0 or not new, err
    if how != "SIGKILL":
        # Python dies of a signal before its first instructions; and of SIGINT, which is 130 to a
        # shell, after a KeyboardInterrupt in code that a library had made from a string
        codes = (0, 130, -getattr(signal, how), -signal.SIGINT)
        assert process.returncode in codes, err
        assert left_behind(here) == []
        for folder in new:
            assert folder.name in out + err, f"{folder} is not said: {out} {err}"
    if name == "sweep":
        if (here / "results" / "swept" / "manifest.json").exists():
            sweep = reopen(here / "results" / "swept", ["langson"])
            with locked(sweep.folder):
                fill(sweep, local_executor(1))
            assert sweep.results().finished == 60
    elif name == "report":
        write_page(here / "results" / "old" / "report.html", "<html></html>")
        prepare(here / "results")
    else:
        prepare(here / "results")
    assert left_behind(here) == []
    return f"{name} {how} at {moment:.1f} s: {process.returncode}, kept {len(new)}"


@pytest.mark.parametrize(("name", "how", "share"), CASES[:5])
def test_a_signal_at_a_random_moment(name: str, how: str, share: float, tmp_path: Path) -> None:
    """What looks whole is whole; what finished is kept and said; the next run sweeps up."""
    check(name, how, share, tmp_path)


@pytest.mark.slow
def test_thirty_signals_at_random_moments(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each of four signals, at six moments or more of each of five commands."""
    for number, (name, how, share) in enumerate(CASES):
        said = check(name, how, share, tmp_path / str(number))
        with capsys.disabled():
            print(said)


def test_the_help_names_each_exit_code() -> None:
    """The codes told are those that commands end with."""
    told = " ".join(CliRunner().invoke(app, ["--help"]).output.split())
    for code, meaning in EXIT_CODES.items():
        assert f"{code} {meaning}" in told
    assert set(EXIT_CODES) == {0, FAILED, MISUSED, MET, INTERRUPTED, BROKEN_PIPE}
