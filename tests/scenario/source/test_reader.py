"""The reader: YAML 1.2 with places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.errors import Problem, ScenarioError
from sim.scenario.source.parser import MAX_DEPTH, parse
from sim.scenario.source.reader import read
from sim.scenario.source.scalars import scalar


def wrong(text: str) -> Problem:
    """Return the only problem of a text."""
    with pytest.raises(ScenarioError) as caught:
        parse(text, "a.yaml")
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    "text",
    [
        "19:00",
        "07:00-19:00",
        "no",
        "on",
        "yes",
        "1_200",
        "2027-07",
        "1e",
        "0b1",
        "=",
        "<",
        "-",
        "010",
    ],
)
def test_what_yaml_1_1_would_change_stays_text(text: str) -> None:
    """Opening hours, `no`, `1_200` and months are text in YAML 1.2; and so is `010` here."""
    assert scalar(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4", 4),
        ("-4", -4),
        ("0", 0),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_the_core_schema_types_the_rest(text: str, value: Any) -> None:
    """Numbers, true, false and null are typed, and keep their Python type."""
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)


def test_quoted_text_stays_text() -> None:
    """A number in quotes is text."""
    assert parse("a: '4'", "a.yaml").plain() == {"a": "4"}


def test_every_key_and_value_has_its_place() -> None:
    """Places give first and last line and column, and the line itself."""
    node = parse("a:\n  bé: xin chào\n", "a.yaml").items["a"].items["bé"]
    assert node.key is not None
    assert (node.key.line, node.key.column, node.key.end_column) == (2, 3, 5)
    place = node.place
    assert (place.line, place.column, place.end_line, place.end_column) == (2, 7, 2, 15)
    assert place.width == len("xin chào")
    assert place.excerpt == "  bé: xin chào"
    assert str(place) == "a.yaml:2:7"


def test_text_is_normalised() -> None:
    """Letters typed as base and accent equal letters typed as one character."""
    decomposed = "Ha\u0323"
    assert parse(f"{decomposed}: {decomposed}", "a.yaml").plain() == {"Hạ": "Hạ"}


def test_lists_and_blocks_nest() -> None:
    """Flow and block style give the same tree."""
    block = parse("a:\n  - b: 1\n  - [2, x]\n", "a.yaml").plain()
    assert block == parse("{a: [{b: 1}, [2, x]]}", "a.yaml").plain() == {"a": [{"b": 1}, [2, "x"]]}


def test_aliases_are_read() -> None:
    """An alias is the value of its anchor."""
    assert parse("a: &x [1]\nb: *x", "a.yaml").plain() == {"a": [1], "b": [1]}


def test_repeated_keys_name_both_lines() -> None:
    """A repeated key is an error at the second place that names the first."""
    problem = wrong("a: 1\nb: 2\na: 3\n")
    assert (problem.code, problem.line, problem.column) == ("repeated-key", 3, 1)
    assert "line 1" in problem.message


def test_all_repeated_keys_are_found_at_once() -> None:
    """Mistakes that leave the file readable are gathered."""
    with pytest.raises(ScenarioError) as caught:
        parse("a: 1\na: 2\nb: {c: 1, c: 2}\nd: .nan\n", "a.yaml")
    assert [p.line for p in caught.value.problems] == [2, 3, 4]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a:\n\tb: 1", "tab", (2, 1)),
        ("a:\n  b: 1\n \tc: 2", "tab", (3, 2)),
        ("a: b: c", "yaml", (1, 5)),
        ("a: {b: 1", "yaml", (1, 4)),
        ("a: 1\nb\nc: 2", "yaml", (2, 1)),
        ("a: {b: [1 [2]}", "yaml", (1, 11)),
        ("a: 'x", "yaml", (1, 4)),
        ("a: @x", "yaml", (1, 4)),
        ("a: *x", "alias", (1, 4)),
        ("a: &x [*x]", "alias", (1, 8)),
        ("a: 1\n---\nb: 2", "many-documents", (2, 1)),
        ("a: !!python/object:os.system x", "tag", (1, 4)),
        ("a: &x {b: 1}\nc:\n  <<: *x", "merge-key", (3, 3)),
        ("a: .nan", "not-finite", (1, 4)),
        ("a: -.inf", "not-finite", (1, 4)),
        ("a: 1e999", "not-finite", (1, 4)),
        ("a: " + "9" * 5000, "not-finite", (1, 4)),
        ("1.5: x", "key-not-text", (1, 1)),
        ("true: x", "key-not-text", (1, 1)),
        ("? [a]\n: x", "key-not-text", (1, 3)),
        ("a: \x07", "control-character", (1, 4)),
        ('a: "\\u0007"', "control-character", (1, 4)),
        ('a: ["b", "\\e[31m"]', "control-character", (1, 10)),
        ('a: "one\\rtwo"', "control-character", (1, 4)),
        ('{"\\x7f": 1}', "control-character", (1, 2)),
        ("", "empty", (1, 1)),
        ("# nothing\n", "empty", (1, 1)),
        ("---\n", "empty", (1, 1)),
    ],
)
def test_unusable_text_is_one_problem_with_a_place(
    text: str, code: str, place: tuple[int, int]
) -> None:
    """Each mistake has a stable code, its line and column, and a hint."""
    problem = wrong(text)
    assert (problem.code, (problem.line, problem.column)) == (code, place)
    assert problem.hint


def test_aliases_of_aliases_stop_early() -> None:
    """Nine levels of ten aliases would be a milliard values; they are counted, not made."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    problem = wrong("\n".join(lines))
    assert problem.code == "too-many-values"
    assert problem.line == 6


def test_depth_is_limited() -> None:
    """A file of brackets stops at the limit, not at Python's."""
    assert wrong("[" * 100_000).code == "too-deep"
    deep = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert parse(deep, "a.yaml").value


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        ("a: 1".encode("utf-16"), "encoding"),
        (b"a: 1\nb: caf\xe9\n", "encoding"),
        (b"- a\n- b\n", "not-a-mapping"),
        (b"just text", "not-a-mapping"),
        (b"a: x\n" * 2_000_000, "too-large"),
    ],
)
def test_unusable_files_are_one_problem(tmp_path: Path, data: bytes, code: str) -> None:
    """Files that are no scenario are refused in one sentence with a line and column."""
    path = tmp_path / "a.yaml"
    path.write_bytes(data)
    with pytest.raises(ScenarioError) as caught:
        read(path)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.file == str(path)
    assert problem.line >= 1
    assert problem.column >= 1


def test_a_wrong_byte_has_its_place(tmp_path: Path) -> None:
    """The first byte that is not UTF-8 is pointed at."""
    path = tmp_path / "a.yaml"
    path.write_bytes("a: é\nb: caf".encode() + b"\xe9\n")
    with pytest.raises(ScenarioError) as caught:
        read(path)
    assert (caught.value.problems[0].line, caught.value.problems[0].column) == (2, 7)


def test_the_limit_is_said(tmp_path: Path) -> None:
    """A file of 10 MB is not read; the message says the limit."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"x" * 10_000_000)
    with pytest.raises(ScenarioError, match=r"10\.0 MB; the limit is 2 MB"):
        read(path)


def test_a_byte_order_mark_and_windows_lines_are_fine(tmp_path: Path) -> None:
    """Files from Windows editors read the same."""
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeffa: 1\r\nb: {c: 2}\r\n".encode())
    root = read(path)
    assert root.plain() == {"a": 1, "b": {"c": 2}}
    assert root.items["b"].items["c"].place.line == 2


def test_missing_files_and_folders(tmp_path: Path) -> None:
    """A missing file names the nearest one beside it; a folder is no file."""
    (tmp_path / "baseline.yaml").write_text("a: 1")
    with pytest.raises(ScenarioError, match=r"does not exist; did you mean '.*baseline\.yaml'\?"):
        read(tmp_path / "basline.yaml")
    with pytest.raises(ScenarioError, match="1:1: error: this is a folder, not a file"):
        read(tmp_path)
    with pytest.raises(ScenarioError, match="1:1: error: the file cannot be read"):
        read("a\0b")


@pytest.mark.parametrize("name", ["zzz.yaml", "x.yaml", "mytrip.yaml"])
def test_only_close_names_are_suggested(tmp_path: Path, name: str) -> None:
    """A shared ending makes no name close: then none is suggested."""
    for other in ("abc.yaml", "baseline.yaml", "q.yml"):
        (tmp_path / other).write_text("a: 1")
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path / name)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (1, 1)
    assert problem.hint == "check the name and folder"


def test_a_year_is_a_key_as_it_is_written() -> None:
    """Whole numbers in plain digits are keys; other numbers might be read in two ways."""
    assert list(parse("2030: x", "a.yaml").items) == ["2030"]
    assert wrong("0o17: x").code == "key-not-text"
