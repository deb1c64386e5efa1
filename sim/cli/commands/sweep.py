"""``langson sweep``: many design points, from this machine to a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from sim.cli.console import say
from sim.cli.errors import FAILED, BadParameter, guarded, print_problems
from sim.cli.options import (
    Form,
    Json,
    Lang,
    Language,
    Out,
    OutputOptions,
    PlainOutput,
    Settings,
    Year,
    as_settings,
    command_line,
    with_options,
)
from sim.errors import ResultsError
from sim.interrupts import INTERRUPTED
from sim.sentences import Sentence

if TYPE_CHECKING:
    from sim.results import SweepResults
    from sim.sweep import Sweep

__all__ = ["app"]


class _RunByDefault(TyperGroup):
    """``langson sweep FILE`` means ``langson sweep run FILE``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in front where there is none."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["run", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_RunByDefault,
    no_args_is_help=True,
    help="Simulate many design points: langson sweep FILE [OPTIONS of run].",
)

Source = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="Scenario file with a section `sweep:`, its name, or the folder of its results.",
    ),
]
_RESULTS = Path("results")


@with_options
def run(
    source: Source,
    *,
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
    slurm: Annotated[
        Path | None,
        typer.Option(metavar="PROFILE", help="Submit it to Slurm as this file says, and leave."),
    ] = None,
    shard: Annotated[
        str | None, typer.Option(metavar="I/N", help="The I-th of N equal parts; then sweep merge.")
    ] = None,
    year: Year = None,
    settings: Settings = None,
    retry: Annotated[bool, typer.Option("--retry-failed", help="Run again what failed.")] = False,
    output: PlainOutput,
) -> None:
    """Run what a sweep lacks; results that are there already are used again.

    Killed, interrupted or moved to another machine: the same command goes on, and so does
    one with the sweep's folder in place of the file, from the folder's own copies.
    """
    from sim.cli.sweep_display import print_damaged, print_submitted
    from sim.sweep import finish, locked, read_profile, submit

    _refuse_unused(jobs, cluster, slurm, shard)
    part, messages = _part(shard or "1/1"), output.messages
    profile = None if slurm is None else read_profile(slurm)
    sweep = _planned(source, output.out, as_settings(settings, year=year))
    print_problems(sweep.variants.base.warnings)
    with locked(sweep.folder, shared=part != (1, 1)):
        print_damaged(sweep.folder, messages)
        if profile is not None:
            submitted = submit(sweep, profile, retry=retry)
            print_submitted(submitted, sweep.folder, messages, output.form)
            return
        workers = _Workers(jobs or 0, cluster, retry)
        _fill(sweep, workers, part, _command(source, output.out), output)
        finish(sweep.folder)
    _tell(sweep, part, output)


@dataclass(frozen=True)
class _Workers:
    """Workers of a sweep: processes here or on a cluster; and whether failures are retried."""

    jobs: int
    cluster: str | None
    retry: bool


def _fill(
    sweep: Sweep, workers: _Workers, part: tuple[int, int], command: str, output: OutputOptions
) -> None:
    """Run the missing tasks of a part of a sweep; ``command`` resumes it after an interruption."""
    from sim.cli.sweep_display import SweepProgress
    from sim.sweep import ClusterExecutor, fill, local_executor

    with SweepProgress(output.messages, bars=not output.quiet) as watch:
        try:
            cluster, jobs = workers.cluster, workers.jobs
            executor = local_executor(jobs) if cluster is None else ClusterExecutor(cluster, jobs)
            fill(sweep, executor, retry=workers.retry, shard=part, on_progress=watch)
        except KeyboardInterrupt:
            watch.stop()
            say(output.messages.text("sweep.interrupted", command=command), err=True)
            raise typer.Exit(INTERRUPTED) from None


def _tell(sweep: Sweep, part: tuple[int, int], output: OutputOptions) -> None:
    """Print the results; failures make the exit code."""
    from sim.cli.sweep_display import print_end, print_json
    from sim.sweep import sweep_status

    results = sweep.results()
    if output.form is Form.json:
        print_json(sweep_status(results))
    elif output.form is Form.folder:
        say(sweep.folder)
    else:
        print_end(results, output.messages, whole=part == (1, 1))
    if results.failures.height:
        raise typer.Exit(FAILED)


def _command(source: Path, out: Path) -> str:
    """Command line by which a sweep goes on."""
    where = "" if out == _RESULTS or source.is_dir() else f" --out {out}"
    return f"langson sweep {source}{where}"


def status(
    source: Source, out: Out = _RESULTS, as_json: Json = False, lang: Lang = Language.en
) -> None:
    """Say how far a sweep is, and what failed; of a file, as it stands now."""
    from sim.cli.sweep_display import print_json, print_status
    from sim.messages import messages
    from sim.sweep import plan_sweep, sweep_status

    results = _existing(source, out)
    wanted = None if source.is_dir() else plan_sweep(source, results.folder)
    progress = sweep_status(results, wanted)
    if as_json:
        print_json(progress)
    else:
        print_status(progress, messages(lang))


def merge(source: Source, out: Out = _RESULTS, lang: Lang = Language.en) -> None:
    """Put a sweep's many parts into a few sorted files; shards need it at their end."""
    from sim.cli.sweep_display import print_damaged, print_mixed
    from sim.messages import messages
    from sim.sweep import locked
    from sim.sweep import merge as merged

    results = _existing(source, out)
    print_damaged(results.folder, messages(lang))
    with locked(results.folder):
        blocks = merged(results.folder, results.manifest["tables"])
    print_mixed(_existing(source, out), messages(lang))
    say(messages(lang).text("sweep.merged", n=blocks, folder=results.folder))


for command in (run, status, merge):
    app.command()(guarded(command))


def _part(text: str) -> tuple[int, int]:
    """Read the part of a job array."""
    numbers = text.split("/")
    if len(numbers) == 2 and all(number.isdecimal() for number in numbers):
        part, parts = (int(number) for number in numbers)
        if 1 <= part <= parts:
            return part, parts
    raise BadParameter(
        Sentence("'{text}' is no part; write e.g. 3/8 for the third of eight", text=text)
    )


def _refuse_unused(
    jobs: int | None, cluster: str | None, slurm: Path | None, shard: str | None
) -> None:
    """Refuse options that others leave without effect."""
    if slurm is not None:
        given = {"--jobs": jobs, "--cluster": cluster, "--shard": shard}
        unused = [name for name, value in given.items() if value is not None]
        if unused:
            raise BadParameter(
                Sentence("with --slurm leave out {unused}", unused=reduce(_both, unused))
            )
    elif jobs is not None and cluster not in (None, "local"):
        raise BadParameter(Sentence("a scheduler has its own workers: leave out --jobs"))


def _both(first: str, second: str) -> Sentence:
    return Sentence("{first} and {second}", first=first, second=second)


def _folder(source: Path, out: Path) -> Path:
    """Return a sweep's folder: itself, or the one of a scenario file."""
    return source if source.is_dir() else out / source.stem


def _planned(source: Path, out: Path, settings: list[str]) -> Sweep:
    """Read a sweep from its file or its folder; nothing is written."""
    from sim.scenario.compose.settings import as_mapping
    from sim.sweep import plan_sweep, reopen

    if not source.is_dir():
        folder = _folder(source, out)
        return plan_sweep(source, folder, command_line(), as_mapping(settings))
    if settings:
        message = Sentence(
            "a folder goes on with its own points: leave out --set and --year, or name a file"
        )
        raise BadParameter(message)
    return reopen(source, command_line())


def _existing(source: Path, out: Path) -> SweepResults:
    from sim.results import SweepResults, open_results

    results = open_results(_folder(source, out))
    if not isinstance(results, SweepResults) or results.manifest["kind"] != "sweep":
        raise ResultsError(Sentence("{folder} holds no sweep", folder=results.folder))
    return results
