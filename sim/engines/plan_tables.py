"""Tables that engines compute once for all replications of a plan.

They are kept as long as the plan is, and hold nothing that outages or vehicles change.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, ref

from sim.arrays import Ints
from sim.engines.stage import is_single_line
from sim.plan import Plan, StageKind
from sim.queues import Calendar, compiled
from sim.queues.inputs import distinct_calendars

if TYPE_CHECKING:
    from sim.queues.kernels import Book

__all__ = ["stage_book", "tables_of"]


class PlanTables:
    """Tables of a plan that engines look things up in.

    Attributes
    ----------
    needed_events:
        Routes of which some replication could not be run stage by stage.
    books:
        By stage without outages: its calendars, and which of them each server has.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = ref(plan)
        self.needed_events: set[int] = set()
        self.books: dict[int, tuple[Book, Ints]] = {}

    @cached_property
    def walked(self) -> frozenset[int]:
        """Routes that arrays walk in Python, vehicle by vehicle.

        Their servers differ in whom they serve, or vehicles miss their slots.
        """
        plan = self._plan()
        assert plan is not None
        missed = {step.stage for flow in plan.flows for step in flow.steps if any(step.no_show)} & {
            number for number, stage in enumerate(plan.stages) if stage.kind is StageKind.SLOTS
        }
        return frozenset(
            stage.route
            for number, stage in enumerate(plan.stages)
            if number in missed
            or (stage.kind is StageKind.SERVERS and stage.servers > 0 and not is_single_line(stage))
        )


_TABLES: WeakKeyDictionary[Plan, PlanTables] = WeakKeyDictionary()


def tables_of(plan: Plan) -> PlanTables:
    """Return the tables of a plan, empty at first."""
    tables = _TABLES.get(plan)
    if tables is None:
        tables = _TABLES[plan] = PlanTables(plan)
    return tables


def stage_book(plan: Plan, number: int, hours: dict[int, Calendar]) -> tuple[Book, Ints]:
    """Return the calendars of a stage for compiled code, and which of them each server has.

    ``hours`` are the stage's, less its outages; see :func:`sim.workload.hours`.
    """
    struck = any(number in outage.stages for outage in plan.outages)
    books = {} if struck else tables_of(plan).books
    if number not in books:
        calendars = [hours[n] for n in plan.stages[number].server_calendar.tolist()]
        different, pattern = distinct_calendars(calendars, len(calendars))
        books[number] = compiled.flatten_calendars(different), pattern
    return books[number]
