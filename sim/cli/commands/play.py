"""``langson play``: a day of a results folder to watch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.console import say
from sim.cli.options import Lang, Language, Result, in_order

__all__ = ["play"]


def play(
    result: Result = None,
    other: Annotated[
        Path | None, typer.Argument(metavar="OTHER", help="Another one, to play beside it.")
    ] = None,
    day: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Measured day, else the worst one."),
    ] = None,
    gate: Annotated[
        str | None, typer.Option(metavar="ID", help="Gate that is shown first, else all.")
    ] = None,
    lang: Lang = Language.en,
) -> None:
    """Write playback.html into a results folder: a day to watch, offline.

    Of several scenarios the first and the last play side by side on one clock.
    """
    from sim.report.play import write_playback
    from sim.results import newest

    first = result or newest()
    folders = [first] if other is None else [first, other]
    say(write_playback(folders, day, gate, in_order(lang)))
