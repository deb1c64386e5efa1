"""``langson explain``: short texts on the words that tables and warnings use."""

from __future__ import annotations

import unicodedata

import pytest

from sim.catalogue import MEASURES, Measure
from sim.messages import LANGUAGES, messages, topics, unaccented
from sim.workload import METHOD
from tests.cli.conftest import Langson

TOPICS = topics()


def test_lists_topics(langson: Langson) -> None:
    """Without a topic all are listed, one a line, with what they are about."""
    result = langson("explain")
    assert result.exit_code == 0
    lines = [line.split(maxsplit=1) for line in result.stdout.splitlines()]
    assert [line[0] for line in lines] == list(TOPICS)
    assert [line[1].strip() for line in lines] == [topic.title["en"] for topic in TOPICS.values()]


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_explains(langson: Langson, monkeypatch: pytest.MonkeyPatch, topic: str, lang: str) -> None:
    """Every topic prints its whole text in the language asked for, within 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    result = langson("explain", topic, "--lang", lang)
    assert result.exit_code == 0
    shown = " ".join(result.stdout.split())
    text = " ".join((TOPICS[topic].title[lang] + " " + TOPICS[topic].texts[lang]).split())
    assert shown.startswith(text)
    assert (shown == text) == (topic != "measures")  # which lists the catalogue below
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("written", ["Warm-up", "warm_up", "warm up", "MSER"])
def test_topics_by_other_words(langson: Langson, written: str) -> None:
    """Capitals, spaces and other words for a topic find it."""
    assert TOPICS["warm-up"].title["en"] in langson("explain", written).stdout


@pytest.mark.parametrize("written", ["chờ", "cho", "CHỜ", unicodedata.normalize("NFD", "chờ")])
def test_topics_with_and_without_tones(langson: Langson, written: str) -> None:
    """A Vietnamese word finds its topic as it is written and as it is typed in haste."""
    assert TOPICS["wait"].title["en"] in langson("explain", written).stdout


def test_other_words_are_written_without_tones() -> None:
    """Words for topics are compared without tones, so one with them would never be found."""
    also = [word for topic in TOPICS.values() for word in topic.also]
    assert [word for word in also if word != unaccented(word)] == []


def test_no_word_stands_for_two_topics() -> None:
    """What a reader types names one topic, or the first that lists it would hide the other."""
    names = [name for topic in TOPICS for name in (topic, *TOPICS[topic].also)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("written", ["crn", "CRN", "common random numbers", "seed"])
@pytest.mark.parametrize(("lang", "term"), [("en", "common random numbers"), ("vi", "chung")])
def test_common_random_numbers_are_explained(
    langson: Langson, written: str, lang: str, term: str
) -> None:
    """Under the field's terms stands what they mean, with the generator that is really used."""
    shown = " ".join(langson("explain", written, "--lang", lang).stdout.split())
    assert term in shown
    assert METHOD in shown
    assert "discrete-event" in shown or "sự kiện rời rạc" in shown


def test_unknown_topic(langson: Langson) -> None:
    """A slip is bad use and gets a hint."""
    result = langson("explain", "pairng")
    assert result.exit_code == 2
    assert "no topic 'pairng'; did you mean 'pairing'?" in result.stderr


@pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda m: m.id)
def test_every_measure_is_explained(langson: Langson, measure: Measure) -> None:
    """Whoever asks for a name, as it is written or as a column, gets the topic that defines it."""
    for name in (measure.id, measure.path):
        shown = langson("explain", name).stdout
        assert measure.name in shown or TOPICS["cost"].title["en"] in shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_measure_is_listed(langson: Langson, lang: str) -> None:
    """The topic lists the whole catalogue, with a title in the reader's language."""
    shown = langson("explain", "measures", "--lang", lang).stdout
    for measure in MEASURES.values():
        assert measure.name in shown
        assert (
            messages(lang).text(f"measure.{measure.name}", limit="2 h").split(" (")[0][:12] in shown
        )
