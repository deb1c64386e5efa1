"""Commands import what they use: the answer of a run waits for no package that draws or fits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DRAWING = {"matplotlib", "jinja2", "sim.report.html", "sim.report.charts", "sim.report.play"}
OTHERS = {"scipy.stats", "scipy.optimize", "asyncio", "jsonschema", "numba", "dask", "distributed"}
COMMANDS = {"sim.fitting", "sim.sweep", "sim.validate", "sim.event_logs", "sim.verify"}

PROGRAM = """
import sys
from sim.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print(*sorted(sys.modules), file=open(sys.argv[-1], "w"))
"""


def imported(folder: Path, *words: str) -> set[str]:
    """Modules that a command has imported when it ends."""
    listed = folder / "modules.txt"
    program = PROGRAM.replace("sys.argv[-1]", repr(str(listed)))
    subprocess.run([sys.executable, "-c", program, *words], check=True, capture_output=True)
    return set(listed.read_text().split())


def test_a_run_without_pictures_imports_nothing_that_draws_fits_or_sweeps(
    tmp_path: Path,
) -> None:
    """Its bulletin and tables need NumPy, polars and pydantic, and the functions of SciPy."""
    options = ("--no-figures", "--no-report", "--out", str(tmp_path))
    modules = imported(tmp_path, "run", "tutorial", *options)
    assert modules & (DRAWING | OTHERS | COMMANDS) == set()
    assert {"numpy", "polars", "pydantic"} <= modules
    commands = {name for name in modules if name.startswith("sim.cli.commands.")}
    assert commands == {"sim.cli.commands.run"}


def test_the_version_is_printed_without_numpy_and_polars(tmp_path: Path) -> None:
    """Neither is any command imported: completion and help of one command are immediate."""
    modules = imported(tmp_path, "--version")
    assert modules & {"numpy", "polars", "scipy", "sim.cli.commands.run"} == set()


def test_the_help_of_a_command_imports_no_other_command(tmp_path: Path) -> None:
    """Nor what the command itself works with."""
    modules = imported(tmp_path, "compare", "--help")
    assert {name for name in modules if name.startswith("sim.cli.commands.")} <= {
        "sim.cli.commands.compare",
        "sim.cli.commands.run",
    }
    assert modules & {"numpy", "polars", "scipy", "matplotlib"} == set()
