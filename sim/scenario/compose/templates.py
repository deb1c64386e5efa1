"""Expand ``like:``, which puts a template under a block's own keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.scenario.compose.evidence import is_whole
from sim.scenario.compose.merge import replaces
from sim.scenario.compose.stale import without_stale
from sim.scenario.source.diagnostics import Problems, did_you_mean
from sim.scenario.source.parser import MAX_NODES
from sim.scenario.source.tree import Node
from sim.sentences import Sentence

__all__ = ["expand"]

_MOST_WITHIN = 8


def expand(node: Node, templates: Mapping[str, Node], problems: Problems) -> Node:
    """Return a tree without ``like:``.

    A template may itself be like another one; one that comes back to itself, and one
    that does not exist, is recorded and left out.
    """
    return _Expander(templates, problems).expand(node, ())


@dataclass
class _Expander:
    templates: Mapping[str, Node]
    problems: Problems
    nodes: int = 0

    def expand(self, node: Node, within: tuple[str, ...]) -> Node:
        """Expand a node that stands inside the templates named in ``within``."""
        self.nodes += 1
        if not isinstance(node.value, dict):
            return node
        own = node.with_items(
            {key: self.expand(below, within) for key, below in node.items.items() if key != "like"}
        )
        like = node.items.get("like")
        name = self.name(like, within) if like is not None else None
        if name is None:
            return own
        return _under(self.expand(self.templates[name], (*within, name)), own, self.problems)

    def name(self, like: Node, within: tuple[str, ...]) -> str | None:
        """Return the template to use; None after a recorded problem."""
        name, add = like.value, self.problems.add
        if not isinstance(name, str):
            add(
                "bad-value",
                like.place,
                Sentence("`like` names one template"),
                Sentence("write `like: its_id`"),
            )
        elif name in within:
            chain = " → ".join((*within, name))
            hint = Sentence("leave one `like:` out")
            add(
                "circular-template",
                like.place,
                Sentence("a template is like itself: {chain}", chain=chain),
                hint,
            )
        elif name not in self.templates:
            hint = did_you_mean(name, self.templates) or Sentence(
                "write it under `templates:` in this file"
            )
            add("unknown-template", like.place, Sentence("no template '{name}'", name=name), hint)
        elif len(within) >= _MOST_WITHIN or self.nodes > MAX_NODES:
            hint = Sentence("use fewer templates within templates")
            add(
                "too-many-values",
                like.place,
                Sentence("templates unfold to more than can be read"),
                hint,
            )
        else:
            return name
        return None


def _under(template: Node, own: Node, problems: Problems, key: str = "-") -> Node:
    """Return ``own`` with the keys that only the template has; the template's come first."""
    if not isinstance(template.value, dict) or not isinstance(own.value, dict):
        return own
    template = without_stale(template, own, key, problems)
    items = {**template.items, **own.items}
    for key in template.items.keys() & own.items.keys():
        if not replaces(key, template.items[key], own.items[key]):
            items[key] = _under(template.items[key], own.items[key], problems, key)
    if "evidence" in own.items and "evidence" in template.items:
        items["evidence"] = _evidence(template, own)
    return own.with_items(items)


def _evidence(template: Node, own: Node) -> Node:
    """Return the evidence of a block; what its own is silent about keeps the template's."""
    first, second = template.items["evidence"], own.items["evidence"]
    if is_whole(second):
        return second
    if is_whole(first):
        rest = {key: first for key in template.items if key not in ("evidence", "title")}
    else:
        rest = first.items
    return second.with_items({**rest, **second.items})
