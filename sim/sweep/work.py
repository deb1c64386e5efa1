"""Run a block of tasks in a worker: simulate, measure and store."""

from __future__ import annotations

import hashlib
import re
import time
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl

from sim.arguments import checked_arguments
from sim.catalogue import Quantity
from sim.engines import choose, expect
from sim.errors import ResultsError, RunError
from sim.parameter_sets import ParameterSets
from sim.plan import Plan, build_plan
from sim.plan.memory import refuse_beyond_memory
from sim.results.folder import Folder, plain_name
from sim.results.parts import KEPT
from sim.results.provenance import arithmetic_digest, model_digest
from sim.results.sweeps import INPUTS, LEDGER, POINT
from sim.runs import replicate
from sim.runs.replications import Replicated, Simulated
from sim.scenario import Place, Scenario, Variant, Variants
from sim.scenario.derive.named_quantities import asked_of, names_in
from sim.scenario.source.textfile import DATA, SCENARIO, read_text
from sim.sentences import Sentence
from sim.sweep.blocks import Piece, TaskBlock
from sim.sweep.store import block_ledger, write_block

__all__ = [
    "KEPT",
    "BlockDone",
    "Job",
    "data_copies",
    "input_name",
    "input_variants",
    "inputs_digest",
    "kept_quantities",
    "record_failure",
    "run_block",
]

_INPUT = re.compile(r"([0-9]{1,3})-([0-9a-f]{8})-(.+)\.yaml")
_DATA = re.compile(r"([0-9]{1,3}-[0-9a-f]{8})-([0-9a-f]{16})\.csv")


@dataclass(frozen=True)
class BlockDone:
    """Report of a worker on a block; its rows are on the disk."""

    tasks: int
    failed: int
    seconds: float


@dataclass(frozen=True)
class Job:
    """Folder of a sweep's blocks, and the hashes of their inputs and program.

    ``inputs`` is the hash of the scenario files, ``code`` that of the program; ``asked`` are
    quantities to keep beside the standard ones and those of targets, as they are written.
    """

    folder: Path
    inputs: str
    code: str
    asked: tuple[str, ...] = ()


def run_block(job: Job, block: TaskBlock, expected: int = 1) -> BlockDone:
    """Run the tasks of a block and store them; one that fails is a record and stops no other.

    ``expected`` replications are to be run by this process, of this block and others.

    Raises
    ------
    ResultsError
        The folder cannot be read or written.
    RunError
        This is another version of the program than the driver's.
    """
    if job.code != model_digest():
        raise RunError(
            Sentence(
                "a worker runs another version of langson, NumPy or SciPy than the driver; install "
                "the same on all machines"
            ),
            0,
        )
    began = time.perf_counter()
    stored = block_ledger(job.folder, block.name)
    if stored is None:  # else its doer was lost after it had been done
        tables: dict[str, list[pl.DataFrame]] = {name: [] for name in KEPT}
        ledgers = [_run_piece(job, piece, tables, expected) for piece in block.pieces]
        stored = pl.concat(ledgers)
        whole = {name: pl.concat(rows) for name, rows in tables.items() if rows}
        write_block(job.folder, block.name, whole, stored)
    failed = block.tasks - int(stored["done"].sum())
    return BlockDone(block.tasks, failed, time.perf_counter() - began)


def record_failure(job: Job, block: TaskBlock, error: Exception) -> BlockDone:
    """Store that no task of a block could be run, as its process did not live to say."""
    ledgers = [_failed(piece, piece.replications, error) for piece in block.pieces]
    write_block(job.folder, block.name, {}, pl.concat(ledgers))
    return BlockDone(block.tasks, block.tasks, 0.0)


@lru_cache(maxsize=2)
def _variants(job: Job) -> Variants:
    """Read the sweep's own copies of the scenario files, once per process."""
    return input_variants(job.folder, job.inputs)


@lru_cache(maxsize=4)
def _point(job: Job, point: str, variant: Variant) -> tuple[Scenario, Plan]:  # noqa: ARG001
    """Load a point and build its plan; its replications often come to a process in a row."""
    scenario = _variants(job).scenario(variant)
    return scenario, build_plan(scenario)


@checked_arguments
def input_variants(folder: Path, inputs: str, name: str | None = None) -> Variants:
    """Read a sweep's own copies of its scenario files and of their data.

    ``name`` is what the scenario is called, by default as the copy of its file.

    Raises
    ------
    ResultsError
        They are missing, or are not what they were.
    """
    inside, below = Folder(folder), (INPUTS, inputs[:12])
    names: dict[int, str] = {}
    data: dict[str, str] = {}
    for entry in inside.entries(*below):
        match, of_data = _INPUT.fullmatch(entry), _DATA.fullmatch(entry)
        if match and inside.checksum(*below, entry).startswith(match[2]):
            names.setdefault(int(match[1]), entry)
        elif of_data and inside.checksum(*below, entry).startswith(of_data[2]):
            data[of_data[1]] = entry
    ordered = [names[number] for number in sorted(names)]
    texts = [inside.read(*below, name, limit=SCENARIO.most_bytes) for name in ordered]
    texts += [inside.read(*below, data[key], limit=DATA.most_bytes) for key in sorted(data)]
    where = inside.path(*below)
    if inputs_digest(texts) != inputs:
        raise ResultsError(
            Sentence("{where} is not what it was; start the sweep again from its file", where=where)
        )
    finders = [_Copies(where, number, tuple(data.values())) for number in range(len(ordered))]
    return Variants.of_files([where / file for file in ordered], finders, name or ordered[-1])


@dataclass(frozen=True)
class _Copies:
    """Finds the sweep's own copies of the data files that a scenario file names."""

    folder: Path
    number: int
    entries: tuple[str, ...]

    def __call__(self, name: str, pin: str, place: Place) -> tuple[str, str]:  # noqa: ARG002
        start = _of_data(self.number, name)
        entry = next((entry for entry in self.entries if entry.startswith(start)), start)
        return read_text(str(self.folder / entry), DATA, place)


def data_copies(variants: Variants) -> dict[str, bytes]:
    """Return names and contents of the sweep's own copies of data files, in order."""
    copies = {
        f"{_of_data(number, name)}{file.sha256[:16]}.csv": file.text.encode()
        for number, find in enumerate(variants.finders)
        for (by, name), file in variants.data.by_name.items()
        if by == find and file is not None
    }
    return dict(sorted(copies.items()))


def _of_data(number: int, name: str) -> str:
    """Return how the copy's name begins of a data file that a scenario file names."""
    return f"{number}-{hashlib.sha256(name.encode()).hexdigest()[:8]}-"


def input_name(number: int, file: Path, text: bytes) -> str:
    """Name of the sweep's own copy of a scenario file, which holds the file's checksum."""
    copied = _INPUT.fullmatch(file.name)
    stem = copied[3] if copied else plain_name(file.stem)[:60]
    return f"{number}-{hashlib.sha256(text).hexdigest()[:8]}-{stem}.yaml"


def kept_quantities(scenario: Scenario, asked_for: Sequence[str]) -> list[Quantity]:
    """Quantities that a sweep stores beside the standard measures: asked for, and of targets."""
    model = scenario.model
    asked = [*map(Quantity.parse, asked_for), *asked_of(model)]
    known = names_in(model)
    return list(dict.fromkeys(quantity.resolved(known) for quantity in asked))


def inputs_digest(texts: Iterable[bytes]) -> str:
    """SHA-256 over the contents of scenario files and of their data, in order."""
    parts = (hashlib.sha256(text).digest() for text in texts)
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _run_piece(
    job: Job, piece: Piece, tables: Mapping[str, list[pl.DataFrame]], expected: int
) -> pl.DataFrame:
    """Run the replications of one point; add to the tables and return the ledger."""
    try:
        scenario, plan = _point(job, piece.point, piece.variant)
        refuse_beyond_memory(scenario, plan, 1, 0)
        engine = choose("auto")
        expect(plan, expected)
        groups = list(ParameterSets(scenario, plan).groups(piece.replications))
        asked = tuple(kept_quantities(scenario, job.asked))
    except Exception as error:  # noqa: BLE001 -- a record, whatever went wrong
        return _failed(piece, piece.replications, error)
    done: list[Replicated] = []
    failed: list[pl.DataFrame] = []
    for own, numbers in groups:
        simulated = Simulated(own, engine, numbers)
        for number in numbers:
            try:
                done.append(replicate(simulated, number, journeys="none", tables=KEPT, asked=asked))
            except Exception as error:  # noqa: BLE001 -- a record, whatever went wrong
                failed.append(_failed(piece, (number,), error))
    if done:
        for name, rows in tables.items():
            rows.append(_stacked(piece.point, done, name))
    return pl.concat([_succeeded(piece, done, engine, plan.seed), *failed])


def _stacked(point: str, done: Sequence[Replicated], name: str) -> pl.DataFrame:
    """Put one table of several replications together, with point and replication in front."""
    frames = [outcome.tables[name] for outcome in done]
    numbers = np.repeat(
        [outcome.replication for outcome in done], [frame.height for frame in frames]
    )
    replications = pl.Series("replication", numbers, dtype=pl.Int32)
    return pl.concat(frames).select(pl.lit(point).alias(POINT), replications, pl.all())


def _succeeded(piece: Piece, done: Sequence[Replicated], engine: str, seed: int) -> pl.DataFrame:
    size = len(done)
    return _ledger(
        {
            POINT: [piece.point] * size,
            "replication": [outcome.replication for outcome in done],
            "done": [True] * size,
            "seconds": [sum(outcome.timings.values()) for outcome in done],
            "engine": [engine] * size,
            "seed": [str(seed)] * size,
        },
        size,
    )


def _failed(piece: Piece, numbers: Sequence[int], error: Exception) -> pl.DataFrame:
    size = len(numbers)
    return _ledger(
        {
            POINT: [piece.point] * size,
            "replication": list(numbers),
            "done": [False] * size,
            "error": [f"{type(error).__name__}: {error}"] * size,
            "traceback": ["".join(traceback.format_exception(error))] * size,
        },
        size,
    )


def _ledger(columns: Mapping[str, Sequence[object]], size: int) -> pl.DataFrame:
    """One row per task, with the same columns whatever is known of it."""
    known = {
        "code": [model_digest()] * size,
        "arithmetic": [arithmetic_digest()] * size,
        **columns,
    }
    return pl.DataFrame({name: known.get(name, [None] * size) for name in LEDGER}, schema=LEDGER)
