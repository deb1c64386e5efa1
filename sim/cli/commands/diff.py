"""``langson diff``: the values in which two scenarios differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.console import fits, say, to_stdout
from sim.cli.options import Lang, Language
from sim.cli.scenario_text import value_text
from sim.report.text.places import place_text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sim.scenario import Change, Scenario

__all__ = ["diff"]


def diff(
    first: Annotated[Path, typer.Argument(metavar="A", help="Scenario file, or its name.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Scenario file, or its name.")],
    lang: Lang = Language.en,
) -> None:
    """Show the values in which two scenarios differ, and where they were written."""
    from sim.messages import messages
    from sim.scenario import diff as differences
    from sim.scenario import load

    before, after = load(first), load(second)
    changes = differences(before, after)
    if changes:
        _show_changes(changes, before)
    say("  " + messages(lang).text("diff.count", n=len(changes)))


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
        after = Text(f"→ {value_text(change.after)}", "green")
        place = "" if change.after is None else place_text(change.place)
        if first is None:
            place = place_text(change.place)
        table.add_row(f"  {name}", *old, value_text(change.before), after, place)
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
            _stacked(console, "  ", value_text(change.before), _old_place(change, first), "")
        after = "" if change.after is None else place_text(change.place)
        _stacked(console, "→ ", value_text(change.after), after, "green")


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
    return "" if change.before is None else place_text(first.origin(change.path))
