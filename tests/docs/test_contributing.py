"""What the documents for contributors name is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = (".github/CONTRIBUTING.md", ".github/DESIGN.md")
_PATH = re.compile(
    r"`((?:sim|tests|\.ci|\.github|scenarios)/[\w./-]*|[A-Z]+\.md|[\w.]+\.(?:toml|txt))`"
)


def _paths(document: str) -> list[str]:
    return _PATH.findall((ROOT / document).read_text(encoding="utf-8"))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_path_that_a_document_names_exists(document: str) -> None:
    """A path in code marks is one of the checkout, beside the document or below its top."""
    folder = (ROOT / document).parent
    paths = [
        path
        for path in _paths(document)
        if not {"PACKAGE", "MODULE"} & set(re.split(r"\W|_", path))
    ]
    assert len(paths) > 2
    assert [p for p in paths if not (ROOT / p).exists() and not (folder / p).exists()] == []


def test_the_table_of_packages_has_them_in_the_order_of_the_import_contract() -> None:
    """The way of data that CONTRIBUTING shows is the one that the linter holds."""
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ][0]["layers"]
    order = [name.strip() for layer in reversed(layers) for name in layer.split("|")]
    rows = [
        line
        for line in (ROOT / DOCUMENTS[0]).read_text().splitlines()
        if "`sim/" in line and " → " in line
    ]
    packages = [
        p.rstrip("/").removeprefix("sim/") for row in rows for p in re.findall(r"`(sim/\w+/)`", row)
    ]
    assert packages[:5] == ["scenario", "plan", "workload", "engines", "measures"]
    steps = [order.index(package) for package in packages[:6]]
    assert steps == sorted(steps)


def test_contributors_install_as_the_readme_does() -> None:
    """CONTRIBUTING begins with the installation of README's second command."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    contributing = (ROOT / DOCUMENTS[0]).read_text(encoding="utf-8")
    install = (
        "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt"
        " && .venv/bin/pip install --no-deps -e ."
    )
    assert install in readme
    assert install in contributing
