"""Requests to end: held back while results are put together, heard where they may be."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from sim.interrupts import ENDING, Interrupts, end_on_signals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in ENDING}
    end_on_signals()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_a_request_waits_until_it_may_be_heard(number: int) -> None:
    """Within the block nothing is raised; where it is allowed what was held back is."""
    with Interrupts() as interrupts:
        signal.raise_signal(number)
        assert interrupts.heard == 1
        with pytest.raises(KeyboardInterrupt), interrupts.allowed():
            pytest.fail("what was held back comes first")
        interrupts.clear()
        with pytest.raises(KeyboardInterrupt), interrupts.allowed():
            signal.raise_signal(number)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


def test_the_third_request_is_obeyed_at_once() -> None:
    """Whoever insists is not made to wait for a disk that hangs."""
    with Interrupts() as interrupts:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert interrupts.heard == 3


def test_an_inner_block_knows_what_an_outer_one_has_heard() -> None:
    """And the other way round: no request is lost between two runs."""
    with Interrupts() as outer:
        signal.raise_signal(signal.SIGINT)
        with (
            Interrupts() as inner,
            pytest.raises(KeyboardInterrupt),
            inner.allowed(),
        ):
            pytest.fail("the outer one has heard it")
        outer.clear()
        with Interrupts():
            signal.raise_signal(signal.SIGINT)
        assert outer.heard == 1


def test_nohup_stays_in_force() -> None:
    """A hang-up that was ignored before langson began is ignored by it too."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    end_on_signals()
    with Interrupts() as interrupts, interrupts.allowed():
        signal.raise_signal(signal.SIGHUP)
    assert interrupts.heard == 0


DROPPED = """
import signal, sys, time, weakref
from sim.interrupts import Interrupts, end_on_signals

class Thing: pass

def lose():
    thing = Thing()
    lost = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGTERM))
    del thing
    return lost

end_on_signals()
try:
    {block}
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize(
    "block",
    [
        "lose(); time.sleep(20)",
        "with Interrupts() as held, held.allowed(): lose(); time.sleep(20)",
    ],
)
def test_a_request_within_the_garbage_collector_is_not_lost(block: str) -> None:
    """Python drops exceptions of such callbacks; the request comes again, unprinted."""
    done = subprocess.run(
        [sys.executable, "-c", DROPPED.format(block=block)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, "")
