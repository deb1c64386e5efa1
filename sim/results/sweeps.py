"""Results folder of a sweep, read lazily from any number of files.

    manifest.json             what was swept, by which program
    points.parquet            one row per design point: its number, name, factors, changes
    summary.csv               one row per design point: its factors and means, once merged
    inputs/                   the scenario files as they were
    blocks/, <table>/         results, see :mod:`sim.results.parts`

Whatever else lies around was left by a process that was killed, or is no file of a sweep,
and is ignored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from sim.catalogue import ALL, DIRECTIONS, MEASURES, SCOPES, Quantity
from sim.errors import ResultsError
from sim.notebook import html_table, reader
from sim.results.estimates import INTERVAL, summarise_measures
from sim.results.folder import reading, scan
from sim.results.parts import TASKS, Parts, find_parts
from sim.results.stored import StoredResults
from sim.sentences import Sentence

__all__ = [
    "INPUTS",
    "LEDGER",
    "POINT",
    "POINTS",
    "SUMMARY",
    "TASK",
    "SweepResults",
    "read_tasks",
    "with_part",
]

INPUTS, POINTS = "inputs", "points.parquet"

SUMMARY = "summary.csv"
"""Name of the file with a row for each point, for spreadsheets."""

POINT = "point"
"""Name of the column with a design point's name, in every table."""

TASK = (POINT, "replication")
"""Columns that identify a task, in every table."""

LEDGER = {
    POINT: pl.String,
    "replication": pl.Int32,
    "done": pl.Boolean,
    "seconds": pl.Float64,
    "engine": pl.String,
    "seed": pl.String,
    "code": pl.String,
    "arithmetic": pl.String,
    "error": pl.String,
    "traceback": pl.String,
}
"""Columns of ``tasks``: which task, what it took, what made it and, where it failed, why.

``code`` is the program, ``arithmetic`` how its machine rounds
(:func:`sim.results.provenance.arithmetic_digest`; null in folders of older versions).
"""

#: A part's name: that of its file, up to the first full stop.
_PART = r"([^/\\.]+)\.[^/\\]*$"


def read_tasks(parts: Parts) -> pl.DataFrame:
    """One row per task, done or failed, with the ``part`` that holds its rows.

    A task that is there more than once counts once: where it was done, if anywhere;
    ``copies`` says how often it was done.
    """
    files = parts.of(TASKS)
    ledger = (pl.col(name).cast(kind) for name, kind in LEDGER.items())
    if not files:
        return pl.DataFrame(schema={**LEDGER, "part": pl.String, "copies": pl.UInt32})
    tasks = (
        with_part(files, LEDGER)
        .select(*ledger, "part")
        .with_columns(copies=pl.col("done").sum().over(TASK))
    )
    ordered = tasks.sort([*TASK, "done", "part"], descending=[False, False, True, False])
    return ordered.unique(TASK, keep="first", maintain_order=True).collect()


def with_part(files: Sequence[Path], columns: Mapping[str, Any] | None = None) -> pl.LazyFrame:
    """Read files when collected; ``part`` is where a row stands.

    Of ``columns``, those that a file lacks are null.
    """
    return scan(files, "part", columns).with_columns(pl.col("part").str.extract(_PART))


#: Points of a design that a notebook shows.
_POINTS_SHOWN = 10


@dataclass(frozen=True, eq=False)
class SweepResults(StoredResults):
    """A sweep's folder as it is now; large tables are read when they are collected.

    Open it anew to see what has come since.
    """

    def _repr_html_(self) -> str:
        """Show the first points of the design in a notebook, and how much has finished."""
        language = reader()
        done = language.text("sweep.of", done=self.finished, n=self.asked)
        rows = self.design.head(_POINTS_SHOWN).iter_rows()
        return html_table(f"{self.name}: {done}", self.design.columns, rows)

    @property
    def replications(self) -> tuple[int, ...]:
        """Numbers of the replications asked for at each point."""
        return tuple(range(self.manifest["replications"]["asked"]))

    @property
    def uncertain(self) -> bool:
        """Whether its replications draw sets of uncertain inputs."""
        return bool(self.manifest.get("uncertain", False))

    @property
    def factors(self) -> list[str]:
        """Names of the factors."""
        return list(self.manifest["factors"])

    @cached_property
    def points(self) -> pl.DataFrame:
        """One row per design point: number, point (its name), then the factors."""
        return self.design.drop("changes")

    @cached_property
    def design(self) -> pl.DataFrame:
        """The points, and what each changes in the scenario, as JSON.

        Raises
        ------
        ResultsError
            The table is not that of the manifest.
        """
        with reading(self.folder):
            table = scan([self.folder / POINTS]).collect()
        if table.columns != ["number", POINT, *self.factors, "changes"]:
            raise ResultsError(
                Sentence(
                    "{folder} has not the factors of the manifest", folder=self.folder / POINTS
                )
            )
        if not table.height == self.manifest["points"] > 0:
            raise ResultsError(
                Sentence("{folder} has not the points of the manifest", folder=self.folder / POINTS)
            )
        return table

    @property
    def damaged(self) -> tuple[Path, ...]:
        """Damaged files, whose tasks do not count."""
        return self._parts.damaged

    @cached_property
    def tasks(self) -> pl.DataFrame:
        """One row per task of this design that has run; columns as :data:`LEDGER`.

        ``error`` and ``traceback`` say why one failed; ``code`` which program ran it.
        """
        return self.tasks_of(self.points["point"], len(self.replications))

    def tasks_of(self, points: pl.Series, replications: int) -> pl.DataFrame:
        """One row per task that has run of some points, named, and their first replications."""
        wanted = self._found.filter(
            pl.col("replication") < replications, pl.col(POINT).is_in(points.implode())
        )
        return wanted.drop("part", "copies")

    @property
    def failures(self) -> pl.DataFrame:
        """The tasks that failed."""
        return self.tasks.filter(~pl.col("done"))

    @property
    def arithmetics(self) -> dict[str, int]:
        """Number of tasks done on each kind of machine, by how it rounds, the most first."""
        known = self.tasks.filter("done")["arithmetic"].drop_nulls()
        counts = known.value_counts().sort("count", "arithmetic", descending=[True, False])
        return dict(counts.iter_rows())

    @property
    def asked(self) -> int:
        """Tasks of the design; points that are the same scenario share theirs."""
        return self.points["point"].n_unique() * len(self.replications)

    @property
    def finished(self) -> int:
        """Tasks that are done."""
        return int(self.tasks["done"].sum())

    @property
    def kept(self) -> int:
        """Tasks that are kept, of these points or of others."""
        return self._found.height

    @property
    def superseded(self) -> int:
        """Tasks that are kept but belong to other points, or to another program."""
        return self.kept - self.tasks.height

    @property
    def tables(self) -> dict[str, pl.LazyFrame]:
        """Tables by name, the factors of the point first; empty while nothing is done.

        One row per row of the table of a replication; see :class:`sim.results.Results`.
        """
        factors = self.points.select(*self.factors, "point").lazy()
        return {
            name: factors.join(self._rows(files), on="point", suffix="_of_row")
            for name in self.manifest["tables"]
            if (files := self._parts.of(name))
        }

    def rows_of(self, table: str, points: pl.Series) -> pl.LazyFrame:
        """Rows of a table of some points, named, whether of this design or not; each task once."""
        files, done = self._parts.of(table), self._found.filter("done")
        wanted = done.filter(pl.col(POINT).is_in(points.implode())).select(*TASK, "part")
        return with_part(files).join(wanted.lazy(), on=[*TASK, "part"], how="semi").drop("part")

    @property
    def place(self) -> str:
        """Id of the one gate at which all is varied, else ``all``."""
        paths: list[Any] = []
        for factor in self.manifest["sweep"]["factors"].values():
            path = factor.get("path", "")
            paths += path if isinstance(path, list) else [path]
        gates = {path.split(".")[1] if path.startswith("gates.") else "all" for path in paths}
        return gates.pop() if len(gates) == 1 else "all"

    @property
    def summary(self) -> pl.DataFrame:
        """One row per point: number, factors, then measures.

        First the standard ones at :attr:`place`, as ``export_wait_mean`` (of money and air both
        directions together, as ``cost_per_day``), then those that the sweep's ``measures`` and
        the targets ask for, as they are written. A column is the mean over replications in the
        unit of the headline; ``<column>_half_width``, ``_low``, ``_high`` and ``_caution`` are of
        its 95 % interval (:data:`sim.results.estimates.INTERVAL`). Measures that no point has are
        left out, and so are all while nothing is done.
        """
        with reading(self.folder):
            return self._summary()

    def journeys(self, replication: int = 0) -> pl.LazyFrame:
        """Raise ResultsError: a sweep keeps no event logs."""
        raise ResultsError(
            Sentence(
                "{folder} is a sweep, which keeps no journeys, nor those of {replication}",
                folder=self.folder,
                replication=replication,
            )
        )

    def _summary(self) -> pl.DataFrame:
        points = self.points.select("number", *self.factors, "point")
        if "headline" not in self.tables:
            return points.drop("point")
        columns = pl.DataFrame(
            [
                (quantity.measure, *quantity.scope.values(), name)
                for name, quantity in self._columns()
            ],
            schema=["measure", *SCOPES, "column"],
            orient="row",
        )
        rows = self.tables["headline"].filter(pl.col("value").is_not_null())
        keys = ["measure", *SCOPES]
        named = rows.select("point", "replication", *keys, "unit", "value").join(
            columns.lazy(), on=keys
        )
        estimates = summarise_measures(named.collect(), ["point", "column"])
        for name in columns["column"]:
            of_column = estimates.filter(column=name).select(
                "point",
                pl.col("mean").alias(name),
                *(pl.col(field).alias(f"{name}_{field}") for field in INTERVAL),
            )
            if not of_column.is_empty():
                points = points.join(
                    of_column, on="point", how="left", maintain_order="left", validate="m:1"
                )
        return points.drop("point")

    def _columns(self) -> list[tuple[str, Quantity]]:
        """Columns of :attr:`summary`, with what each is of."""
        standard = [
            (
                measure.id if way == ALL else f"{way}_{measure.id}",
                Quantity(measure.id, self.place, way),
            )
            for way in (*DIRECTIONS, ALL)
            for measure in MEASURES.values()
            if measure.standard and (way == ALL) == (measure.mode == "any")
            if way in measure.directions
        ]
        asked = [Quantity(**quantity) for quantity in self.manifest.get("measures", [])]
        return [*standard, *((str(quantity), quantity) for quantity in asked)]

    @cached_property
    def _parts(self) -> Parts:
        return find_parts(self.folder)

    @cached_property
    def _found(self) -> pl.DataFrame:
        with reading(self.folder):
            return read_tasks(self._parts)

    def _rows(self, files: Sequence[Path]) -> pl.LazyFrame:
        """Rows of a table, those of each task once and of this design alone."""
        done = self._found.filter("done")
        if done["copies"].sum() == self.finished:
            return scan(files)
        keys = [*TASK, "part"]
        wanted = done.join(self.tasks, on=TASK, how="semi").select(keys).lazy()
        return with_part(files).join(wanted, on=keys, how="semi").drop("part")
