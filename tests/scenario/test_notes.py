"""Notes of evidence in one language or both: read, checked, stored and shown."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sim.errors import ScenarioError
from sim.messages import messages
from sim.report.text.evidence import note_text
from sim.results.inputs import inputs_table, marks
from sim.scenario import load
from tests.small import write_small

PATH = "gates.chi_ma.routes.main.stages.documents.service"


@pytest.fixture
def noted(tmp_path: Path) -> Path:
    """A scenario that extends the small one with a note to a service time."""
    write_small(tmp_path)
    return tmp_path / "noted.yaml"


def write(path: Path, note: str) -> Path:
    path.write_text(
        "format: 1\nextends: small.yaml\ntitle: {en: Noted, vi: Ghi chú}\ngates:\n  chi_ma:\n"
        "    routes:\n      main:\n        stages:\n          documents:\n"
        "            service: 12 min\n"
        f"            evidence: {{service: {{kind: assumption, note: {note}}}}}\n",
        "utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("{en: Guessed, vi: Ước đoán}", {"en": "Guessed", "vi": "Ước đoán"}),
        ("Guessed", {"en": "Guessed", "vi": "Guessed"}),
    ],
)
def test_a_note_is_shown_in_the_language_of_the_reader(
    noted: Path, note: str, shown: dict[str, str]
) -> None:
    """One that is in one language alone is shown as it is; stored results say the same."""
    scenario = load(write(noted, note))
    table = inputs_table(scenario)
    _, stored = marks(table)[PATH]
    assert stored is not None
    for lang, text in shown.items():
        assert note_text(scenario.evidence_of(PATH), messages(lang)) == text
        assert note_text(stored, messages(lang)) == text


def test_tables_of_older_results_are_read(noted: Path) -> None:
    """They have no column for Vietnamese."""
    table = inputs_table(load(write(noted, "{en: Guessed, vi: Ước đoán}"))).drop("note_vi")
    _, stored = marks(table)[PATH]
    assert stored is not None
    assert note_text(stored, messages("vi")) == "Guessed"


@pytest.mark.parametrize("note", ["{en: Guessed}", "{en: Guessed, vn: Ước đoán}", "[a]"])
def test_half_a_note_is_refused_at_its_line(noted: Path, note: str) -> None:
    """Both languages, or one text."""
    with pytest.raises(ScenarioError) as caught:
        load(write(noted, note))
    assert {problem.line for problem in caught.value.problems} == {11}


def test_shipped_notes_are_in_both_languages() -> None:
    """Each assumption of the baseline says in Vietnamese what it rests on."""
    scenario = load("baseline-2025")
    alone = [path for path, known in scenario.evidence.items() if isinstance(known.note, str)]
    assert [path for path in alone if scenario.evidence[path].note] == []
    table = inputs_table(scenario).filter(pl.col("note") != "")
    assert table.filter(pl.col("note_vi") == "").is_empty()
