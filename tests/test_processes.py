"""Ctrl-C reaches this process whenever it comes, and never a child."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from sim.interrupts import children_ignore_interrupts
from sim.processes import WorkerPool

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no signal masks there")


def test_ctrl_c_while_children_start() -> None:
    """A Ctrl-C that comes while children start is heard as soon as they have started."""
    started: list[bool] = []
    with pytest.raises(KeyboardInterrupt):
        start_children(started)
    assert started


def start_children(started: list[bool]) -> None:
    """Take note of children that start after Ctrl-C was pressed."""
    with children_ignore_interrupts():
        os.kill(os.getpid(), signal.SIGINT)
        started.append(True)


def test_children_do_not_hear_it() -> None:
    """A child started meanwhile lives on when the terminal sends Ctrl-C to all."""
    script = "import os, signal; os.kill(os.getpid(), signal.SIGINT); print('alive')"
    with children_ignore_interrupts():
        child = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert child.stdout == b"alive\n"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_workers_leave_signals_to_their_parent(sent: signal.Signals) -> None:
    """What a terminal or a cluster sends to all kills no worker in the midst of its answer."""
    with WorkerPool(1) as workers:
        assert workers.submit(signal.raise_signal, sent).result() is None
        assert workers.submit(os.getppid).result() == os.getpid()
