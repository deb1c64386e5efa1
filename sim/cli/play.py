"""``langson play``: a day of a results folder to watch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import Lang, Language
from sim.cli.screen import to_stdout

__all__ = ["play"]


def play(
    result: Annotated[
        Path | None,
        typer.Argument(metavar="RESULT", help="A results folder, else the newest in results."),
    ] = None,
    other: Annotated[
        Path | None, typer.Argument(metavar="OTHER", help="Another one, to play beside it.")
    ] = None,
    day: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Measured day, else the worst one."),
    ] = None,
    gate: Annotated[
        str | None, typer.Option(metavar="GATE", help="Id of the gate to show first.")
    ] = None,
    lang: Lang = Language.en,
) -> None:
    """Write playback.html into a results folder: a day to watch, offline.

    Of several scenarios the first and the last play side by side on one clock.
    """
    from sim.report.play import write_playback
    from sim.results import newest
    from sim.words import LANGUAGES

    first = result or newest()
    folders = [first] if other is None else [first, other]
    languages = sorted(LANGUAGES, key=lambda language: language != lang)
    to_stdout().out(write_playback(folders, day, gate, languages), highlight=False)
