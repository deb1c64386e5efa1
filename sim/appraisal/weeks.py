"""Representative weeks: a few weeks with weights that stand for a whole year.

The weeks of a year are grouped by Ward's hierarchical clustering of their demand and closed days;
the week nearest to the mean of its group stands for it, weighted by the group's days. The method
is that of representative periods in energy planning (Nahmmacher, Schmid, Hirth and Knopf, *Energy*
112, 2016). What a vehicle costs and waits is taken from the weeks, how many come from the year.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from sim.arguments import checked_arguments
from sim.arrays import Floats
from sim.compare.segments import daily_vehicles
from sim.errors import ArgumentError
from sim.scenario import ScenarioModel
from sim.sentences import Sentence

__all__ = ["WEEK", "RepresentativeWeek", "days_of_year", "representative_weeks"]

#: Days of a representative week.
WEEK = 7


@dataclass(frozen=True)
class RepresentativeWeek:
    """A week that stands for ``days`` days of its year; ``vehicles`` are expected a day in it."""

    first: dt.date
    days: int
    vehicles: float

    @property
    def weight(self) -> float:
        """Weeks of the year that it stands for."""
        return self.days / WEEK


def days_of_year(year: int) -> list[dt.date]:
    """Return all days of a calendar year."""
    first = dt.date(year, 1, 1)
    count = 366 if calendar.isleap(year) else 365
    return [first + dt.timedelta(days=day) for day in range(count)]


@checked_arguments
def representative_weeks(model: ScenarioModel, count: int) -> list[RepresentativeWeek]:
    """Choose ``count`` weeks of the calendar year of the run's start, the busiest first.

    There are fewer where fewer differ. The last week of the year has its odd days too.

    Raises
    ------
    ArgumentError
        It is less than one week, or more than the year has.
    """
    dates = days_of_year(model.run.start.year)
    whole = len(dates) // WEEK
    if not 1 <= count <= whole:
        raise ArgumentError(
            Sentence("{count} representative weeks: give 1 to {whole}", count=count, whole=whole)
        )
    starts = np.arange(whole) * WEEK
    lengths = np.diff([*starts, len(dates)])
    features = np.add.reduceat(_features(model, dates), starts, axis=0) / lengths[:, None]
    groups = fcluster(linkage(features, "ward"), count, "maxclust")
    vehicles = np.add.reduceat(_total(model, dates), starts) / lengths
    chosen = []
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        apart = np.linalg.norm(features[members] - features[members].mean(axis=0), axis=1)
        nearest = members[int(np.argmin(np.round(apart, 12)))]
        days = int(lengths[members].sum())
        chosen.append(
            RepresentativeWeek(dates[int(starts[nearest])], days, float(vehicles[nearest]))
        )
    return sorted(chosen, key=lambda week: (-week.vehicles, week.first))


def _total(model: ScenarioModel, dates: list[dt.date]) -> Floats:
    """Vehicles expected on each day, shape ``(days,)``."""
    total: Floats = np.sum([*daily_vehicles(model, dates).values(), np.zeros(len(dates))], axis=0)
    return total


def _features(model: ScenarioModel, dates: list[dt.date]) -> Floats:
    """Demand by gate, direction and cargo over the year's mean of all, and whether it is closed.

    Shape ``(days, features)``.
    """
    demand = list(daily_vehicles(model, dates).values())
    mean = float(_total(model, dates).mean()) or 1.0
    return np.stack([*(vehicles / mean for vehicles in demand), _closed(model, dates)], axis=1)


def _closed(model: ScenarioModel, dates: list[dt.date]) -> Floats:
    """Share of the countries that are closed on each day, and 1 on days of closures."""
    countries = list(model.countries.values())
    shut = np.zeros(len(dates))
    for country in countries:
        for span in country.holidays.values():
            shut += [(span.start <= day <= span.end) / len(countries) for day in dates]
    for block in model.calendars.values():
        for closure in block.closures.values():
            within = [closure.start.date() <= day <= closure.end.date() for day in dates]
            shut = np.maximum(shut, within)
    return shut
