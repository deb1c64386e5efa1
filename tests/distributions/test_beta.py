"""The tabulated beta quantile is that of SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import betaincinv

from sim.distributions.beta import standard_beta_quantile


@pytest.mark.parametrize("rising", [1.0, 1.0001, 1.3, 2.0, 3.0, 4.9, 5.0])
def test_quantiles_are_scipys(rising: float) -> None:
    """For shapes that add up to 6, as PERT has them, from the far ends to the middle."""
    falling = 6.0 - rising
    u = np.concatenate([10.0 ** np.arange(-15.0, 0.0), np.linspace(0.001, 0.999, 9_973)])
    expected = betaincinv(rising, falling, u)
    np.testing.assert_allclose(standard_beta_quantile(rising, falling, u), expected, rtol=1e-9)
    u, expected = u[u > 0.001], expected[u > 0.001]
    mirrored = 1.0 - standard_beta_quantile(falling, rising, 1.0 - u)
    np.testing.assert_allclose(mirrored, expected, rtol=1e-9)


def test_quantiles_rise() -> None:
    """Across all cells, where neighbouring cubics meet as well."""
    u = np.linspace(1e-6, 1 - 1e-6, 200_001)
    assert np.all(np.diff(standard_beta_quantile(1.8, 4.2, u)) > 0)
