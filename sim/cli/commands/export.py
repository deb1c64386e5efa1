"""``langson export``: results for other programs."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.console import say
from sim.cli.options import Lang, Language, Result

__all__ = ["export"]


def export(
    result: Result = None,
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="An Excel workbook, its headings in the language.")
    ] = False,
    lang: Lang = Language.en,
) -> None:
    """Write results for other programs into their folder: an Excel workbook.

    Its first sheet is for a memo; bulletin, summary, comparison and inputs with their evidence
    follow. Tables as CSV and Parquet are in the folder anyway.
    """
    from sim.report.workbook import write_workbook
    from sim.results import newest
    from sim.words import words

    if not xlsx:
        raise typer.BadParameter("say what to write: --xlsx")
    say(write_workbook(result or newest(), words(lang)))
