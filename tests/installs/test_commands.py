"""What README's lines do in an empty folder, with the program as it was installed."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from pathlib import Path

import pytest

from sim.results import open_results

pytestmark = pytest.mark.smoke

PROGRAM = Path(sysconfig.get_path("scripts")) / "langson"

SWEEP = """\
format: 1
extends: tutorial
title: {en: Lanes, vi: Số làn}
sweep:
  factors:
    servers: {path: gates.chi_ma.routes.main.stages.documents.servers, values: [1, 2]}
  replications: 2
"""


def langson(here: Path, *arguments: str) -> str:
    """Run the installed program in a folder; return what it prints."""
    done = subprocess.run(
        [PROGRAM, *arguments], cwd=here, capture_output=True, text=True, check=False, timeout=300
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_scenario_by_name_from_run_to_playback(tmp_path: Path) -> None:
    """Run, report with pictures and playback, all in a folder that held nothing."""
    folder = tmp_path / langson(tmp_path, "run", "tutorial", "--quiet").strip()
    assert open_results(folder).manifest["command"] == ["langson", "run", "tutorial", "--quiet"]
    assert {"report.html", "summary.csv"} <= {path.name for path in folder.iterdir()}
    langson(tmp_path, "report", "--figures", "pdf")
    assert (folder / "figures").is_dir()
    langson(tmp_path, "play")
    assert (folder / "playback.html").stat().st_size > 10_000


def test_processes_and_engines_are_the_same(tmp_path: Path) -> None:
    """Two processes and either engine give the tables that one process gives."""
    options = ("run", "tutorial", "--replications", "4", "--no-figures", "--no-report", "--quiet")
    ways = (("--jobs", "1"), ("--jobs", "2"), ("--engine", "des"), ("--engine", "core"))
    folders = (tmp_path / langson(tmp_path, *options, *way).strip() for way in ways)
    assert len({(folder / "summary.csv").read_bytes() for folder in folders}) == 1


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    """New, check, show and diff, on the baseline by its name."""
    assert langson(tmp_path, "new", "chi-ma-2030").strip() == "scenarios/chi-ma-2030.yaml"
    assert "12 gates" in langson(tmp_path, "check", "chi-ma-2030", "baseline-2025")
    assert "Chi Ma 2030" in langson(tmp_path, "show", "chi-ma-2030")
    assert "0 values" in langson(tmp_path, "diff", "baseline-2025", "chi-ma-2030")


def test_observed_figures_by_name(tmp_path: Path) -> None:
    """A day of the baseline is held against the figures of July 2025."""
    short = ("--days", "1", "--replications", "2", "--set", "run.warm_up=1 day")
    text = langson(tmp_path, "validate", "baseline-2025", "july-2025", "--json", *short)
    assert len(json.loads(text)["figures"]) == 10


def test_a_sweep_by_name(tmp_path: Path) -> None:
    """A sweep that extends a shipped scenario by name runs, and goes on from its folder."""
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "lanes.yaml").write_text(SWEEP, "utf-8")
    folder = langson(tmp_path, "sweep", "lanes", "--quiet").strip()
    assert folder == "results/lanes"
    assert "4" in langson(tmp_path, "sweep", "status", "lanes")
    langson(tmp_path, "sweep", folder, "--quiet")
