"""The rows of a workload: one for each visit, by stage and then by vehicle.

Visits are entered flow by flow, each flow in an order of its own. The flows that visit a
stage form a crowd; few crowds occur, and for each the order of its vehicles is found once.
So whatever is known of visits goes to its rows directly, without sorting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["Rows"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Crowd:
    """The vehicles of some flows.

    ``vehicles`` are their numbers, ascending; ``places`` says where each stands when the
    flows are put one behind the other, and ``flows`` where each flow stands then.
    """

    vehicles: NDArray[np.int32]
    places: Ints
    flows: dict[int, slice]

    @cached_property
    def ranks(self) -> Ints:
        """The inverse of ``places``: the rank of who stands at each place."""
        ranks = np.empty(len(self.places), dtype=np.int64)
        ranks[self.places] = np.arange(len(ranks))
        return ranks


@dataclass(frozen=True, eq=False)
class _Stage:
    """The visits to one stage: by rank, the ``members`` of a crowd; None for all of it."""

    crowd: _Crowd
    members: Ints | None
    first_row: int

    @property
    def count(self) -> int:
        """How many visits."""
        return len(self.crowd.vehicles if self.members is None else self.members)

    @cached_property
    def turns(self) -> NDArray[np.int32]:
        """By rank: which of the visits it is; -1 without one. Where some do not visit."""
        turns = np.full(len(self.crowd.vehicles), -1, dtype=np.int32)
        turns[self.members] = np.arange(self.count)
        return turns


class Rows:
    """Where each visit stands, and what it needs there.

    Parameters
    ----------
    counts, routes:
        By flow: its vehicles, and its route. No two routes share a stage.
    order:
        Shape ``(vehicles,)``: by number, where each vehicle stands when all flows, each in
        its own order, are put one behind the other.
    visits:
        For each stage, by flow that visits it: which of its vehicles do, in the flow's
        order; None for all.

    Attributes
    ----------
    flow:
        Shape ``(vehicles,)``: flow of each vehicle.
    bounds:
        Shape ``(stages + 1,)``: rows of stage ``i`` are ``bounds[i]:bounds[i + 1]``.
    vehicle, service:
        Shape ``(rows,)``; the service is unknown until it is :meth:`put`.
    """

    def __init__(
        self,
        counts: Sequence[int],
        routes: Sequence[int],
        order: Ints,
        visits: Sequence[Mapping[int, Bools | None]],
    ) -> None:
        self._counts, self._routes = counts, routes
        self._begin = np.cumsum([0, *counts])[:-1]
        self.flow = np.repeat(np.arange(len(counts), dtype=np.int64), counts)[order]
        self._by_route: dict[int, tuple[Ints, Ints, Ints]] = {}
        for route in set(routes):
            mine = np.flatnonzero(np.array([one == route for one in routes])[self.flow])
            self._by_route[route] = mine, self.flow[mine], order[mine]
        self._crowds: dict[tuple[int, ...], _Crowd] = {}
        self._stages: list[_Stage] = []
        bounds = [0]
        for some in visits:
            crowd = self._crowd(tuple(some))
            self._stages.append(_Stage(crowd, _members(crowd, some), bounds[-1]))
            bounds.append(bounds[-1] + self._stages[-1].count)
        self.bounds = np.array(bounds, dtype=np.int64)
        self.vehicle, self.service = np.empty(bounds[-1], np.int32), np.empty(bounds[-1])
        for stage in self._stages:
            who = stage.crowd.vehicles
            here = slice(stage.first_row, stage.first_row + stage.count)
            self.vehicle[here] = who if stage.members is None else who[stage.members]

    def size(self, stage: int) -> int:
        """Vehicles of all flows that visit a stage, whether they do or not."""
        return len(self._stages[stage].crowd.vehicles)

    def parts(self, stage: int) -> Iterable[tuple[int, slice]]:
        """Each flow that visits a stage, and its part when they are put together."""
        return self._stages[stage].crowd.flows.items()

    def put(self, stage: int, service: Floats) -> None:
        """Enter the services at a stage; the flows that visit it put together."""
        at = self._stages[stage]
        places = at.crowd.places if at.members is None else at.crowd.places[at.members]
        here = self.service[at.first_row : at.first_row + at.count]
        np.take(service, places, out=here, mode="clip")  # with "raise" it would be copied

    def row(self, stage: int, flow: int) -> Ints:
        """Row of each vehicle of a flow at a stage, in the flow's order; -1 without a visit."""
        at = self._stages[stage]
        ranks = at.crowd.ranks[at.crowd.flows[flow]]
        if at.members is None:
            return at.first_row + ranks
        turns = at.turns[ranks]
        return np.where(turns < 0, -1, at.first_row + turns)

    def _crowd(self, flows: tuple[int, ...]) -> _Crowd:
        """The vehicles of some flows of one route."""
        if flows not in self._crowds:
            ends = np.cumsum([0, *(self._counts[i] for i in flows)]).tolist()
            stand = {i: slice(*ends[k : k + 2]) for k, i in enumerate(flows)}
            if not flows:
                return _Crowd(np.empty(0, np.int32), np.empty(0, np.int64), {})
            vehicles, flow, places = self._by_route[self._routes[flows[0]]]
            if ends[-1] < len(vehicles):
                mine = np.flatnonzero(np.isin(np.arange(len(self._counts)), flows)[flow])
                vehicles, flow, places = vehicles[mine], flow[mine], places[mine]
            shift = ends[:-1] - self._begin[list(flows)]
            if (shift == shift[0]).all():
                places = places + shift[0]
            else:
                moved = np.zeros(len(self._counts), dtype=np.int64)
                moved[list(flows)] = shift
                places = places + moved[flow]
            self._crowds[flows] = _Crowd(vehicles.astype(np.int32), places, stand)
        return self._crowds[flows]


def _members(crowd: _Crowd, visits: Mapping[int, Bools | None]) -> Ints | None:
    """Ranks of those who visit a stage; None if all do."""
    if all(some is None for some in visits.values()):
        return None
    chosen = np.ones(len(crowd.vehicles), dtype=np.bool_)
    for flow, part in crowd.flows.items():
        some = visits[flow]
        if some is not None:
            chosen[part] = some
    return np.flatnonzero(chosen[crowd.places])
