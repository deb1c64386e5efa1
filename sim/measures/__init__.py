"""Measures: from the event log of one replication to tables.

Everything comes from :class:`~sim.journeys.Journeys` and the plan's calendars; engines
keep no counters. Only the measured window ``[plan.warm_up, plan.horizon)`` counts,
except in ``flows``, which accounts for every vehicle of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from sim.arguments import checked_arguments
from sim.catalogue import Quantity
from sim.errors import ArgumentError, MeasureError
from sim.journeys import Journeys
from sim.measures.backlog import backlog_table
from sim.measures.bulletin import bulletin_table
from sim.measures.clocks import Vehicles, time_vehicles
from sim.measures.daily import daily_table
from sim.measures.economics import Places, costs_table, places_of, places_table
from sim.measures.exposure import Exposure, exposure_of
from sim.measures.gates import flows_table, gates_table
from sim.measures.headline import MeasuredLog, headline_table
from sim.measures.load import Loads, daily_loads
from sim.measures.names import names_of
from sim.measures.occupancy import Occupancy, occupancy
from sim.measures.passes import Passes, passes_of
from sim.measures.rosters import Rosters, compile_rosters
from sim.measures.stages import hours_table, stages_table
from sim.measures.stays import stay_hours
from sim.measures.visits import Visits, time_visits
from sim.measures.weekdays import weekdays_table
from sim.measures.yards import yards_table
from sim.plan import Plan
from sim.plan.equality import same_content
from sim.sentences import Sentence
from sim.units import suggestion

__all__ = ["Measures", "check_own_tables", "check_tables", "measure", "names_of"]


@dataclass(frozen=True, eq=False)
class Measures:
    """The tables of one replication.

    Attributes
    ----------
    tables:
        headline, bulletin, gates, flows, stages, hours, weekdays, daily, yards, backlog,
        places, costs. Columns and types are the same in every replication, and so is the order
        of rows, but for places: it has the rows that were reached.
    """

    replication: int
    tables: dict[str, pl.DataFrame]

    def __repr__(self) -> str:
        return f"<Measures of replication {self.replication}; tables {', '.join(self.tables)}>"


@checked_arguments
def measure(
    journeys: Journeys,
    plan: Plan,
    tables: Collection[str] | None = None,
    asked: Collection[Quantity] = (),
) -> Measures:
    """Measure one replication; equal journeys give equal tables.

    ``tables`` names those wanted, all by default: a table is the same whatever the others,
    and what none of them needs is not worked out. ``asked`` are quantities that the headline
    is to have beside the standard ones.

    Raises
    ------
    MeasureError
        There is no such table, or a quantity names no gate, cargo class, route or stage of
        the plan.
    ArgumentError
        The plan is not that of the journeys, nor equal to it.
    """
    if not same_content(journeys.plan, plan):
        raise ArgumentError(
            Sentence("measure(): plan is not that of the journeys; pass journeys.plan")
        )
    check_tables(tables)
    parts = _Parts(journeys, plan, tuple(asked))
    return Measures(
        replication=journeys.workload.replication,
        tables={
            name: make(parts) for name, make in _TABLES.items() if tables is None or name in tables
        },
    )


@checked_arguments
def check_tables(tables: Collection[str] | None) -> None:
    """Refuse names that are of no table of :class:`Measures`.

    Raises
    ------
    MeasureError
        With the tables that there are.
    """
    for name in tables or ():
        if name not in _TABLES:
            hint = suggestion(
                name, _TABLES, Sentence("there are {tables}", tables=", ".join(_TABLES))
            )
            raise MeasureError(Sentence("no table '{name}'; {hint}", name=name, hint=hint))


@checked_arguments
def check_own_tables(names: Iterable[str]) -> None:
    """Refuse names for tables of one's own that are taken, or that no file could have.

    Raises
    ------
    ArgumentError
        With the name.
    """
    for name in names:
        if name in (*_TABLES, "summary", "overloads", "inputs"):
            raise ArgumentError(
                Sentence("there is a table '{name}' already; name your own otherwise", name=name)
            )
        if not (name.isascii() and name.isidentifier() and len(name) <= 100):
            raise ArgumentError(
                Sentence("a table cannot be named '{name}'; use letters, digits and _", name=name)
            )


@dataclass(frozen=True, eq=False)
class _Parts:
    """Intermediate results of several tables, computed on first use."""

    journeys: Journeys
    plan: Plan
    asked: tuple[Quantity, ...]

    @cached_property
    def rosters(self) -> Rosters:
        return compile_rosters(self.plan)

    @cached_property
    def passes(self) -> Passes | None:
        return passes_of(self.journeys, self.plan)

    @cached_property
    def visits(self) -> Visits:
        return time_visits(self.journeys, self.plan, self.rosters, self.passes)

    @cached_property
    def vehicles(self) -> Vehicles:
        return time_vehicles(self.journeys, self.plan, self.visits, self.passes)

    @cached_property
    def loads(self) -> Loads:
        return daily_loads(self.journeys, self.plan, self.passes)

    @cached_property
    def load(self) -> Occupancy:
        return occupancy(self.journeys, self.plan, self.rosters, self.passes)

    @cached_property
    def backlog(self) -> pl.DataFrame:
        return backlog_table(self.plan, self.vehicles)

    @cached_property
    def bulletin(self) -> pl.DataFrame:
        return bulletin_table(self.journeys, self.plan, self.vehicles)

    @cached_property
    def exposure(self) -> Exposure:
        return exposure_of(self.journeys, self.plan, self.rosters, self.passes)

    @cached_property
    def priced(self) -> Places:
        return places_of(self.plan, self.exposure)

    @cached_property
    def places(self) -> pl.DataFrame:
        stays = stay_hours(self.journeys, self.plan, self.visits, self.vehicles, self.passes)
        return places_table(self.plan, self.priced, stays)

    @cached_property
    def headline(self) -> pl.DataFrame:
        log = MeasuredLog(
            self.journeys,
            self.plan,
            self.vehicles,
            lambda: self.visits,
            lambda: self.priced,
            None if self.passes is None else self.passes.select,
        )
        return headline_table(log, self.asked)

    @cached_property
    def costs(self) -> pl.DataFrame:
        return costs_table(self.plan, self.exposure)


_TABLES: dict[str, Callable[[_Parts], pl.DataFrame]] = {
    "headline": lambda p: p.headline,
    "bulletin": lambda p: p.bulletin,
    "gates": lambda p: gates_table(p.journeys, p.plan, p.rosters, p.vehicles),
    "flows": lambda p: flows_table(p.journeys, p.plan),
    "stages": lambda p: stages_table(p.visits, p.rosters, p.load, p.loads, p.passes),
    "hours": lambda p: hours_table(p.journeys, p.plan, p.load),
    "weekdays": lambda p: weekdays_table(p.plan, p.load),
    "daily": lambda p: daily_table(p.journeys, p.plan, p.loads, p.passes),
    "yards": lambda p: yards_table(p.journeys, p.plan),
    "backlog": lambda p: p.backlog,
    "places": lambda p: p.places,
    "costs": lambda p: p.costs,
}
