"""A Slurm of three nodes on this machine, for as long as the tests take."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Slurm:
    """A running Slurm."""

    folder: Path

    def kill_node(self, node: str) -> None:
        """Cut a node's power."""
        subprocess.run([HERE / "kill_node.sh", self.folder, node], check=True)

    def is_down(self, node: str) -> bool:
        """Whether Slurm knows that a node has gone."""
        return "down" in self.tell("sinfo", "-h", "-n", node, "-o", "%T")

    def jobs(self, name: str) -> dict[str, str]:
        """Nodes of the running jobs whose name or array it is, by job id."""
        lines = self.tell("squeue", "-h", "-t", "R", "-o", "%i %N %o").splitlines()
        found = (line.split(maxsplit=2) for line in lines)
        return {job: node for job, node, command in found if name in command}

    def tell(self, *command: str) -> str:
        """Run a command of Slurm's and return what it prints."""
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="session")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slurm]:
    """Install Slurm if need be and start it; skip where that cannot be done."""
    folder = tmp_path_factory.mktemp("slurm")
    if os.geteuid() != 0:
        pytest.skip("Slurm is installed and started by root, and this is not root")
    up = subprocess.run([HERE / "up.sh", folder], capture_output=True, text=True, check=False)
    if up.returncode:
        subprocess.run([HERE / "down.sh", folder], check=False)
        pytest.skip(f"Slurm cannot be installed or started here: {up.stderr[-300:]}")
    before = os.environ.get("SLURM_CONF")
    os.environ["SLURM_CONF"] = str(folder / "slurm.conf")
    yield Slurm(folder)
    subprocess.run([HERE / "down.sh", folder], check=False)
    if before is None:
        del os.environ["SLURM_CONF"]
