"""What the project says of itself: the lock is whole and current, the citation agrees."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
import yaml

import sim

requirements = pytest.importorskip("packaging.requirements", reason="needs the extra dev")
utils = pytest.importorskip("packaging.utils", reason="needs the extra dev")

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def lock() -> dict[str, str]:
    """Versions of requirements.txt by name."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    entries = [line for line in lines if not line.startswith("#")]
    assert [line for line in entries if not re.fullmatch(r"[a-z0-9-]+==[\w.]+", line)] == []
    return dict(line.split("==") for line in entries)


def wanted(text: str, environment: dict[str, str]) -> Iterator[Any]:
    """Yield a requirement where it applies."""
    found = requirements.Requirement(text)
    if found.marker is None or found.marker.evaluate(environment):
        yield found


def needed(python: str = "3.11") -> dict[str, str]:
    """Versions installed here of all that the extra dev needs, by name."""
    versions: dict[str, str] = {}
    extras = PROJECT["optional-dependencies"]
    left: list[tuple[str, frozenset[str]]] = []
    seen: set[tuple[str, frozenset[str]]] = set()

    def add(texts: list[str], extra: str = "") -> None:
        environment = {"extra": extra, "python_version": python, "python_full_version": python}
        found = [one for text in texts for one in wanted(text, environment)]
        left.extend((utils.canonicalize_name(one.name), frozenset(one.extras)) for one in found)

    add(PROJECT["dependencies"])
    add(extras["dev"])
    while left:
        name, asked = key = left.pop()
        if key in seen:
            continue
        seen.add(key)
        if name == PROJECT["name"]:
            for extra in asked:
                add(extras[extra])
            continue
        installed = distribution(name)
        versions[name] = installed.version
        for extra in ("", *asked):
            add(installed.requires or [], extra)
    return versions


def test_the_lock_is_complete_and_current() -> None:
    """Each package that the tests run with stands there at its version, and no other.

    Where this fails for versions: install requirements.txt; for names: run .ci/lock.
    """
    assert lock() == needed()


def test_the_lock_is_within_the_bounds() -> None:
    """No locked version is below what pyproject.toml asks for."""
    locked = lock()
    extras = PROJECT["optional-dependencies"]
    texts = [*PROJECT["dependencies"], *(text for name in extras for text in extras[name])]
    bounds = [requirements.Requirement(text) for text in texts]
    beside = {requirements.Requirement(text).name for text in extras["bench"]}
    for bound in bounds:
        if bound.name != PROJECT["name"] and bound.name not in beside:
            assert bound.specifier.contains(locked[utils.canonicalize_name(bound.name)]), bound


def test_every_bound_is_a_lower_one() -> None:
    """A cap would keep users from a newer release that works; .ci/run tests the newest."""
    extras = PROJECT["optional-dependencies"]
    texts = [*PROJECT["dependencies"], *(text for name in extras for text in extras[name])]
    others = [text for text in texts if not re.fullmatch(r"[\w-]+>=[\w.]+", text)]
    assert others == ["langson[app,cluster,excel,fast,sensitivity,test]"]


def test_the_citation_agrees_with_the_project() -> None:
    """Name, version and licence are stated once more in CITATION.cff, and are the same."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["title"].startswith(f"{PROJECT['name']}: ")
    assert citation["version"] == sim.__version__
    assert citation["license"] == PROJECT["license"]
    assert citation["keywords"] == PROJECT["keywords"]
    holder = (ROOT / "LICENSE").read_text("utf-8").partition("(c) ")[2].splitlines()[0][5:]
    assert citation["authors"] == [{"name": holder}]
