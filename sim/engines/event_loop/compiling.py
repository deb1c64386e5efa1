"""Compilation of the event loop by numba: one function for Python, with all that it calls.

Nothing is allocated within it, so nothing is counted by reference; and only the outermost
function can be called from Python. Both save most of the time, of compiling and of running.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

from sim.plan import StageKind
from sim.queues.compiled import is_on_disk
from sim.queues.jit import cache_on_disk

__all__ = ["called", "entry", "inlined", "is_ready"]

Function = TypeVar("Function", bound=Callable[..., object])

_ENTRY: dict[str, Any] = {"nogil": True, "_nrt": False, "no_cfunc_wrapper": True}
_INNER = _ENTRY | {"no_cpython_wrapper": True}


def inlined(function: Function) -> Function:
    """Compile as a part of what calls it."""
    return cast("Function", njit(**_INNER, forceinline=True)(function))


def called(function: Function) -> Function:
    """Compile on its own, to be called from compiled code."""
    return cast("Function", njit(**_INNER)(function))


def entry(function: Function) -> Function:
    """Compile with all that it calls, and keep the machine code while no source changes."""
    dispatcher: Any = cache_on_disk(njit(**_ENTRY)(function))
    cache: Any = getattr(dispatcher, "_cache", None)
    file = getattr(cache, "_cache_file", None)
    if file is not None:  # numba names its files by one module alone, and would load stale ones
        name = f"{cache._impl.filename_base}.{_digest(Path(function.__code__.co_filename).parent)}"
        cache._cache_file = type(file)(cache.cache_path, name, file._source_stamp)
    return cast("Function", dispatcher)


def is_ready(dispatcher: Any) -> bool:
    """Return whether a function of :func:`entry` is compiled, in memory or on disk."""
    return bool(getattr(dispatcher, "overloads", ())) or is_on_disk(dispatcher)


@lru_cache
def _digest(package: Path) -> str:
    """Digest of what the machine code depends on: the modules of a package, the kinds of stages."""
    sources = sorted(package.glob("*.py"))
    text = b"".join(source.read_bytes() for source in sources) + repr(list(StageKind)).encode()
    return hashlib.sha256(text).hexdigest()[:16]
