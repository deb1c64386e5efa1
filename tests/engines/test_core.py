"""Engine `core`: what its speed rests on."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engines.core import _by_arrival


@pytest.mark.parametrize("instants", [1, 7, 300, 100_000])
def test_simultaneous_arrivals_stay_in_order(instants: int) -> None:
    """The fast sort with its ties mended is the stable sort, ``inf`` included."""
    arrive = np.random.default_rng(instants).integers(0, instants, 20_000).astype(float)
    arrive[::17] = np.inf
    assert np.array_equal(_by_arrival(arrive), np.argsort(arrive, kind="stable"))
