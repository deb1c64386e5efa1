"""Messages, numbers and dates in English and Vietnamese.

One catalogue, ``messages.yaml``, holds every sentence that is shown to a reader. In an
English entry ``{n} wagon|{n} wagons`` gives the singular before the bar, taken when
``n`` is 1; Vietnamese has no plural.
"""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import PurePath
from typing import Any

import yaml

from sim.errors import ArgumentError
from sim.sentences import Sentence

__all__ = [
    "LANGUAGES",
    "NOTHING",
    "Messages",
    "Topic",
    "catalogue",
    "escaped",
    "messages",
    "printable",
    "topics",
    "unaccented",
]

LANGUAGES = ("en", "vi")

#: Shown where there is no value.
NOTHING = "–"


@dataclass(frozen=True)
class Messages:
    """Message catalogue and number and date formats of one language, ``en`` or ``vi``."""

    lang: str

    def text(self, key: str, **values: Any) -> str:
        """Return the entry ``key`` with its placeholders filled in.

        Whole numbers among ``values`` are written in the language's own way.

        Raises
        ------
        KeyError
            The catalogue has no such key, or a placeholder has no value.
        """
        entry = catalogue()[key][self.lang]
        if "|" in entry:
            singular, many = entry.split("|")
            entry = singular if values.get("n") == 1 else many
        return entry.format(**{name: self._shown(value) for name, value in values.items()})

    def translated(self, text: str) -> str:
        """Return a sentence of the program in this language; any other text as it is."""
        if self.lang == "en" or not isinstance(text, Sentence):
            return str(text)
        return text.rendered(lambda template: translations().get(template, template))

    def pick(self, title: Mapping[str, str]) -> str:
        """Return a bilingual title of a scenario, gate or stage in this language."""
        return printable(title[self.lang])

    def number(self, value: float | None, digits: int = 0, sign: bool = False) -> str:
        """Write a number: ``1,832.5`` in English, ``1.832,5`` in Vietnamese.

        ``digits`` are the decimals kept; ``sign`` writes the plus too. A missing, NaN or
        infinite value becomes a dash.
        """
        if value is None or not math.isfinite(value):
            return NOTHING
        shown = f"{round(value, digits) + 0.0:{'+' if sign else ''},.{digits}f}"
        shown = shown.replace("-", "\N{MINUS SIGN}")
        return shown.translate(str.maketrans(",.", ".,")) if self.lang == "vi" else shown

    def short(self, value: float) -> str:
        """Write a number with the decimals it has, at most six figures: ``2.5``, ``2,5``."""
        return self.number(value, len(f"{value:.6g}".partition(".")[2]))

    def percent(self, share: float | None, digits: int = 0) -> str:
        """Write a share of one: ``8.7%`` in English, ``8,7%`` in Vietnamese."""
        if share is None or not math.isfinite(share):
            return NOTHING
        return f"{self.number(100 * share, digits)}%"

    def duration(self, minutes: float) -> str:
        """Write days and hours: ``3 days``, ``1 day 6 h``; ``3 ngày``, ``1 ngày 6 giờ``."""
        days, hours = divmod(round(minutes / 60, 2), 24)
        parts = [self.text("duration.days", n=int(days))] if days or not hours else []
        if hours:
            parts.append(self.text("duration.hours", hours=self.short(hours)))
        return " ".join(parts)

    def date(self, day: dt.date) -> str:
        """Write a date: ``7 Jul 2025`` in English, ``07/07/2025`` in Vietnamese."""
        if self.lang == "vi":
            return f"{day:%d/%m/%Y}"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def period(self, first: dt.date, last: dt.date) -> str:
        """Write first to last day with what they share once: ``14–20 Jul 2025``."""
        if first == last:
            return self.date(last)
        if first.year != last.year:
            return f"{self.date(first)} – {self.date(last)}"
        if first.month != last.month:
            return f"{self.day(first)} – {self.date(last)}"
        return (
            f"{first:%d}–{self.date(last)}"
            if self.lang == "vi"
            else (f"{first.day}–{self.date(last)}")
        )

    def day(self, day: dt.date) -> str:
        """Write a date without its year, for axes: ``7 Jul``, ``07/07``."""
        return f"{day:%d/%m}" if self.lang == "vi" else f"{day.day} {_MONTHS[day.month - 1]}"

    def _shown(self, value: Any) -> Any:
        """Write whole numbers in the language's way, paths escaped, and leave the rest alone."""
        if isinstance(value, PurePath):
            return escaped(str(value))
        plain = isinstance(value, int) and not isinstance(value, bool)
        return self.number(value) if plain else value


# The C library's month names would depend on the machine.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# The safe loader on libyaml, ten times as fast as the one in Python.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


_STEERING = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Unicode categories of what a terminal obeys or cannot show."""


def printable(text: str) -> str:
    """Return a text on one line, without what would steer a terminal.

    Control characters and marks that turn the direction of writing go; spaces, tabs and
    line ends become one space.
    """
    steering = {"Cc", "Cf"}
    flat = " ".join(text.split())
    return "".join(sign for sign in flat if unicodedata.category(sign) not in steering)


def escaped(text: str, keep: str = "") -> str:
    r"""Return a text with what would steer a terminal as JSON escapes it: ``\u001b``.

    So are control characters but those of ``keep``, marks that turn the direction of writing,
    line separators, and bytes of a file's name that are no text.
    """
    if text.isprintable():
        return text
    return "".join(
        _unit_escapes(sign)
        if sign not in keep and unicodedata.category(sign) in _STEERING
        else sign
        for sign in text
    )


def _unit_escapes(sign: str) -> str:
    """Write a character as JSON does where letters are to be ASCII: by UTF-16 units."""
    units = sign.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def unaccented(text: str) -> str:
    """Return a text without the marks on its letters: ``mua vai`` for ``mùa vải``."""
    plain = text.translate(str.maketrans("đĐ", "dD"))  # which Unicode does not take apart
    apart = unicodedata.normalize("NFD", plain)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


@cache
def messages(lang: str = "en") -> Messages:
    """Return the messages of a language.

    Raises
    ------
    ValueError
        ``lang`` is neither ``en`` nor ``vi``.
    """
    if lang not in LANGUAGES:
        raise ArgumentError(
            Sentence(
                "no language {lang!r}; use {languages}", lang=lang, languages=" or ".join(LANGUAGES)
            )
        )
    return Messages(lang)


@dataclass(frozen=True)
class Topic:
    """Something to explain: its title, its text by language, and other words for it."""

    title: Mapping[str, str]
    texts: Mapping[str, str]
    also: tuple[str, ...]

    def paragraphs(self, lang: str) -> list[str]:
        """Return the text's paragraphs, each on one line."""
        return [" ".join(part.split()) for part in self.texts[lang].split("\n\n")]


@cache
def topics() -> dict[str, Topic]:
    """Return what can be explained, by name, in the order of ``topics.yaml``."""
    text = files("sim").joinpath("topics.yaml").read_text("utf-8")
    entries = yaml.load(text, Loader=_LOADER)  # noqa: S506
    return {
        name: Topic(entry["title"], {lang: entry[lang] for lang in LANGUAGES}, tuple(entry["also"]))
        for name, entry in entries.items()
    }


@cache
def translations() -> dict[str, str]:
    """Return the Vietnamese template of each English one of :class:`~sim.sentences.Sentence`."""
    text = files("sim").joinpath("vietnamese.yaml").read_text("utf-8")
    entries: dict[str, str] = yaml.load(text, Loader=_LOADER)  # noqa: S506
    return entries


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return all entries, key to language to text."""
    text = files("sim").joinpath("messages.yaml").read_text("utf-8")
    entries: dict[str, dict[str, str]] = yaml.load(text, Loader=_LOADER)  # noqa: S506
    return entries
