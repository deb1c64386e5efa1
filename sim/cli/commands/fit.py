"""``langson fit``: from what was counted and timed to a scenario with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.console import print_folder, say, show_fitting, show_json, show_table
from sim.cli.options import Form, PlainOutput, in_order, with_options

if TYPE_CHECKING:
    from rich.table import Table

    from sim.fitting import Fitted
    from sim.fitting.answer import ChangedValue
    from sim.fitting.findings import HoldOut
    from sim.messages import Messages

__all__ = ["fit"]

_MOST = 16
"""Numbers shown of those that differ."""


@with_options
def fit(
    surveys: Annotated[
        list[Path],
        typer.Argument(metavar="SURVEY", help="Survey sheets, hourly counts, or a results folder."),
    ],
    *,
    base: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Scenario to fit: its path or name, else baseline-2025."),
    ] = None,
    columns: Annotated[
        Path | None,
        typer.Option(
            "--map", metavar="MAP.yaml", help="What the columns are, as a fit wrote it, corrected."
        ),
    ] = None,
    gate: Annotated[
        str, typer.Option(metavar="GATE", help="Gate of the sheets, where no column says it.")
    ] = "",
    sampled: Annotated[
        str, typer.Option(metavar="SHARE", help="Share of the vehicles that was timed, as in 10%.")
    ] = "100%",
    rows: Annotated[
        int, typer.Option(min=2, max=10_000, metavar="N", help="Draws for a sweep of the rest.")
    ] = 50,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Seed of these draws.")] = 1,
    hold_out: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="N", help="Last days to predict from the others; else a fifth, 0 none."
        ),
    ] = None,
    output: PlainOutput,
) -> None:
    """Fit a scenario to survey sheets, counts or event logs: an overlay with evidence.

    The folder holds overlay.yaml (what was measured replaces what was assumed), fit.html with a
    picture of every fit, fit.csv, and uncertain.yaml, a sweep over what stays unsure.
    """
    from sim.errors import SurveyError
    from sim.fitting import fit as fitted_to
    from sim.fitting.filenames import MAP
    from sim.fitting.folder import write_fit, write_map
    from sim.units import parse_share

    language = output.messages
    share = parse_share(sampled.replace("%", " %") if " " not in sampled else sampled)
    try:
        fitted = fitted_to(surveys, base, columns, gate, share, rows, seed, hold_out)
    except SurveyError as error:
        written = write_map(surveys[0].stem, error.map_text, error.problems, output.out)
        say(language.text("fit.unread", file=written / MAP), err=True)
        raise
    folder = write_fit(fitted, output.out, in_order(language.lang))
    if output.form is Form.folder:
        say(folder)
    elif output.form is Form.json:
        show_json(_plain(fitted, folder))
    else:
        _show(fitted, folder, language)


def _show(fitted: Fitted, folder: Path, messages: Messages) -> None:
    """Print what was learnt, how sure it is, what cannot be told, and what to do next."""
    from sim.fitting.answer import doubts, headline, lines, next_commands, problem_lines, untold
    from sim.fitting.hold_out_text import hold_out_lines, hold_out_text

    title, seen, learnt = headline(fitted, messages)
    _print(title, "bold")
    _print(seen, "dim")
    say()
    _print(learnt)
    differing = lines(fitted, messages)
    if differing:
        _table(differing, messages)
        if len(differing) > _MOST:
            _print(messages.text("fit.more", n=len(differing) - _MOST), "dim")
    for heading, several in (
        (messages.text("fit.untold"), untold(fitted, messages)),
        (messages.text("fit.mind"), doubts(fitted, messages)),
    ):
        if several:
            say()
            _print(heading, "bold")
            for line in several:
                _print(line)
    if fitted.hold_out is not None:
        say()
        _print(hold_out_text(fitted.hold_out, messages), "bold")
        for line in hold_out_lines(fitted, messages):
            _print(line)
    for line in problem_lines(fitted.problems, folder, messages):
        _print(line)
    say()
    _print(messages.text("fit.next"), "bold")
    for command, reason in next_commands(fitted, folder, messages):
        say(f"  {command}   # {reason}")
    print_folder(folder)


def _print(text: str, style: str = "") -> None:
    from rich.text import Text

    show_table(Text(text, style))


def _table(differing: Sequence[ChangedValue], messages: Messages) -> None:
    """Print the numbers that differ most."""
    columns = ("before", "now", "interval", "n")

    def laid_out(shown: Sequence[str]) -> Table:
        from sim.cli.tables import grid

        table = grid(*(messages.text(f"fit.column.{name}") for name in shown), first=20)
        table.columns[0].no_wrap = False
        place = ""
        for line in differing[:_MOST]:
            if line.place != place:
                table.add_row(line.place, *[""] * len(shown), style="bold")
                place = line.place
            cells = {"before": line.before, "now": line.now, "interval": line.interval, "n": line.n}
            table.add_row(f"  {line.what}", *(cells[name] for name in shown))
        return table

    show_fitting(laid_out, columns, ("n",))


def _plain(fitted: Fitted, folder: Path) -> dict[str, object]:
    """Everything for JSON."""
    return {
        "format": 1,
        "fitted": fitted.name,
        "scenario": fitted.base.scenario.name,
        "vehicles": fitted.events.vehicles(),
        "start": fitted.events.start.isoformat(),
        "days": fitted.events.days,
        "sampled": fitted.events.sampled,
        "folder": str(folder),
        "numbers": fitted.table.to_dicts(),
        "hold_out": None if fitted.hold_out is None else _hold_out(fitted.hold_out),
        "unknown": [
            {
                "kind": unknown.kind,
                "path": ".".join(unknown.path),
                "reason": unknown.reason,
                **unknown.values,
            }
            for unknown in fitted.unknown
        ],
        "problems": [
            {
                "file": p.file,
                "row": p.line,
                "column": p.column,
                "kind": p.code,
                "message": p.message,
            }
            for p in fitted.problems
        ],
    }


def _hold_out(check: HoldOut) -> dict[str, object]:
    """Return the check on the last days for JSON."""
    numbers = [
        {**row, "day": None if row["day"] is None else row["day"].isoformat()}
        for row in check.table.to_dicts()
    ]
    return {"first": check.first.isoformat(), "days": check.days, "numbers": numbers}
