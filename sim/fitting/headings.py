"""Find the names of a table's columns: titles above it, and names in two rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sim.fitting.stamps import parse_stamp

__all__ = ["named_columns"]

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Columns:
    """Names of the columns of a table.

    ``groups`` is what stands above each, ``rows`` how many rows end with the names,
    ``looks_like_data`` whether a time stands among them.
    """

    header: Sequence[str]
    groups: Sequence[str]
    rows: int
    looks_like_data: bool


def named_columns(rows: Sequence[Sequence[str]]) -> Columns | None:
    """Return the names of the columns; None where no row has two cells.

    They stand in the first row that is about as wide as the table: titles above it fill a cell
    or two. Where the row below has no figure in it, as no data have, the names are in both, and
    what is above counts for all columns up to the next, as a merged cell does.
    """
    filled = [sum(map(bool, row)) for row in rows]
    widest = max(filled, default=0)
    enough = max(2, 0.6 * widest)
    at = next((n for n, count in enumerate(filled) if widest > 1 and count >= enough), None)
    if at is None:
        return None
    last = at
    while last + 2 < len(rows) and last < at + 2 and _names_alone(rows[last + 1]):
        last += 1
    first = at
    while first > 0 and last - first < 2 and _is_above(rows[first - 1]):
        first -= 1
    return _columns(rows[first : last + 1], last + 1)


def _names_alone(row: Sequence[str]) -> bool:
    """Whether a row below the names has names too: several cells, and no figure in any."""
    return sum(map(bool, row)) > 1 and not any(map(_DIGIT.search, row))


def _is_above(row: Sequence[str]) -> bool:
    """Whether a row above the names has names of groups, and is no title, which fills a cell."""
    several = sum(map(bool, row)) > 1 or (bool(row) and not row[0])
    return several and not any(parse_stamp(cell) for cell in row if cell)


def _columns(rows: Sequence[Sequence[str]], upto: int) -> Columns:
    """Join the names of a column that stand one below another."""
    width = max(map(len, rows))
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    while width and not any(row[width - 1] for row in padded):
        width -= 1
    *above, lowest = [row[:width] for row in padded]
    spread = [_spread(row) for row in above]
    names, groups = [], []
    for column, name in enumerate(lowest):
        own = [row[column] for row in spread if row[column]]
        names.append(name or (own[-1] if own else ""))
        groups.append(" ".join(own) if name else " ".join(own[:-1]))
    twice = Counter(names)
    joined = [
        f"{group} {name}".strip() if twice[name] > 1 else name
        for name, group in zip(names, groups, strict=True)
    ]
    stamps = any(
        (stamp := parse_stamp(name, numbers="none")) is not None and stamp.date is not None
        for name in lowest
        if name
    )
    return Columns(_each_once(joined), groups, upto, stamps)


def _spread(row: Sequence[str]) -> list[str]:
    """Let each name count for the empty cells to its right."""
    names, name = [], ""
    for cell in row:
        name = cell or name
        names.append(name)
    return names


def _each_once(names: Sequence[str]) -> list[str]:
    """Number names that stand twice."""
    seen: Counter[str] = Counter()
    numbered = []
    for name in names:
        seen[name] += 1
        numbered.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return numbered
