"""The rows of a workload: one for each visit, by stage and then by vehicle.

Visits are entered flow by flow, each flow in an order of its own. The flows that visit a
stage form a crowd; few crowds occur, and for each the order of its vehicles is found once.
So every stage is laid out by one gather, without sorting.
"""

from __future__ import annotations

from collections.abc import Sequence
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

    def row(self, flow: int) -> Ints:
        """Row of each vehicle of a flow, in the flow's order; -1 without a visit."""
        ranks = self.crowd.ranks[self.crowd.flows[flow]]
        if self.members is None:
            return self.first_row + ranks
        row = np.full(len(self.crowd.vehicles), -1, dtype=np.int64)
        row[self.members] = np.arange(self.first_row, self.first_row + len(self.members))
        return row[ranks]


class Rows:
    """Where each visit stands.

    Parameters
    ----------
    counts, routes:
        By flow: its vehicles, and its route. No two routes share a stage.
    order:
        Shape ``(vehicles,)``: by number, where each vehicle stands when all flows, each in
        its own order, are put one behind the other.
    stages:
        How many stages there are.
    """

    def __init__(
        self, counts: Sequence[int], routes: Sequence[int], order: Ints, stages: int
    ) -> None:
        self._counts, self._routes = counts, routes
        self._begin = np.cumsum([0, *counts])[:-1]
        flow = np.repeat(np.arange(len(counts)), counts)[order]
        self._by_route: dict[int, tuple[Ints, Ints, Ints]] = {}
        for route in set(routes):
            mine = np.flatnonzero(np.array([one == route for one in routes])[flow])
            self._by_route[route] = mine, flow[mine], order[mine]
        self._entered: list[list[tuple[int, Floats, Bools | None]]] = [[] for _ in range(stages)]
        self._crowds: dict[tuple[int, ...], _Crowd] = {}
        self._stages: list[_Stage] = []

    def add(self, stage: int, flow: int, service: Floats, visits: Bools | None = None) -> None:
        """Enter the visits of a flow to a stage, once.

        ``service`` and ``visits`` are in the flow's order; where a vehicle does not visit
        the stage its service is not read. None stands for everybody.
        """
        self._entered[stage].append((flow, service, visits))

    def laid_out(self) -> tuple[Ints, NDArray[np.int32], Floats]:
        """Bounds of the stages, shape ``(stages + 1,)``; then by row: vehicle, service."""
        bounds = [0]
        for entered in self._entered:
            crowd = self._crowd(tuple(flow for flow, _, _ in entered))
            members = _members(crowd, entered)
            self._stages.append(_Stage(crowd, members, bounds[-1]))
            bounds.append(bounds[-1] + len(crowd.vehicles if members is None else members))
        vehicle, service = np.empty(bounds[-1], dtype=np.int32), np.empty(bounds[-1])
        for entered, stage, last in zip(self._entered, self._stages, bounds[1:], strict=True):
            here, places, who = (
                slice(stage.first_row, last),
                stage.crowd.places,
                stage.crowd.vehicles,
            )
            if stage.members is not None:
                places, who = places[stage.members], who[stage.members]
            vehicle[here] = who
            if entered:
                service[here] = np.concatenate([need for _, need, _ in entered])[places]
            entered.clear()  # frees the memory
        return np.array(bounds, dtype=np.int64), vehicle, service

    def row(self, stage: int, flow: int) -> Ints:
        """Row of each vehicle of a flow at a stage it was entered at; -1 without a visit.

        In the flow's order. To be asked when all is laid out.
        """
        return self._stages[stage].row(flow)

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
            moved = np.zeros(len(self._counts), dtype=np.int64)
            moved[list(flows)] = ends[:-1] - self._begin[list(flows)]
            self._crowds[flows] = _Crowd(vehicles.astype(np.int32), places + moved[flow], stand)
        return self._crowds[flows]


def _members(crowd: _Crowd, entered: list[tuple[int, Floats, Bools | None]]) -> Ints | None:
    """Ranks of those who visit a stage; None if all do."""
    if all(visits is None for _, _, visits in entered):
        return None
    each = [np.ones(len(need), np.bool_) if v is None else v for _, need, v in entered]
    return np.flatnonzero(np.concatenate(each)[crowd.places])
