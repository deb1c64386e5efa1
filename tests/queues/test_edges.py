"""Search in sorted edges."""

from __future__ import annotations

import numpy as np
import pytest

from sim.arrays import Floats
from sim.queues.edges import Edges

RANDOM = np.random.default_rng(20)

EDGES = {
    "none": np.empty(0),
    "one": np.array([60.0]),
    "hours": 60.0 * np.arange(40),
    "a first hour cut short": np.array([0.5, 60.0, 120.0, 180.0]),
    "repeated": np.repeat([1.0, 2.0, 7.0], 2),
    "crowded at one end": np.sort(RANDOM.random(50) ** 8 * 1e6),
    "a thousand at one instant": np.append(np.full(1000, 5.0), 90.0),
    "open on both sides": np.array([-np.inf, 3.0, 8.0, np.inf, np.inf]),
    "only infinite": np.array([-np.inf, np.inf]),
    "farther apart than floats reach": np.array([-1.7e308, 0.0, 1.7e308]),
    "closer than floats tell": np.array([0.0, 5e-324]),
}


@pytest.mark.parametrize("edges", EDGES.values(), ids=EDGES.keys())
def test_as_many_edges_are_passed_as_by_bisection(edges: Floats) -> None:
    """An edge counts from its very instant, also for times next to it, infinite and unknown."""
    times = RANDOM.uniform(-10.0, 1000.0, 2000)
    if len(edges):
        times[:500] = RANDOM.choice(edges, 500)
        times[500:600] = np.nextafter(times[:100], -np.inf)
        times[600:700] = np.nextafter(times[:100], np.inf)
    times[700:703] = -np.inf, np.inf, np.nan
    bisected = np.searchsorted(edges, times, side="right")
    np.testing.assert_array_equal(Edges(edges).passed(times), bisected)
    np.testing.assert_array_equal(Edges(edges).passed(times[695:705]), bisected[695:705])
