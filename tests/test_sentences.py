"""Sentences of the program: English for Python, another language for the reader."""

from __future__ import annotations

import copy
import pickle

import pytest

from sim.errors import ScenarioError, UnitError
from sim.messages import messages
from sim.sentences import Sentence, first_match
from sim.units import parse_duration


def german(template: str) -> str:
    """Translate two templates."""
    words = {"{value} is not {what}": "{value} ist nicht {what}", "a duration": "eine Dauer"}
    return words.get(template, template)


def test_a_sentence_is_its_english_text() -> None:
    """Errors read as plain text, whatever values they were made of."""
    sentence = Sentence("{value} is not {what}", value="'x'", what=Sentence("a duration"))
    assert sentence == "'x' is not a duration"
    assert str(UnitError(sentence)) == "'x' is not a duration"


def test_sentences_inside_a_sentence_are_translated_with_it() -> None:
    """A value that is a sentence, or an error with one, follows; any other stays as it is."""
    inner = Sentence("{value} is not {what}", value="a duration", what=Sentence("a duration"))
    outer = Sentence("line {line}: {error}", line=3, error=UnitError(inner))
    assert outer.rendered(german) == "line 3: a duration ist nicht eine Dauer"


@pytest.mark.parametrize("again", [copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))])
def test_a_sentence_travels_between_processes(again: object) -> None:
    """What a worker refuses is translated where it is read."""
    sentence = Sentence("{value} is not {what}", value="'x'", what=Sentence("a duration"))
    travelled = again(sentence)  # type: ignore[operator]
    assert travelled == sentence
    assert travelled.rendered(german) == "'x' ist nicht eine Dauer"


def test_numbers_with_a_format_have_a_decimal_comma() -> None:
    """1,832.5 is 1.832,5 to a Vietnamese reader; what was typed stays as typed."""
    sentence = Sentence("{size:,.1f} of {typed}, {line}", size=1832.5, typed="1.5 h", line=1200)
    assert sentence == "1,832.5 of 1.5 h, 1200"
    assert sentence.rendered(str) == "1.832,5 of 1.5 h, 1200"


def test_braces_without_values_are_text() -> None:
    """Examples of YAML stand in a sentence as they are typed."""
    assert Sentence("write {en: …, vi: …}").rendered(str) == "write {en: …, vi: …}"


def test_texts_of_libraries_are_recognised() -> None:
    """The first template that fits gives the values back."""
    found = first_match("No such option: --x", ["Missing {name}.", "No such option: {name}"])
    assert found is not None
    assert found.values == {"name": "--x"}
    assert first_match("something else", ["No such option: {name}"]) is None


def test_english_readers_get_the_english_text() -> None:
    """The message of an error is a plain text in English, and never lacks a language."""
    with pytest.raises(UnitError) as caught:
        parse_duration("12")
    assert messages("en").translated(caught.value.message) == str(caught.value)
    assert str(ScenarioError([])) == ""
