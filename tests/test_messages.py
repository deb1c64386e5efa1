"""The catalogue is complete in both languages, and figures follow each language's rules."""

from __future__ import annotations

import ast
import datetime as dt
import math
import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import sim.messages
from sim.messages import LANGUAGES, catalogue, messages, printable

TEMPLATES = sorted(Path(sim.messages.__file__).parent.rglob("*.j2"))
SOURCES = sorted(Path(sim.messages.__file__).parent.rglob("*.py"))


@cache
def used_keys() -> tuple[set[str], set[str]]:
    """Keys given literally to ``.text``, and the fixed beginnings of those put together."""
    whole: set[str] = set()
    beginnings: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr != "text" or not node.args:
                continue
            key = node.args[0]
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                whole.add(key.value)
            elif isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
                beginnings.add(str(key.values[0].value))
    for path in TEMPLATES:
        whole |= set(re.findall(r"\.text\(\s*[\"']([\w.]+)[\"']", path.read_text("utf-8")))
    return whole, beginnings


def placeholders(text: str) -> set[str]:
    """Names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_entry_speaks_both_languages() -> None:
    """An entry has exactly the two languages and no empty text."""
    for key, entry in catalogue().items():
        assert set(entry) == set(LANGUAGES), key
        assert all(text.strip() for text in entry.values()), key


def test_every_key_used_in_the_code_exists() -> None:
    """No sentence is missing from the catalogue."""
    whole, _ = used_keys()
    assert whole
    assert sorted(whole - set(catalogue())) == []


def test_every_entry_is_used() -> None:
    """No entry outlives the code that showed it."""
    whole, beginnings = used_keys()
    unused = [
        key
        for key in catalogue()
        if key not in whole and not any(key.startswith(start) for start in beginnings)
    ]
    assert unused == []


def test_placeholders_agree_between_languages() -> None:
    """Both languages, and both English numbers, show the same values."""
    for key, entry in catalogue().items():
        many = entry["en"].split("|")[-1]
        assert placeholders(many) == placeholders(entry["vi"]), key
        assert placeholders(entry["en"].split("|")[0]) <= placeholders(many), key
        assert "|" not in entry["vi"], key


def test_vietnamese_keeps_its_diacritics() -> None:
    """The Vietnamese text is not a copy of the English, nor typed without marks."""
    text = "".join(entry["vi"] for entry in catalogue().values())
    assert set("ăâđêôơư") <= set(text.lower())


@pytest.mark.parametrize(
    ("lang", "value", "digits", "shown"),
    [
        ("en", 1832.5, 1, "1,832.5"),
        ("vi", 1832.5, 1, "1.832,5"),
        ("en", -0.04, 1, "0.0"),
        ("en", -3.2, 0, "−3"),
        ("vi", math.nan, 0, "–"),
        ("en", None, 0, "–"),
    ],
)
def test_numbers(lang: str, value: float | None, digits: int, shown: str) -> None:
    """Thousands and decimals are marked in the language's way; no value is a dash."""
    assert messages(lang).number(value, digits) == shown


def test_dates_and_percentages() -> None:
    """Dates and percentages follow the language, whatever the machine's locale."""
    day = dt.date(2026, 11, 3)
    assert [messages(lang).date(day) for lang in LANGUAGES] == ["3 Nov 2026", "03/11/2026"]
    assert [messages(lang).percent(0.087, 1) for lang in LANGUAGES] == [
        "8.7%",
        "8,7%",
    ]


@pytest.mark.parametrize(
    ("minutes", "en", "vi"),
    [
        (0, "0 days", "0 ngày"),
        (1440, "1 day", "1 ngày"),
        (4320, "3 days", "3 ngày"),
        (1830, "1 day 6.5 h", "1 ngày 6,5 giờ"),
        (90, "1.5 h", "1,5 giờ"),
    ],
)
def test_durations(minutes: float, en: str, vi: str) -> None:
    """Days and hours are words of the language."""
    assert [messages(lang).duration(minutes) for lang in LANGUAGES] == [en, vi]


def test_titles_do_not_steer_the_terminal() -> None:
    """Escape codes, line ends and marks that turn the writing are taken out; letters stay."""
    title = "\x1b[31mĐồng\tĐăng\n\u202eabc\x07"
    assert printable(title) == "[31mĐồng Đăng abc"
    assert messages("vi").pick({"vi": title}) == printable(title)


def test_english_singular() -> None:
    """The text before the bar is for one."""
    shown = [messages("en").text("run.checked", n=n) for n in (1, 2)]
    assert shown == ["checked 1 scenario", "checked 2 scenarios"]


def test_unknown_language() -> None:
    """Only English and Vietnamese are spoken."""
    with pytest.raises(ValueError, match="no language 'fr'"):
        messages("fr")
