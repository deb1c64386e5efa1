"""Settings from the command line or from Python: ``path=value``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sim.errors import ScenarioError
from sim.scenario.compose.evidence import attach, command_line
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.parser import MAX_DEPTH, parse
from sim.scenario.source.scalars import RETYPE, ControlCharacterError, scalar, visible
from sim.scenario.source.tree import Node, Path, Place, dotted
from sim.sentences import Sentence

__all__ = ["Setting", "Settings", "applied", "as_mapping", "as_pairs", "as_trees", "moved"]

#: What stands in place of a file name.
FILE = "--set"
Settings = Mapping[str, Any] | Iterable[str]

_PLACE = Place(FILE)


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that a setting makes unlike the file: as written before and after.

    ``before`` is None where the file says nothing.
    """

    path: str
    before: Any
    after: Any


def as_pairs(settings: Settings | None, problems: Problems) -> list[tuple[str, Any]]:
    """Return settings as paths and values; what is not ``path=value`` is recorded."""
    if isinstance(settings, Mapping):
        return list(settings.items())
    return _split(settings or (), problems)


def as_trees(pairs: Iterable[tuple[str, Any]], problems: Problems) -> list[Node]:
    """Return one tree for each setting; what cannot be read is recorded and left out.

    A text is read like a value in a file: `4` is a number, `12 min` and
    `lognormal(mean 9 h, cv 0.8)` are text, `[06:00, 10:00]` is a list.
    """
    trees: list[Node] = []
    for name, value in pairs:
        if not _seen(str(name), problems):
            continue
        path = tuple(key.strip() for key in str(name).split("."))
        if not all(path) or len(path) > MAX_DEPTH:
            problems.add(
                "bad-setting",
                _PLACE,
                Sentence("'{name}' is not the path of a value", name=name),
                Sentence("write path=value, e.g. run.days=14"),
            )
            continue
        node = _node(name, value, problems)
        if node is not None:
            trees.append(attach(_nested(path, node), command_line(_PLACE)))
    return trees


def as_mapping(settings: Iterable[str]) -> dict[str, str]:
    """Return texts by path, of several for one path the last.

    Raises
    ------
    ScenarioError
        A text is not ``path=value``.
    """
    problems = Problems()
    pairs = dict(_split(settings, problems))
    problems.raise_errors()
    return pairs


def applied(before: Node, after: Node) -> tuple[Setting, ...]:
    """Return what settings changed in a tree; a setting that repeats the file changes nothing."""
    return tuple(_applied(before, after, ()))


def _applied(before: Node | None, after: Node, path: Path) -> Iterator[Setting]:
    """Yield what settings changed; a node that stood in the tree before was not set."""
    if after is before:
        return
    if isinstance(after.value, dict):
        known = {} if before is None else before.items
        for key, below in after.value.items():
            yield from _applied(known.get(key), below, (*path, key))
    elif after.place.file == FILE:
        stated = None if before is None else before.plain()
        if before is None or stated != after.plain():
            yield Setting(dotted(path), stated, after.plain())


def _split(settings: Iterable[str], problems: Problems) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for text in [settings] if isinstance(settings, str) else settings:
        name, equals, value = text.partition("=")
        if equals:
            pairs.append((name.strip(), value.strip()))
        elif _seen(name, problems):
            problems.add(
                "bad-setting",
                _PLACE,
                Sentence("'{text}' sets nothing", text=text),
                Sentence("write path=value, e.g. run.days=14"),
            )
    return pairs


def _seen(name: str, problems: Problems) -> bool:
    """Return whether all characters of a path are visible; record those that are not."""
    try:
        visible(name)
    except ControlCharacterError as error:
        problems.add("control-character", _PLACE, error.message, RETYPE)
        return False
    return True


def _node(name: str, value: Any, problems: Problems) -> Node | None:
    """Turn a value into a node; None after a recorded problem."""
    try:
        if isinstance(value, str) and value[:1] in ("[", "{", '"', "'"):
            return moved(parse(value, FILE), _PLACE)
        return _from_python(value)
    except ScenarioError as error:
        for problem in error.problems:
            if problem.code == "control-character":  # the value is better not shown
                problems.add(
                    problem.code,
                    _PLACE,
                    Sentence("{name}: {message}", name=name, message=problem.message),
                    problem.hint,
                )
                continue
            problems.add(
                "bad-setting",
                _PLACE,
                Sentence(
                    "{name}={value}: {message}", name=name, value=value, message=problem.message
                ),
                problem.hint,
            )
    except ControlCharacterError as error:
        problems.add(
            "control-character", _PLACE, Sentence("{name}: {error}", name=name, error=error), RETYPE
        )
    except ValueError as error:
        problems.add(
            "bad-setting",
            _PLACE,
            Sentence("{name}: {error}", name=name, error=error),
            Sentence("write an ordinary number"),
        )
    return None


def _from_python(value: Any) -> Node:
    """Turn texts, numbers, lists and dicts into nodes.

    Raises
    ------
    ValueError
        The value is NaN, infinite, none of these, or has a control character.
    """
    if isinstance(value, Mapping):
        return Node({visible(str(key)): _from_python(item) for key, item in value.items()}, _PLACE)
    if isinstance(value, (list, tuple)):
        return Node([_from_python(item) for item in value], _PLACE)
    if hasattr(value, "item"):  # a number of NumPy's
        value = value.item()
    if value is None or isinstance(value, (bool, int)):
        return Node(value, _PLACE)
    if isinstance(value, str):
        return Node(scalar(visible(value)), _PLACE)
    if isinstance(value, float):
        if math.isfinite(value):
            return Node(value, _PLACE)
        raise ValueError(Sentence("{value} is not a finite number", value=value))
    raise ValueError(Sentence("a {kind} cannot be a value", kind=type(value).__name__))


def moved(node: Node, place: Place) -> Node:
    """Return the same tree as if all of it stood at a place."""
    value = node.value
    if isinstance(value, dict):
        value = {key: moved(below, place) for key, below in value.items()}
    elif isinstance(value, list):
        value = [moved(below, place) for below in value]
    return replace(node, value=value, place=place, key=place)


def _nested(path: Path, node: Node) -> Node:
    """Make a tree with one value at a path."""
    node = replace(node, key=_PLACE)
    for key in reversed(path):
        node = Node({key: node}, _PLACE, _PLACE)
    return node
