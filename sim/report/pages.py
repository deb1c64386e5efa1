"""Writing a page whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from sim.errors import ResultsError

__all__ = ["write_page"]


def write_page(path: Path, page: str) -> Path:
    """Write ``page`` to ``path`` in place of what was there; return where it is.

    Raises
    ------
    ResultsError
        The file cannot be written.
    """
    hidden = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        hidden.write_text(page, "utf-8")
        hidden.replace(path)
    except OSError as error:
        hidden.unlink(missing_ok=True)
        raise ResultsError(f"cannot write {path}: {error.strerror or error}") from error
    return path
