"""Distributions: means, quantiles and their texts."""

from __future__ import annotations

import pickle
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.distributions import (
    Constant,
    Discrete,
    Distribution,
    Empirical,
    Erlang,
    Exponential,
    Gamma,
    Lognormal,
    Normal,
    Pert,
    Triangular,
    Uniform,
    Weibull,
    parse_distribution,
)
from sim.errors import UnitError

FAMILIES: list[Distribution] = [
    Constant(12.0),
    Constant(0.0),
    Uniform(1440.0, 4320.0),
    Exponential(40.0),
    Lognormal(12.0, 0.5),
    Lognormal(540.0, 0.8),
    Gamma(45.0, 0.6),
    Gamma(45.0, 1.7),
    Erlang(3, 1.0),
    Triangular(5.0, 8.0, 20.0),
    Triangular(5.0, 5.0, 20.0),
    Triangular(0.0, 20.0, 20.0),
    Weibull(45.0, 0.6),
    Weibull(45.0, 1.7),
    Normal(12.0, 0.3),
    Normal(12.0, 0.95),
    Pert(5.0, 8.0, 20.0),
    Pert(5.0, 5.0, 20.0),
    Discrete((5.0, 10.0, 30.0), (0.2, 0.5, 0.3)),
    Discrete((0.0,), (1.0,)),
]

REFERENCES = [
    (Uniform(24.0, 72.0), stats.uniform(24.0, 48.0)),
    (Exponential(40.0), stats.expon(scale=40.0)),
    (Lognormal(12.0, 0.5), stats.lognorm(np.sqrt(np.log(1.25)), scale=12 / np.sqrt(1.25))),
    (Gamma(45.0, 0.6), stats.gamma(1 / 0.36, scale=45 * 0.36)),
    (Erlang(3, 1.5), stats.erlang(3, scale=0.5)),
    (Triangular(5.0, 8.0, 20.0), stats.triang(0.2, loc=5.0, scale=15.0)),
    (Pert(5.0, 8.0, 20.0), stats.beta(1.8, 4.2, loc=5.0, scale=15.0)),
]

shapes = st.floats(0.4, 20.0)


def discrete_of(pairs: list[tuple[float, int]]) -> Discrete:
    """Values with probabilities in these proportions."""
    total = sum(weight for _, weight in pairs)
    return Discrete(tuple(x for x, _ in pairs), tuple(weight / total for _, weight in pairs))


minutes = st.floats(0.001, 1e6)
cvs = st.floats(0.05, 3.0)
distributions = st.one_of(
    st.builds(Constant, st.floats(0, 1e6)),
    st.builds(Exponential, minutes),
    st.builds(Lognormal, minutes, cvs),
    st.builds(Gamma, minutes, cvs),
    st.builds(Erlang, st.integers(1, 50), minutes),
    st.lists(minutes, min_size=2, max_size=2, unique=True).map(lambda x: Uniform(*sorted(x))),
    st.lists(minutes, min_size=3, max_size=3, unique=True).map(lambda x: Triangular(*sorted(x))),
    st.lists(minutes, min_size=3, max_size=3, unique=True).map(lambda x: Pert(*sorted(x))),
    st.builds(Weibull, minutes, cvs),
    st.builds(Normal, minutes, st.floats(0.05, 0.99)),
    st.lists(st.tuples(minutes, st.integers(1, 50)), min_size=1, unique_by=lambda x: x[0]).map(
        lambda pairs: discrete_of(sorted(pairs))
    ),
)


@pytest.mark.parametrize("distribution", FAMILIES, ids=lambda d: d.text)
def test_quantiles_average_to_the_mean(distribution: Distribution) -> None:
    """The mean over the unit interval of the quantile function is the stated mean."""
    edges = 0.5 * (1 - np.cos(np.linspace(0.0, np.pi, 200_001)))  # dense at both ends
    values = distribution.quantile((edges[1:] + edges[:-1]) / 2)
    assert np.dot(values, np.diff(edges)) == pytest.approx(distribution.mean, rel=1e-4, abs=1e-12)


@pytest.mark.parametrize(("distribution", "reference"), REFERENCES, ids=lambda x: type(x).__name__)
def test_quantiles_agree_with_scipy(distribution: Distribution, reference: object) -> None:
    """Every family equals SciPy's distribution with the same mean and spread."""
    u = np.array([1e-9, 0.001, 0.1, 0.2, 0.5, 0.9, 0.999, 1 - 1e-9])
    expected = reference.ppf(u)  # type: ignore[attr-defined]
    np.testing.assert_allclose(distribution.quantile(u), expected, rtol=1e-9)


@given(shape=shapes, scale=minutes, u=st.floats(1e-9, 1 - 1e-9))
def test_weibull_is_scipys_of_equal_mean_and_cv(shape: float, scale: float, u: float) -> None:
    """Mean and cv determine the shape: the quantiles are those of the shape they came from."""
    reference = stats.weibull_min(shape, scale=scale)
    found = Weibull(reference.mean(), reference.std() / reference.mean())
    assert float(found.quantile(u)) == pytest.approx(reference.ppf(u), rel=1e-6)


@given(mean=st.floats(-3.0, 9.0), scale=minutes, u=st.floats(1e-6, 1 - 1e-6))
def test_normal_is_scipys_cut_at_zero(mean: float, scale: float, u: float) -> None:
    """Mean and cv are of the durations, after the cut; the shape is that before it."""
    reference = stats.truncnorm(-mean, np.inf, loc=mean * scale, scale=scale)
    found = Normal(reference.mean(), reference.std() / reference.mean())
    assert float(found.quantile(u)) == pytest.approx(reference.ppf(u), rel=1e-5)


@given(mode=st.floats(0.0, 1.0), low=st.floats(0.0, 1e3), width=minutes)
def test_pert_is_scipys_beta(mode: float, low: float, width: float) -> None:
    """Mean, cv and quantiles are those of the beta distribution with shapes 1 + 4 x."""
    high = low + width
    found = Pert(low, min(low + mode * width, high), high)
    place = (found.mode - low) / (high - low)
    reference = stats.beta(1 + 4 * place, 5 - 4 * place, loc=low, scale=high - low)
    assert found.mean == pytest.approx(reference.mean())
    assert found.cv == pytest.approx(reference.std() / reference.mean())
    u = np.array([0.01, 0.5, 0.99])
    np.testing.assert_allclose(found.quantile(u), reference.ppf(u), rtol=1e-9)


@given(pairs=st.lists(st.tuples(minutes, st.integers(1, 50)), min_size=1, unique_by=lambda x: x[0]))
def test_discrete_has_the_stated_probabilities(pairs: list[tuple[float, int]]) -> None:
    """Each value is drawn by its share of the unit interval, the smallest by the lowest."""
    pairs = sorted(pairs)
    found, total = discrete_of(pairs), sum(weight for _, weight in pairs)
    u = (np.arange(total) + 0.5) / total
    expected = np.repeat([x for x, _ in pairs], [weight for _, weight in pairs])
    np.testing.assert_array_equal(found.quantile(u), expected)
    assert found.mean == pytest.approx(expected.mean())
    assert found.cv == pytest.approx(expected.std() / expected.mean(), abs=1e-7)


def test_discrete_steps_where_its_probabilities_add_up() -> None:
    """At a probability that is reached exactly it is still the smaller value."""
    found = Discrete((5.0, 10.0, 30.0), (0.25, 0.25, 0.5))
    u = [0.25, np.nextafter(0.25, 1.0), 0.5, np.nextafter(0.5, 1.0)]
    assert found.quantile(u).tolist() == [5.0, 10.0, 10.0, 30.0]


@given(values=st.lists(minutes, min_size=1))
def test_empirical_draws_the_observed_values_alike(values: list[float]) -> None:
    """Quantiles at the middles of n equal parts are the n values; mean and cv are theirs."""
    observed = np.sort(values)
    found = Empirical(observed, "empirical(times.csv)")
    middles = (np.arange(len(values)) + 0.5) / len(values)
    np.testing.assert_array_equal(found.quantile(middles), observed)
    assert found.quantile(1e-16) == observed[0]
    assert found.quantile(1 - 1e-16) == observed[-1]
    assert found.mean == pytest.approx(observed.mean())
    assert found.cv == pytest.approx(observed.std() / observed.mean(), abs=1e-7)


@pytest.mark.parametrize("distribution", FAMILIES, ids=lambda d: d.text)
def test_cv_is_spread_over_mean(distribution: Distribution) -> None:
    """The standard deviation of the durations themselves is cv times the mean."""
    values = distribution.quantile((np.arange(1_000_000) + 0.5) / 1_000_000)
    assert values.std() == pytest.approx(distribution.cv * values.mean(), rel=2e-3, abs=1e-9)


@given(distribution=distributions, u=st.lists(st.floats(1e-12, 1 - 1e-12), min_size=1))
def test_quantiles_rise_and_are_never_negative(distribution: Distribution, u: list[float]) -> None:
    """A higher variate never means a shorter service, and time never runs backwards."""
    values = distribution.quantile(np.sort(u))
    assert np.all(np.isfinite(values))
    assert np.all(values >= 0)
    assert np.all(np.diff(values) >= -1e-9 * values[1:])


@pytest.mark.parametrize("distribution", FAMILIES, ids=lambda d: d.text)
def test_quantiles_keep_the_shape(distribution: Distribution) -> None:
    """Arrays of any shape go in and come out, value by value the same."""
    u = np.linspace(0.01, 0.99, 24)
    flat = distribution.quantile(u)
    assert flat.dtype == np.float64
    np.testing.assert_array_equal(distribution.quantile(u.reshape(2, 3, 4)).ravel(), flat)
    assert distribution.quantile(0.5).shape == ()
    assert distribution.quantile(np.empty(0)).shape == (0,)


@given(distribution=distributions)
def test_texts_come_back_as_equals(distribution: Distribution) -> None:
    """The text of a distribution parses to an equal one with an equal hash."""
    again = parse_distribution(distribution.text)
    assert again == distribution
    assert hash(again) == hash(distribution)


@pytest.mark.parametrize("distribution", FAMILIES, ids=lambda d: d.text)
def test_distributions_travel_between_processes(distribution: Distribution) -> None:
    """Pickling keeps the value."""
    assert pickle.loads(pickle.dumps(distribution)) == distribution
    assert isinstance(distribution, Distribution)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 min", Constant(12.0)),
        ("0 min", Constant(0.0)),
        ("lognormal(mean 12 min, cv 0.5)", Lognormal(12.0, 0.5)),
        (" lognormal( mean  9 h ,cv 0.8 ) ", Lognormal(540.0, 0.8)),
        ("gamma(mean 45 min, cv 0.6)", Gamma(45.0, 0.6)),
        ("triangular(5 min, 8 min, 20 min)", Triangular(5.0, 8.0, 20.0)),
        ("uniform(24 h, 72 h)", Uniform(1440.0, 4320.0)),
        ("exponential(40 min)", Exponential(40.0)),
        ("exponential(mean 40 min)", Exponential(40.0)),
        ("erlang(3, mean 1 min)", Erlang(3, 1.0)),
        ("erlang(3.0, mean 1 min)", Erlang(3, 1.0)),
        ("weibull(mean 45 min, cv 0.6)", Weibull(45.0, 0.6)),
        ("normal(mean 12 min, cv 0.3)", Normal(12.0, 0.3)),
        ("pert(5 min, 8 min, 20 min)", Pert(5.0, 8.0, 20.0)),
        ("discrete(80 % 10 min, 20 % 5 min)", Discrete((5.0, 10.0), (0.2, 0.8))),
        ("discrete(20% 1 h 30 min, 30 % 1.5 h, 50 % 5 min)", Discrete((5.0, 90.0), (0.5, 0.5))),
    ],
)
def test_distributions_are_read(text: str, expected: Distribution) -> None:
    """Every family has one written form; a plain duration is constant."""
    assert parse_distribution(text) == expected


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (7.5, "'7.5' is not a duration", "12 min"),
        (None, "an empty value is not a duration", "12 min"),
        ("lognormal(mean 7.5, cv 0.5)", "'7.5' is not a duration", "12 min"),
        ("lognormall(mean 7 min, cv 1)", "unknown distribution", "did you mean 'lognormal'?"),
        ("empirical(x.csv)", "unknown distribution 'empirical'", "exponential, uniform"),
        ("lognormal", "wrong number of values", "cv 0.5"),
        ("lognormal()", "wrong number of values", "cv 0.5"),
        ("lognormal(mean 1,200 min, cv 1)", "wrong number of values", "1_200"),
        ("lognormal(mean 7 min", "no closing bracket", "cv 0.5"),
        ("lognormal(7 min, cv 0.5)", "'mean' expected in lognormal, found '7 min'", "mean 12 min"),
        ("gamma(mean 7 min, 0.5)", "'cv' expected in gamma, found '0.5'", "cv 0.6"),
        ("gamma(mean 7 min, cv 50 %)", "'50 %' is not a number", "without '%'"),
        ("gamma(mean 7 min, cv 0)", "cv must lie between 0.001 and 100", "constant"),
        ("lognormal(mean 7 min, cv 200)", "cv must lie between 0.001 and 100", "constant"),
        ("gamma(mean 0 min, cv 1)", "the mean of gamma must be above 0", "gamma("),
        ("exponential(0 min)", "the mean of exponential must be above 0", "exponential("),
        ("erlang(0, mean 1 min)", "1 to 1_000_000 phases", "erlang(3"),
        ("erlang(2.5, mean 1 min)", "'2.5' is not a whole number", "4"),
        ("uniform(72 h, 24 h)", "low below high", "uniform("),
        ("triangular(5 min, 30 min, 20 min)", "ascending order", "triangular("),
        ("triangular(5 min, 5 min, 5 min)", "ascending order", "triangular("),
        ("weibull(45 min, 0.6)", "'mean' expected in weibull, found '45 min'", "weibull(mean"),
        ("weibull(mean 45 min, cv 101)", "the cv must lie between 0.001 and 100", "constant"),
        ("normal(mean 12 min, cv 1)", "the cv must lie between 0.001 and 0.99", "write gamma"),
        ("pert(8 min, 5 min, 20 min)", "pert needs low, mode, high in ascending order", "pert(5"),
        ("discrete(5 min, 10 min)", "'5 min' is no probability and value", "discrete(20 % 5 min"),
        ("discrete(20 % 5 min, 70 % 10 min)", "sum to 90 %, not to 100 %", "discrete(20 % 5 min"),
        ("discrete(0 % 5 min, 100 % 10 min)", "must be above 0 %", "discrete(20 % 5 min"),
        ("discrete()", "wrong number of values", "discrete(20 % 5 min"),
    ],
)
def test_mistakes_in_distributions_are_named(text: object, message: str, hint: str) -> None:
    """Unknown families, wrong arguments and impossible values say what to write."""
    with pytest.raises(UnitError, match=re.escape(message)) as caught:
        parse_distribution(text)
    assert hint in caught.value.hint


def test_impossible_values_are_refused_in_code_too() -> None:
    """A distribution that cannot be written cannot be built."""
    with pytest.raises(UnitError):
        Constant(-1.0)
    with pytest.raises(UnitError):
        Lognormal(float("nan"), 0.5)


def test_families_with_equal_numbers_differ() -> None:
    """Equality and hash are by family and value."""
    kinds: list[Distribution] = [Lognormal(12.0, 0.5), Gamma(12.0, 0.5), Lognormal(12.0, 0.5)]
    assert kinds[0] != kinds[1]
    assert kinds[0] == kinds[2]
    assert len(set(kinds)) == 2
