"""Schema of a stage: servers, calendar, shares, service time."""

# ruff: noqa: RUF012  pydantic copies mutable defaults
from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from sim.scenario.schema.base import BilingualText, Block, Evidenced
from sim.scenario.schema.fields import (
    MOST_SERVERS,
    Clock,
    Fraction,
    FractionBy,
    Hours,
    Id,
    Minutes,
    Places,
    Servers,
    ServiceBy,
    Share,
    Vehicles,
)

__all__ = ["BatchBlock", "DayFactorBlock", "ShiftBlock", "SlotsBlock", "StageBlock"]


class ShiftBlock(Evidenced):
    """A group of servers with hours or vehicles of its own: lanes, counters, a team."""

    servers: Annotated[Places, Field(ge=0, le=MOST_SERVERS)]
    """How many servers work this shift."""
    calendar: str
    """Id under `calendars`."""
    only: list[str] = []
    """Whom they serve: cargo classes, export, import, trusted; everyone where nothing is here."""
    prefers: list[str] = []
    """Whom they serve first; the others while none of these waits."""


class SlotsBlock(Block):
    """Daily departures: at these times, or evenly over some hours."""

    times: list[Clock] | None = None
    """Departure times, as in [06:00, 18:00]."""
    hours: Hours | None = None
    """Hours over which departures are spread, e.g. 07:00-20:00."""
    every: Minutes | None = None
    """From one departure to the next within these hours, the first at their start."""
    places: Annotated[Places, Field(ge=1, le=10_000)] = 1
    """Vehicles that each departure takes."""


def _slots_form(value: Any) -> str:
    return "<block>" if isinstance(value, (dict, SlotsBlock)) else "<list>"


Slots = Annotated[
    Annotated[list[Clock], Tag("<list>")] | Annotated[SlotsBlock, Tag("<block>")],
    Discriminator(_slots_form),
]


class BatchBlock(Block):
    """Vehicles that gather at a stage and go together: a platoon, a wave of parcels."""

    size: Annotated[Vehicles, Field(ge=1, le=100_000)] | None = None
    """A batch goes when it has so many; without it, only by time."""
    within: Minutes | None = None
    """A batch goes this long after its first vehicle came; without it, only when full."""


class DayFactorBlock(Block):
    """How the service times of one day differ from those of another, all together, by cargo.

    They are multiplied by a factor, lognormal with mean 1, for all who arrive on the day.
    """

    cv: Annotated[Share, Field(gt=0.0)]
    """Coefficient of variation of the factor over many days, e.g. 45 %."""
    correlation: Annotated[Fraction, Field(lt=1.0)] = 0.0
    """Of its logarithm from a day to the next: how slowly it comes back to its mean."""
    start: Annotated[Share, Field(gt=0.0)] | None = None
    """The factor on the first day of the run; without it, any of the long run."""


class StageBlock(Evidenced):
    """A place of service: lanes, counters, bays, scanners, tracks."""

    title: BilingualText
    side: Literal["vietnam", "border", "china"]
    """Whose procedure this is; `border` is the crossing itself."""
    servers: Servers | None = None
    """How many vehicles are served at once; unlimited for a plain delay; none beside slots or a
    batch."""
    calendar: str = "always"
    """Id under `calendars`; `always` never closes."""
    shifts: dict[Id, ShiftBlock] = {}
    """Further servers with hours or vehicles of their own, numbered after the stage's own."""
    service: ServiceBy
    """Service time, one for all or by channel, cargo class, direction or trust."""
    day_to_day: DayFactorBlock | None = None
    """How the service times differ from day to day; without it, days are alike."""
    per: Literal["vehicle", "wagon", "tonne", "passenger"] = "vehicle"
    """What the service time is for: the vehicle, or each of its wagons, tonnes or passengers."""
    share: FractionBy = 1.0
    """Share of vehicles that visit, one for all or by channel, cargo class, direction or trust."""
    at_close: Literal["finish", "resume"] = "finish"
    """A started service runs on past closing, or freezes until reopening."""
    priority: list[str] = []
    """Served first, in this order: cargo classes, export, import, trusted; then by arrival."""
    slots: Slots | None = None
    """Daily departures; each vehicle takes the next free place. A list of times, or a block."""
    no_show: FractionBy = 0.0
    """Share of vehicles that are not there when their slot comes; they take the next free one."""
    batch: BatchBlock | None = None
    """Vehicles gather and start together; each then takes its own service time."""
    places: Annotated[Places, Field(ge=1, le=100_000)] | None = None
    """Places to stand, in service or waiting; vehicles beyond them stand on the road."""
    wait: Literal["physical", "virtual"] = "physical"
    """`virtual`: who waits has a booking and waits elsewhere, not at the gate."""
    held_by: Literal["gate", "owner"] = "gate"
    """`owner`: the truck stands in the yard until its owner calls it forward."""
