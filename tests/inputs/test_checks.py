"""Mistakes in `inputs:` and in ensembles: all in one pass, by file, row, column and path."""

from __future__ import annotations

import pytest

import sim
from sim.errors import ScenarioError
from tests.inputs.conftest import Write

STAGE = "gates.chi_ma.routes.main.stages.documents"


def problems(write: Write, inputs: str, **files: str) -> list[str]:
    """File, line, column and text of each problem."""
    with pytest.raises(ScenarioError) as caught:
        sim.load(write(inputs, **files))
    return [
        f"{p.file.rpartition('/')[2]}:{p.line}:{p.column}: {p.message}; {p.hint}"
        for p in caught.value.problems
        if p.level == "error"
    ]


def test_every_cell_of_an_ensemble_is_checked_by_the_rules_of_its_path(write: Write) -> None:
    """Three wrong cells, an empty one, a column that is no path and a weight: six problems."""
    table = (
        f"{STAGE}.servers,{STAGE}.service,{STAGE}.serves,weight\n"
        "2,12 min,1,1\n"
        "2.5,12 mins of work,1,1\n"
        ",13 min,1,-1\n"
        "-1,14 min,1,1\n"
    )
    listed = problems(write, "inputs: {survey: {file: sets.csv}}\n", sets=table)
    assert {line.partition(";")[0] for line in listed} == {
        f"sets.csv:3:1: {STAGE}.servers: '2.5' is not a whole number",
        f"sets.csv:4:1: column '{STAGE}.servers' has no value in this row",
        f"sets.csv:5:1: {STAGE}.servers: '-1' is negative",
        f"sets.csv:3:5: {STAGE}.service: unknown time unit 'mins of work'",
        f"sets.csv:1:1: no value at '{STAGE}.serves'",
        "sets.csv:4:11: column 'weight': '-1' is no weight",
    }
    assert all(line.partition("; ")[2] for line in listed)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (f"inputs: {{{STAGE}.service: 5 min}}", "'5 min' is no distribution"),
        (f"inputs: {{{STAGE}.service: 'uniform(5 min, 1 h)'}}", "has several units: min, h"),
        (f"inputs: {{{STAGE}.servers: 'uniform(1, 4)'}}", "is not a whole number"),
        ("inputs: {gates.chi_ma.hours: 'uniform(1, 4)'}", "no value at 'gates.chi_ma.hours'"),
        ("inputs: {run.seed: 'uniform(1, 4)'}", "'run.seed' is not uncertain"),
        ("inputs: {papers: {digits: 0}}", "has a file, or a path and a distribution"),
        ("inputs: {papers: {file: no.csv}}", "'no.csv' does not exist"),
        (f"inputs: {{{STAGE}.service: {{distribution: 'uniform(1, 2)', write: min}}}}", "one {}"),
    ],
)
def test_a_mistake_says_what_is_wrong(write: Write, inputs: str, message: str) -> None:
    """Each with a remedy."""
    (line,) = problems(write, f"{inputs}\n")
    assert message in line
    assert not line.endswith("; ")


def test_a_set_that_does_not_fit_together_names_its_row(write: Write) -> None:
    """Each value is fine by itself; the scenario with both is not."""
    shares = "channels.green,channels.yellow,channels.red\n60 %,30 %,10 %\n"
    path = write("inputs: {split: {file: sets.csv}}\n", sets=shares + "60 %,90 %,10 %\n")
    scenario = sim.load(path)
    with pytest.raises(ScenarioError, match=r"sets\.csv:3"):
        sim.run(scenario, 12)
