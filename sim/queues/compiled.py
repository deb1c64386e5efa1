"""Optional numba kernels (the extra `fast`): the same functions and the same bits.

numba is imported on first need, never before: importing it, and loading or compiling machine
code, costs time that small inputs do not repay. So kernels are used from the moment on at which
what has been served without them, or is expected to come, would have repaid it.
"""

from __future__ import annotations

import importlib.util
import os
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np

from sim.arrays import Floats, Ints
from sim.errors import FastWarning
from sim.queues.calendars import Calendar

__all__ = [
    "available",
    "demand",
    "expect",
    "flatten_calendars",
    "is_importable",
    "is_on_disk",
    "kernels",
    "loaded",
    "may_be_on_disk",
    "may_pay_off",
    "pays_off",
]

GAIN = 0.3e-6
"""Seconds that the kernels save for each customer; measured on a busy core, as all of these."""

LOADING, COMPILING = 0.5, 16.0
"""Seconds to import numba and load the kernels from disk; and to compile them."""


@dataclass
class _Savings:
    """Seconds that kernels would have saved this process so far, and would save it in all.

    ``customers`` were announced last, ``chosen`` is whether they are in use, ``refused`` whether
    numba cannot be imported, ``ahead`` whether all is to be compiled now, whatever that costs.
    """

    so_far: float = 0.0
    expected: float = 0.0
    customers: float = 0.0
    chosen: bool = False
    refused: bool = False
    ahead: bool = False


demand = _Savings()


@cache
def available() -> bool:
    """Return whether numba is installed, and not switched off."""
    with suppress(ValueError):
        if int(os.environ.get("NUMBA_DISABLE_JIT") or 0):
            return False
    return importlib.util.find_spec("numba") is not None


def loaded() -> bool:
    """Return whether the kernels are in use already."""
    return demand.chosen


def expect(customers: float) -> None:
    """Announce how many customers are to be served from now on."""
    demand.customers = customers
    demand.expected = demand.so_far + GAIN * customers


def pays_off(customers: int, gain: float = GAIN) -> bool:
    """Return whether customers are to be served by the kernels, which save ``gain`` s for each.

    They are if the kernels can be had, and cost less than what they will have saved.
    """
    if demand.chosen:
        return True
    demand.so_far += gain * customers
    if may_pay_off() and is_importable():
        enough = max(demand.so_far, demand.expected) >= LOADING + COMPILING
        demand.chosen = enough or is_on_disk(kernels().serve_visits)
    return demand.chosen


def may_pay_off() -> bool:
    """Return whether the kernels cost less than they save, if they can be had; imports nothing."""
    if demand.chosen or demand.refused:
        return demand.chosen
    saved = max(demand.so_far, demand.expected)
    if saved < LOADING or not available():
        return False
    return saved >= LOADING + COMPILING or may_be_on_disk(str(Path(__file__).with_name("kernels")))


def kernels() -> ModuleType:
    """Return the module of compiled kernels.

    Raises
    ------
    ModuleNotFoundError
        numba is not installed.
    """
    from sim.queues import kernels as module

    return module


def may_be_on_disk(module: str) -> bool:
    """Whether some machine code of a module may be on disk; does not import numba.

    ``module`` is the path of its source without the suffix.
    """
    folder = Path(module).parent / "__pycache__"
    if "NUMBA_CACHE_DIR" in os.environ or not os.access(folder, os.W_OK):
        return True  # numba knows where it would be
    return any(folder.glob(f"{Path(module).name}.*.nbi"))


def is_on_disk(dispatcher: object) -> bool:
    """Whether numba has machine code of a function on disk."""
    file = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
    return file is not None and bool(file._load_index())


def is_importable() -> bool:
    """Import the kernels; a numba that does not fit NumPy or Python is as good as none."""
    if not demand.refused:
        try:
            kernels()
        except Exception as error:  # noqa: BLE001 -- numba and llvmlite raise all kinds
            demand.refused = True
            warnings.warn(FastWarning(error), stacklevel=2)
    return not demand.refused


def flatten_calendars(calendars: Sequence[Calendar]) -> tuple[Floats, Floats, Floats, Floats, Ints]:
    """Flatten calendars for the kernels: opens, closes, worked, origin, bounds."""
    columns = (
        np.concatenate([getattr(calendar, name) for calendar in calendars])
        for name in ("opens", "closes", "worked", "origin")
    )
    sizes = [len(calendar.opens) for calendar in calendars]
    opens, closes, worked, origin = columns
    return opens, closes, worked, origin, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
