"""Event logs in XES, the eXtensible Event Stream (IEEE Std 1849-2016), written part by part."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any, BinaryIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

import polars as pl

__all__ = ["write_xes"]

_NAMESPACE = "http://www.xes-standard.org/"
_EXTENSIONS = {
    "Concept": ("concept", "concept.xesext"),
    "Time": ("time", "time.xesext"),
    "Lifecycle": ("lifecycle", "lifecycle.xesext"),
    "Organizational": ("org", "org.xesext"),
}
_ZONE = "+07:00"
_TRANSITIONS = {"ready": "schedule", "start": "start", "end": "complete"}
"""Transition of the standard lifecycle at each moment of a visit."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""

_EVENTS = ("case", "activity", "resource", "ready", "start", "end", "side", "kind")


def write_xes(table: pl.DataFrame, name: str, file: BinaryIO) -> None:
    """Write a log table (:func:`sim.event_logs.export.log_table`) as XES, case by case.

    A visit is up to three events of the standard lifecycle: schedule when the vehicle is ready,
    start and complete of the service. Events of a case ascend by time.
    """
    writer = _Writer(file)
    about = [column for column in table.columns if column not in _EVENTS]
    version = {"xes.version": "1849-2016", "xes.features": "", "xmlns": _NAMESPACE}
    with writer.element("log", version):
        for extension, (prefix, entry) in _EXTENSIONS.items():
            uri = f"{_NAMESPACE}{entry}"
            writer.empty("extension", {"name": extension, "prefix": prefix, "uri": uri})
        with writer.element("global", {"scope": "trace"}):
            writer.attribute("string", "concept:name", "")
        with writer.element("global", {"scope": "event"}):
            writer.attribute("string", "concept:name", "")
            writer.attribute("string", "lifecycle:transition", "complete")
            writer.attribute("date", "time:timestamp", f"1970-01-01T00:00:00.000000{_ZONE}")
        keys = "concept:name lifecycle:transition"
        writer.empty("classifier", {"name": "Activity", "scope": "event", "keys": "concept:name"})
        writer.empty("classifier", {"name": "Event", "scope": "event", "keys": keys})
        writer.attribute("string", "concept:name", name)
        writer.attribute("string", "lifecycle:model", "standard")
        rows = table.iter_rows(named=True)
        for case, visits in groupby(rows, key=lambda row: row["case"]):
            _write_case(writer, case, list(visits), about)
    writer.end()


def _write_case(writer: _Writer, case: str, visits: list[dict[str, Any]], about: list[str]) -> None:
    """Write the events of a case, ascending; of one moment in the order of the path."""
    with writer.element("trace", {}):
        writer.attribute("string", "concept:name", case)
        for column in about:
            kind = "boolean" if isinstance(visits[0][column], bool) else "string"
            writer.attribute(kind, column, visits[0][column])
        events = [
            (visit[moment], visit, transition)
            for visit in visits
            for moment, transition in _TRANSITIONS.items()
            if visit.get(moment) is not None
        ]
        for moment, visit, transition in sorted(events, key=lambda event: event[0]):
            with writer.element("event", {}):
                writer.attribute("string", "concept:name", visit["activity"])
                writer.attribute("string", "lifecycle:transition", transition)
                writer.attribute("date", "time:timestamp", _stamp(moment))
                if transition != "schedule":
                    writer.attribute("string", "org:resource", visit["resource"])
                for column in ("side", "kind"):
                    writer.attribute("string", column, visit.get(column))


def _stamp(moment: dt.datetime) -> str:
    return f"{moment.isoformat(timespec='microseconds')}{_ZONE}"


class _Writer:
    """Elements and attributes of XES, on lines of their own."""

    def __init__(self, file: BinaryIO) -> None:
        self._xml = XMLGenerator(file, encoding="utf-8", short_empty_elements=True)
        self._xml.startDocument()

    @contextmanager
    def element(self, name: str, attributes: dict[str, str]) -> Iterator[None]:
        """Write an element around what the block writes."""
        self._xml.startElement(name, AttributesImpl(attributes))
        self._xml.ignorableWhitespace("\n")
        yield
        self._xml.endElement(name)
        self._xml.ignorableWhitespace("\n")

    def empty(self, name: str, attributes: dict[str, str]) -> None:
        """Write an element with nothing in it."""
        self._xml.startElement(name, AttributesImpl(attributes))
        self._xml.endElement(name)
        self._xml.ignorableWhitespace("\n")

    def attribute(self, kind: str, key: str, value: object) -> None:
        """Write an attribute of XES; none for None."""
        if value is None:
            return
        text = str(value).lower() if kind == "boolean" else str(value)
        self.empty(kind, {"key": key, "value": _NOT_XML.sub("\ufffd", text)})

    def end(self) -> None:
        """Write what is left."""
        self._xml.endDocument()
