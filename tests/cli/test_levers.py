"""``langson levers``: what each upgrade does, on the terminal and in a folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import Langson

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


@pytest.fixture(autouse=True)
def two(here: Path) -> None:
    """A scenario with two upgrades."""
    (here / "two.yaml").write_text(TWO, "utf-8")


def test_each_upgrade_is_told_apart_and_kept(langson: Langson, here: Path) -> None:
    """More counters cut the wait; the table and the pictures are on disk."""
    result = langson("levers", "two.yaml", "--gate", "chi_ma", "--figures")
    assert result.exit_code == 0, result.output
    assert "More counters" in result.stdout
    assert "What binds" in result.stdout
    assert not re.search(r"[+−]0(\.0+)? ±", result.stdout)
    (folder,) = (here / "results").iterdir()
    table = pl.read_parquet(folder / "levers.parquet")
    waits = table.filter(measure="wait_mean", direction="export", effect="alone")
    assert dict(zip(waits["upgrade"], waits["mean"], strict=True))["counters"] < 0.0
    assert (folder / "figures" / "levers-wait-mean-chi-ma-export.png").stat().st_size > 0


def test_json_and_quiet(langson: Langson, here: Path) -> None:
    """Scripts get the table as one JSON object, or the folder alone."""
    options = ("--no-figures", "--replications", "2", "--days", "1")
    said = json.loads(langson("levers", "two.yaml", "--json", *options).stdout)
    assert list(said) == ["format", "folder", "effects"]
    table = pl.read_parquet(here / said["folder"] / "levers.parquet")
    assert said["effects"] == table.to_dicts()
    assert {one["upgrade"] for one in said["effects"]} == {"counters", "lane"}
    quiet = langson("levers", "two.yaml", "--quiet", *options).stdout.strip()
    assert not (here / quiet / "figures").exists()


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_output_fits_80_columns(
    langson: Langson, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """No line is wider than a usual terminal, in either language."""
    monkeypatch.setenv("COLUMNS", "80")
    result = langson("levers", "two.yaml", "--gate", "chi_ma", "--no-figures", "--lang", lang)
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["small.yaml"], "small.yaml has no upgrades"),
        (["two.yaml", "--gate", "chi_mo"], "no gate 'chi_mo'; did you mean 'chi_ma'?"),
        (["two.yaml", "--set", "run.days"], "'run.days' sets nothing"),
    ],
)
def test_bad_use(langson: Langson, here: Path, arguments: list[str], said: str) -> None:
    """No upgrades, a gate that is none and half a setting are said, and nothing runs."""
    result = langson("levers", *arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert not (here / "results").exists()
