"""What is left of a duration under way, against renewal theory."""

from __future__ import annotations

import numpy as np
import pytest

from sim.distributions import equilibrium_residual, parse_distribution, residual_at_age

U = (np.arange(100_000) + 0.5) / 100_000


@pytest.mark.parametrize(
    "text",
    [
        "12 min",
        "exponential(mean 40 min)",
        "lognormal(mean 13 h, cv 0.8)",
        "gamma(mean 45 min, cv 0.6)",
        "uniform(24 h, 72 h)",
        "triangular(5 min, 8 min, 20 min)",
        "discrete(20 % 5 min, 80 % 10 min)",
    ],
)
def test_the_mean_of_what_is_left_is_that_of_renewal_theory(text: str) -> None:
    """In equilibrium m (1 + cv^2) / 2 is left, within 0.5 %."""
    duration = parse_distribution(text)
    left = equilibrium_residual(duration, U)
    expected = duration.mean * (1.0 + duration.cv**2) / 2.0
    assert left.mean() == pytest.approx(expected, rel=0.005)
    assert np.all(np.diff(left) >= 0.0)
    assert left[0] >= 0.0


def test_of_a_constant_any_part_is_left_alike() -> None:
    """A duration of 12 min has a residual that is uniform on (0, 12)."""
    left = equilibrium_residual(parse_distribution("12 min"), U)
    np.testing.assert_allclose(left, 12.0 * U, atol=1e-3)


def test_without_memory_as_much_is_left_as_there_was() -> None:
    """An exponential has itself as its residual, in equilibrium and at any age."""
    duration = parse_distribution("exponential(mean 40 min)")
    whole = duration.quantile(U)
    inner = slice(100, -100)
    np.testing.assert_allclose(equilibrium_residual(duration, U)[inner], whole[inner], rtol=2e-3)
    np.testing.assert_allclose(residual_at_age(duration, 90.0, U)[inner], whole[inner], rtol=1e-6)


def test_at_a_known_age_the_rest_of_a_longer_duration_is_left() -> None:
    """Uniform on 24 to 72 h: after 36 h up to 36 h more, all alike; after 80 h nothing."""
    duration = parse_distribution("uniform(24 h, 72 h)")
    np.testing.assert_allclose(residual_at_age(duration, 36 * 60.0, U), 36 * 60.0 * U, atol=1e-6)
    assert residual_at_age(duration, 80 * 60.0, U).max() < 1e-6
    early = residual_at_age(duration, 0.0, U)
    np.testing.assert_allclose(early, duration.quantile(U), rtol=1e-9)


def test_nothing_is_left_of_nothing() -> None:
    """A service of 0 min has no residual."""
    assert equilibrium_residual(parse_distribution("0 min"), U).max() == 0.0
