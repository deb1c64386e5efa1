"""Check channels, profiles and flows."""

from __future__ import annotations

import datetime as dt

from sim.clock import DAY
from sim.errors import UnitError
from sim.scenario.check.classes import has_demand
from sim.scenario.check.context import Context, routes
from sim.scenario.check.recorded_arrivals import check_recorded
from sim.scenario.derive.classes import CHANNELS
from sim.scenario.schema.model import ChannelsBlock, FlowBlock, GateBlock
from sim.scenario.source.tree import Path
from sim.sentences import Sentence
from sim.units import clock_text, parse_windows, rate_vehicle

__all__ = ["MOST_PER_DAY", "check_demand"]

#: Vehicles a day of one flow that can be simulated.
MOST_PER_DAY = 1_000_000.0

_EXACT = 1e-6
_MOST_CV = 10.0
_OF_VOLUME = ("from", "day", "week", "season", "growth", "day_to_day_cv")
#: Kinds of demand: what means nothing beside each, and how it is called.
_KINDS = {
    "volume": (("days", "delay"), Sentence("a volume")),
    "timetable": (_OF_VOLUME, Sentence("a timetable")),
    "arrivals": ((*_OF_VOLUME, "days"), Sentence("recorded arrivals")),
}


def check_demand(context: Context) -> None:
    """Record shares that do not add up and flows that cannot be drawn."""
    _channels(context, ("channels",), context.model.channels)
    for name in context.model.profiles.day:
        _day(context, ("profiles", "day", name, "shares"))
    for name in context.model.profiles.growth:
        _growth(context, ("profiles", "growth", name, "years"))
    for path, gate, route in routes(context.model):
        for name, flow in route.flows.items():
            flow_path = (*path, "flows", name)
            _flow(context, flow_path, flow, gate)
            if flow.channels is not None:
                _channels(context, (*flow_path, "channels"), flow.channels)


def _channels(context: Context, path: Path, block: ChannelsBlock) -> None:
    _sums(context, path, [getattr(block, channel) for channel in CHANNELS])


def _sums(context: Context, path: Path, shares: list[float]) -> None:
    if abs(sum(shares) - 1.0) > _EXACT:
        context.error(
            "shares-sum",
            path,
            Sentence("the shares sum to {percent}", percent=_percent(sum(shares))),
            Sentence("they must sum to 100 %"),
        )


def _percent(share: float) -> str:
    return f"{100.0 * share:.6g} %"


def _day(context: Context, path: Path) -> None:
    """Check that the windows of a day profile cover the day once and the shares add up."""
    shares = context.model.profiles.day[path[2]].shares
    pieces: list[tuple[float, float]] = []
    for text in shares:
        try:
            pieces += parse_windows(text)
        except UnitError as error:
            context.problems.add(
                "bad-value",
                context.tree.nearest((*path, text)).start,
                error.message,
                error.hint,
                path=path,
            )
            return
    _sums(context, path, list(shares.values()))
    reached = 0.0
    for start, end in [*sorted(pieces), (DAY, DAY)]:
        if start != reached:
            message = Sentence("the windows overlap at {start}", start=clock_text(start))
            if start > reached:
                message = Sentence(
                    "the windows leave nothing from {end} to {start}",
                    end=clock_text(reached),
                    start=clock_text(start),
                )
            hint = Sentence("cover 00:00-24:00 once; 0 % is allowed")
            context.error("day-windows", path, message, hint)
            return
        reached = end


def _growth(context: Context, path: Path) -> None:
    """Check that a growth profile names years, and the year of the run is among or between."""
    stated = context.model.profiles.growth[path[2]].years
    for key, share in stated.items():
        if not (key.isdigit() and len(key) == 4):
            message = Sentence("'{key}' is not a year", key=key)
            context.error("bad-year", (*path, key), message, Sentence("write e.g. 2030: 180 %"))
            return
        if share <= 0.0:
            message = Sentence("demand cannot grow from nothing or to nothing")
            context.error("bad-year", (*path, key), message, Sentence("write a share above 0 %"))
            return
    year = context.model.run.year
    first, last = min(map(int, stated)), max(map(int, stated))
    if year is not None and not first <= year <= last:
        message = Sentence(
            "demand is stated from {first} to {last}, but the run's year is {year}",
            first=first,
            last=last,
            year=year,
        )
        context.error(
            "bad-year",
            path,
            message,
            Sentence("add {year} with a share, or change run.year", year=year),
        )


def _flow(context: Context, path: Path, flow: FlowBlock, gate: GateBlock) -> None:
    profiles = context.model.profiles
    context.refer(flow.cargo, context.model.cargo, Sentence("cargo class"), (*path, "cargo"))
    for key in ("day", "week", "season", "growth"):
        name = getattr(flow, key)
        if name is not None:
            context.refer(
                name,
                getattr(profiles, key),
                Sentence("profile for the {key}", key=key),
                (*path, key),
            )
    _rhythm(context, path, flow)
    if flow.wagons != 1 and flow.vehicle != "train":
        message = Sentence("a {vehicle} has no wagons", vehicle=flow.vehicle)
        context.error(
            "wagons", (*path, "wagons"), message, Sentence("leave it out, or write vehicle: train")
        )
    if flow.day_to_day_cv > _MOST_CV:
        message = Sentence(
            "days that differ by {value:,.0f} % are no demand", value=100.0 * flow.day_to_day_cv
        )
        context.error(
            "out-of-range", (*path, "day_to_day_cv"), message, Sentence("write e.g. 20 %")
        )
    if gate.data == "none" and has_demand(flow):
        message = Sentence("the gate says `data: none`, but vehicles come")
        context.warn("data-none", path, message, Sentence("write `data: assumed` in the gate"))


def _rhythm(context: Context, path: Path, flow: FlowBlock) -> None:
    """Check that a flow says in one way who comes, and nothing that has no effect."""
    stated = [key for key in _KINDS if getattr(flow, key) is not None]
    if len(stated) > 1:
        context.exclude("volume-or-timetable", path, *stated[:2])
        return
    if not stated:
        message = Sentence("has no volume, no timetable and no recorded arrivals")
        hint = Sentence("write e.g. `volume: 30 trucks/day`")
        context.error("volume-or-timetable", path, message, hint)
        return
    dates = context.tree.find((*path, "from"))
    if dates is not None and len(dates.items) > len(flow.from_):
        message = Sentence("names one date more than once, written differently")
        context.error("repeated-key", (*path, "from"), message, Sentence("keep one of them"))
        return
    if flow.volume is not None:
        _volume(context, (*path, "volume"), flow, flow.volume)
        for since, volume in flow.from_.items():
            volume_path = (*path, "from", since.isoformat())
            _volume(context, volume_path, flow, volume)
            _since(context, volume_path, since)
    if flow.arrivals is not None:
        check_recorded(context, (*path, "arrivals"), flow.arrivals)
    idle, beside = _KINDS[stated[0]]
    for key in idle:
        node = context.tree.find((*path, key))
        if node is not None and node.value is not None:
            context.warn(
                "no-effect",
                (*path, key),
                Sentence("has no effect beside {beside}", beside=beside),
                Sentence("leave it out"),
            )


def _volume(context: Context, path: Path, flow: FlowBlock, volume: float) -> None:
    """Check the size of a volume and what it counts."""
    if volume > MOST_PER_DAY:
        message = Sentence("{volume:,.0f} vehicles a day are too many to simulate", volume=volume)
        context.error("out-of-range", path, message, Sentence("check the unit"))
    _vehicle(context, path, flow)


def _since(context: Context, path: Path, since: dt.date) -> None:
    """Check that a dated volume begins before the run is over."""
    dates = context.model.run.dates
    first, last = dates[0], dates[-1]
    if since > last:
        message = Sentence(
            "this volume has no effect: the run is from {first} to {last}", first=first, last=last
        )
        context.warn("outside-run", path, message, Sentence("leave the date out, or run longer"))


def _vehicle(context: Context, path: Path, flow: FlowBlock) -> None:
    """Check that a volume counts what the flow consists of: `trucks/day` for trucks."""
    node = context.tree.find(path)
    if node is None:  # its key is mistyped, which is an error of its own
        return
    written = node.value
    word = rate_vehicle(written)
    if word in ("", "vehicle", flow.vehicle):
        return
    if word == "wagon":
        message = Sentence(
            "'{written}' counts wagons, but a volume counts vehicles", written=written
        )
        hint = Sentence("write e.g. `volume: 3 trains/day` with `vehicle: train` and `wagons: 20`")
    else:
        message = Sentence(
            "'{written}' does not fit `vehicle: {vehicle}`", written=written, vehicle=flow.vehicle
        )
        hint = Sentence("write `vehicle: {word}`, or count in vehicles/day", word=word)
    context.error("wrong-vehicle", path, message, hint)
