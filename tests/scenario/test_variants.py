"""A variant's fingerprint is that of its values: equal scenarios share it, others do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario import Variant, Variants
from tests.small import OVERLAY, write_small

SERVERS = "gates.chi_ma.routes.main.stages.documents.servers"
LANES = "gates.chi_ma.routes.main.stages.crossing.servers"


@pytest.fixture
def variants(tmp_path: Path) -> Variants:
    return Variants.of(write_small(tmp_path)[1])


def test_saying_what_is_so_changes_nothing(variants: Variants) -> None:
    """A value set to what it is, or written otherwise, gives the same scenario."""
    plain = variants.fingerprint(Variant())
    assert variants.fingerprint(Variant({SERVERS: 4})) == plain
    assert variants.fingerprint(Variant({SERVERS: "4"})) == plain
    assert variants.fingerprint(Variant({SERVERS: 4.0})) == plain
    assert variants.fingerprint(Variant({SERVERS: 5})) != plain


def test_words_and_replications_do_not_count(tmp_path: Path) -> None:
    """Titles, evidence and the number of replications change no result of a replication."""
    base, overlay = write_small(tmp_path)
    plain = Variants.of(overlay).fingerprint(Variant())
    overlay.write_text(OVERLAY.replace("More counters", "Other words"), "utf-8")
    base.write_text(
        base.read_text("utf-8").replace("data: none", "data: none\n    evidence: derived")
    )
    variants = Variants.of(overlay)
    assert variants.fingerprint(Variant()) == plain
    assert variants.fingerprint(Variant({"run.replications": 99})) == plain
    assert variants.fingerprint(Variant({"run.seed": 99})) != plain
    assert variants.fingerprint(Variant({"run.days": 9})) != plain


def test_an_upgrade_off_is_the_scenario_without_it(variants: Variants, tmp_path: Path) -> None:
    """What counts is what is simulated: without its only upgrade an overlay has no effect."""
    off = variants.scenario(Variant(without=frozenset({"counters"})))
    assert off.leaves()[SERVERS] == 2
    assert variants.scenario(Variant()).leaves()[SERVERS] == 4
    assert off.upgrades == {}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=2, max_size=6))
def test_equal_values_equal_fingerprint(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[int, int]]
) -> None:
    """Fingerprints are equal exactly when all values are, whatever was asked before."""
    folder = tmp_path_factory.mktemp("variants")
    one = Variants.of(write_small(folder)[1])
    prints = [one.fingerprint(Variant({SERVERS: a, LANES: b})) for a, b in pairs]
    anew = Variants.of(folder / "more.yaml")
    again = [anew.fingerprint(Variant({LANES: b, SERVERS: a})) for a, b in reversed(pairs)]
    assert prints == again[::-1]
    assert len(set(prints)) == len(set(pairs))


def test_a_year_decides_which_upgrades_have_opened(variants: Variants) -> None:
    """A factor may be the year: before an upgrade opens a variant is without it."""
    before = variants.scenario(Variant({"run.year": 2026}))
    after = variants.scenario(Variant({"run.year": 2028}))
    assert (before.leaves()[SERVERS], after.leaves()[SERVERS]) == (2, 4)
