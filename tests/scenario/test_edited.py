"""A scenario edited in memory is the one that loading its files anew would give."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sim
from sim.errors import ArgumentError, ScenarioError
from sim.scenario.source.shipped import shipped

NAMES = sorted(shipped())
WORDS = ("unlimited", "vietnam", "export", "nonsense", "2027", "2027-07", "-3", "07:00-19:00")
AMOUNTS = (0, 1, 3, 40, "12 min", "30 %", "2 days", "150 trucks/day", "uniform(1 h, 2 h)")
VALUES = st.sampled_from((*WORDS, *AMOUNTS, None, True, [], {"import": 5}))
KEYS = ("servers", "service", "share", "volume", "slots", "priority", "hours", "days", "nonsense")

_loaded: dict[str, sim.Scenario] = {}


def loaded(name: str) -> sim.Scenario:
    """Each shipped scenario, loaded once: an edit must not change it."""
    return _loaded.setdefault(name, sim.load(name))


def outcome(make: Any) -> object:
    """What a scenario is, or all that is said of what is wrong with it."""
    try:
        scenario = make()
    except ScenarioError as error:
        return [(p.code, p.file, p.line, p.column, p.message, p.hint) for p in error.problems]
    return (
        scenario.name,
        scenario.path,
        repr(scenario.model),
        scenario.warnings,
        scenario.resolved(),
        scenario.settings,
        sorted(scenario.data),
        {path: scenario.origin(path) for path in scenario.leaves()},
        scenario.assumptions(),
    )


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A scenario's name, values set when it is loaded, and values it is edited by."""
    name = draw(st.sampled_from(NAMES))
    paths = sorted(loaded(name).leaves())
    path = st.sampled_from(paths) | st.builds(
        lambda path, key: ".".join((*path.split(".")[:-1], key)),
        st.sampled_from(paths),
        st.sampled_from(KEYS),
    )
    old = st.fixed_dictionaries({}, optional={"run.days": st.just(5), "run.year": st.just(2028)})
    return name, draw(old), draw(st.dictionaries(path, VALUES, min_size=1, max_size=3))


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits())
def test_an_edited_scenario_is_the_one_loaded_anew_with_its_errors_and_their_lines(
    case: tuple[str, dict[str, Any], dict[str, Any]],
) -> None:
    """Whatever is set: equal values, warnings, origins; or the same errors at the same places."""
    name, before, after = case
    try:
        base = sim.load(name, set=before)
    except ScenarioError:
        return
    kept = {path: value for path, value in before.items() if path not in after}
    edited = outcome(lambda: base.edited(after))
    assert edited == outcome(lambda: sim.load(name, set=kept | after))
    assert edited == outcome(lambda: base.edited(after))  # the first edit has left no trace


def test_edits_follow_one_another_and_the_last_of_a_path_holds() -> None:
    """Ten moves of a slider are the last one; the scenario that was edited stays as it was."""
    base = sim.load("baseline-2025", set=["run.days=3"])
    path = "gates.huu_nghi.routes.r1119_1120.stages.gate_in.servers"
    before = outcome(lambda: base)
    moved = base
    for servers in range(1, 10):
        moved = moved.edited({path: servers})
    last = moved.edited([f"{path}=7"])
    assert outcome(lambda: last) == outcome(
        lambda: sim.load("baseline-2025", set=["run.days=3", f"{path}=7"])
    )
    assert [setting.path for setting in last.settings] == ["run.days", path]
    assert outcome(lambda: base) == before


def test_blocks_that_an_edit_does_not_touch_are_the_very_same(tmp_path: Path) -> None:
    """Only the stage that is set, and what it stands in, is validated anew."""
    base = sim.load("baseline-2025")
    moved = base.edited({"gates.huu_nghi.routes.r1119_1120.stages.gate_in.servers": 9})
    gates, edited = base.model.gates, moved.model.gates
    assert all(edited[name] is gates[name] for name in gates if name != "huu_nghi")
    stages = gates["huu_nghi"].routes["r1119_1120"].stages
    again = edited["huu_nghi"].routes["r1119_1120"].stages
    assert all(again[name] is stages[name] for name in stages if name != "gate_in")
    assert again["gate_in"].servers == 9
    assert moved.model.economics is base.model.economics


def test_a_data_file_that_an_edit_names_is_read_and_its_mistakes_said_each_time(
    tmp_path: Path,
) -> None:
    """An edit that fails leaves nothing behind: the second says what the first said."""
    scenario = Path(sim.load("tutorial").path)
    copy = tmp_path / "small.yaml"
    copy.write_text(scenario.read_text("utf-8"), "utf-8")
    (tmp_path / "times.csv").write_text("minutes\n1\n2\n3\n", "utf-8")
    (tmp_path / "bad.csv").write_text("minutes\n1\nx\n", "utf-8")
    base = sim.load(copy)
    path = next(path for path in base.leaves() if path.endswith(".service"))
    for text in ("empirical(times.csv)", "empirical(bad.csv)", "empirical(none.csv)"):
        values: Mapping[str, Any] = {path: text}
        first = outcome(lambda values=values: base.edited(values))
        assert first == outcome(lambda values=values: sim.load(copy, set=values))
        assert first == outcome(lambda values=values: base.edited(values))


def test_a_restored_scenario_cannot_be_edited_and_says_so() -> None:
    """Only the shape of restored values is known, not the files they came from."""
    base = sim.load("tutorial")
    from sim.scenario import restore
    from sim.scenario.compose.pinning import Beside

    known = restore("tutorial", base.resolved(), {}, "folder", Beside(Path()))
    with pytest.raises(ArgumentError, match=r"sim\.load\(path\)"):
        known.edited({"run.days": 3})


def test_a_step_of_a_slider_gives_the_bits_of_a_run_of_all_gates_loaded_anew() -> None:
    """One gate alone, edited, with the draws of before: its times are those of the whole border."""
    path = "gates.huu_nghi.routes.r1119_1120.stages.gate_in.servers"
    days = {"run.days": 1, "run.warm_up": "0 days"}
    base = sim.load("baseline-2025", set=days | {"run.gates": ["huu_nghi"]})
    workload = sim.draw(sim.build_plan(base), replication=3)
    plan = sim.build_plan(base.edited({path: 1}))
    moved = sim.measure(sim.simulate(plan, workload), plan).tables["headline"]
    whole = sim.build_plan(sim.load("baseline-2025", set=days | {path: 1}))
    log = sim.simulate(whole, sim.draw(whole, replication=3))
    measured = sim.measure(log, whole).tables["headline"]
    assert moved.filter(gate="huu_nghi").equals(measured.filter(gate="huu_nghi"))
    before = sim.measure(sim.simulate(sim.build_plan(base), workload), sim.build_plan(base))
    assert not moved.equals(before.tables["headline"])
