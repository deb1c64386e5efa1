"""Files that people write are read within a budget, whatever lies at their path."""

from __future__ import annotations

import os
import socket
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import Problem, ScenarioError
from sim.scenario import load
from sim.scenario.source.reader import read
from sim.scenario.source.textfile import CSV, PROFILE, SCENARIO, TextKind, read_text

KINDS = [SCENARIO, CSV, PROFILE]


def refusal(path: str | os.PathLike[str], kind: TextKind = SCENARIO) -> Problem:
    """Return the one problem of a file."""
    with pytest.raises(ScenarioError) as caught:
        read_text(os.fspath(path), kind)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_only_ordinary_files_are_read(tmp_path: Path, kind: TextKind) -> None:
    """A pipe, a socket, a device and a folder are named for what they are, at once."""
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    assert "this is a pipe, not a file" in str(refusal(pipe, kind))
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "socket"))
        assert "this is a socket, not a file" in str(refusal(tmp_path / "socket", kind))
    for device in ("/dev/zero", "/dev/null", "/dev/full"):
        assert "this is a device, not a file" in str(refusal(device, kind))
    assert f"this is a folder, not a file; name {kind.name} in it" in str(refusal(tmp_path, kind))
    (tmp_path / "link.yaml").symlink_to("/dev/zero")
    assert refusal(tmp_path / "link.yaml", kind).code == "not-a-file"


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_a_file_beyond_the_limit_is_not_read(
    tmp_path: Path, kind: TextKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """52 MB are refused with their size; a file that grows meanwhile is read up to the limit."""
    path = tmp_path / "big"
    path.touch()
    os.truncate(path, 52_000_000)
    problem = refusal(path, kind)
    assert (problem.code, problem.hint) == ("too-large", kind.remedy)
    assert f"the file has 52.0 MB; the limit is {kind.most_bytes / 1e6:g} MB" in problem.message
    path.write_bytes(b"a" * kind.most_bytes)
    assert len(read_text(str(path), kind)[1]) == kind.most_bytes


def test_what_is_no_text_is_said(tmp_path: Path) -> None:
    """UTF-16, zeros and single bytes of Latin-1, the last with its line."""
    for content, code, place in (
        ("format: 1".encode("utf-16"), "encoding", (1, 1)),
        (b"a\0b", "binary", (1, 1)),
        ("a: 1\nb: é".encode("latin-1"), "encoding", (2, 4)),
    ):
        (tmp_path / "x.yaml").write_bytes(content)
        problem = refusal(tmp_path / "x.yaml")
        assert (problem.code, (problem.line, problem.column)) == (code, place)


def test_a_name_that_is_too_long_is_a_sentence(write: Callable[[str, str], str]) -> None:
    """What the system says of a path is said where the path is written."""
    name = write("over.yaml", f"format: 1\nextends: {'x' * 300}\ntitle: {{en: a, vi: a}}\n")
    with pytest.raises(ScenarioError, match=r"over\.yaml:2:10: error: there is no scenario 'x+"):
        load(name)


@pytest.mark.parametrize("on_disk", ["NFD", "NFC"])
@pytest.mark.parametrize("written", ["NFD", "NFC"])
def test_a_name_is_found_however_its_letters_are_composed(
    tmp_path: Path, base: str, on_disk: str, written: str
) -> None:
    """`cửa khẩu.yaml` in a folder `ngã` from a Mac is extended, and opened by hand."""
    folder = tmp_path / unicodedata.normalize(on_disk, "ngã")
    folder.mkdir()
    (folder / unicodedata.normalize(on_disk, "cửa khẩu.yaml")).write_text(base, "utf-8")
    named = unicodedata.normalize(written, "ngã/cửa khẩu.yaml")
    over = tmp_path / "over.yaml"
    over.write_text(f"format: 1\nextends: {named}\n", "utf-8")
    assert load(over).resolved() == load(tmp_path / named).resolved()


def test_a_backslash_is_answered_with_a_slash(write: Callable[[str, str], str], base: str) -> None:
    """Paths of Windows get the same path as it is written everywhere."""
    write("base.yaml", base)
    name = write("over.yaml", "format: 1\nextends: ..\\base.yaml\n")
    with pytest.raises(
        ScenarioError, match=r"write '/' between folders and files, as in '\.\./base"
    ):
        load(name)


def test_a_letter_that_cannot_be_told_is_named(write: Callable[[str, str], str], base: str) -> None:
    """A suggestion never looks like what was written without a word on the difference."""
    write("base.yaml", base)
    name = write("over.yaml", "format: 1\nextends: base\u200b.yaml\n")
    with pytest.raises(
        ScenarioError, match=r"did you mean 'base\.yaml'\? U\+200B in yours is zero"
    ):
        load(name)
    with pytest.raises(
        ScenarioError, match=r"did you mean 'chi_ma'\? U\+0441 in yours is cyrillic"
    ):
        load(name.replace("over", "base"), set={"gates.\u0441hi_ma.data": "none"})


def test_the_files_of_a_scenario_are_counted(write: Callable[[str, str], str], base: str) -> None:
    """A chain of a thousand files ends in a sentence, as a chain of a million would."""
    write("f0.yaml", base)
    for number in range(1, 60):
        last = write(f"f{number}.yaml", f"format: 1\nextends: f{number - 1}.yaml\n")
    with pytest.raises(ScenarioError, match="more than 30 files are extended"):
        load(last)
    assert load(last.replace("f59", "f20")).model.title.en


def test_problems_of_several_files_come_together(
    write: Callable[[str, str], str], base: str
) -> None:
    """What is wrong with one file that is extended does not hide what is wrong with another."""
    write("base.yaml", base)
    write("a.yaml", "format: 1\nextends: base.yaml\n\tx: 1\n")
    name = write("over.yaml", "format: 1\nextends: [a.yaml, b.yaml]\n")
    with pytest.raises(ScenarioError) as caught:
        load(name)
    assert {problem.code for problem in caught.value.problems} == {"tab", "no-such-file"}


def test_so_many_errors_end_the_reading(write: Callable[[str, str], str]) -> None:
    """After 200 errors the file is none of its kind, and the rest is not looked at."""
    name = write("many.yaml", "format: 1\n" + "".join(f"k{i}: 1\n" for i in range(5000)))
    with pytest.raises(ScenarioError) as caught:
        load(name)
    assert len(caught.value.problems) == 200


def test_a_profile_says_what_it_is(tmp_path: Path) -> None:
    """The sentence about a profile is about a profile."""
    (tmp_path / "p.yaml").write_text("- a\n", "utf-8")
    with pytest.raises(ScenarioError, match="a profile of a cluster is a mapping of keys; write"):
        read(tmp_path / "p.yaml", kind=PROFILE)
