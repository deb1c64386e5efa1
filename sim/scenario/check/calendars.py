"""Check calendars, holidays and closures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np

from sim import clock
from sim.scenario.check.context import Context, routes
from sim.scenario.derive.calendars import ALWAYS, open_intervals
from sim.scenario.schema.model import CalendarBlock, ScenarioModel
from sim.scenario.source.diagnostics import listed
from sim.scenario.source.tree import Path
from sim.sentences import Sentence
from sim.units import clock_text

__all__ = ["check_calendars"]

_SWAP = Sentence("swap the two dates, or correct the year")


def check_calendars(context: Context) -> None:
    """Record calendars that say nothing, contradict themselves or never open."""
    before = len(context.problems.errors)
    for name, block in context.model.calendars.items():
        path = ("calendars", name)
        _hours(context, path, block)
        _parts(context, name, block)
        _closures(context, path, block)
        if block.country is not None and block.country not in context.model.countries:
            message = Sentence(
                "no holidays of '{country}' are stated, so none shuts it", country=block.country
            )
            hint = Sentence(
                "write `countries: {{{country}: {{holidays: …}}}}`, or leave it out",
                country=block.country,
            )
            context.warn("no-holidays", (*path, "country"), message, hint)
    for country_id, country in context.model.countries.items():
        for name, span in country.holidays.items():
            if span.end < span.start:
                end = ("countries", country_id, "holidays", name, "end")
                context.error(
                    "ends-early",
                    end,
                    Sentence("ends before its start {start}", start=span.start),
                    _SWAP,
                )
    _references(context)
    if len(context.problems.errors) == before:
        _never_open(context)


def _hours(context: Context, path: Path, block: CalendarBlock) -> None:
    if block.hours is not None and block.both is not None:
        context.exclude("calendar-hours", path, "hours", "both")
    elif block.hours is None and block.both is None:
        hint = Sentence("write e.g. `hours: 07:00-19:00` or `hours: 24h`")
        context.error("calendar-hours", path, Sentence("has neither `hours` nor `both`"), hint)
    text = context.tree.find((*path, "hours"))
    written = str(text.value) if text is not None else ""
    if block.hours is None or "," in written or "Beijing" in written or len(block.hours) < 2:
        return
    windows = ", ".join(f"{clock_text(w.start)}-{clock_text(w.end)}" for w in block.hours)
    hours = sum(window.end - window.start for window in block.hours) / 60.0
    context.warn(
        "overnight-hours",
        (*path, "hours"),
        Sentence(
            "'{written}' passes midnight: open {hours:g} h a day", written=written, hours=hours
        ),
        Sentence("if that is meant, write two windows: {windows}", windows=windows),
    )


def _parts(context: Context, name: str, block: CalendarBlock) -> None:
    """Check that the parts of a joint calendar exist and do not lead back to it."""
    path = ("calendars", name, "both")
    for number, part in enumerate(block.both or ()):
        place = context.item(path, number)
        known = context.refer(part, context.model.calendars, Sentence("calendar"), path, place)
        if known and name in _within(context, part, ()):
            message = Sentence(
                "'{part}' is open only when '{name}' is: a circle", part=part, name=name
            )
            context.problems.add(
                "circular-calendar", place, message, Sentence("leave it out"), path=path
            )
    if block.both == []:
        context.error(
            "calendar-hours",
            path,
            Sentence("names no calendar"),
            Sentence("write [vietnam, china]"),
        )


def _within(context: Context, name: str, seen: tuple[str, ...]) -> Iterator[str]:
    """Yield all calendars that a calendar depends on, itself included."""
    yield name
    block = context.model.calendars.get(name)
    if name in seen or block is None:
        return
    for part in block.both or ():
        yield from _within(context, part, (*seen, name))


def _closures(context: Context, path: Path, block: CalendarBlock) -> None:
    start = dt.datetime.combine(context.model.run.start, dt.time())
    end = clock.moment(context.model.run.horizon, context.model.run.start)
    for name, closure in block.closures.items():
        closure_path = (*path, "closures", name)
        if closure.end <= closure.start:
            context.error(
                "ends-early",
                (*closure_path, "end"),
                Sentence("ends before its start {start}", start=closure.start),
                _SWAP,
            )
        elif closure.end <= start or closure.start >= end:
            context.warn(
                "outside-run",
                closure_path,
                Sentence(
                    "this closure has no effect: the run is from {start:%Y-%m-%d} to "
                    "{end:%Y-%m-%d}",
                    start=start,
                    end=end,
                ),
                Sentence("correct its dates, or `run`"),
            )


def _references(context: Context) -> None:
    for path, name in _uses(context):
        if name != ALWAYS:
            context.refer(name, context.model.calendars, Sentence("calendar"), path)


def _uses(context: Context) -> Iterator[tuple[Path, str]]:
    """Yield each place where a stage or a shift names its calendar."""
    for path, _, route in routes(context.model):
        for stage_id, stage in route.stages.items():
            stage_path = (*path, "stages", stage_id)
            yield (*stage_path, "calendar"), stage.calendar
            for shift_id, shift in stage.shifts.items():
                yield (*stage_path, "shifts", shift_id, "calendar"), shift.calendar


def _never_open(context: Context) -> None:
    """Record calendars that stages use and that have no open minute in the run, once each.

    One that closures or holidays shut is a scenario, and a warning; one that could not open
    without them is a mistake.
    """
    model = context.model
    without = _without_exceptions(model)
    used = {name for _, name in _uses(context)}
    causes = {name: _shut(model, name) for name in used}
    stages: dict[str, list[str]] = {}
    for (_, gate, _, route, _, stage, *_), name in _uses(context):
        cause = causes[name]
        if cause is not None:
            stages.setdefault(cause, []).append(f"{gate}.{route}.{stage}")
    for name, users in stages.items():
        message = Sentence(
            "calendar '{name}' is never open from {start} on for {horizon:g} days; needed by "
            "{fromkeys}",
            name=name,
            start=model.run.start,
            horizon=model.run.horizon / clock.DAY,
            fromkeys=listed(dict.fromkeys(users), 6),
        )
        if _shut(without, name) is None:
            hint = Sentence(
                "if that is meant, nobody is served there; else correct its closures and holidays"
            )
            context.warn("never-open", ("calendars", name), message, hint)
        else:
            hint = Sentence("check its hours and days, and the dates of the run")
            context.error("never-open", ("calendars", name), message, hint)


def _without_exceptions(model: ScenarioModel) -> ScenarioModel:
    """Return the scenario without closures and holidays."""
    calendars = {
        name: block.model_copy(update={"closures": {}}) for name, block in model.calendars.items()
    }
    return model.model_copy(update={"calendars": calendars, "countries": {}})


def _shut(model: ScenarioModel, name: str) -> str | None:
    """Return the calendar that is to blame where one never opens: itself or a part of it."""
    if name == ALWAYS:
        return None
    opens, closes = open_intervals(model, name)
    if np.any((closes > 0.0) & (opens < model.run.horizon)):
        return None
    parts = (_shut(model, part) for part in model.calendars[name].both or ())
    return next((part for part in parts if part is not None), name)
