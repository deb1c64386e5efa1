"""Event heap, calendars and wake-ups of the compiled event loop."""

from __future__ import annotations

import numpy as np

from sim.arrays import Ints
from sim.engines.event_loop.compiling import called, inlined
from sim.engines.event_loop.state import Border, Records
from sim.queues.kernels import Book

__all__ = [
    "ROW",
    "mark_due",
    "new_key",
    "opens_at",
    "pop",
    "pop_event",
    "pop_server",
    "push",
    "push_event",
    "push_server",
    "resumed",
    "wake",
]

ROW = 0x7FFFFFFF
"""Bits of a key that are the row of its event; those above are its turn."""


@inlined
def new_key(border: Border, row: int) -> int:
    """Key of an event of a row; of events at one instant the first to get one comes first."""
    clock = border.clock[0]
    clock["sequence"] += 1
    return int((clock["sequence"] << 31) | row)


@inlined
def push(border: Border, time: float, row: int) -> None:
    """Add an event of a row: its service ends, or its place is back."""
    clock = border.clock[0]
    push_event(border.heap, clock["events"], time, new_key(border, row))
    clock["events"] += 1


@inlined
def pop(border: Border) -> int:
    """Take the first event out; return its row."""
    row = int(border.heap[0]["key"]) & ROW
    border.clock[0]["events"] -= 1
    pop_event(border.heap, border.clock[0]["events"])
    return row


@inlined
def push_event(heap: Records, count: int, time: float, key: int) -> None:
    """Add an event to the ``count`` of a heap by time and key, each above four."""
    k = count
    while k > 0:
        parent = (k - 1) >> 2
        above = heap[parent]
        if above["time"] < time or (above["time"] == time and above["key"] < key):
            break
        heap[k]["time"] = above["time"]
        heap[k]["key"] = above["key"]
        k = parent
    heap[k]["time"] = time
    heap[k]["key"] = key


@inlined
def pop_event(heap: Records, count: int) -> None:
    """Take the first event out of a heap, of which ``count`` remain."""
    time, key = heap[count]["time"], heap[count]["key"]
    k = 0
    while 4 * k + 1 < count:
        child = 4 * k + 1
        first, least = heap[child]["time"], child
        for other in range(child + 1, min(child + 4, count)):
            t = heap[other]["time"]
            if t < first or (t == first and heap[other]["key"] < heap[least]["key"]):
                first, least = t, other
        if time < first or (time == first and key < heap[least]["key"]):
            break
        heap[k]["time"] = first
        heap[k]["key"] = heap[least]["key"]
        k = least
    heap[k]["time"] = time
    heap[k]["key"] = key


@inlined
def push_server(idle: Ints, base: int, count: int, server: int) -> None:
    """Add a server to the ``count`` idle ones, a heap from ``base`` on."""
    k = count
    while k > 0:
        parent = (k - 1) >> 1
        if idle[base + parent] < server:
            break
        idle[base + k] = idle[base + parent]
        k = parent
    idle[base + k] = server


@inlined
def pop_server(idle: Ints, base: int, count: int) -> None:
    """Take the lowest-numbered of the ``count`` idle servers out."""
    n = count - 1
    server = idle[base + n]
    k = 0
    while True:
        child = 2 * k + 1
        if child >= n:
            break
        if child + 1 < n and idle[base + child + 1] < idle[base + child]:
            child += 1
        if server < idle[base + child]:
            break
        idle[base + k] = idle[base + child]
        k = child
    idle[base + k] = server


@inlined
def opens_at(border: Border, g: int, now: float) -> float:
    """First open instant of a group from now on; time only moves forward."""
    group = border.groups[g]
    opens, closes = border.book[0], border.book[1]
    k, last = group["turn"], group["last"]
    while k < last and closes[k] <= now:
        k += 1
    group["turn"] = k
    if k == last:
        return np.inf
    return float(max(now, opens[k]))


@called
def resumed(start: float, service: float, k: int, p: int, book: Book) -> float:
    """See :meth:`Calendar.resume_finish_at`; ``k`` is the interval of the start."""
    _, closes, worked, origin, bounds = book
    if k == bounds[p + 1]:
        return np.inf
    plain = start + service
    if plain <= closes[k]:
        return plain
    target = worked[k + p] + (start - origin[k]) + service
    while k > bounds[p] and worked[k + p] >= target:
        k -= 1
    while k < bounds[p + 1] and worked[k + p + 1] < target:
        k += 1
    if k == bounds[p + 1]:
        return np.inf
    return float(origin[k] + (target - worked[k + p]))


@inlined
def mark_due(border: Border, s: int) -> None:
    """Have a station start services once all that happens at this instant has been taken in."""
    station, clock, due = border.stations[s], border.clock[0], border.due
    if station["due"]:
        return
    station["due"] = 1
    k = clock["due"]
    while k > 0 and border.stations[due[k - 1]]["order"] < station["order"]:
        due[k] = due[k - 1]
        k -= 1
    due[k] = s
    clock["due"] += 1


@inlined
def wake(border: Border, s: int, time: float) -> None:
    """Look at a station again at ``time``, unless it will be looked at earlier."""
    clock = border.clock[0]
    if time < border.wakes[s] and time < clock["horizon"]:
        border.wakes[s] = time
        clock["wake"] = min(clock["wake"], time)
