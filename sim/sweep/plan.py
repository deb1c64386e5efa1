"""Plan of a sweep: its tasks, from a scenario file or its folder, and those missing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sim.arguments import checked_arguments
from sim.errors import LangsonError, ResultsError
from sim.memory import available_memory
from sim.plan import build_plan, estimate_memory
from sim.results import FORMAT, SweepResults, open_results
from sim.results.folder import Folder, plain_name, reading
from sim.results.manifest import MANIFEST, Strict, SweepManifest, read_manifest, validated
from sim.results.parts import BLOCKS, KEPT, MERGED, TASKS, find_parts
from sim.results.provenance import code_digest, machine, model_digest, package_versions
from sim.results.sweeps import INPUTS, POINT, POINTS, SUMMARY, read_tasks
from sim.scenario import Variant, Variants
from sim.scenario.schema.sweep import Value
from sim.sentences import Sentence
from sim.sweep.blocks import Piece
from sim.sweep.design import Point, expand, named
from sim.sweep.store import put, put_json, put_table
from sim.sweep.work import (
    Job,
    data_copies,
    input_name,
    input_variants,
    inputs_digest,
    kept_quantities,
)
from sim.version import __version__

__all__ = ["SLURM", "Sweep", "job_of", "lacking", "plan_sweep", "refuse_others", "reopen"]

#: Folder of what a sweep submits to Slurm.
SLURM = "slurm"


@dataclass(frozen=True)
class Sweep:
    """A sweep: its folder and its tasks, each point times each replication.

    Attributes
    ----------
    variants, texts:
        The scenario files, and what stands in each of them.
    design:
        How the points came about, as in the section ``sweep``: ``design`` and ``factors``.
    command:
        What the user typed.
    kind:
        ``sweep``, or ``optimisation`` where an optimiser asks for points as it goes.
    """

    folder: Path
    points: Sequence[Point]
    replications: int
    job: Job
    variants: Variants
    texts: Sequence[bytes]
    design: Mapping[str, Any]
    command: Sequence[str] = ()
    kind: str = "sweep"

    @property
    def tasks(self) -> int:
        """Number of tasks; points that are the same scenario share theirs."""
        return len(self._distinct()) * self.replications

    def _distinct(self) -> dict[str, Point]:
        return {point.name: point for point in self.points}

    def processes_that_fit(self) -> int | None:
        """Return how many processes the memory here has room for, at least 1; None if unknown.

        Asked are the points with the least and the greatest level of each factor. A task that
        does not fit at all is refused where it runs.
        """
        free, needed = available_memory(), 0
        if free is None:
            return None
        for number in self._extremes():
            with suppress(LangsonError):  # which its own tasks will tell
                plan = build_plan(self.variants.scenario(self.points[number].variant))
                needed = max(needed, estimate_memory(plan).replication)
        return max(1, free // needed) if needed else None

    def _extremes(self) -> list[int]:
        """Numbers of the points at the ends of each factor."""
        ends = {0}
        for name in self.points[0].levels:
            levels = [point.levels[name] for point in self.points]
            if any(isinstance(level, str) for level in levels):
                ends.update(levels.index(level) for level in dict.fromkeys(levels))
            else:
                ends.update((levels.index(min(levels)), levels.index(max(levels))))
        return sorted(ends)

    def missing(self, *, retry: bool, shard: tuple[int, int] = (1, 1)) -> list[Piece]:
        """Return the tasks not run yet; with ``retry`` also those that failed.

        ``shard`` ``(i, n)`` keeps the ``i``-th of ``n`` equal parts of all tasks.
        """
        first, last = self._bounds(shard)
        wanted = []
        for index, point in enumerate(self._distinct().values()):
            begin = index * self.replications
            numbers = range(max(first - begin, 0), min(last - begin, self.replications))
            wanted.append((point, numbers))
        return lacking(self.folder, wanted, retry=retry)

    def shard_size(self, shard: tuple[int, int]) -> int:
        """Number of tasks of one of ``n`` equal parts."""
        first, last = self._bounds(shard)
        return last - first

    def _bounds(self, shard: tuple[int, int]) -> tuple[int, int]:
        part, parts = shard
        return self.tasks * (part - 1) // parts, self.tasks * part // parts

    def write_plan(self) -> None:
        """Write the plan: copies of the input files, the points and, last, the manifest.

        Hold the folder's lock.

        Raises
        ------
        WriteError
            The folder cannot be written.
        """
        for number, (root, text) in enumerate(zip(self.variants.files, self.texts, strict=True)):
            names = INPUTS, self.job.inputs[:12], input_name(number, Path(root.place.file), text)
            if not Folder(self.folder).is_file(*names):
                put(self.folder, text, *names)
        for name, text in data_copies(self.variants).items():
            put(self.folder, text, INPUTS, self.job.inputs[:12], name)
        checksum = put_table(self.folder, _points_table(self.points), POINTS)
        put_json(self.folder, self._manifest({POINTS: checksum}), MANIFEST)

    def _manifest(self, checksums: Mapping[str, str]) -> dict[str, Any]:
        scenario = self.variants.base
        return {
            "format": FORMAT,
            "kind": self.kind,
            "langson": __version__,
            "code": code_digest(),
            "model": self.job.code,
            "scenario": {
                "name": plain_name(scenario.name),
                "title": scenario.model.title.model_dump(),
                "hash": scenario.hash,
            },
            "gates": {name: gate.title.model_dump() for name, gate in scenario.model.gates.items()},
            "inputs": self.job.inputs,
            "uncertain": bool(scenario.model.inputs),
            "sweep": dict(self.design),
            "factors": list(self.design["factors"]),
            "points": len(self.points),
            "replications": {"asked": self.replications},
            "seed": scenario.model.run.seed,
            "measures": [
                {"measure": quantity.measure, **quantity.scope}
                for quantity in kept_quantities(scenario, self.job.asked)
            ],
            "tables": list(KEPT),
            "checksums": checksums,
            "command": list(self.command),
            "written": dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"),
            "machine": machine(),
            "packages": package_versions(),
        }

    def results(self) -> SweepResults:
        """Open the folder."""
        results = open_results(self.folder)
        assert isinstance(results, SweepResults)
        return results


def lacking(
    folder: Path, wanted: Iterable[tuple[Point, range]], *, retry: bool = False
) -> list[Piece]:
    """Return those of some replications of points that a folder lacks; ``retry`` as a lack."""
    with reading(folder):
        ran = read_tasks(find_parts(folder))
        kept = ran.filter("done") if retry else ran
        have: dict[str, set[int]] = {
            str(name): set(numbers)
            for name, numbers in kept.group_by(POINT).agg("replication").iter_rows()
        }
    pieces = []
    for point, numbers in wanted:
        missing = tuple(n for n in numbers if n not in have.get(point.name, ()))
        if missing:
            pieces.append(Piece(point.name, point.variant, missing))
    return pieces


@checked_arguments
def plan_sweep(
    file: Path,
    folder: Path,
    command: Sequence[str] = (),
    settings: Mapping[str, Value] | None = None,
) -> Sweep:
    """Read a scenario file whose sweep is to fill a folder; nothing is written yet.

    Results that are there are used again wherever point and replication are the same.
    ``settings`` are values of all points, as after ``--set``.

    Raises
    ------
    ScenarioError
        The file cannot be used.
    ResultsError
        The folder holds something else.
    """
    variants = Variants.of(file)
    points = expand(variants, settings)
    refuse_others(folder)
    return _planned(variants, points, folder, command)


@checked_arguments
def reopen(folder: Path, command: Sequence[str] = ()) -> Sweep:
    """Read a sweep's folder to go on with it, from its own copies of the files.

    Raises
    ------
    ResultsError
        It is not a sweep's folder.
    """
    results = open_results(folder)
    if not isinstance(results, SweepResults) or results.manifest["kind"] != "sweep":
        raise ResultsError(Sentence("{folder} holds no sweep", folder=folder))
    variants = input_variants(folder, results.manifest["inputs"], results.name)
    points = []
    with reading(folder):
        for row in results.design.iter_rows(named=True):
            variant = _variant(str(row["changes"]), folder / POINTS)
            points.append(named(variants, {name: row[name] for name in results.factors}, variant))
        return _planned(variants, points, folder, command)


def _planned(
    variants: Variants, points: Sequence[Point], folder: Path, command: Sequence[str]
) -> Sweep:
    assert variants.sweep is not None
    job, texts = job_of(variants, folder, variants.sweep.measures)
    replications = variants.sweep.replications or variants.base.model.run.replications
    design = variants.base.sections["sweep"].plain()
    return Sweep(folder, points, replications, job, variants, texts, design, command)


def job_of(
    variants: Variants, folder: Path, asked: Sequence[str] = ()
) -> tuple[Job, Sequence[bytes]]:
    """Return the job of the variants of some files, and the contents of the files."""
    texts = [Path(root.place.file).read_bytes() for root in variants.files]
    data = data_copies(variants).values()
    return Job(folder, inputs_digest([*texts, *data]), model_digest(), tuple(asked)), texts


_OURS = frozenset((BLOCKS, INPUTS, MERGED, POINTS, SUMMARY, TASKS, SLURM, *KEPT))


def refuse_others(folder: Path, kind: str = "sweep", further: Collection[str] = ()) -> None:
    """Leave alone a folder in which there is something else; one half made is ours.

    ``further`` are names of files that are no part of a sweep but of this kind.

    Raises
    ------
    ResultsError
        It holds results of another kind, or anything else.
    """
    if (folder / MANIFEST).exists():
        manifest = read_manifest(Folder(folder))[0]
        if not isinstance(manifest, SweepManifest) or manifest.kind != kind:
            raise ResultsError(
                Sentence("{folder} holds other results; give another --out", folder=folder)
            )
    elif folder.is_dir():
        others = {path.name for path in folder.iterdir()} - _OURS - {*further}
        if any(not name.startswith(".") for name in others):
            raise ResultsError(
                Sentence(
                    "{folder} is not empty and holds no {kind}; give another --out",
                    folder=folder,
                    kind=kind,
                )
            )


class _Changes(Strict):
    values: dict[str, bool | int | float | str]
    without: list[str]


def _variant(text: str, path: Path) -> Variant:
    changes = validated(_Changes, text.encode(), path)
    return Variant(changes.values, frozenset(changes.without))


def _points_table(points: Sequence[Point]) -> pl.DataFrame:
    """One row per point: number, point, the factors, and what it changes as JSON."""
    changes = [
        json.dumps(
            {"values": dict(point.variant.values), "without": sorted(point.variant.without)},
            ensure_ascii=False,
        )
        for point in points
    ]
    return pl.DataFrame(
        {
            "number": list(range(len(points))),
            POINT: [point.name for point in points],
            **{name: _column([p.levels[name] for p in points]) for name in points[0].levels},
            "changes": changes,
        }
    )


def _column(levels: Sequence[Value]) -> pl.Series:
    """Levels as true and false, whole numbers, numbers, or text."""
    kinds = {type(level) for level in levels}
    if kinds in ({bool}, {int}):
        return pl.Series(levels)
    if kinds <= {int, float}:
        return pl.Series([float(level) for level in levels])
    return pl.Series([str(level) for level in levels])
