"""Mutated folders of results: only errors of the program's own, and nothing outside changes.

``LANGSON_FUZZ=2000 pytest tests/fuzz/test_folders.py`` tries that many.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from sim.cli import app
from sim.report.html import write_report
from sim.results import write_several
from sim.runs import run
from sim.scenario import load
from tests.fuzz.mutants import mutate
from tests.small import write_small
from tests.sweep.conftest import filled

EXAMPLES = int(os.environ.get("LANGSON_FUZZ", "30"))
SECONDS, WAITING, KILOBYTES = 10.0, 120, 1_000_000
"""Processor time and time by the clock of a command, and memory, at most."""
NAME = "20260101-000000-x"

#: What is done with a mutated folder F, beside a sound one.
DEEDS = {
    "runs": (
        ("report", "F"),
        ("play", "F"),
        ("compare", "F", "--out", "F", "--no-report"),
        ("report", "F", "--figures", "svg"),
        ("export", "F", "--xlsx"),
        ("export", "F", "--xes", "--log-csv"),
    ),
    "merged": (
        ("sweep", "F", "--jobs", "1"),
        ("sweep", "status", "F"),
        ("sweep", "merge", "F"),
        ("report", "SOUND", "--sweep", "F"),
    ),
    "blocks": (
        ("sweep", "F", "--jobs", "1"),
        ("sweep", "status", "F", "--json"),
        ("sweep", "merge", "F"),
    ),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A comparison of two runs, a merged sweep and one in blocks, to copy."""
    here = tmp_path_factory.mktemp("sound")
    files = write_small(here)
    several = [run(load(file, {"run.days": 1}), 2) for file in files]
    both, _ = write_several(several, here / "runs")
    write_report(both)
    for name, shards in (("merged", 1), ("blocks", 2)):
        (here / name).mkdir()
        filled(here / name, shards)
    return {"runs": both, "merged": here / "merged" / "sweep", "blocks": here / "blocks" / "sweep"}


def state(folder: Path) -> dict[str, tuple[object, ...]]:
    """Names, contents and times of all files and links of a folder; links are not followed."""
    return {
        str(path): (path.lstat().st_mtime_ns, _content(path)) for path in sorted(folder.rglob("*"))
    }


def _content(path: Path) -> bytes:
    if path.is_symlink():
        return os.fsencode(path.readlink())
    return path.read_bytes() if path.is_file() else b""


class Hang(BaseException):
    """A command took too long; no command catches this."""


def hang(*_: object) -> None:
    """End a command that takes too long."""
    raise Hang("still at it")


def attempt(seed: int, kind: str, sound: dict[str, Path], here: Path) -> str:
    """Mutate a copy of a folder, use it and return what is wrong with how that ended, if any."""
    folder, victim = here / NAME, here / "victim"
    shutil.copytree(sound[kind], folder)
    victim.mkdir()
    (victim / "precious.parquet").write_bytes(b"precious")
    scenarios = sorted(path for path in folder.iterdir() if path.is_dir())
    done = mutate(scenarios[0] if kind == "runs" and seed % 2 else folder, victim, seed)
    before, deed = state(victim), DEEDS[kind][seed // 2 % len(DEEDS[kind])]
    names = {"F": str(folder), "SOUND": str(sound["runs"])}
    signal.signal(signal.SIGPROF, hang)
    signal.signal(signal.SIGALRM, hang)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.alarm(WAITING)
    try:
        result = CliRunner().invoke(app, [names.get(word, word) for word in deed])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
    told = f"seed {seed}, {kind}, {deed[:2]}, {done}: {result.output[-400:]}"
    if "fault in langson: " in result.output or result.exit_code not in (0, 1, 2):
        return f"{told} {result.exception!r}"
    if state(victim) != before or {path.name for path in here.iterdir()} != {NAME, "victim"}:
        return f"{told} something outside changed"
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > KILOBYTES:
        return f"{told} too much memory"
    return ""


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 2**40), kind=st.sampled_from(sorted(DEEDS)))
@pytest.mark.filterwarnings("ignore")
def test_mutated_folders(seed: int, kind: str, sound: dict[str, Path]) -> None:
    """Whatever was done to a folder: a sentence or a result, soon, in little memory, inside."""
    with tempfile.TemporaryDirectory() as here:
        assert not attempt(seed, kind, sound, Path(here))
