"""Options that several commands share, as the command line has them and as objects."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_type_hints

import typer

if TYPE_CHECKING:
    from sim.catalogue import Quantity
    from sim.compare import Condition, PrecisionTarget, SelectionRule
    from sim.messages import Messages
    from sim.runs import Keep

__all__ = [
    "Files",
    "Form",
    "Jobs",
    "Json",
    "Lang",
    "Language",
    "OptionGroup",
    "Out",
    "Output",
    "OutputOptions",
    "PlainOutput",
    "Quiet",
    "Result",
    "RunOptions",
    "Settings",
    "Simulation",
    "Weeks",
    "Year",
    "as_settings",
    "command_line",
    "in_order",
    "with_options",
]


class Language(StrEnum):
    """Languages of what is printed and drawn."""

    en = "en"
    vi = "vi"


class Form(Enum):
    """Form of the output: tables, one JSON object, or the folder alone."""

    tables = auto()
    json = auto()
    folder = auto()


Lang = Annotated[
    Language,
    typer.Option(
        "--lang",
        envvar="LANGSON_LANG",
        help="Language of what is printed and drawn, and of this help.",
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

Gates = Annotated[
    list[str] | None,
    typer.Option(
        "--gate",
        metavar="ID",
        help="Only this gate, with the results that it has beside the others. Repeatable.",
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

Inputs = Annotated[
    Path | None,
    typer.Option(
        "--inputs",
        metavar="FILE",
        help="Uncertain inputs of all scenarios: a file with a section inputs, or a CSV of sets.",
    ),
]

Weeks = Annotated[
    int, typer.Option(min=1, max=52, metavar="N", help="Representative weeks of each year.")
]

Out = Annotated[Path, typer.Option(metavar="DIR", help="Where the results folder goes.")]

Figures = Annotated[
    bool, typer.Option("--figures/--no-figures", help="Draw pictures for print too, in figures/.")
]

Seed = Annotated[
    int | None,
    typer.Option(min=0, metavar="N", help="Seed of all random numbers, else as the file says."),
]

Report = Annotated[bool, typer.Option("--report/--no-report", help="Write report.html.")]

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only the folder.")]


@dataclass(frozen=True)
class RunOptions:
    """Options of runs, and quantities asked of the results.

    Attributes
    ----------
    settings:
        Texts ``path=value``: those of ``--set``, then options that stand for ``run.…``.
    jobs, engine, journeys:
        As of :func:`sim.runs.run`.
    measures:
        Quantities to keep and show beside the standard ones.
    goal:
        Precision at which to stop; None for a fixed number of replications.
    conditions:
        Conditions of ``--fail-if``.
    inputs:
        File of uncertain inputs.
    choice:
        Quantity by which the best is chosen sequentially, and the rule that ends it.
    """

    settings: Sequence[str] = ()
    jobs: int = 1
    engine: str = "auto"
    journeys: Keep = "first"
    measures: Sequence[Quantity] = ()
    goal: PrecisionTarget | None = None
    conditions: Sequence[Condition] = ()
    inputs: Path | None = None
    choice: tuple[Quantity, SelectionRule] | None = None

    @classmethod
    def parse(
        cls,
        replications: Replications = None,
        days: Days = None,
        year: Year = None,
        jobs: Jobs = 1,
        seed: Seed = None,
        gates: Gates = None,
        settings: Settings = None,
        precision: Precision = None,
        half_widths: HalfWidths = None,
        measures: Measures = None,
        fail_if: FailIf = None,
        inputs_file: Inputs = None,
    ) -> RunOptions:
        """Read the options of the command line; with a precision ``replications`` are the most.

        Raises
        ------
        MeasureError
            A measure, a condition or a precision cannot be read.
        """
        from sim.catalogue import Quantity
        from sim.compare import Condition, PrecisionTarget

        given = as_settings(
            settings, gates, replications=replications, days=days, year=year, seed=seed
        )
        conditions = [Condition.parse(text) for text in fail_if or []]
        goal = PrecisionTarget.parse(precision, measures or [], half_widths or [], replications)
        quantities = [Quantity.parse(text) for text in measures or []]
        return cls(
            given, jobs, measures=quantities, goal=goal, conditions=conditions, inputs=inputs_file
        )


@dataclass(frozen=True)
class OutputOptions:
    """Options of output: what a command writes, draws and prints.

    Attributes
    ----------
    out:
        Folder in which the results folder is made.
    figures, report:
        Whether pictures are drawn, and the report is written.
    as_json, quiet:
        ``--json`` and ``--quiet``; the first goes before the other.
    lang:
        Language of what is printed and drawn.
    """

    out: Out = Path("results")
    figures: Figures = False
    report: Report = True
    as_json: Json = False
    quiet: Quiet = False
    lang: Lang = Language.en

    @property
    def form(self) -> Form:
        """Form of the output."""
        return Form.json if self.as_json else Form.folder if self.quiet else Form.tables

    @property
    def messages(self) -> Messages:
        """Texts in the language."""
        from sim.messages import messages

        return messages(self.lang)


class OptionGroup:
    """Marks a parameter of a command that stands for the options of a function or class.

    ``make`` gets them by name and returns the argument; those that are ``fixed`` are no options.
    """

    def __init__(self, make: Callable[..., Any], **fixed: Any) -> None:
        self.make = partial(make, **fixed)
        hints = get_type_hints(make, include_extras=True)
        self.options = [
            option.replace(annotation=hints[name])
            for name, option in inspect.signature(make).parameters.items()
            if name not in fixed
        ]


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, in place of each parameter marked with :class:`OptionGroup`, its options."""
    hints = get_type_hints(command, include_extras=True)
    spread: dict[str, OptionGroup] = {}
    options: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        group = next(
            (part for part in get_args(hints[name]) if isinstance(part, OptionGroup)), None
        )
        if group is None:
            options.append(parameter.replace(annotation=hints[name]))
        else:
            spread[name] = group
            options += group.options

    @wraps(command)
    def call(**given: Any) -> None:
        for name, group in spread.items():
            own = {option.name: given.pop(option.name) for option in group.options}
            given[name] = group.make(**own)
        command(**given)

    named = [option.replace(kind=inspect.Parameter.KEYWORD_ONLY) for option in options]
    vars(call)["__signature__"] = inspect.Signature(named)
    call.__annotations__ = {option.name: option.annotation for option in named}
    return call


Simulation = Annotated[RunOptions, OptionGroup(RunOptions.parse)]
"""All options of how scenarios are run."""

Output = Annotated[OutputOptions, OptionGroup(OutputOptions)]
"""All options of what is written, drawn and printed."""


PlainOutput = Annotated[OutputOptions, OptionGroup(OutputOptions, figures=True, report=True)]
"""Options of what is written and printed, for a command without ``--figures`` and ``--report``."""


def as_settings(
    settings: Sequence[str] | None, gates: Sequence[str] | None = None, **run: int | None
) -> list[str]:
    """Settings of a scenario as given: those of --set, then options that stand for ``run.…``."""
    own = [f"run.{name}={value}" for name, value in run.items() if value is not None]
    own += [f"run.gates=[{', '.join(gates)}]"] if gates else []
    return [*(settings or []), *own]


def in_order(first: str) -> list[str]:
    """All languages of a page that holds both, the one that it opens in first."""
    from sim.messages import LANGUAGES

    return sorted(LANGUAGES, key=lambda language: language != first)


def command_line() -> list[str]:
    """Return the command line as typed, without the path of the program: for manifests."""
    return ["langson", *sys.argv[1:]]
