"""Overlays: extends, templates, closed ids, aliases, upgrades, settings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.errors import Problem, ScenarioError
from sim.scenario import Scenario, load

Overlay = Callable[..., Scenario]

DOCUMENTS = "gates.chi_ma.routes.main.stages.documents"


def gate(text: str, gate_id: str = "chi_ma", route: str = "main") -> str:
    """Wrap text about a route in its gate, in flow style."""
    return f"gates: {{{gate_id}: {{routes: {{{route}: {text}}}}}}}"


def upgrade(name: str, text: str) -> str:
    """Write an upgrade of that name."""
    return f"  {name}: {{title: {{en: X, vi: X}}, evidence: assumption, {text}}}\n"


def wrong(overlay: Overlay, text: str, **options: object) -> list[Problem]:
    """Return the errors of an overlay."""
    with pytest.raises(ScenarioError) as caught:
        overlay(text, **options)
    return [problem for problem in caught.value.problems if problem.level == "error"]


def test_an_overlay_changes_what_it_states_and_keeps_the_rest(overlay: Overlay) -> None:
    """Mappings merge key by key."""
    stage = overlay(gate("{stages: {documents: {servers: 6}}}")).model.gates["chi_ma"]
    documents = stage.routes["main"].stages["documents"]
    assert documents.servers == 6
    assert documents.calendar == "vietnam"


def test_values_remember_their_file(overlay: Overlay) -> None:
    """Each leaf comes from the file that set it last."""
    text = gate("{stages: {documents: {servers: 6}}}")
    scenario = overlay(text)
    column = text.index("6") + 1
    assert str(scenario.origin(f"{DOCUMENTS}.servers")) == f"overlay.yaml:4:{column}"
    assert str(scenario.origin(f"{DOCUMENTS}.calendar")) == "base.yaml:24:19"


def test_lists_are_replaced_whole(overlay: Overlay) -> None:
    """A list in an overlay is the whole list."""
    scenario = overlay(gate("{stages: {documents: {priority: [goods]}}}"))
    assert scenario.resolved()["gates"]["chi_ma"]["routes"]["main"]["stages"]["documents"][
        "priority"
    ] == ["goods"]


@pytest.mark.parametrize(
    ("value", "merged"),
    [
        ({"red": "90 %"}, {"red": "90 %", "other": "0 %"}),
        ({"other": "5 %"}, {"red": "100 %", "other": "5 %"}),
        ({"fruit": "20 %", "other": "5 %"}, {"fruit": "20 %", "other": "5 %"}),
        ("30 %", "30 %"),
    ],
)
def test_the_rest_of_a_value_by_class_may_be_set_alone(
    overlay: Overlay, value: object, merged: object
) -> None:
    """`other` goes with every kind of classes, so that setting it keeps the others."""
    path = "gates.chi_ma.routes.main.stages.inspection.share"
    scenario = overlay(set={path: value})
    found = scenario.resolved()["gates"]["chi_ma"]["routes"]["main"]["stages"]["inspection"]
    assert found["share"] == merged


def test_values_by_class_merge_by_class(overlay: Overlay) -> None:
    """One channel can be changed; another kind of classes replaces them all."""
    scenario = overlay(gate("{stages: {documents: {service: {red: 60 min}}}}"))
    assert scenario.leaves()[f"{DOCUMENTS}.service.green"] == "2 min"
    scenario = overlay(gate("{stages: {documents: {service: {fruit: 60 min, other: 1 min}}}}"))
    assert f"{DOCUMENTS}.service.green" not in scenario.leaves()


def test_windows_of_a_profile_are_replaced_together(overlay: Overlay) -> None:
    """New windows replace the old ones; the same windows can change one by one."""
    other = "{00:00-12:00: 50 %, 12:00-24:00: 50 %}"
    scenario = overlay(f"profiles: {{day: {{steady: {{shares: {other}}}}}}}")
    assert len(scenario.model.profiles.day["steady"].shares) == 2
    same = ["profiles.day.steady.shares.00:00-07:00=40 %"]
    (problem,) = wrong(overlay, "", set=same)
    assert problem.code == "shares-sum"
    assert "110 %" in problem.message


def test_chains_apply_in_order(overlay: Overlay, write: Callable[[str, str], str]) -> None:
    """A file may extend a file that extends a file; the last one wins."""
    overlay(gate("{stages: {documents: {servers: 6}}}") + "\nrun: {days: 3}")
    last = write("sub/last.yaml", "format: 1\nextends: ../overlay.yaml\nrun: {days: 5}\n")
    scenario = load(last)
    assert scenario.model.run.days == 5
    assert scenario.leaves()[f"{DOCUMENTS}.servers"] == 6
    assert scenario.origin(f"{DOCUMENTS}.servers").file == "overlay.yaml"


def test_a_file_may_extend_several(overlay: Overlay, write: Callable[[str, str], str]) -> None:
    """Upgrades of all of them act, the base they share stands once, and the file decides."""
    head = "format: 1\nextends: base.yaml\nupgrades:\n"
    one = "{title: {en: a, vi: a}, evidence: assumption, gates: {chi_ma: {class: international}}}"
    overlay()
    write("a.yaml", f"{head}  a: {one}\n")
    write("b.yaml", f"{head}  b: {one.replace('international', 'auxiliary')}\n")
    both = write("both.yaml", "format: 1\nextends: [a.yaml, b.yaml]\n")
    with pytest.raises(ScenarioError, match=r"b\.yaml:4:.*upgrades 'a' and 'b' set this"):
        load(both)
    decided = write(
        "c.yaml", "format: 1\nextends: both.yaml\ngates: {chi_ma: {class: bilateral}}\n"
    )
    assert list(load(decided).upgrades) == ["a", "b"]
    assert load(decided).model.gates["chi_ma"].status == "bilateral"


def test_files_that_extend_each_other_are_named(write: Callable[[str, str], str]) -> None:
    """A circle is one problem at `extends`."""
    write("a.yaml", "format: 1\nextends: b.yaml\n")
    write("b.yaml", "format: 1\nextends: a.yaml\n")
    with pytest.raises(ScenarioError, match=r"b\.yaml:2:10: .* a\.yaml → b\.yaml → a\.yaml"):
        load("a.yaml")


def test_a_missing_base_names_the_nearest_file(write: Callable[[str, str], str]) -> None:
    """The nearest file beside it is suggested."""
    write("base-2025.yaml", "format: 1\n")
    name = write("x.yaml", "format: 1\nextends: base-2024.yaml\n")
    with pytest.raises(ScenarioError, match=r"x\.yaml:2:10: .*did you mean 'base-2025\.yaml'\?"):
        load(name)


def test_an_unknown_id_is_one_problem(overlay: Overlay) -> None:
    """A mistyped gate gives one sentence, not one for each missing key."""
    (problem,) = wrong(overlay, "gates:\n  chi_mma: {class: international}\n")
    assert (problem.code, problem.line, problem.column) == ("unknown-gate", 5, 3)
    assert problem.message == "no gate 'chi_mma' in base.yaml"
    assert problem.hint == "did you mean 'chi_ma'? To add a gate write `add: true` in its block"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (gate("{stages: {docments: {servers: 1}}}"), "unknown-stage"),
        (gate("{flows: {fruits: {volume: 1/day}}}"), "unknown-flow"),
        (gate("{holds: {yards: {places: 1}}}"), "unknown-hold"),
        (gate("{stages: {documents: {shifts: {late: {servers: 1}}}}}"), "unknown-shift"),
        (gate("{}", route="mane"), "unknown-route"),
        ("calendars: {vietnm: {hours: 24h}}", "unknown-calendar"),
        ("cargo: {fruits: {payload: 1 t}}", "unknown-cargo"),
        ("profiles: {day: {stedy: {shares: {00:00-24:00: 100 %}}}}", "unknown-profile"),
        ("profiles: {week: {level: {mon: 50 %}}}", "unknown-profile"),
    ],
)
def test_all_ids_are_closed(overlay: Overlay, text: str, code: str) -> None:
    """Gates, routes, stages, holds, flows, shifts, calendars, profiles and cargo are closed."""
    (problem,) = wrong(overlay, text)
    assert problem.code == code
    assert "add: true" in problem.hint


def test_add_true_adds(overlay: Overlay) -> None:
    """`add: true` opens the id, and everything in the new block is new."""
    scenario = overlay(
        "gates:\n"
        "  bac_son:\n"
        "    add: true\n"
        "    title: {en: A, vi: B}\n"
        "    mode: road\n"
        "    class: auxiliary\n"
        "    data: assumed\n"
        "    evidence: assumption\n"
        "    routes: {main: {like: road}}\n"
    )
    assert set(scenario.model.gates["bac_son"].routes["main"].stages) == {
        "documents",
        "inspection",
        "crossing",
    }
    assert not any("add" in path.split(".") for path in scenario.leaves())


def test_add_true_on_something_known_is_an_error(overlay: Overlay) -> None:
    """What exists cannot be added again."""
    (problem,) = wrong(overlay, "calendars: {vietnam: {add: true, hours: 24h}}")
    assert (problem.code, problem.column) == ("already-there", 23)
    assert "leave out" in problem.hint


def test_templates_stand_under_the_block(overlay: Overlay, base: str) -> None:
    """`like:` fills what the block does not say; templates leave no trace."""
    scenario = overlay()
    assert scenario.leaves()[f"{DOCUMENTS}.servers"] == 2
    assert not {"templates", "extends", "like"} & set(scenario.resolved())


def test_classes_of_a_block_replace_those_of_its_template(overlay: Overlay) -> None:
    """As over a base: another kind of classes replaces them all, the same kind key by key."""
    templates = "templates:\n  desk: {service: {green: 1 min, other: 9 min}}\n"
    for own, whole in (
        ("{fruit: 3 min, other: 4 min}", {"fruit": "3 min", "other": "4 min"}),
        ("{red: 8 min}", {"green": "1 min", "other": "9 min", "red": "8 min"}),
    ):
        scenario = overlay(
            templates + gate(f"{{stages: {{inspection: {{like: desk, service: {own}}}}}}}")
        )
        route = scenario.resolved()["gates"]["chi_ma"]["routes"]["main"]
        assert route["stages"]["inspection"]["service"] == whole


def test_evidence_of_a_template_holds_where_the_block_is_silent(
    write: Callable[[str, str], str], base: str
) -> None:
    """Evidence for one key in the block keeps the template's evidence for the others."""
    text = base.replace(
        "        priority: [fruit]\n",
        "        evidence: {service: {kind: literature, source: evr}}\n",
    ).replace(
        "        like: road\n",
        "        like: road\n"
        "        stages: {documents: {servers: 3, evidence: {servers: measured}}}\n",
    )
    scenario = load(write("a.yaml", text))
    assert scenario.evidence_of(f"{DOCUMENTS}.servers").kind == "measured"
    assert scenario.evidence_of(f"{DOCUMENTS}.service.red").kind == "literature"
    assert scenario.evidence_of(f"{DOCUMENTS}.calendar").kind == "assumption"


@pytest.mark.parametrize(
    ("templates", "code"),
    [
        ("  road2: {like: rod}\n", "unknown-template"),
        ("  road2: {like: road3}\n  road3: {like: road2}\n", "circular-template"),
        (
            "".join(
                f"  road{n}: {{a: {{like: road{n + 1}}}, b: {{like: road{n + 1}}}}}\n"
                for n in range(2, 40)
            )
            + "  road40: {}\n",
            "too-many-values",
        ),
    ],
)
def test_templates_that_cannot_be_unfolded(overlay: Overlay, templates: str, code: str) -> None:
    """Unknown, circular and exploding templates are said at `like:`."""
    problems = wrong(overlay, f"templates:\n{templates}{gate('{like: road2}')}")
    assert code in {problem.code for problem in problems}


def test_an_alias_route_leads_to_the_real_one(overlay: Overlay) -> None:
    """Changes of an alias route are changes of the route that it stands for."""
    text = gate("{stages: {documents: {servers: 9}}}", "huu_nghi", "r1088")
    scenario = overlay(text)
    real = "gates.tan_thanh.routes.r1088.stages.documents.servers"
    assert scenario.leaves()[real] == 9
    assert scenario.origin(real).file == "overlay.yaml"
    scenario = overlay(set=["gates.huu_nghi.routes.r1088.stages.documents.servers=8"])
    assert scenario.leaves()[real] == 8


def test_both_names_of_a_route_must_agree(overlay: Overlay) -> None:
    """An alias and its route cannot be set differently in one block."""
    (problem,) = wrong(
        overlay,
        "gates:\n"
        "  tan_thanh: {routes: {r1088: {stages: {documents: {servers: 8}}}}}\n"
        "  huu_nghi: {routes: {r1088: {stages: {documents: {servers: 9}}}}}\n",
    )
    assert (problem.code, problem.line) == ("set-twice", 6)
    assert "overlay.yaml:5:" in problem.message


def test_upgrades_apply_before_the_scenario_itself(overlay: Overlay) -> None:
    """The scenario's own settings win over its upgrades."""
    six = upgrade("six", gate("{stages: {documents: {servers: 6, calendar: crossing}}}"))
    scenario = overlay(f"upgrades:\n{six}{gate('{stages: {documents: {servers: 7}}}')}\n")
    assert scenario.leaves()[f"{DOCUMENTS}.servers"] == 7
    assert scenario.leaves()[f"{DOCUMENTS}.calendar"] == "crossing"
    assert list(scenario.upgrades) == ["six"]


def test_two_upgrades_cannot_set_one_value_differently(overlay: Overlay) -> None:
    """The error shows both places."""
    six = upgrade("six", gate("{stages: {documents: {servers: 6}}}"))
    seven = upgrade("seven", gate("{stages: {documents: {servers: 7}}}"))
    (problem,) = wrong(overlay, f"upgrades:\n{six}{seven}")
    assert (problem.code, problem.line) == ("upgrades-conflict", 6)
    assert "'six' and 'seven'" in problem.message
    assert "overlay.yaml:5:" in problem.message
    assert "top level" in problem.hint


def test_the_scenario_decides_between_upgrades(overlay: Overlay) -> None:
    """A value that the scenario sets itself, or --set, is no conflict."""
    six = upgrade("six", gate("{stages: {documents: {servers: 6}}}"))
    seven = upgrade("seven", gate("{stages: {documents: {servers: 7}}}"))
    text = f"upgrades:\n{six}{seven}"
    decided = overlay(text + gate("{stages: {documents: {servers: 8}}}"))
    assert decided.leaves()[f"{DOCUMENTS}.servers"] == 8
    assert overlay(text, set=[f"{DOCUMENTS}.servers=9"]).leaves()[f"{DOCUMENTS}.servers"] == 9


def test_equal_values_and_other_forms(overlay: Overlay) -> None:
    """Upgrades may agree; one service and services by class do not."""
    one = upgrade("one", gate("{stages: {documents: {servers: 6}}}"))
    two = upgrade("two", gate("{stages: {documents: {servers: 6}}}"))
    assert overlay(f"upgrades:\n{one}{two}").leaves()[f"{DOCUMENTS}.servers"] == 6
    one = upgrade("one", gate("{stages: {documents: {service: 5 min}}}"))
    two = upgrade("two", gate("{stages: {documents: {service: {red: 6 min}}}}"))
    found = wrong(overlay, f"upgrades:\n{one}{two}")
    assert "upgrades-conflict" in {problem.code for problem in found}


def test_two_upgrades_may_add_the_same_block(overlay: Overlay) -> None:
    """What one upgrade adds, another may add again if both say the same."""
    night = "calendars: {night: {add: true, hours: 24h}}"
    both = "upgrades:\n" + upgrade("one", night) + upgrade("two", night)
    assert "night" in overlay(both).model.calendars


def test_a_later_file_cannot_overrule_an_upgrade_silently(
    overlay: Overlay, write: Callable[[str, str], str]
) -> None:
    """The rule for two upgrades also holds between files."""
    overlay("upgrades:\n" + upgrade("six", gate("{stages: {documents: {servers: 6}}}")))
    seven = upgrade("seven", gate("{stages: {documents: {servers: 7}}}"))
    last = write("last.yaml", f"format: 1\nextends: overlay.yaml\nupgrades:\n{seven}")
    with pytest.raises(ScenarioError, match="upgrades 'six' and 'seven'"):
        load(last)


def test_an_upgrade_that_says_more_than_it_may(overlay: Overlay) -> None:
    """An upgrade cannot change the run; a mistyped section is named."""
    (problem,) = wrong(overlay, "upgrades:\n" + upgrade("one", "run: {days: 3}"))
    assert problem.code == "unknown-key"
    (problem,) = wrong(overlay, "upgrades:\n" + upgrade("one", "gatess: {chi_ma: {mode: road}}"))
    assert problem.hint == "did you mean 'gates'?"


@pytest.mark.parametrize(
    ("setting", "path", "value"),
    [
        ("run.days=14", "run.days", 14),
        ("run.warm_up=2 days", "run.warm_up", "2 days"),
        (f"{DOCUMENTS}.service=lognormal(mean 9 h, cv 0.8)", f"{DOCUMENTS}.service", None),
        (f"{DOCUMENTS}.priority=[goods, fruit]", f"{DOCUMENTS}.priority", ["goods", "fruit"]),
        (f"{DOCUMENTS}.at_close = resume", f"{DOCUMENTS}.at_close", "resume"),
    ],
)
def test_settings_come_last(overlay: Overlay, setting: str, path: str, value: object) -> None:
    """`path=value` is read like a value in a file; its place is --set."""
    scenario = overlay("run: {days: 3}", set=[setting])
    expected = value if value is not None else setting.partition("=")[2]
    assert scenario.leaves()[path] == expected
    assert scenario.origin(path).file == "--set"


def test_settings_from_python(overlay: Overlay) -> None:
    """A mapping of paths to texts or Python values is taken as well."""
    settings = {"run.days": np.int64(14), f"{DOCUMENTS}.service": {"red": "1 h"}, "run.seed": "7"}
    scenario = overlay(set=settings)
    assert scenario.model.run.days == 14
    assert scenario.model.run.seed == 7
    assert scenario.leaves()[f"{DOCUMENTS}.service.red"] == "1 h"


@pytest.mark.parametrize(
    ("setting", "code", "fix"),
    [
        ("run.days", "bad-setting", "path=value"),
        ("=4", "bad-setting", "path=value"),
        ("run..days=4", "bad-setting", "path=value"),
        ("a." * 5000 + "a=4", "bad-setting", "path=value"),
        ("run.dayss=4", "unknown-key", "did you mean 'days'?"),
        ("gatess.chi_ma.class=x", "unknown-key", "did you mean 'gates'?"),
        ("gates.chi_mma.class=auxiliary", "unknown-gate", "did you mean 'chi_ma'?"),
        ("run.days=.nan", "bad-setting", "ordinary number"),
        ("run.days=[1", "bad-setting", "close it"),
        ("run.days=many", "bad-value", "write e.g."),
        ("run=3", "bad-value", "keys below it"),
        ("run.days=010", "bad-value", "write '10'"),
        ("run.start=9999-12-31", "bad-value", "years run from 1900 to 2199"),
        ("title.en=A\x07B", "control-character", "type the value again"),
        ('title.en="A\\u0007B"', "control-character", "type the value again"),
        ("run.da\x1bys=3", "control-character", "type the value again"),
        ("run.da\x1bys", "control-character", "type the value again"),
    ],
)
def test_settings_that_cannot_be_used(overlay: Overlay, setting: str, code: str, fix: str) -> None:
    """Each is one problem at --set with its remedy."""
    (problem,) = wrong(overlay, "", set=[setting])
    assert (problem.file, problem.line, problem.code) == ("--set", 0, code)
    assert fix in problem.hint


def test_python_values_that_are_no_values(overlay: Overlay) -> None:
    """NaN and strange objects are refused by name."""
    assert wrong(overlay, "", set={"run.days": float("nan")})[0].code == "bad-setting"
    assert wrong(overlay, "", set={"run": {"da\rys": 3}})[0].code == "control-character"
    assert "set cannot be a value" in wrong(overlay, "", set={"run.days": {1}})[0].message
