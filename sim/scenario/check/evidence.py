"""Check that numbers say where they come from."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from sim.scenario.check.context import Context
from sim.scenario.compose.evidence import is_input, is_whole, parse_evidence
from sim.scenario.schema.lookup import block_at, keys_of
from sim.scenario.schema.model import SECTIONS
from sim.scenario.schema.validation_errors import record
from sim.scenario.source.diagnostics import did_you_mean
from sim.scenario.source.tree import Node, Path, dotted
from sim.sentences import Sentence

__all__ = ["check_evidence"]

#: Kinds of evidence that others have published.
_OF_SOMEBODY = ("measured", "official-plan", "literature")


def check_evidence(context: Context) -> None:
    """Record unknown sources, upgrades without evidence, and numbers without evidence."""
    seen: set[int] = set()
    for path, node in _evidence(context.tree, ()):
        seen.add(id(node))
        _entries(context, path, node)
    for path, node in context.leaves:
        if node.evidence is not None and id(node.evidence) not in seen:
            seen.add(id(node.evidence))
            _attached(context, path, node.evidence)
    for name, upgrade in context.model.upgrades.items():
        if upgrade.evidence is None:
            context.error(
                "no-evidence",
                ("upgrades", name),
                Sentence("an upgrade needs evidence"),
                Sentence("write `evidence: assumption`, or {kind: official-plan, source: …}"),
            )
    _unstated(context)


def _evidence(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    """Yield each `evidence` of the tree with the path of its block."""
    for key, below in node.items.items():
        if key == "evidence":
            yield path, below
        else:
            yield from _evidence(below, (*path, key))


def _entries(context: Context, path: Path, node: Node) -> None:
    """Check evidence for a block, or for each of its keys."""
    if is_whole(node):
        _sources(context, path, node)
        return
    block = block_at(path)
    known = [key for key in keys_of(block) if key != "evidence"] if block is not None else []
    known += SECTIONS if path[:1] == ("upgrades",) else ()
    for key, entry in node.items.items():
        if key not in known:
            hint = did_you_mean(key, known) or Sentence("leave it out")
            message = Sentence("evidence for '{key}', which is no key of this block", key=key)
            context.problems.add("unknown-key", entry.start, message, hint, path=path)
        _sources(context, (*path, key), entry)


def _attached(context: Context, path: Path, node: Node) -> None:
    """Check evidence that merging took out of the tree but that still holds for a value."""
    try:
        parse_evidence(node)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            record(node, detail, context.problems)
    _sources(context, path, node)


def _sources(context: Context, path: Path, node: Node) -> None:
    source, kind = node.items.get("source"), node.items.get("kind", node).value
    if source is None:
        if kind in _OF_SOMEBODY:
            known = next(iter(context.model.sources), "its_id")
            hint = Sentence(
                "write e.g. {{kind: {kind}, source: {known}}}, with it under `sources:`",
                kind=kind,
                known=known,
            )
            message = Sentence("evidence '{kind}' names no source", kind=kind)
            context.problems.warn("no-source", node.place, message, hint, path=path)
        elif kind == "derived" and "note" not in node.items:
            message, hint = (
                Sentence("evidence 'derived' does not say from what"),
                Sentence("write a source or a note"),
            )
            context.problems.warn("no-source", node.place, message, hint, path=path)
        return
    for item in source.value if isinstance(source.value, list) else [source]:
        context.refer(
            str(item.value),
            context.model.sources,
            Sentence("source"),
            (*path, "evidence"),
            item.place,
        )


def _unstated(context: Context) -> None:
    """Warn once for each block of the top two levels that has numbers without evidence."""
    groups: dict[Path, list[Path]] = {}
    for path, node in context.leaves:
        if node.evidence is None and node.value is not None and is_input(path):
            groups.setdefault(path[: min(2, len(path) - 1)], []).append(path)
    for group, paths in groups.items():
        context.warn(
            "no-evidence",
            paths[0],
            Sentence(
                "1 number has no evidence in {block} and counts as an assumption",
                block=dotted(group),
            )
            if len(paths) == 1
            else Sentence(
                "{count} numbers have no evidence in {block} and count as assumptions",
                count=len(paths),
                block=dotted(group),
            ),
            Sentence("write `evidence: assumption`, or better where it comes from"),
        )
