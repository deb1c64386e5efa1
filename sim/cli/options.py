"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Days", "Files", "Jobs", "Lang", "Language", "Replications", "Settings", "Year"]


class Language(StrEnum):
    """Languages of tables, pictures and warnings of a run."""

    en = "en"
    vi = "vi"


Lang = Annotated[
    Language,
    typer.Option(
        "--lang",
        envvar="LANGSON_LANG",
        help="Language of tables, pictures and warnings of a run. Scenario files have English "
        "keys, and what is wrong with them is said in English.",
    ),
]

Files = Annotated[list[Path], typer.Argument(metavar="FILES…", help="Scenario files.")]

Replications = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Replications, else as the file says.")
]

Days = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Measured days after warm-up, else as the file."),
]

Jobs = Annotated[
    int, typer.Option(min=0, metavar="N", help="Processes, 0 for one per core; same results.")
]

Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change one value, as in --set run.days=14. Repeatable.",
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
