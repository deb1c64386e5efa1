"""Counts per gate and day, ``gate, date, count``, as figures that a bulletin has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sim.scenario.source.diagnostics import Problems, did_you_mean
from sim.sentences import Sentence
from sim.validate.cells import CsvCell

__all__ = ["as_figures"]

#: What a count is, by direction: demand of exports is what arrives from inland.
_QUANTITIES = {"": "arrived", "export": "arrived", "import": "imported"}
_NAMES = {"date": "day", "count": "value"}
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")


def as_figures(rows: Sequence[Sequence[CsvCell]], problems: Problems) -> list[list[CsvCell]]:
    """Return rows of ``gate, date, count`` as rows of ``gate, day, quantity, value``.

    A column ``direction`` says ``export`` or ``import``, else all are exports. Rows of figures
    are returned as they are. A date may have its day first, as in 07/07/2025.
    """
    header = [cell.text.lower() for cell in rows[0]]
    if "count" not in header or "quantity" in header:
        return [list(row) for row in rows]
    way = header.index("direction") if "direction" in header else None
    day = header.index("date") if "date" in header else None
    figures = [[replace(cell, text=_NAMES.get(cell.text.lower(), cell.text)) for cell in rows[0]]]
    figures[0].append(CsvCell("quantity", rows[0][0].place))
    for row in rows[1:]:
        cells = [*row, *(CsvCell("", row[0].place) for _ in header[len(row) :])]
        direction = CsvCell("", row[0].place) if way is None else cells[way]
        if direction.text not in _QUANTITIES:
            message = Sentence("unknown direction '{text}'", text=direction.text)
            hint = did_you_mean(direction.text, ("export", "import"))
            problems.add("unknown-direction", direction.place, message, hint)
        if day is not None and (written := _DAY_FIRST.fullmatch(cells[day].text)):
            iso = f"{written[3]}-{int(written[2]):02}-{int(written[1]):02}"
            cells[day] = replace(cells[day], text=iso)
        quantity = _QUANTITIES.get(direction.text, "arrived")
        figures.append([*cells, CsvCell(quantity, direction.place)])
    if way is not None:
        figures = [[*row[:way], *row[way + 1 :]] for row in figures]
    return figures
