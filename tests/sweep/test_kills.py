"""Twenty kills at random moments, of a worker, of the driver or of all: nothing is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import sim
from sim.results.sweeps import find_parts
from sim.sweep import Sweep, fill
from sim.sweep.executor import SerialExecutor
from tests.sweep.conftest import Make
from tests.sweep.same import assert_same

psutil = pytest.importorskip("psutil")

KILLS, REPLICATIONS = 20, 600


def start(file: Path, folder: Path) -> subprocess.Popen[bytes]:
    """Drive a sweep in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.sweep.driver", str(file), str(folder)],
        env=os.environ | {"PYTHONPATH": str(Path(sim.__file__).parent.parent)},
        start_new_session=True,
    )


def kill(driver: subprocess.Popen[bytes], whom: str) -> None:
    """`kill -9` of a worker, of the driver, or of everybody at once."""
    if whom == "all":
        os.killpg(driver.pid, signal.SIGKILL)
    elif whom == "driver":
        driver.kill()
    else:
        workers = [
            p for p in psutil.Process(driver.pid).children() if "spawn_main" in "".join(p.cmdline())
        ]
        for worker in workers[:1]:
            worker.kill()


def blocks(folder: Path) -> int:
    """Blocks that count, merged or not."""
    return len(find_parts(folder).blocks) if folder.exists() else 0


@pytest.mark.slow
def test_twenty_kills(
    make: Make, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever is killed when, the end is that of an undisturbed run, to the last bit."""
    more = ("replications: 4", f"replications: {REPLICATIONS}")
    whole: Sweep = make("whole", more)
    fill(whole, SerialExecutor())
    folder, rng = tmp_path / "killed", random.Random(7)
    killed = 0
    driver = start(file, folder)
    while killed < KILLS:
        seen, end = blocks(folder), time.monotonic() + 60
        while blocks(folder) == seen and driver.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        assert driver.poll() is None, "the sweep ended before the last kill: give it more tasks"
        time.sleep(rng.uniform(0.0, 0.4))
        whom = rng.choice(["worker", "driver", "all"])
        kill(driver, whom)
        killed += 1
        if whom != "worker":
            driver.wait()
            driver = start(file, folder)
    assert driver.wait(timeout=300) == 0
    results = whole.results()
    with capsys.disabled():
        print(f"\n{killed} kills, {results.finished} tasks")
    assert_same(folder, whole.folder)
