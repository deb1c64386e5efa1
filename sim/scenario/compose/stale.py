"""Stale entries: values for a date or a class that outlive the value they except from.

Mappings merge key by key, so what an earlier file says for a date or a class stays when a later
one writes the value that these are exceptions from. Dated volumes end with the volume that they
follow; of everything else that stays in force beside what is written, a warning names both lines.
"""

from __future__ import annotations

from sim.scenario.source.diagnostics import Problems, listed
from sim.scenario.source.tree import Node
from sim.sentences import Sentence

__all__ = ["BY_CLASS", "without_stale"]

#: Keys of values that may go by class, with `other` for the rest.
BY_CLASS = ("service", "share", "no_show")


def without_stale(base: Node, over: Node, key: str, problems: Problems) -> Node:
    """Return the block ``base`` without what ends when ``over`` is laid over it.

    ``key`` is the last key on the way to both; empty for whole scenarios. Warns of what is ended,
    and of what stays in force beside a value that is written for all the rest.
    """
    if key in BY_CLASS:
        _warn_of_classes(base, over, problems)
    elif key == "years":
        _warn_of_years(base, over, problems)
    elif key == "":
        _warn_of_channels(base, over, problems)
    dated = base.items.get("from")
    if dated is None or not dated.items:
        return base
    volume = over.items.get("volume")
    if volume is not None and volume.value is not None:
        if "from" not in over.items:
            _warn_of_volumes(dated, volume, problems)
        rest = {name: node for name, node in base.items.items() if name != "from"}
        return base.with_items(rest)
    if "from" in over.items:
        _warn_of_dates(dated, over.items["from"], problems)
    return base


def _warn_of_volumes(dated: Node, volume: Node, problems: Problems) -> None:
    message = Sentence(
        "ends the dated volumes of {start} (from {items})",
        start=dated.start,
        items=listed(dated.items, 4),
    )
    hint = Sentence("write `from:` beside it with those that are meant, or `from: {}`")
    problems.warn("ends-dated", volume.place, message, hint, path=("volume",))


def _warn_of_dates(dated: Node, over: Node, problems: Problems) -> None:
    """Warn of a date that comes to stand before one of an earlier file."""
    for date, node in over.items.items():
        later = sorted(old for old in dated.items if old > date and old not in over.items)
        if date not in dated.items and later:
            message = Sentence(
                "holds until {later} only, for which {start} stands",
                later=later[0],
                start=dated.items[later[0]].start,
            )
            hint = Sentence("write that date too, or `volume` with all its dates")
            problems.warn("outlived", node.start, message, hint, path=("from", date))


def _warn_of_classes(base: Node, over: Node, problems: Problems) -> None:
    """Warn of classes that keep their values beside a new value for all others."""
    alone = over.items.keys() == {"other"} and "other" in base.items
    kept = [name for name in base.items if name not in over.items]
    if "other" in over.items and kept and not alone:
        place = over.items["other"].start
        message = Sentence(
            "does not act on {kept}, for which {start} stands",
            kept=listed(kept),
            start=base.items[kept[0]].start,
        )
        hint = Sentence("write these beside it, or one value for all")
        problems.warn("outlived", place, message, hint, path=("other",))


def _warn_of_years(base: Node, over: Node, problems: Problems) -> None:
    """Warn of years of an earlier file that come to stand between new ones."""
    new = [year for year in over.items if year not in base.items]
    between = [y for y in base.items if y not in over.items and min(over.items) < y]
    between = [year for year in between if year < max(over.items)]
    if new and between:
        place = over.items[new[0]].start
        message = Sentence(
            "{between} of {start} still stands between these",
            between=listed(between),
            start=base.items[between[0]].start,
        )
        hint = Sentence("write these years too, each with its share")
        problems.warn("outlived", place, message, hint, path=("years",))


def _warn_of_channels(base: Node, over: Node, problems: Problems) -> None:
    """Warn of flows that have channels of their own, which those of the scenario do not change."""
    gates = base.items.get("gates")
    if "channels" not in over.items or "channels" not in base.items or gates is None:
        return
    own = [
        flow.items["channels"].start
        for gate in gates.items.values()
        for route in _entries(gate, "routes")
        for flow in _entries(route, "flows")
        if "channels" in flow.items and flow.items["channels"].value is not None
    ]
    if own:
        message = Sentence(
            "does not act on flows with channels of their own, as at {own}", own=own[0]
        )
        hint = Sentence("write `channels: null` in a flow that should follow these")
        place = over.items["channels"].start
        problems.warn("outlived", place, message, hint, path=("channels",))


def _entries(node: Node, key: str) -> list[Node]:
    below = node.items.get(key)
    return [] if below is None else list(below.items.values())
