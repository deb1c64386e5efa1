"""The results store: what was run and what came out.

In memory a run is a :class:`Results`; on disk a folder with a manifest, the tables as
CSV and Parquet, and the event logs kept. :func:`open_results` reads one back.
"""

from __future__ import annotations

from sim.results.manifest import FORMAT
from sim.results.model import PlanResults, Results, first, join, stack
from sim.results.read import newest, open_all, open_results
from sim.results.restore import restored
from sim.results.run_spec import RunSpec, measured_period, of_year, run_title, upgrades_sentence
from sim.results.store import distinct, prepare, publish, write, write_several
from sim.results.stored import StoredResults
from sim.results.sweeps import SweepResults

__all__ = [
    "FORMAT",
    "PlanResults",
    "Results",
    "RunSpec",
    "StoredResults",
    "SweepResults",
    "distinct",
    "first",
    "join",
    "measured_period",
    "newest",
    "of_year",
    "open_all",
    "open_results",
    "prepare",
    "publish",
    "restored",
    "run_title",
    "stack",
    "upgrades_sentence",
    "write",
    "write_several",
]
