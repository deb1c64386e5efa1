"""Workers of dask.distributed give the same results, in the open to nobody."""

from __future__ import annotations

import os
import shlex
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from sim.errors import RunError, ScenarioError
from sim.sweep import ClusterExecutor, Progress, fill, read_profile, submit
from tests.sweep.conftest import Make
from tests.sweep.same import assert_same

psutil = pytest.importorskip("psutil", reason="needs the extra cluster")
pytest.importorskip("distributed", reason="needs the extra cluster")


def listening() -> set[str]:
    """Addresses at which this process and those that it started listen."""
    me = psutil.Process()
    found = [one for each in (me, *me.children(recursive=True)) for one in each.net_connections()]
    return {one.laddr.ip for one in found if one.status == psutil.CONN_LISTEN}


def test_the_same_results(make: Make, whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On two workers, one of them killed on the way, each task is done, once and the same."""
    monkeypatch.setattr("sim.sweep.drive._SHORT", 0.0)
    monkeypatch.setattr("sim.sweep.blocks.LEAST", 0.02)
    monkeypatch.setattr("sim.sweep.blocks._TAIL", 0.0)
    executor = ClusterExecutor("local", 2)
    seen: list[set[str]] = []

    def kill_one(progress: Progress) -> None:
        if executor._client is not None and not seen:
            seen.append(listening())
            os.kill(next(iter(executor._client.run(os.getpid).values())), signal.SIGKILL)

    sweep = make("cluster")
    end = fill(sweep, executor, on_progress=kill_one)
    assert (end.done, end.failed) == (24, 0)
    assert seen == [{"127.0.0.1"}]
    assert_same(sweep.folder, whole)


def test_no_encryption_no_work() -> None:
    """A scheduler that does not speak TLS is refused."""
    with pytest.raises(RunError, match="ncryption required"):
        ClusterExecutor("tcp://127.0.0.1:9", 1, wait=5.0).start()


def test_no_scheduler(tmp_path: Path) -> None:
    """A scheduler file that never comes is said, with its name."""
    with pytest.raises(RunError, match=r"no cluster at .*scheduler\.json"):
        ClusterExecutor(str(tmp_path / "scheduler.json"), 1, wait=0.5).start()


MISTAKES = [
    ("workers: 3", "workers: 0", ":1:10: error: workers: '0' is too small"),
    ("memory: 2G", "memroy: 2G", ":2:1: error: unknown key 'memroy'; did you mean 'memory'?"),
    ("memory: 2G", "memory: two", ":2:9: error: memory: 'two' is not one memory of Slurm's"),
    ("memory: 2G", 'options: ["--a\\ntouch x"]', ":2:11: error: options: '--a touch x' is not one"),
    ("memory: 2G", 'options: [--a, "-b"]', ":2:16: error: options: '-b' is not one option"),
    ("memory: 2G", 'interface: "ib0; rm"', ":2:12: error: interface:"),
    ("memory: 2G", 'time: "1\\n2"', ":2:7: error: time:"),
    ("workers: 3\n", "", "missing key 'workers'"),
]


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES, ids=[m[1] for m in MISTAKES])
def test_profile_mistakes(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A mistake in a cluster's profile is told with its line."""
    path = tmp_path / "profile.yaml"
    path.write_text("workers: 3\nmemory: 2G\n".replace(old, new), "utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_profile(path)
    assert said in str(caught.value)


def test_scripts(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Slurm here the scripts are kept for where it is; the keys are for one's own eyes."""
    path = tmp_path / "profile.yaml"
    path.write_text("workers: 3\noptions: [--account=border]\nsetup: module load python\n", "utf-8")
    monkeypatch.setenv("PATH", "")
    sweep = make()
    folder = sweep.folder
    with pytest.raises(RunError, match="sbatch is not here"):
        submit(sweep, read_profile(path))
    assert "--retry-failed" not in (folder / "slurm" / "driver.sbatch").read_text("utf-8")
    with pytest.raises(RunError, match="sbatch is not here"):
        submit(sweep, read_profile(path), retry=True)
    assert "scheduler.json --retry-failed\n" in (folder / "slurm" / "driver.sbatch").read_text(
        "utf-8"
    )
    workers = (folder / "slurm" / "workers.sbatch").read_text("utf-8")
    for line in ("#SBATCH --array=1-3", "#SBATCH --account=border", "\nmodule load python\n"):
        assert line in workers
    assert (folder / "slurm" / "dask").stat().st_mode & 0o777 == 0o700
    assert (folder / "slurm" / "dask" / "key.pem").stat().st_mode & 0o777 == 0o600


def test_names_are_quoted_in_scripts(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spaces, quotes, #, $ and % in a folder's name stay part of it, for Slurm and for bash."""
    name = "a b#c '$(touch x)' %j"
    path = tmp_path / "profile.yaml"
    path.write_text("workers: 3\n", "utf-8")
    monkeypatch.setenv("PATH", "")
    sweep = replace(make(), folder=tmp_path / name)
    sweep.folder.mkdir()
    with pytest.raises(RunError, match="sbatch is not here"):
        submit(sweep, read_profile(path))
    lines = (sweep.folder / "slurm" / "driver.sbatch").read_text("utf-8").splitlines()
    asked = [shlex.split(line.removeprefix("#SBATCH ")) for line in lines if "#SBATCH" in line]
    assert [f"--job-name=langson-{name}"] in asked
    escaped = str(sweep.folder).replace("%", "%%")
    assert [f"--output={escaped}/slurm/%x-driver-%j.log"] in asked
    assert f"cd {shlex.quote(str(sweep.folder / 'slurm'))} || exit 1" in lines


def test_a_name_of_two_lines_is_refused(make: Make, tmp_path: Path) -> None:
    """A line break in a folder's name would be a line of the job's script."""
    path = tmp_path / "profile.yaml"
    path.write_text("workers: 3\n", "utf-8")
    sweep = replace(make(), folder=tmp_path / "a\ntouch x")
    with pytest.raises(RunError, match=r"a\\ntouch x' has an invisible character in it: Slurm"):
        submit(sweep, read_profile(path))
    assert not sweep.folder.exists()
