"""Reads a playback's columns back, as its script does."""

from __future__ import annotations

import math
from base64 import b64decode
from typing import Any

__all__ = ["Visit", "read_numbers", "read_visits"]

#: Stage, arrive, start and finish of a visit; times in tenths of a minute of the day shown.
Visit = tuple[int, float, float, float]


def read_numbers(text: str, *, signed: bool = False) -> list[int]:
    """Whole numbers of a column."""
    found, value, bits = [], 0, 0
    for byte in b64decode(text):
        value |= (byte & 127) << bits
        bits += 7
        if byte < 128:
            found.append(value >> 1 ^ -(value & 1) if signed else value)
            value, bits = 0, 0
    return found


def read_visits(side: dict[str, Any]) -> dict[int, list[Visit]]:
    """Visits of each vehicle by its number."""
    column = side["columns"]
    ids, first = (read_numbers(column[name], signed=True) for name in ("id", "first"))
    stages, waits, stays = (iter(read_numbers(column[name])) for name in ("stage", "wait", "stay"))
    ends = iter(read_numbers(column["gap"], signed=True))
    gaps, at = {}, 0
    for further in read_numbers(column["gap_at"]):
        at += further
        gaps[at] = next(ends)
    vehicles: dict[int, list[Visit]] = {}
    number = came = row = 0
    for step, later, count in zip(ids, first, read_numbers(column["visits"]), strict=True):
        number, came = number + step, came + later
        left, stage, visits = float(came), 0, []
        for _ in range(count):
            stage += next(stages)
            arrive = left + gaps.get(row, 0)
            wait, stay = next(waits), next(stays)
            start = arrive + wait - 1 if wait else math.nan
            finish = (start if wait else arrive) + stay - 1 if stay else math.nan
            left = start if side["stages"][stage]["hold"] and wait else finish
            left = arrive if math.isnan(left) else left
            visits.append((stage, arrive, start, finish))
            row += 1
        vehicles[number] = visits
    return vehicles
