"""The public door: ``import sim``."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.results import write
from tests.small import write_small

ROOT = Path(__file__).parents[1]


def test_every_public_name_is_there() -> None:
    """Each name of ``__all__`` resolves, and is documented."""
    for name in sim.__all__:
        assert getattr(sim, name).__doc__, name
    assert dir(sim) == sorted(sim.__all__)
    assert len(set(sim.__all__)) == len(sim.__all__)


def test_every_package_is_listed() -> None:
    """``dir(sim)`` names all packages but the command line and the app, which are no library."""
    packages = {path.parent.name for path in (ROOT / "sim").glob("*/__init__.py")} - {"app", "cli"}
    assert packages <= set(dir(sim))


def test_type_checkers_see_the_same_names() -> None:
    """What is imported for them is what the table of public names says."""
    tree = ast.parse((ROOT / "sim" / "__init__.py").read_text("utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: node.module
        for node in ast.walk(block)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    homes = dict(sim._HOMES)
    assert homes.pop("__version__") == "sim.version"
    packages = {name: f"sim.{name}" for name in sim._PACKAGES}
    assert seen | packages == homes


def test_each_step_shows_itself_in_a_line(tmp_path: Path) -> None:
    """Whoever looks at one in a notebook sees what it is, not all of its arrays."""
    base, more = (sim.load(file) for file in write_small(tmp_path))
    plan = sim.build_plan(base)
    workload = sim.draw(plan, 0)
    journeys = sim.simulate(plan, workload)
    results = [sim.run(scenario, replications=2) for scenario in (base, more)]
    comparison = sim.compare_runs(results)
    stored = sim.open_results(write(results[0], tmp_path))
    steps = (base, plan, workload, journeys, sim.measure(journeys, plan), comparison, stored)
    for step in (*steps, *results, *comparison.samples):
        assert repr(step).startswith(f"<{type(step).__name__} ")
        assert len(repr(step)) < 250


def test_packages_are_there_without_an_import() -> None:
    """``sim.queues.fifo`` works after ``import sim``; a slip is an attribute error."""
    code = "import sim; print(sim.queues.fifo([0.0, 1.0], 2.0).start[1], sim.compare.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["2.0", "sim.compare"]
    with pytest.raises(AttributeError, match="no attribute 'lod'"):
        _ = sim.lod


def test_importing_sim_is_cheap() -> None:
    """Heavy packages are imported when first used, so that help is immediate."""
    heavy = "('numpy', 'polars', 'simpy', 'pydantic')"
    code = f"import sim, sim.cli, sys; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_running_keeps_the_function_callable() -> None:
    """``sim.run`` stays the function after it has been used."""
    scenario = sim.load(ROOT / "scenarios" / "tutorial.yaml")
    first = sim.run(scenario, replications=2)
    again = sim.run(scenario, replications=2, jobs=2)
    assert first.tables["gates"].equals(again.tables["gates"])
