"""Report and playback of one folder know each other."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import jinja2
import pytest

from sim.report.html import write_report
from sim.report.pages import PLAYBACK, REPORT, templates
from sim.report.play import write_playback
from sim.results import write
from sim.runs import run
from sim.scenario import load
from tests.small import write_small


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A replication of the small border on disk."""
    here = tmp_path_factory.mktemp("linked")
    return write(run(load(write_small(here)[0]), 1), here / "results")


def links(page: Path) -> list[str]:
    """Links of a page to the other one that are shown, as they begin."""
    parts = page.read_text("utf-8").split('<a class="beside" ')[1:]
    return [part.partition('"')[2].partition("#")[0].partition('"')[0]
            for part in parts if not part.startswith("hidden")]  # fmt: skip


@pytest.mark.parametrize("order", [(write_report, write_playback), (write_playback, write_report)])
def test_each_shows_a_link_to_the_other(order: tuple, folder: Path) -> None:
    """Whichever is written first, both are linked once both are there, and not before."""
    for name in (REPORT, PLAYBACK):
        (folder / name).unlink(missing_ok=True)
    for number, write_one in enumerate(order):
        path = write_one([folder] if write_one is write_playback else folder)
        assert bool(links(path)) == bool(number)
    assert links(folder / REPORT) == [PLAYBACK, PLAYBACK]
    assert links(folder / PLAYBACK) == [REPORT]
    again = write_report(folder)
    assert links(again) == [PLAYBACK, PLAYBACK]


def test_a_report_elsewhere_links_to_nothing(folder: Path, tmp_path: Path) -> None:
    """A report under another name does not know what lies beside it."""
    write_playback([folder])
    (tmp_path / PLAYBACK).write_text("another")
    assert links(write_report(folder, target=tmp_path / "mine.html")) == []
    assert (tmp_path / PLAYBACK).read_text() == "another"


def test_templates_are_filled_though_nothing_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, or a folder that cannot be written, only costs the time of compiling."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(jinja2.FileSystemBytecodeCache, "load_bytecode", lambda *_: None)
    monkeypatch.setattr(jinja2.FileSystemBytecodeCache, "dump_bytecode", full)
    kept = templates("sim.report.html")
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert templates("sim.report.html").bytecode_cache is None
    for environment in (kept, templates("sim.report.html")):
        assert environment.get_template("both.html.j2")
