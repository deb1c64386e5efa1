"""What is said of uncertain inputs: each ± names its error, its split, and how sure a sign is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import sim
from sim.catalogue import Quantity
from sim.cli import app
from sim.compare import scenario_results, sign_over_sets
from sim.messages import messages
from sim.report.text.uncertainty import sign_sentences
from sim.results import open_results, restored
from sim.results import write as write_results
from tests.inputs.conftest import Write

STAGE = "gates.chi_ma.routes.main.stages.documents"
SPREAD = f"""
inputs:
  papers: {{path: {STAGE}.service, distribution: "uniform(10, 40)", digits: 1,
           write: "lognormal(mean {{}} min, cv 0.8)", evidence: assumption}}
"""
BARE = (
    "--no-figures",
    "--no-report",
    "--replications",
    "5",
    "--days",
    "1",
    "--set",
    "run.warm_up=0 h",
)


def langson(*arguments: str) -> Any:
    """Call the command line."""
    return CliRunner().invoke(app, list(arguments), prog_name="langson")


@pytest.fixture
def folder(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of the small border with uncertain papers, and of its overlay."""
    write(SPREAD)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def test_a_comparison_says_the_split_and_how_sure_each_sign_is(folder: Path) -> None:
    """On the terminal, 80 columns wide, beside each difference and in a sentence."""
    shown = langson("compare", "small.yaml", "more.yaml", *BARE).output
    flat = " ".join(shown.split())
    assert "± 95 % Monte Carlo and inputs" in flat
    assert re.search(r"less in 5 of 5 sets of inputs: the sign is (sure|likely)", flat)
    assert re.search(r"Wait, mean \(min\) .*\d+% \+ \d+%", shown)
    assert re.search(r"\d+% of the variance is the inputs, \d+% the arrivals", flat)
    assert max(map(len, shown.splitlines())) <= 80 or "small.yaml:" in shown


def test_without_inputs_each_interval_is_of_monte_carlo_alone(folder: Path, write: Write) -> None:
    """And nothing is said of sets."""
    write()
    shown = langson("run", "small.yaml", *BARE).output
    assert "± 95 % Monte Carlo" in " ".join(shown.split())
    assert "inputs are uncertain" not in shown
    assert "and inputs" not in " ".join(shown.split())


def test_a_precision_is_of_monte_carlo_error_and_says_so(folder: Path, write: Write) -> None:
    """With uncertain inputs also that the ± shown are wider; without, nothing of that."""
    call = ["run", "small.yaml", *BARE[:2], *BARE[4:], "--half-width", "crossed = 50 trucks/day"]
    shown = " ".join(langson(*call).output.split())
    assert "enough for the precision asked for, of Monte Carlo error" in shown
    assert "which no number of replications makes less" in shown
    write()
    shown = " ".join(langson(*call).output.split())
    assert "of Monte Carlo error" in shown
    assert "which no number" not in shown


def test_a_sweep_says_of_what_its_half_widths_are(folder: Path, write: Write) -> None:
    """Of the mean over sets of inputs, or of Monte Carlo alone."""
    points = f"{{papers: {{path: {STAGE}.servers, values: [1]}}}}"
    section = f"sweep: {{replications: 2, factors: {points}}}\n"
    for spread, named in ((SPREAD, "Monte Carlo over the sets of inputs"), ("", "Monte Carlo")):
        write(spread + section)
        out = f"swept-{bool(spread)}"
        shown = langson("sweep", "small.yaml", "--out", out, "--set", "run.days=1").output
        subtitle = shown.partition("± 95 % ")[2].partition("Wait")[0]
        assert " ".join(subtitle.split()).startswith(named)
        assert ("sets" in subtitle) == bool(spread)


def test_the_page_says_which_error_a_half_width_holds(folder: Path) -> None:
    """In both languages, with the split in the tables."""
    options = [option for option in BARE if option != "--no-report"]
    result = langson("compare", "small.yaml", "more.yaml", *options, "--quiet")
    page = (folder / result.output.split()[-1] / "report.html").read_text("utf-8")
    for phrase in (
        "Monte Carlo and inputs",
        "Monte Carlo và dữ liệu vào",
        "sets of inputs",
        "More counters, All road",
    ):
        assert phrase in page


def test_validation_says_that_its_intervals_hold_the_inputs(folder: Path, write: Write) -> None:
    """And, of a scenario without, that they are held fixed."""
    (folder / "seen.csv").write_text("gate,quantity,value\nchi_ma,exported,30\n", "utf-8")
    call = ["validate", "small.yaml", "seen.csv", "--replications", "3"]
    assert "services and the uncertain inputs" in " ".join(langson(*call).output.split())
    write()
    assert "with all inputs held fixed" in " ".join(langson(*call).output.split())


def test_the_sign_counts_sets_and_not_replications(folder: Path) -> None:
    """A replication and its repeat are one set; more counters never lengthen the wait."""
    short = {"run.days": "1", "run.warm_up": "0 h"}
    both = [
        scenario_results(sim.run(sim.load(name, set=short), 6))
        for name in ("small.yaml", "more.yaml")
    ]
    sign = sign_over_sets(*both, Quantity("wait_mean", "chi_ma", "export"))
    assert (sign.sets, sign.more) == (6, 0)
    assert sign.less > 0
    comparison = sim.compare_runs(both, ["few", "many"])
    exports, *_ = sign_sentences(comparison, messages("en"))
    assert exports.startswith("many, All road gates, exports: mean wait ")
    assert f"less in {sign.less} of 6 sets" in exports


def test_a_results_folder_keeps_the_sets_and_the_split(folder: Path) -> None:
    """Read again, the comparison is the same to the bit."""
    short = {"run.days": "1", "run.warm_up": "0 h"}
    ran = sim.run(sim.load("small.yaml", set=short), 4)
    read = restored(open_results(write_results(ran, folder / "results")))
    assert read.summary.equals(ran.summary)
    assert read.summary["inputs_share"].drop_nulls().len() > 0
