"""Names: one home for each array alias, the field's words, variables that say what they hold."""

from __future__ import annotations

import ast
from pathlib import Path

import sim

ROOT = Path(sim.__file__).parent
ALIASES = {"Bools", "Floats", "Ints", "Keys"}
QUAINT = frozenset(
    (
        *("luck", "lot", "lots", "crowd", "abreast", "identity", "identities", "stirred"),
        *("doubts", "mend", "settle", "settling", "newsroom", "told", "drawing", "room"),
        *("spells", "yardstick", "interplay", "crew", "keeping", "material", "worth", "facts"),
        *("verdicts", "screen", "mistakes", "shape", "outliving", "swept", "alike", "choosing"),
    )
)
#: Words that stand for anything, and so say nothing of what a variable holds.
VAGUE = frozenset(("one", "found", "mine", "here", "told", "said", "made", "there", "each"))
#: Classes of one name in two packages, each a record of its own step of the data.
SHARED = {"Loss"}


def names_assigned(path: Path) -> set[str]:
    """Names that a module binds at its top level."""
    tree = ast.parse(path.read_text("utf-8"))
    plain = [node.targets[0] for node in tree.body if isinstance(node, ast.Assign)]
    annotated = [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    return {target.id for target in (*plain, *annotated) if isinstance(target, ast.Name)}


def functions_defined(path: Path) -> set[str]:
    """Functions of a module."""
    body = ast.parse(path.read_text("utf-8")).body
    return {node.name for node in body if isinstance(node, ast.FunctionDef)}


def names_bound(path: Path) -> dict[str, int]:
    """Names that a module gives to variables, parameters and functions, with their lines."""
    bound: dict[str, int] = {}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound[node.id] = node.lineno
        elif isinstance(node, ast.arg):
            bound[node.arg] = node.lineno
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler | ast.MatchAs):
            bound[node.name or ""] = node.lineno
    return bound


def exported(path: Path) -> set[str]:
    """Names in ``__all__`` of a module."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def test_each_array_alias_is_defined_once() -> None:
    """Only ``sim/arrays.py`` says what Floats, Ints, Bools and Keys are."""
    homes = {path.name for path in ROOT.rglob("*.py") if names_assigned(path) & ALIASES}
    assert homes == {"arrays.py"}
    assert names_assigned(ROOT / "arrays.py") >= ALIASES


def test_modules_are_named_by_the_words_of_the_field() -> None:
    """No module or package bears a word for which the field has a term of its own."""
    assert not {path.stem for path in (*ROOT.rglob("*.py"), *ROOT.rglob("*/"))} & QUAINT


def test_variables_are_named_by_what_they_hold() -> None:
    """No variable, parameter or field bears a pronoun or a participle that fits any value."""
    vague = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in sorted(ROOT.rglob("*.py"))
        for name, line in names_bound(path).items()
        if name in VAGUE
    ]
    assert vague == []


def test_no_two_packages_have_a_public_class_of_one_name() -> None:
    """A class is known by its name alone; what is allowed twice still is there twice."""
    packages: dict[str, set[str]] = {}
    for path in ROOT.rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                packages.setdefault(node.name, set()).add(path.relative_to(ROOT).parts[0])
    assert {name for name, homes in packages.items() if len(homes) > 1} == SHARED


def test_helpers_of_one_module_begin_with_an_underscore() -> None:
    """A function of the lower packages is exported, or marked as private."""
    exposed = [
        f"{path.relative_to(ROOT)}: {name}"
        for package in ("queues", "scenario", "plan", "workload", "units", "validate", "verify")
        for path in (ROOT / package).rglob("*.py")
        for name in functions_defined(path) - exported(path)
        if not name.startswith("_")
    ]
    assert exposed == []
