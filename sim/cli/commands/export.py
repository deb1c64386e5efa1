"""``langson export``: results for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.console import say
from sim.cli.errors import BadParameter
from sim.cli.options import Lang, Language, Result
from sim.sentences import Sentence

__all__ = ["export"]


def export(
    result: Result = None,
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="An Excel workbook, its headings in the language.")
    ] = False,
    xes: Annotated[
        bool, typer.Option("--xes", help="The event log in XES, the IEEE standard: log-N.xes.")
    ] = False,
    log_csv: Annotated[
        bool,
        typer.Option(
            "--log-csv", help="The event log as CSV: case, activity, resource, ready, start, end."
        ),
    ] = False,
    replication: Annotated[
        int, typer.Option(min=0, metavar="N", help="Replication whose event log is written.")
    ] = 0,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for event logs, else the results'.")
    ] = None,
    lang: Lang = Language.en,
) -> None:
    """Write results for other programs into their folder: an Excel workbook, event logs.

    The workbook's first sheet is for a memo; bulletin, summary, comparison and inputs with their
    evidence follow. In an event log, for process-mining tools, a case is a vehicle, an activity a
    stage, a resource one of its servers; of several scenarios it is that of the last one, so name
    the folder of another inside. Tables as CSV and Parquet are in the folder anyway.
    """
    from sim.event_logs import LOG_CSV, XES, export_log
    from sim.messages import messages
    from sim.report.workbook import write_workbook
    from sim.results import newest, open_all
    from sim.results.folder import answering

    forms = [form for form, wanted in ((XES, xes), (LOG_CSV, log_csv)) if wanted]
    if not (xlsx or forms):
        raise BadParameter(Sentence("say what to write: --xlsx, --xes or --log-csv"))
    folder = result or newest()
    with answering(folder):
        if xlsx:
            say(write_workbook(folder, messages(lang)))
        if forms:
            for path in export_log(open_all(folder)[-1], forms, replication, out):
                say(path)
