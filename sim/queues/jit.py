"""Compilation of kernels by numba: on first use, kept on disk for the next process.

Imported only where numba is installed (:mod:`sim.queues.compiled`).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from typing import Any, TypeVar, cast

from numba import njit

from sim.errors import CompileCacheWarning

__all__ = ["cache_on_disk", "compile_on_use"]

_Function = TypeVar("_Function", bound=Callable[..., object])


def compile_on_use(function: _Function) -> _Function:
    """Compile on first use, and keep the machine code on disk where that can be written."""
    return cast("_Function", cache_on_disk(njit(nogil=True)(function)))


def cache_on_disk(dispatcher: Any) -> Any:
    """Keep the machine code of a function on disk where that can be written."""
    if not hasattr(dispatcher, "enable_caching"):  # switched off by NUMBA_DISABLE_JIT
        return dispatcher
    try:
        dispatcher.enable_caching()
    except RuntimeError:  # there is no folder for it
        _warn_once()
    else:
        cache = dispatcher._cache
        cache.save_overload = partial(_save, cache.save_overload)
    return dispatcher


@cache
def _warn_once() -> None:
    """Say for all functions that they are compiled by each process anew."""
    warnings.warn(CompileCacheWarning(), stacklevel=1)


def _save(save: Callable[[object, object], None], signature: object, code: object) -> None:
    """Write what has been compiled; a full disk is no reason to stop."""
    with suppress(OSError):
        save(signature, code)
