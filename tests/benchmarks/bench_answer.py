"""How long a planner waits: from the shell prompt to the bulletin, to the tables, to the page.

    python -m tests.benchmarks.bench_answer [--rounds 3]

Runs the command line as a user would, in a process of its own, and times when its first table is
printed, its tables and its page are there, and it ends. All as ratios, medians over rounds: to
``python -c "import numpy, polars, pydantic"``, and to drawing and simulating alone.

Then the CPU of loading a scenario, over importing NumPy and pydantic; and of a step of a slider:
an edit of a loaded scenario, its plan, and ten replications of the gate that it moves. Modules
are compiled to bytecode once before, as an installed package has them.
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
from itertools import pairwise
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
MOMENTS = ("printed", "tables", "page", "end", "CPU", "CPU without pictures")
"""Seconds after the prompt; and CPU seconds of the whole command, and to its tables alone."""

LOADS = ("tutorial", "baseline-2025", "everything-2050")
MOVED = "gates.huu_nghi.routes.r1119_1120.stages.gate_in.servers"
"""The value that a slider moves."""

STEPS = 5
"""Steps of the slider in each round; the first pays for what is kept, and is left out."""


def main() -> None:
    """Print a table of ratios for each command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = range(parser.parse_args().rounds)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(ROOT / "sim", quiet=1)
    print("| command | moment | s | / imports | / draw and core |\n|---|---|---|---|---|")
    for name, words in COMMANDS.items():
        turns = [(_cpu(IMPORTS), _simulation(words), _whole(words)) for _ in rounds]
        for moment in MOMENTS:
            seconds = statistics.median(run[moment] for *_, run in turns)
            imports = statistics.median(run[moment] / base for base, _, run in turns)
            alone = statistics.median(run[moment] / engine for _, engine, run in turns)
            print(f"| {name} | {moment} | {seconds:.1f} | {imports:.1f} | {alone:.1f} |")
    print("\n| CPU | s | / importing NumPy and pydantic |\n|---|---|---|")
    for name in LOADS:
        pairs = [(_cpu("import numpy, pydantic"), _load(name)) for _ in rounds]
        ratio = statistics.median(load / base for base, load in pairs)
        seconds = statistics.median(load for _, load in pairs)
        print(f"| load {name} | {seconds:.2f} | {ratio:.1f} |")
    steps = [_slider() for _ in rounds]
    print("\n| step of a slider, CPU | s |\n|---|---|")
    for part in steps[0]:
        print(f"| {part} | {statistics.median(step[part] for step in steps):.3f} |")


def _cpu(program: str) -> float:
    """CPU seconds of a process that runs a program."""
    before = _children()
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
    return _children() - before


def _load(name: str) -> float:
    """CPU seconds of loading a scenario in a process that has imported all that this needs."""
    program = (
        "import time, sim.scenario; began = time.process_time(); "
        f"sim.scenario.load({name!r}); print(time.process_time() - began)"
    )
    command = [sys.executable, "-c", program]
    return float(subprocess.run(command, check=True, cwd=ROOT, capture_output=True).stdout)


def _slider() -> dict[str, float]:
    """CPU seconds of the parts of a step, medians over the steps after the first."""
    scenario = sim.load("baseline-2025", set={"run.days": 7, "run.gates": ["huu_nghi"]})
    steps: list[dict[str, float]] = []
    for servers in range(4, 5 + STEPS):
        marks = [time.process_time()]
        edited = scenario.edited({MOVED: servers})
        marks.append(time.process_time())
        plan = sim.build_plan(edited)
        marks.append(time.process_time())
        workloads = [draw(plan, number) for number in range(10)]
        marks.append(time.process_time())
        logs = core.run_many(plan, workloads)
        marks.append(time.process_time())
        for log in logs:
            sim.measure(log, plan, {"headline"})
        marks.append(time.process_time())
        parts = dict(zip(("edit", "plan", "draw", "core", "measure"), _between(marks), strict=True))
        whole = marks[-1] - marks[0]
        steps.append({**parts, "all": whole, "all, draws kept": whole - parts["draw"]})
    return {part: statistics.median(step[part] for step in steps[1:]) for part in steps[0]}


def _between(marks: list[float]) -> list[float]:
    return [after - before for before, after in pairwise(marks)]


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


def _whole(words: tuple[str, ...]) -> dict[str, float]:
    """Run a command with all that it draws, and again for its tables alone."""
    plain = _run((*words, "--no-figures", "--no-report"))
    return _run(words) | {"CPU without pictures": plain["CPU"]}


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
