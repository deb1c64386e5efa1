"""``langson run --gate``: some gates alone, with the results that they have beside the others."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.errors import ScenarioError
from sim.results import open_results
from sim.scenario.derive.named_quantities import targets_of
from tests.shipped import FOLDER

SHORT = ("--days", "1", "--replications", "2", "--no-report", "--no-figures", "--json")


def _run(folder: Path, *words: str) -> Path:
    """Run the baseline; return the folder of its results."""
    result = CliRunner().invoke(app, ["run", "baseline-2025", *SHORT, *words, "--out", str(folder)])
    assert result.exit_code == 0, result.output
    return Path(json.loads(result.stdout)["folder"])


def test_a_gate_alone_has_the_results_that_it_has_beside_the_others(tmp_path: Path) -> None:
    """Its rows of each table by gate are those of the whole run; and they can be opened again."""
    whole, alone = _run(tmp_path / "whole"), _run(tmp_path / "alone", "--gate", "chi_ma")
    for name in ("gates", "stages", "bulletin", "daily"):
        rows = pl.read_parquet(whole / f"{name}.parquet")
        same = rows.filter(pl.col("gate").cast(pl.String) == "chi_ma").rows()
        assert same
        assert pl.read_parquet(alone / f"{name}.parquet").rows() == same, name
    reopened = open_results(alone)
    assert set(reopened.tables["gates"].collect()["gate"].cast(pl.String)) == {"chi_ma"}


def test_only_targets_of_simulated_gates_are_audited(tmp_path: Path) -> None:
    """A target of another gate, or of all together, says nothing of a part of the border."""
    gates = {"here": "chi_ma", "there": "tan_thanh", "whole": "all"}
    lines = [
        f"  {name}: {{title: {{en: A, vi: A}}, measure: wait.mean, at_most: 1 h, gate: {gate}}}"
        for name, gate in gates.items()
    ]
    file = tmp_path / "own.yaml"
    base = (FOLDER / "baseline-2025.yaml").resolve()
    file.write_text("\n".join([f"format: 1\nextends: {base}\ntargets:", *lines]), "utf-8")
    whole, part = (sim.load(file, set=one).model for one in ({}, {"run.gates": "chi_ma"}))
    assert list(targets_of(whole)) == list(whole.targets)
    assert [name for name in targets_of(part) if name in gates] == ["here"]


@pytest.mark.parametrize(
    ("scenario", "message"),
    [
        ("baseline-2025", "run.gates: no gate 'chi_mo'; did you mean 'chi_ma'"),
        ("gate-choice", "choose among huu_nghi, tan_thanh, chi_ma; name tan_thanh, chi_ma too"),
    ],
)
def test_gates_that_cannot_be_run_alone(scenario: str, message: str) -> None:
    """A mistyped name, and gates among which vehicles choose, are told with what to name."""
    gate = "chi_mo" if scenario == "baseline-2025" else "huu_nghi"
    with pytest.raises(ScenarioError) as caught:
        sim.load(scenario, set={"run.gates": gate})
    assert any(message in str(problem) for problem in caught.value.problems)
