"""Schema of demand: cargo classes, customs channels, flows."""

# ruff: noqa: RUF012  pydantic copies mutable defaults
from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo

from sim.errors import UnitError
from sim.scenario.schema.base import BilingualText, Block, Evidenced
from sim.scenario.schema.fields import (
    Clock,
    Date,
    Flag,
    Fraction,
    Mass,
    Minutes,
    Money,
    People,
    PerDay,
    Service,
    Share,
    Teu,
    Vehicles,
    Wagons,
    Weekdays,
    as_text,
    data_of,
)
from sim.scenario.schema.gate_choice import ChoiceBlock
from sim.scenario.source.data_files import DataTable
from sim.sentences import Sentence
from sim.units import shown

__all__ = ["ArrivalsBlock", "CargoBlock", "ChannelsBlock", "FlowBlock"]


class CargoBlock(Evidenced):
    """A cargo class."""

    title: BilingualText
    payload: Mass | None = None
    """Tonnes per vehicle."""
    value: Money | None = None
    """Cargo value per vehicle."""
    reefer: Fraction = 0.0
    """Share of its vehicles with a cooling unit."""
    life: Annotated[Minutes, Field(ge=1.0)] | None = None
    """Time from arrival until fresh produce has lost all its value; none if it does not spoil."""
    salvage: Fraction = 0.0
    """Share of the value that is left when it is sold inland or spoilt."""
    counted_as: Literal["fruit", "new_cars", "other", "none"] = "other"
    """The line of the 20:00 bulletin that counts it; `none` for passengers."""


class ChannelsBlock(Evidenced):
    """Customs risk channels; the shares sum to 100 %."""

    green: Fraction
    """Released without a check."""
    yellow: Fraction
    """Papers are checked."""
    red: Fraction
    """Papers and goods are checked."""


def _table(value: object, info: ValidationInfo) -> DataTable:
    """Read the name of a data file."""
    if not isinstance(value, str):
        raise UnitError(
            Sentence("{value} is not the name of a file", value=shown(value)),
            Sentence("write e.g. 'arrivals.csv'"),
        )
    return data_of(info).table_of(value)


class ArrivalsBlock(Block):
    """Arrivals that were recorded, and are replayed as they were in each replication."""

    file: Annotated[DataTable, BeforeValidator(_table), as_text(".+", "arrivals.csv")]
    """CSV file beside the scenario with a row for each vehicle, and the columns' names above."""
    time: str = "time"
    """Column of the arrival: 2025-07-07 06:31, or 07/07/2025 06:31; Vietnam time, unless it says
    Beijing or an offset from UTC. In any order."""
    where: dict[str, str] = {}
    """Rows to take, all where there is nothing here: {class: fresh_fruit} takes those with this
    text in the column `class`."""


class FlowBlock(Evidenced):
    """Vehicles of one class: direction, cargo, volume and rhythm."""

    direction: Literal["export", "import"]
    cargo: str
    """Id under `cargo`."""
    path: str | None = None
    """Id under the route's `paths`; without one, the path named after the direction."""
    trusted: Flag = False
    """Trusted operators: who serves, who goes first and how long it takes may say `trusted`."""
    vehicle: Literal["truck", "car", "van", "coach", "train"] = "truck"
    volume: PerDay | None = None
    """Mean arrivals per day, e.g. 186 trucks/day."""
    from_: dict[Date, PerDay] = Field(default={}, alias="from")
    """Another volume from a date on, until the next: {2021-12-19: 60 trucks/day}."""
    day_to_day_cv: Share = 0.0
    """Coefficient of variation of the daily volume about its mean."""
    day: str | None = None
    """Day profile; without one, arrivals are spread evenly."""
    week: str | None = None
    """Week profile; without one, all weekdays are alike."""
    season: str | None = None
    """Season profile; without one, all months are alike."""
    growth: str | None = None
    """Growth profile, for a run that names a year; without one, all years are alike."""
    arrivals: ArrivalsBlock | None = None
    """Recorded arrivals, in place of a volume."""
    timetable: list[Clock] | None = None
    """Daily arrival times of scheduled trains, Vietnam time."""
    days: Weekdays = frozenset(range(7))
    """Weekdays on which the timetable runs."""
    delay: Service | None = None
    """Delay of scheduled or recorded arrivals."""
    wagons: Annotated[Wagons, Field(ge=1, le=200)] = 1
    """Wagons of a train."""
    teu: Annotated[Teu, Field(ge=0, le=400)] = 0
    """Containers on each vehicle or train, in twenty-foot units."""
    passengers: Annotated[People, Field(ge=0, le=2_000)] | None = None
    """People in each vehicle."""
    backlog: Annotated[Vehicles, Field(ge=0, le=100_000)] = 0
    """Vehicles that wait to cross when the run starts: held by their owners or at a later stage, of
    whose time the rest is left; before the first stage where no owner holds them."""
    backlog_age: Minutes | None = None
    """How long their owners have held them by then, in hours of the yard; without it, what is left
    is drawn as at any moment of a long time (the equilibrium residual)."""
    patience: Service | None = None
    """How long after its arrival at the gate a load waits: from then on it is sold inland whenever
    it stands in a queue, or in its owner's yard, before the crossing. Who need not wait goes on."""
    channels: ChannelsBlock | None = None
    """Customs risk channels of this flow, where they differ from the scenario's."""
    choice: ChoiceBlock | None = None
    """How its vehicles choose between gates; without it they all come here."""
