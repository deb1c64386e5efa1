"""The baseline against figures published for 2025, and the README's table of them.

Sources, all in ``scenarios/baseline-2025.yaml``: crossings by gate are the means of July 2025
(``vnfee``); the clearance time is that of 2025 (``cafef74``). The stock at 20:00 is published
for other days: ``test_published_days``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl
import pytest

import sim
from sim.compare import summarise

ROOT = Path(__file__).parents[2]

#: (gate, direction) -> published vehicles a day, July 2025.
CROSSED = {
    ("huu_nghi", "export"): 262,
    ("huu_nghi", "import"): 608,
    ("tan_thanh", "export"): 145,
    ("tan_thanh", "import"): 438,
    ("coc_nam", "export"): 43,
    ("coc_nam", "import"): 33,
    ("chi_ma", "export"): 41,
    ("chi_ma", "import"): 189,
}


@cache
def simulated() -> pl.DataFrame:
    """Mean and half-width of every headline measure, as README's first command runs it."""
    scenario = sim.load(ROOT / "scenarios" / "baseline-2025.yaml")
    headline = sim.run(scenario).tables["headline"]
    return summarise(headline, ["gate", "direction", "measure"], "value")


def mean(gate: str, direction: str, measure: str) -> float:
    """One simulated mean."""
    row = simulated().row(
        by_predicate=(pl.col("gate") == gate)
        & (pl.col("direction") == direction)
        & (pl.col("measure") == measure),
        named=True,
    )
    return float(row["mean"])


@pytest.mark.parametrize(("gate", "direction"), CROSSED)
def test_crossings_by_gate(gate: str, direction: str) -> None:
    """Exports and imports of each gate lie within 5 % of the published daily mean."""
    assert mean(gate, direction, "crossed_per_day") == pytest.approx(
        CROSSED[gate, direction], rel=0.05
    )


@pytest.mark.parametrize("gate", ["huu_nghi", "tan_thanh", "coc_nam", "chi_ma"])
@pytest.mark.parametrize("direction", ["export", "import"])
def test_clearance_time(gate: str, direction: str) -> None:
    """Vietnamese-side time lies in the published 3 to 4 hours."""
    assert 3.0 <= mean(gate, direction, "vietnam_time_mean") <= 4.0


def test_readme_shows_these_figures() -> None:
    """The table in README is the one that this run gives."""
    text = (ROOT / "README.md").read_text("utf-8")
    shown = text.split("<!-- public-figures -->")[1].split("<!-- /public-figures -->")[0]
    assert shown.strip() == table().strip()


def table() -> str:
    """README's table."""
    titles = {
        g: b.title.en
        for g, b in sim.load(ROOT / "scenarios" / "baseline-2025.yaml").model.gates.items()
    }
    lines = ["| figure | published | simulated | what it is |", "|---|---|---|---|"]
    for (gate, direction), published in CROSSED.items():
        found = mean(gate, direction, "crossed_per_day")
        lines.append(
            f"| {titles[gate]}, {direction}s a day | {published} | {found:.0f} "
            f"| demand in, checked against capacity |"
        )
    for direction in ("export", "import"):
        hours = [mean(g, direction, "vietnam_time_mean") for g in ("huu_nghi", "tan_thanh")]
        lines.append(
            f"| Vietnamese side, {direction}s, Hữu Nghị and Tân Thanh | 3–4 h "
            f"| {hours[0]:.1f} and {hours[1]:.1f} h | calibrated by the time papers take |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
