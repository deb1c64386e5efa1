"""The guide to the results folder names every column that a run writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.compare import Benefit, compare_runs
from sim.results.inputs import inputs_table
from sim.results.overloads import overloads_table
from sim.runs import run
from sim.scenario import load
from tests.small import write_small

README = Path(__file__).parents[2] / "results" / "README.md"


def documented() -> dict[str, set[str]]:
    """Columns by table, as the guide has them."""
    found: dict[str, set[str]] = {}
    table = ""
    for line in README.read_text("utf-8").partition("## Columns")[2].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and "`" in cells[2]:
            table = cells[0].strip("`") or table
            found.setdefault(table, set()).update(re.findall(r"`(\w+)`", cells[2]))
            assert cells[3], line
    return found


def test_every_column_is_explained_with_its_unit(tmp_path: Path) -> None:
    """Tables and columns of a run and of a comparison are those of the guide, no more, no less."""
    base, more = (run(load(file), 2) for file in write_small(tmp_path))
    written = {
        **{name: set(table.columns) - {"replication"} for name, table in base.tables.items()},
        "overloads": set(overloads_table(base.overloads).columns),
        "summary": set(base.summary.columns),
        "benefits": {"alternative", *Benefit.__annotations__},
        "journeys-0": set(base.journeys[0].columns),
        "inputs": set(inputs_table(base.scenario).columns),
        "comparison": set(compare_runs([base, more]).table.columns),
    }
    assert documented() == written


@pytest.mark.parametrize("name", ["comparison.csv", "figures/comparison", "report.html"])
def test_the_comparison_is_in_the_guide(name: str) -> None:
    """What stands beside the scenarios' folders is named."""
    assert name in README.read_text("utf-8")
