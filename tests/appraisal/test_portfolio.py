"""Sets of upgrades within a budget: exact on pairs, and simulated."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from sim.appraisal import best_sets, portfolio
from sim.errors import ArgumentError
from tests.appraisal.conftest import Load

OVERLAY = """\
format: 1
extends: small.yaml
title: {en: Choices, vi: Lựa chọn}
upgrades:
  counters:
    title: {en: Four counters, vi: Bốn quầy}
    capex: 2 bn VND
    evidence: assumption
    gates: {chi_ma: {routes: {main: {stages: {documents: {servers: 4}}}}}}
  forms:
    title: {en: Short forms, vi: Tờ khai ngắn}
    capex: 1 bn VND
    evidence: assumption
    gates: {chi_ma: {routes: {main: {stages: {documents: {service: 8 min}}}}}}
  gold:
    title: {en: Golden lane, vi: Làn mạ vàng}
    capex: 900 bn VND
    evidence: assumption
    gates: {chi_ma: {routes: {main: {stages: {crossing: {servers: 2}}}}}}
"""


@pytest.mark.parametrize("seed", range(5))
def test_the_best_sets_are_those_of_an_exhaustive_search(seed: int) -> None:
    """Of random gains, pairs and prices, the best three in their order."""
    draws, size, budget = np.random.default_rng(seed), 7, 20.0
    gains, prices = draws.normal(5.0, 5.0, size).tolist(), draws.uniform(1.0, 10.0, size).tolist()
    pairs = {pair: float(draws.normal(0.0, 3.0)) for pair in combinations(range(size), 2)}

    def total(members: tuple[int, ...]) -> float:
        return sum(gains[k] for k in members) + sum(
            pairs[pair] for pair in combinations(members, 2)
        )

    every = (c for n in range(size + 1) for c in combinations(range(size), n))
    affordable = [c for c in every if sum(prices[k] for k in c) <= budget]
    assert best_sets(gains, pairs, prices, budget, 3) == sorted(affordable, key=total)[:-4:-1]


def test_nothing_is_bought_that_loses_or_is_too_dear() -> None:
    """The empty set where every gain is below zero, or above the budget."""
    assert best_sets([-1.0, -2.0], {}, [1.0, 1.0], 5.0) == [()]
    assert best_sets([3.0, 2.0], {}, [6.0, 7.0], 5.0, count=4) == [()]
    assert best_sets([3.0, 2.0], {(0, 1): -2.5}, [1.0, 1.0], 5.0) == [(0,)]
    with pytest.raises(ArgumentError, match="2 gains have 1 prices"):
        best_sets([1.0, 2.0], {}, [1.0], 5.0)


def test_upgrades_of_one_queue_overlap(load: Load) -> None:
    """Either shortens the same queue, so together they gain less than both by themselves."""
    choices = load("more", OVERLAY)
    chosen = portfolio(choices, 3e9, weeks=1, replications=4)
    assert [single.upgrades for single in chosen.singles][-1] == ("gold",)
    (pair,) = chosen.interactions  # the golden lane is beyond the budget by itself
    assert pair.upgrades == ("counters", "forms")
    assert pair.effect.mean is not None
    assert pair.effect.mean < 0.0
    assert chosen.best.capex <= 3e9
    by_name = {single.upgrades[0]: single for single in chosen.singles}
    both = (by_name["counters"].benefit.mean or 0.0) + (by_name["forms"].benefit.mean or 0.0)
    if len(chosen.best.upgrades) == 2:
        assert chosen.best.benefit.mean == pytest.approx(both + pair.effect.mean)
        assert chosen.predicted == pytest.approx(chosen.best.net)
    for single in chosen.singles:
        assert chosen.best.net >= single.net or single.capex > 3e9


def test_without_upgrades_or_prices_there_is_no_portfolio(load: Load) -> None:
    """And none for less than nothing."""
    with pytest.raises(ArgumentError, match=r"small\.yaml"):
        portfolio(load("small"), 1e9)
    with pytest.raises(ArgumentError, match="budget from 0"):
        portfolio(load("more", OVERLAY), -1.0)
