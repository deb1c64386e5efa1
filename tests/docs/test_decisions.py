"""The decisions printed in scenarios/README.md are those that the commands give."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pytest

from sim.messages import messages
from sim.optimisation import read_problem
from sim.optimisation.search import listed

SCENARIOS = Path(__file__).parents[2] / "scenarios"
GUIDE = (SCENARIOS / "README.md").read_text("utf-8")
PRINTED = re.findall(r"    langson optimise (optimise-\S+)\n\n```text\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize(("name", "block"), PRINTED)
def test_printed_costs_are_those_of_the_choice(name: str, block: str) -> None:
    """What the block says is built costs what the prices of the shipped file say."""
    problem = read_problem(name)
    choices = listed(problem)
    assert choices is not None
    (capex, opex) = re.findall(
        r"([\d.]+) bn VND to build.*?, ([\d.]+) bn VND a year", block, re.DOTALL
    )[0]
    built = [
        decision.title["en"] in block.partition("How sure")[0] for decision in problem.decisions
    ]
    rows = [row for row in choices.tolist() if [index > 0 for index in row] == built]
    costs = problem.costs(np.array(rows))
    assert float(capex) in (costs.capex[:, 0] / 1e9).round(1)
    assert float(opex) in (costs.opex[:, 0] / 1e9).round(1)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "block"), PRINTED)
def test_printed_answers_are_those_of_the_command(
    name: str, block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of the block at 80 columns, but for the folder below it."""
    from sim.cli.optimise_display import print_optimum
    from sim.optimisation import Procedure
    from sim.sweep import local_executor

    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    outcome = Procedure(read_problem(name), tmp_path / "a", local_executor(0)).run()
    printed = io.StringIO()
    with redirect_stdout(printed):
        print_optimum(outcome, messages("en"))
    lines = [line.rstrip() for line in printed.getvalue().strip("\n").splitlines()]
    assert "\n".join(lines).startswith(block.rstrip())
