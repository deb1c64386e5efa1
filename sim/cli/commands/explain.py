"""``langson explain``: what a word in a table or a warning means."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from sim.catalogue import MEASURES, Measure, Quantity, title
from sim.cli.console import show_table, to_stdout
from sim.cli.errors import MISUSED, print_error
from sim.cli.options import Lang, Language
from sim.errors import MeasureError
from sim.sentences import Sentence

if TYPE_CHECKING:
    from sim.messages import Messages, Topic

__all__ = ["explain"]


def explain(
    topic: Annotated[
        str, typer.Argument(metavar="TOPIC", help="What to explain; without one, all topics.")
    ] = "",
    lang: Lang = Language.en,
) -> None:
    """Explain a word that langson uses: wait, half-width, pairing, unstable and others."""
    from sim.messages import messages, topics
    from sim.units import suggestion

    known = topics()
    if not topic:
        _list(known, lang)
        return
    entry = _find(topic, known)
    if entry is None:
        names = [name for name, entry in known.items() for name in (name, *entry.also)]
        hint = suggestion(topic, names, Sentence("there are {known}", known=", ".join(known)))
        print_error(Sentence("no topic '{topic}'; {hint}", topic=topic, hint=hint))
        raise typer.Exit(MISUSED)
    console = to_stdout()
    console.print(f"  {messages(lang).pick(entry.title)}\n", style="bold")
    for number, paragraph in enumerate(entry.paragraphs(lang)):
        _show(("\n" if number else "") + paragraph)
    if entry is known["measures"]:
        _measures(messages(lang))


def _find(topic: str, known: dict[str, Topic]) -> Topic | None:
    """Return a topic by its name or by another word for it, with or without its tones."""
    from sim.messages import unaccented

    wanted = "-".join(unaccented(topic).lower().replace("_", " ").split())
    for name, entry in known.items():
        if wanted in (name, *entry.also):
            return entry
    with suppress(MeasureError):
        measure = Quantity.parse(topic).entry
        return known["cost" if measure.name in ("cost", "co2") else "measures"]
    return None


def _measures(messages: Messages) -> None:
    """List the catalogue: how each measure is written, what it is, and in which unit."""
    from rich.table import Table

    table = Table.grid(padding=(0, 2, 0, 0))
    names: dict[str, Measure] = {}
    for measure in MEASURES.values():
        names.setdefault(measure.name, measure)
    for name, measure in names.items():
        every = [m.statistic for m in MEASURES.values() if m.name == name]
        written = f"{name}.{'|'.join(every)}" if measure.limit is None else measure.path
        plain = title(replace(measure, statistic="") if len(every) > 1 else measure, messages)
        table.add_row(written, plain)
    to_stdout().print()
    show_table(table)


def _list(known: dict[str, Topic], lang: Language) -> None:
    from rich.table import Table

    from sim.messages import messages

    table = Table.grid(padding=(0, 2, 0, 0))
    for name, topic in known.items():
        table.add_row(name, messages(lang).pick(topic.title))
    show_table(table)


def _show(text: str) -> None:
    from rich.padding import Padding

    to_stdout().print(Padding(text, (0, 2, 0, 2)))
