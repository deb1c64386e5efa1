"""Memory that this process may still take, by the system and by its limits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["available_memory", "bytes_text"]

_CGROUPS = Path("/sys/fs/cgroup")


def available_memory() -> int | None:
    """Return bytes that can be had, at most as much as any limit leaves; None if unknown.

    Limits are what the system has free (Linux's ``MemAvailable``, elsewhere all it has), the
    control groups of this process, in either version, and its address space (``ulimit -v``).
    """
    return min(_limits(), default=None)


def bytes_text(number: float) -> str:
    """Write bytes with a unit: ``120 MB``, ``1.6 GB``, ``19 GB``."""
    if number < 0.95e9:
        return f"{number / 1e6:.0f} MB"
    return f"{number / 1e9:.1f} GB" if number < 9.5e9 else f"{number / 1e9:,.0f} GB"


def _limits() -> Iterator[int]:
    yield from _system()
    yield from _control_groups()
    yield from _address_space()


def _system() -> Iterator[int]:
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                yield 1024 * int(line.split()[1])
                return
    with suppress(AttributeError, OSError, ValueError):
        yield os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _control_groups() -> Iterator[int]:
    """Yield what each control group above this process leaves."""
    with suppress(OSError, ValueError):
        for line in Path("/proc/self/cgroup").read_text("utf-8").splitlines():
            _, controllers, below = line.split(":", 2)
            new = controllers == ""
            if not new and "memory" not in controllers.split(","):
                continue
            root = _CGROUPS if new else _CGROUPS / "memory"
            names = (
                ("memory.max", "memory.current")
                if new
                else ("memory.limit_in_bytes", "memory.usage_in_bytes")
            )
            folder = root / below.lstrip("/")
            for group in (folder, *folder.parents):
                if group.is_relative_to(root):
                    yield from _left(group, *names)


def _left(group: Path, limit: str, used: str) -> Iterator[int]:
    """Yield what one group leaves; nothing where it has no limit."""
    with suppress(OSError, ValueError):
        yield max(
            int((group / limit).read_text("ascii")) - int((group / used).read_text("ascii")), 0
        )


def _address_space() -> Iterator[int]:
    with suppress(ImportError, OSError, ValueError):
        import resource

        most = resource.getrlimit(resource.RLIMIT_AS)[0]
        if most != resource.RLIM_INFINITY:
            yield most
