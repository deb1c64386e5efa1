"""``langson calibrate``: values that observed figures do not rule out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import (
    note,
    print_folder,
    progress_bars,
    say,
    show_fitting,
    show_json,
    show_table,
)
from sim.cli.errors import print_problems
from sim.cli.inputs import load_all
from sim.cli.options import Jobs, Json, Lang, Language, Out, Quiet, Settings, as_settings
from sim.interrupts import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from sim.calibration import Calibration
    from sim.messages import Messages

__all__ = ["calibrate"]

FORMAT = 1
_COLUMNS = ("base", "value", "interval", "searched")


def calibrate(
    scenario: Annotated[
        Path, typer.Argument(metavar="OVERLAY", help="Scenario file, or its name.")
    ],
    observed: Annotated[
        Path,
        typer.Argument(
            metavar="OBSERVED.csv", help="Figures as validate reads them; calibrated ones count."
        ),
    ],
    paths: Annotated[
        list[str] | None,
        typer.Option(
            "--path",
            metavar="PATH=LOW..HIGH",
            help="Vary this value in this range; else the owner's hold and assumed inputs.",
        ),
    ] = None,
    by: Annotated[
        str,
        typer.Option(metavar="gate,cargo", help="Owner's hold by gate, by cargo class, or both."),
    ] = "",
    sets: Annotated[
        int, typer.Option(min=3, max=10_000, metavar="N", help="Sets of values to keep.")
    ] = 40,
    replications: Annotated[
        int, typer.Option(min=1, metavar="N", help="Replications of each set.")
    ] = 3,
    discrepancy: Annotated[
        str,
        typer.Option(metavar="SHARE", help="Error of the model itself, as a share of a figure."),
    ] = "5%",
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Seed of the search.")] = 1,
    jobs: Jobs = 1,
    settings: Settings = None,
    write: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the whole scenario with the values too, and its sets beside it.",
        ),
    ] = None,
    out: Out = Path("results"),
    as_json: Json = False,
    quiet: Quiet = False,
    lang: Lang = Language.en,
) -> None:
    """Calibrate a scenario to figures marked calibrated: an overlay, and the sets that fit.

    Predicted figures are never looked at. History matching on common random numbers: a set is kept
    if no figure lies more than 3 standard deviations away. Ctrl-C keeps what was done.
    """
    from sim.calibration import calibrate as calibrated
    from sim.calibration import write_calibrated, write_calibration
    from sim.interrupts import Interrupts
    from sim.messages import messages
    from sim.processes import WorkerPool
    from sim.units import parse_share

    (loaded,) = load_all([scenario], as_settings(settings))
    print_problems(loaded.warnings)
    text = messages(lang)
    share = parse_share(discrepancy.replace("%", " %") if " " not in discrepancy else discrepancy)
    with progress_bars(not quiet) as progress, WorkerPool(jobs) as workers:
        task = progress.add_task(loaded.name, total=None)
        calibration = calibrated(
            loaded,
            observed,
            paths or [],
            by=[name.strip() for name in by.split(",") if name.strip()],
            sets=sets,
            replications=replications,
            discrepancy=share,
            seed=seed,
            jobs=workers,
            on_done=lambda done: progress.update(task, completed=done),
        )
    with Interrupts():
        folder = write_calibration(calibration, out)
        if write is not None:
            write_calibrated(calibration, write)
    if quiet:
        say(folder)
    elif as_json:
        show_json(_plain(calibration, folder))
    else:
        _show(calibration, folder, text)
    failed = 1 if calibration.best is None else 0
    raise typer.Exit(INTERRUPTED if calibration.matched.interrupted else failed)


def _show(calibration: Calibration, folder: Path, messages: Messages) -> None:
    """Print values with their ranges, what is not identified, and which figure stands out."""
    from rich.text import Text

    from sim.calibration.folder import OVERLAY

    counts = {"n": len(calibration.matched.waves), "kept": calibration.kept}
    title = messages.text("calibrate.title", scenario=calibration.scenario.name)
    show_table(Text(title, "bold"))
    note(messages.text("calibrate.subtitle", targets=len(calibration.targets), **counts))
    if calibration.matched.interrupted:
        note(messages.text("calibrate.interrupted"))

    def laid_out(columns: Sequence[str]) -> Table:
        from sim.cli.tables import grid

        table = grid(*(messages.text(f"calibrate.column.{name}") for name in columns), first=20)
        table.columns[0].no_wrap = False
        for row in calibration.table.iter_rows(named=True):
            cells = _cells(row, messages)
            table.add_row(row["parameter"], *(cells[name] for name in columns))
        return table

    if calibration.best is not None:
        show_fitting(laid_out, _COLUMNS, ("searched", "base"))
        for row in calibration.table.iter_rows(named=True):
            if not row["identified"]:
                reason, _, other = row["reason"].partition(" ")
                facts = {"parameter": row["parameter"], "other": other}
                note(messages.text(f"calibrate.reason.{reason}", **facts))
    worst = calibration.fitted.sort("implausibility", descending=True, nulls_last=True)
    if worst.height and worst["implausibility"][0] is not None:
        first = worst.row(0, named=True)
        kind = "nearest" if calibration.best is None else "worst"
        numbers = {name: messages.number(first[name], 1) for name in ("observed", "simulated")}
        place = f"{first['gate']} {first['quantity']}" + (
            f" {first['day']}" if first["day"] else ""
        )
        score = messages.number(first["implausibility"], 1)
        note(messages.text(f"calibrate.{kind}", figure=place, score=score, **numbers))
    note(messages.text("calibrate.method", share=messages.percent(calibration.discrepancy)))
    if calibration.best is not None:
        say()
        say(f"  langson validate {folder / OVERLAY} {calibration.source}")
    print_folder(folder)


def _cells(row: dict[str, Any], messages: Messages) -> dict[str, str]:
    """Numbers of a parameter as they are shown."""
    unit = "" if row["unit"] == "×" else f" {row['unit']}".rstrip()
    ends = "–".join(messages.short(row[end]) for end in ("low", "high"))
    searched = "–".join(messages.short(row[end]) for end in ("searched_low", "searched_high"))
    return {
        "base": f"{messages.short(row['base'])}{unit}",
        "value": f"{messages.short(row['value'])}{unit}",
        "interval": ends,
        "searched": searched,
    }


def _plain(calibration: Calibration, folder: Path) -> dict[str, Any]:
    """Everything for JSON."""
    rows = calibration.fitted.to_dicts()
    return {
        "format": FORMAT,
        "scenario": calibration.scenario.name,
        "folder": str(folder),
        "sets": len(calibration.matched.waves),
        "kept": calibration.kept,
        "interrupted": calibration.matched.interrupted,
        "parameters": calibration.table.to_dicts(),
        "figures": [
            {**row, "day": None if row["day"] is None else row["day"].isoformat()} for row in rows
        ],
    }
