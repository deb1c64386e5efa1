"""Evidence behind each value.

A block's evidence holds for everything inside it that does not say otherwise. It is
attached file by file, before merging: a number that an upgrade sets is as sure as the
upgrade says, whatever stood behind the number that it replaced.
"""

from __future__ import annotations

from sim.scenario.schema.base import BilingualText, Evidence
from sim.scenario.source.tree import Node, Path, Place

__all__ = [
    "UNSTATED",
    "affects_results",
    "attach",
    "command_line",
    "is_input",
    "is_whole",
    "of",
    "parse_evidence",
]

#: What a number without evidence counts as.
UNSTATED = Evidence(
    kind="assumption", note=BilingualText(en="not stated in the file", vi="không ghi trong tệp")
)

#: Keys whose values are numbers about the world, in blocks of any kind.
_INPUTS = frozenset(
    (
        *("hours", "days", "holidays", "closures", "channels", "capex", "opex"),
        *("payload", "value", "reefer", "life", "salvage"),
        *(
            "servers",
            "service",
            "day_to_day",
            "share",
            "slots",
            "no_show",
            "batch",
            "places",
            "returns",
        ),
        *("volume", "from", "day_to_day_cv", "arrivals", "timetable", "delay", "backlog"),
        *("backlog_age", "day_to_day"),
        "patience",
        *("wagons", "teu", "passengers", "choice", "stop_receiving", "between", "lasts"),
    )
)

#: Words that change no result.
_WORDS = frozenset(
    ("title", "description", "counterpart", "note", "evidence", "sources", "targets")
)


def attach(node: Node, inherited: Node | None = None) -> Node:
    """Return a tree in which every node knows the evidence that its file gives for it."""
    if not isinstance(node.value, dict):
        return Node(node.value, node.place, node.key, inherited)
    own = node.items.get("evidence")
    by_key: dict[str, Node] = {}
    if own is not None and own.value is not None:
        inherited, by_key = (own, {}) if is_whole(own) else (inherited, own.items)
    items = {
        key: below if key == "evidence" else attach(below, by_key.get(key, inherited))
        for key, below in node.items.items()
    }
    return Node(items, node.place, node.key, inherited)


def of(node: Node) -> Evidence | None:
    """Return the evidence attached to a node, or None; the shape must be sound."""
    return None if node.evidence is None else parse_evidence(node.evidence)


def parse_evidence(node: Node) -> Evidence:
    """Return the evidence that a node states.

    Raises
    ------
    pydantic.ValidationError
        Its shape is not that of an evidence.
    """
    value = node.plain()
    return Evidence.model_validate({"kind": value} if isinstance(value, str) else value)


def is_input(path: Path) -> bool:
    """Return whether the value at a path is a number about the world, which needs evidence."""
    if "evidence" in path:
        return False
    if path[0] in ("profiles", "economics", "news"):
        return True
    if path[0] == "inputs":
        return len(path) == 2 or path[2] in ("file", "distribution")
    # every other key is an id that the author chose
    return not _INPUTS.isdisjoint(path[::2])


def affects_results(path: Path) -> bool:
    """Return whether a value can change a result; titles, notes and sources cannot."""
    return _WORDS.isdisjoint(path)


def command_line(place: Place) -> Node:
    """Return the evidence of a value that was set on the command line."""
    note = {"en": "set on the command line", "vi": "đặt trên dòng lệnh"}
    texts = Node({lang: Node(text, place) for lang, text in note.items()}, place)
    return Node({"kind": Node("assumption", place), "note": texts}, place)


def is_whole(node: Node) -> bool:
    """Return whether this is one evidence for a whole block, not evidence for each of its keys."""
    return not isinstance(node.value, dict) or not node.items.keys().isdisjoint(
        Evidence.model_fields
    )
