"""The report is one file that needs nothing else, in each language asked for."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sim.errors import ResultsError
from sim.messages import LANGUAGES, messages
from sim.report.html import write_report
from sim.report.html.page import SECTIONS, build_page
from sim.report.html.report_data import ReportData, read_report_data
from sim.results import write_several
from sim.runs import run
from sim.scenario import load
from tests.small import write_small


class Outline(HTMLParser):
    """Ids, links, and tags that are open, of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag names and refers to."""
        facts = dict(attrs)
        self.ids += [facts["id"]] if facts.get("id") else []
        self.links += [facts[key] for key in ("href", "xlink:href", "src") if facts.get(key)]
        if tag == "svg":
            self.images.append(facts)


@pytest.fixture(scope="module")
def page(report: ReportData) -> str:
    """The whole page in both languages."""
    return build_page(report)


def test_nothing_comes_from_elsewhere(page: str) -> None:
    """No link, script, style or picture asks another file or host for anything."""
    outline = Outline(page)
    assert outline.links
    beside = {f"playback.html#{lang}" for lang in LANGUAGES}
    assert all(link.startswith(("#", "data:")) for link in outline.links if link not in beside)
    assert not re.search(r"@import|url\((?!#)|\bfetch\(|XMLHttpRequest|<link", page)


def test_every_id_stands_once_and_every_link_arrives(page: str) -> None:
    """Charts and sections of both languages do not take one another's names."""
    outline = Outline(page)
    assert len(outline.ids) == len(set(outline.ids))
    inside = {link[1:] for link in outline.links if link.startswith("#")}
    inside |= set(re.findall(r"url\(#([\w-]+)\)", page))
    assert inside <= set(outline.ids)


def test_every_chart_says_what_it_shows(page: str) -> None:
    """Each chart is an image with a sentence for those who do not see it."""
    images = Outline(page).images
    charts = [image for image in images if image.get("class") == "chart"]
    assert charts
    assert all(image["role"] == "img" and image["aria-label"] for image in charts)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_language_has_no_switch(lang: str, alone: Path, tmp_path: Path) -> None:
    """A report in one language holds that language alone, at the place asked for."""
    path = write_report(alone, [lang], tmp_path / "mine.html")
    text = path.read_text("utf-8")
    assert f'<html lang="{lang}">' in text
    assert text.count("<main") == 1
    assert 'type="radio"' not in text
    assert not (alone / "report.html").exists()


def test_results_in_memory_give_the_same_page(tmp_path: Path) -> None:
    """The report that a run writes is the one that its folder gives again."""
    several = [run(load(file)) for file in write_small(tmp_path)]
    folder, _ = write_several(several, tmp_path / "results", ["langson", "run", "small.yaml"])
    held = build_page(read_report_data(folder, held=several))
    assert held == build_page(read_report_data(folder))


def test_rebuilding_replaces_the_report(alone: Path) -> None:
    """A second report takes the place of the first and leaves nothing else behind."""
    before = {path.name for path in alone.iterdir()}
    first = write_report(alone).read_text("utf-8")
    assert write_report(alone).read_text("utf-8") == first
    assert {path.name for path in alone.iterdir()} == before | {"report.html"}
    (alone / "report.html").unlink()


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    """What is no results folder is said to be none, and nothing is written."""
    with pytest.raises(ResultsError, match=r"manifest\.json"):
        write_report(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_titles_are_not_read_as_html(report: ReportData) -> None:
    """Angle brackets in a title are shown, not obeyed."""
    title = {"en": "A <b>&", "vi": "A <b>&"}
    plan = report.base.plan
    odd = ReportData(
        report.folder,
        report.stored,
        tuple(_retitled(results, title) for results in report.several),
    )
    page = build_page(odd, ["en"])
    assert plan.title != title
    assert "A &lt;b&gt;&amp;" in page
    assert "A <b>" not in page


def _retitled(results: object, title: dict[str, str]) -> object:
    from dataclasses import replace

    return replace(results, plan=replace(results.plan, title=title))  # type: ignore[attr-defined, type-var]


@pytest.mark.parametrize("number", range(len(SECTIONS)))
def test_sections_are_there_or_say_nothing(number: int, report: ReportData) -> None:
    """Each section gives HTML in both languages, or none in both."""
    found = [SECTIONS[number](report, messages(lang)) for lang in LANGUAGES]
    assert len({section is None for section in found}) == 1
    for section in found:
        assert section is None or section.body.strip()
