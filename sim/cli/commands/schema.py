"""``langson schema``: the JSON Schema of scenario files."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from sim.cli.console import say
from sim.cli.options import Lang, Language

__all__ = ["schema"]


def schema(
    overlay: Annotated[
        bool, typer.Option("--overlay", help="For files that extend another one.")
    ] = False,
    lang: Lang = Language.en,
) -> None:
    """Print the JSON Schema of scenario files, for completion and checks in an editor."""
    from sim.messages import messages
    from sim.scenario import json_schema

    say(json.dumps(json_schema(overlay=overlay), indent=2, ensure_ascii=True))
    if lang is not Language.en:
        say(messages(lang).text("new.schema"), err=True)
