"""``langson report`` and the report of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import BARE, Langson


@pytest.fixture
def folder(langson: Langson, here: Path) -> Path:
    """A comparison without report and pictures."""
    result = langson("run", "small.yaml", "more.yaml", *BARE, "--quiet")
    return here / result.stdout.strip()


def test_a_run_writes_its_report(langson: Langson, here: Path) -> None:
    """One report stands in the folder of a run, the language of the run first."""
    result = langson("run", "small.yaml", "--no-figures", "--quiet", "--lang", "vi")
    page = (here / result.stdout.strip() / "report.html").read_text("utf-8")
    assert '<html lang="vi">' in page
    assert '<h1 class="en" lang="en">' in page


def test_no_report(folder: Path) -> None:
    """The report can be left out."""
    assert not list(folder.rglob("report.html"))


def test_report_says_where_it_is(langson: Langson, folder: Path) -> None:
    """The command prints the file it wrote, in the languages asked for."""
    result = langson("report", str(folder), "--lang", "vi")
    assert result.exit_code == 0
    assert result.stdout.strip() == str(folder / "report.html")
    assert '<h1 class="en"' not in (folder / "report.html").read_text("utf-8")


def test_own_language_first(
    langson: Langson, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Built again, a report opens in the language of LANGSON_LANG, and holds both."""
    for own in ("vi", "en"):
        monkeypatch.setenv("LANGSON_LANG", own)
        assert langson("report", str(folder)).exit_code == 0
        page = (folder / "report.html").read_text("utf-8")
        assert f'<html lang="{own}">' in page
        assert '<h1 class="en" lang="en">' in page


def test_pictures_for_print(langson: Langson, folder: Path) -> None:
    """Pictures are drawn again in the forms asked for, and in no other."""
    result = langson("report", str(folder), "--figures", "pdf")
    assert result.exit_code == 0
    drawn = sorted(path.name for path in (folder / "figures").iterdir())
    assert drawn == ["comparison.pdf"]
    assert (folder / "more" / "figures" / "backlog.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("option", [("--lang", "fr"), ("--figures", "gif"), ("--lang", ",")])
def test_unknown_words_are_refused(option: tuple[str, str], langson: Langson, folder: Path) -> None:
    """A language or form that does not exist is bad use, and the known ones are named."""
    result = langson("report", str(folder), *option)
    assert result.exit_code == 2
    assert "svg" in result.stderr or "vi" in result.stderr
    assert not (folder / "report.html").exists()


def test_no_results_there(langson: Langson, here: Path) -> None:
    """A folder without results is named."""
    result = langson("report", str(here))
    assert result.exit_code == 2
    assert "manifest.json" in result.stderr


def test_sliders_need_a_sweep(langson: Langson, folder: Path) -> None:
    """A run given as a sweep is refused with what to give instead, and no report is written."""
    result = langson("report", str(folder), "--sweep", str(folder / "small"))
    assert result.exit_code == 2
    assert "is a run, not a sweep" in " ".join(result.stderr.split())
    assert not (folder / "report.html").exists()
