"""How long a planner waits: from the shell prompt to the bulletin, to the tables, to the page.

    python -m tests.benchmarks.bench_answer [--rounds 3] [--year]

Prints CPU ratios, medians over rounds, beside the most that they must be: of whole commands and
of loading a scenario to the imports that they need; of a task of a sweep to drawing its random
numbers; and the CPU seconds of a step of a slider, which edits a loaded scenario, builds its
plan, and simulates and measures ten replications of the gate that it moves. ``--year`` adds a
year, ten replications, over drawing and simulating it. Then the seconds after the prompt at which
a table is printed, and tables and page are there.

Each command runs in a process of its own, after one that leaves modules and machine code on disk,
as ``langson prepare`` does for an installed package.
"""

from __future__ import annotations

import argparse
import compileall
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import sim
from sim.engines import core
from sim.runs.compilation import compile_ahead
from sim.workload import draw
from tests.benchmarks.bench_border import use_of_numba

ROOT = Path(__file__).parents[2]
IMPORTS = "import numpy, polars, pydantic"
WEEK = ("baseline-2025", "--days", "7", "--replications", "10")
YEAR = ("baseline-2025", "--days", "360", "--replications", "10")
BARE = ("--no-report", "--no-figures")
SWEEP, TASKS = "sweep-chinese-bays", 80
MOVED = "gates.huu_nghi.routes.r1119_1120.stages.gate_in.servers"
"""The value that a slider moves."""

STEPS = 5
"""Steps of the slider in each round; the first pays for what is kept, and is left out."""

Row = tuple[str, float, Callable[[], float]]
"""What is measured, the most that it must be, and a measurement."""


def main() -> None:
    """Print the rows with what they must be, then the moments of a command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--year", action="store_true")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(ROOT / "sim", quiet=1)
    compile_ahead()
    _command(*WEEK)
    print("| CPU | measured | must | |\n|---|---|---|---|")
    for name, must, measure in _rows(year=options.year):
        rounds = 1 if must == _MUST_YEAR else options.rounds
        value = statistics.median(measure() for _ in range(rounds))
        verdict = "" if value <= must else "short"
        print(f"| {name} | {value:.2f} | {must:g} | {verdict} |", flush=True)
    print("\n| `langson run`, s after the prompt | printed | tables | page |\n|---|---|---|---|")
    for words in (("tutorial",), WEEK):
        moments = [_moments(words) for _ in range(options.rounds)]
        shown = [f"{statistics.median(column):.1f}" for column in zip(*moments, strict=True)]
        print(f"| {' '.join(words)} | {' | '.join(shown)} |")


_MUST_YEAR = 2.5


def _rows(*, year: bool) -> Iterator[Row]:
    """Rows of the table, in their order."""
    yield "week × 10 to bulletin and tables / imports", 4, lambda: _over_imports(*WEEK, *BARE)
    yield "week × 10 with report / imports", 9, lambda: _over_imports(*WEEK)
    yield "tutorial, whole command / imports", 3, lambda: _over_imports("tutorial")
    for name in ("tutorial", "baseline-2025"):
        yield f"load {name} / importing NumPy, pydantic", 1, partial(_load, name)
    yield "a step of a slider, s", 0.2, _slider
    yield "a task of a sweep / drawing it", 2.4, _task  # a quarter of what it was
    if year:
        yield "year × 10, whole command / draw and core", _MUST_YEAR, _year


def _over_imports(*words: str) -> float:
    """CPU of ``langson run`` over that of importing what it needs."""
    return _command(*words) / _cpu("-c", IMPORTS)


def _command(*words: str) -> float:
    """CPU seconds of ``langson run``."""
    with tempfile.TemporaryDirectory() as folder:
        return _cpu("-m", "sim", "run", *words, "--out", folder)


def _cpu(*arguments: str) -> float:
    """CPU seconds of a process of Python."""
    before = _children()
    subprocess.run([sys.executable, *arguments], check=True, cwd=ROOT, capture_output=True)
    return _children() - before


def _children() -> float:
    """CPU seconds of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _load(name: str) -> float:
    """CPU of loading a scenario where all is imported, over importing NumPy and pydantic."""
    program = (
        "import time, sim.scenario; began = time.process_time(); "
        f"sim.scenario.load({name!r}); print(time.process_time() - began)"
    )
    command = [sys.executable, "-c", program]
    seconds = subprocess.run(command, check=True, cwd=ROOT, capture_output=True).stdout
    return float(seconds) / _cpu("-c", "import numpy, pydantic")


def _slider() -> float:
    """CPU seconds of a step, the median of those after the first."""
    scenario = sim.load("baseline-2025", set={"run.days": 7, "run.gates": ["huu_nghi"]})
    workloads, steps = sim.WorkloadCache(), []
    with use_of_numba(used=True):
        for servers in range(4, 5 + STEPS):
            began = time.process_time()
            edited = scenario.edited({MOVED: servers})
            sim.run(edited, 10, tables=["headline"], workloads=workloads, journeys="none")
            steps.append(time.process_time() - began)
    return statistics.median(steps[1:])


def _task() -> float:
    """CPU of a task of a sweep of three days, over drawing its random numbers.

    That is what the sweep takes beyond the same command when all its results are there.
    """
    with tempfile.TemporaryDirectory() as folder:
        words = ("-m", "sim", "sweep", "run", SWEEP, "--jobs", "1", "--out", folder)
        whole, again = _cpu(*words), _cpu(*words)
    plan = sim.build_plan(sim.load(SWEEP))
    with use_of_numba(used=True):
        drawing = min(_seconds(lambda: draw(plan, 0)) for _ in range(5))
    return (whole - again) / TASKS / drawing


def _year() -> float:
    """CPU of a year, ten replications, over drawing and simulating them."""
    plan = sim.build_plan(sim.load("baseline-2025", set={"run.days": 360}))

    def simulate() -> None:
        for number in range(10):
            core.run(plan, draw(plan, number))

    with use_of_numba(used=True):
        core.run(plan, draw(plan, 0))
        alone = _seconds(simulate)
    return _command(*YEAR) / alone


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _moments(words: tuple[str, ...]) -> list[float]:
    """Seconds after the prompt when a table is printed, and the tables and the page are there."""
    with tempfile.TemporaryDirectory() as folder:
        began, seen = time.perf_counter(), dict[str, float]()
        with subprocess.Popen(
            [sys.executable, "-m", "sim", "run", *words, "--out", folder],
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            assert process.stdout is not None
            os.set_blocking(process.stdout.fileno(), False)
            printed = b""
            while process.poll() is None:
                printed += process.stdout.read() or b""
                there = {
                    "printed": printed.count(b"\n") > 5,
                    "tables": any(Path(folder).glob("*/headline.parquet")),
                    "page": any(Path(folder).glob("*/report*.html")),
                }
                now = time.perf_counter() - began
                seen |= {name: now for name, is_there in there.items() if is_there} | seen
                time.sleep(0.01)
        end = time.perf_counter() - began
        if process.returncode:
            raise SystemExit(f"langson run {' '.join(words)} ended with {process.returncode}")
        return [seen.get(name, end) for name in ("printed", "tables", "page")]


if __name__ == "__main__":
    main()
