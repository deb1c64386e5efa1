"""Which program, on which machine, made a result."""

from __future__ import annotations

import hashlib
import platform
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["code_digest", "machine", "model_digest", "package_versions"]

_PACKAGES = ("numpy", "scipy", "simpy", "polars", "pydantic", "PyYAML", "matplotlib")


def package_versions() -> dict[str, str]:
    """Versions of the packages that can change a number or a picture."""
    return {name: found for name in _PACKAGES if (found := _version(name))}


def machine() -> dict[str, str]:
    """Python and platform, without anything that names the user or the host."""
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "release": platform.release(),
        "processor": platform.machine(),
        "byte_order": sys.byteorder,
    }


#: Packages and modules of langson that decide no number of a replication.
_BESIDE = (
    "cli",
    "report",
    "sweep",
    "compare",
    "validate",
    "verify",
    "results",
    "runs",
    "processes",
    "words",
)


@cache
def code_digest() -> str:
    """SHA-256 over langson's own source files: equal digests, equal program."""
    return _digest(())


@cache
def model_digest() -> str:
    """SHA-256 over what decides a replication's numbers: equal digests, equal tables.

    These are the source files from scenario to measures, and the versions, without their
    last part, of the packages that compute.
    """
    parts = {name: version(name).rsplit(".", 1)[0] for name in ("numpy", "scipy")}
    return hashlib.sha256(f"{_digest(_BESIDE)} {parts}".encode()).hexdigest()


def _digest(without: tuple[str, ...]) -> str:
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    kinds = ("py", "yaml", "j2", "css", "js")
    for path in sorted(path for kind in kinds for path in root.rglob(f"*.{kind}")):
        if path.relative_to(root).parts[0].split(".")[0] in without:
            continue
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
