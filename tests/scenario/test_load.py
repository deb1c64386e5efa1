"""Loading: the scenario as a whole, its origins, evidence and errors of shape."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.distributions import Constant
from sim.errors import Problem, ScenarioError
from sim.scenario import Scenario, load
from sim.scenario.compose.evidence import is_input
from sim.scenario.schema.lookup import block_at, keys_of
from tests.shipped import FILES, shipped

Overlay = Callable[..., Scenario]
Write = Callable[[str, str], str]
Found = Callable[[str, str], list[Problem]]

DOCUMENTS = "gates.chi_ma.routes.main.stages.documents"


def test_values_arrive_as_numbers(write: Write, base: str) -> None:
    """Texts with units become minutes, vehicles per day, shares, tonnes."""
    model = load(write("base.yaml", base)).model
    stage = model.gates["chi_ma"].routes["main"].stages["documents"]
    assert stage.service == {
        "green": Constant(2.0),
        "yellow": Constant(10.0),
        "red": Constant(20.0),
    }
    assert model.gates["chi_ma"].status == "bilateral"
    assert model.gates["chi_ma"].routes["main"].flows["fruit"].volume == 30.0
    assert model.cargo["fruit"].payload == 20.0
    assert model.channels.red == 0.1
    assert list(model.gates["chi_ma"].routes["main"].paths) == ["export"]


def test_the_small_scenario_has_no_warnings(write: Write, base: str) -> None:
    """The scenario that the other tests vary is itself sound."""
    assert load(write("base.yaml", base)).warnings == ()


def test_the_name_is_the_stem(write: Write, base: str) -> None:
    """A scenario is called by its file, without folder and ending."""
    scenario = load(write("sub/my-plan.yaml", base))
    assert scenario.name == "my-plan"
    assert str(scenario.path) == "sub/my-plan.yaml"
    assert scenario.origin("run.days").file == "sub/my-plan.yaml"


def test_resolved_values_are_json_as_written(write: Write, base: str) -> None:
    """Texts stay as written, in the order of the file."""
    resolved = load(write("base.yaml", base)).resolved()
    assert json.loads(json.dumps(resolved)) == resolved
    assert resolved["cargo"]["fruit"]["payload"] == "20 t"
    assert list(resolved)[:3] == ["format", "title", "run"]
    assert resolved["gates"]["chi_ma"]["class"] == "bilateral"


def test_a_resolved_scenario_loads_to_the_same(write: Write, base: str) -> None:
    """JSON is YAML: what `resolved` gives is a scenario file with the same hash."""
    first = load(write("base.yaml", base))
    second = load(write("copy.yaml", json.dumps(first.resolved(), ensure_ascii=False)))
    assert second.hash == first.hash
    assert second.model == first.model


def test_the_hash_is_of_the_content(write: Write, base: str) -> None:
    """Comments, order and file names do not count; values do."""
    first = load(write("a.yaml", base)).hash
    moved = base.replace("format: 1\n", "") + "format: 1   # last\n"
    assert load(write("b.yaml", moved)).hash == first
    assert load("a.yaml", {"run.days": 8}).hash != first
    assert load("a.yaml", {"run.days": 7}).hash == first


def test_leaves_and_origins(write: Write, base: str) -> None:
    """Every leaf has a place; a block's place is its key."""
    scenario = load(write("base.yaml", base))
    for path, value in scenario.leaves().items():
        place = scenario.origin(path)
        if isinstance(value, str):
            assert value in place.excerpt
    assert str(scenario.origin("gates.chi_ma")) == "base.yaml:45:3"


def test_unknown_paths_are_key_errors(write: Write, base: str) -> None:
    """A wrong path names the nearest key."""
    scenario = load(write("base.yaml", base))
    with pytest.raises(KeyError, match="did you mean 'chi_ma'"):
        scenario.origin("gates.chi_mma.class")


def test_evidence_is_inherited(write: Write, base: str) -> None:
    """The nearest enclosing evidence holds; without any, it is an assumption."""
    scenario = load(write("base.yaml", base))
    hours = scenario.evidence_of("calendars.vietnam.hours")
    assert (hours.kind, hours.source) == ("literature", ("evr",))
    assert scenario.evidence_of(f"{DOCUMENTS}.service.red").kind == "assumption"
    assert scenario.evidence_of("calendars.crossing.both").note_in("en") == "not stated in the file"


def test_evidence_follows_the_value_not_the_place(overlay: Overlay) -> None:
    """A value that an upgrade sets has the upgrade's evidence, and --set is an assumption."""
    scenario = overlay(
        "upgrades:\n"
        "  late:\n"
        "    title: {en: A, vi: B}\n"
        "    evidence: {kind: official-plan, source: evr}\n"
        "    calendars: {china: {hours: 24h}}\n",
        set=["calendars.vietnam.hours=24h"],
    )
    assert scenario.evidence_of("calendars.china.hours").kind == "official-plan"
    assert scenario.evidence_of("calendars.vietnam.hours").kind == "assumption"
    assert "calendars.vietnam.hours" in scenario.assumptions()
    assert "calendars.china.hours" not in scenario.assumptions()


def test_a_note_with_a_comma_needs_quotes(overlay: Overlay) -> None:
    """What follows the comma would be a key: said where it stands, in blocks and templates."""
    evidence = "{kind: assumption, note: 3 t, or four}"
    template = f"templates: {{t: {{evidence: {evidence}, volume: 31/day}}}}\n"
    flow = f"{{like: t, evidence: {{volume: {evidence}}}}}"
    flows = f"gates: {{chi_ma: {{routes: {{main: {{flows: {{fruit: {flow}}}}}}}}}}}\n"
    for text in (f"cargo: {{fruit: {{payload: 3 t, evidence: {evidence}}}}}\n", template + flows):
        with pytest.raises(ScenarioError) as caught:
            overlay(text)
        (error,) = (one for one in caught.value.problems if one.level == "error")
        assert error.message == "unknown key 'or four'"
        assert "put text with a comma in quotes" in error.hint


def test_evidence_that_merging_hides_is_still_checked(overlay: Overlay) -> None:
    """Evidence of an upgrade whose block another upgrade covers must be sound as well."""
    text = "upgrades:\n"
    for name, kind in (("one", "measurd"), ("two", "measured")):
        change = (
            f"chi_ma: {{evidence: {kind}, routes: {{main: {{stages: {{documents: {{%s}}}}}}}}}}"
        )
        change %= "servers: 3" if name == "one" else "calendar: always"
        text += (
            f"  {name}: {{title: {{en: A, vi: B}}, evidence: assumption, gates: {{{change}}}}}\n"
        )
    with pytest.raises(ScenarioError, match="did you mean 'measured'"):
        overlay(text)


#: Keys that are no numbers about the world: names, references, rules, and blocks of blocks.
NO_NUMBERS = (
    "evidence", "title", "counterpart", "note", "country", "both", "calendar", "calendars",
    "side", "per", "at_close", "priority", "wait", "held_by", "only", "prefers", "shifts",
    "stages", "holds", "paths", "flows", "routes", "gates", "first", "last", "when_full",
    "overflow", "accepts", "alias_of", "direction", "cargo", "path", "trusted", "vehicle",
    "day", "week", "season", "growth", "class", "mode", "status", "data", "counted_as",
    "opens"
)  # fmt: skip


@pytest.mark.parametrize(
    "place",
    [
        *("countries.china", "calendars.x", "cargo.x", "outages.x", "upgrades.x", "gates.x"),
        *("gates.x.routes.x", "gates.x.routes.x.stages.x", "gates.x.routes.x.stages.x.shifts.x"),
        *("gates.x.routes.x.holds.x", "gates.x.routes.x.flows.x"),
    ],
)
def test_every_key_is_a_number_about_the_world_or_is_not(place: str) -> None:
    """A key that is added to the language is sorted: it needs evidence, or it does not."""
    path = tuple(place.split("."))
    block = block_at(path)
    assert block is not None
    unsorted = [k for k in keys_of(block) if is_input((*path, k)) == (k in NO_NUMBERS)]
    assert unsorted == []


@pytest.mark.parametrize(
    "path",
    [
        "news.every",
        "outages.power.lasts",
        "gates.chi_ma.stop_receiving.above",
        "gates.chi_ma.routes.main.flows.fruit.patience",
        "gates.chi_ma.routes.main.flows.fruit.choice.value_of_time",
        "gates.chi_ma.routes.main.flows.fruit.choice.alternatives.a.main.travel",
        "calendars.vietnam.days",
    ],
)
def test_numbers_deep_in_a_block_need_evidence(path: str) -> None:
    """Whatever can change a result counts among the assumptions of a scenario."""
    assert is_input(tuple(path.split(".")))


def test_assumptions_are_numbers_only(write: Write, base: str) -> None:
    """Titles, ids and settings of the run are no assumptions."""
    assumed = load(write("base.yaml", base)).assumptions()
    assert f"{DOCUMENTS}.servers" in assumed
    assert f"{DOCUMENTS}.service.red" in assumed
    assert "profiles.day.steady.shares.00:00-07:00" in assumed
    assert "channels.red" in assumed
    assert "calendars.vietnam.hours" not in assumed
    named = ("title", "run", "side", "calendar", "evidence", "paths")
    assert not [path for path in assumed if set(path.split(".")) & set(named)]


@pytest.mark.parametrize(
    ("old", "new", "code", "message", "hint"),
    [
        ("run: {start", "run: {strat", "unknown-key", "unknown key 'strat'", "mean 'start'?"),
        ("days: 7}", "days: 0}", "out-of-range", "run.days: '0' is too small", "at least 1"),
        ("days: 7}", "days: four}", "bad-value", "'four' is not a whole number", "write e.g."),
        ("run: {start: 2025-07-07, days: 7}", "run: 7", "bad-value", "'7' is not a block", "keys"),
        ("2025-07-07", "2025-02-30", "bad-value", "is not a date", "28 days"),
        ("mode: road\n    class: bilateral", "mode: rod\n    class: bilateral", "bad-choice",
         "gates.chi_ma.mode: 'rod' is not allowed; expected 'road' or 'rail'",
         "did you mean 'road'?"),
        ("class: bilateral", "class: [a]", "bad-choice", "a list is not allowed; expected 'inter",
         "one of these"),
        ("    class: bilateral\n", "", "missing-key", "gates.chi_ma: missing key 'class'",
         "write e.g. `class: international`"),
        ("{start: 2025-07-07, days: 7}", "{days: 7}", "missing-key", "run: missing key 'start'",
         "write e.g. `start: 2025-07-07`"),
        ("places: 50, first: documents, last: crossing", "first: documents, last: crossing",
         "missing-key", "yard: missing key 'places'", "write e.g. `places: 450 places`"),
        ("channels: {green: 50 %, yellow: 40 %, red: 10 %, evidence: assumption}\n", "",
         "missing-key", "missing key 'channels'", "below it green, yellow, red"),
        ("{stages: [documents, inspection, crossing], crossed_at", "{crossed_at", "missing-key",
         "export: missing key 'stages'", "write e.g. `stages: [a, b]`"),
        ("class: bilateral", "class: bilateral\n    priority: no", "bad-value",
         "gates.chi_ma.priority: 'no' is not true or false", "write true or false"),
        ("  tan_thanh:", "  Tân Thanh:", "bad-id", "'Tân Thanh' is not an id", "'tan_thanh'"),
        ("priority: [fruit]", "priority: fruit", "bad-value", "'fruit' is not a list", "[a, b]"),
        ("red: 20 min}", "red: 20}", "bad-value", "service.red: '20' is not a duration", "12 min"),
        ("red: 100 %,", "red: 130 %,", "bad-value", "'130 %' is more than 100 %", "100 %"),
        ("hours: 07:00-19:00,", "hours: 07:00-19:00 Bejing,", "bad-value", "unknown zone",
         "did you mean 'Beijing'?"),
        ("format: 1\n", "format: 2\n", "bad-choice", "format: '2' is not allowed", "write 1"),
        ("format: 1\n", "format: '1'\n", "bad-choice", "'1' is not allowed", "without quotes"),
        ("format: 1\n", "", "missing-key", "missing key 'format'", "format: 1"),
        ("data: assumed\n    evidence: assumption\n    routes:\n      main:",
         "data: assumed\n    evidence: {kind: guess}\n    routes:\n      main:",
         "bad-choice", "evidence.kind: 'guess' is not allowed", ""),
        ("literature, source: evr", "literature, src: evr", "unknown-key", "unknown key 'src'",
         "keys here: kind, source, note"),
    ],
)  # fmt: skip
def test_errors_of_shape_are_said_in_plain_words(
    problems: Found, old: str, new: str, code: str, message: str, hint: str
) -> None:
    """Pydantic's sentences are rewritten, with the path, the place and a remedy."""
    found = [problem for problem in problems(old, new) if problem.level == "error"]
    (problem,) = found
    assert problem.code == code
    assert message in problem.message
    assert hint in problem.hint
    assert problem.line > 0


def test_a_mistyped_key_is_one_problem(problems: Found) -> None:
    """The key that was meant is not called missing, but its value is checked."""
    found = problems("servers: 2\n", "servrs: many\n")
    assert [problem.code for problem in found] == ["unknown-key", "bad-value"]
    assert found[0].hint.startswith("did you mean 'servers'? keys here: evidence, title, side")


def test_a_mistake_in_a_template_is_said_once(problems: Found) -> None:
    """Two gates are like the template; its mistake is reported for the first."""
    (problem,) = problems("service: 30 min", "service: 30 mn")
    assert problem.message.startswith("gates.chi_ma.routes.main.stages.inspection.service")


def test_all_problems_come_at_once_by_line(write: Write, base: str) -> None:
    """Mistakes of files, shape and merging are gathered and sorted."""
    write("base.yaml", base.replace("payload: 20 t", "payload: 20"))
    text = (
        "format: 1\nextends: base.yaml\nrun: {dayz: 3}\n"
        "gates:\n  chi_mma: {}\n  chi_ma: {mode: rod}\n"
    )
    with pytest.raises(ScenarioError) as caught:
        load(write("x.yaml", text), ["run.seed=x"])
    where = [(p.file, p.line) for p in caught.value.problems]
    assert where == [("--set", 0), ("base.yaml", 14), ("x.yaml", 3), ("x.yaml", 5), ("x.yaml", 6)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_scenarios_load_without_warnings(path: Path) -> None:
    """Every scenario in the repository is sound; only those that ask for it are overloaded."""
    asked = ("jam-december-2021", "day-2023-03-27", "epidemic", "target-2027")
    asked += ("trade-2030-high", "everything-2050")
    known = {"overload"} if path.stem in asked else set()
    assert [str(one) for one in shipped(path).warnings if one.code not in known] == []


def test_four_times_the_lines_are_four_times_the_work(write: Write, base: str) -> None:
    """Loading takes steps in proportion to the file: calls of functions are counted, not time."""
    resolved = load(write("base.yaml", base)).resolved()
    gate = resolved["gates"]["chi_ma"]

    def calls(gates: int) -> int:
        resolved["gates"] |= {f"gate_{number}": gate for number in range(gates)}
        name = write("large.yaml", json.dumps(resolved, indent=1))
        count = 0

        def counted(_frame: object, event: str, _argument: object) -> None:
            nonlocal count
            count += event == "call"

        sys.setprofile(counted)
        try:
            load(name)
        finally:
            sys.setprofile(None)
        return count

    calls(1)
    assert calls(40) < 4.4 * calls(10)
