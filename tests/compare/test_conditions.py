"""Conditions to fail on: a small grammar, clear errors, and no benefit of the doubt."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from sim.catalogue import MEASURES, Names, Quantity
from sim.compare import Condition, ScenarioResults, check_all
from sim.errors import MeasureError

KNOWN = Names(gates=("chi_ma",), stages=("chi_ma.main.bay",))


def sample(
    values: list[float | None], measure: str = "wait_mean", gate: str = "all"
) -> ScenarioResults:
    """A scenario with one measure at one gate."""
    headline = pl.DataFrame(
        {
            "replication": range(len(values)),
            "gate": gate,
            "direction": "all",
            "measure": measure,
            "cargo": "all",
            "route": "all",
            "stage": "all",
            "unit": MEASURES[measure].unit,
            "value": values,
        },
        schema_overrides={"value": pl.Float64},
    )
    facts: dict[str, Any] = {
        "title": {},
        "upgrades": (),
        "targets": (),
        "stages": {},
        "ways": {},
        "known": KNOWN,
        "seed": 1,
        "year": None,
        "code": "",
    }
    return ScenarioResults(
        name="one",
        gates={"chi_ma": {"en": "Chi Ma", "vi": "Chi Ma"}},
        start=dt.date(2025, 7, 7),
        warm_up=0.0,
        horizon=1440.0,
        replications=tuple(range(len(values))),
        tables={"headline": headline},
        **facts,
    )


@pytest.mark.parametrize(
    ("text", "quantity", "limit"),
    [
        ("wait.mean > 4 h", Quantity("wait_mean"), 4.0),
        ("wait.mean>90 min", Quantity("wait_mean"), 1.5),
        ("wait.p95[chi_ma] >= 2 h 30 min", Quantity("wait_p95", "chi_ma"), 2.5),
        ("chi_ma: wait.p95 >= 2 h 30 min", Quantity("wait_p95", "chi_ma"), 2.5),
        (
            "within(90 min)[export, gate=chi_ma] < 95 %",
            Quantity("within(90 min)", "chi_ma", "export"),
            95.0,
        ),
        ("wait[chi_ma, stage=bay] > 1 h", Quantity("wait_mean", "chi_ma", stage="bay"), 1.0),
        ("waited.per_day > 200 h/day", Quantity("waited_per_day"), 200.0),
        (
            "chi_ma export: crossed.per_day < 50/h",
            Quantity("crossed_per_day", "chi_ma", "export"),
            1200.0,
        ),
        ("import: over_24h.share > 5 %", Quantity("over_24h_share", "all", "import"), 5.0),
        ("waiting.2000 > 1_200 vehicles", Quantity("waiting_2000", "all", "export"), 1200.0),
        ("cost.per_day > 2 bn VND/day", Quantity("cost_per_day"), 2000.0),
        ("co2.per_day > 500 kg/day", Quantity("co2_per_day"), 0.5),
        ("teu.per_day > 60 TEU/day", Quantity("teu_per_day"), 60.0),
        ("wagons.per_day > 60 wagons/day", Quantity("wagons_per_day"), 60.0),
        ("chi_ma: waiting.2000 > 30.5", Quantity("waiting_2000", "chi_ma", "export"), 30.5),
    ],
)
def test_reads_gate_measure_sign_and_value(text: str, quantity: Quantity, limit: float) -> None:
    """A condition names one number of the headline table and a limit in its unit."""
    found = Condition.parse(text)
    assert (found.quantity.resolved(KNOWN), found.limit) == (quantity, pytest.approx(limit))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("wait.mean", "'wait.mean' is no condition; write e.g. 'wait.mean > 4 h'"),
        ("wait.mean = 4 h", "is no condition"),
        ("1 h < wait.mean < 2 h", "is no condition"),
        ("wait.men > 4 h", "no measure 'wait.men'; did you mean 'wait.mean'?"),
        ("wait.mean > 4", "wait.mean: '4' is not a duration"),
        ("wait.p95 > 4 %", "wait.p95: unknown time unit '%'"),
        ("crossed.per_day > 4 h", "crossed.per_day: '4 h' is not a rate"),
        ("cost.per_day > 2 bn VND", "is not a value in mn VND/day"),
        ("co2.per_day > 2 h/day", "unknown mass unit 'h'"),
        ("waiting.2000 > 4 h", "unknown vehicle 'h'"),
        ("wait.mean[ > 1 h", "names no measure"),
        ("wait.mean[a b] > 1 h", "cannot read 'a b'"),
        ("wait.mean[side=china] > 1 h", "no 'side='"),
        ("wait.mean[direction=up] > 1 h", "no direction 'up'"),
        ("wait.mean[export, import] > 1 h", "has two of direction"),
        ("wait.china.mean[stage=bay] > 1 h", "not counted by stage"),
        ("within(2) > 1 %", "within(2): '2' is not a duration"),
        ("overnight.mean > 1 h", "it is called closed.mean now"),
        ("waiting.2000[chi_ma, import] > 3", "is of exports"),
    ],
)
def test_says_what_is_wrong(text: str, message: str) -> None:
    """What cannot be read is refused with what to write instead."""
    with pytest.raises(MeasureError) as caught:
        Condition.parse(text)
    assert message in str(caught.value)


def test_unknown_gate_is_refused() -> None:
    """A condition on a gate that the scenario lacks is a mistake, not a pass."""
    condition = Condition.parse("wait.mean[chi_mo] > 1 h")
    with pytest.raises(MeasureError, match="'chi_mo'; did you mean 'chi_ma'"):
        check_all([condition], [sample([1.0])], ["one"])


@pytest.mark.parametrize(("sign", "met"), [(">", False), (">=", True), ("<", False), ("<=", True)])
def test_signs_mean_what_they_say(sign: str, met: bool) -> None:
    """At the limit itself only the signs that include it are met."""
    (check,) = check_all([Condition.parse(f"wait.mean {sign} 2 h")], [sample([1.0, 3.0])], ["one"])
    assert (check.mean, check.met) == (2.0, met)


def test_an_interval_over_the_limit_is_not_sure() -> None:
    """A mean beyond the limit meets the condition; that more runs could turn it is said."""
    condition = Condition.parse("wait.mean > 2 h")
    unsure, sure = check_all(
        [condition], [sample([1.0, 4.0, 2.0]), sample([3.0, 3.1, 3.2])], ["a", "b"]
    )
    assert (unsure.met, unsure.sure) == (True, False)
    assert (sure.met, sure.sure) == (True, True)


@pytest.mark.parametrize("values", [[None, None], []])
def test_what_cannot_be_judged_fails(values: list[float | None]) -> None:
    """A wait of nobody meets every condition: silence must not look like success."""
    (check,) = check_all([Condition.parse("wait.mean > 2 h")], [sample(values)], ["one"])
    assert (check.mean, check.met, check.sure) == (None, True, False)


@pytest.mark.parametrize("measure", MEASURES)
def test_every_headline_can_be_named(measure: str) -> None:
    """What is written for a quantity reads back as the same quantity."""
    written = MEASURES[measure].path
    for text in (written, f"{written}[chi_ma]", f"{written}[export, chi_ma]"):
        quantity = Quantity.parse(text).resolved(KNOWN)
        assert quantity.measure == measure
        assert Quantity.parse(str(quantity)).resolved(KNOWN) == quantity
