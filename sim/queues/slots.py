"""Timetabled departures: each takes so many, in order of arrival."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.queues.state import Floats, columns

__all__ = ["slots"]


def slots(
    arrivals: ArrayLike, times: ArrayLike, places: int = 1
) -> tuple[Floats, NDArray[np.int64]]:
    """Give each customer the first free slot at or after his arrival, FIFO.

    With ``q_n`` the first slot not before the arrival,
    ``slot_n = max(q_n, slot_(n-1) + 1) = n + running maximum of (q_n - n)``: exact, whole
    numbers only.

    Parameters
    ----------
    arrivals:
        Shape ``(n,)`` or ``(n, R)``, any order; served by (arrival, index). ``inf`` never
        comes.
    times:
        Slots in ascending order, shape ``(m,)``.
    places:
        Customers that one slot takes.

    Returns
    -------
    leave:
        Time of the slot, ``inf`` where none is left.
    slot:
        Its index, -1 where none is left. Both in the shape of the arrivals.

    Raises
    ------
    ValueError
        Slots are not sorted, or ``places`` is less than 1.
    """
    a, due = np.asarray(arrivals, dtype=np.float64), np.asarray(times, dtype=np.float64)
    if due.ndim != 1 or np.any(due[1:] < due[:-1]) or places < 1:
        raise ValueError("slots must be (m,) and sorted, with at least one place each")
    lanes = columns(a)
    order = np.argsort(lanes, axis=0, kind="stable")
    each = np.repeat(due, places)
    first = np.searchsorted(each, np.take_along_axis(lanes, order, axis=0), side="left")
    turn = np.arange(len(lanes))[:, None]
    taken = np.maximum.accumulate(first - turn, axis=0) + turn
    found = taken < len(each)
    index = np.full(lanes.shape, -1, dtype=np.int64)
    np.put_along_axis(index, order, np.where(found, taken // places, -1), axis=0)
    leave = np.append(due, np.inf)[index]  # -1 is the last entry: never
    return leave.reshape(a.shape), index.reshape(a.shape)
