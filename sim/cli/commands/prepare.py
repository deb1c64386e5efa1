"""``langson prepare``: compile ahead what the extra `fast` compiles."""

from __future__ import annotations

from sim.cli import options
from sim.cli.console import say

__all__ = ["prepare"]


def prepare(lang: options.Lang = options.Language.en) -> None:
    """Compile the engine ahead, so that no run has to; about a minute, once.

    Needs the extra fast. Without this, a run compiles once that costs less time than it saves.
    """
    from sim.messages import messages
    from sim.runs.compilation import compile_ahead

    seconds = compile_ahead()
    language = messages(lang)
    if seconds is None:
        say(language.text("prepare.before"))
    else:
        say(language.text("prepare.done", seconds=f"{seconds:.0f}"))
