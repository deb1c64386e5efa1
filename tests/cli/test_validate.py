"""``langson validate``: tables, exit codes, JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.cli.tables import blend_shares
from sim.messages import LANGUAGES, messages
from tests.cli.conftest import Langson

FIGURES = """\
day,gate,quantity,value,use,note
,chi_ma,exported,30,calibrated,
,chi_ma,vietnam_time_h,9.5,,far off
2025-07-09,all,waiting,5,predicted,
"""


@pytest.fixture(autouse=True)
def observed(here: Path) -> Path:
    """A file with a calibrated figure and two others, one of them far off."""
    path = here / "seen.csv"
    path.write_text(FIGURES, "utf-8")
    return path


def test_predicted_and_calibrated_stand_apart(langson: Langson) -> None:
    """Each has its table and its sums, then all together; a miss ends with 0 too."""
    result = langson("validate", "small.yaml", "seen.csv")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert "Small border: simulated against observed" in lines[0]
    assert "8–10 Jul 2025, mean of 3 replications" in lines[1]
    heads = [
        n for n, line in enumerate(lines) if line.strip().startswith(("Pred", "Calib", "All f"))
    ]
    hours, waiting, exported = (
        next(n for n, line in enumerate(lines) if line.strip().startswith(text))
        for text in (
            "Chi Ma, Vietnamese side",
            "Road gates, waiting, 20:00, 9 Jul",
            "Chi Ma, exp",
        )
    )
    assert heads[0] < hours < waiting < heads[1] < exported < heads[2]
    assert lines[hours].split()[-1] == "no"
    assert lines[exported].split()[-1] == "yes"
    assert "1 of 2 within tolerance (50%)" in lines[waiting + 1]
    assert "1 of 1 within tolerance (100%)" in lines[exported + 1]
    assert "GEH" not in lines[exported + 1]  # 30 a day are too few to have one
    assert "2 of 3 within tolerance (67%)" in lines[heads[2] + 1]


def test_geh_is_explained(langson: Langson) -> None:
    """The tables say what the daily counts were divided by, and what was tolerated."""
    out = langson("validate", "small.yaml", "seen.csv").stdout
    assert "daily counts divided by the hours the crossing lanes are open" in out
    assert "15 % of itself or of 100 vehicles" in out


def test_options_reach_the_run(langson: Langson) -> None:
    """Replications, days and settings are those of the command."""
    result = langson(
        *("validate", "small.yaml", "seen.csv", "--replications", "2", "--days", "4"),
        *("--set", "gates.chi_ma.routes.main.flows.fruit.volume=60 trucks/day", "--json"),
    )
    content = json.loads(result.stdout)
    assert (content["replications"], content["days"]) == (2, 4)
    assert content["figures"][0]["simulated"] > 45


def test_json_is_one_object(langson: Langson) -> None:
    """Figures in the file's order, and sums by use; what is undefined is null."""
    result = langson("validate", "small.yaml", "seen.csv", "--json", "--replications", "1")
    content = json.loads(result.stdout)
    assert list(content) == [
        *("format", "scenario", "observed", "engine", "replications", "days", "figures"),
        *("fit", "skill"),
    ]
    exported, hours, waiting = content["figures"]
    assert (exported["gate"], exported["quantity"], exported["observed"]) == (
        *("chi_ma", "exported", 30.0),
    )
    assert exported["open_hours"] == 12.0
    assert exported["half_width"] is None
    assert (hours["note"], hours["geh"], hours["day"]) == ("far off", None, None)
    assert (waiting["day"], waiting["tolerance"]) == ("2025-07-09", 15.0)
    assert list(content["fit"]) == ["all", "predicted", "calibrated"]
    assert content["fit"]["all"]["figures"] == 3
    assert content["fit"]["predicted"]["geh_share"] is None


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_output_fits_80_columns(
    langson: Langson, observed: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """No line is wider than the narrowest screen in use, in either language."""
    monkeypatch.setenv("COLUMNS", "80")
    longest = "2025-07-09,dong_dang,waiting_fruit,1234-1299,predicted,\n"
    more = longest.replace("dong_dang", "chi_ma+co_sau")
    observed.write_text(FIGURES + longest + longest.replace("dong_dang", "all") + more, "utf-8")
    result = langson("validate", "small.yaml", "seen.csv", "--lang", lang)
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert ("mô phỏng so với quan sát" in result.stdout) is (lang == "vi")


def test_all_is_of_one_mode(langson: Langson, observed: Path) -> None:
    """All gates are those of the road, and of wagons those of the rails; the table says which."""
    observed.write_text("gate,quantity,value\nall,exported,50\nall,wagons_exported,40\n", "utf-8")
    shown = langson("validate", "small.yaml", "seen.csv").stdout
    assert "Road gates, exported" in shown
    assert "Rail gates, wagons exported" in shown


def test_a_bad_cell_is_shown(langson: Langson, observed: Path) -> None:
    """File, line and column, the line with a mark, and 2."""
    observed.write_text(FIGURES.replace("chi_ma,exp", "chi_mo,exp"), "utf-8")
    result = langson("validate", "small.yaml", "seen.csv")
    assert result.exit_code == 2
    assert "seen.csv:2:2: error: unknown gate 'chi_mo'; did you mean 'chi_ma'?" in result.stderr
    assert "^^^^^^" in result.stderr
    assert result.stdout == ""


def test_bad_files(langson: Langson) -> None:
    """Files that are not there end with 2."""
    assert langson("validate", "none.yaml", "seen.csv").exit_code == 2
    result = langson("validate", "small.yaml", "sen.csv")
    assert result.exit_code == 2
    assert "did you mean 'seen.csv'?" in result.stderr


@pytest.mark.parametrize("verb", ["validate", "forecast"])
def test_shares_of_the_blend_are_those_that_are_reckoned_with(
    monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """The sentence on skill follows the constant, in both languages."""
    monkeypatch.setattr("sim.validate.YESTERDAY_SHARE", 0.6)
    for language in LANGUAGES:
        sentence = messages(language).text(
            f"{verb}.naive.blend", **blend_shares(messages(language))
        )
        assert "60%" in sentence
        assert "40%" in sentence
