"""Options that several commands share."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Days",
    "FailIf",
    "Figures",
    "Files",
    "HalfWidths",
    "Jobs",
    "Json",
    "Lang",
    "Language",
    "Measures",
    "Out",
    "Precision",
    "Quiet",
    "Replications",
    "Report",
    "Seed",
    "Settings",
    "Year",
    "chosen",
    "command_line",
]


class Language(StrEnum):
    """Languages of tables, pictures and warnings of a run."""

    en = "en"
    vi = "vi"


Lang = Annotated[
    Language,
    typer.Option(
        "--lang",
        envvar="LANGSON_LANG",
        help="Language of tables, pictures and warnings of a run. Scenario files have English "
        "keys, and what is wrong with them is said in English.",
    ),
]

Files = Annotated[list[Path], typer.Argument(metavar="FILES…", help="Scenario files.")]

Replications = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Replications, else as the file says.")
]

Days = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Measured days after warm-up, else as the file."),
]

Jobs = Annotated[
    int, typer.Option(min=0, metavar="N", help="Processes, 0 for one per core; same results.")
]

Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change one value, as in --set run.days=14. Repeatable.",
    ),
]

Year = Annotated[
    int | None,
    typer.Option(
        min=2000,
        max=2100,
        metavar="YYYY",
        help="Demand of that year, and only the upgrades that have opened by then.",
    ),
]

Precision = Annotated[
    str | None,
    typer.Option(
        "--precision",
        metavar="SHARE",
        help="Run until the half-widths are within this share of the means, as in 5%; "
        "--replications is then the most.",
    ),
]

HalfWidths = Annotated[
    list[str] | None,
    typer.Option(
        "--half-width",
        metavar="MEASURE=VALUE",
        help="Run until this half-width is reached, as in 'wait.mean=1 min': of the mean, or "
        "of the differences from the first scenario where there are several. Repeatable.",
    ),
]

Measures = Annotated[
    list[str] | None,
    typer.Option(
        "--measure",
        metavar="MEASURE",
        help="What --precision is about, as in 'chi_ma: wait.p95', else mean wait, P95 wait "
        "and crossings of all gates together. Repeatable.",
    ),
]

FailIf = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-if",
        metavar="CONDITION",
        help="End with 3 if this is met, as in --fail-if 'chi_ma: wait.p95 > 4 h'. Repeatable.",
    ),
]

Out = Annotated[Path, typer.Option(metavar="DIR", help="Where the results folder goes.")]

Figures = Annotated[bool, typer.Option("--figures/--no-figures", help="Draw pictures.")]

Seed = Annotated[
    int | None, typer.Option(min=0, metavar="N", help="Root of all luck, else as the file.")
]

Report = Annotated[bool, typer.Option("--report/--no-report", help="Write report.html.")]

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only the folder.")]


def chosen(settings: list[str] | None, **run: int | None) -> list[str]:
    """Settings of a scenario as given: those of --set, then options that stand for ``run.…``."""
    own = [f"run.{name}={value}" for name, value in run.items() if value is not None]
    return [*(settings or []), *own]


def command_line() -> list[str]:
    """What the user typed, without where the program lies: for manifests."""
    return ["langson", *sys.argv[1:]]
