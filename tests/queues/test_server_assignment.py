"""Servers told from the times alone."""

from __future__ import annotations

import numpy as np
import pytest

from sim.queues import fifo


@pytest.mark.smoke
@pytest.mark.parametrize("load", [0.2, 0.7, 1.2])
@pytest.mark.parametrize("servers", [1, 2, 5, 70])
def test_servers_are_those_of_the_one_by_one_rule(load: float, servers: int) -> None:
    """The lowest free index at the start, for one stream and for lanes, light or heavy."""
    rng = np.random.default_rng(servers)
    a = np.cumsum(rng.exponential(1.0 / (load * servers), (500, 24)), axis=0)
    s = np.round(rng.exponential(1.0, a.shape), 1)
    a = np.round(a, 1)
    many = fifo(a, s, servers, method="lanes", identify=True)
    assert many.server is not None
    for r in (0, 23):
        free = np.full(servers, -np.inf)
        for i in range(len(a)):
            j = int(np.flatnonzero(free <= many.start[i, r])[0])
            assert many.server[i, r] == j
            free[j] = many.finish[i, r]
        np.testing.assert_array_equal(
            np.maximum(free, max(a[-1, r], many.start[-1, r])), many.state.free[:, r]
        )
