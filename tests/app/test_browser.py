"""The app in a real browser: sliders, keyboard, undo, reload, languages, a phone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="needs the extra app")

from tests.app.serving import TOKEN, Running

pytestmark = pytest.mark.browser

DOCUMENTS = "gates.chi_ma.routes.main.stages.documents.servers"
SLIDER = f"[id='c-{DOCUMENTS}']"
DONE = "#status:not(.busy):not(:empty)"


@contextmanager
def opened(app: Running, browser: Any, small: str, **size: Any) -> Iterator[Any]:
    """Open a study of the small border; it asks nobody else and makes no error."""
    _, begun = app.request("POST", f"/{TOKEN}/begin", {"question": "free", "lang": "en"})
    name = json.loads(begun)["id"]
    study = {"base": small, "gate": "chi_ma"}
    app.request("PUT", f"/{TOKEN}/study/{name}", {"revision": 0, "study": study})
    context = browser.new_context(viewport={"width": 1280, "height": 900} | size)
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))
    page.goto(f"http://127.0.0.1:{app.port}/{TOKEN}/study/{name}")
    page.wait_for_selector(DONE, timeout=120_000)
    yield page
    context.close()
    outside = [
        url for url in asked if not url.startswith((f"http://127.0.0.1:{app.port}/", "data:"))
    ]
    assert outside == []
    assert errors == []


def settle(page: Any) -> None:
    """Wait until the last question is answered."""
    page.wait_for_selector("#status.busy", timeout=10_000)
    page.wait_for_selector(DONE, timeout=120_000)


def test_a_drag_of_many_steps_ends_on_its_last_value(
    app: Running, browser: Any, small: str
) -> None:
    """Of twenty moves the answer is of the last, and that is what is saved."""
    with opened(app, browser, small) as page:
        page.evaluate(
            """slider => {
                const input = document.querySelector(slider);
                for (let step = 0; step < 20; step++) {
                    input.value = 1 + step % 6;
                    input.dispatchEvent(new Event("input", { bubbles: true }));
                }
                input.value = 1;
                input.dispatchEvent(new Event("input", { bubbles: true }));
                input.dispatchEvent(new Event("change", { bubbles: true }));
            }""",
            SLIDER,
        )
        page.wait_for_selector("#gate-answer[aria-busy=false]", timeout=120_000)
        page.wait_for_selector("#all-answer:not(.old)", timeout=120_000)
        assert "This option" in page.inner_text("#all-answer")
        page.reload()
        page.wait_for_selector(DONE, timeout=120_000)
        assert page.input_value(SLIDER) == "1"
        assert page.inner_text(".slider.moved output") == "2 1 servers"


def test_the_keyboard_alone_suffices(app: Running, browser: Any, small: str) -> None:
    """A slider moves by arrow keys, and undo takes back the move."""
    with opened(app, browser, small) as page:
        page.focus(SLIDER)
        page.keyboard.press("ArrowRight")
        settle(page)
        assert page.input_value(SLIDER) == "3"
        page.focus("#undo")
        page.keyboard.press("Enter")
        settle(page)
        assert page.input_value(SLIDER) == "2"
        assert page.is_disabled("#undo")


def test_pinned_options_stand_beside_the_moved_one(app: Running, browser: Any, small: str) -> None:
    """A pinned option keeps its values while the slider goes on."""
    with opened(app, browser, small) as page:
        page.focus(SLIDER)
        page.keyboard.press("ArrowRight")
        settle(page)
        page.click("#pin")
        page.wait_for_selector(DONE, timeout=120_000)
        page.focus(SLIDER)
        page.keyboard.press("ArrowRight")
        settle(page)
        columns = page.eval_on_selector_all(
            "#gate-answer thead th", "heads => heads.map(head => head.textContent.trim())"
        )
        assert {"Option 1", "This option"} <= set(columns)


def test_the_other_language_shows_the_same_study(app: Running, browser: Any, small: str) -> None:
    """The switch turns the whole page, and the moved value stays."""
    with opened(app, browser, small) as page:
        page.focus(SLIDER)
        page.keyboard.press("ArrowRight")
        settle(page)
        page.click("#language")
        page.wait_for_selector("html[lang=vi]")
        page.wait_for_selector(DONE, timeout=120_000)
        assert page.input_value(SLIDER) == "3"
        text = page.inner_text("body")
        assert "Phương án này" in text
        assert "This option" not in text


def test_nothing_is_cut_off_on_a_phone(app: Running, browser: Any, small: str) -> None:
    """At 390 px the page does not scroll sideways."""
    with opened(app, browser, small, width=390, height=844) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_what_is_kept_opens(app: Running, browser: Any, small: str) -> None:
    """Saving gives the command, the file, a report that opens and a workbook."""
    with opened(app, browser, small) as page:
        page.focus(SLIDER)
        page.keyboard.press("ArrowRight")
        settle(page)
        page.fill("#name", "ba-quay")
        page.click("#save")
        page.wait_for_selector("#kept a", timeout=120_000)
        assert "langson compare" in page.inner_text("#kept")
        with page.context.expect_page() as opening:
            page.click("#kept a >> nth=0")
        report = opening.value
        report.wait_for_load_state()
        assert report.inner_text("h1:visible")
        with page.expect_download() as download:
            page.click("#kept a >> nth=2")
        assert download.value.suggested_filename == "ba-quay.yaml"
