"""What it means that two engines agree."""

from __future__ import annotations

import numpy as np

from sim.journeys import Journeys

__all__ = ["assert_same"]


def assert_same(one: Journeys, other: Journeys) -> None:
    """The same vehicles come, and all their times, servers and outcomes are equal bit for bit."""
    for name in ("flow", "key"):
        ours, theirs = getattr(one.workload, name), getattr(other.workload, name)
        np.testing.assert_array_equal(ours, theirs, err_msg=name)
    for name in ("arrive", "start", "finish", "server", "outcome", "crossed_at", "gave_up_at"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
