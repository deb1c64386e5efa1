"""``langson sweep``: what it prints, how it goes on, and what a killed one leaves."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from sim.sweep import fill, plan_sweep
from sim.sweep.executor import SerialExecutor
from tests.cli.conftest import Langson
from tests.cli.test_process import start
from tests.sweep.conftest import SWEEP
from tests.sweep.same import assert_same


@pytest.fixture
def sweep(here: Path) -> Path:
    path = here / "lanes.yaml"
    path.write_text(SWEEP, "utf-8")
    return path


def test_a_line_for_each_point(langson: Langson, sweep: Path) -> None:
    """The factors and the waits of each point, and where the results are."""
    done = langson("sweep", "lanes.yaml", "--jobs", "1")
    assert done.exit_code == 0
    assert "lanes: All road gates" in done.stdout
    assert done.stdout.count(" off ") == done.stdout.count(" on ") == 3
    assert "24 of 24 results in results/lanes" in done.stdout
    again = langson("sweep", "lanes.yaml")
    assert "24 of 24 results are there already and are used again" in again.stderr
    assert again.stdout == done.stdout


WIDE = """\
format: 1
extends: more.yaml
run: {warm_up: 0 h, days: 1}
sweep:
  design: list
  replications: 2
  factors:
    number_of_lanes_at_the_crossing: {path: gates.chi_ma.routes.main.stages.crossing.servers, values: [1, 2]}
    number_of_document_counters: {path: gates.chi_ma.routes.main.stages.documents.servers, values: [3, 4]}
    crossing_time: {path: gates.chi_ma.routes.main.stages.crossing.service, values: [2.51234, 3.51234], write: "{} min"}
    fruit_volume: {path: gates.chi_ma.routes.main.flows.fruit.volume, values: [31.1234, 41.1234], write: "{}/day"}
    goods_volume: {path: gates.chi_ma.routes.main.flows.goods.volume, values: [21.1234, 22.1234], write: "{}/day"}
"""  # noqa: E501


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_many_factors_fit_80_columns(
    langson: Langson, sweep: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """Names of factors break and columns go, named; no number is cut, nor a point's own."""
    monkeypatch.setenv("COLUMNS", "80")
    sweep.write_text(WIDE, "utf-8")
    shown = langson("sweep", "lanes.yaml", "--jobs", "1", "--lang", lang).stdout
    lines = shown.splitlines()
    assert max(map(len, lines)) <= 80
    assert "…" not in shown
    rows = [line.split() for line in lines]
    assert ["0", "1", "3", "2.51234", "31.1234", "21.1234"] in [row[:6] for row in rows]
    assert {"en": "Left out on this narrow screen", "vi": "Lược bớt"}[lang] in shown


def test_one_gate_is_named_and_the_rest_counted(
    langson: Langson, sweep: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where all is varied at one gate, its waits are shown; of many points the first."""
    monkeypatch.setattr("sim.cli.sweep_display._ROWS", 2)
    sweep.write_text(SWEEP.replace("    counters: {upgrade: counters}\n", ""), "utf-8")
    shown = langson("sweep", "lanes.yaml", "--jobs", "1").stdout
    assert "lanes: Chi Ma" in shown
    assert "and 1 more point;" in shown


def test_what_is_not_shown_is_counted(langson: Langson, sweep: Path) -> None:
    """Results of points that the file no longer has are kept, and that is said."""
    langson("sweep", "lanes.yaml", "--jobs", "1")
    sweep.write_text(SWEEP.replace("[1, 2, 3]", "[1, 2]"), "utf-8")
    langson("sweep", "lanes.yaml", "--jobs", "1")
    shown = langson("sweep", "status", "lanes.yaml").stdout
    assert "8 results of other points or of another version are kept and not shown" in shown


def test_what_is_used_again_is_said_once(langson: Langson, sweep: Path) -> None:
    """However often progress is told."""
    langson("sweep", "lanes.yaml", "--shard", "1/2", "--jobs", "1")
    said = langson("sweep", "lanes.yaml", "--jobs", "1").stderr
    assert said.count("12 of 24 results are there already and are used again") == 1


def test_status_and_going_on(langson: Langson, sweep: Path) -> None:
    """Status tells what is missing and how to go on; the folder is enough to go on."""
    assert langson("sweep", "lanes.yaml", "--shard", "1/2", "--jobs", "1").exit_code == 0
    status = langson("sweep", "status", "lanes.yaml").stdout
    assert "6 points × 4 replications · 12 of 24" in status
    assert "langson sweep results/lanes" in status
    sweep.unlink()
    assert langson("sweep", "results/lanes").exit_code == 0
    assert "24 of 24" in langson("sweep", "status", "results/lanes").stdout


def test_shards(langson: Langson, sweep: Path) -> None:
    """A shard says how to merge once all are done; a part that is none is refused."""
    for part in ("1/3", "3/3", "2/3"):
        done = langson("sweep", "lanes.yaml", "--shard", part, "--jobs", "1")
        assert "langson sweep merge results/lanes" in done.stdout
    assert "merged in results/lanes" in langson("sweep", "merge", "results/lanes").stdout


def test_json(langson: Langson, sweep: Path) -> None:
    """One object tells where a sweep stands; so does status."""
    said = json.loads(langson("sweep", "lanes.yaml", "--json", "--jobs", "1").stdout)
    assert (said["points"], said["asked"], said["done"], said["failed"]) == (6, 24, 24, 0)
    assert json.loads(langson("sweep", "status", "lanes.yaml", "--json").stdout) == said


def test_vietnamese(langson: Langson, sweep: Path) -> None:
    """Vietnamese throughout."""
    out = langson("sweep", "lanes.yaml", "--lang", "vi", "--jobs", "1").stdout
    assert "24 trong 24 kết quả nằm trong results/lanes" in out


def test_failures_end_with_1(
    langson: Langson, sweep: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What failed is counted by its reason, and the exit code says that something did."""

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("no time")

    monkeypatch.setattr("sim.sweep.work.replicate", fail)
    done = langson("sweep", "lanes.yaml", "--jobs", "1")
    assert done.exit_code == 1
    assert "24 tasks failed" in done.stdout
    assert "24  ZeroDivisionError: no time" in done.stdout


@pytest.mark.parametrize("file", ["none.yaml", "more.yaml"])
def test_a_file_that_is_no_sweep_makes_no_folder(langson: Langson, sweep: Path, file: str) -> None:
    """A file that is missing, or has no section `sweep`, is bad use and leaves nothing behind."""
    assert langson("sweep", file).exit_code == 2
    assert not Path("results").exists()


def test_a_folder_of_something_else_is_left_alone(langson: Langson, sweep: Path) -> None:
    """Nothing, not even a lock, is put into a folder that holds other things."""
    other = Path("results/lanes")
    other.mkdir(parents=True)
    (other / "thesis.txt").write_text("draft", "utf-8")
    assert "holds no sweep" in langson("sweep", "lanes.yaml").stderr
    assert [path.name for path in other.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--slurm", "p.yaml", "--jobs", "2", "--shard", "1/2"], "leave out --jobs and --shard"),
        (["--slurm", "p.yaml", "--cluster", "local"], "leave out --cluster"),
        (["--cluster", "scheduler.json", "--jobs", "2"], "leave out --jobs"),
        (["--shard", "4/3"], "'4/3' is no part"),
    ],
)
def test_options_without_effect_are_refused(
    langson: Langson, sweep: Path, options: list[str], said: str
) -> None:
    """What another option would leave without effect is bad use, not passed over."""
    done = langson("sweep", "lanes.yaml", *options)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ([], "submitted to Slurm: 41, 41. See:  langson sweep status results/lanes"),
        (["--quiet"], "results/lanes"),
        (["--json"], {"format": 1, "folder": "results/lanes", "jobs": ["41", "41"]}),
    ],
)
def test_jobs_in_slurm_are_named(
    langson: Langson, sweep: Path, monkeypatch: pytest.MonkeyPatch, form: list[str], said: object
) -> None:
    """What was submitted is told by Slurm's own numbers, to people and to scripts."""
    pytest.importorskip("distributed", reason="needs the extra cluster")
    (sweep.parent / "bin").mkdir()
    (sweep.parent / "bin" / "sbatch").write_text("#!/bin/sh\necho '41;main'\n", "utf-8")
    (sweep.parent / "bin" / "sbatch").chmod(0o755)
    monkeypatch.setenv("PATH", str(sweep.parent / "bin"), prepend=os.pathsep)
    (sweep.parent / "profile.yaml").write_text("workers: 2\n", "utf-8")
    shown = langson("sweep", "lanes.yaml", "--slurm", "profile.yaml", *form).stdout.strip()
    assert (json.loads(shown) if form == ["--json"] else shown) == said


def test_command_is_kept_as_typed(langson: Langson, sweep: Path) -> None:
    """The manifest has the command without where the program lies on this machine."""
    assert langson("sweep", "lanes.yaml", "--jobs", "1").exit_code == 0
    command = json.loads(Path("results/lanes/manifest.json").read_text("utf-8"))["command"]
    assert command[0] == "langson"


def test_a_folder_that_cannot_be_written(langson: Langson, sweep: Path) -> None:
    """No folder, no sweep: the reason is said before time is spent."""
    Path("file").write_text("", "utf-8")
    done = langson("sweep", "lanes.yaml", "--out", "file")
    assert done.exit_code == 1
    assert "cannot write to file/lanes" in done.stderr


def test_killed_and_resumed(here: Path, sweep: Path) -> None:
    """`kill -9` of everything at once, then again: nothing is lost, nothing doubled."""
    sweep.write_text(SWEEP.replace("replications: 4", "replications: 30"), "utf-8")
    for _ in range(2):
        process = start(here, "sweep", "lanes.yaml", "--jobs", "2", "--out", "killed")
        wait_for_blocks(here / "killed" / "lanes" / "blocks")
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
    process = start(here, "sweep", "lanes.yaml", "--jobs", "1", "--out", "killed", "--quiet")
    assert process.communicate(timeout=120)[0] == "killed/lanes\n"
    whole = plan_sweep(sweep, here / "whole")
    fill(whole, SerialExecutor())
    assert_same(here / "killed" / "lanes", whole.folder)


def wait_for_blocks(folder: Path) -> None:
    """Return once a block more than before is there."""
    before = len(list(folder.glob("??/*.tasks.*.parquet")))
    for _ in range(600):
        if len(list(folder.glob("??/*.tasks.*.parquet"))) > before:
            return
        time.sleep(0.1)
    raise AssertionError("no block came")


def test_ctrl_c(here: Path, sweep: Path) -> None:
    """Ctrl-C ends with 130 and the command that goes on."""
    sweep.write_text(SWEEP.replace("replications: 4", "replications: 5000"), "utf-8")
    process = start(here, "sweep", "lanes.yaml", "--jobs", "2")
    wait_for_blocks(here / "results" / "lanes" / "blocks")
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Go on with:  langson sweep lanes.yaml" in err
    assert "Traceback" not in err


def test_a_sampled_sweep_says_what_moves_it(
    langson: Langson, sweep: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between what the results lie, and how each factor goes with them; a grid has its table."""
    monkeypatch.setenv("COLUMNS", "80")
    assert "What moves it" not in langson("sweep", "lanes.yaml", "--jobs", "1").stdout
    drawn = SWEEP.replace("replications: 4", "replications: 1\n  design: sobol\n  points: 16")
    sweep.write_text(drawn.replace("values: [1, 2, 3]", "values: [1, 2]"), "utf-8")
    shown = langson("sweep", "lanes.yaml", "--out", "other", "--jobs", "1").stdout
    moves = shown.partition("What moves it")[2]
    rows = {line.split()[0]: line.split()[1:] for line in moves.splitlines() if line.split()}
    assert {"from", "to", "lanes", "counters"} <= set(rows)
    assert float(rows["counters"][1].replace("−", "-")) < -0.5
    assert max(map(len, shown.splitlines())) <= 80
