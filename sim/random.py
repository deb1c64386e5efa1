"""Named random streams: the same vehicle brings the same luck to every scenario.

A stream is named by what it is for, never by when it is used, so nothing that a run does
first, in parallel or not at all can shift the draws of anything else.
"""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["name_key", "stream", "words"]


@cache
def name_key(name: str) -> int:
    """Stable 32-bit integer of a name: the first four bytes of its SHA-256."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")


def stream(
    seed: int, purpose: str, owner: str, replication: int, block: int = 0
) -> np.random.Generator:
    """Return the generator of one named stream.

    Parameters
    ----------
    seed:
        Root entropy of the scenario.
    purpose:
        What the numbers decide, e.g. ``service:documents``.
    owner:
        Whose they are: the id of a flow.
    replication, block:
        Replication number and block within the stream.

    Returns
    -------
    A generator on SFC64 seeded by ``SeedSequence(seed, spawn_key=...)``. Draws are
    consumed by vehicle number, so the first ``n`` do not depend on how many follow.
    """
    spawn_key = (name_key(purpose), name_key(owner), replication, block)
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=spawn_key)))


def words(
    seed: int, purpose: str, owner: str, replication: int, block: int = 0
) -> NDArray[np.uint32]:
    """What the generator of :func:`stream` is seeded with, as SeedSequence puts it together.

    The words of the seed, at least four, then those of the spawn key; each number from its
    lowest 32 bits up.
    """
    names = name_key(purpose), name_key(owner)  # of 32 bits each, and a block is small
    return np.array([*_root(seed), *names, *_words_of(replication), block], dtype=np.uint32)


@cache
def _root(seed: int) -> tuple[int, ...]:
    """The words of a seed, at least four."""
    found = _words_of(seed)
    return (*found, *[0] * (4 - len(found)))


def _words_of(number: int) -> list[int]:
    found = [number & 0xFFFFFFFF]
    while number := number >> 32:
        found.append(number & 0xFFFFFFFF)
    return found
