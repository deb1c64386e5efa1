"""Check arrivals that were recorded: columns, timestamps, and whether the run has their days."""

from __future__ import annotations

import datetime as dt

import numpy as np

from sim.scenario.check.context import Context
from sim.scenario.derive.recorded_arrivals import recorded_moments
from sim.scenario.schema.flows import ArrivalsBlock
from sim.scenario.source.diagnostics import did_you_mean
from sim.scenario.source.tree import Path
from sim.sentences import NOTHING, Sentence

__all__ = ["check_recorded"]


def check_recorded(context: Context, path: Path, block: ArrivalsBlock) -> None:
    """Record columns that are not there, what is no timestamp, and arrivals outside the run."""
    table = block.file
    if not table.rows:
        return  # the file has a mistake, which is recorded
    missing = [name for name in (block.time, *block.where) if name not in table.columns]
    for name in missing:
        at = (*path, "time") if name == block.time else (*path, "where", name)
        message = Sentence("'{file}' has no column '{name}'", file=table.file.name, name=name)
        hint = did_you_mean(name, [column for column in table.columns if column])
        context.error("unknown-column", at, message, hint)
    if missing:
        return
    moments, mistakes = recorded_moments(block)
    for line, reason in mistakes:
        hint = Sentence("write e.g. 2025-07-07 06:31, Vietnam time")
        context.problems.add("not-a-moment", table.file.place(line), reason, hint)
    if mistakes:
        return
    if not len(moments):
        which = ", ".join(f"{name} '{text}'" for name, text in block.where.items())
        known = sorted({text for name in block.where for _, text in table.cells(name)})
        message = (
            Sentence("no row of '{file}' has {which}", file=table.file.name, which=which)
            if which
            else Sentence("no row has a time")
        )
        context.error("no-rows", path, message, did_you_mean("", known) if known else NOTHING)
        return
    _outside(context, path, block)


def _outside(context: Context, path: Path, block: ArrivalsBlock) -> None:
    """Warn of arrivals before or after the run."""
    moments, _ = recorded_moments(block)
    run = context.model.run
    start = dt.datetime.combine(run.start, dt.time())
    end = start + dt.timedelta(minutes=run.horizon)
    inside = np.searchsorted(moments, np.array([start, end], dtype="datetime64[us]"))
    outside = len(moments) - int(inside[1] - inside[0])
    if outside:
        first, last = (str(moment)[:16].replace("T", " ") for moment in (moments[0], moments[-1]))
        message = Sentence(
            "{outside:,} of {count:,} arrivals lie outside the run, {start:%Y-%m-%d %H:%M} to "
            "{end:%Y-%m-%d %H:%M}, and are left out; they are from {first} to {last}",
            outside=outside,
            count=len(moments),
            start=start,
            end=end,
            first=first,
            last=last,
        )
        hint = Sentence("set run.start, run.warm_up and run.days to the days of the file")
        context.warn("outside-run", (*path, "file"), message, hint)
