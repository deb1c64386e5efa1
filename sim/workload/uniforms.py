"""Random numbers by name: the same vehicle brings the same luck to every scenario.

A number is a function of who it belongs to (a vehicle, the day of a flow, an outage) and
of what it decides, and of nothing else. So nothing that a run does first, in parallel or
not at all can shift the draws of anything else. The mixing is that of SplitMix64 (Steele,
Lea and Flood 2014, Fast splittable pseudorandom number generators, OOPSLA) with Stafford's
constants.
"""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np

from sim.arrays import Floats, Ints, Keys
from sim.queues import compiled

__all__ = ["METHOD", "identities", "luck", "name_key"]


METHOD = "SplitMix64"
"""Name of the mixing function, for method statements."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_BLOCK = 16_384
"""Numbers made at one go, so that the work stays in the cache."""


@cache
def name_key(name: str) -> int:
    """Stable 64-bit integer of a name: the first eight bytes of its SHA-256."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


def identities(seed: int, owner: str, replication: int, key: Ints) -> Keys:
    """One 64-bit word for each of its own, from which all its luck is made.

    Parameters
    ----------
    seed:
        Root entropy of the scenario.
    owner:
        What the keys number, e.g. the id of a flow whose vehicles they are.
    key:
        Any shape: a vehicle's number within its flow, the same in every scenario.

    Returns
    -------
    Shape of ``key``; of one owner no two keys have the same word.
    """
    named = np.random.SeedSequence(seed, spawn_key=(name_key(owner), replication))
    root = named.generate_state(1, np.uint64)[0]
    return _stirred(key.astype(np.uint64) * _GOLDEN + root)


def luck(identity: Keys, purpose: str) -> Floats:
    """One number in (0, 1) per vehicle for what it decides, e.g. ``service:documents``.

    Parameters
    ----------
    identity:
        Shape ``(vehicles,)``, from :func:`identities`.

    Returns
    -------
    Shape of ``identity``: odd multiples of 2**-53, uniform, independent between vehicles and
    between purposes.
    """
    number = np.uint64(name_key(purpose))
    lots = np.empty(len(identity))
    if compiled.worth(len(lots)):
        from sim.workload import kernels

        kernels.fill_lots(identity, number, lots)
        return lots
    for first in range(0, len(lots), _BLOCK):
        here = slice(first, first + _BLOCK)
        word = _stirred(identity[here] + number)
        word >>= np.uint64(12)
        np.multiply(word, 2.0**-52, out=lots[here])
        lots[here] += 2.0**-53  # half a step, so that neither 0 nor 1 is met
    return lots


def _stirred(words: Keys) -> Keys:
    """``words`` themselves, each bit now hanging on all of it."""
    shifted = words >> np.uint64(30)
    words ^= shifted
    words *= np.uint64(0xBF58476D1CE4E5B9)
    words ^= np.right_shift(words, np.uint64(27), out=shifted)
    words *= np.uint64(0x94D049BB133111EB)
    words ^= np.right_shift(words, np.uint64(31), out=shifted)
    return words
