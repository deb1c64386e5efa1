"""``langson list``: every name that a command takes, on a line of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.messages import messages
from sim.scenario.source.shipped import OBSERVED, shipped
from tests.cli.conftest import Langson

GROUPS = (
    "start",
    "days",
    "upgrades",
    "circumstances",
    "years",
    "sweeps",
    "decisions",
    "observed",
    "own",
)


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("columns", [50, 80])
def test_lists_each_name_on_one_line(
    langson: Langson, monkeypatch: pytest.MonkeyPatch, lang: str, columns: int
) -> None:
    """Whole names with the beginning of their titles, grouped, however narrow the screen."""
    monkeypatch.setenv("COLUMNS", str(columns))
    result = langson("list", "--lang", lang)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= columns
    names = [line.split()[0] for line in lines if line.startswith("    ")]
    assert sorted(names) == sorted([*shipped(), *shipped(OBSERVED), "small", "more"])
    heads = [messages(lang).text(f"list.group.{group}") for group in GROUPS]
    assert [line.strip() for line in lines if line.strip() in heads] == heads


def test_groups_say_what_a_scenario_is_for(langson: Langson) -> None:
    """The group follows from what stands in the file."""
    text = langson("list").stdout
    groups = dict(part.strip("\n").split("\n", 1) for part in text.split("\n\n")[: len(GROUPS)])
    for name, group in (
        ("tutorial", "start"),
        ("day-2024-08-22", "days"),
        ("chi-ma-international", "upgrades"),
        ("outages", "circumstances"),
        ("trade-2030-low", "years"),
        ("sweep-chinese-bays", "sweeps"),
        ("optimise-fruit-2030", "decisions"),
        ("july-2025", "observed"),
        ("small", "own"),
    ):
        assert f"    {name} " in groups[f"  {messages().text(f'list.group.{group}')}"]


def test_titles_are_in_the_language_asked_for(langson: Langson) -> None:
    """Titles, and how many figures a file of observed ones holds."""
    shown = langson("list", "--lang", "vi").stdout
    assert "Chi Ma thành cửa khẩu quốc tế" in shown
    assert "12 số liệu · day-2024-08-22" in shown
    assert "12 figures · day-2024-08-22" in langson("list").stdout


def test_own_files_are_listed_whatever_is_in_them(langson: Langson, here: Path) -> None:
    """A file that cannot be read says how to see why, and control signs stay out."""
    (here / "broken.yaml").write_text("format: [", "utf-8")
    (here / "plain.yaml").write_text("format: 1", "utf-8")
    (here / "odd.yaml").write_text('title: {en: "a\\e[2Jb", vi: x}\nextends: small', "utf-8")
    shown = langson("list").stdout
    assert "cannot be read: langson check broken.yaml" in shown
    assert "plain" in shown
    assert "without a title" in shown
    assert "\x1b" not in shown
