"""What was run: titles, dates, settings and the reason for the number of replications."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from sim.compare import PrecisionTarget, run_to_precision
from sim.messages import LANGUAGES, messages
from sim.results import Results, measured_period, open_results, restored, run_title, write
from sim.runs import run
from sim.scenario import Setting, load
from tests.small import write_small

EN, VI = messages("en"), messages("vi")
TITLE = {"en": "A normal day of 2025", "vi": "Một ngày của năm 2025"}
SERVERS = "gates.chi_ma.routes.main.stages.documents.servers"


def simulated(folder: Path, *settings: str) -> Results:
    """The small border with values set."""
    return run(load(write_small(folder)[0], set=settings))


def test_settings_are_what_is_unlike_the_file(tmp_path: Path) -> None:
    """A setting keeps the file's value beside its own; one that repeats the file is none."""
    base = write_small(tmp_path)[0]
    found = load(base, set=["run.days=3", "run.year=2030", f"{SERVERS}=4"]).settings
    assert found == (Setting("run.year", None, 2030), Setting(SERVERS, 2, 4))
    assert load(base).settings == ()


def test_settings_survive_the_folder(tmp_path: Path) -> None:
    """What was set for a run is known when its folder is opened again."""
    results = simulated(tmp_path, "run.replications=1", f"{SERVERS}=4")
    again = restored(open_results(write(results, tmp_path / "out")))
    assert again.scenario.settings == results.scenario.settings
    assert again.spec == results.spec


def test_manifest_says_what_was_run(tmp_path: Path) -> None:
    """Both languages of what was run stand in the manifest, as everywhere else."""
    results = simulated(tmp_path, "run.replications=1")
    manifest = json.loads((write(results, tmp_path / "out") / "manifest.json").read_text("utf-8"))
    assert manifest["run"] == {lang: results.spec.sentences(messages(lang)) for lang in LANGUAGES}


def test_title_names_the_year_first_and_what_was_set() -> None:
    """The year leads, where no cut takes it away; days and settings follow."""
    settings = (Setting("run.days", 7, 3), Setting(SERVERS, 2, 4))
    shown = run_title(TITLE, 2030, settings, EN)
    assert shown == (
        "Demand of 2030 · A normal day of 2025 · 3 days · chi_ma.main.documents.servers = 4"
    )
    assert run_title(TITLE, 2030, (), VI) == "Nhu cầu năm 2030 · Một ngày của năm 2025"
    assert run_title(TITLE, 2025, (), EN) == TITLE["en"]
    many = [Setting(f"cargo.c{number}.value", 1, 2) for number in range(4)]
    assert run_title(TITLE, None, many, EN).endswith("cargo.c0.value = 2 · and 3 more settings")


@pytest.mark.parametrize(
    ("start", "days", "en", "vi"),
    [
        (dt.date(2025, 7, 7), 1, "7 Jul 2025", "07/07/2025"),
        (dt.date(2025, 7, 7), 7, "7–13 Jul 2025", "07–13/07/2025"),
        (dt.date(2025, 7, 28), 7, "28 Jul – 3 Aug 2025", "28/07 – 03/08/2025"),
        (dt.date(2025, 12, 28), 7, "28 Dec 2025 – 3 Jan 2026", "28/12/2025 – 03/01/2026"),
    ],
)
def test_period_writes_what_dates_share_once(start: dt.date, days: int, en: str, vi: str) -> None:
    """First and last day, each with its year where they differ in it."""
    assert measured_period(start, 0.0, days, None, EN) == en
    assert measured_period(start, 0.0, days, None, VI) == vi


def test_period_of_another_year_says_so_and_begins_after_the_warm_up() -> None:
    """A run of 2030 shows 2030 beside the calendar that it borrows."""
    shown = measured_period(dt.date(2025, 7, 7), 7 * 1440.0, 2, 2030, EN)
    assert shown == "2030, on the calendar of 14–15 Jul 2025"
    half = measured_period(dt.date(2025, 7, 7), 720.0, 1, None, EN)
    assert half == "7–8 Jul 2025"


def test_caption_cuts_the_title_and_never_the_days(tmp_path: Path) -> None:
    """A long title gives way; year and days stay."""
    spec = replace(simulated(tmp_path, "run.replications=1").spec, title={"en": 20 * "Long "})
    shown = replace(spec, year=2030).caption(EN)
    assert len(shown) <= 62
    assert shown.startswith("Demand of 2030 · Long")
    assert shown.endswith("… · calendar of 8–10 Jul 2025")


def test_reason_for_the_number_of_replications(tmp_path: Path) -> None:
    """Scenario, command, precision reached, precision missed, or an interrupt."""
    base = write_small(tmp_path)[0]
    asked = simulated(tmp_path, "run.replications=2")
    assert run(load(base)).spec.reason == "scenario"
    assert (asked.spec.reason, asked.spec.stated) == ("command", 3)
    assert run(load(base), 2).spec.reason == "command"
    assert replace(asked, interrupted=True).spec.reason == "interrupted"
    for goal, reason in ((0.99, "reached"), (1e-6, "missed")):
        (found,), _ = run_to_precision(
            [load(base)],
            PrecisionTarget(goal, most=15),
            lambda one, first, n: run(one, n, first=first),
        )
        assert found.spec.reason == reason
        sentence = found.spec.sentences(EN)[-1]
        assert EN.text(f"ran.reason.{reason}", stated=3) in sentence
        assert f"{len(found.replications)} replications" in sentence


def test_upgrades_say_when_they_open(tmp_path: Path) -> None:
    """Without a year they act whenever they open; in a year's run, if they have opened by then."""
    overlay = write_small(tmp_path)[1]
    always = run(load(overlay), 1).spec.sentences(EN)
    assert any("whenever they open: Four counters (opens 07/2027)" in one for one in always)
    in_2030 = run(load(overlay, set=["run.year=2030"]), 1).spec.sentences(EN)
    assert any("open by 07/2030: Four counters (opens 07/2027)" in one for one in in_2030)
    early = run(load(overlay, set=["run.year=2026"]), 1).spec.sentences(EN)
    assert not any("Four counters" in one for one in early)
