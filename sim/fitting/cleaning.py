"""Set right what the stamps of a survey get wrong, and note each mistake with row and column."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence

from sim.clock import DAY
from sim.fitting.records import Visit
from sim.fitting.sheets import Sheet
from sim.scenario.source.diagnostics import Problems
from sim.sentences import Sentence

__all__ = ["clean"]

_HALF = DAY / 2.0

_OUTLYING, _LONG = 20.0, 22 * 60.0
"""A service longer than so many medians, and than so many minutes, has a wrong date."""

_ENOUGH = 20


def _same_plate(text: str) -> str:
    """Return a plate without signs, with letters as the figures that they are taken for."""
    bare = re.sub(r"[^0-9A-Z]", "", text.upper())
    return bare.translate(str.maketrans("IO", "10"))


def clean(visits: Sequence[Visit], sheet: Sheet, problems: Problems, *, wide: bool) -> list[Visit]:
    """Return the visits of a sheet that can be used, with vehicles told apart by trip.

    Swapped stamps are exchanged, a midnight that was passed gets its day, duplicates go, plates
    that differ by I and 1 or O and 0 are one; what cannot be set right is left out.
    """
    kept = [visit for visit in visits if _in_order(visit, sheet, problems)]
    kept = _without_outliers(kept, sheet, problems)
    if wide:
        _later_days(kept, sheet, problems)
    _missing(kept, sheet, problems)
    if not wide:
        _plates(kept, sheet, problems)
    kept = _without_duplicates(kept, sheet, problems, wide=wide)
    if not wide:
        _trips(kept)
    return kept


def _in_order(visit: Visit, sheet: Sheet, problems: Problems) -> bool:
    """Put arrival, start and end of a visit in order; False where that cannot be."""
    for first, last in (("start", "end"), ("arrive", "start"), ("arrive", "end")):
        if first not in visit.times or last not in visit.times:
            continue
        gap = visit.times[first] - visit.times[last]
        if gap <= 0.0:
            continue
        place = sheet.place(visit.row, visit.cells[last])
        cell = sheet.rows[visit.row][visit.cells[last]]
        before = sheet.rows[visit.row][visit.cells[first]]
        message = Sentence(
            "{last} '{cell}' is before {first} '{before}'",
            last=last,
            cell=cell,
            first=first,
            before=before,
        )
        if gap > _HALF and DAY - gap < _HALF:
            visit.times[last] += DAY
            problems.warn("midnight", place, message, Sentence("taken as the next day"))
        elif gap <= _HALF:
            for both in (visit.times, visit.grids):
                if first in both and last in both:
                    both[first], both[last] = both[last], both[first]
            problems.warn("swapped", place, message, Sentence("the two were exchanged"))
        else:
            problems.warn("end-before-start", place, message, Sentence("left out"))
            return False
    return True


def _later_days(visits: Sequence[Visit], sheet: Sheet, problems: Problems) -> None:
    """Give stages after midnight their day where a row has one date for all its times."""
    last: dict[str, float] = {}
    for visit in visits:
        times = visit.times
        begin = min(times.values())
        upto = last.get(visit.vehicle)
        if upto is not None and upto - begin > _HALF and DAY - (upto - begin) < _HALF:
            for time in times:
                times[time] += DAY
            column = min(visit.cells.values())
            message = Sentence(
                "'{rows}' is before the stage before it", rows=sheet.rows[visit.row][column]
            )
            problems.warn(
                "midnight",
                sheet.place(visit.row, column),
                message,
                Sentence("taken as the next day"),
            )
        last[visit.vehicle] = max(last.get(visit.vehicle, 0.0), *times.values())


def _missing(visits: Sequence[Visit], sheet: Sheet, problems: Problems) -> None:
    """Note visits with a start and no end, or the other way round, where the sheet has both."""
    columns: dict[tuple[str, str], int] = {}
    for visit in visits:
        columns |= {(visit.stage, time): column for time, column in visit.cells.items()}
    for visit in visits:
        for time, other in (("end", "start"), ("start", "end")):
            column = columns.get((visit.stage, time))
            if time not in visit.times and other in visit.times and column is not None:
                place = sheet.place(visit.row, column)
                message = Sentence("no {time} beside the {other}", time=time, other=other)
                problems.warn(
                    "missing-stamp", place, message, Sentence("its service time is left out")
                )


def _plates(visits: Sequence[Visit], sheet: Sheet, problems: Problems) -> None:
    """Give plates that differ by likely slips of reading one name: the most common."""
    forms: dict[str, Counter[str]] = {}
    for visit in visits:
        forms.setdefault(_same_plate(visit.vehicle), Counter())[visit.vehicle] += 1
    noted: set[int] = set()
    for visit in visits:
        common = forms[_same_plate(visit.vehicle)].most_common(1)[0][0]
        letters = re.sub(r"[^0-9A-Z]", "", visit.vehicle.upper())
        if letters != re.sub(r"[^0-9A-Z]", "", common.upper()) and visit.row not in noted:
            noted.add(visit.row)
            column = next(
                n for n, text in enumerate(sheet.rows[visit.row]) if text == visit.vehicle
            )
            message = Sentence(
                "plate '{vehicle}' is like '{common}'", vehicle=visit.vehicle, common=common
            )
            place = sheet.place(visit.row, column)
            problems.warn("plate", place, message, Sentence("taken as '{common}'", common=common))
        visit.vehicle = common


def _without_duplicates(
    visits: Sequence[Visit], sheet: Sheet, problems: Problems, *, wide: bool
) -> list[Visit]:
    """Leave out rows that repeat another."""
    by_row: dict[int, list[Visit]] = {}
    for visit in visits:
        by_row.setdefault(visit.row, []).append(visit)
    seen: dict[object, int] = {}
    kept: list[Visit] = []
    for row, own in by_row.items():
        name = _same_plate(own[0].vehicle.rpartition(" row ")[0] if wide else own[0].vehicle)
        key = (name, *((visit.stage, *sorted(visit.times.items())) for visit in own))
        if key in seen and (name or not wide):
            message = Sentence("the same as row {lines}", lines=sheet.lines[seen[key]])
            problems.warn("duplicate", sheet.place(row, 0), message, Sentence("left out"))
            continue
        seen[key] = row
        kept += own
    return kept


def _without_outliers(visits: Sequence[Visit], sheet: Sheet, problems: Problems) -> list[Visit]:
    """Leave out services of a day and more where others take minutes: a date is wrong."""
    spans: dict[str, list[float]] = {}
    for visit in visits:
        if "start" in visit.times and "end" in visit.times:
            spans.setdefault(visit.stage, []).append(visit.times["end"] - visit.times["start"])
    limits = {
        stage: max(_OUTLYING * statistics.median(several), _LONG)
        for stage, several in spans.items()
        if len(several) >= _ENOUGH
    }
    kept = []
    for visit in visits:
        span = visit.times.get("end", 0.0) - visit.times.get("start", visit.times.get("end", 0.0))
        limit = limits.get(visit.stage)
        if limit is not None and span > limit:
            place = sheet.place(visit.row, visit.cells["end"])
            message = Sentence(
                "{span:.1f} h, where half of the others take under {limit:.0f} min",
                span=span / 60.0,
                limit=limit / 20,
            )
            problems.warn("outlier", place, message, Sentence("left out: is the date right?"))
        else:
            kept.append(visit)
    return kept


def _trips(visits: Sequence[Visit]) -> None:
    """Tell the trips of a vehicle apart: a stage that it comes to again begins another."""
    by_vehicle: dict[str, list[Visit]] = {}
    for visit in visits:
        by_vehicle.setdefault(visit.vehicle, []).append(visit)
    for name, own in by_vehicle.items():
        own.sort(key=lambda visit: min(visit.times.values()))
        trip, seen = 0, set[str]()
        for visit in own:
            if visit.stage in seen:
                trip, seen = trip + 1, set()
            seen.add(visit.stage)
            visit.vehicle = f"{name} trip {trip}"
