"""Pages of a results folder: shared templates, writing and linking."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import jinja2
from jinja2 import DictLoader, Environment, FileSystemBytecodeCache, StrictUndefined
from jinja2.bccache import Bucket

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
        bytecode_cache=_bytecode_cache(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class _BytecodeCache(FileSystemBytecodeCache):
    """Cache of compiled templates on disk; a full disk is no reason to stop."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _bytecode_cache() -> _BytecodeCache | None:
    """Return the cache beside Python's own, None where that cannot be written.

    Compiling templates took a fifth of the time of a page.
    """
    folder = Path(__file__).parent / "__pycache__"
    if sys.dont_write_bytecode or not os.access(folder, os.W_OK):
        return None
    return _BytecodeCache(str(folder), f"templates-{jinja2.__version__}-%s.cache")


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
