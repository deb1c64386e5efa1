"""Compiled kernels are loaded when that costs less time than they save, and never in vain."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.errors import FastWarning
from sim.queues import compiled, fifo

pytest.importorskip("numba")

FEW = 1000
ENOUGH = int(compiled.LOADING / compiled.GAIN) + 1
"""Customers whose service by the kernels repays loading them."""
MANY = int((compiled.LOADING + compiled.COMPILING) / compiled.GAIN) + 1
"""Customers whose service by the kernels repays compiling them."""


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> compiled._Savings:
    """A process that has served nobody; what is on disk is as the test says."""
    demand = compiled._Savings()
    monkeypatch.setattr(compiled, "demand", demand)
    monkeypatch.setattr(compiled, "is_on_disk", lambda _: True)
    monkeypatch.setattr(compiled, "may_be_on_disk", lambda _: True)
    return demand


def test_a_short_run_does_not_load_the_kernels(fresh: compiled._Savings) -> None:
    """Loading takes half a second; a few customers are served in less."""
    assert not compiled.pays_off(FEW)
    assert not compiled.loaded()


def test_many_short_runs_load_the_kernels_once_they_have_cost_as_much(
    fresh: compiled._Savings,
) -> None:
    """What has been served without them counts together."""
    calls = next(n for n in range(1, 10_000) if compiled.pays_off(FEW))
    assert calls == -(-ENOUGH // FEW)
    assert compiled.pays_off(0)


def test_kernels_are_loaded_at_once_where_enough_is_expected(fresh: compiled._Savings) -> None:
    """A long run that is announced does not begin without them."""
    compiled.expect(ENOUGH)
    assert compiled.pays_off(FEW)


def test_kernels_that_must_be_compiled_are_not_waited_for(
    fresh: compiled._Savings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for a compiler longer than the kernels save; an ahead-compiled file decides."""
    monkeypatch.setattr(compiled, "is_on_disk", lambda _: False)
    compiled.expect(ENOUGH)
    assert not compiled.pays_off(FEW)
    compiled.expect(MANY)
    assert compiled.pays_off(FEW)


def test_a_numba_that_cannot_be_imported_is_as_good_as_none(
    fresh: compiled._Savings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NumPy serves instead, and one warning says why and what to install."""

    def broken() -> None:
        raise ImportError("Numba needs NumPy 1.0 or less")

    monkeypatch.setattr(compiled, "kernels", broken)
    compiled.expect(MANY)
    with pytest.warns(FastWarning, match=r"needs NumPy 1.0 or less.*langson\[fast\]") as heard:
        served = fifo(np.zeros(MANY // 1000), 1.0)
    assert len(heard) == 1
    assert served.start[-1] == len(served.start) - 1
    assert not compiled.pays_off(MANY)


def _langson(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    root = str(Path(compiled.__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-m", "sim", *words],
        env=os.environ | {"PYTHONPATH": root} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_numba_switched_off_leaves_the_work_to_numpy(tmp_path: Path) -> None:
    """NUMBA_DISABLE_JIT=1 changes no result and is no fault; only compiling ahead is refused."""
    run = ("run", "tutorial", "--replications", "2", "--no-report", "--no-figures", "--json")
    switched_off = _langson(*run, "--out", str(tmp_path), NUMBA_DISABLE_JIT="1")
    assert switched_off.returncode == 0, switched_off.stderr
    refused = _langson("prepare", NUMBA_DISABLE_JIT="1")
    assert refused.returncode == 2
    assert "NUMBA_DISABLE_JIT" in refused.stderr
    import_all = "import sim.queues.kernels, sim.workload.kernels, sim.engines.event_loop.loop"
    subprocess.run(
        [sys.executable, "-c", import_all],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(Path.cwd())},
        check=True,
    )
