"""Broken files: each gives the exact place and a remedy, never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import Problem, ScenarioError
from sim.scenario import load

Write = Callable[[str, str], str]

LAUGHS = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 9))

#: What is wrong, the text that is changed, its replacement, code, the marked text, the fix.
EDITS = [
    ("mistyped key", "servers: 2\n", "servrs: 2\n", "unknown-key", "servrs", "'servers'"),
    ("title in one language", "{en: One gate, vi: Một cửa khẩu}", "One gate", "bad-value",
     "One gate", "{en: …, vi: …}"),
    ("mistyped volume", "volume: 30 trucks/day", "volumee: 30 trucks/day", "unknown-key",
     "volumee", "'volume'"),
    ("a list in a list", "[documents, inspection,", "[documents, [inspection],", "bad-value",
     "[inspection]", "one word"),
    ("a number in a list", "priority: [fruit]", "priority: [fruit, {a: 1}]", "bad-value", "{a: 1}",
     "one word"),
    ("added to nothing", "mode: road\n    class: bi", "mode: road\n    add: true\n    class: bi",
     "unknown-key", "add: true", "leave it out"),
    ("several templates", "like: road\n        flows", "like: [road]\n        flows", "bad-value",
     "[road]", "like: its_id"),
    ("mistyped key on top", "channels: {", "chanels: {", "unknown-key", "chanels", "'channels'"),
    ("bad unit", "service: 30 min", "service: 30 mn", "bad-value", "30 mn", "'min'"),
    ("no unit", "service: 30 min", "service: 7.5", "bad-value", "7.5", "12 min"),
    ("space in a number", "30 trucks/day", "1 200 trucks/day", "bad-value", "1 200 trucks/day",
     "1_200"),
    ("sexagesimal", "hours: 07:00-19:00", "hours: 19:00", "bad-value", "19:00", "07:00-19:00"),
    ("norway", "class: bilateral\n", "class: bilateral\n    priority: no\n", "bad-value", "no",
     "true or false"),
    ("number with underscore", "days: 7}", "days: 1_2}", "bad-value", "1_2", "1_200"),
    ("fraction of days", "days: 7}", "days: 1.5}", "bad-value", "1.5", "'4'"),
    ("word for a number", "servers: 2\n", "servers: four\n", "bad-value", "four", "whole number"),
    ("negative servers", "servers: 2\n", "servers: -2\n", "bad-value", "-2", "whole number"),
    ("mistyped unlimited", "servers: 2\n", "servers: unlimted\n", "bad-value", "unlimted",
     "'unlimited'"),
    ("a milliard servers", "servers: 2\n", "servers: 1_000_000_000\n", "bad-value", "1_000_000_000",
     "at most 10000"),
    ("too many trucks", "30 trucks/day", "9_000_000 trucks/day", "out-of-range", "9_000_000",
     "check the unit"),
    ("too long a warm-up", "days: 7}", "warm_up: 9_000 days, days: 7}", "out-of-range",
     "9_000 days", "at most"),
    ("NaN", "payload: 20 t", "payload: .nan", "not-finite", ".nan", "ordinary number"),
    ("infinity", "days: 7}", "days: .inf}", "not-finite", ".inf", "ordinary number"),
    ("repeated key", "  tan_thanh:\n", "  chi_ma:\n", "repeated-key", "chi_ma", "keep one"),
    ("tab", "\n    mode: road\n    class: bilateral", "\n\tmode: road\n    class: bilateral", "tab",
     "\t", "spaces"),
    ("open bracket", "days: 7}", "days: 7", "yaml", "{start", "close it"),
    ("bare colon", "{en: One gate, vi: Một cửa khẩu}", "One: gate: here", "yaml", ": gate",
     "in quotes"),
    ("merge key", "      main:\n", "      main:\n        <<: {}\n", "merge-key", "<<", "like:"),
    ("python tag", "like: road\n        flows", "like: !!python/name:os road\n        flows", "tag",
     "!!python", "remove it"),
    ("alias", "like: road\n        flows", "like: *road\n        flows", "alias", "*road",
     "quotes"),
    ("unknown template", "like: road\n        flows", "like: rod\n        flows",
     "unknown-template", "rod", "'road'"),
    ("wrong class", "class: bilateral", "class: bilatral", "bad-choice", "bilatral", "'bilateral'"),
    ("shares", "red: 10 %, evidence", "red: 20 %, evidence", "shares-sum", "channels", "100 %"),
    ("opens as it closes", "hours: 07:00-19:00", "hours: 07:00-07:00", "bad-value", "07:00-07:00",
     "24h"),
    ("closure ends early", "{hours: 07:00-19:00,",
     "{hours: 07:00-19:00, closures: {a: {start: 2025-07-09, end: 2025-07-08}},", "ends-early",
     "2025-07-08", "swap"),
    ("never open", "hours: 07:00-19:00,", "hours: 01:00-02:00,", "never-open",
     "crossing: {both", "hours"),
    ("leading zero", "servers: 2\n", "servers: 010\n", "bad-value", "010", "write '10'"),
    ("control character", "{en: One gate,", '{en: "One \\bgate",', "control-character",
     '"One \\b', "type the value again"),
    ("a far year", "start: 2025-07-07", "start: 9999-12-31", "bad-value", "9999-12-31",
     "1900 to 2199"),
    ("a far closure", "{hours: 07:00-19:00,",
     "{hours: 07:00-19:00, closures: {a: {start: 2025-07-08, end: 9999-12-31 24:00}},",
     "bad-value", "9999-12-31", "1900 to 2199"),
    ("a warm-up past all dates", "days: 7}", "warm_up: 9_000_000_000 days, days: 7}",
     "out-of-range", "9_000_000_000 days", "at most"),
    ("trains on a road", "30 trucks/day", "60 trains/day", "wrong-vehicle", "60 trains/day",
     "`vehicle: train`"),
    ("wagons for vehicles", "30 trucks/day", "60 wagons/day", "wrong-vehicle", "60 wagons/day",
     "trains/day"),
    ("unknown stage on a path", "[documents, inspection,", "[documents, inspecton,",
     "unknown-stage", "inspecton", "'inspection'"),
    ("bad id", "  chi_ma:\n", "  Chi Ma:\n", "bad-id", "Chi Ma:", "chi_ma"),
    ("block instead of text", "mode: road\n    class: bi", "mode: {a: 1}\n    class: bi",
     "bad-choice", "{a: 1}", "road"),
    ("text instead of block", "cargo:\n", "cargo: x\nnothing:\n", "unknown-key", "nothing", "keys"),
    ("empty block", "    title: {en: Chi Ma, vi: Chi Ma}", "    title:", "bad-value",
     "\n    mode", "block"),
    ("money without VND", "payload: 20 t", "value: 3 USD", "bad-value", "3 USD", "VND"),
    ("a year that is not leap", "start: 2025-07-07", "start: 2025-02-29", "bad-value",
     "2025-02-29", "28 days"),
]  # fmt: skip


def errors(name: str, **options: object) -> list[Problem]:
    """Return what is wrong with a file; anything but a ScenarioError fails the test."""
    with pytest.raises(ScenarioError) as caught:
        load(name, **options)  # type: ignore[arg-type]
    return [problem for problem in caught.value.problems if problem.level == "error"]


@pytest.mark.parametrize(
    ("old", "new", "code", "marked", "fix"), [c[1:] for c in EDITS], ids=[c[0] for c in EDITS]
)
def test_the_mistake_is_marked(
    write: Write, base: str, old: str, new: str, code: str, marked: str, fix: str
) -> None:
    """Code, line and column point at the mistake, and the text says how to mend it."""
    assert base.count(old) == 1
    text = base.replace(old, new)
    problem = next(p for p in errors(write("base.yaml", text)) if p.code == code)
    start = text.index(marked, max(base.index(old) - 40, 0) if code != "shares-sum" else 0)
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    assert (problem.file, problem.line, problem.column) == ("base.yaml", line, column)
    assert fix in f"{problem.message}; {problem.hint}"
    assert str(problem).startswith(f"base.yaml:{line}:{column}: error: ")


@pytest.mark.parametrize(
    ("text", "code", "place", "fix"),
    [
        ("", "empty", "bad.yaml:1:1", "format: 1"),
        ("- a\n- b\n", "not-a-mapping", "bad.yaml:1:1", "format: 1"),
        ("9 + 9", "not-a-mapping", "bad.yaml:1:1", "format: 1"),
        (LAUGHS.replace("*l0", "ha"), "too-many-values", "bad.yaml:6:", "templates"),
        ("a: &a {b: *a}", "alias", "bad.yaml:1:11", "write it out"),
        ("format: 1\n--- \nformat: 1\n", "many-documents", "bad.yaml:2:1", "file of its own"),
        ("{" * 5000, "too-deep", "bad.yaml:1:42", "40 levels"),
        ("x\0y", "binary", "bad.yaml:1:1", "scenario file"),
        ("format: 1\nextends: nowhere.yaml\n", "no-such-file", "bad.yaml:2:10", "does not exist"),
        ("format: 1\nextends: bad.yaml\n", "circular-extends", "bad.yaml:2:10", "circle"),
        ("format: 1\nextends: [3]\n", "bad-value", "bad.yaml:2:10", "extends: x.yaml"),
        ("format: 1\nextends: .\n", "not-a-file", "bad.yaml:2:10", "is a folder"),
        ("format: 1\nextend: x.yaml\n", "unknown-key", "bad.yaml:2:1", "mean 'extends'?"),
        ("format: 1\ntemplates: [a]\n", "bad-value", "bad.yaml:2:12", "a list is not a block"),
        ("format: 1\ntemplates: {a: 3}\n", "bad-value", "bad.yaml:2:16", "'3' is not a block"),
        (
            "format: 1\ntitle: |\n  a\n  b\n",
            "bad-value",
            "bad.yaml:2:8",
            "'a b' is not a text in both languages",
        ),
        ("a: 1\nb:\n - c\n d: e\n", "yaml", "bad.yaml:4:2", "column of its neighbours"),
        ('a: "\\q"\n', "yaml", "bad.yaml:1:5", "single quotes"),
        ("format: 1\n", "missing-key", "bad.yaml:1:1", "missing key 'title'"),
        ("format: 1\ngates: [a]\nupgrades: [b]\n", "bad-value", "bad.yaml:2:8", "ids below it"),
    ],
)
def test_files_that_are_no_scenario(
    write: Write, text: str, code: str, place: str, fix: str
) -> None:
    """Whatever the file holds, the answer is a sentence with a place."""
    problem = next(p for p in errors(write("bad.yaml", text)) if p.code == code)
    assert str(problem).startswith(f"{place}")
    assert fix in f"{problem.message}; {problem.hint}"


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    where=st.floats(0, 1, exclude_max=True),
    cut=st.integers(0, 30),
    put=st.one_of(
        st.text("{}[]:,-#&*!|>%'\"@ \n\t0axé", max_size=4),
        st.sampled_from(("null", "[a]", "{a: 1}", "-1", "1e9", "07:00", "0 %", "like: road")),
    ),
)
def test_any_edit_gives_a_scenario_or_sentences(
    write: Write, base: str, where: float, cut: int, put: str
) -> None:
    """Cut some characters anywhere and put others: never a traceback, always a line."""
    start = int(where * len(base))
    name = write("base.yaml", base[:start] + put + base[start + cut :])
    try:
        scenario = load(name)
    except ScenarioError as error:
        said = [problem.message for problem in error.problems]
    else:
        said = [scenario.evidence_of(path).kind for path in scenario.leaves()]
    assert said
    assert all(said)


def test_huge_and_missing_files(tmp_path: Path) -> None:
    """10 MB are not read, and a missing file is named."""
    huge = tmp_path / "huge.yaml"
    huge.write_bytes(b"a" * 10_000_000)
    (problem,) = errors(str(huge))
    assert (problem.code, problem.line, problem.column) == ("too-large", 1, 1)
    assert "the limit is 2 MB" in problem.message
    (problem,) = errors(str(tmp_path / "nowhere" / "x.yaml"))
    assert (problem.code, problem.hint) == (
        "no-such-file",
        f"there is no folder '{tmp_path / 'nowhere'}' that can be read",
    )
    (problem,) = errors(str(tmp_path / "hugo.yaml"))
    assert (problem.code, problem.hint) == ("no-such-file", f"did you mean '{huge}'?")


def test_a_broken_base_is_reported_under_its_own_name(write: Write, base: str) -> None:
    """The overlay's user is led to the file that must be mended."""
    write("base.yaml", base + "\tx: 1\n")
    (problem,) = errors(write("x.yaml", "format: 1\nextends: base.yaml\n"))
    assert (problem.file, problem.code) == ("base.yaml", "tab")


def test_the_excerpt_shows_the_line(write: Write, base: str) -> None:
    """The problem carries the source line and the length of the mark."""
    (problem,) = errors(write("base.yaml", base.replace("payload: 20 t", "payload: 20 tons")))
    mark = problem.excerpt[problem.column - 1 : problem.column - 1 + problem.width]
    assert mark == "20 tons"
