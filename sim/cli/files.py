"""``langson check``, ``show`` and ``diff``: look at scenario files without running them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.errors import MISUSED, print_problems
from sim.cli.options import Files, Lang, Language, Settings
from sim.cli.screen import fits, say, show_fitting, to_stdout
from sim.errors import ScenarioError, UnknownPathError
from sim.words import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sim.plan import MemoryEstimate
    from sim.scenario import Change, Place, Scenario
    from sim.words import Words

__all__ = ["check", "diff", "show"]

#: Columns of the table of gates.
_COLUMNS = ("gate", "status", "data", "routes", "stages", "flows")

File = Annotated[Path, typer.Argument(metavar="FILE", help="Scenario file, or its name.")]


def check(files: Files, settings: Settings = None, lang: Lang = Language.en) -> None:
    """Show every mistake in scenario files, with line and column."""
    from sim.plan import build_plan, estimate_memory, memory_problem
    from sim.scenario import load
    from sim.words import words

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
            language = words(lang)
            memory = _memory(estimate_memory(plan), language)
            say(f"{file}: {_summary(scenario, language)} · {memory}")
    if bad:
        raise typer.Exit(MISUSED)


def show(
    file: File,
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
    from sim.scenario import load
    from sim.words import words

    scenario = load(file, set=settings)
    if path:
        _show_sources(scenario, path)
    elif merged:
        _show_values(scenario)
    else:
        _show_outline(scenario, words(lang))


def diff(
    first: Annotated[Path, typer.Argument(metavar="A", help="Scenario file, or its name.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Scenario file, or its name.")],
    lang: Lang = Language.en,
) -> None:
    """Show the values in which two scenarios differ, and where they were written."""
    from sim.scenario import diff as differences
    from sim.scenario import load
    from sim.words import words

    before, after = load(first), load(second)
    changes = differences(before, after)
    if changes:
        _show_changes(changes, before)
    say("  " + words(lang).text("diff.count", n=len(changes)))


def _show_changes(changes: list[Change], first: Scenario) -> None:
    """Print changes as a table, or below one another where the screen is too narrow.

    Where the old values stand is shown where there is room for it.
    """
    from rich.padding import Padding

    console = to_stdout(widest=200)
    for old, folded in ((first, False), (None, False), (None, True)):
        table = _changes(changes, old)
        if fits(table, console, folded=folded):
            console.print(Padding(table, (0, 0, 0, 2), expand=False))
            return
    _stack(changes, first)


def _changes(changes: list[Change], first: Scenario | None) -> Table:
    """Lay changes out under the block that they belong to, old places too if ``first``."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    if first is not None:
        table.add_column(no_wrap=True, style="dim")
    table.add_column(justify="right")
    table.add_column()
    table.add_column(no_wrap=True, style="dim")
    last = ""
    for change in changes:
        block, name = _parts(change)
        if block != last:
            table.add_row(Text(block, "bold"))
            last = block
        old = [] if first is None else [_old_place(change, first)]
        after = Text(f"→ {_value(change.after)}", "green")
        place = "" if change.after is None else _short(change.place)
        if first is None:
            place = _short(change.place)
        table.add_row(f"  {name}", *old, _value(change.before), after, place)
    return table


def _stack(changes: list[Change], first: Scenario) -> None:
    """Print each change on lines of its own: what, from, to."""
    console = to_stdout()
    last = ""
    for change in changes:
        block, name = _parts(change)
        if block != last:
            console.print(f"  {block}", style="bold")
            last = block
        console.print(f"    {name}")
        if change.before is not None:
            _stacked(console, "  ", _value(change.before), _old_place(change, first), "")
        after = "" if change.after is None else _short(change.place)
        _stacked(console, "→ ", _value(change.after), after, "green")


def _stacked(console: Console, sign: str, value: str, place: str, style: str) -> None:
    """Print a value and where it stands, on one line where both fit."""
    from rich.padding import Padding
    from rich.text import Text

    joined = len(value) + len(place) + 10 <= console.width
    text = Text.assemble((sign + value, style), "  " if joined else "\n  ", (place, "dim"))
    console.print(Padding(text, (0, 0, 0, 6), expand=False))


def _parts(change: Change) -> tuple[str, str]:
    """Split a path into the block that a reader looks for and the rest."""
    keys = change.path.split(".")
    depth = 1 if keys[0] != "gates" else 4 if keys[2:3] == ["routes"] else 2
    return ".".join(keys[:depth]), ".".join(keys[depth:])


def _old_place(change: Change, first: Scenario) -> str:
    return "" if change.before is None else _short(first.origin(change.path))


def _summary(scenario: Scenario, words: Words) -> str:
    """Sum up a file without mistakes in one line."""
    model = scenario.model
    routes = [route for gate in model.gates.values() for route in gate.routes.values()]
    return " · ".join(
        [
            words.text("check.fine"),
            words.text("check.gates", n=len(model.gates)),
            words.text("check.stages", n=sum(len(route.stages) for route in routes)),
            words.text("run.assumed", n=len(scenario.assumptions())),
        ]
    )


def _memory(estimate: MemoryEstimate, words: Words) -> str:
    """Say how much a replication holds."""
    visits = float(f"{estimate.visits:.2g}")
    gigabytes = words.number(estimate.run(1, 1) / 1e9, 1)
    return words.text("check.memory", visits=words.number(visits), gigabytes=gigabytes)


def _show_values(scenario: Scenario) -> None:
    """Print one line for each value: good for grep, and for --set."""
    console = to_stdout()
    for path, value in scenario.leaves().items():
        console.out(f"{path} = {_value(value)}", end="", highlight=False)
        facts = [_short(scenario.origin(path))]
        if scenario.needs_evidence(path):
            facts.append(scenario.evidence_of(path).kind)
        console.out(f"   # {', '.join(facts)}", style="dim", highlight=False)


def _show_sources(scenario: Scenario, path: str) -> None:
    """Print the values at and below a path, and under them where they come from."""
    from itertools import groupby

    from rich.padding import Padding
    from rich.text import Text

    try:
        scenario.origin(path)
    except UnknownPathError as error:
        raise typer.BadParameter(str(error), param_hint="PATH") from None
    inside = [one for one in scenario.leaves() if f"{one}.".startswith(f"{path}.")]
    inputs, values, console = scenario.inputs(), scenario.leaves(), to_stdout()
    shown = [one for one in inside if one in inputs] or inside
    for lines, same in groupby(shown, partial(_sources, scenario)):
        for one in same:
            console.out(f"{one} = {_value(values[one])}", highlight=False)
        for line in map(printable, lines):
            if line.startswith("http"):  # whole, to be opened
                console.out(f"    {line}", style="dim", highlight=False)
            else:
                console.print(Padding(Text(line, "dim"), (0, 0, 0, 4), expand=False))


def _sources(scenario: Scenario, path: str) -> list[str]:
    """Where a value stands, and for a number its evidence, note and sources."""
    place = _short(scenario.origin(path))
    if not scenario.needs_evidence(path):
        return [place]
    found = scenario.evidence_of(path)
    lines = [f"{place}, {found.kind}" + (f": {found.note}" if found.note else "")]
    for source in found.source:
        known = scenario.model.sources[source]
        sure = known.confidence and f"confidence {known.confidence}"
        facts = ", ".join(str(fact) for fact in (known.date, sure) if fact)
        lines += [f"{source}: {known.title}" + (f" ({facts})" if facts else ""), known.url]
    return [line for line in lines if line]


def _show_outline(scenario: Scenario, words: Words) -> None:
    """Print title, time, gates and upgrades."""
    from rich.text import Text

    console, model, run = to_stdout(), scenario.model, scenario.model.run
    console.print(Text(words.pick(model.title.model_dump()), "bold"))
    console.print(
        words.text(
            "show.run",
            start=words.date(run.start),
            warm_up=words.duration(run.warm_up),
            days=words.text("duration.days", n=run.days),
            n=run.replications,
            seed=str(run.seed),
        )
    )
    show_fitting(partial(_gates, scenario, words), _COLUMNS, ("stages", "routes", "flows"))
    for upgrade in scenario.upgrades.values():
        facts = [words.pick(upgrade.title.model_dump())]
        if upgrade.capex:
            facts.append(words.text("show.capex", amount=words.short(upgrade.capex / 1e9)))
        facts += [f"{upgrade.opens:%Y-%m}"] if upgrade.opens else []
        console.print("+ " + " · ".join(facts), soft_wrap=True)
    console.print(_summary(scenario, words), style="dim", soft_wrap=True)


def _gates(scenario: Scenario, words: Words, columns: Sequence[str]) -> Table:
    """One line for each gate; ``columns`` are some of ``_COLUMNS``."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for key in columns:
        number = key in ("routes", "stages", "flows")
        table.add_column(words.text(f"show.{key}"), justify="right" if number else "left")
    for gate in scenario.model.gates.values():
        routes = [route for route in gate.routes.values() if route.alias_of is None]
        cells = {
            "gate": words.pick(gate.title.model_dump()),
            "status": words.text(f"show.class.{gate.status}"),
            "data": words.text(f"show.traffic.{gate.data}"),
            "routes": words.number(len(routes)),
            "stages": words.number(sum(len(route.stages) for route in routes)),
            "flows": words.number(sum(len(route.flows) for route in routes)),
        }
        table.add_row(*(cells[key] for key in columns))
    return table


def _value(value: Any) -> str:
    """Write a value as in the file."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return printable(str(value))


def _short(place: Place) -> str:
    """Name a place by file and line, without the folder."""
    return f"{Path(place.file).name}:{place.line}" if place.line else place.file
