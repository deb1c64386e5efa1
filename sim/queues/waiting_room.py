"""Finite waiting room: refusal of customers who find it full.

A room of ``k`` places holds ``k`` waiting customers, those in service apart (so ``c``
servers that never close make an M/M/c/K queue with ``K = c + k``). Under FIFO starts never
decrease, so a ring of the last ``k`` admitted starts is enough: a customer is refused when
he would have to wait and the oldest entry lies after his arrival. One who starts at the
very instant of the arrival has left the room.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats

__all__ = ["oldest_first", "refused", "refused_lanes"]


def refused(arrival: float, begin: float, recent: deque[float]) -> bool:
    """Return whether the room refuses the customer; record an admitted one.

    ``recent`` has ``maxlen`` equal to the room and is full, oldest first.
    """
    if begin > arrival and (not recent or recent[0] > arrival):
        return True
    if arrival < math.inf:
        recent.append(begin)
    return False


def refused_lanes(arrive: Floats, begin: Floats, recent: Floats, slot: NDArray[np.intp]) -> Bools:
    """:func:`refused` for all lanes at once, shape ``(L,)``.

    ``recent`` is ``(room, L)``; ``slot`` is the place of each lane's oldest entry. Both
    are changed in place.
    """
    waits: Bools = begin > arrive
    room = len(recent)
    if not room:
        return waits
    lanes = np.arange(len(arrive))
    out = waits & (recent[slot, lanes] > arrive)
    admitted = np.flatnonzero(~out & (arrive < np.inf))
    recent[slot[admitted], admitted] = begin[admitted]
    slot[admitted] = (slot[admitted] + 1) % room
    return out


def oldest_first(recent: Floats, slot: NDArray[np.intp]) -> Floats:
    """Return the rings with their oldest entry first."""
    if not len(recent):
        return recent
    turned = (np.arange(len(recent))[:, None] + slot) % len(recent)
    return np.take_along_axis(recent, turned, axis=0)
