"""Counter-based random numbers, keyed by entity and purpose: common random numbers.

A uniform variate is a function of the entity that it belongs to (a vehicle, the day of a
flow, an outage) and of what it decides, and of nothing else. So a vehicle has the same
variates in every scenario, and nothing that a run does first, in parallel or not at all can
shift the draws of anything else. The mixing is that of SplitMix64 (Steele,
Lea and Flood 2014, Fast splittable pseudorandom number generators, OOPSLA) with Stafford's
constants.
"""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np

from sim.arrays import Floats, Ints, Keys
from sim.queues import compiled

__all__ = ["METHOD", "name_key", "random_keys", "uniforms"]


METHOD = "SplitMix64"
"""Name of the mixing function, for method statements."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_BLOCK = 16_384
"""Numbers made at one go, so that the work stays in the cache."""


@cache
def name_key(name: str) -> int:
    """Stable 64-bit integer of a name: the first eight bytes of its SHA-256."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


def random_keys(seed: int, owner: str, replication: int, index: Ints) -> Keys:
    """Return a 64-bit random key for each entity, from which all its variates are derived.

    Parameters
    ----------
    seed:
        Root entropy of the scenario.
    owner:
        What the indices number, e.g. the id of a flow whose vehicles they are.
    index:
        Any shape: a vehicle's number within its flow, the same in every scenario.

    Returns
    -------
    Shape of ``index``; entities of one owner have distinct keys.
    """
    named = np.random.SeedSequence(seed, spawn_key=(name_key(owner), replication))
    root = named.generate_state(1, np.uint64)[0]
    return _mixed(index.astype(np.uint64) * _GOLDEN + root)


def uniforms(keys: Keys, purpose: str) -> Floats:
    """Return one uniform variate per key for a named purpose, e.g. ``service:documents``.

    Parameters
    ----------
    keys:
        Shape ``(n,)``, from :func:`random_keys`.

    Returns
    -------
    Shape of ``keys``: odd multiples of 2**-53 in (0, 1), independent between keys and between
    purposes.
    """
    number = np.uint64(name_key(purpose))
    variates = np.empty(len(keys))
    if compiled.pays_off(0):
        from sim.workload import kernels

        kernels.fill_uniforms(keys, number, variates)
        return variates
    for first in range(0, len(variates), _BLOCK):
        block = slice(first, first + _BLOCK)
        word = _mixed(keys[block] + number)
        word >>= np.uint64(12)
        np.multiply(word, 2.0**-52, out=variates[block])
        variates[block] += 2.0**-53  # half a step, so that neither 0 nor 1 is met
    return variates


def _mixed(words: Keys) -> Keys:
    """Mix 64-bit integers in place (SplitMix64 finaliser) and return them."""
    shifted = words >> np.uint64(30)
    words ^= shifted
    words *= np.uint64(0xBF58476D1CE4E5B9)
    words ^= np.right_shift(words, np.uint64(27), out=shifted)
    words *= np.uint64(0x94D049BB133111EB)
    words ^= np.right_shift(words, np.uint64(31), out=shifted)
    return words
