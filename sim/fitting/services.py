"""Estimate service times by class, and whether they run on past closing."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from sim.arrays import Bools, Floats
from sim.clock import DAY
from sim.fitting.closing import Closing, closing_rule
from sim.fitting.events import CLASSES, Events
from sim.fitting.families import ENOUGH, FittedFamily, fit_family
from sim.fitting.findings import Finding, FittedNumber, Picture, Unknown
from sim.fitting.grouped import by_class, kept_classes
from sim.fitting.likelihood import Sample
from sim.fitting.model import Base
from sim.fitting.owner_holds import inferred_holds
from sim.fitting.partition import Durations, Group, best_partition
from sim.plan import Stage
from sim.queues import Calendar

__all__ = ["service_findings"]

_MANY = 100
"""Durations from which they can stand for themselves where no family is near."""

_HELD = "from leaving the stage before until the next, with a server free, took the vehicle"

_EARLY = 0.2
"""Share of services that begin while the calendar is shut from which its hours are doubted."""


@dataclass(frozen=True, eq=False)
class _Served:
    """Services at one stage: minutes of each, and whether it had not ended."""

    minutes: Floats
    unfinished: Bools
    classes: Mapping[str, pl.Series]
    grid: Floats
    expected: pl.DataFrame

    def sample(self, chosen: Bools) -> Sample:
        """Return the services of some vehicles."""
        return Sample.of(self.minutes[chosen], self.unfinished[chosen], self.grid[chosen])

    def before(self, chosen: Bools) -> dict[str, float | None]:
        """Return mean and cv that the scenario says of some services; no percentile."""
        expected = self.expected.filter(chosen).drop_nulls().drop_nans()
        if not expected.height:
            return {"mean": None, "cv": None, "p95": None}
        mean = float(expected["mean"].to_numpy().mean())
        variance = max(float(expected["square"].to_numpy().mean()) - mean**2, 0.0)
        return {"mean": mean, "cv": variance**0.5 / mean if mean else 0.0, "p95": None}

    def of_group(self, kind: str, group: Sequence[str]) -> Bools:
        """Return which services are of a group of classes."""
        return self.classes[kind].is_in(list(group)).fill_null(False).to_numpy()


def service_findings(events: Events, base: Base, draws: int, seed: int) -> list[Finding | Unknown]:
    """Return the service time of each stage that was seen, and its rule at closing."""
    findings: list[Finding | Unknown] = []
    by_stage = events.frame.filter(pl.col("start").is_not_null()).partition_by(
        "stage", as_dict=True
    )
    for name, stage in base.stages.items():
        rows = by_stage.get((name,))
        if rows is not None:
            findings += _stage(stage, rows, events, base, draws, seed)
    return [*findings, *_hold_findings(events, base, draws, seed)]


def _hold_findings(
    events: Events, base: Base, draws: int, seed: int
) -> Iterator[Finding | Unknown]:
    """Yield how long owners hold vehicles where that is told from the stages on both sides."""
    holds, unknown = inferred_holds(events, base)
    for (name,), rows in holds.partition_by("stage", as_dict=True).items():
        for finding in _stage(base.stages[str(name)], rows, events, base, draws, seed):
            if isinstance(finding, Finding) and finding.kind == "service":
                note = f"{_HELD}; {finding.note}"
                yield replace(finding, note=note, doubt=("held", {"n": rows.height}))
    yield from unknown


def _stage(
    stage: Stage, rows: pl.DataFrame, events: Events, base: Base, draws: int, seed: int
) -> list[Finding | Unknown]:
    """Return what one stage's services tell."""
    path = base.path_of(stage.id, "service")
    calendar = base.calendar(stage)
    rows = rows.filter(pl.col("finish").is_not_null() | _still_there(events))
    ended = rows.filter(pl.col("finish").is_not_null())
    start, finish = ended["start"].to_numpy(), ended["finish"].to_numpy()
    grid = rows["grid"].fill_null(0.0).to_numpy()
    closing = closing_rule(start, finish, calendar, float(grid.max(initial=0.0)))
    own = "resume" if stage.resume else "finish"
    served = _served(rows, closing.rule or own, calendar, events, base, stage)
    count = int((~served.unfinished).sum())
    if count < ENOUGH:
        return [Unknown("service", path, "few", {"n": count, "least": ENOUGH})]
    findings: list[Finding | Unknown] = [_service(path, served, base, draws, seed, closing)]
    if closing.past:
        findings.append(_rule(stage, closing, base))
    return findings


def _still_there(events: Events) -> pl.Expr:
    """Whether a service without an end was under way when the observation ended.

    In a survey a missing stamp is more likely: only who was seen last on the last day counts.
    """
    if events.simulated:
        return pl.lit(True)
    return pl.col("start").ge(events.end - DAY) & pl.col("last_seen").le(pl.col("start"))


def _served(
    rows: pl.DataFrame, rule: str, calendar: Calendar, events: Events, base: Base, stage: Stage
) -> _Served:
    """Measure services on the clock of a rule, for each wagon, tonne or passenger served."""
    unfinished = rows["finish"].is_null().to_numpy()
    start = rows["start"].to_numpy()
    finish = rows["finish"].fill_null(events.end).to_numpy()
    spans = calendar.open_time(start, finish) if rule == "resume" else finish - start
    units = base.units(stage.id)
    if set(units.values()) != {1.0}:
        by_flow = rows["like"].replace_strict(units, default=1.0, return_dtype=pl.Float64)
        spans = spans / by_flow.fill_null(1.0).to_numpy()
    classes = {kind: rows[kind] for kind in CLASSES if rows[kind].null_count() < len(rows)}
    expected = base.expected(stage.id, rows)
    grid = rows["grid"].fill_null(0.0).to_numpy()
    return _Served(np.maximum(spans, 0.0), unfinished, classes, grid, expected)


def _service(
    path: tuple[str, ...], served: _Served, base: Base, draws: int, seed: int, closing: Closing
) -> Finding:
    """Fit one distribution, or one for each group of classes."""
    before = base.written(path)
    mixed = frozenset(before) if isinstance(before, dict) else frozenset()
    kind, groups = _groups(served, base.kind_of(mixed))
    kept = kept_classes(before, kind, groups, base)
    fits: dict[str, FittedFamily] = {}
    numbers: list[FittedNumber] = []
    for group in groups or [()]:
        chosen = served.of_group(kind, group) if kind else np.ones(len(served.minutes), np.bool_)
        name = ", ".join(group) or "all"
        own = zlib.crc32(f"{seed} {'.'.join(path)} {name}".encode())
        fits[name] = fit_family(served.sample(chosen), draws, own)
        numbers += _numbers(name, fits[name], served.before(chosen))
    files, texts = _written(path, fits)
    notes = [*(_note(name, fit) for name, fit in fits.items()), *(f"{k} as before" for k in kept)]
    return Finding(
        "service",
        path,
        by_class(kind, groups, texts, kept),
        before,
        tuple(numbers),
        "; ".join(notes),
        sum(fit.sample.n for fit in fits.values()),
        fits,
        tuple(by_class(kind, groups, drawn, kept) for drawn in _draws(texts, fits, draws)),
        pictures=tuple(
            Picture("service", {"group": group, "fit": fit}) for group, fit in fits.items()
        ),
        doubt=_doubt(fits, closing, files),
        files=files,
    )


def _numbers(
    group: str, fit: FittedFamily, before: Mapping[str, float | None]
) -> Iterator[FittedNumber]:
    """Yield mean, coefficient of variation and 95th percentile of a group's services."""
    for measure, unit in (("mean", "min"), ("cv", ""), ("p95", "min")):
        interval = getattr(fit, measure)
        yield FittedNumber(measure, group, interval, unit, fit.sample.n, before[measure])


def _draws(
    texts: Sequence[str], fits: Mapping[str, FittedFamily], draws: int
) -> Iterator[list[str]]:
    """Yield draws of all groups' distributions, as written; durations in a file stay."""
    for row in range(draws):
        yield [
            text if text.startswith("empirical") else fit.draws[row].text
            for text, fit in zip(texts, fits.values(), strict=True)
        ]


def _groups(served: _Served, preferred: str | None) -> tuple[str | None, list[Group]]:
    """Return by which class service times differ, and the groups of it."""
    ended = ~served.unfinished
    stats: dict[str, dict[str, Durations]] = {}
    for kind, column in served.classes.items():
        stats[kind] = {
            str(name): Durations.of(
                served.minutes[(column == name).fill_null(False).to_numpy() & ended],
                float(served.grid.max(initial=0.0)),
            )
            for name in sorted(column.drop_nulls().unique())
        }
        stats[kind] = {name: sample for name, sample in stats[kind].items() if sample.n}
    return best_partition(stats, Durations.__add__, ENOUGH, preferred)


def _note(group: str, fit: FittedFamily) -> str:
    mean = fit.mean
    interval = f"{mean.value:.4g} ({mean.low:.4g}–{mean.high:.4g})"
    text = f"{fit.family}, mean {interval} min, n {fit.sample.n}"
    return text if group == "all" else f"{group}: {text}"


def _written(
    path: tuple[str, ...], fits: Mapping[str, FittedFamily]
) -> tuple[dict[str, str], list[str]]:
    """Return data files, and each distribution as it is written.

    Where no family is near and there are enough durations, these stand in a file.
    """
    files: dict[str, str] = {}
    texts: list[str] = []
    for group, fit in fits.items():
        if fit.is_near or fit.sample.rounding or len(fit.sample.seen) < _MANY:
            texts.append(fit.distribution.text)
            continue
        name = re.sub(r"[^a-z0-9]+", "-", f"{path[1]}-{path[5]}-{group}.csv"[:-4]) + ".csv"
        rows = (f"{minutes:.4f}" for minutes in fit.sample.seen.tolist())
        files[name] = "\n".join(["minutes", *rows]) + "\n"
        texts.append(f"empirical({name})")
    return files, texts


def _doubt(
    fits: Mapping[str, FittedFamily], closing: Closing, files: Mapping[str, str]
) -> tuple[str, Mapping[str, object]] | None:
    """Return what to mind about a service time, the gravest first."""
    if closing.early > _EARLY:
        return "hours", {"share": closing.early}
    if any(fit.sample.is_coarse for fit in fits.values()):
        return "coarse", {"grid": max(fit.sample.rounding for fit in fits.values())}
    far = [fit for fit in fits.values() if not fit.is_near]
    if far and files:
        facts = {"distance": max(fit.distance for fit in far), "file": ", ".join(files)}
        return "empirical", facts
    if far:
        return "family", {"distance": max(fit.distance for fit in far)}
    return None


def _rule(stage: Stage, closing: Closing, base: Base) -> Finding | Unknown:
    """Return the rule at closing, where enough services passed one."""
    path = base.path_of(stage.id, "at_close")
    facts = {"n": closing.past, "shut": closing.shut}
    if closing.rule is None:
        return Unknown("at_close", path, "closing", facts)
    note = f"{closing.past} services passed a closing, {closing.shut} ended before reopening"
    before = "resume" if stage.resume else "finish"
    return Finding("at_close", path, closing.rule, before, (), note, closing.past)
