"""``langson play``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import BARE, Langson


@pytest.fixture
def folder(langson: Langson, here: Path) -> Path:
    """Results of one scenario."""
    return here / langson("run", "small.yaml", *BARE, "--quiet").stdout.strip()


def test_play_says_where_it_is(langson: Langson, folder: Path) -> None:
    """The command prints the file it wrote, in the language asked for first."""
    result = langson("play", str(folder), "--day", "2", "--gate", "dong_dang", "--lang", "vi")
    assert result.exit_code == 0
    assert result.stdout.strip() == str(folder / "playback.html")
    page = (folder / "playback.html").read_text("utf-8")
    assert '<html lang="vi">' in page
    assert '"gate":"dong_dang"' in page
    assert "09/07/2025" in page


def test_another_result_plays_beside_it(langson: Langson, folder: Path, here: Path) -> None:
    """Two results are two sides of one page."""
    other = here / langson("run", "more.yaml", *BARE, "--quiet").stdout.strip()
    assert langson("play", str(folder), str(other)).exit_code == 0
    assert (folder / "playback.html").read_text("utf-8").count('"columns"') == 2


def test_no_event_log_no_playback(langson: Langson, here: Path) -> None:
    """A run that kept no event log says how to keep one."""
    bare = langson("run", "small.yaml", *BARE, "--quiet", "--journeys", "none").stdout.strip()
    result = langson("play", bare)
    assert result.exit_code == 2
    assert "--journeys" in result.stderr


@pytest.mark.parametrize("command", ["play", "report"])
def test_without_a_folder_the_newest_run_is_taken(
    langson: Langson, folder: Path, here: Path, command: str
) -> None:
    """Nobody needs to type a folder's name; what is no run is passed over."""
    newest = folder.rename(folder.with_name("29991231-235959-small"))
    for other in ("20250101-000000-small", "a-sweep"):
        (here / "results" / other).mkdir()
        (here / "results" / other / "manifest.json").write_text("{}", encoding="utf-8")
    result = langson(command)
    assert result.exit_code == 0, result.output
    assert Path(result.stdout.strip()).parent.name == newest.name


def test_without_any_run_that_is_said(langson: Langson) -> None:
    """The first thing a newcomer types may be this."""
    result = langson("play")
    assert result.exit_code == 2
    assert "run a scenario first" in result.stderr


def test_no_results_no_playback(langson: Langson, here: Path) -> None:
    """A folder that is not there is bad use."""
    result = langson("play", "nowhere")
    assert result.exit_code == 2
    assert "nowhere is not a folder" in result.stderr
