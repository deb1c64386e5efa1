"""Fill cells that a sheet says once for several rows, as merged cells do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.fitting.sheets import Sheet
from sim.scenario.source.diagnostics import Problems
from sim.sentences import Sentence

__all__ = ["filled_down"]

_ONCE = ("vehicle", "gate", "route", "direction", "cargo", "channel", "trusted", "stage")
"""Roles whose cells are filled where many are empty; a few are then unknown, not the same."""

_MANY = 0.3


def filled_down(sheet: Sheet, at: Mapping[str, int], problems: Problems) -> Sequence[Sequence[str]]:
    """Return the rows of a sheet, in which empty dates and merged cells have the value above.

    ``at`` gives the column of each role. What is filled is noted once for each column.
    """
    rows = [list(row) for row in sheet.rows]
    for role, column in at.items():
        empty = sum(not row[column] for row in rows)
        often = empty >= _MANY * len(rows) and len(rows) - empty > 1
        if not empty or not rows[0][column] or not (role == "date" or (role in _ONCE and often)):
            continue
        value = ""
        for row in rows:
            value = row[column] or value
            row[column] = value
        message = Sentence(
            "{empty} of {count} rows have no {role}", empty=empty, count=len(rows), role=role
        )
        problems.warn(
            "filled-down", sheet.top(column), message, Sentence("taken from the row above")
        )
    return rows
