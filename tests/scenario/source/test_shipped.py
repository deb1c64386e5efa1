"""Scenarios by name: the shipped ones anywhere, the user's own, and what a name must not hide."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import sim
from sim.scenario import ScenarioError, Variants
from sim.scenario.source.shipped import OBSERVED, is_shipped, shipped
from sim.validate import read_observed
from tests.shipped import FILES, FOLDER
from tests.small import write_small

pytestmark = pytest.mark.smoke


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, made the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problem(name: str) -> str:
    """What is said of a scenario that cannot be loaded, on one line."""
    with pytest.raises(ScenarioError) as caught:
        sim.load(name)
    (one,) = caught.value.problems
    return f"{one.code}: {one.message}; {one.hint}"


def test_every_shipped_file_has_a_name(here: Path) -> None:
    """Each scenario and each file of observed figures is found by its name without the ending."""
    assert list(shipped()) == sorted(path.stem for path in FILES)
    observed = sorted(path.stem for path in (FOLDER / "observed").glob("*.csv"))
    assert list(shipped(OBSERVED)) == observed
    assert all(map(is_shipped, shipped().values()))


def test_a_name_is_the_same_scenario_anywhere(here: Path) -> None:
    """By name, in an empty folder: the values, the name and the hash of the file itself."""
    named, given = sim.load("chi-ma-international"), sim.load(FOLDER / "chi-ma-international.yaml")
    assert (named.hash, named.name) == (given.hash, given.name)
    assert Variants.of("chi-ma-international").base.hash == given.hash
    assert named.warnings == ()


def test_observed_figures_are_found_by_name(here: Path) -> None:
    """``read_observed`` takes a name as the command does."""
    plan = sim.build_plan(sim.load("baseline-2025", set={"run.days": 1}))
    given = read_observed(FOLDER / "observed" / "july-2025.csv", plan)
    assert read_observed("july-2025", plan) == given
    assert read_observed("scenarios/observed/july-2025.csv", plan) == given


def test_a_path_that_exists_goes_before_a_name(here: Path) -> None:
    """A file called like a shipped scenario, without an ending, is that file."""
    small, _ = write_small(here)
    small.rename(here / "baseline-2025")
    assert sim.load("baseline-2025").model.title.en == "Small border"


@pytest.mark.parametrize("written", ["scenarios/tutorial.yaml", "tutorial.yaml"])
def test_a_path_of_a_checkout_works_outside_with_a_warning(here: Path, written: str) -> None:
    """What README writes works everywhere; that it is not the user's own file is said."""
    scenario = sim.load(written)
    assert scenario.hash == sim.load("tutorial").hash
    assert [(one.code, one.file) for one in scenario.warnings] == [("shipped-instead", written)]
    assert Variants.of(written).base.warnings == scenario.warnings


@pytest.mark.parametrize("written", ["scenarios/none.yaml", "elsewhere/tutorial.yaml", "../x.yaml"])
def test_other_paths_that_lead_nowhere_are_errors(here: Path, written: str) -> None:
    """Only the paths of a checkout mean shipped files."""
    assert problem(written).startswith("no-such-file: ")


@pytest.mark.parametrize("folder", [".", "scenarios"])
def test_own_scenarios_have_names(here: Path, folder: str) -> None:
    """A file in the current folder or in ``scenarios`` is found by its name."""
    (here / "scenarios").mkdir()
    small, more = write_small(here / folder)
    assert sim.load("more").path == more.relative_to(here)
    assert sim.load("small").hash == sim.load(small).hash


def test_a_name_of_two_different_files_is_refused(here: Path) -> None:
    """Which one is meant is not guessed, and both paths are named."""
    write_small(here)
    (here / "scenarios").mkdir()
    changed = (here / "small.yaml").read_text("utf-8").replace("Small border", "Another")
    (here / "scenarios" / "small.yaml").write_text(changed, "utf-8")
    said = problem("small")
    assert said.startswith("ambiguous-name: several files that differ have the name 'small': ")
    assert "small.yaml, scenarios/small.yaml; write the path" in said
    (here / "tutorial.yaml").write_text(changed, "utf-8")
    assert "ambiguous-name" in problem("tutorial")


def test_copies_of_one_file_are_no_two(here: Path) -> None:
    """In an unpacked copy of the project, names mean the files there."""
    shutil.copytree(FOLDER, here / "scenarios")
    assert sim.load("tutorial").path == Path("scenarios/tutorial.yaml")
    assert sim.load("green-city").hash == sim.load(FOLDER / "green-city.yaml").hash


def test_a_folder_of_the_name_is_in_nobodys_way(here: Path) -> None:
    """A sweep's folder may be called like its scenario; another folder is no scenario."""
    (here / "tutorial").mkdir()
    (here / "other").mkdir()
    assert sim.load("tutorial").name == "tutorial"
    assert problem("other").startswith("not-a-file: this is a folder")


@pytest.mark.parametrize(
    ("name", "hint"),
    [("baselin-2025", "did you mean 'baseline-2025'? langson list"), ("zzzz", "langson list")],
)
def test_an_unknown_name_gets_near_names(here: Path, name: str, hint: str) -> None:
    """The names that there are, those of one's own included, are the choice."""
    assert problem(name) == f"no-such-name: there is no scenario '{name}'; {hint} shows all names"
    (here / "zzz-z.yaml").write_text("format: 1", "utf-8")
    assert "did you mean 'zzz-z'?" in problem("zzzz-z")


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "*", "[a-z]*"])
def test_no_name_leads_to_a_fault(here: Path, name: str) -> None:
    """Names too long for a file system, or that mean patterns elsewhere, are unknown names."""
    assert problem(name).startswith("no-such-name")


def test_extends_takes_names(here: Path) -> None:
    """A file that extends a shipped scenario by name loads wherever langson is installed."""
    path = here / "mine.yaml"
    path.write_text("format: 1\nextends: baseline-2025\ntitle: {en: Mine, vi: Mine}\n", "utf-8")
    assert sim.load(path).hash == _titled(sim.load("baseline-2025")).hash
    write_small(here)
    path.write_text("format: 1\nextends: [small]\n", "utf-8")
    assert sim.load(path).hash == sim.load("small").hash


def test_a_file_can_extend_the_shipped_one_of_its_own_name(here: Path) -> None:
    """Its own name in ``extends`` cannot mean the file itself."""
    path = here / "tutorial.yaml"
    path.write_text("format: 1\nextends: tutorial\nrun: {days: 2}\n", "utf-8")
    assert sim.load(path).hash == sim.load(FOLDER / "tutorial.yaml", set={"run.days": 2}).hash


def test_extends_refuses_unknown_names_where_they_stand(here: Path) -> None:
    """File, line and column, and a name that is near."""
    path = here / "mine.yaml"
    path.write_text("format: 1\nextends: baselin-2025\n", "utf-8")
    with pytest.raises(ScenarioError) as caught:
        sim.load(path)
    (one,) = caught.value.problems
    assert (one.file, one.line, one.column, one.code) == (str(path), 2, 10, "no-such-name")
    assert "did you mean 'baseline-2025'?" in one.hint


def _titled(scenario: sim.Scenario) -> sim.Scenario:
    """The same scenario with another title."""
    return sim.load(scenario.path, set={"title.en": "Mine", "title.vi": "Mine"})
