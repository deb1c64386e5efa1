"""From a bulletin to the scenario of its days: volumes add up to what was published."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import sim
from sim.calibration import write_calibrated
from sim.cli import app
from sim.errors import ScenarioError
from sim.fitting.bulletins import _feeds, from_bulletin, observed_csv
from sim.fitting.proportional import Total, fit_totals
from sim.plan import DIRECTIONS, Plan
from sim.validate import Observation, read_observed
from tests.small import write_small

SCENARIOS = Path(__file__).parents[2] / "scenarios"
HEADER = "day,gate,quantity,value\n"
SHIPPED = ("2023-03-27", "2024-01-23", "2024-08-22", "2025-11-11", "2026-01-15")


def demand(plan: Plan, seen: Observation) -> float:
    """Mean arrivals that a plan expects of what a figure counts."""
    assert seen.day is not None
    day = (seen.day - plan.start).days
    return sum(float(flow.volume[day]) for flow in plan.flows if _feeds(plan, flow, seen))


@pytest.mark.parametrize("name", SHIPPED)
def test_volumes_of_published_days_are_what_was_published(name: str, tmp_path: Path) -> None:
    """Each figure that set volumes is met by the flows that count for it."""
    made = from_bulletin(name, folder=tmp_path)
    path = tmp_path / "day.yaml"
    path.write_text(made.overlay, "utf-8")
    plan = sim.build_plan(sim.load(path))
    arrived = {(seen.day, seen.gate) for seen in made.taken if seen.quantity == "arrived"}
    assert made.taken
    for seen in made.taken:
        if seen.quantity != "exported" or (seen.day, seen.gate) not in arrived:
            assert demand(plan, seen) == pytest.approx(seen.middle, abs=0.6), seen


@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_is_set_by_a_figure_to_be_predicted(name: str, tmp_path: Path) -> None:
    """Predicted figures may be anything: the scenario is the same."""
    made = from_bulletin(name, folder=tmp_path)
    assert all(seen.use == "calibrated" for seen in made.taken)
    text = observed_csv(made).decode("utf-8-sig")
    lines = text.splitlines()
    changed = [
        line.replace(f",{line.split(',')[3]},", ",1,", 1) if ",predicted," in line else line
        for line in lines
    ]
    (tmp_path / f"{name}.csv").write_text("\n".join(changed), "utf-8")
    assert from_bulletin(tmp_path / f"{name}.csv", folder=tmp_path).overlay == made.overlay


def holds(part: object, whole: object) -> bool:
    """Whether a tree says all that another says."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(key in whole and holds(value, whole[key]) for key, value in part.items())
    return part == whole


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_days_are_what_the_command_makes_of_their_figures(name: str) -> None:
    """All that `langson day` writes stands in the file, and the sets of `langson calibrate`."""
    made = yaml.safe_load(from_bulletin(name, folder=SCENARIOS).overlay)
    shipped = yaml.safe_load((SCENARIOS / f"day-{name}.yaml").read_text("utf-8"))
    assert holds(made, shipped)
    assert shipped["inputs"]["calibration"]["file"] == f"day-{name}-sets.csv"
    sets = pl.read_csv(SCENARIOS / f"day-{name}-sets.csv")
    best = sets.filter(pl.col("weight") == pl.col("weight").max()).row(0, named=True)
    values = sim.load(SCENARIOS / f"day-{name}.yaml").leaves()
    assert {path: str(values[path]) for path in best if path != "weight"} == {
        path: str(value) for path, value in best.items() if path != "weight"
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_days_are_calibrated_from_their_figures(name: str, tmp_path: Path) -> None:
    """`langson day` and `langson calibrate --write` give the files that ship, byte for byte."""
    made = from_bulletin(name, folder=tmp_path)
    (tmp_path / f"day-{name}.yaml").write_text(made.overlay, "utf-8")
    figures = SCENARIOS / "observed" / f"{name}.csv"
    calibration = sim.calibrate(sim.load(tmp_path / f"day-{name}.yaml"), figures)
    write_calibrated(calibration, tmp_path / "new" / f"day-{name}.yaml")
    for file in (f"day-{name}.yaml", f"day-{name}-sets.csv"):
        assert (tmp_path / "new" / file).read_bytes() == (SCENARIOS / file).read_bytes()


IN_FORCE = "from,until,path,value,source,note,note_vi\n"
SERVERS = "gates.chi_ma.routes.main.stages.documents.servers"


def test_values_in_force_on_the_day_are_written_with_their_source(
    small: Path, tmp_path: Path
) -> None:
    """Those of other days are not; both ends of a period belong to it."""
    rows = f",2025-07-07,{SERVERS},3,a,x,y\n"
    rows += f"2025-07-08,2025-07-08,{SERVERS},4,a book,since then,từ đó\n"
    (small.parent / "in-force.csv").write_text(IN_FORCE + rows, "utf-8")
    (tmp_path / "seen.csv").write_text(f"{HEADER}2025-07-08,chi_ma,exported,40\n", "utf-8")
    (tmp_path / "day.yaml").write_text(
        from_bulletin(tmp_path / "seen.csv", small, tmp_path).overlay, "utf-8"
    )
    day = sim.load(tmp_path / "day.yaml")
    assert day.leaves()[SERVERS] == 4
    evidence = day.evidence_of(SERVERS)
    assert evidence.kind == "literature"
    assert "since then" in str(evidence.note)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (f",2025-13-01,{SERVERS},3,a,x,y\n", "'2025-13-01' is no date"),
        (",,gates.chi_ma.lanes,3,a,x,y\n", "'gates.chi_ma.lanes' is no value of the scenario"),
        (f",,{SERVERS},3,a,x,y\n,,{SERVERS},4,a,x,y\n", "has two values on 2025-07-08"),
        (f",,{SERVERS}\n", "3 cells"),
    ],
)
def test_mistakes_of_values_in_force_are_told_with_their_line(
    small: Path, tmp_path: Path, rows: str, said: str
) -> None:
    """A date, a path, two rows for one day, or cells that are missing."""
    (small.parent / "in-force.csv").write_text(IN_FORCE + rows, "utf-8")
    (tmp_path / "seen.csv").write_text(f"{HEADER}2025-07-08,chi_ma,exported,40\n", "utf-8")
    with pytest.raises(ScenarioError, match=r"in-force\.csv") as refused:
        from_bulletin(tmp_path / "seen.csv", small, tmp_path)
    assert said in str(refused.value)


def test_lines_of_what_crossed_tell_their_share_of_what_arrived(tmp_path: Path) -> None:
    """30 of 40 that crossed were fruit, 80 arrived: 60 of fruit came."""
    rows = "".join(
        f"2025-07-08,chi_ma,{what},{value}\n"
        for what, value in (("exported", 40), ("exported_fruit", 30), ("arrived", 80))
    )
    (tmp_path / "seen.csv").write_text(HEADER + rows, "utf-8")
    made = from_bulletin(tmp_path / "seen.csv", "baseline-2025", tmp_path)
    (tmp_path / "day.yaml").write_text(made.overlay, "utf-8")
    plan = sim.build_plan(sim.load(tmp_path / "day.yaml"))
    fruit = next(seen for seen in made.taken if seen.quantity == "exported_fruit")
    assert demand(plan, fruit) == pytest.approx(60.0, abs=0.2)


def test_a_day_without_a_figure_is_as_the_day_with_most(tmp_path: Path) -> None:
    """The evening before has exports alone: imports and shares of gates are those of the day."""
    rows = "2024-01-22,all,exported,300\n2024-01-23,huu_nghi,exported,100\n"
    rows += "2024-01-23,tan_thanh,exported,300\n2024-01-23,all,imported,600\n"
    (tmp_path / "seen.csv").write_text(HEADER + rows, "utf-8")
    made = from_bulletin(tmp_path / "seen.csv", folder=tmp_path)
    (tmp_path / "day.yaml").write_text(made.overlay, "utf-8")
    plan = sim.build_plan(sim.load(tmp_path / "day.yaml"))
    of_gate = {gate: [0.0, 0.0] for gate in ("huu_nghi", "tan_thanh")}
    imports = [0.0, 0.0]
    for flow in plan.flows:
        gate = plan.gates[flow.gate]
        for number in (0, 1):
            volume = float(flow.volume[7 + number])
            if DIRECTIONS[flow.direction] == "import" and gate.mode == "road":
                imports[number] += volume
            elif gate.id in of_gate and DIRECTIONS[flow.direction] == "export":
                of_gate[gate.id][number] += volume
    before, after = zip(*of_gate.values(), strict=True)
    assert before[0] / before[1] == pytest.approx(after[0] / after[1], rel=0.01)
    assert imports == pytest.approx([600.0, 600.0], abs=1.0)


def test_the_file_beside_it_reads_back(tmp_path: Path) -> None:
    """The same figures, each with its use."""
    made = from_bulletin("2024-01-23", folder=tmp_path)
    (tmp_path / "day.yaml").write_text(made.overlay, "utf-8")
    (tmp_path / "day.csv").write_bytes(observed_csv(made))
    plan = sim.build_plan(sim.load(tmp_path / "day.yaml"))
    assert read_observed(tmp_path / "day.csv", plan) == made.observed


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A border of one gate with fruit out and goods in."""
    return write_small(tmp_path)[0]


def test_without_uses_flows_set_volumes_and_stocks_do_not(small: Path, tmp_path: Path) -> None:
    """Two days: volumes of the first before it too, then those of the second."""
    file = tmp_path / "seen.csv"
    file.write_text(
        HEADER
        + "2025-07-08,chi_ma,exported,40\n2025-07-08,chi_ma,waiting,7\n"
        + "2025-07-09,all,exported,60-70\n2025-07-09,all,imported,10\n",
        "utf-8",
    )
    made = from_bulletin(file, small, tmp_path)
    (tmp_path / "day.yaml").write_text(made.overlay, "utf-8")
    plan = sim.build_plan(sim.load(tmp_path / "day.yaml"))
    fruit, goods = plan.flows[:2]
    first = (dt.date(2025, 7, 8) - plan.start).days
    assert fruit.volume[: first + 1].tolist() == [40.0] * (first + 1)
    assert (fruit.volume[first + 1], goods.volume[first + 1]) == (65.0, 10.0)
    assert [seen.use for seen in made.observed] == ["calibrated", "predicted"] + ["calibrated"] * 2


def test_what_arrived_stands_for_what_was_exported(small: Path, tmp_path: Path) -> None:
    """Where a bulletin has both, more came than crossed, and the volume is what came."""
    file = tmp_path / "seen.csv"
    file.write_text(
        f"{HEADER}2025-07-08,chi_ma,exported,30\n2025-07-08,chi_ma,arrived,40\n", "utf-8"
    )
    (tmp_path / "day.yaml").write_text(from_bulletin(file, small, tmp_path).overlay, "utf-8")
    plan = sim.build_plan(sim.load(tmp_path / "day.yaml"))
    assert set(plan.flows[0].volume.tolist()) == {40.0}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (",chi_ma,exported,40\n", "no figure has a day"),
        ("2025-07-08,chi_ma,waiting,40\n", "no figure of a day says how many vehicles"),
        ("2025-07-08,chi_ma,imported_new_cars,40\n", "no flow with a volume can feed"),
        (
            "2025-07-08,chi_ma,exported,40\n2025-07-08,chi_ma,exported_fruit,50\n",
            "leave 50 for exported at chi_ma, not 40",
        ),
    ],
)
def test_what_cannot_be_met_is_told_with_its_line(
    small: Path, tmp_path: Path, rows: str, said: str
) -> None:
    """No day, no flow, or figures that contradict each other."""
    file = tmp_path / "seen.csv"
    file.write_text(HEADER + rows, "utf-8")
    with pytest.raises(ScenarioError) as refused:
        from_bulletin(file, small, tmp_path)
    assert said in str(refused.value)
    assert "seen.csv:" in str(refused.value)


@settings(max_examples=60, deadline=None)
@given(
    volumes=st.lists(st.floats(0.5, 200.0), min_size=6, max_size=6),
    factors=st.lists(st.floats(0.2, 5.0), min_size=6, max_size=6),
)
def test_totals_that_hold_somewhere_are_met(volumes: list[float], factors: list[float]) -> None:
    """Totals of any positive volumes can be met from any others, exactly."""
    base, truth = np.array(volumes), np.array(volumes) * np.array(factors)
    masks = np.array([[1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 0, 0], [1, 0, 1, 0, 1, 0]], dtype=bool)
    found, missed = fit_totals(base, [Total(mask, float(truth[mask].sum())) for mask in masks])
    assert missed is None
    for mask in masks:
        assert found[mask].sum() == pytest.approx(truth[mask].sum())


def test_the_command_writes_both_files_and_overwrites_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names them, says how many figures set volumes, and what to do next."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["day", "2025-11-11"])
    assert done.exit_code == 0, done.output
    assert done.stdout.split() == ["scenarios/day-2025-11-11.yaml", "scenarios/day-2025-11-11.csv"]
    assert "6 figures set volumes; 3 set nothing" in done.stderr
    again = CliRunner().invoke(app, ["day", "2025-11-11"])
    assert again.exit_code == 2
    assert "exists already" in again.output
