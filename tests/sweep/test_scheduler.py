"""`kill -9` of the scheduler alone: the driver says so, and the same command goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import sim
from sim.errors import RunError
from sim.results.sweeps import find_parts
from sim.sweep import fill, read_profile, submit
from sim.sweep.executor import SerialExecutor
from tests.sweep.conftest import Make
from tests.sweep.same import assert_same

pytest.importorskip("distributed", reason="needs the extra cluster")

ALONE = ("--interface", "lo", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
Process = subprocess.Popen[str]


class Site:
    """What a job script starts: a scheduler, a worker and a driver, each a process."""

    def __init__(self, folder: Path, file: Path, keys: Path) -> None:
        self._folder, self._file = folder, file
        self._scheduler = folder.parent / "scheduler.json"
        self._env = os.environ | {
            "PYTHONPATH": str(Path(sim.__file__).parent.parent),
            "DASK_CONFIG": str(keys),
        }
        self.running: list[Process] = []

    def scheduler(self) -> Process:
        self._scheduler.unlink(missing_ok=True)
        file = ("--scheduler-file", str(self._scheduler))
        return self._start("dask", "scheduler", *file, "--port", "0", *ALONE)

    def worker(self) -> Process:
        file = ("--scheduler-file", str(self._scheduler))
        patience = ("--nworkers", "1", "--nthreads", "1", "--death-timeout", "20")
        return self._start("dask", "worker", *file, *patience, *ALONE)

    def driver(self) -> Process:
        where = (str(self._file), str(self._folder), str(self._scheduler))
        return self._start("tests.sweep.driver", *where)

    def blocks(self) -> int:
        """Blocks that count, merged or not."""
        return len(find_parts(self._folder).blocks)

    def _start(self, module: str, *arguments: str) -> Process:
        started = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=self._env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if module == "tests.sweep.driver" else subprocess.DEVNULL,
            text=True,
        )
        self.running.append(started)
        return started


@pytest.fixture
def site(make: Make, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A place to run the small sweep, with keys, and nothing left behind."""
    profile = tmp_path / "profile.yaml"
    profile.write_text("workers: 1\n", "utf-8")
    sweep = make("swept", ("replications: 4", "replications: 40"))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RunError, match="sbatch is not here"):
        submit(sweep, read_profile(profile))  # writes the keys
    monkeypatch.undo()
    place = Site(sweep.folder, file, sweep.folder / "slurm" / "dask")
    yield place
    for process in place.running:
        process.kill()
        process.communicate()


def test_a_lost_scheduler(site: Site, make: Make, tmp_path: Path) -> None:
    """The driver ends and says how to go on; a new scheduler, and nothing is lost or doubled."""
    scheduler = site.scheduler()
    site.worker()
    driver = site.driver()
    end = time.monotonic() + 60
    while site.blocks() < 3:  # two are the driver's own
        assert driver.poll() is None, driver.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)
    scheduler.kill()
    _, said = driver.communicate(timeout=60)
    assert driver.returncode == 1
    assert "the scheduler is lost; run it again to go on" in said
    assert not (tmp_path / "swept" / "merged.json").exists()
    site.scheduler()
    site.worker()
    driver = site.driver()
    driver.communicate(timeout=60)
    assert driver.returncode == 0
    whole = make("whole", ("replications: 4", "replications: 40"))
    fill(whole, SerialExecutor())
    assert_same(tmp_path / "swept", whole.folder)
