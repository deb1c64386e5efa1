"""Lay one tree over another.

Mappings merge key by key, everything else is replaced whole. Three mappings are values
rather than blocks and are replaced too: evidence, the windows of a day profile when the
new ones are other windows, and values by class when the new ones go by another class
(channels against directions, say). Dated volumes, closures and holidays are emptied by `{}`.

Ids are closed: a tree laid over another may only change gates, routes, stages and so on
that exist, unless the new block says ``add: true``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sim.scenario.compose.stale import BY_CLASS, without_stale
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.tree import Node, Path, dotted
from sim.sentences import Sentence
from sim.units import suggestion

__all__ = ["Layer", "collection", "overlay", "redirected", "replaces"]

_COLLECTIONS = {
    ("gates",): Sentence("gate"),
    ("gates", "routes"): Sentence("route"),
    ("gates", "routes", "stages"): Sentence("stage"),
    ("gates", "routes", "stages", "shifts"): Sentence("shift"),
    ("gates", "routes", "holds"): Sentence("hold"),
    ("gates", "routes", "paths"): Sentence("path"),
    ("gates", "routes", "flows"): Sentence("flow"),
    ("calendars",): Sentence("calendar"),
    ("outages",): Sentence("outage"),
    ("cargo",): Sentence("cargo class"),
}
#: Mappings of dated entries, which an empty one leaves without any.
_DATED = ("from", "closures", "holidays")
_CLASSES = (
    frozenset(("green", "yellow", "red")),
    frozenset(("export", "import")),
    frozenset(("trusted",)),
)


@dataclass(frozen=True, slots=True)
class Layer:
    """A tree of changes.

    ``under`` names the file whose ids it may change; ``added`` is what earlier layers of
    the same file have added, which this one may add again.
    """

    tree: Node
    under: str
    added: frozenset[Path] = frozenset()


def collection(path: Path) -> Sentence | None:
    """Return the word for the ids that live at a path, or None if none do."""
    if path[:1] == ("profiles",):
        return Sentence("profile") if len(path) == 2 else None
    return _COLLECTIONS.get(path[::2]) if len(path) % 2 else None


def overlay(base: Node, layer: Layer, problems: Problems) -> Node:
    """Return ``base`` with the changes of a layer; unknown ids are recorded and left out."""
    return _merge(base, layer.tree, (), layer, problems)


def _merge(base: Node, over: Node, path: Path, layer: Layer, problems: Problems) -> Node:
    if not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return over
    if path and replaces(path[-1], base, over):
        return over
    word = collection(path)
    base = without_stale(base, over, path[-1] if path else "", problems)
    items = dict(base.items)
    for key, node in over.items.items():
        if word is not None:
            _check_id(base, key, node, (*path, key), word, layer, problems)
        if key in items:
            plain = _without_add(node) if word is not None else node
            items[key] = _merge(items[key], plain, (*path, key), layer, problems)
        elif word is None:
            # laid over nothing, so that ids further down are checked too
            nothing = replace(node, value={})
            items[key] = _merge(nothing, node, (*path, key), layer, problems)
        elif _adds(node):
            items[key] = _bare(node)
    evidence = over.evidence if "evidence" in over.items else base.evidence
    return replace(base, value=items, evidence=evidence)


def _check_id(
    base: Node, key: str, node: Node, path: Path, word: Sentence, layer: Layer, problems: Problems
) -> None:
    """Record an id that is neither known nor added, or both."""
    if key in base.items:
        if _adds(node) and path not in layer.added:
            place = node.items["add"].start
            message = Sentence(
                "{word} '{key}' is already in {under}", word=word, key=key, under=layer.under
            )
            problems.add(
                "already-there", place, message, Sentence("leave out `add: true` to change it")
            )
    elif not _adds(node):
        under = layer.under
        if len(path) > 2:
            under = Sentence("{where} of {under}", where=dotted(path[:-2]), under=layer.under)
        add = Sentence("To add a {word} write `add: true` in its block", word=word)
        meant = suggestion(key, base.items)
        problems.add(
            f"unknown-{word.split(maxsplit=1)[0]}",
            node.start,
            Sentence(
                "no {word} '{key}' in {under}",
                word=word,
                key=key,
                under=under,
            ),
            Sentence("{meant} {add}", meant=meant, add=add) if meant else add,
        )


def _adds(node: Node) -> bool:
    return "add" in node.items and node.items["add"].value is True


def _without_add(node: Node) -> Node:
    """Leave out an ``add: true`` that has been obeyed."""
    if not _adds(node):
        return node
    return node.with_items({key: below for key, below in node.items.items() if key != "add"})


def _bare(node: Node) -> Node:
    """Leave out ``add: true`` here and below: everything in a new block is new."""
    if not isinstance(node.value, dict):
        return node
    items = {key: _bare(below) for key, below in node.items.items()}
    return _without_add(node.with_items(items))


def replaces(key: str, base: Node, over: Node) -> bool:
    """Return whether a mapping under this key is a value that another replaces whole."""
    if key == "evidence" or (key in _DATED and not over.items):
        return True
    if key == "shares":
        return not over.items.keys() <= base.items.keys()
    if key in BY_CLASS:
        return len({_kind(keys) for keys in (_classes(base), _classes(over)) if keys}) > 1
    return False


def _classes(node: Node) -> frozenset[str]:
    """The classes that a value names; `other` is none, and goes with all of them."""
    return frozenset(node.items) - {"other"}


def _kind(classes: frozenset[str]) -> int:
    """Return the kind of these classes: channels, directions, trust or cargo."""
    return next((i for i, known in enumerate(_CLASSES) if classes & known), len(_CLASSES))


def redirected(over: Node, base: Node, problems: Problems) -> Node:
    """Move changes of an alias route to the route that it stands for.

    ``gates.huu_nghi.routes.r1 = {alias_of: tan_thanh}`` in ``base`` sends what ``over``
    says about it to ``gates.tan_thanh.routes.r1``. Saying something different in both
    places is an error.
    """
    gates = over.items.get("gates")
    known = base.items.get("gates")
    if gates is None or known is None or not isinstance(gates.value, dict):
        return over
    items = dict(gates.items)
    for gate_id, gate in gates.items.items():
        routes = gate.items.get("routes")
        for route_id, route in routes.items.items() if routes is not None else ():
            alias = known.find((gate_id, "routes", route_id, "alias_of"))
            if alias is None or not isinstance(alias.value, str) or "alias_of" in route.items:
                continue
            items[gate_id] = _without_route(items[gate_id], route_id)
            moved = _wrapped(route, route_id, gate)
            existing = items.get(alias.value)
            items[alias.value] = moved if existing is None else _united(existing, moved, problems)
    return over.with_items({**over.items, "gates": gates.with_items(items)})


def _without_route(gate: Node, route_id: str) -> Node:
    routes = gate.items["routes"]
    rest = {key: node for key, node in routes.items.items() if key != route_id}
    return gate.with_items({**gate.items, "routes": routes.with_items(rest)})


def _wrapped(route: Node, route_id: str, gate: Node) -> Node:
    """Wrap a route in a gate block that holds nothing else."""
    routes = gate.items["routes"].with_items({route_id: route})
    return gate.with_items({"routes": routes})


def _united(first: Node, second: Node, problems: Problems) -> Node:
    """Merge both trees; record values that they set differently."""
    if isinstance(first.value, dict) and isinstance(second.value, dict):
        items = dict(first.items)
        for key, node in second.items.items():
            items[key] = _united(items[key], node, problems) if key in items else node
        return first.with_items(items)
    if first.plain() != second.plain():
        problems.add(
            "set-twice",
            second.start,
            Sentence(
                "this route is an alias, and {start} sets the same value differently",
                start=first.start,
            ),
            Sentence("keep one of them"),
        )
    return first
