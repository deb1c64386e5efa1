"""Sentences that state a fact of the program agree with the constant that makes it so."""

from __future__ import annotations

import re

import pytest

from sim.cli.errors import MET
from sim.compare import precision
from sim.compare import warm_up as warmup
from sim.compare.benefit import _DAYS
from sim.compare.paired import ADJUSTMENT
from sim.measures.bulletin import BULLETIN
from sim.messages import LANGUAGES, catalogue, topics
from sim.plan import OUTCOMES
from sim.results.estimates import INTERVAL_KIND
from sim.scenario.schema.base import Kind
from sim.scenario.schema.economics import MoneyBlock
from sim.scenario.schema.model import UpgradeBlock

TOPICS = topics()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_stopping_rule(lang: str) -> None:
    """Least replications, and those that a stop must hold for."""
    text = TOPICS["replications"].texts[lang]
    assert {str(precision.LEAST), str(precision.AHEAD)} <= set(re.findall(r"\d+", text))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_warm_up_pilot(lang: str) -> None:
    """Days of the pilot run."""
    assert str(warmup.PILOT) in re.findall(r"\d+", TOPICS["warm-up"].texts[lang])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_exit_code_of_a_condition(lang: str) -> None:
    """The code with which a met condition ends."""
    first = TOPICS["fail-if"].texts[lang].split(":")[0] + TOPICS["fail-if"].texts[lang]
    assert re.search(rf"(exit code|mã) {MET}\b", first)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_days_of_a_year(lang: str) -> None:
    """Days that a day's saving is taken times."""
    assert f"{_DAYS:.0f}" in re.findall(r"\d+", TOPICS["benefit"].texts[lang])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_adjustment(lang: str) -> None:
    """How intervals of several alternatives hold together."""
    assert ADJUSTMENT in TOPICS["pairing"].texts[lang]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_kind_of_interval(lang: str) -> None:
    """The text on ± names whose interval is computed."""
    authors = {"student": {"Student"}, "johnson": {"Student", "Johnson"}}[INTERVAL_KIND]
    text = TOPICS["half-width"].texts[lang]
    assert {name for name in ("Student", "Johnson", "Hall") if name in text} == authors
    assert all(name in catalogue()[f"interval.{INTERVAL_KIND}"][lang] for name in authors)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_kinds_of_evidence(lang: str) -> None:
    """All kinds that a file may state, and no other."""
    text = TOPICS["evidence"].texts[lang]
    assert all(kind in text for kind in Kind.__args__)
    assert {f"report.evidence.{kind}" for kind in Kind.__args__} == {
        key for key in catalogue() if key.startswith("report.evidence.")
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_keys_of_prices(lang: str) -> None:
    """Keys of the scenario that the text on benefit names exist."""
    keys = re.findall(r"`(\w+)`", TOPICS["benefit"].texts[lang])
    fields = {*MoneyBlock.model_fields, *UpgradeBlock.model_fields}
    assert set(keys) <= fields


def test_hour_of_the_bulletin() -> None:
    """The hour named in titles and topics is the one at which the bulletin closes."""
    assert BULLETIN == 20 * 60
    assert "20:00" in TOPICS["backlog"].texts["en"]


def test_outcomes_have_words() -> None:
    """Each way in which a vehicle can end has its words in playback and method."""
    assert {f"play.outcome.{one}" for one in OUTCOMES} <= set(catalogue())


def test_chance_is_called_by_its_name() -> None:
    """Readers are told of random numbers, not of luck."""
    texts = [text for entry in catalogue().values() for text in entry.values()]
    texts += [text for topic in TOPICS.values() for text in topic.texts.values()]
    quaint = re.compile(r"\bluck|unlucky|may rủi|kém may|nhờ may|rút thăm|hạt giống", re.IGNORECASE)
    assert [text for text in texts if quaint.search(text)] == []


def test_pareto_is_not_called_efficiency() -> None:
    """In appraisal "efficient" means worth the money; the report says not dominated."""
    entries = {key: entry for key, entry in catalogue().items() if ".cost_benefit." in key}
    assert entries
    for entry in entries.values():
        assert "fficient" not in entry["en"]
        assert "iệu quả" not in entry["vi"]
    assert "Pareto" in catalogue()["report.cost_benefit.efficient"]["en"]
