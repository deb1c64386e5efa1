"""Tables of a plan for the compiled event loop: stations, groups of servers, lines, calendars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

import numpy as np

from sim.engines.event_loop.state import GROUP, STATION, Records, Tables
from sim.plan import DIRECTIONS, Plan, Stage, StageKind, WhenFull, require_consistent
from sim.queues import Calendar, compiled
from sim.queues.kernels import Book
from sim.workload import departures

__all__ = ["lay_out"]

_EXPORT = DIRECTIONS.index("export")
Hours = Sequence[dict[int, Calendar]]


@dataclass(frozen=True, eq=False)
class Layout:
    """Stations and groups of a plan as they are when nobody has come, and their tables."""

    stations: Records
    groups: Records
    lines: int
    tables: Tables
    book: Book

    def fresh(self) -> Layout:
        """Copy what a run changes."""
        tables = self.tables._replace(
            idle=self.tables.idle.copy(), inside=self.tables.inside.copy()
        )
        return replace(
            self, stations=self.stations.copy(), groups=self.groups.copy(), tables=tables
        )


@dataclass(eq=False)
class _Draft:
    """Tables that grow from station to station."""

    stations: Records
    groups: list[tuple[int, ...]] = field(default_factory=list)
    lines: int = 0
    line_of: list[int] = field(default_factory=list)
    tier_bounds: list[int] = field(default_factory=lambda: [0])
    tier_lines: list[int] = field(default_factory=list)
    home: list[int] = field(default_factory=list)
    idle: list[int] = field(default_factory=list)
    slots: list[np.ndarray] = field(default_factory=list)
    calendars: dict[int, tuple[int, Calendar]] = field(default_factory=dict)
    intervals: int = 0

    def add(self, s: int, stage: Stage, hours: dict[int, Calendar]) -> None:
        """Add the lines, the departures and the groups of servers of a station."""
        station = self.stations[s]
        by_flow = list(zip(*stage.rank.tolist(), strict=True))
        alike_flows = sorted(set(by_flow))
        station["line"] = self.lines
        self.line_of += [self.lines + alike_flows.index(ranks) for ranks in by_flow]
        due = departures(stage, hours)
        station["slot"] = sum(map(len, self.slots))
        self.slots.append(due)
        station["slots"] = station["slot"] + len(due)
        alike = list(zip(stage.server_calendar.tolist(), stage.lane.tolist(), strict=False))
        kept = list(dict.fromkeys(alike))
        station["server"], station["group"] = len(self.home), len(self.groups)
        self.home += [station["group"] + kept.index(key) for key in alike]
        for key in kept:
            tier = len(self.tier_bounds) - 1
            self._add_tiers([ranks[key[1]] for ranks in alike_flows])
            servers = [server for server, other in enumerate(alike) if other == key]
            self._add_group(servers, hours[key[0]], (tier, len(self.tier_bounds) - 1))
        station["plain"] = len(kept) == 1 and all(min(ranks) >= 0 for ranks in alike_flows)
        self.lines += len(alike_flows)
        station["lines"], station["groups"] = self.lines, len(self.groups)

    def _add_tiers(self, ranks: list[int]) -> None:
        """Add the lines of the last station by rank, those of rank -1 left out."""
        for tier in sorted(set(ranks) - {-1}):
            self.tier_lines += [self.lines + i for i, rank in enumerate(ranks) if rank == tier]
            self.tier_bounds.append(len(self.tier_lines))

    def _add_group(self, servers: list[int], calendar: Calendar, tiers: tuple[int, int]) -> None:
        number, _ = self.calendars.setdefault(id(calendar), (len(self.calendars), calendar))
        self.groups.append((number, 0, 0, len(self.idle), len(servers), *tiers))
        self.idle += servers  # ascending: a heap


_LAYOUTS: WeakKeyDictionary[Plan, Layout] = WeakKeyDictionary()


def lay_out(plan: Plan, hours: Hours) -> Layout:
    """Lay out a plan whose stages serve at these ``hours``; once only where nothing fails."""
    if plan.outages:
        return _new_layout(plan, hours)
    layout = _LAYOUTS.get(plan)
    if layout is None:
        layout = _LAYOUTS[plan] = _new_layout(plan, hours)
    return layout.fresh()


def _new_layout(plan: Plan, hours: Hours) -> Layout:
    require_consistent(plan)
    draft = _Draft(_stations(plan))
    for s, stage in enumerate(plan.stages):
        draft.add(s, stage, hours[s])
    groups = (
        np.array(draft.groups, dtype=np.int64)
        .reshape(-1, len(GROUP.names or ()))
        .view(GROUP)
        .ravel()
    )
    calendars = [calendar for _, calendar in draft.calendars.values()] or [Calendar.always()]
    book = compiled.flatten_calendars(calendars)
    groups["turn"], groups["last"] = book[4][groups["calendar"]], book[4][groups["calendar"] + 1]
    tables = Tables(
        np.array(draft.line_of, dtype=np.int32),
        np.array(draft.tier_bounds, dtype=np.int64),
        np.array(draft.tier_lines, dtype=np.int64),
        np.array(draft.home, dtype=np.int64),
        np.array(draft.idle, dtype=np.int64),
        np.concatenate([np.empty(0), *draft.slots]),
        *_stocks(plan),
    )
    return Layout(draft.stations, groups, draft.lines, tables, book)


def _stations(plan: Plan) -> Records:
    """The stations of a plan, without what they serve by."""
    stations = np.zeros(len(plan.stages), dtype=STATION)
    for s, stage in enumerate(plan.stages):
        hold, batch = stage.kind is StageKind.HOLD, stage.batch
        blocks = plan.when_full(s) is WhenFull.BLOCK
        turns_back = stage.when_full is WhenFull.TURN_BACK and stage.overflow < 0
        values = {
            "kind": stage.kind,
            "resume": stage.resume,
            "owner": stage.owner,
            "virtual": stage.virtual,
            "eager": turns_back or stage.kind in (StageKind.SLOTS, StageKind.BATCH),
            "turns_back": turns_back,
            "blocks": hold and blocks,
            "overflow": stage.overflow,
            "order": s if blocks else len(plan.stages) + s,
            "free": stage.servers,
            "size": (batch.size if batch else None) or np.inf,
            "within": batch.within if batch else np.inf,
        }
        for name, value in values.items():
            stations[s][name] = value
    return stations


def _stocks(plan: Plan) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """By flow its stock and whether it may be refused; by stock its threshold and count."""
    stock = np.full(len(plan.flows), -1, dtype=np.int64)
    refused = np.zeros(len(plan.flows), dtype=np.bool_)
    for number, stop in enumerate(plan.stops):
        for i, flow in enumerate(plan.flows):
            if flow.gate == stop.gate and flow.direction == _EXPORT:
                stock[i], refused[i] = number, i in stop.flows
    above = np.array([stop.above for stop in plan.stops], dtype=np.int64)
    return stock, refused, above, np.zeros(len(plan.stops), dtype=np.int64)
