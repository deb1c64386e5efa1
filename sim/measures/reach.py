"""Times at which vehicles reach stages, as they did and as they would without waiting."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.journeys import Journeys
from sim.plan import Plan, StageKind

__all__ = ["Reach"]


class Reach:
    """Follow all vehicles of one replication from stage to stage, in the order of the plan.

    Ask for :meth:`times` of stage 0, then :meth:`leave` it, and so on: each is followed once.
    """

    def __init__(self, journeys: Journeys, plan: Plan) -> None:
        work = journeys.workload
        self._journeys, self._plan = journeys, plan
        self._free = work.arrive.copy()
        self._pooled = np.full(work.vehicles, np.nan)
        self._asked = np.full(work.vehicles, np.nan)
        self._placed = np.full(work.vehicles, np.nan)
        self._until = np.full(work.vehicles, -1, dtype=np.int64)

    def times(self, number: int) -> tuple[Floats, Floats]:
        """When each visitor of a stage reaches it, and when it would if nobody ever waited.

        Both of shape ``(visits,)``; the first is NaN for who had not reached it by the horizon.
        While a vehicle keeps a place of a hold, or waits for it, its way counts from the moment
        at which it asked for the place.
        """
        rows = self._journeys.workload.rows(number)
        who = self._journeys.workload.row_vehicle[rows]
        pooled = self._until[who] >= number
        return np.where(pooled, self._pooled[who], self._journeys.arrive[rows]), self._free[who]

    def waits_for_place(self, number: int) -> tuple[Floats, Floats]:
        """Begin and end of the wait for a place kept until after this stage.

        Both of shape ``(visits that ask for one,)``; the end is NaN for who has none yet.
        """
        work = self._journeys.workload
        who = work.row_vehicle[work.rows(number)]
        who = who[self._until[who] >= number]
        return self._asked[who], self._placed[who]

    def leave(self, number: int) -> None:
        """Let everyone pass the stage."""
        work = self._journeys.workload
        rows = work.rows(number)
        who = work.row_vehicle[rows]
        if self._plan.stages[number].kind is StageKind.HOLD:
            self._ask(number)
            return
        self._free[who] += work.service[rows]
        self._pooled[who] += work.service[rows]

    def _ask(self, number: int) -> None:
        """Note who asked for a place here, and the stage after which it is given back.

        Of holds within one another the first counts: who waits for the second keeps a place of
        the first.
        """
        work = self._journeys.workload
        rows = work.rows(number)
        first, last = np.searchsorted(work.held, [rows.start, rows.stop])
        visits, until = work.held[first:last], work.stage[work.until[first:last]]
        came = ~np.isnan(self._journeys.arrive[visits])
        visits, until = visits[came], until[came]
        who = work.row_vehicle[visits]
        fresh = self._until[who] < number
        new = who[fresh]
        self._asked[new] = self._pooled[new] = self._journeys.arrive[visits[fresh]]
        self._placed[new] = self._journeys.start[visits[fresh]]
        self._until[who] = np.maximum(self._until[who], until)
