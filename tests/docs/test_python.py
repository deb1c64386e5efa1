"""What the guides say of Python, of distributions and of data files is so."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import sim
from sim.distributions import FORMS, parse_distribution
from sim.messages import topics

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "results" / "README.md").read_text("utf-8")
LANGUAGE = (ROOT / "scenarios" / "README.md").read_text("utf-8")
NEEDS_PANDAS = "# needs pandas and pyarrow"


def script() -> str:
    """The script printed in the guide to results, without the line that needs pandas."""
    section = GUIDE.partition("## From Python, with measures")[2]
    (text,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    kept = [line for line in text.splitlines() if NEEDS_PANDAS not in line]
    assert len(kept) == len(text.splitlines()) - 1
    return "\n".join(kept)


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """What the script leaves behind."""
    known: dict[str, Any] = {"__name__": "notebook"}
    exec(compile(script(), "results/README.md", "exec"), known)
    return known


def test_the_script_uses_no_private_name() -> None:
    """No attribute, argument or import of it begins with an underscore."""
    tree = ast.parse(script())
    attributes = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    modules = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    ]
    assert [name for name in (*attributes, *modules) if name.startswith("_")] == []
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]


def test_three_options_share_the_recorded_trucks(names: dict[str, Any]) -> None:
    """Own timestamps arrive in each replication; own times are served; more counters wait less."""
    options: dict[str, sim.Results] = names["options"]
    for results in options.values():
        arrived = results.tables["flows"].filter(flow="chi_ma.main.fruit")["arrived"]
        assert arrived.to_list() == [12, 12, 12]
    waits = [
        results.summary.filter(
            gate="all", direction="all", cargo="all", route="all", stage="all", measure="wait_mean"
        )["mean"].item()
        for results in options.values()
    ]
    assert waits[0] > waits[1] >= waits[2]
    assert names["comparison"].table["alternative"].n_unique() == 2


def test_the_own_measure_stands_beside_the_others(names: dict[str, Any]) -> None:
    """One row per stage and replication, each at least what the table of stages has as P95."""
    results: sim.Results = names["options"]["1 counters"]
    own = results.tables["longest"]
    assert own.columns == ["replication", "stage", "longest"]
    assert own.height == 3 * len(results.plan.stages)
    both = own.join(results.tables["stages"], on=["replication", "stage"])
    assert (both["longest"] >= both["wait_p95"] - 1e-9).all()


def test_own_policy_and_own_workload_change_what_they_say(names: dict[str, Any]) -> None:
    """The plan alone runs without a scenario; served faster, the same trucks are served faster."""
    first: sim.PlanResults = names["first"]
    assert not isinstance(first, sim.Results)
    assert first.summary.height > 10
    plan, workload, quick = names["plan"], names["workload"], names["quick"]
    times = [
        sim.measure(sim.simulate(plan, work), plan).tables["stages"] for work in (workload, quick)
    ]
    slow, fast = (table.filter(stage="chi_ma.main.documents")["service_mean"] for table in times)
    assert fast.item() == pytest.approx(0.9 * slow.item())


def test_tables_go_to_pandas(names: dict[str, Any]) -> None:
    """The line that the script prints is right where pandas is there."""
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = names["options"]["3 counters"].tables["longest"].to_pandas()
    assert list(frame.columns) == ["replication", "stage", "longest"]


def longest(journeys: sim.Journeys) -> pl.DataFrame:
    """A measure of a module."""
    return pl.DataFrame({"visits": [len(journeys.arrive)]})


def test_own_measures_work_in_several_processes() -> None:
    """Two processes give the table that one does; plans too."""
    scenario = sim.load("tutorial")
    own = {"size": longest}
    alone, shared = (
        sim.run(scenario, 3, jobs=jobs, own_tables=own, tables=["flows"]) for jobs in (1, 2)
    )
    assert alone.tables["size"].equals(shared.tables["size"])
    plan = sim.build_plan(scenario)
    assert sim.run(plan, 3, own_tables=own, tables=[]).tables["size"].equals(alone.tables["size"])


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"stages": longest}, "there is a table 'stages' already"),
        ({"a b": longest}, "cannot be named 'a b'"),
    ],
)
def test_names_of_own_measures_are_checked(own: dict[str, Any], said: str) -> None:
    """Before anything runs."""
    with pytest.raises(sim.ArgumentError, match=said):
        sim.run(sim.load("tutorial"), 1, own_tables=own)


def test_an_own_measure_returns_a_table() -> None:
    """What is none is named, with the replication; a plan needs a number of replications."""
    with pytest.raises(sim.RunError, match=r"own_tables\['own'\] must return a polars DataFrame"):
        sim.run(sim.load("tutorial"), 1, own_tables={"own": lambda journeys: 7})
    with pytest.raises(sim.ArgumentError, match="how many replications"):
        sim.run(sim.build_plan(sim.load("tutorial")))


def test_the_guides_name_every_distribution() -> None:
    """Topic and guide have each form that the messages show, and each is read as it stands."""
    topic = topics()["distributions"]
    for family, form in FORMS.items():
        written = form.split("'")[1]
        assert f"`{written}`" in LANGUAGE, family
        for text in topic.texts.values():
            assert f"`{written}`" in " ".join(text.split()), family
        if family != "empirical":
            assert parse_distribution(written).mean > 0


def test_the_flow_in_the_guide_is_sound(tmp_path: Path) -> None:
    """The printed flow replays the rows of its class."""
    (block,) = re.findall(r"arrivals: (\{file: gate.csv, .*\})\n", LANGUAGE)
    text = (ROOT / "scenarios" / "tutorial.yaml").read_text("utf-8")
    stated = "fruit: {direction: export, cargo: fresh_fruit, volume: 30 trucks/day, day: daytime}"
    assert stated in text
    flow = f"fruit: {{direction: export, cargo: fresh_fruit, arrivals: {block}}}"
    (tmp_path / "own.yaml").write_text(text.replace(stated, flow), "utf-8")
    rows = "arrived,class\n2025-07-07 06:31,fruit\n07/07/2025 06:31,cars\n07/07/2025 07:00,fruit\n"
    (tmp_path / "gate.csv").write_text(rows, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "sim", "check", "own.yaml"],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    plan = sim.build_plan(sim.load(tmp_path / "own.yaml"))
    assert [len(flow.timetable) for flow in plan.flows if flow.timetable is not None] == [2]
