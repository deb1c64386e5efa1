"""Nothing that stands in a name or a file steers the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import BARE, Langson
from tests.small import SMALL

ESCAPE = "\x1b[31m\x9b2J\u202e"


def assert_tame(printed: str) -> None:
    """No control character but line ends, and no mark that turns the writing."""
    assert [sign for sign in printed if sign in "\x1b\x9b\u202e\r\x07\x08\x7f"] == []


@pytest.fixture
def strange(here: Path) -> Path:
    """Return a scenario file and a folder whose names hold escape sequences."""
    (here / f"a{ESCAPE}b.yaml").write_text(SMALL.replace("days: 3", "days: 1"), "utf-8")
    return here / f"a{ESCAPE}b.yaml"


@pytest.mark.parametrize(
    "command",
    [
        ["check"],
        ["check", "--json"],
        ["show"],
        ["run", "--replications", "2", *BARE],
        ["run", "--replications", "2", "-q", *BARE],
        ["run", "--replications", "2", "--json", *BARE],
        ["compare", "small.yaml", "--replications", "2", *BARE],
        ["diff", "small.yaml"],
        ["levers"],
        ["sweep"],
        ["sweep", "status"],
        ["report"],
        ["play"],
        ["validate", "small.yaml"],
        ["explain"],
        ["new"],
        [],
    ],
)
def test_names_of_files_and_folders(command: list[str], strange: Path, langson: Langson) -> None:
    """Every command escapes the names that it prints, of files that it can use or cannot."""
    verb = command[:2] if command[:1] == ["sweep"] else command[:1]
    rest = command[len(verb) :]
    takes_out = command[:1] and command[0] in ("run", "compare", "levers", "sweep")
    for file in (strange.name, f"none{ESCAPE}.yaml", "."):
        result = langson(*verb, file, *rest, *(["--out", f"o{ESCAPE}ut"] if takes_out else []))
        assert_tame(result.output)
        assert "fault in langson" not in result.output


def test_a_folder_with_a_strange_name_is_used_again(strange: Path, langson: Langson) -> None:
    """Names of results hold no control character, JSON stays JSON, and reports open."""
    result = langson("run", strange.name, "--replications", "2", "--json", *BARE)
    folder = Path(json.loads(result.stdout)["folder"])
    assert folder.is_dir()
    assert_tame(folder.name)
    again = langson("report", str(folder))
    assert again.exit_code == 0, again.output
    assert (folder / "report.html").is_file()
