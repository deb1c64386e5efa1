"""What the pages of a results folder share: templates, and how they are written and linked."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

from jinja2 import DictLoader, Environment, StrictUndefined

from sim.errors import WriteError

__all__ = ["PLAYBACK", "REPORT", "templates", "write_page"]

REPORT, PLAYBACK = "report.html", "playback.html"
"""Names of the two pages in a results folder."""

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
    other = path.with_name({REPORT: PLAYBACK, PLAYBACK: REPORT}.get(path.name, path.name))
    if other == path or not other.is_file():
        return _replace(path, page)
    known = other.read_text("utf-8")
    if _HIDDEN in known:
        _replace(other, known.replace(_HIDDEN, _SHOWN))
    return _replace(path, page.replace(_HIDDEN, _SHOWN))


def _replace(path: Path, page: str) -> Path:
    """Write a page whole or not at all."""
    hidden = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        hidden.write_text(page, "utf-8")
        hidden.replace(path)
    except OSError as error:
        hidden.unlink(missing_ok=True)
        raise WriteError(f"cannot write {path}: {error.strerror or error}") from error
    return path
