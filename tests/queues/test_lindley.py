"""The gap form: not the bits of an absolute clock, but nearer to the truth."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from sim.queues import fifo


def test_gap_form_agrees_with_the_recursion() -> None:
    """Within rounding, for one stream and for lanes, over the edges of blocks."""
    rng = np.random.default_rng(1)
    a = np.cumsum(rng.exponential(1.0, (40_000, 2)), axis=0)
    s = rng.exponential(0.9, a.shape)
    gap, clock = fifo(a, s, method="lindley"), fifo(a, s, method="scalar")
    np.testing.assert_allclose(gap.start, clock.start, rtol=1e-12)
    np.testing.assert_array_equal(fifo(a[:, 0], s[:, 0], method="lindley").start, gap.start[:, 0])
    np.testing.assert_allclose(gap.state.free, clock.state.free, rtol=1e-12)


def test_gap_form_is_within_a_few_rounding_errors_of_the_exact_wait() -> None:
    """Against exact rationals."""
    rng = np.random.default_rng(3)
    a, s = np.cumsum(rng.exponential(1.0, 2000)), rng.exponential(0.9, 2000)
    free = Fraction(0)
    exact = []
    for x, y in zip(a.tolist(), s.tolist(), strict=True):
        begin = max(Fraction(x), free)
        exact.append(float(begin - Fraction(x)))
        free = begin + Fraction(y)
    wait = fifo(a, s, method="lindley").start - a
    np.testing.assert_allclose(wait, exact, atol=1e-12)


def test_padding_is_refused() -> None:
    """An arrival that never comes has no gap."""
    with pytest.raises(ValueError, match="arrivals that never come"):
        fifo([0.0, np.inf], 1.0, method="lindley")
