"""``langson optimise``: the best decisions within limits, with a guarantee."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.console import say
from sim.cli.errors import print_problems
from sim.cli.options import (
    Form,
    OptionGroup,
    PlainOutput,
    Settings,
    Year,
    as_settings,
    command_line,
    with_options,
)
from sim.interrupts import INTERRUPTED

__all__ = ["optimise"]


def _wanted(
    minimise: Annotated[
        str | None,
        typer.Option(metavar="MEASURE", help="What to have least of; or capex, opex, spending."),
    ] = None,
    maximise: Annotated[
        str | None,
        typer.Option(metavar="MEASURE", help="What to have most of; or net_benefit."),
    ] = None,
    subject_to: Annotated[
        list[str] | None,
        typer.Option(
            "--subject-to",
            metavar="LIMIT",
            help="A limit, as in 'within(2 h)[huu_nghi, export] >= 95 %'. Repeatable.",
        ),
    ] = None,
    budget: Annotated[
        str | None, typer.Option(metavar="MONEY", help="Most capital cost, as in '500 bn VND'.")
    ] = None,
    confidence: Annotated[
        str | None, typer.Option(metavar="SHARE", help="Probability that is promised, else 95 %.")
    ] = None,
    indifference: Annotated[
        str | None,
        typer.Option(metavar="VALUE", help="Difference of the objective that does not matter."),
    ] = None,
    margin: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE", help="By how much a limited share may be kept and yet be refused."
        ),
    ] = None,
    most: Annotated[
        int | None, typer.Option(min=3, metavar="N", help="Replications of a choice at most.")
    ] = None,
) -> dict[str, object]:
    """Keys of the section `optimise:` that the command line sets."""
    given = {
        "minimise": minimise,
        "maximise": maximise,
        "subject_to": subject_to,
        "budget": budget,
        "confidence": confidence,
        "indifference": indifference,
        "margin": margin,
        "most": most,
    }
    return {key: value for key, value in given.items() if value is not None}


@with_options
def optimise(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A scenario with a section `optimise:`, or with upgrades."
        ),
    ],
    *,
    wanted: Annotated[dict[str, object], OptionGroup(_wanted)],
    jobs: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Processes, else one per core; same results."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Workers of dask.distributed: local, a scheduler's address, or its file.",
        ),
    ] = None,
    year: Year = None,
    settings: Settings = None,
    output: PlainOutput,
) -> None:
    """Choose what to build within a budget and limits, and say how sure that is.

    The file says what is decided, at which unit prices; without a section `optimise:` each
    upgrade is built or not, for the most net benefit. Killed or interrupted: the same command
    goes on. See langson explain optimise.
    """
    from sim.cli.optimise_display import print_optimum, show_optimum_json
    from sim.cli.sweep_display import SweepProgress
    from sim.optimisation import Procedure, folder_name, read_problem
    from sim.scenario.compose.settings import as_mapping
    from sim.sweep import ClusterExecutor, local_executor

    if jobs is not None and cluster not in (None, "local"):
        raise typer.BadParameter("a scheduler has its own workers: leave out --jobs")
    messages = output.messages
    problem = read_problem(file, wanted, as_mapping(as_settings(settings, year=year)))
    print_problems(problem.variants.base.warnings)
    folder = output.out / folder_name(problem.variants.path)
    with SweepProgress(messages, bars=not output.quiet) as watch:
        try:
            count = jobs or 0
            executor = local_executor(count) if cluster is None else ClusterExecutor(cluster, count)
            outcome = Procedure(problem, folder, executor, command_line(), watch).run()
        except KeyboardInterrupt:
            watch.stop()
            command = " ".join(command_line())
            say(messages.text("sweep.interrupted", command=command), err=True)
            raise typer.Exit(INTERRUPTED) from None
    if output.form is Form.json:
        show_optimum_json(outcome, messages)
    elif output.form is Form.folder:
        say(folder)
    else:
        print_optimum(outcome, messages)
