"""``langson forecast``: the next bulletins, from those of the last days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import note, say, show_json, show_table
from sim.cli.errors import BadParameter, print_problems
from sim.cli.options import Json, Lang, Language
from sim.sentences import Sentence

if TYPE_CHECKING:
    from rich.table import Table

    from sim.forecast import History, Outlook, Predicted, ScoreCard
    from sim.messages import Messages

__all__ = ["forecast"]

FORMAT = 1


def forecast(
    bulletins: Annotated[
        list[Path],
        typer.Argument(
            metavar="BULLETINS…", help="CSV files of bulletins, or folders of them; see `day`."
        ),
    ],
    base: Annotated[
        Path, typer.Option("--from", metavar="BASE", help="Scenario that it starts from.")
    ] = Path("baseline-2025"),
    evening: Annotated[
        str | None, typer.Option(metavar="DATE", help="Evening it starts from, else the newest.")
    ] = None,
    ahead: Annotated[
        int, typer.Option(min=1, max=14, metavar="N", help="Days that are forecast.")
    ] = 3,
    replications: Annotated[
        int, typer.Option(min=2, metavar="N", help="Draws of the days to come.")
    ] = 40,
    back: Annotated[
        int, typer.Option(min=0, metavar="N", help="Earlier evenings in the score card.")
    ] = 14,
    leave_out: Annotated[
        bool,
        typer.Option(
            "--leave-out",
            help="Score card with spreads set by all other days than those of each forecast.",
        ),
    ] = False,
    as_json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Forecast the 20:00 bulletins after an evening, with intervals and a score card.

    It starts from the stock of the evening and knows no figure of a later day; the score card does
    the same for each earlier evening and shows what then came. --evening takes a forecast back.
    """
    from sim.forecast import CHANGES, read_bulletins, score_card, widened
    from sim.forecast import forecast as forecast_from
    from sim.messages import messages
    from sim.validate import check_feasible

    history = read_bulletins(bulletins, base)
    print_problems(check_feasible(history.figures, history.plan))
    start = _evening(evening, history)
    card = score_card(
        history, start, days=ahead, draws=replications, back=back, leave_out=leave_out
    )
    outlooks = {
        change: widened(
            forecast_from(history, start, days=ahead, draws=replications, change=change), card.rows
        )
        for change in ("", *CHANGES)
    }
    if as_json:
        _print_json(outlooks, card)
        return
    _show(outlooks, card, history, messages(lang))


def _evening(text: str | None, history: History) -> dt.date:
    """Read the evening to start from."""
    if text is None:
        return history.evenings[-1]
    known = ", ".join(day.isoformat() for day in history.evenings[-5:])
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        message = Sentence(
            "'{text}' is not a date; write e.g. {evenings}",
            text=text,
            evenings=history.evenings[-1],
        )
        raise BadParameter(message, param_hint="--evening") from None
    if day not in history.evenings:
        message = Sentence(
            "no stock is known of {text}; the last evenings with one are {known}",
            text=text,
            known=known,
        )
        raise BadParameter(message, param_hint="--evening")
    return day


def _show(
    outlooks: dict[str, Outlook], card: ScoreCard, history: History, messages: Messages
) -> None:
    """Print tomorrow, the days after, what would change them, and the score card."""
    from rich.text import Text

    outlook = outlooks[""]
    title = messages.text("forecast.title", evening=messages.date(outlook.evening))
    show_table(Text(title, "bold"))
    known = messages.text("forecast.known", n=outlook.days_known)
    note(f"{known} · {messages.text('forecast.widened', factor=_widening(outlook, messages))}")
    say()
    show_table(_tomorrow(outlook, history, messages))
    say()
    show_table(_days_after(outlooks, messages))
    say()
    show_table(Text(messages.text("forecast.score.title"), "bold"))
    if not card.rows:
        note(messages.text("forecast.score.none"))
        return
    show_table(_latest(card, history, messages))
    for line in _verdict(card, messages):
        show_table(Text(line))
    for name in ("interval", "score"):
        note(messages.text(f"forecast.note.{name}"))


def _widening(outlook: Outlook, messages: Messages) -> str:
    stock = next(figure for figure in outlook.figures if figure.quantity == "waiting")
    return messages.number(stock.widening, 2)


def _title(predicted: Predicted, history: History, messages: Messages) -> str:
    """Gate and quantity."""
    from sim.validate import ALL

    titles = {gate.id: messages.pick(gate.title) for gate in history.plan.gates}
    titles[ALL] = messages.text("validate.all.road")
    where = " + ".join(titles[gate] for gate in predicted.gate.split("+"))
    return f"{where}, {messages.text(f'validate.quantity.{predicted.quantity}', time='20:00')}"


def _range(predicted: Predicted, level: float, messages: Messages) -> str:
    return "–".join(messages.number(end) for end in predicted.interval(level))


def _tomorrow(outlook: Outlook, history: History, messages: Messages) -> Table:
    """Table of the next bulletin: all road gates, then each."""
    from sim.cli.tables import grid
    from sim.validate import ALL, LEVELS

    first = outlook.figures[0].day
    heads = [messages.text("forecast.column.tonight"), messages.day(first)]
    heads += [messages.percent(level) for level in LEVELS]
    table = grid(*heads, first=34)
    of_gate = ("waiting", "exported")
    for figure in outlook.figures:
        shown = figure.gate == ALL or figure.quantity in of_gate
        if figure.day == first and shown and not figure.quantity.endswith("_other"):
            table.add_row(
                _title(figure, history, messages),
                messages.number(figure.tonight),
                messages.number(figure.median),
                *(_range(figure, level, messages) for level in LEVELS),
                style="bold" if (figure.gate, figure.quantity) == (ALL, "waiting") else "",
            )
    return table


def _days_after(outlooks: dict[str, Outlook], messages: Messages) -> Table:
    """Stock of all road gates on each day, as it is and with each change."""
    from sim.cli.tables import grid
    from sim.validate import ALL, LEVELS

    days = sorted({figure.day for figure in outlooks[""].figures})
    table = grid(*(messages.day(day) for day in days), first=34)
    for change, outlook in outlooks.items():
        stocks = [outlook.find(day, ALL, "waiting") for day in days]
        title = messages.text(f"forecast.change.{change or 'none'}")
        table.add_row(title, *(messages.number(s.median) for s in stocks if s is not None))
        if not change:
            for level in LEVELS:
                ends = [_range(s, level, messages) for s in stocks if s is not None]
                table.add_row(f"  {messages.percent(level)}", *ends, style="dim")
    return table


_ROWS = 8
"""Rows of the score card that are shown, the latest; the sums are over all."""


def _latest(card: ScoreCard, history: History, messages: Messages) -> Table:
    """The latest forecasts of all road gates that came due, else of any."""
    from sim.cli.tables import grid
    from sim.validate import ALL, LEVELS

    rows = [row for row in card.rows if row.predicted.gate == ALL] or list(card.rows)
    level = LEVELS[0]
    names = ("days", "forecast", "came", "yesterday")
    heads = [messages.text(f"forecast.column.{name}") for name in names]
    table = grid(*heads[:2], messages.percent(level), *heads[2:], first=30)
    for row in rows[-_ROWS:]:
        title = _title(row.predicted, history, messages).partition(", ")[2]
        table.add_row(
            f"{messages.date(row.predicted.day)} {title}",
            messages.number((row.predicted.day - row.evening).days),
            messages.number(row.predicted.median),
            _range(row.predicted, level, messages),
            messages.number(row.observed),
            messages.number(row.naive.get("yesterday")),
            style="" if row.inside(level) else "red",
        )
    return table


def _verdict(card: ScoreCard, messages: Messages) -> list[str]:
    """Coverage of the intervals, and skill against forecasts that need no simulator."""
    from sim.cli.tables import blend_shares, skill_sentence
    from sim.validate import LEVELS

    covered = ", ".join(
        messages.text(
            "validate.covered",
            level=messages.percent(level),
            share=messages.percent(card.coverage(level)),
        )
        for level in LEVELS
    )
    lines = [messages.text("forecast.score.coverage", n=len(card.rows), shares=covered)]
    for name, skill in card.skills().items():
        naive = messages.text(f"forecast.naive.{name}", **blend_shares(messages))
        lines.append(skill_sentence(skill, naive, messages))
    return lines


def _print_json(outlooks: dict[str, Outlook], card: ScoreCard) -> None:
    """Everything that the tables show, and every gate and quantity, as one JSON object."""
    from sim.validate import LEVELS

    def plain(predicted: Predicted) -> dict[str, Any]:
        return {
            "day": predicted.day.isoformat(),
            "gate": predicted.gate,
            "quantity": predicted.quantity,
            "forecast": predicted.median,
            "tonight": predicted.tonight,
            "intervals": {f"{100 * lv:g}": list(predicted.interval(lv)) for lv in LEVELS},
        }

    show_json(
        {
            "format": FORMAT,
            "evening": outlooks[""].evening.isoformat(),
            "days_known": outlooks[""].days_known,
            "forecasts": {
                change or "none": [plain(figure) for figure in outlook.figures]
                for change, outlook in outlooks.items()
            },
            "score": {
                "rows": [
                    {
                        "evening": row.evening.isoformat(),
                        **plain(row.predicted),
                        "observed": row.observed,
                        "naive": row.naive,
                    }
                    for row in card.rows
                ],
                "coverage": {f"{100 * level:g}": card.coverage(level) for level in LEVELS},
                "skill": {n: {**vars(s), "skill": s.skill} for n, s in card.skills().items()},
            },
        }
    )
