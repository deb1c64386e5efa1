"""Effects of single upgrades: alone, beside the others, in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.catalogue import SCOPES, Names, Quantity
from sim.compare import ScenarioResults, upgrade_effects, upgrade_sets

UPGRADES = ("a", "b", "c")


def made(
    value: Callable[[Collection[str]], float], n: int = 6
) -> dict[frozenset[str], ScenarioResults]:
    """Samples whose value by set of upgrades is known, with noise that all share."""
    noise = np.random.default_rng(3).normal(size=n)
    found = {}
    for chosen in upgrade_sets(UPGRADES):
        columns = dict.fromkeys(SCOPES, "all") | {"measure": "wait_mean"}
        headline = pl.DataFrame({"replication": range(n), "value": noise + value(chosen)})
        headline = headline.with_columns(pl.lit(text).alias(name) for name, text in columns.items())
        found[chosen] = ScenarioResults(
            name="x",
            title={"en": "x", "vi": "x"},
            gates={},
            stages={},
            ways={},
            upgrades=(),
            targets={},
            known=Names(),
            seed=1,
            start=dt.date(2025, 7, 7),
            warm_up=0.0,
            horizon=1440.0,
            code="",
            year=None,
            replications=tuple(range(n)),
            tables={"headline": headline},
        )
    return found


def test_no_set_is_run_twice() -> None:
    """None, each, the first two, all but each, all: three upgrades make eight runs, not ten."""
    sets = upgrade_sets(UPGRADES)
    assert len(sets) == len(set(sets)) == 8
    assert upgrade_sets(("a",)) == [frozenset(), frozenset("a")]


def test_upgrades_that_do_not_meet_add_up() -> None:
    """Without interaction each is worth the same alone, last and in its turn."""
    worth = {"a": -1.0, "b": -2.0, "c": 0.5}
    found = upgrade_effects(
        UPGRADES, made(lambda on: sum(worth[u] for u in on)), Quantity("wait_mean")
    )
    assert found.whole.mean == pytest.approx(-2.5)
    for lever in found.effects:
        means = [lever.alone.mean, lever.last.mean, lever.step.mean]
        assert means == pytest.approx([worth[lever.upgrade]] * 3)
        assert lever.interaction.mean == pytest.approx(0.0)


def test_two_upgrades_that_need_each_other_show_in_the_interplay() -> None:
    """Neither does anything alone; beside the other each is worth all of it."""
    both = made(lambda on: -3.0 if {"a", "b"} <= set(on) else 0.0)
    found = {
        one.upgrade: one for one in upgrade_effects(UPGRADES, both, Quantity("wait_mean")).effects
    }
    assert found["a"].alone.mean == pytest.approx(0.0)
    assert found["a"].last.mean == pytest.approx(-3.0)
    assert found["a"].interaction.mean == pytest.approx(-3.0)
    assert found["b"].step.mean == pytest.approx(-3.0)
    assert found["c"].last.mean == pytest.approx(0.0)


@given(st.lists(st.floats(-5, 5), min_size=8, max_size=8))
def test_steps_add_up_to_the_whole(values: list[float]) -> None:
    """Whatever the interaction, the steps lead from none to all."""
    of = dict(zip(upgrade_sets(UPGRADES), values, strict=True))
    found = upgrade_effects(UPGRADES, made(lambda on: of[frozenset(on)]), Quantity("wait_mean"))
    total = sum(one.step.mean or 0.0 for one in found.effects)
    assert total == pytest.approx(found.whole.mean, abs=1e-9)
    assert total == pytest.approx((found.every or 0.0) - (found.none or 0.0), abs=1e-9)


def test_a_measure_without_values_has_no_effect() -> None:
    """Undefined in every replication: neither a mean nor an interval."""
    found = upgrade_effects(UPGRADES, made(lambda _: float("nan")), Quantity("wait_mean"))
    assert found.none is None
    assert found.whole.mean is None
    assert not found.whole.clear
