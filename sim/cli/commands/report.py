"""``langson report``: the report of a results folder, built again without running."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.console import say
from sim.cli.errors import BadParameter
from sim.cli.options import Result, in_order
from sim.sentences import Sentence

__all__ = ["report"]


def report(
    result: Result = None,
    lang: Annotated[
        str | None,
        typer.Option(
            metavar="LANGS",
            help="Languages in it, the first shown first, as in vi,en; else both, that of "
            "LANGSON_LANG first.",
        ),
    ] = None,
    figures: Annotated[
        str | None,
        typer.Option(metavar="KINDS", help="Draw the pictures for print too, as in pdf,svg,png."),
    ] = None,
    sweep: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Add sliders over this sweep (design: grid)."),
    ] = None,
) -> None:
    """Write report.html into a results folder: one file that reads offline.

    It holds the run in numbers, charts and words, in both languages, and opens in any
    browser. The pictures asked for go to figures/ beside it.
    """
    from sim.cli.output import Written, lost_pictures_noted
    from sim.messages import LANGUAGES, messages
    from sim.report.charts.figures import KINDS, draw_stored
    from sim.report.html import write_report
    from sim.results import newest

    own = os.environ.get("LANGSON_LANG", "en")
    languages = in_order(own) if lang is None else _listed(lang, LANGUAGES, "--lang")
    kinds = [] if figures is None else _listed(figures, KINDS, "--figures")
    folder = result or newest()
    written = Written(folder)
    with lost_pictures_noted(written):
        say(write_report(folder, languages, sweep=sweep))
        if kinds:
            for drawn in draw_stored(folder, languages[0], kinds):
                say(drawn)
    written.print_trouble(messages(languages[0]))
    if written.code:
        raise typer.Exit(written.code)


def _listed(text: str, known: tuple[str, ...], option: str) -> list[str]:
    """Split a list at its commas; refuse what is not known."""
    chosen = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    wrong = [part for part in chosen if part not in known]
    if wrong or not chosen:
        message = Sentence("give some of {known}", known=", ".join(known))
        if wrong:
            message = Sentence(
                "'{wrong}' is none of {known}", wrong=wrong[0], known=", ".join(known)
            )
        raise BadParameter(message, param_hint=option)
    return chosen
