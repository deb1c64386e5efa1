"""Measures: from the event log of one replication to tables.

Everything comes from :class:`~sim.journeys.Journeys` and the plan's calendars; engines
keep no counters. Only the measured window ``[plan.warm_up, plan.horizon)`` counts,
except in ``flows``, which accounts for every vehicle of the run.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sim.journeys import Journeys
from sim.measures.bulletin import bulletin_table
from sim.measures.clocks import time_vehicles, time_visits
from sim.measures.economics import costs_table, places_table
from sim.measures.exposure import exposure_of
from sim.measures.gates import flows_table, gates_table
from sim.measures.growth import growth_table
from sim.measures.headline import HEADLINES, headline_table
from sim.measures.occupancy import occupancy
from sim.measures.rosters import compile_rosters
from sim.measures.series import backlog_table
from sim.measures.stages import hours_table, stages_table
from sim.measures.weekdays import weekdays_table
from sim.measures.yards import yards_table
from sim.plan.model import Plan

__all__ = ["HEADLINES", "Measures", "measure"]


@dataclass(frozen=True, eq=False)
class Measures:
    """The tables of one replication.

    Attributes
    ----------
    tables:
        headline, bulletin, gates, flows, stages, hours, weekdays, yards, backlog, growth,
        places, costs. Columns and types are the same in every replication, and so is the order
        of rows, but for places: it has the rows that were reached.
    """

    replication: int
    tables: dict[str, pl.DataFrame]


def measure(journeys: Journeys, plan: Plan) -> Measures:
    """Measure one replication; equal journeys give equal tables."""
    rosters = compile_rosters(plan)
    visits = time_visits(journeys, plan, rosters)
    vehicles = time_vehicles(journeys, plan, visits)
    load = occupancy(journeys, plan, rosters)
    backlog = backlog_table(plan, vehicles)
    bulletin = bulletin_table(journeys, plan, vehicles)
    exposure = exposure_of(journeys, plan, rosters)
    costs = costs_table(plan, exposure)
    return Measures(
        replication=journeys.workload.replication,
        tables={
            "headline": headline_table(plan, vehicles, bulletin, costs),
            "bulletin": bulletin,
            "gates": gates_table(journeys, plan, rosters, vehicles),
            "flows": flows_table(journeys, plan),
            "stages": stages_table(journeys, plan, rosters, visits, load),
            "hours": hours_table(journeys, plan, load),
            "weekdays": weekdays_table(plan, load),
            "yards": yards_table(journeys, plan),
            "backlog": backlog,
            "growth": growth_table(backlog),
            "places": places_table(plan, exposure),
            "costs": costs,
        },
    )
