"""Whole numbers as short text: the columns of a playback.

A column is written as varints, seven bits to a byte, the lowest first, the eighth bit set
where more follow (LEB128, as in the DWARF standard), and the bytes as base64. Signed columns
go through zigzag order first: 0, -1, 1, -2, … become 0, 1, 2, 3, … Most numbers of a day
need one byte; ``templates/data.js`` reads them back.
"""

from __future__ import annotations

from base64 import b64encode

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.arrays import Ints
from sim.errors import ArgumentError
from sim.sentences import Sentence

__all__ = ["pack"]


def pack(values: ArrayLike, *, signed: bool = False) -> str:
    """Write whole numbers, shape ``(n,)``, as text.

    Raises
    ------
    ValueError
        A number is negative and the column is not ``signed``.
    """
    numbers = np.asarray(values, dtype=np.int64).reshape(-1)
    if signed:
        numbers = (numbers << 1) ^ (numbers >> 63)
    elif numbers.size and numbers.min() < 0:
        raise ArgumentError(Sentence("negative numbers need a signed column"))
    return b64encode(_varints(numbers).tobytes()).decode("ascii")


def _varints(numbers: Ints) -> NDArray[np.uint8]:
    """All bytes of all numbers, in order."""
    groups = max(1, -(-int(numbers.max(initial=0)).bit_length() // 7))
    shifted = numbers[:, None] >> (7 * np.arange(groups))
    needed = shifted > 0
    needed[:, 0] = True
    more = np.zeros_like(needed)
    more[:, :-1] = needed[:, 1:]
    written: NDArray[np.uint8] = ((shifted & 127) | (more * 128)).astype(np.uint8)[needed]
    return written
