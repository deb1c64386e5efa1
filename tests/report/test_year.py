"""A run of another year says that year wherever it says the year of its calendar."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.messages import LANGUAGES, messages
from sim.report.charts import figures, style
from sim.report.html import write_report
from sim.report.play import write_playback
from sim.results import newest
from tests.small import SMALL


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A run of 2030 of a border whose title says 2025: its folder and what was printed."""
    here = tmp_path_factory.mktemp("year")
    titled = "{en: Small border of 2025, vi: Biên giới nhỏ 2025}"
    text = SMALL.replace("{en: Small border, vi: Biên giới nhỏ}", titled)
    (here / "small.yaml").write_text(text, encoding="utf-8")
    command = ["run", str(here / "small.yaml"), "--year", "2030", "--out", str(here / "out")]
    shown = CliRunner().invoke(app, [*command, "--no-figures", "--no-report"])
    assert shown.exit_code == 0, shown.output
    return newest(here / "out"), shown.stdout


def alone(texts: list[str]) -> list[str]:
    """Texts that say 2025 and not 2030."""
    return [text for text in texts if "2025" in text and "2030" not in text]


def test_terminal(ran: tuple[Path, str]) -> None:
    """No paragraph that is printed says 2025 alone."""
    assert "2030" in ran[1]
    assert alone(re.split(r"\n(?=  \S)", ran[1].split("\n  /")[0])) == []


def test_figures(ran: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every figure names 2030 and none of its texts says 2025 alone."""
    seen: list[list[str]] = []
    real = style.render

    def watched(figure: Any, kinds: Any) -> Any:
        drawn = real(figure, kinds)
        seen.append([text.get_text() for text in figure.findobj(match=_is_text)])
        return drawn

    monkeypatch.setattr(figures, "render", watched)
    for lang in LANGUAGES:
        figures.draw_stored(ran[0], lang, ["svg"])
    assert len(seen) == 4 * len(LANGUAGES)
    for texts in seen:
        assert any("2030" in text for text in texts)
        assert alone(texts) == []


def _is_text(artist: Any) -> bool:
    return hasattr(artist, "get_text")


def test_pages(ran: tuple[Path, str]) -> None:
    """Neither report nor playback says 2025 alone in a title, heading, sentence or chart."""
    report = write_report(ran[0]).read_text("utf-8")
    body = re.sub(r"<(script|style|pre).*?</\1>", "", report, flags=re.DOTALL)
    texts = re.findall(r"[^<>]+", body) + re.findall(r'aria-label="([^"]+)"', body)
    assert alone(texts) == []
    assert "Demand of 2030 · Small border of 2025" in report
    playback = write_playback([ran[0]]).read_text("utf-8")
    quoted = re.findall(r'"([^"]*2025[^"]*)"', playback)
    assert quoted
    assert alone(quoted) == []


def test_words_of_the_year_exist_in_both_languages() -> None:
    """The year leads the title in each language."""
    for lang in LANGUAGES:
        shown = messages(lang).text("ran.title", year="2030", title="T")
        assert shown.index("2030") < shown.index("T")
