"""``langson appraise``: what is printed, in both languages, and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.appraisal.conftest import write_border
from tests.cli.conftest import Langson

FAST = ("--weeks", "1", "--at", "2025", "--replications", "2")


@pytest.fixture(autouse=True)
def border(here: Path) -> None:
    """A small border with prices, and four counters that cost 2 bn VND."""
    write_border(here)


@pytest.mark.parametrize(
    ("lang", "parts"),
    [
        (
            "en",
            (
                "bn VND at 2025 prices, discounted at 8% a year to 2025; 20 years from opening",
                "Counters, 2 years late: costs",
                "What an hour saved costs",
                "What decides: Counters",
                "1 representative weeks, 2 replications each; simulated: 2025",
            ),
        ),
        (
            "vi",
            (
                "tỷ đồng theo giá 2025, chiết khấu 8%/năm về 2025; 20 năm",
                "Quầy, chậm 2 năm: ",
                "Chi phí cho mỗi giờ tiết kiệm được",
                "Điều gì quyết định: Quầy",
            ),
        ),
    ],
)
def test_it_fits_80_columns(
    langson: Langson, monkeypatch: pytest.MonkeyPatch, lang: str, parts: tuple[str, ...]
) -> None:
    """Values with year and currency, the delay, the hour saved, and what decides."""
    monkeypatch.setenv("COLUMNS", "80")
    result = langson("appraise", "small.yaml", "more.yaml", *FAST, "--lang", lang)
    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines())) <= 80
    text = " ".join(result.stdout.split())
    for part in parts:
        assert part in text
    assert "…" not in text


def test_json_has_every_figure(langson: Langson) -> None:
    """In VND and years, with the flows that the values are of."""
    result = langson("appraise", "small.yaml", "more.yaml", *FAST, "--late", "1", "--json")
    assert result.exit_code == 0, result.output
    content = json.loads(result.stdout)
    assert (content["price_year"], content["currency"]) == (2025, "VND")
    (one,) = content["alternatives"]
    rate = one["discount_rate"]["value"]
    npv = sum(flow["net"] / (1.0 + rate) ** (flow["year"] - 2025) for flow in one["flows"])
    assert one["npv"]["mean"] == pytest.approx(npv)
    for flow in one["flows"]:
        net = flow["benefit"] - flow["capital"] - flow["running"] + flow["residual"]
        assert flow["net"] == pytest.approx(net)
    assert one["delay"]["years"] == 1.0
    assert {row["name"] for row in one["switching"]} >= {"capex", "delay", "discount_rate", "life"}


def test_one_scenario_alone_is_refused(langson: Langson) -> None:
    """It has no base to be set against."""
    result = langson("appraise", "small.yaml")
    assert result.exit_code == 2
    assert "the base and at least one scenario" in result.output


@pytest.mark.parametrize(("lang", "part"), [("en", "Best for 5 bn VND: "), ("vi", "5 tỷ đồng: ")])
def test_levers_choose_within_a_budget(
    langson: Langson, monkeypatch: pytest.MonkeyPatch, lang: str, part: str
) -> None:
    """Price, benefit, benefit for its price and the best set, in 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    options = ("--weeks", "1", "--replications", "2", "--lang", lang)
    result = langson("levers", "more.yaml", "--budget", "5bn", *options)
    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert part in " ".join(result.stdout.split())
    plain = json.loads(langson("levers", "more.yaml", "--budget", "5bn", *options, "--json").stdout)
    assert plain["budget"] == 5e9
    assert [row["upgrades"] for row in plain["upgrades"]] == [["counters"]]
    wrong = langson("levers", "more.yaml", "--budget", "5 quid")
    assert wrong.exit_code != 0
    assert "5 quid" in wrong.output
