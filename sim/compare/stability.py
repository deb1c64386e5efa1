"""Overloads of a sample: stages that get more than they can serve, and queues that grow.

Where more arrives than can be served to the end of a run, the mean wait depends on the length of
the run and its half-width means little; where it does for a part of the run, the mean mixes both
parts.
"""

from __future__ import annotations

from sim.arguments import checked_arguments
from sim.compare.scenario_results import ScenarioResults
from sim.results.overloads import DAILY, Overload, find_overloads

__all__ = ["Overload", "overloads"]


@checked_arguments
def overloads(sample: ScenarioResults) -> list[Overload]:
    """Find the overloads of a sample, as the table ``overloads`` of its folder has them.

    Results of a langson without the table ``daily`` have none.
    """
    return find_overloads(sample.tables[DAILY]) if DAILY in sample.tables else []
