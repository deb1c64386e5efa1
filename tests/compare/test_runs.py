"""Whole scenarios against the first: paired where they can be, in whatever order they come."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from sim.compare import compare_runs, paired_many
from sim.messages import messages
from sim.report.text.notices import caveats
from sim.results import Results, open_all, write, write_several
from sim.runs import run
from sim.scenario import load
from tests.small import write_small

Runs = dict[str, Results]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """The small scenario, more counters, a faster crossing, and another seed."""
    base, more = write_small(tmp_path_factory.mktemp("small"))
    crossing = {"gates.chi_ma.routes.main.stages.crossing.service": "3 min"}
    return {
        "base": run(load(base), 6),
        "more": run(load(more), 6),
        "faster": run(load(base, set=crossing), 6),
        "reseeded": run(load(base, set={"run.seed": "6"}), 5),
    }


def by_name(table: pl.DataFrame, name: str) -> pl.DataFrame:
    return table.filter(pl.col("alternative") == name).drop("alternative")


def test_order_does_not_change_a_digit(runs: Runs) -> None:
    """Alternatives in any order give the same rows, to the last bit."""
    names = ["more", "faster", "reseeded"]
    first = compare_runs([runs[n] for n in ["base", *names]], ["base", *names]).table
    for order in permutations(names):
        called = ["base", *order]
        table = compare_runs([runs[name] for name in called], called).table
        for name in names:
            assert by_name(table, name).equals(by_name(first, name))


def test_swapping_two_turns_the_sign_alone(runs: Runs) -> None:
    """Whichever comes first, size, interval and gain are the same digits."""
    keys = ["gate", "direction", "measure"]
    one = compare_runs([runs["base"], runs["more"]]).table.sort(keys)
    two = compare_runs([runs["more"], runs["base"]]).table.sort(keys)
    assert one["difference"].equals((-1.0 * two["difference"]).rename("difference"))
    same = ["half_width", "p_value", "variance_ratio", "n"]
    assert one.select(same).equals(two.select(same))


def test_folders_give_the_same_digits(runs: Runs, tmp_path: Path) -> None:
    """Reading results back changes nothing, from a folder each or from one of several."""
    fresh = compare_runs([runs["base"], runs["more"]], ["a", "b"])
    apart = [open_all(write(runs[name], tmp_path))[0] for name in ("base", "more")]
    folder, _ = write_several([runs["base"], runs["more"]], tmp_path)
    for stored in (apart, open_all(folder)):
        again = compare_runs(stored, ["a", "b"])
        assert again.table.equals(fresh.table)
        assert again.samples[1].upgrades == fresh.samples[1].upgrades
        assert again.samples[1].busy == fresh.samples[1].busy == ["chi_ma", "dong_dang"]
        assert (again.samples[1].gates, again.other_code) == (fresh.samples[1].gates, [])


def test_another_seed_is_independent(runs: Runs) -> None:
    """Without common random numbers it is Welch's interval, its short side SciPy's; it is said."""
    found = compare_runs([runs["base"], runs["reseeded"]], ["base", "reseeded"])
    assert found.independent == ["reseeded"]
    row = found.table.filter(gate="chi_ma", direction="all", measure="door_to_door_mean")
    both = [
        runs[name]
        .tables["headline"]
        .filter(gate="chi_ma", direction="all", measure="door_to_door_mean")["value"]
        .to_numpy()
        for name in ("reseeded", "base")
    ]
    expected = stats.ttest_ind(*both, equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert row["method"].item() == "welch"
    assert row["n"].item() == 5
    assert row["difference"].item() == pytest.approx(both[0].mean() - both[1].mean())
    width = (interval.high - interval.low) / 2
    shorter = min(row["difference"].item() - row["low"].item(),
                  row["high"].item() - row["difference"].item())  # fmt: skip
    assert shorter == pytest.approx(width)
    assert row["half_width"].item() >= width
    assert row["variance_ratio"].item() is None


def test_pairing_gains_on_the_same_trucks(runs: Runs) -> None:
    """Draws belong to the truck: pairing lowers the variance of the difference."""
    found = compare_runs([runs["base"], runs["faster"]])
    row = found.table.filter(gate="chi_ma", direction="all", measure="door_to_door_mean")
    assert found.independent == []
    assert row["method"].item() == "paired"
    assert row["variance_ratio"].item() > 3.0


def test_other_days_are_named(runs: Runs, tmp_path: Path) -> None:
    """Scenarios over other days are compared, and that they are is known."""
    longer = run(load(write_small(tmp_path)[0], set={"run.days": "4"}), 2)
    found = compare_runs([runs["base"], longer], ["base", "longer"])
    assert (found.other_days, found.common) == (["longer"], 2)


def test_other_demand_is_named(runs: Runs, tmp_path: Path) -> None:
    """Where more vehicles come, costs are of the demand too; upgrades alone bring nobody."""
    volume = {"gates.chi_ma.routes.main.flows.fruit.volume": "60 trucks/day"}
    busier = run(load(write_small(tmp_path)[0], set=volume), 6)
    found = compare_runs([runs["base"], runs["more"], busier], ["base", "more", "busier"])
    assert found.other_demand == ["busier"]
    (said,) = caveats(found, messages("en"))
    assert said.startswith("busier: more or fewer vehicles come than in base")
    titled = replace(found, names=("Base", "More", "Busier border"))  # as the report does
    assert caveats(titled, messages("en"))[0].startswith("Busier border: more or fewer")


def test_names_must_tell_apart(runs: Runs) -> None:
    """Equal names are numbered if langson may choose, and refused if it may not."""
    assert compare_runs([runs["base"], runs["faster"]]).names == ("small", "small-2")
    with pytest.raises(ValueError, match="name of its own"):
        compare_runs([runs["base"], runs["more"]], ["x", "x"])
    with pytest.raises(ValueError, match="at least two"):
        compare_runs([runs["base"]])


def test_welch_with_a_side_that_never_varies() -> None:
    """A constant side adds no error; one observation gives no interval."""

    def frame(values: list[float]) -> pl.DataFrame:
        return pl.DataFrame({"replication": range(len(values)), "value": values})

    varies = [3.0, 5.0, 4.0, 4.5, 3.5]
    many = {"varies": frame(varies), "single": frame([3.0]), "same": frame([2.0] * 6)}
    found = paired_many(frame([2.0] * 6), many, [], "value", 0.85, independent=list(many))
    width = stats.t.ppf(0.975, 4) * np.std(varies, ddof=1) / np.sqrt(5)
    assert found["half_width"].to_list() == [pytest.approx(width), None, None]
    assert found["caution"].to_list() == [None, None, "all equal"]
    assert found["verdict"].to_list() == ["higher", None, "cannot be told apart"]
    assert found["p_value"][2] == 1.0
