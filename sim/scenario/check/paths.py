"""Check paths that a section of a scenario names: that values may stand there."""

from __future__ import annotations

from sim.scenario.check.context import Context
from sim.scenario.schema.lookup import block_at, keys_of
from sim.scenario.source.diagnostics import did_you_mean
from sim.scenario.source.tree import Place
from sim.sentences import Sentence

__all__ = ["is_path"]


def is_path(context: Context, text: str, place: Place) -> bool:
    """Return whether a path leads to a value, or to a key that its block may have.

    Record at ``place`` that it does not.
    """
    keys = tuple(text.split("."))
    known = context.tree
    hint: Sentence | None = None
    for key in keys[:-1]:
        if key not in known.items:
            hint = did_you_mean(key, known.items)
            break
        known = known.items[key]
    else:
        block = block_at(keys[:-1])
        if block is not None and keys[-1] not in keys_of(block):
            hint = did_you_mean(keys[-1], keys_of(block))
    if hint is not None:
        context.problems.add(
            "unknown-path", place, Sentence("no value at '{text}'", text=text), hint
        )
    return hint is None
