"""``langson app``: sliders in the browser, and the answer while one drags."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.console import say
from sim.cli.options import Lang, Language
from sim.errors import ArgumentError
from sim.sentences import Sentence

__all__ = ["app"]


def app(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILES]", help="A scenario, and files to lay over it."),
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help="Port on this machine, 0 for any.")
    ] = 8236,
    out: Annotated[
        Path,
        typer.Option(metavar="DIR", help="Folder whose folder app/ keeps studies and files."),
    ] = Path("results"),
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    lang: Lang = Language.en,
) -> None:
    """Open the app: choose a question, move values, read the answer.

    With files it begins with them. It answers this machine alone, at an address with a secret
    part, and needs no internet. Ctrl-C ends it; studies are kept.
    """
    try:
        from sim.app import serve
    except ModuleNotFoundError as error:
        if error.name not in ("starlette", "uvicorn", "h11"):
            raise
        raise ArgumentError(
            Sentence("the app needs starlette and uvicorn: pip install 'langson[app]'")
        ) from None
    serve(out / "app", port, lang.value, files or [], browser=browser, on_ready=say)
