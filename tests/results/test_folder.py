"""A folder of results from a stranger: nothing outside it is read, written or deleted."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sim.errors import ResultsError, WriteError
from sim.report.pages import REPORT, write_page
from sim.results import Results, open_all, open_results, publish, write, write_several
from sim.results.folder import Folder, is_plain, plain_name

Edit = Callable[[Any], object]


def edit(folder: Path, change: Edit) -> None:
    """Change a folder's manifest."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), "utf-8")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../a", "/a", "a/b", "a\\b", "c:a", "a\0", "a\nb", "a\x1bb", "ế" * 90]
)
def test_a_name_that_could_lead_elsewhere_is_no_name(name: str, tmp_path: Path) -> None:
    """Such a name is refused before it becomes a path; the names that we make are never so."""
    assert not is_plain(name)
    assert is_plain(plain_name(name[:80]))
    with pytest.raises(ResultsError):
        Folder(tmp_path).path(name)
    with pytest.raises(WriteError):
        Folder(tmp_path).write(b"", name)


@pytest.mark.parametrize("name", ["tutorial", "Tân Thanh 2030", "a*b?[1]", "~", "-rf", "nul.txt"])
def test_other_names_are_kept(name: str) -> None:
    """Letters of any language, spaces and patterns are fine."""
    assert is_plain(name)
    assert plain_name(name) == name


def test_nothing_is_read_or_written_through_links(tmp_path: Path) -> None:
    """A link below the root is refused wherever it stands; the root itself may be one."""
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    (outside / "a").write_text("precious", "utf-8")
    inside.mkdir()
    (inside / "file").symlink_to(outside / "a")
    (inside / "folder").symlink_to(outside)
    (tmp_path / "root").symlink_to(inside)
    folder = Folder(tmp_path / "root")
    for names in (("file",), ("folder", "a")):
        with pytest.raises(ResultsError, match="is a link"):
            folder.read(*names, limit=100)
    with pytest.raises(WriteError, match="is a link"):
        folder.write(b"", "folder", "a")
    folder.delete("folder", "a")
    folder.write(b"mine", "file")
    folder.write(b"mine", "new", "a")
    assert (outside / "a").read_text("utf-8") == "precious"
    assert (inside / "new" / "a").read_bytes() == b"mine"


@pytest.mark.parametrize("gone", ["headline.parquet", "journeys-0.parquet", "inputs.parquet"])
def test_a_changed_table_is_known(gone: str, results: Results, tmp_path: Path) -> None:
    """One bit of any table makes the folder unusable, and the file is named."""
    folder = write(results, tmp_path)
    content = bytearray((folder / gone).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / gone).write_bytes(content)
    with pytest.raises(ResultsError, match=rf"{gone} is not what langson wrote"):
        open_results(folder)


def test_patterns_in_paths_stand_for_themselves(results: Results, tmp_path: Path) -> None:
    """A folder named with * reads its own tables, not those of others that it matches."""
    names = ("a*", "ab", "b[1]", "b1", "c?", "cd", "~")
    folders = [write(results, tmp_path / name) for name in names]
    for folder in folders:
        stored = open_results(folder)
        assert_frame_equal(stored.tables["headline"].collect(), results.tables["headline"])
        assert_frame_equal(stored.journeys().collect(), results.journeys[0])


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "..", "a/../../outside", "x\x1b"])
def test_a_manifest_leads_nowhere_else(name: str, results: Results, tmp_path: Path) -> None:
    """Names of scenarios, and of the folders inside, are refused if they are not plain."""
    folder = write(results, tmp_path / "one")
    edit(folder, lambda manifest: manifest["scenario"].update(name=name))
    with pytest.raises(ResultsError, match=r"scenario\.name"):
        open_results(folder)
    both, _ = write_several([results, results], tmp_path / "two")
    edit(both, lambda manifest: manifest.update(scenarios=[name]))
    with pytest.raises(ResultsError, match="scenarios"):
        open_all(both)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b'{"format": 2, "kind": "results"}',
        b'{"format": 2, "kind": ["results"]}',
        b'{"format": 2, "seed": ' + b"9" * 5000 + b"}",
        b'{"format": NaN}',
        b" " * 17_000_000,
    ],
)
def test_a_manifest_of_another_form(content: bytes, results: Results, tmp_path: Path) -> None:
    """Truncated, mistyped, foreign, too deep or too long: a sentence that names the file."""
    folder = write(results, tmp_path)
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(ResultsError, match=r"manifest|layout"):
        open_results(folder)


@pytest.mark.parametrize("where", ["manifest.json", "headline.parquet"])
def test_pipes_and_devices_are_not_read(where: str, results: Results, tmp_path: Path) -> None:
    """A pipe without a writer, or a link to an endless device, is refused and nothing hangs."""
    for make in (os.mkfifo, lambda path: path.symlink_to("/dev/zero")):
        folder = write(results, tmp_path)
        (folder / where).unlink()
        make(folder / where)
        with pytest.raises(ResultsError, match=where):
            open_results(folder)


def test_pages_and_pictures_replace_planted_links(tmp_path: Path) -> None:
    """What a link in the place of a page or of the pictures leads to is never changed."""
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    folder.mkdir()
    outside.write_text("precious", "utf-8")
    (folder / REPORT).symlink_to(outside)
    (folder / f".{REPORT}.{os.getpid()}").symlink_to(outside)
    (folder / "figures").symlink_to(tmp_path / "elsewhere")
    write_page(folder / REPORT, "<p>page</p>")
    drawn = publish(folder / "figures", lambda inner: (inner / "a.svg").touch())
    assert drawn == folder / "figures-2"
    assert outside.read_text("utf-8") == "precious"
    assert (folder / REPORT).read_text("utf-8") == "<p>page</p>"
    assert not (tmp_path / "elsewhere").exists()


def test_formulas_in_cells_are_text(results: Results, tmp_path: Path) -> None:
    """A note that a spreadsheet would run begins with an apostrophe; numbers do not."""
    notes = [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "＝1",
        "-5",
        "+3.2e4",
        "fine",
    ]
    scenario = results.scenario
    scenario.inputs = lambda: {f"run.{number}": note for number, note in enumerate(notes)}  # type: ignore[method-assign]
    scenario.needs_evidence = lambda path: True  # type: ignore[method-assign]
    known = scenario.evidence_of("run.days")
    scenario.evidence_of = lambda path: known.model_copy(  # type: ignore[method-assign]
        update={"note": notes[int(path.split(".")[1])]}
    )

    table = pl.read_csv(write(results, tmp_path) / "inputs.csv", infer_schema_length=0)
    expected = [*(f"'{note}" for note in notes[:6]), *notes[6:]]
    assert table["note"].to_list() == expected
