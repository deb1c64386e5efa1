"""Calibration: true values are among the sets kept, and predicted figures change nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.calibration import targets_among, write_calibrated, write_calibration
from sim.calibration.parameters import held_for
from sim.cli import app
from sim.errors import ArgumentError
from sim.validate import read_observed, replication_values
from tests.small import SMALL

YARD = """\
          yard:
            title: {en: Yard, vi: Bãi}
            side: vietnam
            servers: unlimited
            service: "lognormal(mean 8 h, cv 0.8)"
            held_by: owner
"""
DAYS = ("2025-07-08", "2025-07-09", "2025-07-10")
HOLD = "gates.chi_ma.routes.main.stages.yard.service"


@pytest.fixture
def border(tmp_path: Path) -> Path:
    """The small border with a yard in which owners hold their trucks for 8 hours."""
    text = SMALL.replace(
        "        paths:\n          export: {stages: [documents",
        f"{YARD}        paths:\n          export: {{stages: [yard, documents",
        1,
    )
    path = tmp_path / "yard.yaml"
    path.write_text(text, "utf-8")
    return path


def write_observed(folder: Path, stocks: dict[str, float], predicted: float = 30.0) -> Path:
    """Evening stocks to calibrate to, and a predicted figure."""
    rows = [f"{day},chi_ma,waiting,{stock:g},calibrated" for day, stock in stocks.items()]
    rows.append(f"2025-07-09,chi_ma,exported,{predicted:g},predicted")
    path = folder / "observed.csv"
    path.write_text("\n".join(["day,gate,quantity,value,use", *rows]), "utf-8")
    return path


def simulated_stocks(border: Path, hours: float, seed: int) -> dict[str, float]:
    """Evening stocks of one simulated border whose owners hold their trucks so long."""
    setting = {HOLD: f"lognormal(mean {hours:g} h, cv 0.8)", "run.seed": str(seed)}
    results = sim.run(sim.load(border, set=setting), 1)
    blank = write_observed(border.parent, dict.fromkeys(DAYS, 1.0))
    seen = [each for each in read_observed(blank, results.plan) if each.use == "calibrated"]
    return {
        day: float(replication_values(results, each)[0])
        for day, each in zip(DAYS, seen, strict=True)
    }


@pytest.mark.parametrize(("hours", "seed"), [(5.0, 11), (12.0, 12), (20.0, 13)])
def test_the_true_value_lies_among_the_sets_kept(border: Path, hours: float, seed: int) -> None:
    """On observations that the model made itself; the range is narrower than what was searched."""
    observed = write_observed(border.parent, simulated_stocks(border, hours, seed))
    calibration = sim.calibrate(sim.load(border), observed, sets=8, replications=2)
    (row,) = calibration.table.iter_rows(named=True)
    assert row["low"] <= hours / 8.0 <= row["high"]
    assert row["high"] - row["low"] < 0.8 * (row["searched_high"] - row["searched_low"])
    assert row["identified"]


def test_predicted_figures_are_refused_as_targets_and_change_nothing(border: Path) -> None:
    """Whatever they say; a file with no other figure is refused."""
    stocks = dict.fromkeys(DAYS, 20.0)
    scenario = sim.load(border)
    tables = []
    for predicted in (30.0, 999.0):
        observed = write_observed(border.parent, stocks, predicted)
        calibration = sim.calibrate(scenario, observed, sets=3, replications=1)
        assert {seen.use for seen in calibration.targets} == {"calibrated"}
        tables.append(calibration.sets)
    assert tables[0].equals(tables[1])
    alone = write_observed(border.parent, {})
    with pytest.raises(ArgumentError, match="no figure is marked 'calibrated'"):
        sim.calibrate(scenario, alone)
    with pytest.raises(ArgumentError, match="predicted ones are never fitted"):
        targets_among(read_observed(alone, sim.build_plan(scenario)))


def test_what_the_figures_do_not_see_is_said_to_be_flat(border: Path) -> None:
    """The rail gate's path moves no stock of Chi Ma."""
    observed = write_observed(border.parent, simulated_stocks(border, 10.0, 14))
    rail = "gates.dong_dang.routes.main.stages.path.service=10..60"
    calibration = sim.calibrate(
        sim.load(border), observed, [rail, f"{HOLD}=1 h..60 h"], sets=6, replications=2
    )
    reasons = dict(calibration.table.select("parameter", "reason").rows())
    assert reasons["gates.dong_dang.routes.main.stages.path.service"] == "flat"
    assert reasons[HOLD] == ""


def test_the_overlay_carries_the_sets_that_fit(border: Path, tmp_path: Path) -> None:
    """It loads, says how each value was reached, and each replication draws one of the sets."""
    observed = write_observed(tmp_path, dict.fromkeys(DAYS, 20.0))
    scenario = sim.load(border)
    calibration = sim.calibrate(scenario, observed, sets=3, replications=1, seed=4)
    folder = write_calibration(calibration, tmp_path / "results")
    overlay = sim.load(folder / "overlay.yaml")
    evidence = overlay.evidence_of(HOLD)
    assert evidence.kind == "derived"
    assert "Calibrated to 3 figures of observed.csv" in evidence.note.en
    drawn = sim.run(overlay, 2).tables["parameter_sets"]
    assert set(drawn["value"]) <= set(calibration.ensemble[HOLD])
    again = sim.calibrate(scenario, observed, sets=3, replications=1, seed=4)
    assert again.sets.equals(calibration.sets)
    assert calibration.ensemble["weight"].sum() == pytest.approx(1.0, abs=1e-4)


def test_the_whole_scenario_can_be_written_with_its_sets(border: Path, tmp_path: Path) -> None:
    """It says what the overlay says and all else, names its sets, and overwrites nothing."""
    observed = write_observed(tmp_path, dict.fromkeys(DAYS, 20.0))
    day = tmp_path / "day.yaml"
    head = "# A day.\nformat: 1\nextends: yard.yaml\ntitle: {en: Day, vi: Ngày}\n"
    day.write_text(f"{head}run: {{replications: 3}}\n", "utf-8")
    calibration = sim.calibrate(sim.load(day), observed, sets=3, replications=1, seed=4)
    new = tmp_path / "deeper" / "new.yaml"
    write_calibrated(calibration, new)
    scenario = sim.load(new)
    assert scenario.model.run.replications == 3
    assert scenario.evidence_of(HOLD).kind == "derived"
    assert set(sim.run(scenario, 2).tables["parameter_sets"]["value"]) <= set(
        calibration.ensemble[HOLD]
    )
    assert new.read_text("utf-8").startswith("# A day.\n# Written by `langson calibrate`")
    assert (tmp_path / "deeper" / "new-sets.csv").exists()
    with pytest.raises(ArgumentError, match="exists already"):
        write_calibrated(calibration, new)


def test_export_stocks_set_the_hold_of_exports_alone() -> None:
    """The owners' hold of imports at the same gates is left alone; without stocks, none is."""
    period: dict[str, object] = {"run.start": "2024-08-20", "run.warm_up": "0 h"}
    plan = sim.build_plan(sim.load("baseline-2025", set=period))
    observed = read_observed("2024-08-22", plan)
    stages = held_for(plan, observed)
    assert "huu_nghi.r1119_1120.yard" in stages
    assert "huu_nghi.r1119_1120.release" not in stages
    flows = [seen for seen in observed if seen.quantity == "imported"]
    assert "huu_nghi.r1119_1120.release" in held_for(plan, flows)


def test_ctrl_c_keeps_the_sets_that_were_done(border: Path, tmp_path: Path) -> None:
    """The search ends, and what it has can be written."""
    observed = write_observed(tmp_path, dict.fromkeys(DAYS, 20.0))

    def interrupt(done: int) -> None:
        if done == 7:
            raise KeyboardInterrupt

    calibration = sim.calibrate(
        sim.load(border), observed, sets=40, replications=1, on_done=interrupt
    )
    assert calibration.matched.interrupted
    assert calibration.sets.height == 7
    assert (write_calibration(calibration, tmp_path / "results") / "sets.csv").exists()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (f"{HOLD}=2..", "is no path and range"),
        (f"{HOLD}=20..2", "the range is empty"),
        (f"{HOLD}=2 min..20 min", "written in 'h', not in 'min'"),
        ("gates.chi_ma.hours=2..20", "is no value of yard"),
        ("gates.chi_ma.mode=1..2", "has no number to vary"),
    ],
)
def test_a_range_that_cannot_be_searched_is_refused(border: Path, path: str, message: str) -> None:
    """With what is wrong."""
    observed = write_observed(border.parent, dict.fromkeys(DAYS, 20.0))
    with pytest.raises(ArgumentError, match=message):
        sim.calibrate(sim.load(border), observed, [path])


def test_holds_are_told_apart_by_gate_and_by_cargo(border: Path) -> None:
    """A factor for all, or for each gate and class as the file writes them."""
    text = border.read_text("utf-8").replace(
        '"lognormal(mean 8 h, cv 0.8)"', "{fruit: 5 h, other: 9 h}"
    )
    border.write_text(text, "utf-8")
    observed = write_observed(border.parent, dict.fromkeys(DAYS, 20.0))
    names = {}
    for by in ((), ("gate",), ("gate", "cargo")):
        calibration = sim.calibrate(sim.load(border), observed, by=by, sets=3, replications=1)
        names[by] = [parameter.name for parameter in calibration.parameters]
        assert np.isfinite(calibration.matched.scores).all()
    assert names[()] == ["owner_hold"]
    assert names["gate",] == ["owner_hold.chi_ma"]
    assert names["gate", "cargo"] == ["owner_hold.chi_ma.fruit", "owner_hold.chi_ma.other"]


def test_the_command_says_values_ranges_and_what_comes_next(border: Path) -> None:
    """In both languages; a search in which nothing fits ends with 1 and names the figure."""
    observed = write_observed(border.parent, dict.fromkeys(DAYS, 20.0))
    options = ["--sets", "4", "--replications", "1", "--out", str(border.parent / "results")]
    call = ["calibrate", str(border), str(observed), *options]
    result = CliRunner().invoke(app, call)
    assert result.exit_code == 0, result.output
    assert "owner_hold" in result.output
    assert "langson validate" in result.output
    assert "hiệu chỉnh" in CliRunner().invoke(app, [*call, "--lang", "vi"]).output
    write_observed(border.parent, dict.fromkeys(DAYS, 5000.0))
    result = CliRunner().invoke(app, call)
    assert result.exit_code == 1
    assert "No set fits" in " ".join(result.output.split())
