"""Rebuild `Results` from a results folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sim.arguments import checked_arguments
from sim.catalogue import ALL, SCOPES
from sim.errors import ResultsError, ScenarioError
from sim.plan import build_plan
from sim.results.folder import Folder, reading
from sim.results.inputs import INPUTS, marks
from sim.results.manifest import data_name
from sim.results.model import SUMMARY, Results
from sim.results.overloads import OVERLOADS
from sim.results.stored import StoredResults
from sim.scenario import Place, Setting, restore
from sim.scenario.source.textfile import DATA, read_text
from sim.sentences import Sentence

__all__ = ["restored"]


@checked_arguments
def restored(stored: StoredResults, held: Results | None = None) -> Results:
    """Return the results of a folder: scenario, plan, tables and the event logs stored.

    ``held`` is what was written, if it is in memory still: its tables and logs are then not
    read a second time.

    Raises
    ------
    ResultsError
        The folder lacks the table of inputs or values of a replication, or another version
        wrote a scenario that this one cannot read.
    """
    with reading(stored.folder):
        return _restored(stored, held)


@dataclass(frozen=True)
class _Copies:
    """Finds the copies of data files in a results folder."""

    folder: Path

    def __call__(self, name: str, pin: str, place: Place) -> tuple[str, str]:  # noqa: ARG002
        path = Folder(self.folder).path(data_name(pin))
        return read_text(str(path), DATA, place)


def _restored(stored: StoredResults, held: Results | None) -> Results:
    if INPUTS not in stored.tables:
        raise ResultsError(
            Sentence(
                "{folder} has no table of inputs; run the scenario again", folder=stored.folder
            )
        )
    manifest = stored.manifest
    source = str(Path(stored.folder.name) / "manifest.json")
    known = marks(stored.tables[INPUTS].collect())
    try:
        resolved = manifest["scenario"]["resolved"]
        settings = [Setting(**entry) for entry in manifest["scenario"].get("settings", ())]
        data = _Copies(stored.folder)
        scenario = restore(stored.name, resolved, known, source, data, settings)
    except ScenarioError as error:
        raise ResultsError(
            Sentence("{folder}: this version cannot read its scenario", folder=stored.folder)
        ) from error
    if scenario.hash != manifest["scenario"]["hash"]:
        raise ResultsError(
            Sentence(
                "{folder}: the scenario in manifest.json is not the one that ran, as its hash "
                "differs; copy the folder again, or run the scenario again",
                folder=stored.folder,
            )
        )
    if held is not None:
        tables, journeys = held.tables, held.journeys
    else:
        own = [name for name in stored.tables if name not in (SUMMARY, OVERLOADS, INPUTS)]
        tables = {name: stored.tables[name].collect() for name in own}
        _require_every_value(tables["headline"], stored)
        journeys = {number: stored.journeys(number).collect() for number in manifest["journeys"]}
    return Results(
        scenario=scenario,
        plan=build_plan(scenario),
        engine=manifest["engine"],
        asked=manifest["replications"]["asked"],
        replications=stored.replications,
        tables=tables,
        journeys=journeys,
        timings=manifest["seconds"],
        interrupted=manifest["interrupted"],
        stopping=manifest["replications"].get("stopping", "count"),
    )


def _require_every_value(headline: pl.DataFrame, stored: StoredResults) -> None:
    """Raise ResultsError unless each measure has one value in each replication, and all arrivals.

    What is computed from a table relies on it, and a checksum says only that the table is the one
    that the manifest names.
    """
    keys, numbers = [*SCOPES, "measure"], list(stored.replications)
    whole = headline.filter(pl.col("replication") >= 0)
    groups = whole.group_by(keys).agg(pl.col("replication").sort())["replication"]
    everywhere = [pl.col(scope).cast(pl.String) == ALL for scope in SCOPES]
    arrived = headline.filter(*everywhere, pl.col("measure").cast(pl.String) == "arrived_per_day")
    if arrived.is_empty() or any(group != numbers for group in groups.to_list()):
        raise ResultsError(
            Sentence(
                "{folder} has not one value of each measure in each replication of manifest.json; "
                "copy the folder again, or run the scenario again",
                folder=stored.folder / "headline.parquet",
            )
        )
