"""The sdist is whole, and the wheel made from it finds and is what the checkout is."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import sim
from sim.results.provenance import code_digest, model_digest

ROOT = Path(__file__).parents[2]

#: Run by an interpreter that has the wheel before anything else.
QUESTION = """
import json, sim
from sim.results.provenance import code_digest, model_digest
scenario = sim.load("chi-ma-international")
print(json.dumps([sim.__file__, str(scenario.path), scenario.hash, code_digest(), model_digest()]))
"""


def build(target: str, source: Path, out: Path) -> Path:
    """Build one archive of a source tree and return it."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", out],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (archive,) = out.iterdir()
    return archive


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An unpacked sdist of this checkout."""
    pytest.importorskip("hatchling", reason="needs the extra dev")
    if not (ROOT / "sim" / "__init__.py").exists():
        pytest.skip("these tests run beside an installed package, not in a checkout")
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(build("sdist", ROOT, folder / "out")) as archive:
        archive.extractall(folder, filter="data")
    return folder / f"langson-{sim.__version__}"


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the unpacked sdist, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(build("wheel", source, folder / "out")) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_sdist_has_what_the_project_has(source: Path) -> None:
    """Tests, scenarios, lock, licence and citation: README's two commands work from it."""
    for name in ("README.md", "requirements.txt", "CHANGELOG.md", "LICENSE", "CITATION.cff"):
        assert (source / name).read_bytes() == (ROOT / name).read_bytes()
    for folder in ("sim", "scenarios", "tests", ".ci"):
        ours = {path.relative_to(ROOT) for path in (ROOT / folder).rglob("*.*")}
        kept = {
            path for path in ours if "__pycache__" not in path.parts and (ROOT / path).is_file()
        }
        assert sorted(path for path in kept if not (source / path).is_file()) == []


def test_the_wheel_has_the_scenarios_in_the_package(wheel: Path) -> None:
    """Byte for byte those of the checkout, and nothing outside the package."""
    shipped = wheel / "sim" / "scenarios"
    names = {path.relative_to(shipped) for path in shipped.rglob("*") if path.is_file()}
    folder = ROOT / "scenarios"
    assert names == {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    assert all((shipped / name).read_bytes() == (folder / name).read_bytes() for name in names)
    assert {path.name.split("-")[0] for path in wheel.iterdir()} == {"sim", "langson"}


def test_a_wheel_of_the_checkout_is_the_same(wheel: Path, tmp_path: Path) -> None:
    """What ``pip install .`` installs is what the sdist makes."""
    with zipfile.ZipFile(build("wheel", ROOT, tmp_path / "out")) as archive:
        for name in archive.namelist():
            assert archive.read(name) == (wheel / name).read_bytes(), name
    (record,) = wheel.glob("*.dist-info/RECORD")
    for name, digest, _ in csv.reader(record.read_text("utf-8").splitlines()):
        if digest:
            found = hashlib.sha256((wheel / name).read_bytes()).digest()
            assert digest == f"sha256={base64.urlsafe_b64encode(found).decode().rstrip('=')}"


def test_a_run_by_name_is_the_same_elsewhere(wheel: Path, tmp_path: Path) -> None:
    """The wheel's scenario, and the digests that its manifests would hold, are the checkout's."""
    printed = subprocess.run(
        [sys.executable, "-c", QUESTION],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(wheel)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    package, path, *digests = json.loads(printed)
    assert Path(package).is_relative_to(wheel)
    assert Path(path) == wheel / "sim" / "scenarios" / "chi-ma-international.yaml"
    assert digests == [sim.load("chi-ma-international").hash, code_digest(), model_digest()]
