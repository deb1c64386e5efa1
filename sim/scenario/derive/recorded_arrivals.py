"""Arrivals that were recorded: from the rows of a data file to minutes since the start."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.errors import UnitError
from sim.scenario.schema.flows import ArrivalsBlock
from sim.scenario.source.data_files import DataTable
from sim.sentences import Sentence
from sim.units import parse_timestamp

__all__ = ["recorded_minutes", "recorded_moments"]

Moments = NDArray[np.datetime64]


def recorded_minutes(block: ArrivalsBlock, start: dt.date) -> Floats:
    """Return the arrivals from ``start``'s midnight on, in minutes since then, ascending.

    All timestamps must be sound.
    """
    moments, _ = recorded_moments(block)
    midnight = np.datetime64(dt.datetime.combine(start, dt.time()), "us")
    minutes = (moments - midnight) / np.timedelta64(1, "m")
    return np.asarray(minutes[minutes >= 0.0], dtype=np.float64)


def recorded_moments(block: ArrivalsBlock) -> tuple[Moments, list[tuple[int, Sentence]]]:
    """Return the arrivals, ascending, and lines with what is wrong there; its columns exist."""
    return _moments(block.file, block.time, tuple(block.where.items()))


@lru_cache(maxsize=64)
def _moments(
    table: DataTable, column: str, where: tuple[tuple[str, str], ...]
) -> tuple[Moments, list[tuple[int, Sentence]]]:
    moments, mistakes = [], []
    for line, text in table.cells(column, dict(where)):
        try:
            moments.append(parse_timestamp(text))
        except UnitError as error:
            mistakes.append((line, error.message))
    return np.sort(np.array(moments, dtype="datetime64[us]")), mistakes
