"""Demand per gate and day from CSV or Excel: ``langson day`` reads gate, date, count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from sim.errors import ScenarioError
from sim.fitting.bulletins import from_bulletin
from sim.plan import build_plan
from sim.scenario import load

DAYS = (dt.date(2025, 7, 7), dt.date(2025, 7, 8))
COUNTS = [
    ("huu_nghi", DAYS[0], 310, "export"),
    ("huu_nghi", DAYS[1], 287, "export"),
    ("huu_nghi", DAYS[0], 402, "import"),
    ("chi_ma", DAYS[1], 64, "export"),
]


def as_csv(path: Path) -> Path:
    file = path.with_suffix(".csv")
    lines = ["gate,date,count,direction"]
    lines += [f"{gate},{day:%d/%m/%Y},{count},{way}" for gate, day, count, way in COUNTS]
    file.write_text("\n".join(lines), "utf-8")
    return file


def as_excel(path: Path) -> Path:
    file = path.with_suffix(".xlsx")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["gate", "date", "count", "direction"])
    for row in COUNTS:
        sheet.append(list(row))
    book.save(file)
    return file


@pytest.mark.parametrize("write", [as_csv, as_excel])
def test_counts_come_back_as_volumes_of_their_day(
    write: Callable[[Path], Path], tmp_path: Path
) -> None:
    """The flows of a gate and direction add up to its count on each day that has one."""
    days = from_bulletin(write(tmp_path / "demand"), "baseline-2025", tmp_path)
    assert (days.first, days.last) == DAYS
    path = tmp_path / "demand-days.yaml"
    path.write_text(days.overlay, "utf-8")
    plan = build_plan(load(path))
    for gate, day, count, way in COUNTS:
        number = (day - plan.start).days
        total = sum(
            float(flow.volume[number])
            for flow in plan.flows
            if plan.gates[flow.gate].id == gate
            and ("export", "import")[flow.direction] == way
            and plan.cargo[flow.cargo].counted_as != "none"
        )
        assert total == pytest.approx(count, rel=0.01), (gate, day, way)


def test_each_mistake_has_its_line_and_remedy(tmp_path: Path) -> None:
    """A gate, a direction and a count that are none, all in one pass."""
    file = tmp_path / "demand.csv"
    file.write_text(
        "gate,date,count,direction\nhuu_nghi,2025-07-07,many,export\n"
        "huu_ngi,2025-07-07,3,export\nhuu_nghi,2025-07-08,3,exprt\n",
        "utf-8",
    )
    with pytest.raises(ScenarioError) as caught:
        from_bulletin(file, "baseline-2025", tmp_path)
    found = {
        problem.line: f"{problem.message}; {problem.hint}" for problem in caught.value.problems
    }
    assert "'many' is not a number" in found[2]
    assert "did you mean 'huu_nghi'" in found[3]
    assert "did you mean 'export'" in found[4]
