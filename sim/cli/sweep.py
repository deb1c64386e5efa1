"""``langson sweep``: many design points, from this machine to a cluster."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from sim.cli.errors import FAILED, INTERRUPTED, guarded
from sim.cli.options import Lang, Language
from sim.errors import ResultsError

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
    typer.Argument(metavar="FILE", help="Scenario file with a section `sweep:`, or its folder."),
]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Where the sweep's folder is.")]
Processes = Annotated[
    int, typer.Option("--jobs", min=0, metavar="N", help="Processes, 0 for one per core.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

Where = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Workers of dask.distributed: local, a scheduler's address, or its file.",
    ),
]

_RESULTS = Path("results")


def run(
    source: Source,
    out: Out = _RESULTS,
    jobs: Processes = 0,
    cluster: Where = None,
    slurm: Annotated[
        Path | None,
        typer.Option(metavar="PROFILE", help="Submit it to Slurm as this file says, and leave."),
    ] = None,
    shard: Annotated[
        str, typer.Option(metavar="I/N", help="The I-th of N equal parts, as of a job array.")
    ] = "1/1",
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Run again what failed.")
    ] = False,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the folder.")] = False,
    lang: Lang = Language.en,
) -> None:
    """Run what a sweep lacks; results that are there already are used again.

    Killed, interrupted or moved to another machine: the same command goes on.
    """
    from sim.cli.sweep_screen import Watch, print_end, print_json
    from sim.sweep import Cluster, fill, finish, local_engine, locked, read_profile, submit
    from sim.words import words

    language, part, folder = words(lang), _part(shard), _folder(source, out)
    whole = part == (1, 1)
    profile = None if slurm is None else read_profile(slurm)
    with locked(folder, shared=not whole):
        sweep = _opened(source, folder)
        if profile is not None:
            jobs_submitted = ", ".join(submit(folder, profile))
            text = language.text("sweep.submitted", jobs=jobs_submitted, folder=folder)
            typer.echo(f"  {text}")
            return
        with Watch(language, bars=not (quiet or as_json)) as watch:
            try:
                engine = local_engine(jobs) if cluster is None else Cluster(cluster, jobs)
                fill(sweep, engine, retry=retry_failed, shard=part, on_progress=watch)
            except KeyboardInterrupt:
                watch.stop()
                where = "" if out == _RESULTS or source.is_dir() else f" --out {out}"
                command = f"langson sweep {source}{where}"
                typer.echo(language.text("sweep.interrupted", command=command), err=True)
                raise typer.Exit(INTERRUPTED) from None
        finish(folder)
    results = sweep.results()
    if as_json:
        print_json(results)
    elif quiet:
        typer.echo(folder)
    else:
        print_end(results, language, whole=whole)
    if results.failures.height:
        raise typer.Exit(FAILED)


def resume(source: Source, out: Out = _RESULTS, jobs: Processes = 0, cluster: Where = None) -> None:
    """Go on with a sweep from its folder, by its own copies of the files."""
    run(_existing(source, out).folder, jobs=jobs, cluster=cluster)


def status(
    source: Source, out: Out = _RESULTS, as_json: Json = False, lang: Lang = Language.en
) -> None:
    """Say how far a sweep is, and what failed."""
    from sim.cli.sweep_screen import print_json, print_status
    from sim.words import words

    results = _existing(source, out)
    if as_json:
        print_json(results)
    else:
        print_status(results, words(lang))


def merge(source: Source, out: Out = _RESULTS, lang: Lang = Language.en) -> None:
    """Put a sweep's many parts into a few sorted files; shards need it at their end."""
    from sim.sweep import locked
    from sim.sweep import merge as merged
    from sim.words import words

    results = _existing(source, out)
    with locked(results.folder):
        blocks = merged(results.folder, results.manifest["tables"])
    typer.echo(words(lang).text("sweep.merged", n=blocks, folder=results.folder))


for command in (run, resume, status, merge):
    app.command()(guarded(command))


def _part(text: str) -> tuple[int, int]:
    """Read the part of a job array."""
    numbers = text.split("/")
    if len(numbers) == 2 and all(number.isdecimal() for number in numbers):
        part, parts = (int(number) for number in numbers)
        if 1 <= part <= parts:
            return part, parts
    raise typer.BadParameter(f"'{text}' is no part; write e.g. 3/8 for the third of eight")


def _folder(source: Path, out: Path) -> Path:
    """Return a sweep's folder: itself, or the one of a scenario file."""
    return source if source.is_dir() else out / source.stem


def _opened(source: Path, folder: Path) -> Sweep:
    from sim.sweep import create, reopen

    return reopen(folder, sys.argv) if source.is_dir() else create(source, folder, sys.argv)


def _existing(source: Path, out: Path) -> SweepResults:
    from sim.results import SweepResults, open_results

    found = open_results(_folder(source, out))
    if not isinstance(found, SweepResults):
        raise ResultsError(f"{found.folder} holds no sweep")
    return found
