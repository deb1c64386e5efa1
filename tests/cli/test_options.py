"""Options that several commands share mean the same in each, and reach what is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import sim.runs
from sim.cli import app
from tests.cli.conftest import BARE, Langson

COMMANDS = {
    "run": ["small.yaml", *BARE],
    "compare": ["small.yaml", "more.yaml", *BARE],
    "levers": ["more.yaml", "--no-figures"],
    "validate": ["small.yaml", "seen.csv"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_they_reach_the_run(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Processes, replications, days, year, seed and settings are those of the command line."""
    real, seen = sim.runs.run, []

    def run(scenario: Any, count: int, *, jobs: Any, **options: Any) -> Any:
        asked = scenario.model.run
        seen.append((jobs.count, count, asked.days, asked.year, asked.seed, asked.warm_up))
        return real(scenario, count, jobs=1, **options)

    monkeypatch.setattr("sim.runs.run", run)
    (here / "seen.csv").write_text("gate,quantity,value\nchi_ma,exported,30\n", "utf-8")
    options = ["--jobs", "3", "--replications", "2", "--days", "2", "--year", "2027"]
    options += ["--seed", "9", "--set", "run.warm_up=2 days"]
    result = langson(command, *COMMANDS[command], *options)
    assert result.exit_code == 0, result.output
    assert set(seen) == {(3, 2, 2, 2027, 9, 2880.0)}


def commands(group: Any, name: str = "") -> dict[str, Any]:
    """All commands by their names, those of a group too."""
    found = {}
    for key, command in group.commands.items():
        below = hasattr(command, "commands")
        found |= commands(command, f"{key} ") if below else {f"{name}{key}": command}
    return found


ALL = commands(get_command(app))


@pytest.mark.smoke
@pytest.mark.parametrize("name", ALL)
def test_help_fits_and_ends_with_a_stop(
    langson: Langson, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Every command and option says in sentences what it does, within 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    shown = langson(*name.split(), "--help").stdout
    assert max(map(len, shown.splitlines())) <= 80
    for text in (ALL[name].help, *(one.help for one in ALL[name].params if one.name != "help")):
        assert text[0].isupper()
        assert text.endswith(".")
        assert "\n" not in text.replace("\n\n", " ")


def test_one_name_has_one_meaning() -> None:
    """An option that several commands have is told in the same words, but where it must differ."""
    told: dict[str, set[str]] = {}
    for command in ALL.values():
        for one in command.params:
            told.setdefault(one.opts[0], set()).add(one.help)
    several = {name for name, texts in told.items() if len(texts) > 1 and name.startswith("--")}
    assert several == {
        *("--lang", "--figures", "--gate", "--jobs", "--out", "--replications", "--seed"),
        "--indifference",
    }
