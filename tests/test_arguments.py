"""What public functions do with arguments that they cannot use."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_type_hints

import numpy as np
import polars as pl
import pytest

import sim
from sim.arguments import check_fields, checked_arguments
from sim.queues import Calendar, Capacity, batch, bulk, fifo, merge, skilled, slots, split
from sim.queues import tandem_blocking as tandem
from sim.queues.theory import mmc, mmc_quantile
from sim.results import write
from sim.results.estimates import summarise
from tests.small import write_small

PACKAGES = (
    "sim",
    "sim.appraisal",
    "sim.compare",
    "sim.economics",
    "sim.engines",
    "sim.measures",
    "sim.plan",
    "sim.queues",
    "sim.queues.theory",
    "sim.results",
    "sim.scenario",
    "sim.sensitivity",
    "sim.sweep",
    "sim.validate",
    "sim.verify",
)
INTERNAL = {"sim.engines.replications_together", "sim.engines.simulate_many"}
"""Called once for each replication, with what was checked before."""


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function, by the name under which it is imported."""
    for package in PACKAGES:
        module = importlib.import_module(package)
        for name in module.__all__:
            if inspect.isfunction(value := getattr(module, name)):
                yield f"{package}.{name}", value


PUBLIC = dict(functions())


@pytest.fixture(scope="module")
def usable(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A usable argument for each annotation, by the words of the annotation."""
    folder = tmp_path_factory.mktemp("arguments")
    scenario = sim.load(write_small(folder)[0])
    plan = sim.build_plan(scenario)
    workload = sim.draw(plan, 0)
    results = sim.run(scenario, 2)
    stored = sim.open_results(write(results, folder))
    sample = sim.compare.scenario_results(results)
    return {
        "Scenario": scenario,
        "ScenarioModel": scenario.model,
        "Plan": plan,
        "Workload": workload,
        "Journeys": sim.simulate(plan, workload),
        "Results": results,
        "StoredResults": stored,
        "ScenarioResults": sample,
        "ArrayLike": [0.0, 1.0],
        "float": 0.5,
        "int": 1,
        "str": "des",
        "bool": True,
        "Quantity": sim.compare.Quantity("wait_mean"),
        "Path": folder / "nothing",
        "pl.DataFrame": pl.DataFrame({"a": [1.0]}),
    }


def sample_of(annotation: str, usable: dict[str, Any]) -> Any:
    """An argument of an annotated type; what no word is known for is left to be None."""
    inner = annotation.removeprefix("Sequence[").removesuffix("]")
    value = usable.get(inner.split(" | ")[0])
    return [value] if annotation.startswith("Sequence[") else value


class Strange:
    """An object that no function takes."""


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_function_refuses_what_it_does_not_take(name: str, usable: dict[str, Any]) -> None:
    """Of another type in any place: an error of the program's own, never a silent result."""
    if name in INTERNAL:
        return
    function = PUBLIC[name]
    hints = get_type_hints(function)
    parameters = inspect.signature(function).parameters.values()
    needed = [one for one in parameters if one.default is one.empty]
    for wrong in parameters:
        if hints[wrong.name] in (Any, object) or "Protocol" in repr(hints[wrong.name]):
            continue
        arguments = {
            one.name: sample_of(one.annotation, usable)
            for one in needed
            if one.kind is not one.VAR_POSITIONAL
        }
        if wrong.kind is wrong.VAR_POSITIONAL:
            with pytest.raises(sim.ArgumentTypeError):
                function(Strange(), **arguments)
            continue
        with pytest.raises(sim.LangsonError) as refused:
            function(**arguments | {wrong.name: Strange()})
        assert str(refused.value)


def test_every_error_can_be_caught_by_one_name_and_as_python_has_it() -> None:
    """The tree is in ``sim``; wrong types are TypeErrors, wrong values ValueErrors."""
    from sim import errors

    for name in errors.__all__:
        kind = getattr(errors, name)
        if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, Warning):
            assert getattr(sim, name) is kind
            assert issubclass(kind, sim.LangsonError)
    assert issubclass(sim.ArgumentTypeError, TypeError)
    for kind in (sim.ArgumentError, sim.MeasureError, sim.EngineError, sim.UnitError):
        assert issubclass(kind, ValueError)
    assert issubclass(sim.UnknownPathError, KeyError)


def test_a_plan_that_is_not_the_journeys_own_is_not_measured(usable: dict[str, Any]) -> None:
    """Utilisation of other servers, or of days that were not simulated, would be no measure."""
    journeys, plan = usable["Journeys"], usable["Plan"]
    again = sim.build_plan(usable["Scenario"])
    assert (
        sim.measure(journeys, again)
        .tables["gates"]
        .equals(sim.measure(journeys, plan).tables["gates"])
    )
    with pytest.raises(sim.ArgumentError, match=r"pass journeys\.plan"):
        sim.measure(journeys, replace(plan, horizon=plan.horizon + 1440.0))
    with pytest.raises(sim.MeasureError, match="did you mean 'gates'"):
        sim.measure(journeys, plan, tables=["gate"])
    with pytest.raises(sim.ArgumentTypeError, match="tables must be a list"):
        sim.measure(journeys, plan, tables="gates")


def test_a_workload_of_other_vehicles_is_not_simulated(usable: dict[str, Any]) -> None:
    """Other days, flows or outages need a workload of their own; other servers do not."""
    plan, work = usable["Plan"], usable["Workload"]
    stages = tuple(replace(one, places=7) for one in plan.stages)
    sim.simulate(replace(plan, stages=stages), work)
    for other in (
        replace(plan, horizon=plan.horizon + 1440.0),
        replace(plan, flows=tuple(replace(one, day_cv=0.5) for one in plan.flows)),
        replace(plan, seed=plan.seed + 1),
    ):
        with pytest.raises(sim.ArgumentError, match=r"sim\.draw\(plan, 0\)"):
            sim.simulate(other, work)


@pytest.mark.parametrize("engine", ["des", "core"])
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"arrive": lambda work: work.arrive - 1e6}, "ascending order from 0"),
        ({"arrive": lambda work: work.arrive[::-1].copy()}, "ascending order from 0"),
        ({"arrive": lambda work: work.arrive * np.nan}, "ascending order from 0"),
        ({"arrive": lambda work: work.arrive.tolist()}, "array of floats"),
        ({"arrive": lambda work: work.arrive.astype("datetime64[m]")}, "array of floats"),
        ({"service": lambda work: work.service - 1e6}, r"service of .* at chi_ma\.main"),
        ({"service": lambda work: work.service * np.nan}, "service of nan"),
        ({"deadline": lambda work: work.deadline * np.nan}, "no deadline NaN"),
        ({"deadline": lambda work: work.deadline[1:]}, "deadline for each vehicle"),
        ({"flow": lambda work: work.flow + 99}, "numbers in flow"),
        ({"bounds": lambda work: work.bounds[1:]}, "stages, the plan"),
        ({"row_vehicle": lambda work: work.row_vehicle[1:]}, "row_vehicle for each row"),
    ],
)
def test_times_that_cannot_be_are_not_simulated(
    engine: str, changed: dict[str, Callable[[Any], Any]], words: str, usable: dict[str, Any]
) -> None:
    """Before any engine runs: NaN, negative, out of order, of another type or another length."""
    work = usable["Workload"]
    changes = {name: change(work) for name, change in changed.items()}
    with pytest.raises(sim.ArgumentError, match=words):
        sim.simulate(usable["Plan"], replace(work, **changes), engine)


def test_a_flow_takes_timestamps_of_ones_own(usable: dict[str, Any]) -> None:
    """In any order, as a list or an array; not NaN, negative or as moments."""
    plan = usable["Plan"]

    def arrivals(timetable: Any) -> list[float]:
        flow = replace(plan.flows[0], timetable=timetable)
        work = sim.draw(replace(plan, flows=(flow, *plan.flows[1:])), 0)
        return work.arrive[work.flow == 0].tolist()

    assert arrivals([30.0, 10, 20.5]) == [10.0, 20.5, 30.0]
    moments = np.array(["2025-07-07T08:00"], dtype="datetime64[m]")
    for wrong in ([np.nan], [-1.0], moments, "08:00", [True]):
        with pytest.raises(sim.ArgumentError, match="timetable must"):
            arrivals(wrong)


def test_runs_refuse_words_and_numbers_that_mean_nothing(usable: dict[str, Any]) -> None:
    """Numbers of NumPy are numbers; truth values and halves are no counts."""
    scenario = usable["Scenario"]
    results = sim.run(scenario, np.int64(2), jobs=np.int64(1), first=np.int32(0))
    assert results.tables["gates"].equals(usable["Results"].tables["gates"])
    for wrong, words in (
        ({"journeys": "yes"}, "journeys must be one of 'first', 'all', 'none', not 'yes'"),
        ({"replications": True}, "replications must be a whole number"),
        ({"replications": 2.5}, "replications must be a whole number"),
        ({"jobs": "two"}, "jobs must be a whole number"),
        ({"jobs": 10**13}, "jobs must be from 0 to"),
        ({"jobs": -1}, "jobs and first at least 0"),
        ({"on_done": 3}, "on_done must be a function"),
        ({"engine": "dse"}, "no engine 'dse'"),
        ({"replication": 3}, "unexpected keyword argument 'replication'"),
    ):
        with pytest.raises(sim.LangsonError, match=words):
            sim.run(scenario, **wrong)


def test_a_quantity_names_a_measure_that_there_is() -> None:
    """However it is made; a dot and an underscore are the same to it."""
    quantity = sim.compare.Quantity
    assert quantity("wait.mean") == quantity.parse("wait.mean") == quantity("wait_mean")
    for wrong in (("nonsense",), ("wait.mean", "all", "up"), ("waiting.2000", "all", "import")):
        with pytest.raises(sim.MeasureError):
            quantity(*wrong)
    with pytest.raises(sim.ArgumentTypeError, match="gate must be a text"):
        quantity("wait_mean", 3)


MOMENTS = np.array(["2025-07-07T08:00", "2025-07-07T09:00"], dtype="datetime64[m]")


NO_TIMES = (
    [np.nan, 1.0],
    [-np.inf, 1.0],
    ["1", "2"],
    [True, False],
    MOMENTS,
    [None, 1],
    [[1], [2, 3]],
)


@pytest.mark.parametrize("wrong", NO_TIMES)
def test_queues_refuse_arrivals_that_are_no_times(wrong: Any) -> None:
    """Each queue at its door. Times before 0 are times: a clock may begin anywhere."""
    need = [1.0, 1.0]
    assert fifo([-2.0, -1.0], need).start.tolist() == [-2.0, -1.0]
    for serve in (
        lambda: fifo(wrong, need),
        lambda: fifo(wrong, need, servers=2, calendar=Capacity([0.0], [2])),
        lambda: skilled(wrong, need, [0, 0], [[0]], [0]),
        lambda: skilled(wrong, need, [0, 1], [[0, 1], [1, 0]], [0, 1]),
        lambda: slots(wrong, [5.0, 6.0]),
        lambda: slots([0.0, 1.0], wrong),
        lambda: batch(wrong, 2),
        lambda: bulk(wrong, need),
        lambda: merge(wrong),
        lambda: split(wrong, [0, 1], 2),
        lambda: tandem(wrong, [need], [1], []),
        lambda: sim.verify.visits(wrong, need),
    ):
        with pytest.raises(sim.ArgumentError):
            serve()


@pytest.mark.parametrize("wrong", [[1.0, -1.0], [1.0, np.nan], ["1", "2"]])
def test_queues_refuse_services_that_are_no_durations(wrong: Any) -> None:
    """Negative, NaN, or of another type."""
    came = [0.0, 1.0]
    for serve in (
        lambda: fifo(came, wrong),
        lambda: skilled(came, wrong, [0, 0], [[0]], [0]),
        lambda: bulk(came, wrong),
        lambda: tandem(came, [wrong], [1], []),
        lambda: sim.verify.visits(came, wrong),
    ):
        with pytest.raises(sim.ArgumentError, match=r"negative|numbers"):
            serve()


def test_queues_refuse_ranks_and_hours_that_are_none() -> None:
    """Halves for whole numbers, numbers that point nowhere, hours that do not ascend."""
    two = [0.0, 1.0], [1.0, 1.0]
    for serve in (
        lambda: fifo(*two, servers=True),
        lambda: fifo(*two, servers=2.5),
        lambda: fifo(*two, priority=[0.5, 1.0]),
        lambda: fifo(*two, calendar=[Calendar([0.0], [9.0]), 3]),
        lambda: skilled(*two, [0, 1], [[0]], [0]),
        lambda: skilled(*two, [0, 0], [[0]], [1]),
        lambda: skilled(*two, [0.0, 0.5], [[0]], [0]),
        lambda: split([0.0, 1.0], [0.5, 1.0], 2),
        lambda: tandem(*two[:1], two[1:], [0], []),
        lambda: tandem(*two[:1], [two[1], two[1]], [1, 1], [-1]),
        lambda: Capacity([0.0, np.nan], [1, 1]),
        lambda: Capacity([0.0], [1.5]),
        lambda: Calendar([0.0, np.nan], [1.0, 2.0]),
        lambda: mmc(1.0, 0.0, 1),
        lambda: mmc(-1.0, 1.0, 1),
        lambda: mmc_quantile(0.5, 1.0, 1, 1.0),
    ):
        with pytest.raises(sim.ArgumentError):
            serve()


def test_a_whole_number_is_a_count_however_it_is_written(usable: dict[str, Any]) -> None:
    """2.0 servers and replications are two; a half is refused."""
    assert len(fifo([0.0, 1.0], [1.0, 1.0], servers=2.0).start) == 2
    assert sim.run(usable["Scenario"], 2.0).replications == (0, 1)
    with pytest.raises(sim.ArgumentError):
        sim.run(usable["Scenario"], 2.5)


def test_arguments_are_checked_by_their_annotations() -> None:
    """Members of lists and dictionaries too; NumPy's numbers arrive as Python's."""

    @checked_arguments
    def takes(
        count: int,
        share: float = 0.5,
        *,
        names: Sequence[str] = (),
        table: Mapping[str, int] | None = None,
        pair: tuple[int, str] = (1, "a"),
        sure: bool = False,
    ) -> tuple[Any, ...]:
        return count, share, names, table, pair, sure

    count, share, *_, sure = takes(np.int64(2), np.float32(0.25), sure=np.True_)
    assert (type(count), type(share), type(sure)) == (int, float, bool)
    assert takes(2, 1)[1] == 1.0
    for wrong in (
        {"count": "2"},
        {"count": np.array([2])},
        {"share": float("nan")},
        {"share": 10**400},
        {"share": "0.5"},
        {"names": "abc"},
        {"names": ["a", 3]},
        {"table": {"a": 1.5}},
        {"table": {1: 1}},
        {"pair": (1,)},
        {"pair": ("a", 1)},
        {"sure": 1},
    ):
        with pytest.raises(sim.ArgumentError, match=rf"takes\(\): {next(iter(wrong))} must be"):
            takes(**{"count": 1} | wrong)
    for arguments in ((), (1, 0.5, ["a"])):
        with pytest.raises(sim.ArgumentTypeError, match="argument"):
            takes(*arguments)


def test_fields_are_checked_by_their_annotations() -> None:
    """As arguments are, when a dataclass says so."""

    @dataclass(frozen=True)
    class Pair:
        name: str
        count: int = 0

        def __post_init__(self) -> None:
            check_fields(self)

    assert type(Pair("a", np.int64(3)).count) is int
    with pytest.raises(sim.ArgumentTypeError, match=r"Pair\(\): count must be a whole number"):
        Pair("a", 1.5)


TABLE = pl.DataFrame({"replication": [0, 1], "gate": ["a", "a"], "value": [1.0, 2.0], "unit": "h"})


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda t: sim.compare.paired(t, t, ["gate"], "wait"), "no column 'wait'"),
        (lambda t: sim.compare.paired(t, t, ["port"], "value"), "no column 'port'"),
        (lambda t: sim.compare.paired(t.drop("replication"), t, [], "value"), "'replication'"),
        (lambda t: sim.compare.paired(t, t, [], "gate"), "['gate'] must hold numbers, not String"),
        (lambda t: sim.compare.paired_many(t, {"b": t.drop("value")}, [], "value"), "'value'"),
        (lambda t: summarise(t, ["port"], "value"), "no column 'port'"),
        (lambda t: summarise(t, [], ["value", "gate"]), "must hold numbers"),
        (lambda t: sim.compare.sensitivity(t, ["lanes"], ["value"]), "no column 'lanes'"),
        (lambda t: sim.compare.sensitivity(t, ["gate"], ["value"]), "must hold numbers"),
    ],
)
def test_a_table_without_the_column_asked_for_is_refused(
    call: Callable[[pl.DataFrame], object], told: str
) -> None:
    """The message names the column and, where it is missing, those that are there."""
    with pytest.raises(sim.ArgumentError) as refused:
        call(TABLE)
    assert told in str(refused.value)
    assert (
        "no column" not in told
        or "replication, gate" in str(refused.value)
        or "gate, value" in str(refused.value)
    )


@pytest.mark.parametrize(
    "call",
    [
        lambda calendar: calendar.is_open("noon"),
        lambda calendar: calendar.next_open(["noon"]),
        lambda calendar: calendar.open_time(0.0, "noon"),
        lambda calendar: calendar.resume_finish(0.0, np.array("1", "datetime64[m]")),
        lambda calendar: calendar.without(["noon"], [2.0]),
        lambda calendar: calendar.without([1.0], []),
    ],
)
def test_a_calendar_refuses_what_is_no_time(call: Callable[[Calendar], object]) -> None:
    """Methods that take times say so, as functions do."""
    with pytest.raises(sim.ArgumentError):
        call(Calendar(np.array([0.0]), np.array([10.0])))


def test_lists_that_belong_together_have_one_length(usable: dict[str, Any]) -> None:
    """A name and a cost for each scenario, and two to choose from."""
    sample, wait = usable["ScenarioResults"], sim.compare.Quantity("wait_mean")
    with pytest.raises(sim.ArgumentError, match="at least two"):
        sim.compare.best([sample], wait)
    with pytest.raises(sim.ArgumentError, match="2 scenarios have 1 names"):
        sim.compare.benefits([sample, sample], ["a"])
    with pytest.raises(sim.ArgumentError, match="2 options have 1 costs"):
        sim.compare.pareto_statuses([1.0], [sample, sample], wait)
