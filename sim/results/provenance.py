"""Which program, on which machine, made a result."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from scipy.special import ndtri

from sim.distributions import Gamma

__all__ = ["arithmetic_digest", "code_digest", "machine", "model_digest", "package_versions"]

_PACKAGES = ("numpy", "scipy", "simpy", "polars", "pydantic", "PyYAML", "matplotlib")


def package_versions() -> dict[str, str]:
    """Versions of the packages that can change a number or a picture."""
    return {name: version for name in _PACKAGES if (version := _version(name))}


def machine() -> dict[str, str]:
    """Python and platform, without anything that names the user or the host."""
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "release": platform.release(),
        "processor": platform.machine(),
        "byte_order": sys.byteorder,
        "arithmetic": arithmetic_digest(),
    }


_PROBES = 1 << 14
"""Arguments at which functions are compared; of arrivals one in 250 differs between processors."""


@cache
def arithmetic_digest() -> str:
    """Return 16 hexadecimal digits of the bits that this machine's functions give.

    Processors with other instructions (AVX-512, FMA) and other C libraries round the last digit
    of ``exp``, ``log`` and what is made of them otherwise. Where the digits are equal so are, to
    all appearance, the times drawn; where they differ some differ by about 1e-12 minutes.
    """
    u = (np.arange(_PROBES) + 0.5) / _PROBES
    normal = ndtri(u)
    probes = (np.exp(normal), np.log(u), np.log1p(-u), normal, Gamma(1.0, 0.6).quantile(u[::8]))
    return hashlib.sha256(b"".join(values.tobytes() for values in probes)).hexdigest()[:16]


#: Modules left out of the code fingerprint, as they cannot change results.
_BESIDE = (
    "__main__",
    "cli",
    "report",
    "optimisation",
    "sweep",
    "compare",
    "validate",
    "verify",
    "results",
    "runs/__init__",
    "runs/compilation",
    "processes",
    "topics",
    "version",
    "messages",
)


_ROOT = Path(__file__).parent.parent


@cache
def code_digest() -> str:
    """SHA-256 over langson's own source files: equal digests, equal program."""
    return _digest(())


@cache
def model_digest() -> str:
    """SHA-256 of all modules that determine a replication's numbers: equal digests, equal tables.

    These are the source files from scenario to measures, and the versions, without their
    last part, of the packages that compute.
    """
    parts = {name: version(name).rsplit(".", 1)[0] for name in ("numpy", "scipy")}
    return hashlib.sha256(f"{_digest(_BESIDE)} {parts}".encode()).hexdigest()


def _digest(without: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for path in _sources(without):
        digest.update(path.as_posix().encode() + b"\0")
        digest.update((_ROOT / path).read_bytes() + b"\0")
    return digest.hexdigest()


def _sources(without: tuple[str, ...]) -> list[Path]:
    """Source files below the package's root, but those that are named, or whose first part is.

    The scenarios, which only an installed package has there, are inputs and never count.
    """
    kinds = (".py", ".yaml", ".j2", ".css", ".js")
    inside = [
        Path(folder, name).relative_to(_ROOT)
        for folder, _, names in os.walk(_ROOT)
        for name in names
        if name.endswith(kinds)
    ]
    beside = (*without, "scenarios")
    return [
        path
        for path in sorted(inside)
        if {path.parts[0].split(".")[0], path.with_suffix("").as_posix()}.isdisjoint(beside)
    ]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
