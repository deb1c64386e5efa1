"""Stock of an evening over the arrivals of a day, in the long run, by the hold of the owners.

A truck that comes when the yard has been open for ``p`` of its ``H`` hours a day, and needs ``T``
open hours until it crosses, is there at ``floor((p + T) / H)`` closings. The mean of that over
hours of arrival and times is the evening stock in days of arrivals; waits for servers are left
out.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.clock import DAY
from sim.measures.bulletin import BULLETIN
from sim.plan import Flow, Plan, StageKind, Step

__all__ = ["Evening"]

_PARTS, _PIECES = 64, 96
_HOLDS = np.geomspace(0.05, 50.0, 81)
"""Holds, as a share of the plan's, that a stock may ask for."""


class Evening:
    """Evening stock of a flow, in days of its arrivals."""

    def __init__(self, plan: Plan, flow: Flow) -> None:
        owner, later = _before_crossing(plan, flow)
        self._held = owner is not None
        if owner is None or owner.service is None:
            return
        calendar = plan.calendars[int(plan.stages[owner.stage].server_calendar[0])]
        days = round(plan.horizon / DAY)
        opened = float(calendar.open_time(np.zeros(1), np.array([plan.horizon]))[0])
        self._hours = max(opened / days, 1.0)
        edges = np.linspace(0.0, DAY, _PIECES + 1)
        reached = np.interp(edges, flow.day_edges, np.append(0.0, np.cumsum(flow.day_shares)))
        middles = (edges[:-1] + edges[1:]) / 2.0
        since = np.where(middles >= BULLETIN, BULLETIN, BULLETIN - DAY)
        shift = np.where(since < 0.0, DAY, 0.0)  # a bulletin day later, all days being alike
        self._position = calendar.open_time(since + shift, middles + shift)
        self._weight = np.diff(reached)
        u = (np.arange(_PARTS) + 0.5) / _PARTS
        self._yard = [service.quantile(u) * owner.units for service in owner.service]
        self._rest = [_mean(later, channel) for channel in range(3)]
        self._channels = np.array(flow.channels) / sum(flow.channels)
        self._days_at = [self.days(hold) for hold in _HOLDS.tolist()]

    def days(self, hold: float) -> float:
        """Return the stock in days of arrivals; ``hold`` is a share of the plan's hold.

        One day where no owner holds trucks: what waits there is a line, and no steady stock.
        """
        if not self._held:
            return 1.0
        of_channel = [
            float((self._weight[:, np.newaxis] * self._closings(hold * yard + rest)).sum())
            for yard, rest in zip(self._yard, self._rest, strict=True)
        ]
        return float(self._channels @ of_channel)

    def hold(self, days: float) -> float:
        """Return the hold, as a share of the plan's, with which the stock is so many days."""
        if not self._held:
            return 1.0
        return float(np.exp(np.interp(days, self._days_at, np.log(_HOLDS))))

    def _closings(self, time: Floats) -> Floats:
        """Closings at which trucks are there, over parts of the distribution of times."""
        passed = (self._position[:, np.newaxis] + time) / self._hours
        return np.asarray(np.floor(passed) / len(time))


def _before_crossing(plan: Plan, flow: Flow) -> tuple[Step | None, list[Step]]:
    """The owner's hold, and what else takes time before the crossing."""
    steps = [step for step in flow.steps[: flow.crossed] if step.service is not None]
    timed = [step for step in steps if plan.stages[step.stage].kind in _TIMED]
    owned = [step for step in timed if plan.stages[step.stage].owner]
    if not owned:
        return None, []
    return owned[0], [step for step in timed if step is not owned[0]]


_TIMED = (StageKind.SERVERS, StageKind.DELAY, StageKind.BATCH)
"""Kinds of stages at which a service takes time."""


def _mean(steps: list[Step], channel: int) -> float:
    """Mean minutes at some steps."""
    return sum(
        step.units * step.share[channel] * step.service[channel].mean
        for step in steps
        if step.service is not None
    )
