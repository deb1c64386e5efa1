"""Compiled: the inner loops of drawing a workload, the same bits as without.

Imported only where numba is there (:func:`sim.queues.compiled.worth`). The generator is
NumPy's SFC64 seeded by NumPy's SeedSequence, both as documented there (SeedSequence after
O'Neill 2015; SFC64 by Doty-Humphrey), written out so that a stream costs a microsecond to
begin and numbers that nobody needs are not stored.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.queues.kernels import compiled

__all__ = ["numbers"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Words = NDArray[np.uint32]
State = NDArray[np.uint64]

_POOL = 4
_SHIFT = np.uint32(16)
_INIT_A, _MULT_A = np.uint32(0x43B0D7E5), np.uint32(0x931E8875)
_INIT_B, _MULT_B = np.uint32(0x8B51F9DD), np.uint32(0x58F38DED)
_MIX_L, _MIX_R = np.uint32(0xCA01F9DD), np.uint32(0x4973F715)


@compiled
def hashed(value: np.uint32, by: np.uint32, times: np.uint32) -> np.uint32:
    """One word stirred; ``times`` is the next multiplier."""
    value = np.uint32(np.uint32(value ^ by) * times)
    return np.uint32(value ^ (value >> _SHIFT))


@compiled
def mixed(x: np.uint32, y: np.uint32) -> np.uint32:
    """Two words in one."""
    both = np.uint32(np.uint32(_MIX_L * x) - np.uint32(_MIX_R * y))
    return np.uint32(both ^ (both >> _SHIFT))


@compiled
def seeded(words: Words) -> State:
    """State of the generator that SFC64 begins with, from the words of its seed sequence."""
    pool = np.zeros(_POOL, dtype=np.uint32)
    by = _INIT_A
    for i in range(_POOL):
        times = np.uint32(by * _MULT_A)
        pool[i] = hashed(words[i], by, times)
        by = times
    for source in range(_POOL):
        for i in range(_POOL):
            if i != source:
                times = np.uint32(by * _MULT_A)
                pool[i] = mixed(pool[i], hashed(pool[source], by, times))
                by = times
    for source in range(_POOL, len(words)):
        for i in range(_POOL):
            times = np.uint32(by * _MULT_A)
            pool[i] = mixed(pool[i], hashed(words[source], by, times))
            by = times
    state = np.zeros(4, dtype=np.uint64)
    by = _INIT_B
    for i in range(6):
        times = np.uint32(by * _MULT_B)
        word = np.uint64(hashed(pool[i % _POOL], by, times))
        state[i // 2] |= word << np.uint64(32 * (i % 2))
        by = times
    state[3] = 1
    return state


@compiled
def following(state: State) -> np.uint64:
    """The next 64 bits; ``state`` moves along."""
    a, b, c, count = state[0], state[1], state[2], state[3]
    new = a + b + count
    state[0] = b ^ (b >> np.uint64(11))
    state[1] = c + (c << np.uint64(3))
    state[2] = ((c << np.uint64(24)) | (c >> np.uint64(40))) + new
    state[3] = count + np.uint64(1)
    return np.uint64(new)


@compiled
def fill(state: State, least: float, out: Floats) -> None:
    """Uniform numbers from 0 to 1 in steps of 2**-53, each plus ``least``."""
    held = state.copy()  # stays in registers
    for i in range(len(out)):
        out[i] = np.float64(following(held) >> np.uint64(11)) * 2.0**-53 + least
    state[:] = held


@compiled
def numbers(words: Words, index: Ints | None, least: float, out: Floats) -> None:
    """Uniform numbers plus ``least``: the first ones, or those at an ascending ``index``."""
    state = seeded(words)
    for _ in range(12):  # thrown away, so that close seeds part
        following(state)
    if index is None:
        fill(state, least, out)
        return
    block = np.empty(512)
    first, place = 0, 0
    while place < len(index):
        fill(state, least, block)
        while place < len(index) and index[place] < first + len(block):
            out[place] = block[index[place] - first]
            place += 1
        first += len(block)
