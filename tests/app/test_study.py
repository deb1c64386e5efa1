"""A study is a scenario file: the page's numbers are those of a run of that file."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

import sim

pytest.importorskip("uvicorn", reason="needs the extra app")

from sim.app.answers import Answers, Question
from sim.app.study import Closure, Option, Study, overlay
from tests.small import SMALL


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    """Return answers in a folder of their own, over a small border that shuts on holidays."""
    (tmp_path / "app" / "options").mkdir(parents=True)
    border = tmp_path / "border.yaml"
    shut = SMALL.replace("hours: 07:00-19:00", "hours: 07:00-19:00, country: vietnam")
    border.write_text(shut, "utf-8")
    return Answers(tmp_path / "app", (str(border),))


@pytest.fixture
def study(answers: Answers) -> Study:
    """Return a study in which nothing is moved."""
    return Study(base=answers.files[0], gate="chi_ma")


@pytest.mark.parametrize("seed", range(10))
def test_numbers_are_those_of_a_run_of_the_saved_file(
    answers: Answers, study: Study, seed: int
) -> None:
    """Ten random edits: every table of the page equals that of ``sim.run`` on the file."""
    draw = random.Random(seed)
    known = answers.controls(study)
    moved = {}
    for name in draw.sample(sorted(known), 2):
        control = known[name]
        steps = round((control.high - control.low) / control.step)
        moved[name] = control.low + control.step * draw.randint(0, steps)
    closed = Closure(side="vietnam", first="2025-07-09", last="2025-07-09")
    option = Option(moved=moved, closures=(closed,) if seed % 2 else ())
    study = study.model_copy(update={"option": option})
    file = answers.folder / "edit.yaml"
    base = answers.scenario(study.base)
    file.write_text(overlay(base, [], option, answers.controls(study), answers.folder), "utf-8")
    shown = answers._result(study, option, "all", None)
    run = sim.run(sim.load(file))
    for name, table in run.tables.items():
        assert_frame_equal(shown.tables[name], table)


def test_the_rough_answer_is_the_gate_of_the_full_one(answers: Answers) -> None:
    """One replication of the gate alone has the times it has beside the others."""
    study = Study(base="baseline-2025", gate="chi_ma")
    rough = answers._result(study, Option(), "gate", 1).tables["gates"]
    whole = sim.run(sim.load("baseline-2025"), 1).tables["gates"].filter(gate="chi_ma")
    assert_frame_equal(rough.filter(gate="chi_ma"), whole, categorical_as_str=True)


def test_a_saved_file_says_what_was_moved_and_from_what(answers: Answers, study: Study) -> None:
    """Each moved value carries the value before it, as an assumption; closures have dates."""
    known = answers.controls(study)
    name = next(name for name in known if name.endswith(".servers"))
    closed = Closure(side="vietnam", first=dt.date(2025, 7, 9), last=dt.date(2025, 7, 10))
    option = Option(title="Ba quầy", moved={name: known[name].base + 1}, closures=(closed,))
    study = study.model_copy(update={"option": option})
    (kept,) = answers.of(Question("keep", study, "ba-quay"))
    scenario = sim.load(answers.folder / "saved" / kept["saved"])
    assert scenario.model.title.vi == "Ba quầy"
    assert scenario.inputs()[name] == f"{known[name].base + 1:g}"
    note = scenario.evidence_of(name).note
    assert note.en == f"Set in the app; {known[name].base:g} before."
    assert note.vi == f"Đặt trong ứng dụng; trước đó là {known[name].base:g}."
    assert scenario.inputs()["countries.vietnam.holidays.closure_1.end"] == "2025-07-10"
    assert kept["command"].startswith("langson compare ")
    assert (answers.folder.parent / kept["folder"] / "report.html").is_file()
    assert (answers.folder.parent / kept["folder"] / kept["workbook"]).is_file()


def test_controls_have_base_range_and_evidence(answers: Answers) -> None:
    """Each slider holds its base value between its ends and says where that comes from."""
    scenario = sim.load("baseline-2025")
    known = answers.controls(Study(base="baseline-2025", gate="tan_thanh"))
    groups = {control.group for control in known.values() if control.gate == "tan_thanh"}
    assert groups == {"decision", "china", "demand", "uncertain"}
    for control in known.values():
        assert control.low <= control.base <= control.high
        assert control.low < control.high
        assert control.place
        for language in ("en", "vi"):
            assert control.title[language]
    bays = "gates.tan_thanh.routes.r1088_2_1089.stages.china_bay.servers"
    assert known[bays].group == "china"
    assert known[bays].base == float(scenario.inputs()[bays])


def test_a_control_at_its_base_changes_nothing(answers: Answers) -> None:
    """What a control writes at its base value is what stands in the scenario."""
    scenario = sim.load("baseline-2025")
    for control in answers.controls(Study(base="baseline-2025", gate="chi_ma")).values():
        if control.gate == "chi_ma":
            again = scenario.edited(control.settings(control.base))
            assert again.model.gates["chi_ma"] == scenario.model.gates["chi_ma"], control.name


def test_a_closure_that_would_shut_nothing_is_refused(answers: Answers, study: Study) -> None:
    """No calendar of the small border keeps Chinese holidays."""
    closed = Closure(side="china", first=dt.date(2025, 7, 9), last=dt.date(2025, 7, 9))
    study = study.model_copy(update={"option": Option(closures=(closed,))})
    with pytest.raises(sim.ArgumentError, match="no calendar is shut on holidays of china"):
        list(answers.of(Question("answer", study)))


def test_an_unknown_control_is_refused(answers: Answers, study: Study) -> None:
    """A study that moves what the scenario has not says so."""
    study = study.model_copy(update={"option": Option(moved={"run.days": 3})})
    with pytest.raises(sim.ArgumentError, match=r"no control 'run.days'"):
        list(answers.of(Question("answer", study)))
