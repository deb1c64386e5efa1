"""Read a scenario file from the disk."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from sim.scenario.parser import LINE_BREAK, parse
from sim.scenario.problems import Problems
from sim.scenario.tree import Node, Place
from sim.units import nearest

__all__ = ["MAX_BYTES", "neighbour", "read"]

MAX_BYTES = 2_000_000


def read(path: str | os.PathLike[str]) -> Node:
    """Read a scenario file.

    Returns
    -------
    Node: a mapping.

    Raises
    ------
    ScenarioError
        The file cannot be read, is not YAML, or is not a mapping.
    """
    file = os.fspath(path)
    problems = Problems()
    text = _decoded(_bytes(Path(file), file, problems), file, problems)
    root = parse(text, file)
    if not isinstance(root.value, dict):
        place = replace(root.place, end_line=root.place.line, end_column=root.place.column)
        message = "a scenario file is a mapping of keys"
        problems.stop("not-a-mapping", place, message, "begin with 'format: 1'")
    return root


def neighbour(path: Path) -> str | None:
    """Return the name of the scenario file beside ``path`` that was probably meant."""
    if not path.parent.is_dir():
        return None
    names = sorted(p.name for p in path.parent.iterdir() if p.suffix in (".yaml", ".yml"))
    # endings are left out: with them, any two short names are alike
    by_stem = {Path(name).stem: name for name in reversed(names)}
    near = nearest(path.stem, by_stem)
    return None if near is None else by_stem[near]


def _whole(file: str) -> Place:
    """Return where to point when all of a file is meant: its beginning."""
    return Place(file, 1, 1)


def _bytes(path: Path, file: str, problems: Problems) -> bytes:
    whole = _whole(file)
    try:
        size = path.stat().st_size
        if path.is_dir():
            problems.stop("not-a-file", whole, "this is a folder", "name a scenario file in it")
        if size > MAX_BYTES:
            problems.stop(
                "too-large",
                whole,
                f"the file has {size / 1e6:.1f} MB; the limit is {MAX_BYTES / 1e6:.0f} MB",
                "a scenario is some hundred lines of text: is this the right file?",
            )
        return path.read_bytes()
    except FileNotFoundError:
        near = neighbour(path)
        hint = f"did you mean '{path.with_name(near)}'?" if near else "check the name and folder"
        problems.stop("no-such-file", whole, "the file does not exist", hint)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"the file cannot be read: {reason}"
        problems.stop("unreadable", whole, message, "check its name and who may read it")


def _decoded(data: bytes, file: str, problems: Problems) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        problems.stop("encoding", _whole(file), "the file is UTF-16", "save it as UTF-8")
    if b"\0" in data:
        problems.stop(
            "binary",
            _whole(file),
            "this is not a text file",
            "name a scenario file, e.g. scenarios/tutorial.yaml",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", errors="replace")
        lines = LINE_BREAK.split(before)
        place = Place(file, len(lines), len(lines[-1]) + 1)
        problems.stop("encoding", place, "this character is not UTF-8", "save the file as UTF-8")
