"""``langson check``: every mistake in scenario files, without running them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from sim.cli.console import say
from sim.cli.errors import MISUSED, print_problems
from sim.cli.options import Files, Lang, Language, Settings
from sim.cli.scenario_text import summary_line
from sim.errors import ScenarioError

if TYPE_CHECKING:
    from sim.messages import Messages
    from sim.plan import MemoryEstimate

__all__ = ["check"]


def check(files: Files, settings: Settings = None, lang: Lang = Language.en) -> None:
    """Show every mistake in scenario files, with line and column."""
    from sim.messages import messages
    from sim.plan import build_plan, estimate_memory, memory_problem
    from sim.scenario import load

    bad = False
    for file in files:
        try:
            scenario = load(file, set=settings)
        except ScenarioError as error:
            print_problems(error.problems)
            bad = True
        else:
            plan = build_plan(scenario)
            beyond = memory_problem(scenario, plan, level="warning")
            print_problems([*scenario.warnings, *([beyond] if beyond else [])])
            language = messages(lang)
            memory = _memory(estimate_memory(plan), language)
            say(f"{file}: {summary_line(scenario, language)} · {memory}")
    if bad:
        raise typer.Exit(MISUSED)


def _memory(estimate: MemoryEstimate, messages: Messages) -> str:
    """Say how much a replication holds."""
    visits = float(f"{estimate.visits:.2g}")
    gigabytes = messages.number(estimate.run(1, 1) / 1e9, 1)
    return messages.text("check.memory", visits=messages.number(visits), gigabytes=gigabytes)
