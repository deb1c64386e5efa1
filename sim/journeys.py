"""Journeys: the event log that an engine returns, and all that measures read.

One row per vehicle and stage visited. Rows are the workload's rows one to one, sorted by
stage and then vehicle, so a row's vehicle, stage and service requirement are known before
the run; the engine fills in the times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats
from sim.catalogue import CHANNELS, DIRECTIONS
from sim.plan import OUTCOMES, Plan
from sim.workload import Workload

if TYPE_CHECKING:
    import polars as pl

__all__ = ["CROSSED", "SOLD_INLAND", "TURNED_BACK", "UNFINISHED", "Journeys"]

CROSSED, TURNED_BACK, SOLD_INLAND, UNFINISHED = range(len(OUTCOMES))


_CHUNK = 1 << 13  # rows looked at together; few chunks reach to the horizon


@dataclass(frozen=True, eq=False)
class Journeys:
    """Event log of one replication: times, servers and outcome of every vehicle.

    Attributes
    ----------
    arrive, start, finish:
        Shape ``(rows,)``, minutes; NaN where it did not happen before the horizon. For
        a hold, ``start`` is when the place was taken and ``finish`` when given back; of
        the holds of a chain only the one taken is filled or, for who has none yet, the
        last. A finish without a start is a vehicle that left from the queue.
    server:
        Shape ``(rows,)``: index of the server, -1 where there is none.
    outcome:
        Shape ``(vehicles,)``: index into :data:`sim.plan.model.OUTCOMES`.
    crossed_at:
        Shape ``(vehicles,)``: minute of leaving the crossing, NaN if not crossed.
    gave_up_at:
        Shape ``(vehicles,)``: minute of leaving a queue before the crossing, NaN if not.

    Who is turned back by the gate reaches no stage; who is turned back by a full hold leaves
    it at once.
    """

    plan: Plan
    workload: Workload
    arrive: Floats
    start: Floats
    finish: Floats
    server: NDArray[np.int32]
    outcome: NDArray[np.int8]
    crossed_at: Floats
    gave_up_at: Floats

    def __repr__(self) -> str:
        return f"<Journeys of {len(self.outcome)} vehicles, {len(self.arrive)} visits to stages>"

    @classmethod
    def from_times(
        cls,
        plan: Plan,
        workload: Workload,
        arrive: Floats,
        start: Floats,
        finish: Floats,
        server: NDArray[np.int32],
        gave_up_at: Floats | None = None,
        turned_back: Bools | None = None,
    ) -> Journeys:
        """Close the log at the horizon: later times become NaN in the arrays given.

        Vehicles with a ``gave_up_at`` abandoned the queue and sold the load inland; None means
        none did, and no ``turned_back`` that none was turned back.
        """
        if gave_up_at is None:
            gave_up_at = np.full(workload.vehicles, np.nan)
        gave_up_at[~(gave_up_at < plan.horizon)] = np.nan
        for part in (slice(first, first + _CHUNK) for first in range(0, len(start), _CHUNK)):
            if (finish[part] < plan.horizon).all():
                continue  # and so did all that came before
            for times in (arrive[part], start[part], finish[part]):
                np.copyto(times, np.nan, where=~(times < plan.horizon))
            np.copyto(server[part], -1, where=np.isnan(start[part]))
        if turned_back is None:
            turned_back = np.zeros(workload.vehicles, dtype=np.bool_)
        left = turned_back | ~np.isnan(gave_up_at)
        crossed_at = np.where(left, np.nan, finish[workload.crossed_row])
        outcome = np.where(np.isnan(crossed_at), UNFINISHED, CROSSED).astype(np.int8)
        outcome[~np.isnan(gave_up_at)] = SOLD_INLAND
        outcome[turned_back] = TURNED_BACK
        return cls(plan, workload, arrive, start, finish, server, outcome, crossed_at, gave_up_at)

    def to_polars(self) -> pl.DataFrame:
        """One row per vehicle and stage reached, by vehicle and then along its path.

        Columns: vehicle, flow, gate, route, direction, cargo, channel, stage (names), trusted
        (bool), arrive, start, finish (minutes since the start, null if not before the horizon),
        server (null if none), outcome. Service times and shares of a scenario may go by
        direction, cargo, channel and trusted, and by nothing else.
        """
        import polars as pl

        plan, work = self.plan, self.workload
        reached = work.along_paths[~np.isnan(self.arrive[work.along_paths])]
        vehicle = work.row_vehicle[reached]
        flow = work.flow[vehicle]

        def named(names: list[str], codes: NDArray[np.integer]) -> pl.Series:
            return pl.Series(names, dtype=pl.Enum(sorted(set(names)))).gather(codes)

        gates = [plan.gates[f.gate].id for f in plan.flows]
        routes = [plan.routes[f.route].id for f in plan.flows]
        trusted = np.array([f.trusted for f in plan.flows], dtype=np.bool_)
        frame = pl.DataFrame(
            {
                "vehicle": vehicle.astype(np.int32),
                "flow": named([f.id for f in plan.flows], flow),
                "gate": named(gates, flow),
                "route": named(routes, flow),
                "direction": named([DIRECTIONS[f.direction] for f in plan.flows], flow),
                "cargo": named([plan.cargo[f.cargo].id for f in plan.flows], flow),
                "trusted": trusted[flow],
                "channel": named(list(CHANNELS), work.channel[vehicle]),
                "stage": named([s.id for s in plan.stages], work.stage[reached]),
                "arrive": self.arrive[reached],
                "start": self.start[reached],
                "finish": self.finish[reached],
                "server": self.server[reached],
                "outcome": named(list(OUTCOMES), self.outcome[vehicle]),
            }
        )
        return frame.with_columns(
            pl.col("start", "finish").fill_nan(None),
            pl.when(pl.col("server") >= 0).then(pl.col("server")).alias("server"),
        )
