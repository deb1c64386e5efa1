"""What it means that two engines agree."""

from __future__ import annotations

import numpy as np

from sim.journeys import Journeys

__all__ = ["assert_same"]


def assert_same(one: Journeys, other: Journeys) -> None:
    """Every time, server and outcome of every vehicle is equal, bit for bit."""
    for name in ("arrive", "start", "finish", "server", "outcome", "crossed_at", "gave_up_at"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
