"""``langson show``: what a scenario holds after merging."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.console import show_fitting, to_stdout
from sim.cli.errors import BadParameter
from sim.cli.options import Lang, Language, Settings
from sim.cli.scenario_text import summary_line, value_text
from sim.errors import UnknownPathError
from sim.messages import printable
from sim.report.text.evidence import note_text
from sim.report.text.places import place_text

if TYPE_CHECKING:
    from rich.table import Table

    from sim.messages import Messages
    from sim.scenario import Scenario

__all__ = ["show"]

#: Columns of the table of gates.
_COLUMNS = ("gate", "status", "data", "routes", "stages", "flows")


def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Scenario file, or its name.")],
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH",
            help="Only the values from here on, each with its source, as in gates.chi_ma.",
        ),
    ] = "",
    merged: Annotated[
        bool, typer.Option("--merged", help="Every value, with its file, line and evidence.")
    ] = False,
    settings: Settings = None,
    lang: Lang = Language.en,
) -> None:
    """Show what a scenario holds after merging."""
    from sim.messages import messages
    from sim.scenario import load

    scenario = load(file, set=settings)
    if path:
        _show_sources(scenario, path, messages(lang))
    elif merged:
        _show_values(scenario)
    else:
        _show_outline(scenario, messages(lang))


def _show_values(scenario: Scenario) -> None:
    """Print one line for each value: good for grep, and for --set."""
    console = to_stdout()
    for path, value in scenario.leaves().items():
        console.out(f"{path} = {value_text(value)}", end="", highlight=False)
        facts = [place_text(scenario.origin(path))]
        if scenario.needs_evidence(path):
            facts.append(scenario.evidence_of(path).kind)
        console.out(f"   # {', '.join(facts)}", style="dim", highlight=False)


def _show_sources(scenario: Scenario, path: str, messages: Messages) -> None:
    """Print the values at and below a path, and under them where they come from."""
    from itertools import groupby

    from rich.padding import Padding
    from rich.text import Text

    try:
        scenario.origin(path)
    except UnknownPathError as error:
        raise BadParameter(error.message, param_hint="PATH") from None
    inside = [leaf for leaf in scenario.leaves() if f"{leaf}.".startswith(f"{path}.")]
    inputs, values, console = scenario.inputs(), scenario.leaves(), to_stdout()
    shown = [leaf for leaf in inside if leaf in inputs] or inside
    for lines, same in groupby(shown, partial(_sources, scenario, messages)):
        for twin in same:
            console.out(f"{twin} = {value_text(values[twin])}", highlight=False)
        for line in map(printable, lines):
            if line.startswith("http"):  # whole, to be opened
                console.out(f"    {line}", style="dim", highlight=False)
            else:
                console.print(Padding(Text(line, "dim"), (0, 0, 0, 4), expand=False))


def _sources(scenario: Scenario, messages: Messages, path: str) -> list[str]:
    """Return the place of a value, and for a number its evidence, note and sources."""
    place = place_text(scenario.origin(path))
    if not scenario.needs_evidence(path):
        return [place]
    evidence = scenario.evidence_of(path)
    note = note_text(evidence, messages)
    kind = messages.text(f"report.evidence.{evidence.kind}")
    lines = [f"{place}, {kind}" + (f": {note}" if note else "")]
    for source in evidence.source:
        known = scenario.model.sources[source]
        sure = known.confidence and messages.text("show.confidence", level=known.confidence)
        facts = ", ".join(str(fact) for fact in (known.date, sure) if fact)
        lines += [f"{source}: {known.title}" + (f" ({facts})" if facts else ""), known.url]
    return [line for line in lines if line]


def _show_outline(scenario: Scenario, messages: Messages) -> None:
    """Print title, time, gates and upgrades."""
    from rich.text import Text

    console, model, run = to_stdout(), scenario.model, scenario.model.run
    console.print(Text(messages.pick(model.title.model_dump()), "bold"))
    console.print(
        messages.text(
            "show.run",
            start=messages.date(run.start),
            warm_up=messages.duration(run.warm_up),
            days=messages.text("duration.days", n=run.days),
            n=run.replications,
            seed=str(run.seed),
        )
    )
    show_fitting(partial(_gates, scenario, messages), _COLUMNS, ("stages", "routes", "flows"))
    for upgrade in scenario.upgrades.values():
        facts = [messages.pick(upgrade.title.model_dump())]
        if upgrade.capex is not None:
            facts.append(
                messages.text("show.capex", amount=messages.short(upgrade.capex.value / 1e9))
            )
        facts += [f"{upgrade.opening:%Y-%m}"] if upgrade.opening else []
        console.print("+ " + " · ".join(facts), soft_wrap=True)
    console.print(summary_line(scenario, messages), style="dim", soft_wrap=True)


def _gates(scenario: Scenario, messages: Messages, columns: Sequence[str]) -> Table:
    """One line for each gate; ``columns`` are some of ``_COLUMNS``."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for key in columns:
        number = key in ("routes", "stages", "flows")
        table.add_column(messages.text(f"show.{key}"), justify="right" if number else "left")
    for gate in scenario.model.gates.values():
        routes = [route for route in gate.routes.values() if route.alias_of is None]
        cells = {
            "gate": messages.pick(gate.title.model_dump()),
            "status": messages.text(f"show.class.{gate.status}"),
            "data": messages.text(f"show.traffic.{gate.data}"),
            "routes": messages.number(len(routes)),
            "stages": messages.number(sum(len(route.stages) for route in routes)),
            "flows": messages.number(sum(len(route.flows) for route in routes)),
        }
        table.add_row(*(cells[key] for key in columns))
    return table
