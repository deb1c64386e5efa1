"""Cache of what sections work out from results, which a page in two languages asks for twice."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from sim.results import Results

__all__ = ["cached_by_results"]

T = TypeVar("T")


def cached_by_results(function: Callable[[Results], T]) -> Callable[[Results], T]:
    """Compute a function of results once for each, for as long as these are in memory.

    What it returns is shared and must not be changed.
    """
    known: WeakKeyDictionary[Results, T] = WeakKeyDictionary()

    @wraps(function)
    def call(results: Results) -> T:
        if results not in known:
            known[results] = function(results)
        return known[results]

    return call
