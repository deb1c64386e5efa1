"""Random numbers: named, uniform, and independent of one another."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from sim.queues import compiled
from sim.workload import random_keys, uniforms
from sim.workload.random_numbers import name_key

PURPOSES = ["channel", "level", "time", "visit:scan", "service:scan", "service:documents"]
VEHICLES = np.arange(40_000)


def variates(owner: str = "fruit", seed: int = 1, replication: int = 0) -> dict[str, np.ndarray]:
    """The variates of 40,000 vehicles for several purposes."""
    keys = random_keys(seed, owner, replication, VEHICLES)
    return {purpose: uniforms(keys, purpose) for purpose in PURPOSES}


def unmixed(word: int) -> int:
    """The word that SplitMix64 mixes into ``word``."""

    def unshifted(x: int, by: int) -> int:
        found = x
        for _ in range(64 // by):
            found = x ^ (found >> by)
        return found

    word = unshifted(word, 31)
    for constant, by in ((0x94D049BB133111EB, 27), (0xBF58476D1CE4E5B9, 30)):
        word = unshifted(word * pow(constant, -1, 2**64) % 2**64, by)
    return word


def test_names_are_numbered_for_ever() -> None:
    """The number of a name is its hash, and variates depend on all that names a key."""
    assert name_key("service:documents") == 0xCF23711D218FFD45
    one = variates()["time"]
    for other in (variates("cars"), variates(seed=2), variates(replication=1)):
        assert not np.any(one == other["time"])


def test_a_variate_belongs_to_the_vehicle() -> None:
    """One vehicle's number is the same alone, in any order, and among any others."""
    some = np.array([7, 39_999, 0, 7, 123])
    alone = uniforms(random_keys(1, "fruit", 0, some), "time")
    assert alone.tolist() == variates()["time"][some].tolist()


@pytest.mark.parametrize("fast", [False, compiled.available()])
def test_numbers_lie_strictly_between_0_and_1(fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The least and the greatest word give numbers just inside, whose quantiles are finite."""
    monkeypatch.setattr(compiled, "pays_off", lambda _: fast)
    ends = [(unmixed(word) - name_key("time")) % 2**64 for word in (0, 2**64 - 1)]
    numbers = uniforms(np.array(ends, dtype=np.uint64), "time")
    assert numbers.tolist() == [2.0**-53, 1.0 - 2.0**-53]


def test_variates_are_uniform() -> None:
    """Kolmogorov and Smirnov find no fault in any purpose, flow or replication."""
    for owner, replication in (("fruit", 0), ("fruit", 1), ("cars", 0)):
        for purpose, numbers in variates(owner, replication=replication).items():
            assert stats.kstest(numbers, "uniform").pvalue > 1e-4, (owner, replication, purpose)


def test_purposes_flows_and_neighbours_are_independent() -> None:
    """Pairs of numbers fill the square evenly: across purposes, vehicles, flows, runs, seeds."""
    here = variates()
    pairs = [(here[a], here[b]) for a, b in combinations(PURPOSES, 2)]
    pairs += [(one[:-1], one[1:]) for one in here.values()]
    pairs += [(one[:-64], one[64:]) for one in here.values()]
    for other in (variates("cars"), variates(replication=1), variates(seed=2)):
        pairs += [(here[purpose], other[purpose]) for purpose in PURPOSES]
    for x, y in pairs:
        cells = np.histogram2d(x, y, bins=32, range=[[0, 1], [0, 1]])[0]
        assert stats.chisquare(cells.ravel()).pvalue > 1e-5


@pytest.mark.skipif(not compiled.available(), reason="needs the extra fast")
def test_compiled_variates_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """With and without the extra `fast`: equal bits, over several blocks."""
    both = []
    for fast in (False, True):
        monkeypatch.setattr(compiled, "pays_off", lambda _, fast=fast: fast)
        both.append(variates())
    for purpose in PURPOSES:
        assert both[0][purpose].tobytes() == both[1][purpose].tobytes()
