"""From survey sheets to the event table: read, mapped, cleaned."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from sim.clock import DAY
from sim.fitting.cleaning import clean
from sim.fitting.counts import Count, read_counts
from sim.fitting.events import COLUMNS, Events, Source
from sim.fitting.exposure import exposure_of_counts, exposure_of_stamps
from sim.fitting.mapping import Map, SheetMap, guess
from sim.fitting.records import Visit, read_visits
from sim.fitting.sheets import Sheet, read_sheet
from sim.messages import unaccented
from sim.scenario import Place, Scenario
from sim.scenario.source.diagnostics import Problems
from sim.sentences import Sentence

__all__ = ["read_surveys"]

_MOST_DAYS = 3600
"""Days that sheets may cover; a scenario may have a few more."""


def read_surveys(
    paths: Sequence[Path],
    scenario: Scenario,
    problems: Problems,
    sampled: float,
    known: Map | None = None,
    gate: str = "",
) -> tuple[Events | None, Map]:
    """Read sheets by a map, or by a guess where it has none.

    Returns
    -------
    The event table, None where no sheet gives one, and the map that was used; what is wrong is in
    ``problems``.
    """
    maps: dict[str, SheetMap] = {}
    visits: list[Visit] = []
    counts: list[Count] = []
    sources: list[Source] = []
    for path in paths:
        sheet = read_sheet(path, problems)
        name = Path(sheet.file).name
        how = known.sheets[name] if known and name in known.sheets else guess(sheet, scenario, gate)
        maps[name] = how
        if not _usable(sheet, how, problems):
            continue
        if how.layout == "counts":
            counts += read_counts(sheet, how, scenario, problems)
        else:
            own = read_visits(sheet, how, scenario, problems)
            own = clean(own, sheet, problems, wide=how.layout == "wide")
            _note_order(own, sheet, scenario, problems)
            visits += _queued(own, scenario)
        sources.append(Source(_id(path), f"Survey sheet {name}", len(sheet.rows)))
    if not visits and not counts:
        return None, Map(maps)
    _check_period(visits, counts, paths, problems)
    return _events(visits, counts, sources, sampled), Map(maps)


def _check_period(
    visits: Sequence[Visit], counts: Sequence[Count], paths: Sequence[Path], problems: Problems
) -> None:
    """Note a period that is longer than a scenario may be."""
    moments = [min(visit.times.values()) for visit in visits]
    moments += [count.start for count in counts]
    first, last = (dt.date.fromordinal(int(end // DAY)) for end in (min(moments), max(moments)))
    if (last - first).days > _MOST_DAYS:
        message = Sentence(
            "the times go from {first} to {last}, more than {most_days} days",
            first=first,
            last=last,
            most_days=_MOST_DAYS,
        )
        hint = Sentence("correct the years, or fit the sheets one after another")
        problems.add("long-period", Place(str(paths[0]), 1, 1), message, hint)


def _queued(visits: Sequence[Visit], scenario: Scenario) -> Sequence[Visit]:
    """Let a vehicle join a queue when it leaves the stage before, if the sheet has all between."""
    stages = {visit.stage for visit in visits}
    last: dict[str, Visit] = {}
    for visit in sorted(visits, key=lambda visit: min(visit.times.values())):
        before = last.get(visit.vehicle)
        last[visit.vehicle] = visit
        if before is None or "arrive" in visit.times or "end" not in before.times:
            continue
        between = _between(before.stage, visit.stage, visit.classes.get("direction"), scenario)
        if between is not None and stages.issuperset(between):
            end, start = before.times["end"], visit.times.get("start")
            if start is None or end <= start:
                visit.times["arrive"] = end
    return visits


def _note_order(
    visits: Sequence[Visit], sheet: Sheet, scenario: Scenario, problems: Problems
) -> None:
    """Note vehicles that were served at a stage before one that comes first on their path."""
    by_vehicle: dict[str, list[Visit]] = {}
    for visit in visits:
        if "start" in visit.times:
            by_vehicle.setdefault(visit.vehicle, []).append(visit)
    for several in by_vehicle.values():
        several.sort(key=lambda visit: visit.times["start"])
        for early, late in pairwise(several):
            if early.times["start"] == late.times["start"]:
                continue
            direction = late.classes.get("direction")
            backwards = _between(late.stage, early.stage, direction, scenario)
            if backwards is not None and _between(*_pair(early, late), scenario) is None:
                cell = early.cells["start"]
                names = [visit.stage.rpartition(".")[2] for visit in (early, late)]
                message = Sentence(
                    "{early} at '{time}' is before {late}, which comes first on the path",
                    early=names[0],
                    time=sheet.rows[early.row][cell],
                    late=names[1],
                )
                hint = Sentence("kept: are the columns and the date right?")
                problems.warn("stage-order", sheet.place(early.row, cell), message, hint)


def _pair(early: Visit, late: Visit) -> tuple[str, str, str | None]:
    return early.stage, late.stage, late.classes.get("direction")


def _between(first: str, last: str, direction: str | None, scenario: Scenario) -> list[str] | None:
    """Return the stages between two on a path of their route; None where no path has both."""
    gate, route, stage = first.split(".")
    other = last.rpartition(".")[2]
    paths = scenario.model.gates[gate].routes[route].paths
    for name, path in paths.items():
        if direction in (None, path.direction or name) and {stage, other} <= set(path.stages):
            begin, end = path.stages.index(stage), path.stages.index(other)
            if begin < end:
                return [f"{gate}.{route}.{inner}" for inner in path.stages[begin + 1 : end]]
    return None


def _usable(sheet: Sheet, how: SheetMap, problems: Problems) -> bool:
    """Note what a sheet lacks before any row can be read."""
    roles = set(how.columns.values())
    stamped = [role for role in roles if "." in role or role in ("start", "end", "arrive")]
    missing = []
    if how.layout == "counts":
        missing += [] if any(role.startswith("count") for role in roles) else ["count"]
        missing += [] if how.date or "date" in roles else ["date"]
    elif not stamped:
        missing.append("start")
    if how.layout == "long" and "stage" not in roles:
        missing.append("stage")
    if not how.gate and "gate" not in roles:
        message = Sentence("nothing says at which gate this was observed")
        hint = Sentence("say --gate GATE, or write `gate:` in MAP.yaml")
        problems.add("no-gate", Place(sheet.file, sheet.line, 1), message, hint)
    for role in missing:
        message = Sentence("no column is the {role}", role=role)
        hint = Sentence("say in MAP.yaml which column it is")
        problems.add("missing-column", Place(sheet.file, sheet.line, 1), message, hint)
    return not missing and bool(how.gate or "gate" in roles)


def _id(path: Path) -> str:
    """Return an id under which a file is cited."""
    return "survey_" + re.sub(r"[^a-z0-9]+", "_", unaccented(path.stem).lower()).strip("_")


def _events(
    visits: Sequence[Visit], counts: Sequence[Count], sources: Sequence[Source], sampled: float
) -> Events:
    """Put visits and counts on one clock."""
    moments = [moment for visit in visits for moment in visit.times.values()]
    moments += [count.start for count in counts]
    first, last = int(min(moments) // DAY), int(max(moments) // DAY)
    origin = first * DAY
    numbers = {name: n for n, name in enumerate(dict.fromkeys(v.vehicle for v in visits))}
    rows = [
        {
            "vehicle": numbers[visit.vehicle],
            "route": visit.route,
            "stage": visit.stage,
            "server": visit.server,
            "arrive": _since(visit.times.get("arrive"), origin),
            "start": _since(visit.times.get("start"), origin),
            "finish": _since(visit.times.get("end"), origin),
            "grid": _grid(visit),
            **visit.classes,
        }
        for visit in visits
    ]
    days = last - first + 1
    spans = [(count.start - origin, count.end - origin) for count in counts]
    seen = np.array([moment - origin for moment in _first_moments(visits)])
    return Events(
        _filled(pl.DataFrame(rows, schema=COLUMNS)),
        dt.date.fromordinal(first),
        days * DAY,
        sources,
        sampled,
        _arrivals(counts, origin) if counts else None,
        exposure_of_counts(spans, days) if counts else exposure_of_stamps(seen, days),
    )


def _first_moments(visits: Sequence[Visit]) -> list[float]:
    """Return when each vehicle was first seen."""
    first: dict[str, float] = {}
    for visit in visits:
        moment = min(visit.times.values())
        first[visit.vehicle] = min(first.get(visit.vehicle, moment), moment)
    return list(first.values())


def _grid(visit: Visit) -> float:
    """Return the grid of two stamps that would make as large an error as those of a service."""
    both = (visit.grids.get("start", 0.0), visit.grids.get("end", 0.0))
    return math.sqrt(sum(grid**2 for grid in both) / 2.0)


def _since(moment: float | None, origin: float) -> float | None:
    return None if moment is None else moment - origin


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    """Give each vehicle the classes that any of its rows says."""
    classes = ("direction", "cargo", "channel", "trusted")
    known = [pl.col(name).drop_nulls().first().over("vehicle").alias(name) for name in classes]
    return frame.with_columns(known)


def _arrivals(counts: Sequence[Count], origin: float) -> pl.DataFrame:
    """Spread counted vehicles evenly over the time of each count."""
    rows = [
        {
            "vehicle": 0,
            "route": count.route,
            "arrive": count.start
            - origin
            + (number + 0.5) * (count.end - count.start) / count.vehicles,
            **count.classes,
        }
        for count in counts
        for number in range(count.vehicles)
    ]
    frame = pl.DataFrame(rows, schema=COLUMNS)
    return frame.with_columns(pl.int_range(pl.len()).cast(pl.Int64).alias("vehicle"))
