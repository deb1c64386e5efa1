"""Results of a queue, and its state between two blocks of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.arguments import numeric_array
from sim.arrays import Floats
from sim.errors import ArgumentError
from sim.sentences import Sentence

__all__ = ["Kind", "Served", "State", "ascending", "columns"]

Kind = TypeVar("Kind", bound=np.generic)


def columns(array: NDArray[Kind]) -> NDArray[Kind]:
    """Return one stream ``(n,)`` as ``(n, 1)``; ``(n, R)`` as it is. Never a copy."""
    return array[:, None] if array.ndim == 1 else array


def ascending(name: str, value: object) -> Floats:
    """Return times ``(n,)`` or ``(n, R)`` that ascend down each lane, as floats.

    Raises
    ------
    ArgumentError
        They are not sorted, or one is NaN or minus infinity.
    """
    times = numeric_array(name, value)
    if times.ndim not in (1, 2):
        raise ArgumentError(
            Sentence("{name} must be (n,) or (n, R), not {times}", name=name, times=times.shape)
        )
    if not ((times[:1] > -np.inf).all() and (times[1:] >= times[:-1]).all()):
        raise ArgumentError(
            Sentence("{name} must be sorted, without NaN or minus infinity", name=name)
        )
    return times


@dataclass(frozen=True, eq=False)
class State:
    """State of a queue between two blocks of arrivals.

    Attributes
    ----------
    free:
        Shape ``(c,)`` or ``(c, R)``: when each server has finished all it has taken on,
        never earlier than the last arrival and start seen. In order of the server index where
        servers were told apart (calendars of their own, or ``identify``), else ascending.
    recent:
        Shape ``(room,)`` or ``(room, R)``: starts of the last customers admitted to a
        finite room, oldest first; None without a room.
    last:
        Last start so far, shape ``()`` or ``(R,)``. With priorities the next block may not
        begin before it, for its customers could still have overtaken.
    """

    free: Floats
    recent: Floats | None
    last: Floats


@dataclass(frozen=True, eq=False)
class Served:
    """Service times of each customer; every array has the shape of the arrivals.

    Attributes
    ----------
    start, finish:
        Same clock as the arrivals. ``inf`` where it never happens (no opening is left, or
        the arrival is ``inf``); NaN where the customer was refused for want of room.
    server:
        Index of the server, -1 where there is none; None unless asked for.
    state:
        Pass it to the next call to go on from here.
    """

    start: Floats
    finish: Floats
    server: NDArray[np.int32] | None
    state: State
