"""Doors: what a package offers is taken from the package, and what is offered is used."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import sim
from sim.cli.commands import COMMANDS, GROUPS

ROOT = Path(sim.__file__).parents[1]
BY_ATTRIBUTE = {"sim.queues.kernels", *(f"sim.cli.commands.{name}" for name in COMMANDS | GROUPS)}
"""Modules that are imported when first needed, and handed on as objects."""


def module_of(path: Path) -> str:
    """Dotted name of a file."""
    dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return dotted.removesuffix(".__init__")


@cache
def trees() -> dict[str, ast.Module]:
    """Syntax trees of the program and its tests, by module."""
    files = [*(ROOT / "sim").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    return {module_of(path): ast.parse(path.read_text("utf-8")) for path in files}


@cache
def exports(module: str) -> frozenset[str]:
    """Names that a module lists in ``__all__``."""
    for node in trees()[module].body if module in trees() else ():
        named = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
        if named and isinstance(node.value, ast.List | ast.Tuple):
            entries = (getattr(entry, "value", None) for entry in node.value.elts)
            return frozenset(entry for entry in entries if isinstance(entry, str))
    return frozenset()


def imports(module: str) -> Iterator[tuple[str, str]]:
    """Module and name of each ``from sim.… import …``, wherever in the file."""
    for node in ast.walk(trees()[module]):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim"):
            yield from ((str(node.module), alias.name) for alias in node.names)


def uses(module: str) -> Iterator[tuple[str, str]]:
    """Imports of a file, and the attributes that it takes of modules."""
    yield from imports(module)
    modules = {
        alias.name
        for node in ast.walk(trees()[module])
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    modules |= {f"{source}.{name}" for source, name in imports(module)}
    attributes = {
        node.attr for node in ast.walk(trees()[module]) if isinstance(node, ast.Attribute)
    }
    for used in modules & trees().keys():
        yield from ((used, name) for name in exports(used) & attributes)


def test_what_a_package_offers_is_imported_from_the_package() -> None:
    """Outside ``sim.plan`` it is ``from sim.plan import Plan``, not ``sim.plan.model``."""
    around = [
        f"{module}: from {source} import {name}"
        for module in trees()
        for source, name in imports(module)
        if source.count(".") > 1
        and not module.startswith(package := ".".join(source.split(".")[:2]))
        and name in exports(package)
    ]
    assert around == []


def test_only_what_a_module_offers_is_imported_from_it() -> None:
    """A name that its module does not list is private to the module, except to its tests."""
    private = [
        f"{module}: from {source} import {name}"
        for module in trees()
        for source, name in imports(module)
        if module.startswith("sim")
        and exports(source)
        and name not in exports(source)
        and f"{source}.{name}" not in trees()
    ]
    assert private == []


def test_each_name_that_a_module_offers_is_used_elsewhere() -> None:
    """Beside packages' doors, which are for readers too, nothing is offered that nobody takes."""
    taken = {pair for module in trees() for pair in uses(module)}
    packages = {module for module in trees() if any(m.startswith(f"{module}.") for m in trees())}
    unused = [
        f"{module}.{name}"
        for module in trees()
        if module.startswith("sim.") and module not in packages | BY_ATTRIBUTE
        for name in exports(module)
        if (module, name) not in taken
    ]
    assert sorted(unused) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Not even in a function, or for their types alone: a reader need not know one to know both."""
    below = {
        module: {f"{s}.{n}" if f"{s}.{n}" in trees() else s for s, n in imports(module)} - {module}
        for module in trees()
        if module.startswith("sim")
    }
    assert list(TopologicalSorter(below).static_order())
