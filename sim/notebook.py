"""Tables that a notebook shows of scenarios and results: HTML, small, in the reader's language."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from sim.catalogue import find, title
from sim.messages import LANGUAGES, Messages, messages

__all__ = ["html_table", "reader", "summary_table"]

#: Measures of a summary; each by direction.
_MEASURES = ("crossed_per_day", "wait_mean", "wait_p95", "within_2h", "stay_mean")
_DIRECTIONS = ("export", "import")


def reader() -> Messages:
    """Return the messages of the language that ``LANGSON_LANG`` asks for, else English."""
    asked = os.environ.get("LANGSON_LANG", "")
    return messages(asked if asked in LANGUAGES else "en")


def html_table(
    caption: str, headings: Sequence[str], rows: Iterable[Sequence[object]], note: str = ""
) -> str:
    """Lay out a table as HTML; every text is escaped, and the first cell of a row is its head."""
    empty = Markup()
    head = empty.join(Markup('<th scope="col">{}</th>').format(text) for text in headings)
    body = empty.join(
        Markup('<tr><th scope="row" style="text-align:left">{}</th>{}</tr>').format(
            first, empty.join(Markup("<td>{}</td>").format(cell) for cell in cells)
        )
        for first, *cells in rows
    )
    below = Markup("<p>{}</p>").format(note) if note else empty
    caption = Markup('<caption style="text-align:left">{}</caption>').format(caption)
    table = Markup("<table>{}<thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}")
    return str(table.format(caption, head, body, below))


def _measure_title(row: Mapping[str, Any], language: Messages) -> str:
    """Write the measure of a row of a table of results, with its direction and unit."""
    name = title(row["measure"], language)
    way = "" if row["direction"] == "all" else language.text(f"direction.{row['direction']}")
    return f"{name}, {way}" if way else name


def _with_interval(row: Mapping[str, Any], name: str, language: Messages) -> str:
    """Write the value of a column with the ends of its interval, in the unit that is shown."""
    factor = find(row["measure"]).factor
    value, *ends = (
        language.number(None if row[key] is None else row[key] * factor, 1)
        for key in (name, "low", "high")
    )
    known = row["low"] is not None and row["low"] < row["high"]
    return f"{value} ({ends[0]} – {ends[1]})" if known else value


def summary_table(
    caption: str, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str], note: str = ""
) -> str:
    """Lay out the chief measures of all road gates, by direction.

    ``columns`` has the heading of each column of ``rows`` that is shown; the last one is shown
    with its interval, which the columns ``low`` and ``high`` hold.
    """
    language = reader()
    *plain, last = columns
    shown = [
        row
        for row in rows
        if row["gate"] == "all"
        and row["direction"] in _DIRECTIONS
        and row["measure"] in _MEASURES
        and row[last] is not None
    ]
    cells = [
        [
            _measure_title(row, language),
            *(language.number(row[key] * find(row["measure"]).factor, 1) for key in plain),
            _with_interval(row, last, language),
        ]
        for row in shown
    ]
    headings = [language.text("notebook.measure"), *columns.values()]
    return html_table(caption, headings, cells, note)
