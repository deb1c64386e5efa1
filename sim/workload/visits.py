"""The visits of a replication: who comes to which stage, and what each needs there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints, Keys
from sim.distributions import Constant, Distribution
from sim.plan.model import Plan, StageKind, Step
from sim.workload.uniforms import luck

__all__ = ["Visits"]


_CHANNELS = 3
_NOTHING = (Constant(0.0),) * _CHANNELS
_BLOCK = 16_384
"""Visits worked out at one go, so that the work stays in the cache."""


@dataclass(frozen=True, eq=False)
class _Crowd:
    """Some vehicles, ascending, side by side in memory; all of shape ``(vehicles,)``.

    ``kind`` is the flow and the channel of each as one number.
    """

    vehicle: NDArray[np.int32]
    identity: Keys
    kind: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.vehicle)

    def some(self, chosen: Ints | slice) -> _Crowd:
        """Those of them that are chosen."""
        return _Crowd(self.vehicle[chosen], self.identity[chosen], self.kind[chosen])


class _Place:
    """What a plan asks at one stage, by kind of vehicle; None where all are alike."""

    def __init__(self, plan: Plan, stage: int, steps: Mapping[int, Step]) -> None:
        role, hold = plan.stages[stage].role, plan.stages[stage].kind is StageKind.HOLD
        self.steps = steps
        self._flows = len(plan.flows)
        self._visit, self._no_show = f"visit:{role}", f"no_show:{role}"
        self._service = f"{'returns' if hold else 'service'}:{role}"
        self._share = self._table({flow: step.share for flow, step in steps.items()}, 1.0)
        self._laws: dict[Distribution, int] = {}
        numbers = {
            flow: [self._laws.setdefault(law, len(self._laws)) for law in step.service or _NOTHING]
            for flow, step in steps.items()
        }
        self._law = self._table(numbers, 0.0)
        self._units = self._table({f: [step.units] * _CHANNELS for f, step in steps.items()}, 1.0)
        self._absence = self._table({flow: step.no_show for flow, step in steps.items()}, 0.0)

    def visitors(self, crowd: _Crowd, sent: Bools | None) -> _Crowd:
        """Those who visit, of a crowd whose path leads by; who is ``sent`` surely does."""
        if self._share is None:
            return crowd
        sure = np.all((self._share == 0.0) | (self._share == 1.0))
        lot = 0.0 if sure else luck(crowd.identity, self._visit)
        comes = lot < self._share.take(crowd.kind, mode="clip")
        if sent is not None:
            comes |= sent[crowd.vehicle]
        return crowd.some(np.flatnonzero(comes))

    def fill_needs(self, who: _Crowd, out: Floats) -> None:
        """Fill in what each visitor needs, minutes."""
        law = None if self._law is None else self._law.take(who.kind, mode="clip")
        for one, number in self._laws.items():
            here = slice(None) if law is None else np.flatnonzero(law == number)
            if isinstance(one, Constant):
                out[here] = one.mean
            else:
                out[here] = one.quantile(luck(who.identity[here], self._service))
        if self._units is not None:
            out *= self._units[who.kind]

    def absent(self, who: _Crowd) -> Ints:
        """Which visitors are not there when their first slot comes."""
        if self._absence is None:
            return np.empty(0, np.int64)
        return np.flatnonzero(luck(who.identity, self._no_show) < self._absence[who.kind])

    def _table(self, values: Mapping[int, Sequence[float]], plain: float) -> Floats | None:
        """Values by flow and channel, by kind of vehicle; None if all are ``plain``."""
        if all(value == plain for by_channel in values.values() for value in by_channel):
            return None
        table = np.full((self._flows, _CHANNELS), plain)
        for flow, by_channel in values.items():
            table[flow] = by_channel
        return table.ravel()


class Visits:
    """One row per visit, by stage and then by vehicle.

    Parameters
    ----------
    flow, identity:
        Shape ``(vehicles,)``: flow of each vehicle, and what its luck is made from.

    Attributes
    ----------
    channel:
        Shape ``(vehicles,)``: customs channel of each vehicle.
    bounds:
        Shape ``(stages + 1,)``: rows of stage ``i`` are ``bounds[i]:bounds[i + 1]``.
    vehicle, service:
        Shape ``(rows,)``: who visits, and the service requirement in minutes.
    absent:
        Ascending rows of those who are not there when their first slot comes.
    """

    def __init__(self, plan: Plan, flow: Ints, identity: Keys) -> None:
        self._plan, self._flow = plan, flow
        self._places = _places(plan)
        self.channel = _channels(plan, flow, identity)
        kind = (_CHANNELS * flow + self.channel).astype(np.int32)
        everyone = _Crowd(np.arange(len(flow), dtype=np.int32), identity, kind)
        crowds: dict[tuple[int, ...], _Crowd] = {}
        for place in self._places:
            flows = tuple(place.steps)
            if flows not in crowds:
                leads_by = np.isin(np.arange(len(plan.flows)), flows)
                crowds[flows] = everyone.some(np.flatnonzero(leads_by[flow]))
        most = sum(len(crowds[tuple(place.steps)]) for place in self._places)
        self.vehicle, self.service = np.empty(most, np.int32), np.empty(most)
        self.bounds = np.zeros(len(self._places) + 1, dtype=np.int64)
        absent = [np.empty(0, np.int64)]
        for stage, place in enumerate(self._places):
            absent += self._lay_out(stage, crowds[tuple(place.steps)])
        rows = slice(int(self.bounds[-1]))
        self.vehicle, self.service = self.vehicle[rows], self.service[rows]
        self.absent = np.concatenate(absent)

    def holds(self) -> tuple[Ints, Ints]:
        """Rows of the visits to holds, ascending, and the rows after which each is left."""
        held, until = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        last = np.empty(len(self.channel), dtype=np.int64)
        for stage, place in enumerate(self._places):
            upto = {flow: step.until for flow, step in place.steps.items() if step.until >= 0}
            if upto:
                self.put_last_rows(upto, last)
                held.append(np.arange(self.bounds[stage], self.bounds[stage + 1]))
                until.append(last[self._visitors(stage)])
        return np.concatenate(held), np.concatenate(until)

    def put_last_rows(self, upto: Mapping[int, int], out: Ints) -> None:
        """Put in the row of the last step that each vehicle visits.

        ``upto`` is the index of the last step that counts, by flow; ``out`` has shape
        ``(vehicles,)``. Who visits none of these steps keeps the number there.
        """
        flows_at: dict[int, list[int]] = {}
        for flow, last in upto.items():
            for step in self._plan.flows[flow].steps[last::-1]:
                flows_at.setdefault(step.stage, []).append(flow)
                if min(step.share) >= 1.0:
                    break  # no earlier step is anybody's last
        for stage in sorted(flows_at):  # later stages write over earlier ones
            who, row = self._visitors(stage), np.arange(self.bounds[stage], self.bounds[stage + 1])
            if len(flows_at[stage]) < len(self._places[stage].steps):
                mine = np.isin(self._flow[who], flows_at[stage])
                who, row = who[mine], row[mine]
            out[who] = row

    def _lay_out(self, stage: int, crowd: _Crowd) -> list[Ints]:
        """Enter the visits of a crowd to a stage; the rows of those who are absent at first."""
        place, sent, row = self._places[stage], self._sent(stage), int(self.bounds[stage])
        absent = []
        for first in range(0, len(crowd), _BLOCK):
            who = place.visitors(crowd.some(slice(first, first + _BLOCK)), sent)
            here = slice(row, row + len(who))
            self.vehicle[here] = who.vehicle
            place.fill_needs(who, self.service[here])
            absent.append(row + place.absent(who))
            row += len(who)
        self.bounds[stage + 1] = row
        return absent

    def _visitors(self, stage: int) -> NDArray[np.int32]:
        """Who visits a stage, ascending."""
        return self.vehicle[self.bounds[stage] : self.bounds[stage + 1]]

    def _sent(self, stage: int) -> Bools | None:
        """Who may be sent on to a hold from others that may be full; None if it has no such."""
        before = [i for i, one in enumerate(self._plan.stages) if one.overflow == stage]
        if not before:
            return None
        sent = np.zeros(len(self.channel), dtype=np.bool_)
        for hold in before:
            sent[self._visitors(hold)] = True
        return sent


def _places(plan: Plan) -> list[_Place]:
    """The stages of a plan."""
    steps: list[dict[int, Step]] = [{} for _ in plan.stages]
    for flow, one in enumerate(plan.flows):
        for step in one.steps:
            steps[step.stage][flow] = step
    return [_Place(plan, stage, here) for stage, here in enumerate(steps)]


def _channels(plan: Plan, flow: Ints, identity: Keys) -> NDArray[np.int8]:
    """The channel of each vehicle, by the shares of its flow."""
    lot = luck(identity, "channel")
    channel = np.zeros(len(flow), dtype=np.int8)
    shares = np.cumsum([one.channels for one in plan.flows] or [(1.0, 1.0, 1.0)], axis=1)
    for edge in (shares[:, :-1] / shares[:, -1:]).T:
        channel += lot >= edge[flow]
    return channel
