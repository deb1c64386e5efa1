"""The scenario library: every file in its guide, readable in a minute, honest about itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.shipped import FILES, FOLDER, shipped

GUIDE = (FOLDER / "README.md").read_text("utf-8")


def test_the_guide_names_every_file_and_no_other() -> None:
    """A file that is not in the guide is not found, and one that is there must exist."""
    named = set(re.findall(r"`([\w-]+\.yaml)`", GUIDE.partition("## A day of your own")[0]))
    assert named == {path.name for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_scenario_says_first_what_it_is(path: Path) -> None:
    """A comment at the top, and a title in both languages that differ."""
    assert path.read_text("utf-8").startswith("# ")
    title = shipped(path).model.title
    assert title.en != title.vi


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.stem != "baseline-2025"], ids=lambda path: path.stem
)
def test_an_overlay_is_read_in_a_minute(path: Path) -> None:
    """No more lines than the jam of three weeks needs; a few more where a command wrote it."""
    text = path.read_text("utf-8")
    most = 140 if text.startswith("# Written by `langson") else 110
    assert len(text.splitlines()) <= most


def test_no_upgrade_takes_a_target_as_its_effect() -> None:
    """Press targets may be demand to be tested, never a service time or a share."""
    for path in FILES:
        scenario = shipped(path)
        for leaf in scenario.leaves():
            if {"service", "share"} & set(leaf.split(".")) and leaf.startswith("gates."):
                assert scenario.evidence_of(leaf).kind != "official-plan", f"{path.name}: {leaf}"


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.stem != "tutorial"], ids=lambda path: path.stem
)
def test_an_assumption_says_more_than_that_it_is_one(path: Path) -> None:
    """How a number was reached, or its range, stands beside it; the tutorial's are made up."""
    scenario = shipped(path)
    assert [one for one in scenario.assumptions() if not scenario.evidence_of(one).note] == []


def test_every_source_is_used() -> None:
    """A source that no number rests on is no source."""
    texts = "".join(path.read_text("utf-8") for path in FILES)
    named = {name for path in FILES for name in shipped(path).model.sources}
    assert {name for name in named if len(re.findall(rf"\b{name}\b", texts)) < 2} == set()
