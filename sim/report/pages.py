"""Pages of a results folder: shared templates, writing and linking."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from jinja2 import DictLoader, Environment, StrictUndefined

from sim.files import delete_incomplete
from sim.results.folder import Folder

__all__ = ["PLAYBACK", "REPORT", "templates", "write_page"]

REPORT, PLAYBACK = "report.html", "playback.html"
"""Names of the two pages in a results folder."""

_LIMIT = 1 << 28
"""Bytes of a page: a playback of every vehicle of a month stays below."""

_HIDDEN, _SHOWN = '<a class="beside" hidden ', '<a class="beside" '
"""How a page's link to the other begins where that is missing, and where it is there."""


def templates(package: str) -> Environment:
    """Templates of a package, in its folder ``templates``, with those that all pages share."""
    folders = [files(name).joinpath("templates") for name in ("sim.report", package)]
    sources = {
        file.name: file.read_text("utf-8") for folder in folders for file in folder.iterdir()
    }
    return Environment(
        loader=DictLoader(sources),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def write_page(path: Path, page: str) -> Path:
    """Write ``page`` to ``path`` in place of what was there; return where it is.

    Where the report and the playback lie in one folder, each is made to show its link to the
    other.

    Raises
    ------
    WriteError
        A file cannot be written.
    """
    delete_incomplete(path.parent)
    folder = Folder(path.parent)
    beside = {REPORT: PLAYBACK, PLAYBACK: REPORT}.get(path.name)
    if beside is not None and (folder.root / beside).is_file():
        known = folder.read(beside, limit=_LIMIT).decode("utf-8", "replace")
        if _HIDDEN in known:
            folder.write(known.replace(_HIDDEN, _SHOWN).encode(), beside)
        page = page.replace(_HIDDEN, _SHOWN)
    return folder.write(page.encode(), path.name)
