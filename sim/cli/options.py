"""Options that several commands share."""

from __future__ import annotations

import sys
from enum import Enum, StrEnum, auto
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Days",
    "FailIf",
    "Figures",
    "Files",
    "Form",
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
    "Result",
    "Seed",
    "Settings",
    "Year",
    "chosen",
    "command_line",
    "form",
    "in_order",
]


class Language(StrEnum):
    """Languages of what is printed and drawn."""

    en = "en"
    vi = "vi"


class Form(Enum):
    """What is printed at the end."""

    tables = auto()
    json = auto()
    folder = auto()


Lang = Annotated[
    Language,
    typer.Option(
        "--lang",
        envvar="LANGSON_LANG",
        help="Language of what is printed and drawn. This help, and what is wrong with a file "
        "or a command, is in English.",
    ),
]

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE", help="Scenario files, or names of them: see langson list."),
]

Result = Annotated[
    Path | None,
    typer.Argument(metavar="RESULT", help="A results folder, else the newest in results."),
]

Replications = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Replications, else as the file says.")
]

Days = Annotated[
    int | None,
    typer.Option(
        min=1, metavar="N", help="Measured days after the warm-up, else as the file says."
    ),
]

Jobs = Annotated[
    int, typer.Option(min=0, metavar="N", help="Processes, 0 for one per core; same results.")
]

Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change one value, as in run.days=14. Repeatable.",
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
        "--replications are then the most.",
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
        help="Keep and show this too, as in 'wait.p95[chi_ma, export, fresh_fruit]' or "
        "'within(2 h)[tan_thanh]'; with --precision it is what must be precise, else waits and "
        "crossings of all road gates. Repeatable.",
    ),
]

FailIf = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-if",
        metavar="CONDITION",
        help="End with 3 if this is met, as in 'wait.p95[chi_ma] > 4 h'. Repeatable.",
    ),
]

Out = Annotated[Path, typer.Option(metavar="DIR", help="Where the results folder goes.")]

Figures = Annotated[bool, typer.Option("--figures/--no-figures", help="Draw pictures.")]

Seed = Annotated[
    int | None,
    typer.Option(min=0, metavar="N", help="Seed of all random numbers, else as the file says."),
]

Report = Annotated[bool, typer.Option("--report/--no-report", help="Write report.html.")]

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only the folder.")]


def chosen(settings: list[str] | None, **run: int | None) -> list[str]:
    """Settings of a scenario as given: those of --set, then options that stand for ``run.…``."""
    own = [f"run.{name}={value}" for name, value in run.items() if value is not None]
    return [*(settings or []), *own]


def form(*, as_json: bool, quiet: bool) -> Form:
    """What --json and --quiet ask for; --json goes first."""
    return Form.json if as_json else Form.folder if quiet else Form.tables


def in_order(first: str) -> list[str]:
    """All languages of a page that holds both, the one that it opens in first."""
    from sim.words import LANGUAGES

    return sorted(LANGUAGES, key=lambda language: language != first)


def command_line() -> list[str]:
    """What the user typed, without where the program lies: for manifests."""
    return ["langson", *sys.argv[1:]]
