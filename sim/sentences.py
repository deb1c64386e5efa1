"""Sentences that the program says in English and that have a translation.

A :class:`Sentence` is its English text, so errors read as they always did from Python. Beside the
text it keeps the template and the values that were put in, from which
:meth:`sim.messages.Messages.translated` writes it in another language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from string import Formatter
from typing import Any, Self

__all__ = ["NOTHING", "Sentence", "first_match"]


class Sentence(str):
    """English text made of a ``template`` and named ``values``; also a plain ``str``.

    ``Sentence("no gate '{gate}'", gate=gate)`` is formatted as by :meth:`str.format`; without
    values the template is the text, braces and all. A value that is a Sentence, or an error whose
    message is one, is translated with it; any other is shown as it is.

    The translation of each template stands in ``sim/translations``.
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> Self:
        kept = {name: _text_of(value) for name, value in values.items()}
        sentence = super().__new__(cls, template.format(**kept) if kept else template)
        sentence.template, sentence.values = template, kept
        return sentence

    def __reduce__(self) -> tuple[Callable[..., Sentence], tuple[str, dict[str, Any]]]:
        return _restored, (self.template, self.values)

    def rendered(self, translation: Callable[[str], str]) -> str:
        """Return the sentence with ``translation`` of its template and of sentences in it.

        Numbers are written as where a comma stands before the decimals.
        """
        template = translation(self.template)
        if not self.values:
            return template
        values = {
            name: value.rendered(translation) if isinstance(value, Sentence) else value
            for name, value in self.values.items()
        }
        return _DECIMAL_COMMA.vformat(template, (), values)


class _DecimalComma(Formatter):
    """Writes numbers that have a format with a decimal comma, and a point between thousands."""

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(super().format_field(value, format_spec))
        is_number = isinstance(value, int | float) and format_spec != ""
        return text.translate(_SWAPPED) if is_number else text


_DECIMAL_COMMA = _DecimalComma()
_SWAPPED = str.maketrans(",.", ".,")

#: The absence of a sentence, as where there is no remedy.
NOTHING = Sentence("")


def first_match(text: str, templates: Iterable[str]) -> Sentence | None:
    """Return the text as a sentence of the first template that it can have come from.

    For texts of other libraries, of which no more than the text is known.
    """
    for template in templates:
        match = _pattern(template).fullmatch(text)
        if match is not None:
            return Sentence(template, **match.groupdict())
    return None


def _restored(template: str, values: dict[str, Any]) -> Sentence:
    return Sentence(template, **values)


def _text_of(value: Any) -> Any:
    """Return the message of an error, which may not travel between processes; else the value."""
    if not isinstance(value, BaseException):
        return value
    message = value.args[0] if value.args else ""
    return message if isinstance(message, Sentence) else str(value)


@lru_cache
def _pattern(template: str) -> re.Pattern[str]:
    """Compile what matches the texts of a template, each value at least a character long."""
    parts = Formatter().parse(template)
    return re.compile(
        "".join(
            re.escape(text) + (f"(?P<{name}>.+)" if name else "") for text, name, _, _ in parts
        ),
        re.DOTALL,
    )
