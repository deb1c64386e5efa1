"""``langson run``: tables on stdout, results in a folder, trouble on stderr."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest

import sim.runs
import sim.runs.replications
from sim.cli.console import say
from sim.results import open_results
from tests.cli.conftest import BARE, Langson


def folder_of(here: Path) -> Path:
    """The only results folder."""
    (folder,) = (here / "results").iterdir()
    return folder


def test_prints_the_bulletin_and_writes_a_folder(langson: Langson, here: Path) -> None:
    """One command gives the bulletin, the waits, and a folder with a page; pictures if asked."""
    result = langson("run", "small.yaml")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert "checked 1 scenario" in lines[0]
    assert any(line.strip() == "20:00 bulletin: Small border" for line in lines)
    assert any(line.split()[:2] == ["Chi", "Ma"] for line in lines)
    assert any("Co Sau" in line and "No published traffic" in line for line in lines)
    folder = folder_of(here)
    assert f"results/{folder.name}/" in lines[-2]
    assert open_results(folder).replications == (0, 1, 2)
    assert (folder / "report.html").stat().st_size > 10_000
    assert not (folder / "figures").exists()
    asked = langson("run", "small.yaml", "--figures", "--no-report", "--quiet").stdout.strip()
    assert (here / asked / "figures" / "backlog.png").stat().st_size > 10_000


def test_two_scenarios_show_the_difference(langson: Langson, here: Path) -> None:
    """The second scenario is compared with the first; both and the comparison are kept."""
    result = langson("run", "small.yaml", "more.yaml", *BARE)
    assert result.exit_code == 0, result.output
    assert "More counters vs Small border" in result.stdout
    assert "▼" in result.stdout
    assert "Four counters (opens 07/2027)" in result.stdout
    folder = folder_of(here)
    assert folder.name.endswith("-more")
    assert {path.name for path in folder.iterdir()} == {
        "small",
        "more",
        "comparison.csv",
        "comparison.parquet",
        "manifest.json",
    }


def test_two_scenarios_have_a_picture_of_the_difference(langson: Langson, here: Path) -> None:
    """The comparison is drawn beside the scenarios' folders, whose pictures stay in them."""
    assert langson("run", "small.yaml", "more.yaml", "--no-report", "--figures").exit_code == 0
    folder = folder_of(here)
    assert (folder / "figures" / "comparison.png").stat().st_size > 10_000
    assert "More counters" in (folder / "figures" / "comparison.svg").read_text("utf-8")
    assert "More counters" in (folder / "more" / "figures" / "backlog.svg").read_text("utf-8")


def test_better_is_green_and_nothing_is_plain(
    langson: Langson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shorter wait is green, and what is zero in every replication has no half-width."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    shown = langson("run", "small.yaml", "more.yaml", *BARE).stdout
    wait = next(line for line in shown.splitlines() if "Wait, mean (min)" in line)
    assert re.search(r"\x1b\[32m *▼", wait)
    plain = re.sub(r"\x1b\[[\d;]*m", "", shown)
    assert not re.search(r"(?<![\d.])0 ± 0", plain)


def test_output_fits_100_columns(langson: Langson) -> None:
    """No line is wider than the narrowest screen in use, in either language."""
    for lang in ("en", "vi"):
        result = langson("run", "small.yaml", "more.yaml", *BARE, "--lang", lang)
        assert max(map(len, result.stdout.splitlines())) <= 100


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_narrow_screen_loses_columns_not_figures(
    langson: Langson, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """At 60 columns less important columns go and are named; nothing is cut."""
    monkeypatch.setenv("COLUMNS", "60")
    result = langson("run", "small.yaml", "more.yaml", *BARE, "--lang", lang)
    assert max(map(len, result.stdout.splitlines())) <= 60
    assert "…" not in result.stdout
    for shown in ("Left out on this narrow screen: of which new cars", "Exported", "Difference"):
        assert lang == "vi" or shown in " ".join(result.stdout.split())


def test_a_narrow_screen_keeps_both_means(
    langson: Langson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gain of pairing goes, and its note with it, before baseline or scenario do."""
    monkeypatch.setenv("COLUMNS", "72")
    shown = langson("run", "small.yaml", "more.yaml", *BARE).stdout
    assert {"Baseline", "Scenario", "Difference"} <= set(shown.split())
    assert "Left out on this narrow screen: Pairing" in shown
    assert "Pairing:" not in shown


def test_an_overlay_that_changes_nothing_is_said(langson: Langson, here: Path) -> None:
    """Whoever leaves all in comments learns why there is no difference."""
    text = "format: 1\nextends: small.yaml\ntitle: {en: Same, vi: Như cũ}\n"
    (here / "same.yaml").write_text(text, encoding="utf-8")
    assert "same changes nothing" in langson("run", "small.yaml", "same.yaml", *BARE).stdout
    assert "changes nothing" not in langson("run", "small.yaml", "more.yaml", *BARE).stdout


@pytest.mark.parametrize("command", ["run", "compare"])
def test_a_warning_of_the_base_is_given_once(langson: Langson, here: Path, command: str) -> None:
    """An overlay inherits the warnings of its base, which need no repeating."""
    bare = (
        (here / "small.yaml")
        .read_text("utf-8")
        .replace(", evidence: assumption}\ngates", "}\ngates")
    )
    (here / "small.yaml").write_text(bare, encoding="utf-8")
    warned = langson(command, "small.yaml", "more.yaml", *BARE).stderr
    assert warned.count("no evidence in channels") == 1
    assert "3 numbers have no evidence in channels" in warned


def test_no_color_means_no_codes(langson: Langson, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR leaves out bold and dim too, even where colour is forced."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in langson("show", "small.yaml").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in langson("show", "small.yaml").stdout


@pytest.mark.parametrize("flows", ["zero", "none"])
def test_nothing_to_simulate(langson: Langson, here: Path, flows: str) -> None:
    """Without traffic that is the reason, not the length of the run, with one file or two."""
    text = (here / "small.yaml").read_text("utf-8")
    text = text.replace("            timetable: [06:00, 15:00]\n", "            volume: 0/day\n")
    for volume in ("30 trucks/day", "20 trucks/day"):
        text = text.replace(volume, "0 trucks/day")
    if flows == "none":
        text = re.sub(r"        flows:\n( {10,}.*\n)+", "", text)
    (here / "small.yaml").write_text(text, "utf-8")
    result = langson("run", "small.yaml", "more.yaml")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("Nothing is simulated: no gate has traffic") == 2
    assert "too short" not in result.stdout
    assert "Time at the gates" not in result.stdout


def test_gate_and_route_without_flows_are_named(langson: Langson, here: Path) -> None:
    """A gate with published data and no flow is not said to lack published traffic."""
    text = (here / "small.yaml").read_text("utf-8")
    text = text.replace("            timetable: [06:00, 15:00]\n", "            volume: 0/day\n")
    (here / "small.yaml").write_text(text, "utf-8")
    lines = [line.strip() for line in langson("run", "small.yaml", *BARE).stdout.splitlines()]
    assert "No published traffic, so none simulated: Co Sau" in lines
    assert "Without flows, so not simulated: Dong Dang" in lines


@pytest.mark.parametrize("command", ["run", "check", "show"])
def test_files_cannot_steer_the_terminal(langson: Langson, here: Path, command: str) -> None:
    """Escape codes in a title are not sent to the terminal, in tables or in complaints."""
    text = (here / "small.yaml").read_text("utf-8")
    text = text.replace("{en: Small border,", '{en: "Small \\e[31m\\e]0;owned\\a border",', 1)
    (here / "small.yaml").write_text(text, "utf-8")
    output = langson(command, "small.yaml").output
    assert "small.yaml" in output or "owned" in output
    assert not {"\x1b", "\x07"} & set(output)


def test_json_has_units(langson: Langson) -> None:
    """Every headline entry says its unit, that of the table on disk."""
    content = json.loads(langson("run", "small.yaml", "--json", *BARE).stdout)
    entries = content["scenarios"][0]["headline"]
    units = {entry["measure"]: entry["unit"] for entry in entries}
    assert units["wait_mean"] == "h"
    assert units["crossed_per_day"] == "vehicles/day"
    stored = open_results(content["folder"]).tables["headline"].collect()
    assert units == dict(stored.select("measure", "unit").iter_rows())


def test_one_is_singular(langson: Langson, monkeypatch: pytest.MonkeyPatch) -> None:
    """One vehicle a day is one vehicle; less than one is not rounded to it."""
    from sim.compare import Overload

    day = dt.date(2025, 7, 8)
    for per_day, shown in ((1.2, "about 1 vehicle a day"), (0.4, "about 0.4 vehicles a day")):
        growth = Overload(
            *("chi_ma", "chi_ma.main.documents", "lasting", day, day),
            *(1.2, 0.1, 9.0, 1.0, per_day, None),
        )
        monkeypatch.setattr("sim.report.text.notices.overloads", lambda _, found=growth: [found])
        assert shown in langson("run", "small.yaml", *BARE).stderr


def test_json_is_one_object(langson: Langson) -> None:
    """With --json stdout is one JSON object with stable keys, and nothing else."""
    result = langson("run", "small.yaml", "more.yaml", "--json", *BARE)
    content = json.loads(result.stdout)
    assert list(content) == [
        *("format", "folder", "scenarios", "comparison", "checks", "precision", "warnings")
    ]
    assert [scenario["name"] for scenario in content["scenarios"]] == ["small", "more"]
    line = content["scenarios"][0]["bulletin"][0]
    assert line["gate"] == "chi_ma"
    assert set(line["exported"]) == {"mean", "half_width", "low", "high", "caution"}
    row = next(r for r in content["comparison"] if r["measure"] == "wait_mean")
    assert row["alternative"] == "more"


def test_quiet_prints_the_folder_alone(langson: Langson, here: Path) -> None:
    """With --quiet a script can take the folder from stdout."""
    result = langson("run", "small.yaml", "--quiet", *BARE)
    assert Path(result.stdout.strip()) == Path("results") / folder_of(here).name


def test_vietnamese(langson: Langson, monkeypatch: pytest.MonkeyPatch) -> None:
    """--lang and LANGSON_LANG choose the language of the tables."""
    assert "Bản tin 20 giờ" in langson("run", "small.yaml", *BARE, "--lang", "vi").stdout
    monkeypatch.setenv("LANGSON_LANG", "vi")
    assert "Bản tin 20 giờ" in langson("run", "small.yaml", *BARE).stdout


def test_options_are_settings_of_the_scenario(langson: Langson, here: Path) -> None:
    """Seed, days, replications and --set are in the manifest, for a run can be repeated."""
    options = ["--seed", "9", "--days", "2", "--replications", "1"]
    change = ["--set", "gates.chi_ma.routes.main.stages.crossing.servers=2"]
    result = langson("run", "small.yaml", *BARE, "--out", "mine", *options, *change)
    assert result.exit_code == 0, result.output
    (folder,) = (here / "mine").iterdir()
    manifest = open_results(folder).manifest
    assert manifest["seed"] == 9
    assert manifest["replications"] == {"asked": 1, "finished": [0], "stopping": "count"}
    assert manifest["horizon_minutes"] - manifest["warm_up_minutes"] == 2 * 1440
    resolved = manifest["scenario"]["resolved"]
    assert resolved["gates"]["chi_ma"]["routes"]["main"]["stages"]["crossing"]["servers"] == 2


def test_one_day_is_too_short_for_a_bulletin(langson: Langson) -> None:
    """A run without 24 hours before a 20:00 says so instead of printing nothing."""
    result = langson("run", "small.yaml", "--set", "run.warm_up=0 days", "--days", "1")
    assert result.exit_code == 0, result.output
    assert "too short for a bulletin" in result.stdout


def test_overload_is_said(langson: Langson) -> None:
    """A queue that never settles is named on stderr, with its dates, and the same for programs."""
    volume = "gates.chi_ma.routes.main.flows.fruit.volume=300 trucks/day"
    result = langson("run", "small.yaml", *BARE, "--days", "6", "--set", volume, "--json")
    assert "UNSTABLE QUEUES" in result.stderr
    assert "FOR A PART OF THE RUN" not in result.stderr
    shown = " ".join(result.stderr.split())
    content = json.loads(result.stdout)
    (found,) = content["scenarios"][0]["overloads"]
    assert f"Documents at Chi Ma: {100 * found['load']:.0f}% of what it can serve" in shown
    assert "from 8 Jul 2025 to the end of the run (13 Jul 2025)" in shown
    assert (found["first"], found["last"], found["kind"]) == ("2025-07-08", "2025-07-13", "lasting")
    assert any("Documents at Chi Ma" in warning for warning in content["warnings"])


@pytest.mark.parametrize(
    ("lang", "dates"),
    [
        ("en", r"from (9|10|11) Jul 2025 to (18|19|20) Jul 2025; \d+ vehicles wait .* gone on"),
        ("vi", r"từ (09|10|11)/07/2025 đến (18|19|20)/07/2025; cuối đợt có \d+ xe chờ, và hết ùn"),
    ],
)
def test_overload_of_a_part_is_dated_in_both_languages(
    langson: Langson, here: Path, lang: str, dates: str
) -> None:
    """One counter of two shut for ten days: the banner of a part, its dates, and its end."""
    (here / "half.yaml").write_text(
        "format: 1\nextends: small.yaml\ntitle: {en: Half, vi: Nửa}\n"
        "calendars:\n  half: {add: true, hours: 07:00-19:00, evidence: assumption,"
        " closures: {ten: {start: 2025-07-10, end: 2025-07-19}}}\n"
        "gates: {chi_ma: {routes: {main: {stages: {documents: {servers: 1,"
        " shifts: {other: {add: true, servers: 1, calendar: half}}}}}}}}\n",
        "utf-8",
    )
    result = langson(
        "run", "half.yaml", *BARE, "--replications", "3", "--days", "20", "--lang", lang
    )
    shown = " ".join(result.stderr.split())
    assert ("PART OF THE RUN" if lang == "en" else "MỘT PHẦN THỜI GIAN") in shown
    assert re.search(dates, shown), shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["small.yaml", "--set", "run.days"], "'run.days' sets nothing"),
        (["small.yaml", "--replications", "0"], "'--replications'"),
        (["small.yaml", "--engine", "abacus"], "'--engine'"),
        (["small.yaml", "--reps", "5"], "--reps"),
        ([], "Missing argument"),
        (["none.yaml"], "none.yaml"),
    ],
)
def test_bad_use(langson: Langson, here: Path, arguments: list[str], message: str) -> None:
    """Bad use ends with 2, one message and no folder."""
    result = langson("run", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert not (here / "results").exists()


def test_bad_file(langson: Langson, here: Path) -> None:
    """A bad file ends with 2; the mistake is shown with its line and a mark."""
    text = (here / "small.yaml").read_text("utf-8").replace("servers: 2", "servrs: 2")
    (here / "small.yaml").write_text(text, "utf-8")
    result = langson("run", "small.yaml")
    assert result.exit_code == 2
    assert "small.yaml:24:13: error: " in result.stderr
    assert "did you mean 'servers'?" in result.stderr
    assert "            ^^^^^^\n" in result.stderr


def failing(monkeypatch: pytest.MonkeyPatch, number: int, error: BaseException) -> None:
    """Make one replication fail."""
    real = sim.runs.replications.draw

    def draw(plan: Any, replication: int, **options: Any) -> Any:
        if replication == number:
            raise error
        return real(plan, replication, **options)

    monkeypatch.setattr(sim.runs.replications, "draw", draw)


@pytest.mark.parametrize("debug", [False, True])
def test_failed_replication(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch, debug: bool
) -> None:
    """A failed replication ends with 1, is named, and the finished ones are kept.

    LANGSON_DEBUG=1 shows where it failed; without, that is said.
    """
    failing(monkeypatch, 2, ZeroDivisionError("no time"))
    monkeypatch.setenv("LANGSON_DEBUG", "1" if debug else "0")
    result = langson("run", "small.yaml", *BARE)
    assert result.exit_code == 1
    said = "error: small: replication 2 failed: ZeroDivisionError: no time"
    assert said in result.stderr
    assert ("in draw" in result.stderr) is debug
    assert ("set LANGSON_DEBUG=1 to see where" in result.stderr) is not debug
    assert open_results(folder_of(here)).replications == (0, 1)


def test_the_first_failure_is_the_last(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes after a scenario that failed is not run; what had finished is kept."""
    failing(monkeypatch, 2, ZeroDivisionError("no time"))
    result = langson("run", "small.yaml", "more.yaml", *BARE)
    assert result.exit_code == 1
    assert "small: replication 2 failed" in result.stderr
    assert "more: replication" not in result.stderr
    assert open_results(folder_of(here)).name == "small"


@pytest.mark.smoke
def test_interrupt_keeps_finished_replications(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C ends with 130, says how many had finished, and keeps them."""
    monkeypatch.setattr(
        sim.runs.replications, "replications_together", lambda plan, engine: 1
    )  # as compiled code has it
    failing(monkeypatch, 2, KeyboardInterrupt())
    result = langson("run", "small.yaml", *BARE)
    assert result.exit_code == 130
    assert "interrupted: 2 of 3 replications of small had finished" in result.stderr
    stored = open_results(folder_of(here))
    assert stored.manifest["interrupted"] is True
    assert stored.replications == (0, 1)


def test_interrupt_before_anything_finished(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing finished there is no folder, and the message says none."""
    failing(monkeypatch, 0, KeyboardInterrupt())
    result = langson("run", "small.yaml")
    assert result.exit_code == 130
    assert "interrupted: 0 of 3" in result.stderr
    assert not (here / "results").exists()


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_of_ours(langson: Langson, monkeypatch: pytest.MonkeyPatch, debug: bool) -> None:
    """A bug ends with 1 and a short message; the traceback is for LANGSON_DEBUG=1."""

    def broken(*_: object, **__: object) -> None:
        raise TypeError("oops")

    monkeypatch.setattr("sim.scenario.load", broken)
    if debug:
        monkeypatch.setenv("LANGSON_DEBUG", "1")
    result = langson("run", "small.yaml")
    assert result.exit_code == 1
    assert "a fault in langson: TypeError: oops" in result.stderr
    assert ("Traceback" in result.stderr) is debug


def test_place_that_cannot_be_written(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bad --out is said before anything is simulated, and ends with 1."""
    failing(monkeypatch, 0, AssertionError("must not run"))
    result = langson("run", "small.yaml", "--out", "small.yaml/results")
    assert result.exit_code == 1
    assert "is not a folder" in result.stderr


@pytest.mark.parametrize("command", ["run", "compare"])
def test_targets_are_told(langson: Langson, here: Path, command: str) -> None:
    """What a plan promises is held against what comes out, with the busiest stage."""
    targets = (
        "targets:\n  plan: {title: {en: Two thousand, vi: Hai nghìn}, gate: chi_ma, "
        "measure: crossed.per_day, at_least: 2_000/day}\n"
    )
    with (here / "small.yaml").open("a", encoding="utf-8") as file:
        file.write(targets)
    files = ["small.yaml", "more.yaml"]
    result = langson(command, *files, *BARE)
    assert "✗ Two thousand (small): crossed.per_day[chi_ma] ≥ 2,000 vehicles/day" in result.stdout
    assert "not met" in result.stdout
    assert "no stage binds, too few come; busiest: Documents at Chi Ma" in result.stdout
    if command == "run":
        content = json.loads(langson(command, *files, *BARE, "--json").stdout)
        (found,) = content["scenarios"][1]["targets"]
        assert (found["target"], found["verdict"], found["at_least"]) == ("plan", "missed", 2000.0)


def test_start_is_stated(langson: Langson, here: Path) -> None:
    """What is left out at the start, and who stands there, is said with every run."""
    options = [*BARE, "--replications", "1"]
    first = " ".join(langson("run", "small.yaml", *options).stdout.split())
    assert "warm-up 1 day, not measured" in first
    empty = langson("run", "small.yaml", *options, "--set", "run.warm_up=0 days")
    assert "starts empty, no warm-up" in " ".join(empty.stdout.split())
    backlog = "gates.chi_ma.routes.main.flows.fruit.backlog=30"
    there = langson("run", "small.yaml", *options, "--set", backlog)
    assert "30 vehicles there at the start, warm-up 1 day" in " ".join(there.stdout.split())


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ("run.seed=1", "a warm-up of 1 day is enough"),
        ("gates.chi_ma.routes.main.flows.fruit.volume=300/day", "no warm-up is long enough"),
    ],
)
def test_pilot_judges_the_warm_up(langson: Langson, change: str, shown: str) -> None:
    """With --check-warm-up a pilot says whether the stated days are enough."""
    options = [*BARE, "--replications", "1", "--check-warm-up", "--days", "1"]
    result = langson("run", "small.yaml", *options, "--set", change)
    assert result.exit_code == 0
    assert f"small: {shown}" in result.stderr
    assert "70 days × 8 replications" in result.stderr


def test_ctrl_c_in_the_pilot_ends_all(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is judged by half a pilot, and the run that was to come does not begin."""
    failing(monkeypatch, 1, KeyboardInterrupt())
    result = langson("run", "small.yaml", *BARE, "--check-warm-up", "--days", "1")
    assert result.exit_code == 130
    assert not (here / "results").exists()


def test_the_answer_is_printed_before_anything_is_drawn(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bulletin stands above whatever drawing prints, and where it all is below."""
    monkeypatch.setattr("sim.report.charts.figures.draw_figures", lambda *_: say("drawing"))
    output = langson("run", "small.yaml", "--no-report", "--figures").stdout
    answer, place = output.index("20:00 bulletin"), output.index(folder_of(here).name)
    assert answer < output.index("drawing") < place


def test_a_reader_who_leaves_costs_no_picture(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pictures and report are made though the answer cannot be printed."""

    def closed(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("sim.cli.run_display.print_tables", closed)
    langson("run", "small.yaml", "--figures")
    assert (folder_of(here) / "report.html").exists()
    assert (folder_of(here) / "figures").is_dir()
