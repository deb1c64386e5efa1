"""The memory of a run is estimated before it starts, told, and refused where it is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.errors import ScenarioError
from sim.memory import available_memory, bytes_text
from sim.plan import build_plan, estimate_memory, memory_problem
from tests.small import write_small

BASELINE = Path(__file__).parents[2] / "scenarios" / "baseline-2025.yaml"


@pytest.mark.parametrize("name", ["tutorial", "baseline-2025", "gate-choice"])
def test_visits_are_as_many_as_are_drawn(name: str) -> None:
    """Expected vehicles and visits lie within a tenth of those of a replication."""
    path = BASELINE.with_name(f"{name}.yaml")
    plan = build_plan(sim.load(path, set={"run.warm_up": "0 days", "run.days": 10}))
    estimate, workload = estimate_memory(plan), sim.draw(plan, 0)
    assert estimate.visits == pytest.approx(len(workload.service), rel=0.1)
    assert estimate.vehicles == pytest.approx(workload.vehicles, rel=0.1)


def test_ten_years_of_all_gates_take_gigabytes() -> None:
    """So much more than a year as there are more days; each process and log adds its own."""
    year, decade = (
        estimate_memory(build_plan(sim.load(BASELINE, set={"run.days": days})))
        for days in (365, 3650)
    )
    assert 1e9 < year.run(1, 1) < 2.5e9  # measured: 1.6 GiB with tables, pictures and report
    assert decade.visits / year.visits == pytest.approx(10.0, rel=0.05)
    assert decade.run(1, 1) > 10e9
    assert year.run(4, 0) > 4 * year.replication


@pytest.fixture
def small(tmp_path: Path) -> sim.Scenario:
    """A small border."""
    return sim.load(write_small(tmp_path)[0])


def test_a_run_beyond_memory_is_refused(
    small: sim.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it starts, with the figure, the place of the days and a remedy."""
    monkeypatch.setattr("sim.plan.memory.available_memory", lambda: 100_000_000)
    with pytest.raises(ScenarioError) as caught:
        sim.run(small, 2)
    (problem,) = caught.value.problems
    assert (problem.code, problem.level) == ("beyond-memory", "error")
    assert problem.message.startswith("run.days: a run of 4 days with about ")
    assert "would take 150 MB of memory, and 100 MB can be had" in problem.message
    assert "simulate fewer days" in problem.hint
    assert "days: 3" in problem.excerpt


def test_fewer_processes_are_the_first_remedy(
    small: sim.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one process would do, that is said."""
    monkeypatch.setattr("sim.plan.memory.available_memory", lambda: 400_000_000)
    with pytest.raises(ScenarioError, match=r"in 2 processes.*use fewer --jobs"):
        sim.run(small, 2, jobs=2)
    assert memory_problem(small, build_plan(small)) is None


def test_memory_that_nobody_knows_refuses_nothing(
    small: sim.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a system that does not say what it has, a run is tried."""
    monkeypatch.setattr("sim.plan.memory.available_memory", lambda: None)
    assert sim.run(small, 1).replications == (0,)


def test_groups_limit_what_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tightest control group above this process counts, in both versions."""
    real = available_memory()
    assert real is None or real > 0
    monkeypatch.setattr("sim.memory._CGROUPS", tmp_path)
    group = tmp_path / "a" / "b"
    group.mkdir(parents=True)
    (group / "memory.max").write_text("max\n")
    (group.parent / "memory.max").write_text("7000\n")
    (group.parent / "memory.current").write_text("3000\n")
    lines = {"/proc/self/cgroup": "0::/a/b\n", "/proc/meminfo": "MemAvailable:  5 kB\n"}
    read = Path.read_text

    def pretended(path: Path, *encoding: str) -> str:
        return lines[str(path)] if str(path) in lines else read(path, *encoding)

    monkeypatch.setattr(Path, "read_text", pretended)
    assert available_memory() == 4000
    (group.parent / "memory.max").write_text("max\n")
    assert available_memory() == 5 * 1024


@pytest.mark.parametrize(
    ("number", "text"), [(1.2e8, "120 MB"), (1.62e9, "1.6 GB"), (19e9, "19 GB")]
)
def test_bytes_have_a_unit(number: float, text: str) -> None:
    """Two figures and a unit."""
    assert bytes_text(number) == text
