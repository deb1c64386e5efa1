"""``langson compare``: files and folders against the first, and conditions to fail on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import sim.runs.replications
from sim.results import open_all
from tests.cli.conftest import BARE, Langson


def compared(here: Path, out: str = "results") -> Path:
    """The only results folder."""
    (folder,) = (here / out).iterdir()
    return folder


def test_files_are_run_compared_and_kept(langson: Langson, here: Path) -> None:
    """Two files give the differences with the gain of pairing, a folder and a picture."""
    result = langson("compare", "small.yaml", "more.yaml", "--figures")
    assert result.exit_code == 0, result.output
    assert "More counters vs Small border" in result.stdout
    assert "same vehicles in both" in result.stdout
    heading = next(line for line in result.stdout.splitlines() if "Difference" in line)
    assert heading.split() == ["Baseline", "Scenario", "Difference", "Pairing"]
    folder = compared(here)
    assert f"results/{folder.name}/" in result.stdout
    assert [stored.name for stored in open_all(folder)] == ["small", "more"]
    assert (folder / "figures" / "comparison.png").stat().st_size > 10_000
    table = pl.read_csv(folder / "comparison.csv")
    assert set(table["method"]) == {"paired"}


def test_folders_are_read_not_run(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results of earlier runs are compared as they are, to the same digits as fresh ones."""
    langson("run", "small.yaml", "--out", "a", *BARE)
    langson("run", "more.yaml", "--out", "b", *BARE)
    arguments = ["compare", "--json", *BARE]
    fresh = json.loads(langson(*arguments, "small.yaml", "more.yaml").stdout)
    monkeypatch.setattr("sim.runs.run", None)
    folders = [str(compared(here, name)) for name in ("a", "b")]
    stored = json.loads(langson(*arguments, *folders).stdout)
    assert stored["comparison"] == fresh["comparison"]
    assert [one["folder"] for one in stored["scenarios"]] == folders
    again = langson("compare", stored["folder"])
    assert again.exit_code == 2
    assert f"give what it compares: {', '.join(folders)}" in again.stderr
    several = json.loads(langson(*arguments, fresh["folder"]).stdout)
    assert several["comparison"] == fresh["comparison"]


def test_order_of_arguments_does_not_change_a_digit(langson: Langson) -> None:
    """Files and options in another order give the same rows."""
    faster = ["--set", "run.days=2", "--replications", "4"]

    def rows(*arguments: str) -> dict[tuple[str, ...], Any]:
        result = langson("compare", *arguments, "--json", *BARE)
        assert result.exit_code == 0, result.output
        keys = ("alternative", "gate", "direction", "measure")
        found = json.loads(result.stdout)["comparison"]
        return {tuple(row[key] for key in keys): row for row in found}

    Path("third.yaml").write_text(
        Path("more.yaml").read_text("utf-8").replace("More counters", "Third"), "utf-8"
    )
    one = rows("small.yaml", "more.yaml", "third.yaml", *faster)
    assert one == rows(
        *reversed(["--jobs=1", *faster[1::-1], *faster[3:1:-1]]),
        "small.yaml",
        "third.yaml",
        "more.yaml",
    )


def test_the_best_is_chosen_with_a_guarantee(langson: Langson) -> None:
    """One option more says which scenario is best by a measure; JSON says the same."""
    asked = ("compare", "small.yaml", "more.yaml", "--best", "wait.mean[chi_ma]", *BARE)
    shown = " ".join(langson(*asked).stdout.split())
    assert "By wait.mean[chi_ma] the best is More counters, with 95 % confidence." in shown
    found = json.loads(langson(*asked, "--json").stdout)["best"]
    assert (found["chosen"], found["others"], found["loss"]) == ("More counters", [], 0.0)
    assert (found["quantity"], found["unit"], found["level"]) == ("wait.mean[chi_ma]", "h", 0.95)


def test_there_is_no_best_of_what_has_no_merit(langson: Langson) -> None:
    """More or less demand is no merit, so nothing is best by it."""
    result = langson("compare", "small.yaml", "more.yaml", "--best", "arrived.per_day", *BARE)
    assert result.exit_code == 2
    assert "neither less nor more of arrived.per_day is better" in " ".join(result.stderr.split())
    assert not Path("results").exists()


def test_the_best_by_a_gate_that_is_not_there(langson: Langson) -> None:
    """A gate mistyped is said before anything runs."""
    result = langson("compare", "small.yaml", "more.yaml", "--best", "wait.mean[chi_mo]", *BARE)
    assert result.exit_code == 2
    assert "'chi_mo'; did you mean 'chi_ma'?" in " ".join(result.stderr.split())
    assert not Path("results").exists()


def test_another_seed_is_said(langson: Langson, here: Path) -> None:
    """Folders without common random numbers are compared as independent, in so many words."""
    for seed in ("1", "2"):
        langson("run", "small.yaml", "--seed", seed, "--out", seed, *BARE)
    folders = [str(compared(here, seed)) for seed in ("1", "2")]
    result = langson("compare", *folders)
    assert "another seed, so nothing pairs" in " ".join(result.stdout.split())
    assert "same vehicles" not in result.stdout
    assert "Pairing" not in result.stdout


@pytest.mark.parametrize(
    ("condition", "code", "shown"),
    [
        ("wait.mean > 0 min", 3, r"✗ More counters: wait.mean > 0 min: met, [\d.]+ ± [\d.]+ min"),
        ("wait.mean > 0 h", 3, r"✗ More counters: wait.mean > 0 h: met, [\d.]+ ± [\d.]+ h"),
        ("chi_ma: wait.p95 > 100 h", 0, r"✓ More counters: chi_ma: wait.p95 > 100 h: not met"),
        ("co_sau: wait.mean > 100 h", 3, "no value to judge, counted as met"),
    ],
)
def test_fail_if(langson: Langson, condition: str, code: int, shown: str) -> None:
    """A condition that is met ends with 3 and is shown; the baseline is not held to it."""
    result = langson("compare", "small.yaml", "more.yaml", *BARE, "--fail-if", condition)
    assert result.exit_code == code, result.output
    assert re.search(shown, result.stdout)
    assert "Small border: " not in result.stdout


def test_a_condition_within_the_interval_is_said_to_be_unsure(langson: Langson) -> None:
    """Where the interval holds the limit, more replications could turn it."""
    headline = json.loads(langson("run", "small.yaml", *BARE, "--json").stdout)["scenarios"][0]
    (wait,) = (
        one["mean"]
        for one in headline["headline"]
        if (one["gate"], one["direction"], one["measure"]) == ("all", "all", "wait_mean")
    )
    for factor, unsure in ((1.0, True), (100.0, False)):
        condition = f"wait.mean > {wait * factor:.4f} h"
        shown = langson("run", "small.yaml", *BARE, "--fail-if", condition).stdout
        assert ("could turn it" in " ".join(shown.split())) is unsure


def test_a_report_holds_all_that_is_compared(langson: Langson, here: Path) -> None:
    """Of a folder and a file there is none: what the folder holds is not in the new one."""
    langson("run", "small.yaml", *BARE, "--out", "a")
    for first, written in (("small.yaml", True), (str(compared(here, "a")), False)):
        done = langson("compare", first, "more.yaml", "--no-figures", "--quiet")
        assert done.stderr == ""
        assert (here / done.stdout.strip() / "report.html").exists() is written


def test_run_fails_too(langson: Langson) -> None:
    """A single run can be held to conditions, several at once; any that is met fails."""
    conditions = ["--fail-if", "wait.mean > 99 h", "--fail-if", "crossed.per_day < 1_000/day"]
    result = langson("run", "small.yaml", *BARE, "--json", *conditions)
    assert result.exit_code == 3
    checks = json.loads(result.stdout)["checks"]
    assert [check["met"] for check in checks] == [False, True]


@pytest.mark.parametrize("command", ["run", "compare"])
@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("wait.men > 4 h", "did you mean 'wait.mean'?"),
        ("wait.mean[chi_mo] > 4 h", "'chi_mo'; did you mean 'chi_ma'?"),
        ("wait.mean[gate=chi_mo] > 4 h", "no gate 'chi_mo'; did you mean 'chi_ma'?"),
    ],
)
def test_bad_condition(
    langson: Langson, here: Path, command: str, condition: str, message: str
) -> None:
    """A condition that cannot be judged is bad use: nothing is run."""
    result = langson(command, "small.yaml", "more.yaml", "--fail-if", condition)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (here / "results").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["small.yaml"], "at least two"),
        (["small.yaml", "none.yaml"], "none.yaml"),
        (["small.yaml", "."], "no manifest.json"),
    ],
)
def test_bad_use(langson: Langson, arguments: list[str], message: str) -> None:
    """Too little to compare, a missing file or a folder of something else are refused."""
    result = langson("compare", *arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_fits_80_columns(langson: Langson, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    """On a usual terminal the gain of pairing is shown and nothing is cut, in both languages."""
    monkeypatch.setenv("COLUMNS", "80")
    result = langson("compare", "small.yaml", "more.yaml", *BARE, "--lang", lang)
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "…" not in result.stdout
    assert {"en": "Pairing", "vi": "Lợi ích của so"}[lang] in result.stdout


def test_other_demand_is_said_above_and_below(langson: Langson, here: Path) -> None:
    """Nobody reads 'same vehicles' over a scenario to which more come, nor its costs unwarned."""
    flow = "gates: {chi_ma: {routes: {main: {flows: {fruit: {volume: 60 trucks/day}}}}}}\n"
    text = "format: 1\nextends: more.yaml\ntitle: {en: Busier, vi: Đông}\n" + flow
    (here / "busier.yaml").write_text(text, encoding="utf-8")
    shown = " ".join(langson("compare", "small.yaml", "busier.yaml", *BARE).stdout.split())
    assert "same random numbers (common random numbers), other demand, ± 95 %" in shown
    assert "Busier: more or fewer vehicles come" in shown
    assert "same vehicles in both" not in shown


def test_quiet_prints_the_folder_alone(langson: Langson, here: Path) -> None:
    """With --quiet a script can take the folder from stdout, and still read the exit code."""
    options = ["--quiet", *BARE, "--fail-if", "wait.mean >= 0 h"]
    result = langson("compare", "small.yaml", "more.yaml", *options)
    assert result.exit_code == 3
    assert Path(result.stdout.strip()) == Path("results") / compared(here).name


@pytest.mark.parametrize("command", ["run", "compare"])
def test_precision_says_how_many(langson: Langson, here: Path, command: str) -> None:
    """With --precision all scenarios run until it is reached, and how many it took is said."""
    options = ["--precision", "20%", "--measure", "crossed.per_day", "--days", "1"]
    result = langson(command, "small.yaml", "more.yaml", *BARE, *options)
    assert result.exit_code == 0, result.output
    shown = re.search(r"(\d+) replications were enough", result.stdout)
    assert shown is not None
    stored = open_all(compared(here))
    assert [len(one.replications) for one in stored] == 2 * [int(shown[1])]


def test_precision_that_is_missed_is_said(langson: Langson) -> None:
    """--replications is the most that are run; what is missing then is said."""
    options = ["--half-width", "wait.mean[chi_ma] = 1 s", "--replications", "4"]
    result = langson("run", "small.yaml", *BARE, "--json", *options)
    found = json.loads(result.stdout)["precision"]
    assert (found["replications"], found["reached"]) == (4, False)
    assert found["worst"] == "wait.mean[chi_ma]"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--precision", "5"], "precision: '5' is not a share"),
        (["--precision", "5%", "--measure", "wait.mean[chi_mo]"], "did you mean 'chi_ma'"),
    ],
)
def test_bad_precision(langson: Langson, here: Path, options: list[str], message: str) -> None:
    """A goal that cannot be read ends with 2 before anything is run."""
    result = langson("compare", "small.yaml", "more.yaml", *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (here / "results").exists()


@pytest.mark.parametrize(
    "options", [("--precision", "5%"), ("--days", "9"), ("--set", "run.seed=9")]
)
def test_folders_are_finished(langson: Langson, here: Path, options: tuple[str, str]) -> None:
    """No precision can be asked of results that lie in a folder, and nothing set in them."""
    langson("run", "small.yaml", *BARE)
    folder = str(compared(here))
    result = langson("compare", folder, folder, *options)
    assert result.exit_code == 2
    assert "are finished" in " ".join(result.stderr.split())


@pytest.mark.smoke
def test_interrupt_in_the_middle_of_a_goal(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C keeps what had finished of every scenario and ends with 130."""
    monkeypatch.setattr(
        sim.runs.replications, "replications_together", lambda plan, engine: 1
    )  # as compiled code has it
    real = sim.runs.replications.draw

    def draw(plan: Any, replication: int, **options: Any) -> Any:
        if replication == 17:
            raise KeyboardInterrupt
        return real(plan, replication, **options)

    monkeypatch.setattr(sim.runs.replications, "draw", draw)
    result = langson("run", "small.yaml", *BARE, "--precision", "0.1%", "--days", "1")
    assert result.exit_code == 130
    assert "17 of " in result.stderr
    assert open_all(compared(here))[0].replications == tuple(range(17))
