"""Expected arrivals of a flow on each simulated day, and how they grow over the years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from sim import units
from sim.arrays import Floats
from sim.clock import DAY
from sim.scenario.derive.recorded_arrivals import recorded_minutes
from sim.scenario.schema.model import FlowBlock, ScenarioModel

__all__ = ["daily_arrivals", "growth"]

#: Months in the order of the calendar, as season profiles name them.
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def daily_arrivals(
    model: ScenarioModel, flow: FlowBlock, dates: Sequence[dt.date] | None = None
) -> Floats:
    """Return the mean arrivals of each date, by default each simulated day; shape ``(days,)``.

    These are volume x growth x week x season, the recorded arrivals, or the runs of the timetable;
    the volume is the latest that the flow states ``from`` a date up to that day. A backlog, which
    stands there before the run, is no arrival. The profiles of the flow must exist.
    """
    dates = model.run.dates if dates is None else dates
    if flow.arrivals is not None:
        first = min(dates)
        numbers = [(date - first).days for date in dates]
        days = (recorded_minutes(flow.arrivals, first) // DAY).astype(np.int64)
        return np.bincount(days, minlength=max(numbers) + 1)[numbers].astype(np.float64)
    if flow.timetable is not None:
        runs = np.array([date.weekday() in flow.days for date in dates], dtype=np.float64)
        return runs * len(flow.timetable)
    volume = np.full(len(dates), flow.volume or 0.0)
    for since, other in sorted(flow.from_.items()):
        volume[[date >= since for date in dates]] = other
    volume *= growth(model, flow)
    if flow.week is not None:
        week = model.profiles.week[flow.week]
        volume *= [getattr(week, units.WEEKDAYS[date.weekday()]) for date in dates]
    if flow.season is not None:
        season = model.profiles.season[flow.season]
        volume *= [getattr(season, MONTHS[date.month - 1]) for date in dates]
    return volume


def growth(model: ScenarioModel, flow: FlowBlock) -> float:
    """Return demand of the run's year over the flow's stated volume; 1 without a year.

    Between two stated years it grows by the same factor each year. The profile must exist
    and cover the year.
    """
    if model.run.year is None or flow.growth is None:
        return 1.0
    stated = model.profiles.growth[flow.growth].years
    years = sorted(stated, key=int)
    logs = np.log([stated[year] for year in years])
    return float(np.exp(np.interp(model.run.year, [int(year) for year in years], logs)))
