"""The report in a browser: offline, without errors, in both languages, by keyboard, on paper."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from sim.catalogue import find
from sim.messages import LANGUAGES, catalogue
from sim.report.html import write_report
from tests.chromium import opened

pytestmark = pytest.mark.browser

WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def report(folder: Path) -> Path:
    """The report of the small comparison."""
    return write_report(folder)


@pytest.fixture
def page(browser: Any, report: Path) -> Iterator[Any]:
    """The report, open."""
    with opened(browser, report) as shown:
        yield shown


def switch(page: Any, lang: str) -> None:
    """Choose a language as a reader does."""
    page.click(f"label[lang={lang}]")


def visible_text(page: Any) -> str:
    """All words on the screen, folded parts opened; what is quoted from files left out."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate(
        "document.querySelectorAll('pre, code, .code, main [lang]').forEach(one => one.remove())"
    )
    messages: str = page.evaluate(
        """() => [...document.querySelectorAll('main')]
        .filter(one => one.checkVisibility())
        .map(one => one.innerText + ' ' + [...one.querySelectorAll('svg text')]
            .map(text => text.textContent).join(' '))
        .join(' ')"""
    )
    return " ".join(messages.split())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_language_stands_alone(lang: str, page: Any) -> None:
    """After switching, no sentence of the other language is left on the screen."""
    switch(page, lang)
    shown = visible_text(page)
    other = next(one for one in LANGUAGES if one != lang)
    entries = [entry for entry in catalogue().values() if entry[lang] != entry[other]]
    known = " ".join(entry[lang] for entry in entries)
    foreign = [
        text
        for entry in entries
        if len(text := " ".join(entry[other].split())) > 8 and "{" not in text
        if text not in known and text in shown
    ]
    assert foreign == []
    assert len([entry for entry in entries if entry[lang] in shown]) > 60


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_are_those_of_the_tables(lang: str, page: Any, folder: Path) -> None:
    """Each headline number on the page is the mean over replications in headline.csv."""
    with (folder / "small" / "headline.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    switch(page, lang)
    cells = page.query_selector_all(f"main[lang={lang}] td[data-measure]")
    assert len(cells) > 10
    for cell in cells:
        keys = {name: cell.get_attribute(f"data-{name}") for name in ("gate", "direction")}
        measure = cell.get_attribute("data-measure")
        found = [
            float(row["value"])
            for row in rows
            if row["measure"] == measure and all(row[name] == key for name, key in keys.items())
        ]
        shown = re.split(r"[±(]", cell.text_content())[0].strip().replace("−", "-")
        marks = {"en": {",": ""}, "vi": {".": "", ",": "."}}[lang]
        number = shown.translate(str.maketrans(marks))
        whole, _, decimals = number.partition(".")
        zeros = len(whole) - len(whole.rstrip("0")) if whole.strip("-0") else 0
        step = 10.0 ** (-len(decimals) if decimals else zeros)  # no finer than ± allows
        assert float(number) == pytest.approx(find(measure).factor * mean(found), abs=0.51 * step)


def test_it_reads_without_scripts(browser: Any, report: Path) -> None:
    """Where scripts are blocked, everything is there and the language still switches."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.is_visible("main[lang=en] h2")
    assert page.is_hidden("main[lang=vi] h2")
    switch(page, "vi")
    assert page.is_visible("main[lang=vi] svg.chart")
    assert page.is_hidden("main[lang=en] h2")
    page.click("main[lang=vi] summary >> nth=0")
    assert page.is_visible("main[lang=vi] td[data-measure] >> nth=0")
    context.close()


def test_the_link_chooses_the_language(browser: Any, report: Path) -> None:
    """A link that ends in #vi opens in Vietnamese, one to a section in that section's."""
    for tail in ("#vi", "#bulletin-vi"):
        page = browser.new_page()
        page.goto(report.as_uri() + tail)
        assert page.is_visible("main[lang=vi] h1")
        assert page.evaluate("document.documentElement.lang") == "vi"
        page.close()


def test_keyboard_is_enough(page: Any) -> None:
    """Tab reaches the language, arrows change it; Tab reaches a folded table, Enter opens it."""
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.lang") == "en"
    page.keyboard.press("ArrowRight")
    assert page.is_visible("main[lang=vi] h1")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open") is True


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_as_wide_as_the_screen(width: int, lang: str, page: Any) -> None:
    """On a desk and on a phone nothing sticks out, and small print is not too small."""
    page.set_viewport_size({"width": width, "height": 900})
    switch(page, lang)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    heights = page.evaluate(
        """() => [...document.querySelectorAll('svg.chart text')]
        .filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect().height)"""
    )
    assert min(heights) >= 9


def test_paper_shows_what_is_folded(page: Any) -> None:
    """In print all tables are open, the other language and the switch are left out."""
    page.emulate_media(media="print")
    assert page.is_visible("main[lang=en] td[data-measure] >> nth=0")
    assert page.is_hidden("label[lang=en]")
    assert page.is_hidden("main[lang=vi] h1")
    assert page.pdf(format="A4").startswith(b"%PDF")
