"""Optional numba kernels (the extra `fast`): the same functions and the same bits.

numba is imported on first need, never before: importing and compiling it costs a second,
which small inputs do not repay.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from functools import cache
from types import ModuleType

import numpy as np

from sim.arrays import Floats, Ints
from sim.queues.calendars import Calendar

__all__ = ["available", "flatten_calendars", "kernels", "loaded", "pays_off"]

_MIN_CUSTOMERS = 50_000  # customers from which loading numba pays


@cache
def available() -> bool:
    """Return whether numba is installed."""
    return importlib.util.find_spec("numba") is not None


def loaded() -> bool:
    """Return whether the kernels are in memory already."""
    return "sim.queues.kernels" in sys.modules


def pays_off(customers: int) -> bool:
    """Return whether numba kernels are available and pay off for this many customers."""
    return (loaded() or customers >= _MIN_CUSTOMERS) and available()


def kernels() -> ModuleType:
    """Return the module of compiled kernels.

    Raises
    ------
    ModuleNotFoundError
        numba is not installed.
    """
    from sim.queues import kernels as module

    return module


def flatten_calendars(calendars: Sequence[Calendar]) -> tuple[Floats, Floats, Floats, Floats, Ints]:
    """Flatten calendars for the kernels: opens, closes, worked, origin, bounds."""
    columns = (
        np.concatenate([getattr(calendar, name) for calendar in calendars])
        for name in ("opens", "closes", "worked", "origin")
    )
    sizes = [len(calendar.opens) for calendar in calendars]
    opens, closes, worked, origin = columns
    return opens, closes, worked, origin, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
