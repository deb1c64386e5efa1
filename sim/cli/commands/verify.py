"""``langson verify``: hold the engines against each other and against theory."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.console import say, show_json, show_table, to_stderr
from sim.cli.errors import FAILED
from sim.cli.inputs import load_all
from sim.cli.options import Json, Lang, Language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.table import Table

    from sim.messages import Messages
    from sim.scenario import Scenario
    from sim.verify import Agreement, TheoryCheck

__all__ = ["verify"]

FORMAT = 1


def verify(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Scenario files or names, else theory alone."),
    ] = None,
    replications: Annotated[
        int, typer.Option(min=1, metavar="N", help="Replications to compare.")
    ] = 2,
    as_json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Hold both engines against each other on the same vehicles, and against theory.

    Every time of every vehicle is compared. Ends with 1 if anything differs.
    """
    from sim.messages import messages
    from sim.verify import check_theory

    language = messages(lang)
    scenarios = load_all(files or [], [])
    with to_stderr().status(language.text("verify.working")):
        agreements = {
            name: _agreement(scenario, replications)
            for name, scenario in zip(_names(scenarios), scenarios, strict=True)
        }
    if not as_json:
        _show_agreements(agreements, replications, language)
    with to_stderr().status(language.text("verify.working")):
        comparisons = list(check_theory())
    wrong = sum(not agreement.exact for agreement in agreements.values())
    wrong += sum(not comparison.passed for comparison in comparisons)
    if as_json:
        _print_json(agreements, comparisons, replications, agreed=not wrong)
    else:
        _show_theory(comparisons, language)
        verdict = language.text("verify.failed", n=wrong) if wrong else language.text("verify.fine")
        say(f"\n  {verdict}")
    if wrong:
        raise typer.Exit(FAILED)


def _names(scenarios: Sequence[Scenario]) -> list[str]:
    """Names of the scenarios, numbered where two are alike."""
    names = [scenario.name for scenario in scenarios]
    return [name if names.count(name) == 1 else f"{name} ({i})" for i, name in enumerate(names, 1)]


def _agreement(scenario: Scenario, replications: int) -> Agreement:
    """Compare the engines on a scenario."""
    from sim.plan import build_plan
    from sim.verify import Agreement, agree
    from sim.workload import draw

    plan = build_plan(scenario)
    return Agreement.of_all(agree(plan, draw(plan, number)) for number in range(replications))


def _show_agreements(
    agreements: Mapping[str, Agreement], replications: int, messages: Messages
) -> None:
    """Print a line for each scenario."""
    from rich.text import Text

    if not agreements:
        show_table(Text(messages.text("verify.engines.none"), "dim"))
        return
    show_table(Text(messages.text("verify.engines.title"), "bold"))
    show_table(Text(messages.text("verify.engines.subtitle", n=replications), "dim"))
    show_table(_agreement_table(agreements, messages))


def _agreement_table(agreements: Mapping[str, Agreement], messages: Messages) -> Table:
    from sim.cli.tables import grid

    columns = ("vehicles", "visits", "difference", "servers", "des", "core", "ratio")
    table = grid(*(messages.text(f"verify.column.{column}") for column in columns))
    for name, agreement in agreements.items():
        table.add_row(
            name,
            messages.number(agreement.vehicles),
            messages.number(agreement.rows),
            _difference(agreement.difference),
            messages.text("verify.yes") if agreement.servers_equal else messages.text("verify.no"),
            messages.number(agreement.des_seconds, 3),
            messages.number(agreement.core_seconds, 3),
            f"{messages.number(agreement.ratio, 1)}×",
            style="" if agreement.exact else "red",
        )
    return table


def _difference(minutes: float) -> str:
    """Write a difference so that none is rounded to nothing."""
    if minutes in (0.0, math.inf):
        return "∞" if minutes else "0"
    return f"{minutes:.1e}"


def _show_theory(comparisons: Sequence[TheoryCheck], messages: Messages) -> None:
    """Print a line for each model and engine."""
    from rich.text import Text

    from sim.cli.tables import grid
    from sim.verify.textbook import LIMIT

    say()
    show_table(Text(messages.text("verify.theory.title"), "bold"))
    show_table(Text(messages.text("verify.theory.subtitle", limit=int(LIMIT)), "dim"))
    columns = ("engine", "simulated", "exact", "z")
    table = grid(*(messages.text(f"verify.column.{column}") for column in columns), first=34)
    for check in comparisons:
        table.add_row(
            messages.text(f"verify.model.{check.model}", load=messages.percent(check.load)),
            check.engine,
            f"{messages.number(check.simulated, 2)} ± {messages.number(check.error, 2)}",
            messages.number(check.exact, 2),
            messages.number(check.z, 1, sign=True),
            style="" if check.passed else "red",
        )
    show_table(table)


def _print_json(
    agreements: Mapping[str, Agreement],
    comparisons: Sequence[TheoryCheck],
    replications: int,
    *,
    agreed: bool,
) -> None:
    """Everything that the tables show, as one JSON object."""
    content = {
        "format": FORMAT,
        "agreed": agreed,
        "replications": replications,
        "scenarios": [
            {"name": name, "exact": agreement.exact, **vars(agreement), "ratio": agreement.ratio}
            for name, agreement in agreements.items()
        ],
        "theory": [
            vars(comparison) | {"z": comparison.z, "passed": comparison.passed}
            for comparison in comparisons
        ],
    }
    show_json(content)
