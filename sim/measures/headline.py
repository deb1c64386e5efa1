"""The headline: the measures of the catalogue for each gate and direction, and those asked for.

A scope (a gate, a direction, a cargo class, a route) is a set of flows, so counts and sums
are added up by flow once and by scope with one product of matrices; quantiles are taken of
the pooled vehicles of each scope. Scopes with a stage are of visits to that stage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.arrays import Bools, Floats
from sim.catalogue import ALL, DIRECTIONS, MEASURES, SCOPES, SIDES, Measure, Names, Quantity
from sim.journeys import Journeys
from sim.measures.bulletin import bulletin_times
from sim.measures.clocks import Vehicles, Visits, present_at
from sim.measures.economics import MONEY
from sim.measures.grouping import count, quantiles_of, ratio, table, total
from sim.measures.names import names_of
from sim.plan.model import Plan

__all__ = ["Log", "headline_table"]


_WAYS = (ALL, *DIRECTIONS)
_QUANTILES = {"p50": 0.5, "p95": 0.95}
_COSTS = ("cost", "co2")
_OF_VISITS = {
    "wait": "physical",
    "within": "physical",
    "closed": "overnight",
    "virtual": "virtual",
}
"""What is taken of the visits to a stage."""

_Place = tuple[str, str, str, str]
"""Gate, direction, cargo class and route."""


@dataclass(frozen=True, eq=False)
class Log:
    """What measures are taken from: one replication, its clocks, and where costs arise."""

    journeys: Journeys
    plan: Plan
    visits: Visits
    vehicles: Vehicles
    places: Callable[[], pl.DataFrame]


def headline_table(log: Log, asked: Sequence[Quantity] = ()) -> pl.DataFrame:
    """One row per gate, direction and standard measure, then one for each other one asked for.

    Columns
    -------
    gate, direction, cargo, route, stage:
        Where it is taken, ``all`` where it is not narrowed. Gate ``all`` is the road gates
        together, or the stations where there is no road gate; of wagons and containers the
        stations, and of money and air every gate.
    measure, unit:
        As in :data:`sim.catalogue.MEASURES`; a vehicle is a train at a station.
    value:
        Null where it is undefined, e.g. a wait where none crossed.

    Measures
    --------
    crossed, arrived:
        Vehicles in the window / days of the window.
    wait, wait.vietnam, wait.border, wait.china, wait.to_crossing, closed, owner, virtual,
    release, stay:
        Of vehicles that crossed and whose stay ended in the window, over the whole stay: see
        :class:`sim.measures.clocks.Vehicles`. At a stage, of visits whose service began in the
        window, as in :func:`sim.measures.stages.stages_table`.
    waited:
        Hours of ``wait`` of all its vehicles / days of the window.
    within:
        Share of the vehicles of ``wait`` and ``lost`` that crossed and waited no longer.
    door_to_door, same_day:
        Of vehicles that crossed in the window, up to the crossing.
    vietnam_time:
        Of vehicles that finished the Vietnamese side in the window.
    over_24h:
        Share of the vehicles of ``wait`` whose clocks queue and closed exceed 24 h.
    lost:
        Turned back or sold inland / these and the vehicles of ``wait``.
    wagons, teu:
        Of the trains that crossed / days of the window.
    waiting.2000:
        Export vehicles waiting at 20:00, mean over the bulletins.
    cost, co2:
        All items of :data:`sim.measures.economics.MONEY`, and CO2, at their central values;
        null without prices.

    Raises
    ------
    MeasureError
        A quantity asked for names no gate, cargo class, route or stage of the plan.
    """
    names = names_of(log.plan)
    wanted, columns = _wanted(names, tuple(asked))
    values = _Values(log, list(dict.fromkeys(map(_place, wanted))))
    found = np.array([values.of(quantity) for quantity in wanted], dtype=np.float64)
    return columns.with_columns(pl.Series("value", found).fill_nan(None))


@lru_cache(maxsize=8)
def _wanted(names: Names, asked: tuple[Quantity, ...]) -> tuple[list[Quantity], pl.DataFrame]:
    """What the table holds, and its columns but the values."""
    standard = {
        Quantity(measure.id, gate, way): None
        for gate in (ALL, *names.gates)
        for way in _WAYS
        for measure in MEASURES.values()
        if measure.standard and way in measure.directions
        if measure.mode != "rail" or gate == ALL or gate in names.rail
    }
    wanted = list(standard | dict.fromkeys(quantity.resolved(names) for quantity in asked))
    columns = {
        **{name: [getattr(q, name) for q in wanted] for name in SCOPES},
        "measure": [quantity.measure for quantity in wanted],
        "unit": [q.entry.unit_at(q.gate in names.rail) for q in wanted],
    }
    return wanted, table(columns)


def _place(quantity: Quantity) -> _Place:
    return quantity.gate, quantity.direction, quantity.cargo, quantity.route


class _Values:
    """Values of measures at places (gate, direction, cargo, route), worked out as asked for."""

    def __init__(self, log: Log, places: Sequence[_Place]) -> None:
        self._log = log
        self._rows = {place: row for row, place in enumerate(places)}
        self._flows = {mode: _members(log.plan, places, mode) for mode in ("road", "rail", "any")}
        self._known: dict[str, Floats] = {}

    def of(self, quantity: Quantity) -> float:
        """Value of one quantity; NaN where undefined."""
        measure, row = quantity.entry, self._rows[_place(quantity)]
        if measure.name in _COSTS:
            return self._cost(measure, quantity)
        if quantity.stage != ALL:
            return self._at_stages(quantity)
        if measure.id not in self._known:
            self._known |= self._work_out(measure)
        return float(self._known[measure.id][row])

    def _work_out(self, measure: Measure) -> dict[str, Floats]:
        """Values at every place, and those of the other quantiles with it."""
        vehicles, name = self._log.vehicles, measure.name
        days = self._log.plan.days
        if name in ("crossed", "arrived"):
            chosen = vehicles.crossed if name == "crossed" else self._arrived
            return {measure.id: self._total(measure, chosen) / days}
        if name in ("wagons", "teu"):
            amount = vehicles.wagons if name == "wagons" else vehicles.teu
            return {measure.id: self._total(measure, vehicles.crossed, amount) / days}
        if name == "waited":
            hours = vehicles.wait / 60.0
            return {measure.id: self._total(measure, vehicles.ended, hours) / days}
        if name == "waiting":
            return {measure.id: self._waiting(measure)}
        ended = self._total(measure, vehicles.ended)
        if name in ("within", "lost"):
            lost = self._total(measure, vehicles.lost)
            share = lost
            if measure.limit is not None:
                soon = vehicles.wait <= measure.limit
                share = self._total(measure, vehicles.ended, soon)
            return {measure.id: 100.0 * ratio(share, ended + lost)}
        if name in _SHARES:
            chosen, values = _SHARES[name](vehicles)
            number = self._total(measure, chosen)
            return {measure.id: 100.0 * ratio(self._total(measure, chosen, values), number)}
        return self._times(measure)

    def _times(self, measure: Measure) -> dict[str, Floats]:
        """Means of a time, or all its quantiles, in hours."""
        chosen, minutes = _TIMES[measure.name](self._log.vehicles)
        if measure.statistic == "mean":
            sums = self._total(measure, chosen, minutes)
            return {measure.id: ratio(sums, self._total(measure, chosen)) / 60.0}
        which = np.flatnonzero(chosen)
        flow = self._log.vehicles.flow[which]
        order = np.argsort(
            flow.astype(np.min_scalar_type(len(self._log.plan.flows))), kind="stable"
        )
        by_flow = np.split(minutes[which][order], np.cumsum(count(flow, self._size))[:-1])
        found = np.full((len(_QUANTILES), len(self._rows)), np.nan)
        for row, members in enumerate(self._flows[measure.mode]):
            pooled = [by_flow[number] for number in np.flatnonzero(members).tolist()]
            found[:, row] = quantiles_of(
                np.concatenate([np.empty(0), *pooled]), _QUANTILES.values()
            )
        return {
            replace(measure, statistic=statistic).id: values / 60.0
            for statistic, values in zip(_QUANTILES, found, strict=True)
        }

    @property
    def _size(self) -> int:
        return len(self._log.plan.flows)

    @cached_property
    def _arrived(self) -> Bools:
        arrive, plan = self._log.vehicles.arrive, self._log.plan
        return (arrive >= plan.warm_up) & (arrive < plan.horizon)

    def _total(
        self, measure: Measure, chosen: Bools, values: NDArray[np.generic] | None = None
    ) -> Floats:
        """Number of the vehicles chosen, or the sum of their values, at every place."""
        which = np.flatnonzero(chosen)
        weights = np.ones(len(which)) if values is None else values[which]
        by_flow = total(self._log.vehicles.flow[which], weights, self._size)
        return self._by_place(measure, by_flow)

    def _by_place(self, measure: Measure, by_flow: Floats) -> Floats:
        added: Floats = np.where(self._flows[measure.mode], by_flow, 0.0).sum(axis=1)
        return added

    def _waiting(self, measure: Measure) -> Floats:
        """Export vehicles at the gate at 20:00, as the bulletin counts them."""
        vehicles, times = self._log.vehicles, bulletin_times(self._log.plan)
        if not len(times):
            return np.full(len(self._rows), np.nan)
        mine = vehicles.goods & (vehicles.direction == DIRECTIONS.index("export"))
        there = present_at(vehicles, vehicles.flow, self._size, mine, times)
        return self._by_place(measure, there.sum(axis=1) / len(times))

    def _at_stages(self, quantity: Quantity) -> float:
        """Value over the visits to one stage, or to all of that name."""
        log, plan = self._log, self._log.plan
        flows = self._flows["any"][self._rows[_place(quantity)]]
        pooled = [np.empty(0)]
        for number, stage in enumerate(plan.stages):
            if quantity.stage in (stage.id, stage.role):
                rows = log.journeys.workload.rows(number)
                start = log.journeys.start[rows]
                flow = log.vehicles.flow[log.journeys.workload.row_vehicle[rows]]
                began = (start >= plan.warm_up) & (start < plan.horizon) & flows[flow]
                pooled.append(getattr(log.visits, _OF_VISITS[quantity.entry.name])[rows][began])
        minutes = np.concatenate(pooled)
        if not len(minutes):
            return np.nan
        if quantity.entry.limit is not None:
            return 100.0 * float(np.mean(minutes <= quantity.entry.limit))
        if quantity.entry.statistic == "mean":
            return float(minutes.mean()) / 60.0
        return float(quantiles_of(minutes, [_QUANTILES[quantity.entry.statistic]])[0]) / 60.0

    def _cost(self, measure: Measure, quantity: Quantity) -> float:
        """Money or air a day, added up over the cells of the table of places."""
        if self._log.plan.economics is None:
            return np.nan
        cells, amount = self._cells[measure.name]
        mine = np.ones(len(amount), dtype=np.bool_)
        for scope in SCOPES:
            name = getattr(quantity, scope)
            if name != ALL:
                mine &= (cells[scope] == name) | (cells[f"{scope}_name"] == name)
        return float(amount[mine].sum()) / self._log.plan.days

    @cached_property
    def _cells(self) -> dict[str, tuple[dict[str, NDArray[np.str_]], Floats]]:
        """Names of each cell of the table of places, and what it costs and emits."""
        places = self._log.places()
        names = {scope: places[scope].to_numpy().astype(np.str_) for scope in SCOPES}
        last = {f"{scope}_name": np.array([n.rpartition(".")[2] for n in of], dtype=np.str_)
                for scope, of in names.items()}  # fmt: skip
        amounts = {"cost": (MONEY, 1e6), "co2": (("co2",), 1e3)}
        return {
            name: (names | last, places.select(items).sum_horizontal().to_numpy() / size)
            for name, (items, size) in amounts.items()
        }


def _members(plan: Plan, places: Sequence[_Place], mode: str) -> Bools:
    """Which flows are at each place, shape ``(places, flows)``; ``mode`` is that of all gates."""
    modes = {gate.mode for gate in plan.gates}
    if mode != "any" and mode not in modes:
        mode = "any" if mode == "road" else mode
    found = np.zeros((len(places), len(plan.flows)), dtype=np.bool_)
    for number, flow in enumerate(plan.flows):
        gate, route = plan.gates[flow.gate], plan.routes[flow.route].id
        counts = mode in ("any", gate.mode)
        mine = (
            ({gate.id, ALL} if counts else {gate.id}),
            {DIRECTIONS[flow.direction], ALL},
            {plan.cargo[flow.cargo].id, ALL},
            {route, route.rpartition(".")[2], ALL},
        )
        found[:, number] = [
            all(name in known for name, known in zip(place, mine, strict=True)) for place in places
        ]
    return found


_Pick = Callable[[Vehicles], tuple[Bools, NDArray[np.generic]]]


def _side(number: int) -> _Pick:
    return lambda v: (v.ended, v.queue[number])


_TIMES: dict[str, _Pick] = {
    "wait": lambda v: (v.ended, v.wait),
    **{f"wait.{side}": _side(number) for number, side in enumerate(SIDES)},
    "wait.to_crossing": lambda v: (v.ended, v.queue_before),
    "closed": lambda v: (v.ended, v.closed),
    "owner": lambda v: (v.ended, v.owner),
    "virtual": lambda v: (v.ended, v.virtual),
    "release": lambda v: (v.ended, v.release),
    "stay": lambda v: (v.ended, v.stay),
    "door_to_door": lambda v: (v.crossed, v.crossed_at - v.arrive),
    "vietnam_time": lambda v: (~np.isnan(v.vietnam), v.vietnam),
}
"""Vehicles that a time is taken of, and their minutes."""

_SHARES: dict[str, _Pick] = {
    "same_day": lambda v: (v.crossed, v.same_day),
    "over_24h": lambda v: (v.ended, v.wait + v.closed > 24.0 * 60.0),
}
"""Vehicles that a share is of, and those that count."""
