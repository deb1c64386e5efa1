"""The tabulated gamma quantile against SciPy's inversion."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import gammaincinv

from sim.distributions.gamma import standard_gamma_quantile

NUMBERS = np.concatenate(
    [np.linspace(1e-6, 1 - 1e-6, 20_001), 2.0 ** -np.arange(1, 55), 1 - 2.0 ** -np.arange(1, 54)]
)


@pytest.mark.parametrize("shape", [0.05, 0.3, 1.0, 2.5, 3.0, 30.0, 1000.0])
def test_the_table_is_exact_to_ten_digits(shape: float) -> None:
    """Over all numbers a generator can return, tails included."""
    exact = gammaincinv(shape, NUMBERS)
    seen = exact > 1e-280
    found = standard_gamma_quantile(shape, NUMBERS)
    np.testing.assert_allclose(found[seen], exact[seen], rtol=1e-10)
    assert np.all(found[~seen] <= 1e-270)


@pytest.mark.parametrize("shape", [0.01, 1.7, 500.0])
def test_it_ascends(shape: float) -> None:
    """A higher variate is never less time: common random numbers keep their order."""
    found = standard_gamma_quantile(shape, np.sort(NUMBERS))
    assert np.all(np.diff(found) >= -1e-15 * found[1:])
