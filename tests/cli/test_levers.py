"""`langson levers` from the command line."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from sim.cli import app
from tests.small import write_small

TWO = """\
format: 1
extends: small.yaml
title: {en: Two, vi: Hai}
upgrades:
  counters:
    title: {en: More counters, vi: Thêm quầy}
    evidence: assumption
    gates: {chi_ma: {routes: {main: {stages: {documents: {servers: 4}}}}}}
  lane:
    title: {en: Second lane, vi: Làn thứ hai}
    evidence: assumption
    gates: {chi_ma: {routes: {main: {stages: {crossing: {servers: 2}}}}}}
"""


def test_each_upgrade_is_told_apart_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More counters cut the wait; the table and the pictures are on disk."""
    base, _ = write_small(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "two.yaml").write_text(TWO.replace("small.yaml", base.name), encoding="utf-8")
    result = CliRunner().invoke(app, ["levers", "two.yaml", "--gate", "chi_ma"])
    assert result.exit_code == 0, result.output
    assert "More counters" in result.stdout
    assert "What binds" in result.stdout
    (folder,) = (tmp_path / "results").iterdir()
    table = pl.read_parquet(folder / "levers.parquet")
    waits = table.filter(measure="wait_mean", effect="alone")
    assert dict(zip(waits["upgrade"], waits["mean"], strict=True))["counters"] < 0.0
    assert (folder / "figures" / "levers-wait_mean.png").stat().st_size > 0


def test_a_scenario_without_upgrades_has_no_levers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, with the file."""
    base, _ = write_small(tmp_path)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["levers", base.name])
    assert result.exit_code == 2
    assert "no upgrades" in result.output
