"""Visits of vehicles to stages, with the service requirement of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints, Keys
from sim.catalogue import CHANNELS
from sim.distributions import Constant, Distribution
from sim.plan import Plan, StageKind, Step, ascends, steps_of
from sim.workload.initial_queue import entry_stages, residual
from sim.workload.random_numbers import uniforms

__all__ = ["VehicleArrays", "VisitTable"]


_CHANNELS = len(CHANNELS)
_NOTHING = (Constant(0.0),) * _CHANNELS
_BLOCK = 16_384
"""Visits worked out at one go, so that the work stays in the cache."""
_PLANS = 8
"""Plans of which the stages are remembered."""


@dataclass(frozen=True, eq=False)
class VehicleArrays:
    """Vehicles of a replication, as arrays of shape ``(vehicles,)``.

    ``day`` is the day of the run on which each arrives, ``queued`` whether it is of the initial
    queue.
    """

    flow: Ints
    random_key: Keys
    day: Ints
    queued: Bools


@dataclass(frozen=True, eq=False)
class _Cohort:
    """A cohort of vehicles, ascending, as parallel arrays of shape ``(vehicles,)``.

    ``kind`` is the flow and the channel of each as one number.
    """

    vehicle: NDArray[np.int32]
    random_key: Keys
    kind: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.vehicle)

    def subset(self, chosen: Ints | slice) -> _Cohort:
        """Return the chosen vehicles."""
        return _Cohort(self.vehicle[chosen], self.random_key[chosen], self.kind[chosen])


class _Place:
    """Visits and service at one stage, by kind of vehicle; tables are None where all are alike."""

    def __init__(self, plan: Plan, stage: int, steps: Mapping[int, Step]) -> None:
        role, hold = plan.stages[stage].role, plan.stages[stage].kind is StageKind.HOLD
        self.steps = steps
        self._stage, self._plan = stage, plan
        self._flows = len(plan.flows)
        self._visit, self._no_show = f"visit:{role}", f"no_show:{role}"
        self._service = f"{'returns' if hold else 'service'}:{role}"
        self._share = self._table({flow: step.share for flow, step in steps.items()}, 1.0)
        self._distributions: dict[Distribution, int] = {}
        numbers = {
            flow: [self._number_of(service) for service in step.service or _NOTHING]
            for flow, step in steps.items()
        }
        self._number_table = self._table(numbers, 0.0)
        self._units = self._table({f: [step.units] * _CHANNELS for f, step in steps.items()}, 1.0)
        self._absence = self._table({flow: step.no_show for flow, step in steps.items()}, 0.0)

    def _number_of(self, service: Distribution) -> int:
        """Return the number of a distribution, a new one if it has none."""
        return self._distributions.setdefault(service, len(self._distributions))

    def visitors(self, cohort: _Cohort, sent: Bools | None, entry: Ints | None) -> _Cohort:
        """Return the vehicles of a cohort that visit.

        These are a random share and all ``sent``; who enters at a later stage does not, and who
        enters at this one does.
        """
        if self._share is None and entry is None:
            return cohort
        comes = self._random_share(cohort)
        if sent is not None:
            comes |= sent[cohort.vehicle]
        if entry is not None:
            first = entry[cohort.vehicle]
            comes = (comes & (first < self._stage)) | (first == self._stage)
        return cohort.subset(np.flatnonzero(comes))

    def _random_share(self, cohort: _Cohort) -> Bools:
        """Draw which vehicles of a cohort visit, by the shares of their kinds."""
        if self._share is None:
            return np.ones(len(cohort), dtype=np.bool_)
        sure = np.all((self._share == 0.0) | (self._share == 1.0))
        uniform = 0.0 if sure else uniforms(cohort.random_key, self._visit)
        return np.asarray(uniform < self._share.take(cohort.kind, mode="clip"))

    def fill_needs(self, who: _Cohort, out: Floats) -> None:
        """Fill ``out`` with the service requirement of each visitor, minutes."""
        table = self._number_table
        numbers = None if table is None else table.take(who.kind, mode="clip")
        for distribution, number in self._distributions.items():
            rows = slice(None) if numbers is None else np.flatnonzero(numbers == number)
            if isinstance(distribution, Constant):
                out[rows] = distribution.mean
            else:
                out[rows] = distribution.quantile(uniforms(who.random_key[rows], self._service))
        if self._units is not None:
            out *= self._units[who.kind]

    def fill_residuals(self, who: _Cohort, rows: Ints, factors: Floats | None, out: Floats) -> None:
        """Fill in what is left for the visitors ``rows``, in service here when the run starts.

        ``factors`` are those of the days by flow, as in :class:`VisitTable`.
        """
        who = who.subset(rows)
        uniform = uniforms(who.random_key, self._service)
        for kind in np.unique(who.kind).tolist():
            flow, channel = divmod(kind, _CHANNELS)
            step, age = self.steps[flow], self._plan.flows[flow].backlog_age
            assert step.service is not None  # else no time were spent here
            same = who.kind == kind
            scale = step.units * (1.0 if factors is None else float(factors[flow, 0]))
            of_each = None if age is None else age / scale
            out[rows[same]] = scale * residual(step.service[channel], of_each, uniform[same])

    def absent(self, who: _Cohort) -> Ints:
        """Return which visitors are not there when their first slot comes."""
        if self._absence is None:
            return np.empty(0, np.int64)
        return np.flatnonzero(uniforms(who.random_key, self._no_show) < self._absence[who.kind])

    def _table(self, values: Mapping[int, Sequence[float]], plain: float) -> Floats | None:
        """Tabulate values by kind of vehicle, from flow and channel; None if all are ``plain``."""
        if all(value == plain for by_channel in values.values() for value in by_channel):
            return None
        table = np.full((self._flows, _CHANNELS), plain)
        for flow, by_channel in values.items():
            table[flow] = by_channel
        return table.ravel()


class VisitTable:
    """One row per visit, by stage and then by vehicle.

    Parameters
    ----------
    vehicles:
        Whose visits they are.
    factors:
        By stage the factors of each day, shape ``(flows, days)``, from
        :func:`sim.workload.day_factors.day_factors`.

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

    def __init__(self, plan: Plan, vehicles: VehicleArrays, factors: Mapping[int, Floats]) -> None:
        flow, random_key = vehicles.flow, vehicles.random_key
        self._plan, self._flow, self._day, self._factors = plan, flow, vehicles.day, factors
        self._places, self._steps = _places(plan), steps_of(plan)
        self.channel = _channels(plan, flow, random_key)
        self._entry = entry_stages(plan, flow, self.channel, random_key, vehicles.queued)
        kind = (_CHANNELS * flow + self.channel).astype(np.int32)
        everyone = _Cohort(np.arange(len(flow), dtype=np.int32), random_key, kind)
        cohorts: dict[tuple[int, ...], _Cohort] = {}
        for place in self._places:
            flows = tuple(place.steps)
            if flows not in cohorts:
                leads_by = np.isin(np.arange(len(plan.flows)), flows)
                cohorts[flows] = everyone.subset(np.flatnonzero(leads_by[flow]))
        most = sum(len(cohorts[tuple(place.steps)]) for place in self._places)
        self.vehicle, self.service = np.empty(most, np.int32), np.empty(most)
        self.bounds = np.zeros(len(self._places) + 1, dtype=np.int64)
        absent = [np.empty(0, np.int64)]
        for stage, place in enumerate(self._places):
            absent += self._lay_out(stage, cohorts[tuple(place.steps)])
        rows = slice(int(self.bounds[-1]))
        self.vehicle, self.service = self.vehicle[rows], self.service[rows]
        self.absent = np.concatenate(absent)

    def holds(self) -> tuple[Ints, Ints]:
        """Return the rows of visits to holds, ascending, and the rows after which each is left."""
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
        """Fill ``out`` with the row of the last step that each vehicle visits.

        ``upto`` is the index of the last step that counts, by flow; ``out`` has shape
        ``(vehicles,)``. Who visits none of these steps keeps the number there.
        """
        flows_at: dict[int, list[int]] = {}
        for flow, last in upto.items():
            if self._steps is not None and not ascends(self._plan.flows[flow]):
                self._put_along(flow, last, out)
                continue
            for step in self._plan.flows[flow].steps[last::-1]:
                flows_at.setdefault(step.stage, []).append(flow)
                if min(step.share) >= 1.0:
                    break  # no earlier step is anybody's last
        for stage in sorted(flows_at):  # later stages write over earlier ones
            who, row = self._visitors(stage), np.arange(self.bounds[stage], self.bounds[stage + 1])
            if len(flows_at[stage]) < len(self._places[stage].steps):
                crossing = np.isin(self._flow[who], flows_at[stage])
                who, row = who[crossing], row[crossing]
            out[who] = row

    def _put_along(self, flow: int, last: int, out: Ints) -> None:
        """Fill in :meth:`put_last_rows` of a flow that visits stages in an order of its own."""
        for step in self._plan.flows[flow].steps[: last + 1]:
            who = self._visitors(step.stage)
            chosen = np.flatnonzero(self._flow[who] == flow)
            out[who[chosen]] = self.bounds[step.stage] + chosen

    def places(self) -> Ints | None:
        """Return the place of each row on the path of its vehicle; None where all ascend."""
        if self._steps is None:
            return None
        stage = np.repeat(np.arange(len(self._places)), np.diff(self.bounds))
        places: Ints = self._steps[self._flow[self.vehicle], stage]
        return places

    def _lay_out(self, stage: int, cohort: _Cohort) -> list[Ints]:
        """Enter the visits of a cohort to a stage; return the rows that are absent at first."""
        place, sent, row = self._places[stage], self._sent(stage), int(self.bounds[stage])
        absent = []
        for first in range(0, len(cohort), _BLOCK):
            who = place.visitors(cohort.subset(slice(first, first + _BLOCK)), sent, self._entry)
            rows = slice(row, row + len(who))
            self.vehicle[rows] = who.vehicle
            place.fill_needs(who, self.service[rows])
            if stage in self._factors:
                self.service[rows] *= self._factors[stage][
                    self._flow[who.vehicle], self._day[who.vehicle]
                ]
            if self._entry is not None:
                inside = np.flatnonzero(self._entry[who.vehicle] == stage)
                place.fill_residuals(who, inside, self._factors.get(stage), self.service[rows])
            absent.append(row + place.absent(who))
            row += len(who)
        self.bounds[stage + 1] = row
        return absent

    def _visitors(self, stage: int) -> NDArray[np.int32]:
        """Return the vehicles that visit a stage, ascending."""
        return self.vehicle[self.bounds[stage] : self.bounds[stage + 1]]

    def _sent(self, stage: int) -> Bools | None:
        """Return the vehicles that may overflow into a hold from others; None if there are none."""
        before = [i for i, other in enumerate(self._plan.stages) if other.overflow == stage]
        if not before:
            return None
        sent = np.zeros(len(self.channel), dtype=np.bool_)
        for hold in before:
            sent[self._visitors(hold)] = True
        return sent


@lru_cache(maxsize=_PLANS)
def _places(plan: Plan) -> list[_Place]:
    """Return the stages of a plan; the same for all its replications."""
    steps: list[dict[int, Step]] = [{} for _ in plan.stages]
    for flow, settings in enumerate(plan.flows):
        for step in settings.steps:
            steps[step.stage][flow] = step
    return [_Place(plan, stage, by_flow) for stage, by_flow in enumerate(steps)]


def _channels(plan: Plan, flow: Ints, random_key: Keys) -> NDArray[np.int8]:
    """Draw the channel of each vehicle, by the shares of its flow."""
    uniform = uniforms(random_key, "channel")
    channel = np.zeros(len(flow), dtype=np.int8)
    shares = np.cumsum([flow.channels for flow in plan.flows] or [(1.0, 1.0, 1.0)], axis=1)
    for edge in (shares[:, :-1] / shares[:, -1:]).T:
        channel += uniform >= edge[flow]
    return channel
