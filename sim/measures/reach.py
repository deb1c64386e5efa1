"""Times at which vehicles reach stages, as they did and as they would without waiting."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats, Ints
from sim.journeys import Journeys
from sim.plan import Plan, StageKind

__all__ = ["Reach"]


class Reach:
    """Follow all vehicles of one replication from stage to stage, in the order of the plan.

    Ask for the times of stages block by block; each stage is followed once.
    """

    def __init__(self, journeys: Journeys, plan: Plan) -> None:
        work = journeys.workload
        self._journeys, self._plan = journeys, plan
        self._free = work.arrive.copy()
        self._pooled, self._asked, self._placed = np.full((3, work.vehicles), np.nan)
        self._until = np.full(work.vehicles, -1, dtype=np.int64)
        self._last = -1
        self._followed = None if work.place is None else self._follow_paths(work.place)

    def times(self, first: int, last: int) -> tuple[Floats, Floats]:
        """Return when visitors of ``first`` to ``last - 1`` reach them, and would without waits.

        Both of shape ``(rows,)``; the first is NaN for who had not reached it by the horizon.
        While a vehicle keeps a place of a hold, or waits for it, its way counts from the moment
        at which it asked for the place.
        """
        work = self._journeys.workload
        rows = slice(int(work.bounds[first]), int(work.bounds[last]))
        if self._followed is not None:
            return self._followed[0][rows], self._followed[1][rows]
        came, free = self._journeys.arrive[rows].copy(), np.empty(rows.stop - rows.start)
        for number in range(first, last):
            own = work.rows(number)
            span = slice(own.start - rows.start, own.stop - rows.start)
            who = work.row_vehicle[own]
            free[span] = reached = self._free[who]
            if self._last >= number:
                pooled = self._until[who] >= number
                came[span] = np.where(pooled, self._pooled[who], came[span])
            if self._plan.stages[number].kind is StageKind.HOLD:
                self._ask(number)
                continue
            self._free[who] = reached + work.service[own]
            if self._last >= 0:
                self._pooled[who] += work.service[own]
        return came, free

    def places(self, first: int, last: int) -> tuple[Ints, Floats, Floats]:
        """Waits for a place that is kept until after some stage: its number, begin and end.

        All of shape ``(visits that ask for one,)``; the end is NaN for who has none yet. Of stages
        ``first`` to ``last - 1``.
        """
        if self._followed is not None:
            stage, asked, placed = self._followed[2]
            chosen = (stage >= first) & (stage < last)
            return stage[chosen], asked[chosen], placed[chosen]
        work, waits = self._journeys.workload, [(np.empty(0, np.int64), *np.empty((2, 0)))]
        for number in range(first, last):
            if self._last >= number:
                who = work.row_vehicle[work.rows(number)]
                who = who[self._until[who] >= number]
                stage = np.full(len(who), number, dtype=np.int64)
                waits.append((stage, self._asked[who], self._placed[who]))
            if self._plan.stages[number].kind is StageKind.HOLD:
                self._ask(number)
        stage, asked, placed = (np.concatenate(column) for column in zip(*waits, strict=True))
        return stage, asked, placed

    def _follow_paths(self, place: Ints) -> tuple[Floats, Floats, tuple[Ints, Floats, Floats]]:
        """Times and waits of all rows, where vehicles do not visit stages in their order."""
        work, log = self._journeys.workload, self._journeys
        came, free = log.arrive.copy(), np.empty(len(place))
        hold = np.array([stage.kind is StageKind.HOLD for stage in self._plan.stages])[work.stage]
        waits = [(np.empty(0, np.int64), *np.empty((2, 0)))]
        for turn in range(int(place.max(initial=-1)) + 1):
            rows = np.flatnonzero(place == turn)
            who = work.row_vehicle[rows]
            free[rows] = self._free[who]
            pooled = np.flatnonzero(self._until[who] >= turn)
            keeper = who[pooled]
            came[rows[pooled]] = self._pooled[keeper]
            waits.append((work.stage[rows[pooled]], self._asked[keeper], self._placed[keeper]))
            rows, who = rows[~hold[rows]], who[~hold[rows]]
            self._free[who] += work.service[rows]
            self._pooled[who] += work.service[rows]
            visits = np.flatnonzero(place[work.held] == turn)
            self._note(work.held[visits], place[work.until[visits]], turn)
        stage, asked, placed = (np.concatenate(column) for column in zip(*waits, strict=True))
        return came, free, (stage, asked, placed)

    def _ask(self, number: int) -> None:
        """Note who asked for a place at a hold, and the stage after which it is given back."""
        work = self._journeys.workload
        rows = work.rows(number)
        visits = slice(*np.searchsorted(work.held, [rows.start, rows.stop]))
        self._note(work.held[visits], work.stage[work.until[visits]], number)

    def _note(self, visits: Ints, until: Ints, turn: int) -> None:
        """Note who asked for a place in some rows, and until which turn it is kept.

        Of holds within one another the first counts: who waits for the second keeps a place of
        the first.
        """
        came = ~np.isnan(self._journeys.arrive[visits])
        visits, until = visits[came], until[came]
        who = self._journeys.workload.row_vehicle[visits]
        fresh = self._until[who] < turn
        new = who[fresh]
        self._asked[new] = self._pooled[new] = self._journeys.arrive[visits[fresh]]
        self._placed[new] = self._journeys.start[visits[fresh]]
        self._until[who] = np.maximum(self._until[who], until)
        self._last = max(self._last, int(until.max(initial=-1)))
