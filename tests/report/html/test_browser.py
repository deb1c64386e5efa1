"""The report in a browser: offline, without errors, in both languages, by keyboard, on paper."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
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
        shown.wait_for_selector("html[data-ready]")
        yield shown


def switch(page: Any, lang: str) -> None:
    """Choose a language as a reader does."""
    page.click(f"label[lang={lang}]")


def visible_text(page: Any) -> str:
    """All words on the screen, folded parts opened; what is quoted from files left out."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate(
        """document.querySelectorAll('pre, code, .code, .en [lang], .vi [lang], [data-stage] ~ *')
        .forEach(one => one.remove())"""
    )
    messages: str = page.evaluate(
        """() => {
          const main = document.querySelector('main');
          const words = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
          const shown = [];
          while (words.nextNode()) {
            if (words.currentNode.parentElement.getClientRects().length) {
              shown.push(words.currentNode.textContent);
            }
          }
          return shown.join(' ');
        }"""
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
    cells = page.query_selector_all(f"#measures .{lang} td[data-s='0']")
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
    assert page.is_visible("h1.en")
    assert page.is_hidden("h1.vi")
    switch(page, "vi")
    assert page.is_visible("svg.chart >> nth=0")
    assert page.is_visible("svg.chart g.vi >> nth=0")
    assert page.is_hidden("svg.chart g.en >> nth=0")
    assert page.is_hidden("h1.en")
    page.click("#measures summary")
    assert page.is_visible("#measures .vi td[data-measure] >> nth=0")
    context.close()


def test_the_link_chooses_the_language(browser: Any, report: Path) -> None:
    """A link that ends in #vi opens in Vietnamese, one to a section in that section's."""
    for tail in ("#vi", "#bulletin-vi"):
        page = browser.new_page()
        page.goto(report.as_uri() + tail)
        assert page.is_visible("h1.vi")
        assert page.evaluate("document.documentElement.lang") == "vi"
        page.close()


def test_keyboard_is_enough(page: Any) -> None:
    """Tab reaches the language, arrows change it; Tab reaches a folded table, Enter opens it."""
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.lang") == "en"
    page.keyboard.press("ArrowRight")
    assert page.is_visible("h1.vi")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('details:not([open]) > summary')"):
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
        .filter(one => one.getClientRects().length)
        .map(one => one.getBoundingClientRect().height)"""
    )
    assert min(heights) >= 9


def shown_tips(page: Any, chart: str, count: int) -> list[str]:
    """What is told of each of the values of a chart, reached by one key."""
    page.focus(chart)
    page.keyboard.press("Home")
    told = []
    for _ in range(count):
        told.append(page.inner_text("#tip"))
        page.keyboard.press("ArrowRight")
    assert page.inner_text("#tip") == told[-1]  # it was the last one
    return told


def test_keyboard_reaches_every_value(page: Any) -> None:
    """Arrow keys walk over all values of every kind of chart, each told in words."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.keyboard.press("Tab")  # from here on the focus is that of a keyboard
    charts = page.evaluate(
        """() => [...document.querySelectorAll('svg.chart')]
        .filter(one => one.getClientRects().length)
        .map((one, number) => {
          one.id = 'chart-' + number;
          const rows = one.dataset.rowsEn || one.dataset.rows;
          const cells = rows && rows.split('\\n').slice(1).map(row => row.split('\\t').at(-1));
          return {id: one.id, rows: cells || null,
                  cells: (one.dataset.cells || '').split(' ').filter(Boolean),
                  line: one.dataset.from ? one.querySelector('path.line').getAttribute('d') : ''};
        })"""
    )
    kinds = set()
    for chart in charts:
        if chart["rows"] is not None:
            kinds.add("rows")
            told = shown_tips(page, f"#{chart['id']}", len(chart["rows"]))
            assert [text.split(": ")[-1] for text in told] == chart["rows"]
        elif chart["cells"]:
            kinds.add("cells")
            told = shown_tips(page, f"#{chart['id']}", len(chart["cells"]))
            shown = [text.split(" · ")[1].rstrip("%").replace("–", "-") for text in told]
            assert shown == chart["cells"]
        else:
            kinds.add("line")
            values = chart["line"][1:].split()[1::2]
            told = shown_tips(page, f"#{chart['id']}", len(values))
            shown = [re.findall(r": ([\d.,]+) \(", text)[0] for text in told]
            assert [float(text.replace(",", "")) for text in shown] == pytest.approx(
                [float(value) for value in values], abs=0.051
            )
    assert kinds == {"rows", "cells", "line"}


def test_a_vietnamese_reader_is_spoken_to_in_vietnamese(browser: Any, report: Path) -> None:
    """The page opens in the reader's own language, charts and numbers too; a link's comes first."""
    for locale, tail, lang in (("vi-VN", "", "vi"), ("fr-FR", "", "en"), ("vi-VN", "#en", "en")):
        with opened_at(browser, report, tail, locale) as page:
            assert page.evaluate("document.documentElement.lang") == lang
            assert page.is_visible(f"h1.{lang}")
            assert page.title() == page.inner_text(f"h1.{lang}")


@contextmanager
def opened_at(browser: Any, report: Path, tail: str, locale: str) -> Iterator[Any]:
    """Open the page by a link, as a reader with a language."""
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.goto(report.as_uri() + tail)
    yield page
    context.close()


def test_pointer_shows_values_and_links_charts(page: Any) -> None:
    """Over one gate's line every gate shows the same hour; over a cell, its share."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    lines = page.locator("svg.chart[data-from]")
    lines.first.hover()
    assert page.locator(".cross").count() == lines.count() > 1
    text = page.inner_text("#tip")
    assert "Baseline: " in text
    assert re.search(r"\d\d:\d\d", text)
    page.locator("svg.chart[data-cells] >> nth=0").hover()
    assert re.search(r"^\w+ \d+:00–\d+:00 · (\d+%|–)$", page.inner_text("#tip"))


def test_a_scenario_can_be_switched_off_and_on(page: Any) -> None:
    """A click on a scenario's name hides its lines in every chart and its values from the keys."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    lines = page.locator("svg.chart path.line[data-s='1']")
    assert lines.first.is_visible()
    page.click("#backlog .en .legend [data-s='1'] button")
    assert not any(lines.nth(number).is_visible() for number in range(lines.count()))
    page.click("#backlog .en .legend [data-s='1'] button")
    assert lines.first.is_visible()


def test_a_stage_leads_to_its_line_in_the_file(page: Any) -> None:
    """A click on a stage's wait opens its row with value, file, line and evidence."""
    page.click("#waits summary")
    page.locator("#waits .m[data-stage='chi_ma.main.documents']").first.click()
    row = page.locator("#gates .en tr.found")
    assert row.is_visible()
    assert "servers = 2 (small.yaml:" in row.inner_text()
    assert "assumption" in row.inner_text()


def test_tables_are_sorted_and_charts_give_their_numbers(page: Any) -> None:
    """A click on a column sorts by its numbers; the file of a chart holds its values."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    head = page.locator("#measures .en thead th").nth(2)
    for order in ("ascending", "descending"):
        head.click()
        assert head.get_attribute("aria-sort") == order
        cells = page.locator("#measures .en tbody td[data-s='0']").all_inner_texts()
        numbers = [
            float(re.split(r"[±(]", cell)[0].replace(",", "").replace("−", "-")) for cell in cells
        ]
        assert numbers == sorted(numbers, reverse=order == "descending")
    with page.expect_download() as waiting:
        page.click("#stays .tools button")
    text = waiting.value.path().read_text("utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    assert rows[0] == ["Vehicle", "Side", "Clock", "Hours"]
    drawn = page.locator("#stays .m").evaluate_all("marks => marks.map(one => one.dataset.v)")
    assert [float(row[3]) for row in rows[1:]] == [float(value) for value in drawn]


def test_a_reader_chooses_measure_cargo_and_direction(page: Any) -> None:
    """Bars of what is chosen show the texts of the tables, one for each gate and scenario."""
    page.click("#measures > summary")
    measure, cargo, direction = (page.locator("#explore select").nth(n) for n in range(3))
    measure.select_option("Wait, mean (min)")
    direction.select_option("exports")
    row = "#measures .en td[data-measure='wait_mean'][data-direction='export'][data-gate='chi_ma']"
    shown = page.locator("#explore dt:has-text('Chi Ma') + dd").inner_text()
    assert page.inner_text(row) in shown
    assert "More counters" in shown
    measure.select_option("h of stay")
    assert cargo.is_enabled() or cargo.locator("option").count() == 1
    cell = page.locator("#gates .en th[data-cargo][data-gate='chi_ma'] ~ td").nth(2)
    assert cell.text_content() in page.locator("#explore dt:has-text('Chi Ma') + dd").inner_text()


def test_paper_shows_what_is_folded(page: Any) -> None:
    """In print all tables are open, the other language and the switch are left out."""
    page.emulate_media(media="print")
    assert page.is_visible("#measures .en td[data-measure] >> nth=0")
    assert page.is_hidden("label[lang=en]")
    assert page.is_hidden("h1.vi")
    assert page.pdf(format="A4").startswith(b"%PDF")
