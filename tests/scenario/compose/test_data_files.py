"""Values that stand in CSV files beside a scenario, and what is said of mistakes in them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.distributions import Empirical
from sim.engines import core, des
from sim.errors import ArgumentTypeError, Problem, ScenarioError
from sim.plan import build_plan
from sim.results import open_results, restored, write
from sim.runs import run
from sim.scenario import Scenario, Variant, Variants, load
from sim.workload import draw
from tests.agreement.same import assert_same
from tests.small import SMALL

STAGE = "gates.chi_ma.routes.main.stages.documents.service"
STATED = '"lognormal(mean 20 min, cv 0.8)"'
SURVEY = "plate,documents,unload\n1,10,2.5\n2,20,\n3,45,3.5\n"


def small(folder: Path, value: str, files: dict[str, str] | None = None) -> Path:
    """Write the small border with this service time, and files beside it."""
    path = folder / "small.yaml"
    path.write_text(SMALL.replace(STATED, value), encoding="utf-8")
    for name, text in (files or {}).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return path


def service(scenario: Scenario) -> Empirical:
    """The service time of the documents counter."""
    found = scenario.model.gates["chi_ma"].routes["main"].stages["documents"].service
    assert isinstance(found, Empirical)
    return found


def problems(path: Path) -> list[Problem]:
    """What is wrong with a scenario."""
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return caught.value.problems


@pytest.mark.parametrize(
    ("value", "text", "minutes"),
    [
        ("empirical(t.csv)", "minutes\n20\n10.5\n", [10.5, 20.0]),
        ("empirical( t.csv )", "\ufeffmin\r\n20\r\n10\r\n", [10.0, 20.0]),
        ("empirical(t.csv)", "n;h\n1;0,5\n2;1,5\n", [30.0, 90.0]),
        ('"empirical(t.csv, documents in min)"', SURVEY, [10.0, 20.0, 45.0]),
        ('"empirical(t.csv, unload in h)"', SURVEY, [150.0, 210.0]),
        ('"empirical(in/t 1.csv, s)"', 'a,s\n"x, y",90\n,\n', [1.5]),
    ],
)
def test_values_are_those_of_the_column(
    tmp_path: Path, value: str, text: str, minutes: list[float]
) -> None:
    """The unit is the column's name or is said; empty cells are left out; Excel's CSV is read."""
    name = "in/t 1.csv" if "in/" in value else "t.csv"
    scenario = load(small(tmp_path, value, {name: text}))
    assert service(scenario).values.tolist() == minutes


@pytest.mark.parametrize(
    ("value", "text", "code", "line", "said"),
    [
        (
            "empirical(t.csv)",
            "minutes\n5\nten\n-1\nnan\n",
            "not-a-number",
            3,
            "'ten' is not a number",
        ),
        ("empirical(t.csv)", "minutes\n5\n-1\n", "not-a-number", 3, "'-1' is negative"),
        ("empirical(t.csv)", 'minutes\n"5\n', "not-csv", 2, "this is not CSV"),
        ("empirical(t.csv)", "", "empty-file", 1, "the file is empty"),
        ("empirical(t.csv)", "minutes\n", "empty-file", 1, "columns but no rows"),
        ("empirical(t.csv)", "minutes\n5,6\n", "extra-cell", 2, "more cells than the 1 columns"),
        ("empirical(t.csv)", "min,min\n5,6\n", "repeated-column", 1, "'min' stands twice"),
        ('"empirical(t.csv, unlod in min)"', SURVEY, "unknown-column", 1, "no column 'unlod'"),
        ('"empirical(t.csv, min)"', "x,min\n5,\n", "empty-column", 1, "'min' has no values"),
    ],
)
def test_mistakes_in_the_file_are_named_by_its_line(
    tmp_path: Path, value: str, text: str, code: str, line: int, said: str
) -> None:
    """File and line are those of the CSV file."""
    first = problems(small(tmp_path, value, {"t.csv": text}))[0]
    assert (Path(first.file).name, first.code, first.line) == ("t.csv", code, line)
    assert said in first.message


def test_all_mistakes_are_told_in_one_pass(tmp_path: Path) -> None:
    """Every bad cell, and what is wrong in the scenario itself."""
    path = small(tmp_path, "empirical(t.csv)", {"t.csv": "minutes\n5\nten\n-1\nnan\n"})
    path.write_text(path.read_text("utf-8").replace("service: 4 min", "service: 4"), "utf-8")
    found = [(Path(one.file).name, one.line) for one in problems(path)]
    assert [place for place in found if place[0] == "t.csv"] == [("t.csv", n) for n in (3, 4, 5)]
    assert [place[0] for place in found].count("small.yaml") == 1


@pytest.mark.parametrize(
    ("value", "said", "hint"),
    [
        ("empirical(time.csv)", "'time.csv' does not exist", "did you mean 'times.csv'?"),
        ("empirical()", "does not name a file", "empirical(times.csv)"),
        ('"empirical(times.csv, a, b)"', "does not name a file", "empirical(times.csv)"),
        ("empirical(../times.csv)", "is not beside the scenario", "into the scenario's folder"),
        ("empirical(/etc/passwd)", "is not beside the scenario", "into the scenario's folder"),
        ("empirical(times.csv)", "no unit is said", "empirical(times.csv, plate in min)"),
        ('"empirical(times.csv, plate in parsec)"', "unknown time unit 'parsec'", "min"),
        ("empirical(times.csv#0123456789abcdef)", "is not the file that is meant", "leave out '#"),
        ("empirical(.)", "is a folder", "name a data file"),
    ],
)
def test_mistakes_in_the_value_are_named_where_it_is_written(
    tmp_path: Path, value: str, said: str, hint: str
) -> None:
    """File, line and remedy are those of the scenario."""
    path = small(tmp_path, value, {"times.csv": SURVEY})
    (first, *_) = problems(path)
    line = 1 + path.read_text("utf-8").splitlines().index(f"            service: {value}")
    assert (first.file, first.line) == (str(path), line)
    assert said in first.message
    assert hint in first.hint


def test_a_file_is_read_within_a_budget(tmp_path: Path) -> None:
    """One that is larger than any survey is refused before it is read whole."""
    path = small(tmp_path, "empirical(t.csv)")
    with (tmp_path / "t.csv").open("wb") as file:
        file.truncate(21_000_000)
    assert "the limit is 20 MB" in problems(path)[0].message


def test_the_scenario_is_known_by_what_is_in_the_file(tmp_path: Path) -> None:
    """Another file, another hash; the same file in another place, the same scenario."""
    first = load(small(tmp_path, "empirical(t.csv)", {"t.csv": "min\n5\n6\n"}))
    (tmp_path / "b").mkdir()
    same = load(small(tmp_path / "b", "empirical(t.csv)", {"t.csv": "min\n5\n6\n"}))
    other = load(small(tmp_path, "empirical(t.csv)", {"t.csv": "min\n5\n7\n"}))
    assert first.hash == same.hash != other.hash
    variants = [Variants.of(tmp_path / name) for name in ("b/small.yaml", "small.yaml")]
    assert len({one.fingerprint(Variant()) for one in variants}) == 2


def test_both_engines_draw_the_observed_times(tmp_path: Path) -> None:
    """Every service is one of the observed ones, and the engines agree to the last bit."""
    path = small(tmp_path, "empirical(t.csv)", {"t.csv": "min\n5\n20\n20\n61\n"})
    plan = build_plan(load(path))
    work = draw(plan, 0)
    here = work.rows([stage.id for stage in plan.stages].index("chi_ma.main.documents"))
    times, counts = np.unique(work.service[here], return_counts=True)
    assert times.tolist() == [5.0, 20.0, 61.0]
    assert counts[1] == pytest.approx(counts.sum() / 2, rel=0.3)
    assert_same(core.run(plan, work), des.run(plan, work))


def test_options_are_compared_on_the_same_draws(tmp_path: Path) -> None:
    """A truck has the same place in the distribution in both: faster times are its own."""
    files = {"a.csv": "min\n10\n20\n30\n40\n", "b.csv": "min\n5\n10\n15\n20\n"}
    path = small(tmp_path, "empirical(a.csv)", files)
    slow, fast = (
        draw(build_plan(load(path, set={STAGE: f"empirical({name})"})), 0) for name in files
    )
    stage = 0
    np.testing.assert_array_equal(
        slow.service[slow.rows(stage)], 2 * fast.service[fast.rows(stage)]
    )


def test_results_keep_the_data_and_restore_without_the_file(tmp_path: Path) -> None:
    """The copy in the folder is the file, its SHA-256 is in the manifest, and it is enough."""
    text = "min\n5\n20\n"
    path = small(tmp_path, "empirical(t.csv)", {"t.csv": text})
    results = run(load(path), 2)
    folder = write(results, tmp_path / "out")
    (tmp_path / "t.csv").unlink()
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    stored = open_results(folder)
    assert stored.manifest["scenario"]["data"] == {f"t.csv#{sha256[:16]}": sha256}
    assert (folder / f"data-{sha256[:16]}.csv").read_text("utf-8") == text
    back = restored(stored)
    assert back.scenario.hash == results.scenario.hash
    assert service(back.scenario).values.tolist() == [5.0, 20.0]
    (folder / f"data-{sha256[:16]}.csv").write_text("min\n5\n21\n", "utf-8")
    with pytest.raises(Exception, match="cannot read its scenario"):
        restored(stored)


@pytest.mark.parametrize("kind", ["text", "columns", "polars", "pandas"])
def test_tables_of_python_stand_for_files(tmp_path: Path, kind: str) -> None:
    """What is given to `load` is used as the file of that name would be, and kept in results."""
    columns = {"documents": [12.5, 3.0], "note": ["a", "b"]}
    table: object = columns
    if kind == "text":
        table = "documents,note\n12.5,a\n3.0,b\n"
    elif kind == "polars":
        table = pl.DataFrame(columns)
    elif kind == "pandas":
        table = pytest.importorskip("pandas").DataFrame(columns)
    path = small(tmp_path, '"empirical(own.csv, documents in min)"')
    scenario = load(path, data={"own.csv": table})
    assert service(scenario).values.tolist() == [3.0, 12.5]
    assert len(scenario.data) == 1
    with pytest.raises(ArgumentTypeError, match=r"data\['own.csv'\] must be a table"):
        load(path, data={"own.csv": 7})
