"""Results of a run, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from sim.arguments import checked_arguments
from sim.catalogue import SCOPES
from sim.errors import ResultsError, UnitError
from sim.notebook import reader, summary_table
from sim.results.estimates import summarise_measures
from sim.results.overloads import DAILY, Overload, find_overloads
from sim.results.run_spec import RunSpec
from sim.sentences import Sentence
from sim.units import parse_count

if TYPE_CHECKING:
    from sim.plan import Plan
    from sim.scenario import Scenario

__all__ = ["SUMMARY", "PlanResults", "Results", "Stopping", "first", "join", "stack"]

SUMMARY = "summary"
"""Name of the table of means over replications."""


Stopping = Literal["count", "reached", "missed"]
"""Reason for the number of replications: a fixed number, or a precision reached or missed."""


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class PlanResults:
    """The finished replications of one plan.

    Attributes
    ----------
    engine:
        Name of the engine that ran.
    asked:
        Number of replications asked for.
    replications:
        Numbers of the finished ones, ascending, from 0.
    tables:
        The tables of :func:`sim.measure` and of own measures, all replications below one
        another, with ``replication`` as first column. Empty when nothing finished. Where inputs are
        uncertain there are repeats of replications too, numbered from -1 down, and a table
        ``parameter_sets`` of what was drawn (:mod:`sim.parameter_sets`).
    journeys:
        Event logs (:meth:`sim.journeys.Journeys.to_polars`) of the replications kept.
    timings:
        Seconds: ``build`` of the plan; ``draw``, ``simulate`` and ``measure`` summed
        over replications; ``wall`` for the whole run.
    interrupted:
        The run was stopped before all replications had finished.
    stopping:
        What decided how many replications there are.
    """

    plan: Plan
    engine: str
    asked: int
    replications: tuple[int, ...]
    tables: Mapping[str, pl.DataFrame]
    journeys: Mapping[int, pl.DataFrame]
    timings: Mapping[str, float]
    interrupted: bool = False
    stopping: Stopping = "count"

    def __repr__(self) -> str:
        done = f"{len(self.replications)} of {self.asked} replications"
        kind, names = type(self).__name__, ", ".join(self.tables)
        return f"<{kind} of {self.name}: {done} by {self.engine}; tables {names}>"

    def _repr_html_(self) -> str:
        """Show the chief measures of all road gates in a notebook."""
        language = reader()
        caption = language.text("notebook.results", name=self.name, n=len(self.replications))
        rows = self.summary.iter_rows(named=True) if "headline" in self.tables else []
        return summary_table(caption, rows, {"mean": language.text("notebook.mean")})

    @property
    def name(self) -> str:
        """The plan's name."""
        return self.plan.name

    @property
    def seed(self) -> int:
        """Root of all random streams."""
        return self.plan.seed

    @property
    def summary(self) -> pl.DataFrame:
        """Each headline measure over the replications, as :func:`summarise_measures` at 95 %.

        Raises
        ------
        ResultsError
            The run was made without the table ``headline``.
        """
        if "headline" not in self.tables:
            raise ResultsError(
                Sentence(
                    "{value}: no summary, as the run was made without the table "
                    "'headline'; name it in "
                    "sim.run(..., tables=[...])",
                    value=self.name,
                )
            )
        return summarise_measures(self.tables["headline"], [*SCOPES, "measure", "unit"])

    @cached_property
    def overloads(self) -> list[Overload]:
        """Stages that got more than they could serve, with dates; none without that table."""
        return find_overloads(self.tables[DAILY]) if DAILY in self.tables else []


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Results(PlanResults):
    """The finished replications of one scenario, which can be written and compared."""

    scenario: Scenario

    @property
    def name(self) -> str:
        """The scenario's short name, that of its file."""
        return self.scenario.name

    @property
    def spec(self) -> RunSpec:
        """Specification of the run: year, days, settings, upgrades, replications."""
        return _specify(self)


@checked_arguments
def join(parts: Sequence[Results]) -> Results:
    """Put replications of one scenario together that were run one part after the other."""
    *_, last = parts
    names = next((list(part.tables) for part in parts if part.tables), [])
    return replace(
        last,
        asked=sum(part.asked for part in parts),
        replications=tuple(number for part in parts for number in part.replications),
        tables={
            name: pl.concat(part.tables[name] for part in parts if part.tables) for name in names
        },
        journeys={number: log for part in parts for number, log in part.journeys.items()},
        timings={phase: sum(part.timings[phase] for part in parts) for phase in last.timings},
        interrupted=any(part.interrupted for part in parts),
    )


@checked_arguments
def first(results: Results, count: int) -> Results:
    """Return the results without the replications after the first ``count``."""
    kept = results.replications[:count]
    return replace(
        results,
        asked=min(results.asked, count),
        replications=kept,
        tables={
            name: table.filter(pl.col("replication").is_in([*kept, *(-1 - k for k in kept)]))
            for name, table in results.tables.items()
        },
        journeys={number: log for number, log in results.journeys.items() if number in kept},
    )


@checked_arguments
def stack(
    tables: Sequence[tuple[int, Mapping[str, pl.DataFrame]]],
) -> dict[str, pl.DataFrame]:
    """Put the tables of several replications below one another.

    ``tables`` pairs each replication's number with its tables, in the order wanted.
    """
    names = list(tables[0][1]) if tables else []
    return {name: _below([(number, frames[name]) for number, frames in tables]) for name in names}


def _below(frames: Sequence[tuple[int, pl.DataFrame]]) -> pl.DataFrame:
    """Put frames below one another, the replication of each row in the first column."""
    rows = [np.full(frame.height, number, dtype=np.int32) for number, frame in frames]
    whole = pl.concat([frame for _, frame in frames])
    if "replication" in whole.columns:
        whole = whole.drop("replication")
    return whole.insert_column(0, pl.Series("replication", np.concatenate(rows)))


def _specify(results: Results) -> RunSpec:
    """Return the specification of a run."""
    plan, model = results.plan, results.scenario.model
    stated = _stated(results)
    return RunSpec(
        title=plan.title,
        start=plan.start,
        warm_up=plan.warm_up,
        days=plan.days,
        year=model.run.year,
        settings=results.scenario.settings,
        upgrades=tuple(
            (upgrade.title.model_dump(), f"{upgrade.opens:%Y-%m}" if upgrade.opens else "")
            for upgrade in model.upgrades.values()
        ),
        replications=len(results.replications),
        stated=stated,
        reason=_reason(results, stated),
        seed=plan.seed,
    )


def _reason(results: Results, stated: int) -> str:
    """Reason for the number of replications."""
    if results.interrupted:
        return "interrupted"
    if results.stopping != "count":
        return results.stopping
    return "scenario" if len(results.replications) == stated else "command"


def _stated(results: Results) -> int:
    """Replications that the file asks for."""
    run = results.scenario.model.run
    for setting in results.scenario.settings:
        if setting.path == "run.replications":
            try:
                return parse_count(setting.before)
            except UnitError:  # the file says nothing
                return int(type(run).model_fields["replications"].default)
    return run.replications
