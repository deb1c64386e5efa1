"""Order statistics of pooled groups: see :func:`sim.measures.grouping.order_statistics`."""

from __future__ import annotations

from sim.arrays import Bools, Floats, Ints
from sim.engines.event_loop.compiling import entry, inlined

__all__ = ["select"]


@inlined
def position(values: Floats, begin: int, end: int, pivot: float, after: bool) -> int:
    """First of the sorted ``values[begin:end]`` not below a pivot, or above it with ``after``."""
    while begin < end:
        middle = (begin + end) // 2
        if values[middle] < pivot or (after and values[middle] == pivot):
            begin = middle + 1
        else:
            end = middle
    return begin


@inlined
def ranked(values: Floats, rank: int, members: Ints, n: int, begin: Ints, end: Ints) -> float:
    """Value of a rank among ``n`` sorted groups, each within ``values[begin:end]``.

    The middle of the longest is compared with all; what lies beyond it is dropped.
    """
    while True:
        longest = members[0]
        for i in range(n):
            if end[members[i]] - begin[members[i]] > end[longest] - begin[longest]:
                longest = members[i]
        pivot = values[(begin[longest] + end[longest]) // 2]
        below, upto = 0, 0
        for i in range(n):
            g = members[i]
            below += position(values, begin[g], end[g], pivot, False) - begin[g]
            upto += position(values, begin[g], end[g], pivot, True) - begin[g]
        if below <= rank < upto:
            return float(pivot)
        for i in range(n):
            g = members[i]
            if rank < below:
                end[g] = position(values, begin[g], end[g], pivot, False)
            else:
                begin[g] = position(values, begin[g], end[g], pivot, True)
        rank -= 0 if rank < below else upto


@entry
def select(
    values: Floats,
    ends: Ints,
    sets: Bools,
    ranks: Ints,
    scratch: tuple[Ints, Ints, Ints],
    statistics: Floats,
) -> None:
    """Fill in the values of ``ranks``, shape ``(sets, ranks)``; a rank below 0 is left out.

    Group ``g`` ends at ``ends[g]`` and is sorted; ``scratch`` are three arrays of ``(groups,)``.
    """
    members, begin, end = scratch
    for s in range(len(sets)):
        n = 0
        for g in range(len(ends)):
            if sets[s, g]:
                members[n] = g
                n += 1
        for k in range(ranks.shape[1]):
            if ranks[s, k] < 0:
                continue
            for i in range(n):
                g = members[i]
                begin[g] = 0 if g == 0 else ends[g - 1]
                end[g] = ends[g]
            statistics[s, k] = ranked(values, ranks[s, k], members, n, begin, end)
