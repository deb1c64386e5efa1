"""Commands printed in scenarios/README.md with their output give that output."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app

SCENARIOS = Path(__file__).parents[2] / "scenarios"
PRINTED = re.findall(
    r"```\n\$ langson ([^\n]*)\n(.*?)```",
    (SCENARIOS / "README.md").read_text("utf-8"),
    re.DOTALL,
)


@pytest.mark.parametrize(("command", "output"), PRINTED)
def test_a_question_is_answered_as_printed(
    command: str, output: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The same lines at 80 columns, anywhere."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("LANGSON_LANG", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    result = CliRunner().invoke(app, shlex.split(command), prog_name="langson")
    assert result.exit_code == 0, result.output
    shown = "\n".join(line.rstrip() for line in result.stdout.strip("\n").splitlines())
    assert shown == output.rstrip("\n")


def test_the_questions_are_there() -> None:
    """What a delay and what an hour saved cost, in one command."""
    assert any("years late: costs" in output for _, output in PRINTED)
    assert any("What an hour saved costs" in output for _, output in PRINTED)
