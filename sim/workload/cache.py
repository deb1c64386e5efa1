"""Cache of workloads, for runs that follow one another with the same vehicles."""

from __future__ import annotations

from sim.arguments import checked_arguments
from sim.plan import Plan
from sim.plan.equality import workload_difference
from sim.workload.generation import draw
from sim.workload.model import Workload

__all__ = ["WorkloadCache"]


class WorkloadCache:
    """Cache of the workloads drawn last, for :func:`sim.run` of one scenario after its edits.

    Servers, hours, priorities and departures are not drawn from: while only these change, the
    vehicles of each replication stay what they were and are not drawn again. The results are the
    same with it and without.
    """

    def __init__(self) -> None:
        self._drawn: dict[tuple[int, int], Workload] = {}
        self._compared: tuple[Plan, Plan, bool] | None = None

    @checked_arguments
    def draw(self, plan: Plan, replication: int, *, arrivals_of: int | None = None) -> Workload:
        """Return the workload of a replication as :func:`sim.draw` would, drawn if need be.

        It keeps the last one of each replication; raises as :func:`sim.draw`.
        """
        key = replication, replication if arrivals_of is None else arrivals_of
        known = self._drawn.get(key)
        if known is None or known.plan is None or not self._same_vehicles(known.plan, plan):
            known = self._drawn[key] = draw(plan, replication, arrivals_of=arrivals_of)
        return known

    def _same_vehicles(self, before: Plan, plan: Plan) -> bool:
        """Whether two plans have the same vehicles; those compared last are known."""
        last = self._compared
        if last is None or last[0] is not before or last[1] is not plan:
            same = before is plan or not workload_difference(before, plan)
            last = self._compared = before, plan, same
        return last[2]
