"""How long a planner waits: from the shell prompt to the bulletin, to the tables, to the page.

    python -m tests.benchmarks.bench_answer [--rounds 3]

Runs the command line as a user would, in a process of its own, and times when its first table is
printed, its tables and its page are there, and it ends. All as ratios, medians over rounds: to
``python -c "import numpy, polars, pydantic"``, and to drawing and simulating alone.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sim
from sim.engines import core
from sim.workload import draw

ROOT = Path(__file__).parents[2]
IMPORTS = "import numpy, polars, pydantic"
COMMANDS = {
    "tutorial": ("tutorial",),
    "baseline, 7 days, 10 replications": ("baseline-2025", "--days", "7", "--replications", "10"),
}
MOMENTS = ("printed", "tables", "page", "end", "CPU")
"""Seconds after the prompt; and CPU seconds of the whole command."""


def main() -> None:
    """Print a table of ratios for each command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = range(parser.parse_args().rounds)
    print("| command | moment | s | / imports | / draw and core |\n|---|---|---|---|---|")
    for name, words in COMMANDS.items():
        turns = [(_imports(), _simulation(words), _run(words)) for _ in rounds]
        for moment in MOMENTS:
            seconds = statistics.median(run[moment] for *_, run in turns)
            imports = statistics.median(run[moment] / base for base, _, run in turns)
            alone = statistics.median(run[moment] / engine for _, engine, run in turns)
            print(f"| {name} | {moment} | {seconds:.1f} | {imports:.1f} | {alone:.1f} |")


def _imports() -> float:
    """CPU seconds of a process that imports the packages that every run needs."""
    before = _children()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    return _children() - before


def _children() -> float:
    """CPU seconds of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _simulation(words: tuple[str, ...]) -> float:
    """CPU seconds of drawing and simulating what a command runs, nothing imported or measured."""
    name, *options = words
    changed = dict(zip(options[::2], options[1::2], strict=True))
    days = {"run.days": changed["--days"]} if "--days" in changed else {}
    scenario = sim.load(name, set=days)
    plan = sim.build_plan(scenario)
    began = time.process_time()
    for number in range(scenario.model.run.replications):
        core.run(plan, draw(plan, number))
    return time.process_time() - began


def _run(words: tuple[str, ...]) -> dict[str, float]:
    """Run a command; return when what was there, by moment."""
    with tempfile.TemporaryDirectory() as folder:
        before, began = _children(), time.perf_counter()
        command = [sys.executable, "-m", "sim", "run", *words, "--out", folder]
        seen: dict[str, float] = {}
        with subprocess.Popen(
            command,
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
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        return {**dict.fromkeys(MOMENTS, end), **seen, "CPU": _children() - before}


if __name__ == "__main__":
    main()
