"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Files", "Lang", "Language", "Settings"]


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

Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change one value, as in --set run.days=14. Repeatable.",
    ),
]
