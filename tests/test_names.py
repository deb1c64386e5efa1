"""Names: one home for each array alias, the field's words in module names."""

from __future__ import annotations

import ast
from pathlib import Path

import sim

ROOT = Path(sim.__file__).parent
ALIASES = {"Bools", "Floats", "Ints", "Keys"}
QUAINT = {
    "luck",
    "lots",
    "spells",
    "identities",
    "drawing",
    "newsroom",
    "doubts",
    "mend",
    "settle",
    "crowd",
}


def names_assigned(path: Path) -> set[str]:
    """Names that a module binds at its top level."""
    tree = ast.parse(path.read_text("utf-8"))
    plain = [node.targets[0] for node in tree.body if isinstance(node, ast.Assign)]
    annotated = [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    return {target.id for target in (*plain, *annotated) if isinstance(target, ast.Name)}


def test_each_array_alias_is_defined_once() -> None:
    """Only ``sim/arrays.py`` says what Floats, Ints, Bools and Keys are."""
    homes = {path.name for path in ROOT.rglob("*.py") if names_assigned(path) & ALIASES}
    assert homes == {"arrays.py"}
    assert names_assigned(ROOT / "arrays.py") >= ALIASES


def test_modules_are_named_by_the_words_of_the_field() -> None:
    """No module bears a word for which the field has a term of its own."""
    assert not {path.stem for path in ROOT.rglob("*.py")} & QUAINT
