"""`langson export` and `langson measure`, from results to a log and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.results import write
from sim.runs import run
from sim.scenario import load
from tests.small import write_small


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the small border."""
    path = tmp_path_factory.mktemp("results")
    return write(run(load(write_small(path)[0]), 2), path)


def langson(*arguments: object) -> tuple[int, str]:
    """Run a command; exit code and what it printed."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_a_log_goes_out_and_is_measured(folder: Path, tmp_path: Path) -> None:
    """The printed paths are the files; the screen has waits by gate and by activity."""
    code, said = langson("export", folder, "--xes", "--log-csv", "--out", tmp_path)
    assert code == 0
    assert said.split() == [str(tmp_path / "log-0.xes"), str(tmp_path / "log-0.csv")]
    code, said = langson("measure", tmp_path / "log-0.csv")
    assert code == 0
    assert "chi_ma, exports" in said
    assert "chi_ma.main.documents" in said
    code, said = langson("measure", tmp_path / "log-0.csv", "--lang", "vi")
    assert "chi_ma, xuất khẩu" in said


def test_a_log_is_measured_as_json(folder: Path, tmp_path: Path) -> None:
    """The same tables as of a run; with the scenario there are closed hours."""
    langson("export", folder, "--log-csv", "--out", tmp_path)
    scenario = folder.parent / "small.yaml"
    code, said = langson("measure", tmp_path / "log-0.csv", "--scenario", scenario, "--json")
    assert code == 0
    found = json.loads(said)
    assert {"headline", "stages", "gates", "flows"} <= found.keys()
    closed = [row["value"] for row in found["headline"] if row["measure"] == "closed_mean"]
    assert max(hours for hours in closed if hours is not None) > 1.0


def test_a_form_must_be_said(folder: Path) -> None:
    """Nothing is written by default."""
    code, said = langson("export", folder)
    assert code == 2
    assert "--log-csv" in said
