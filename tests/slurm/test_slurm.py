"""A sweep in a real Slurm outlives the nodes of its workers and of its driver."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import sim
from tests.slurm.conftest import Slurm
from tests.small import write_small
from tests.sweep.conftest import SWEEP
from tests.sweep.same import assert_same

pytestmark = pytest.mark.slurm

PROFILE = """\
workers: 3
memory: 900M
time: "00:30:00"
interface: lo
"""


def langson(here: Path, *arguments: str) -> str:
    """Run ``python -m sim`` and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "sim", *arguments],
        cwd=here,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def until(true: Callable[[], bool], what: str, seconds: float = 150.0) -> None:
    """Wait for something; time is only the limit."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.2)


def listening() -> set[str]:
    """Addresses beyond the loopback at which Python listens."""
    lines = subprocess.run(["ss", "-ltnpH"], capture_output=True, text=True, check=True).stdout
    found = (line.split() for line in lines.splitlines() if "dask" in line or "python" in line)
    return {words[3] for words in found if not words[3].startswith(("127.", "[::1]"))}


def test_nodes_fail(slurm: Slurm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Submitted, a worker's node lost, the driver's node lost: the result is that of one go."""
    monkeypatch.setenv("PYTHONPATH", str(Path(sim.__file__).parent.parent))
    write_small(tmp_path)
    (tmp_path / "lanes.yaml").write_text(SWEEP.replace("replications: 4", "replications: 1200"))
    (tmp_path / "profile.yaml").write_text(PROFILE)
    folder = tmp_path / "results" / "lanes"
    assert "submitted to Slurm" in langson(
        tmp_path, "sweep", "lanes.yaml", "--slurm", "profile.yaml"
    )
    keys = folder / "slurm" / "dask"
    assert keys.stat().st_mode & 0o077 == 0
    assert (keys / "key.pem").stat().st_mode & 0o077 == 0

    def blocks() -> int:
        return len(list((folder / "blocks").glob("??/*.tasks.*.parquet")))

    until(lambda: blocks() >= 3, "the first block of a worker")
    assert listening() == set()
    (driver,) = slurm.jobs("driver.sbatch").values()
    worker = next(node for node in slurm.jobs("workers.sbatch").values() if node != driver)
    slurm.kill_node(worker)
    seen = blocks()
    until(lambda: blocks() > seen, "work without the node")
    slurm.kill_node(driver)
    for node in (worker, driver):
        until(lambda node=node: slurm.is_down(node), f"the loss of {node}")
        subprocess.run(["slurmd", "-N", node], check=True)
    until((folder / "slurm" / "DONE").exists, "the end", 240.0)
    told = json.loads(langson(tmp_path, "sweep", "status", "lanes.yaml", "--json"))
    assert (told["asked"], told["done"], told["failed"]) == (7200, 7200, 0)
    langson(tmp_path, "sweep", "lanes.yaml", "--out", "whole", "--quiet")
    assert_same(folder, tmp_path / "whole" / "lanes")


def test_job_array(slurm: Slurm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any server: the elements of a job array, merged, are the whole."""
    monkeypatch.setenv("PYTHONPATH", str(Path(sim.__file__).parent.parent))
    write_small(tmp_path)
    (tmp_path / "lanes.yaml").write_text(SWEEP)
    command = f"{sys.executable} -m sim sweep lanes.yaml --jobs 1 --shard $SLURM_ARRAY_TASK_ID/3"
    slurm.tell("sbatch", "-D", str(tmp_path), "--array=1-3", "--mem=900M", "--wrap", command)
    until(lambda: not slurm.tell("squeue", "-h"), "the end of the array")
    assert "merged" in langson(tmp_path, "sweep", "merge", "lanes.yaml")
    langson(tmp_path, "sweep", "lanes.yaml", "--out", "whole", "--quiet")
    assert_same(tmp_path / "results" / "lanes", tmp_path / "whole" / "lanes")
