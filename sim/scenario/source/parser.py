"""YAML 1.2 text to nodes, with the place of every key and value.

PyYAML scans the text; which scalars are numbers is decided in `scalars.py`, by the core
schema of YAML 1.2: `19:00`, `no`, `on`, `1_200` and `2027-07` are text. What a scenario file does
not need (tags, merge keys, several documents, repeated or non-text keys) is an error, so
that a file means what it seems to mean.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import yaml

from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.scalars import (
    RETYPE,
    ControlCharacterError,
    NotFiniteError,
    scalar,
    visible,
)
from sim.scenario.source.textfile import LINE_BREAK, SCENARIO
from sim.scenario.source.tree import Node, Place
from sim.sentences import Sentence
from sim.units import suggestion

__all__ = ["MAX_DEPTH", "MAX_NODES", "parse"]

MAX_NODES = 200_000
MAX_DEPTH = 40

_Scanner: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def parse(text: str, file: str) -> Node:
    """Parse YAML text of any shape; ``file`` is used in places.

    Raises
    ------
    ScenarioError
        The text is not YAML as scenario files use it.
    """
    problems = Problems()
    root = _parse(text, file, problems)
    problems.raise_errors()
    return root


def _parse(text: str, file: str, problems: Problems) -> Node:
    lines = LINE_BREAK.split(text)
    odd = _CONTROL.search(text)
    if odd:
        before = LINE_BREAK.split(text[: odd.start()])
        column = len(before[-1]) + 1
        place = Place(file, len(before), column, len(before), column + 1, lines[len(before) - 1])
        problems.stop(
            "control-character", place, ControlCharacterError(odd.group()).message, RETYPE
        )
    builder = _Builder(file, lines, problems)
    scanner = _Scanner(text)
    try:
        return builder.document(scanner)
    except yaml.MarkedYAMLError as error:
        builder.syntax(error)
    finally:
        scanner.dispose()


@dataclass
class _Builder:
    """Turns the events of the scanner into nodes, one document."""

    file: str
    lines: list[str]
    problems: Problems
    anchors: dict[str, tuple[Node, int]] = field(default_factory=dict)
    open_anchors: set[str] = field(default_factory=set)
    nodes: int = 0

    def document(self, scanner: Any) -> Node:
        scanner.get_event()  # stream start
        ended = isinstance(scanner.get_event(), yaml.StreamEndEvent)
        root = None if ended else self.node(scanner, scanner.get_event(), 0)
        if root is None or root.value is None:
            whole = Place(self.file, 1, 1)
            self.stop("empty", whole, Sentence("the file is empty"), SCENARIO.begin)
        scanner.get_event()  # document end
        event = scanner.get_event()
        if not isinstance(event, yaml.StreamEndEvent):
            self.stop(
                "many-documents",
                self.place(event),
                Sentence("a second document begins here"),
                Sentence("remove the '---' or put it in a file of its own"),
            )
        return root

    def node(self, scanner: Any, event: Any, depth: int) -> Node:
        """Build the node that begins with ``event``, from the events that follow."""
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        if depth > MAX_DEPTH:
            message = Sentence("more than {max_depth} levels deep", max_depth=MAX_DEPTH)
            hint = Sentence("check the brackets before it")
            self.stop("too-deep", self.place(event), message, hint)
        before = self.nodes
        self.count(event, 1)
        if event.tag is not None:
            self.problems.add(
                "tag",
                self.place(event),
                Sentence("tags such as '{tag}' are not used", tag=event.tag),
                Sentence("remove it; put text in quotes"),
            )
        if event.anchor:
            self.open_anchors.add(event.anchor)
        if isinstance(event, yaml.ScalarEvent):
            node = self.scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self.sequence(scanner, event, depth)
        else:
            node = self.mapping(scanner, event, depth)
        if event.anchor:
            self.open_anchors.discard(event.anchor)
            self.anchors[event.anchor] = (node, self.nodes - before)
        return node

    def scalar(self, event: Any) -> Node:
        place = self.place(event)
        try:
            text = visible(unicodedata.normalize("NFC", event.value))
        except ControlCharacterError as error:  # written as an escape in quotes
            self.problems.add("control-character", place, error.message, RETYPE)
            return Node(f"{place.line}:{place.column}", place)  # unique, as for keys
        if not event.implicit[0]:
            return Node(text, place)
        try:
            return Node(scalar(text), place)
        except NotFiniteError as error:
            hint = Sentence("write an ordinary number")
            self.problems.add("not-finite", place, error.message, hint)
            return Node(0, place)

    def sequence(self, scanner: Any, event: Any, depth: int) -> Node:
        values: list[Node] = []
        while not isinstance(item := scanner.get_event(), yaml.SequenceEndEvent):
            values.append(self.node(scanner, item, depth + 1))
        return Node(values, self.place(event, item))

    def mapping(self, scanner: Any, event: Any, depth: int) -> Node:
        entries: dict[str, Node] = {}
        while not isinstance(item := scanner.get_event(), yaml.MappingEndEvent):
            key = self.node(scanner, item, depth + 1)
            place = self.place(item)
            value = self.node(scanner, scanner.get_event(), depth + 1)
            name = self.key(key, place)
            if name in entries:
                first = entries[name].start
                self.problems.add(
                    "repeated-key",
                    place,
                    Sentence(
                        "key '{name}' is here a second time; the first is on line {line}",
                        name=name,
                        line=first.line,
                    ),
                    Sentence("keep one of them"),
                )
            else:
                entries[name] = replace(value, key=place)
        return Node(entries, self.place(event, item))

    def key(self, node: Node, place: Place) -> str:
        if node.value == "<<":
            self.problems.add(
                "merge-key",
                place,
                Sentence("merge keys ('<<') are not used"),
                Sentence("write a template under `templates:` and `like: its_name`"),
            )
        if isinstance(node.value, str):
            return node.value
        if type(node.value) is int and place.excerpt[place.column - 1 :].startswith(
            year := str(node.value)
        ):
            return year  # written as it reads, not as 0x7E9
        if isinstance(node.value, dict | list):
            self.problems.add(
                "key-not-text",
                place,
                Sentence("a key must be a word"),
                Sentence("write e.g. `a_word:`"),
            )
        else:
            shown = "null" if node.value is None else str(node.value).lower()
            self.problems.add(
                "key-not-text",
                place,
                Sentence("the key {shown} is not text", shown=shown),
                Sentence('write "{shown}"', shown=shown),
            )
        return f"{place.line}:{place.column}"  # unique, so that reading can go on

    def alias(self, event: Any) -> Node:
        place = self.place(event)
        if event.anchor in self.open_anchors:
            message = Sentence("'*{anchor}' stands inside itself", anchor=event.anchor)
            self.stop("alias", place, message, Sentence("write it out"))
        if event.anchor not in self.anchors:
            written = {anchor: f"*{anchor}" for anchor in self.anchors}
            otherwise = Sentence("put text that begins with * in quotes")
            hint = suggestion(event.anchor, written, otherwise, written)
            message = Sentence("there is no anchor '&{anchor}' above", anchor=event.anchor)
            self.stop("alias", place, message, hint)
        node, size = self.anchors[event.anchor]
        self.count(event, size)
        return node

    def count(self, event: Any, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            self.stop(
                "too-many-values",
                self.place(event),
                Sentence("more than {most} values, counting each use of an alias", most=MAX_NODES),
                Sentence("use templates and `like:` instead of aliases of aliases"),
            )

    def place(self, event: Any, last: Any = None) -> Place:
        start, end = event.start_mark, (last or event).end_mark
        excerpt = self.lines[start.line] if start.line < len(self.lines) else ""
        return Place(
            self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1, excerpt
        )

    def stop(self, code: str, place: Place, message: Sentence, hint: Sentence) -> NoReturn:
        self.problems.stop(code, place, message, hint)

    def syntax(self, error: yaml.MarkedYAMLError) -> NoReturn:
        """Explain a syntax error of the scanner."""
        mark = error.problem_mark or error.context_mark
        what = error.problem or "this is not YAML"
        line, column = (mark.line, mark.column) if mark else (0, 0)
        opened = error.context_mark
        if opened and ("end of stream" in what or ("',' or" in what and opened.line < line)):
            line, column, what = opened.line, opened.column, "end of stream"
        if opened and "expected ':'" in what:
            line, column = opened.line, opened.column
        text = self.lines[line] if line < len(self.lines) else ""
        tab = text[: len(text) - len(text.lstrip())].find("\t")
        if tab >= 0:
            self.stop(
                "tab",
                Place(self.file, line + 1, tab + 1, line + 1, tab + 2, text),
                Sentence("a tab in the indentation"),
                Sentence("use spaces"),
            )
        message, hint = _plain_words(what, text[column : column + 1])
        place = Place(self.file, line + 1, column + 1, line + 1, column + 2, text)
        self.stop("yaml", place, message, hint)


def _plain_words(what: str, character: str) -> tuple[Sentence, Sentence]:
    if "mapping values are not allowed" in what:
        return (
            Sentence("a ':' cannot stand here"),
            Sentence("put text with ': ' in it in quotes, and check the indentation"),
        )
    if "cannot start any token" in what:
        message = Sentence("a value cannot begin with '{character}'", character=character)
        return (message, Sentence("put the text in quotes"))
    if "end of stream" in what:
        return (Sentence("this quote or bracket is not closed"), Sentence("close it"))
    if "expected ':'" in what:
        return (Sentence("a ':' is missing after this key"), Sentence("write `key: value`"))
    if "expected key" in what or "'-' indicator" in what:
        return (
            Sentence("this does not fit the lines above it"),
            Sentence(
                "begin it in the column of its neighbours, and check the brackets and quotes above"
            ),
        )
    if "escape" in what:
        return (
            Sentence("YAML knows no such escape in quotes"),
            Sentence("write \\\\ for \\, or use 'single quotes'"),
        )
    if "',' or" in what:
        return (
            Sentence("a comma or a closing bracket is missing here"),
            Sentence("close the bracket, or put a comma between entries"),
        )
    return (
        Sentence("this is not YAML: {what}", what=what),
        Sentence("check the indentation, brackets and quotes here"),
    )
