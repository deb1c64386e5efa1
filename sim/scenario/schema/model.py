"""Pydantic schema of scenario files.

Each class is one block of the YAML file; the docstring of a field is what an editor
shows. Blocks stand before the blocks that hold them, so :class:`ScenarioModel` is last.
Those of stages, flows, gate choice, profiles, prices, sweeps and decisions have their own modules.
Values are numbers: minutes, vehicles per day, shares of one, VND, tonnes.
"""

# ruff: noqa: RUF012  pydantic copies mutable defaults
from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Literal

from pydantic import Field

from sim.clock import DAY, months_after
from sim.scenario.schema.base import BilingualText, Block, Evidenced
from sim.scenario.schema.economics import Capital, EconomicsBlock, Running
from sim.scenario.schema.fields import (
    Count,
    Date,
    Days,
    Flag,
    FractionBy,
    Hours,
    Id,
    Ids,
    Measured,
    Minutes,
    Moment,
    Month,
    Places,
    Published,
    Service,
    StageBy,
    Vehicles,
    Weekdays,
    Years,
)
from sim.scenario.schema.flows import CargoBlock, ChannelsBlock, FlowBlock
from sim.scenario.schema.gate_choice import AlternativeBlock, ChoiceBlock, NewsBlock
from sim.scenario.schema.inputs import InputForm
from sim.scenario.schema.optimise import OptimiseBlock
from sim.scenario.schema.profiles import (
    ProfilesBlock,
)
from sim.scenario.schema.stages import ShiftBlock, SlotsBlock, StageBlock
from sim.scenario.schema.sweep import SweepBlock

__all__ = [
    "FILE_KEYS",
    "SECTIONS",
    "AlternativeBlock",
    "CalendarBlock",
    "CargoBlock",
    "ChannelsBlock",
    "ChoiceBlock",
    "FlowBlock",
    "GateBlock",
    "HoldBlock",
    "OutageBlock",
    "PathBlock",
    "RouteBlock",
    "RunBlock",
    "ScenarioModel",
    "ShiftBlock",
    "SlotsBlock",
    "StageBlock",
    "StopBlock",
    "TargetBlock",
    "UpgradeBlock",
]


#: Days of a warm-up, and of what is measured after it.
MOST_DAYS = 3660


class SourceBlock(Block):
    """One published source."""

    title: str
    url: str = ""
    date: Published = ""
    """2025, 2025-07 or 2025-07-07."""
    confidence: Literal["H", "M", "L"] | None = None
    """H: official body or agency that names its issuer; M: one press item; L: weaker."""


class RunBlock(Block):
    """Run settings: dates, replications and the seed."""

    start: Date
    """First simulated day, Vietnam time."""
    year: Annotated[Count, Field(ge=2000, le=2100)] | None = None
    """Year whose demand and upgrades are simulated, on the calendar of `start`: an upgrade acts
    if it has opened by the month of `start` in that year. Without it, all act as they stand."""
    warm_up: Annotated[Minutes, Field(le=MOST_DAYS * DAY)] = 0.0
    """Simulated from the start but left out of all measures."""
    days: Annotated[Days, Field(ge=1, le=MOST_DAYS)] = 7
    """Measured days after the warm-up."""
    replications: Annotated[Count, Field(ge=1, le=1_000_000)] = 10
    """Repetitions with other random numbers."""
    seed: Annotated[Count, Field(ge=0)] = 1
    """Root of all random numbers: same seed, same results."""
    gates: Ids = ()
    """Gates that are simulated, each with the results that it has beside the others; all if none
    is named. Targets that name no gate of these are left out."""

    @property
    def horizon(self) -> float:
        """Simulated minutes, warm-up included."""
        return self.warm_up + DAY * self.days

    @property
    def dates(self) -> list[dt.date]:
        """Simulated days, warm-up included; a day that is begun counts."""
        count = math.ceil(self.horizon / DAY)
        return [self.start + dt.timedelta(days=day) for day in range(count)]


class SpanBlock(Block):
    """Days that belong together, both ends included."""

    start: Date
    end: Date


class CountryBlock(Evidenced):
    """A country's public holidays, on which its calendars are shut."""

    holidays: dict[Id, SpanBlock] = {}


class ClosureBlock(Block):
    """A time without service, Vietnam time."""

    start: Moment
    end: Moment


class CalendarBlock(Evidenced):
    """Hours in which servers may start work, or the intersection of the calendars in `both`.

    Hours are Vietnam time unless they say Beijing.
    """

    hours: Hours | None = None
    """07:00-19:00, or 08:00-20:00 Beijing, or 07:00-11:30, 13:00-17:00, or 24h."""
    days: Weekdays = frozenset(range(7))
    """mon-sun, mon-fri, or sat, sun."""
    country: Literal["vietnam", "china"] | None = None
    """Shut on this country's holidays."""
    both: list[str] | None = None
    """Open only when all of these calendars are open."""
    closures: dict[Id, ClosureBlock] = {}
    """Times without service, by name."""


class HoldBlock(Evidenced):
    """A finite pool taken before one stage and given back after another.

    Yard places, relay drivers, platoon vehicles, tracks, locomotives, reefer plugs.
    """

    title: BilingualText
    places: Annotated[Places, Field(ge=0, le=100_000)]
    """How many vehicles can hold a place at once."""
    first: StageBy
    """Stage before which a place is taken; one for all, or by direction."""
    last: StageBy
    """Stage after which it is given back; one for all, or by direction."""
    share: FractionBy = 1.0
    """Share of vehicles that take a place, one for all or by channel, cargo class or direction."""
    returns: Service | None = None
    """From giving a place back until it can be taken again: a driver walks back, a battery is
    charged."""
    when_full: Literal["wait", "block", "turn_back"] = "wait"
    """Who finds no place waits on the road; waits and keeps its server of the stage before; or
    leaves the gate."""
    side: Literal["vietnam", "border", "china"] | None = None
    """Whose the wait for a place is; else that of the stage before which it is taken."""
    overflow: str | None = None
    """Hold to try when this one is full; when the last of them is, its rule applies."""


class PathBlock(Block):
    """The stages that some vehicles visit, in order."""

    direction: Literal["export", "import"] | None = None
    """Of its vehicles; the paths `export` and `import` need not say it."""
    stages: list[str]
    """Ids of stages of this route, in the order of the visit."""
    crossed_at: str
    """The vehicle counts as exported or imported when it leaves this stage."""


class RouteBlock(Evidenced):
    """A clearance road of a gate with its own lanes."""

    title: BilingualText | None = None
    alias_of: str | None = None
    """Gate under whose name this route is modelled and reported."""
    accepts: list[str] = []
    """Cargo classes that may pass; all where there are none here."""
    stages: dict[Id, StageBlock] = {}
    holds: dict[Id, HoldBlock] = {}
    paths: dict[Id, PathBlock] = {}
    """Named after their direction, `export` and `import`, or by an id of your own."""
    flows: dict[Id, FlowBlock] = {}


class StopBlock(Evidenced):
    """The province's rule to stop receiving: trucks that come too many are turned back."""

    above: Annotated[Vehicles, Field(ge=0, le=1_000_000)]
    """Export vehicles at the gate, arrived and not yet crossed, from which it applies."""
    cargo: list[str] = []
    """Cargo classes it applies to; all where there are none here."""


class GateBlock(Evidenced):
    """A border gate."""

    title: BilingualText
    counterpart: BilingualText | None = None
    """The gate on the Chinese side."""
    mode: Literal["road", "rail"]
    status: Literal["international", "bilateral", "auxiliary"] = Field(alias="class")
    """Class of the gate in law."""
    priority: Flag = False
    """One of the five gates the plan gives priority."""
    data: Literal["published", "assumed", "none"]
    """Whether its traffic is published, assumed, or unknown and so zero."""
    routes: dict[Id, RouteBlock] = {}
    stop_receiving: StopBlock | None = None
    """When export vehicles are turned back on arrival."""


class OutageBlock(Evidenced):
    """Something that fails at random: power, the digital platform, a scanner.

    While it lasts no service starts at the stages it stops; a started one runs on, or
    freezes where the stage says `at_close: resume`. Measures count it as open time: who
    waits for a repair waits at the gate.
    """

    title: BilingualText
    between: Service
    """From the end of one outage to the next."""
    lasts: Service
    """How long it takes to repair."""
    stages: list[str]
    """Ids of the stages it stops, at every route that has them."""
    gates: list[str] = []
    """Only at these gates; at all where there are none here."""


#: What an upgrade may change.
SECTIONS = (
    *("sources", "countries", "calendars", "profiles", "cargo", "channels", "gates"),
    *("outages", "economics", "news"),
)


class UpgradeBlock(Evidenced):
    """A named, priced, dated change: beside these keys it has sections of a scenario."""

    title: BilingualText
    capex: Capital | None = None
    """Capital cost, 2025 prices, alone or with its range."""
    opex: Running | None = None
    """Running cost, 2025 prices, alone or with its range."""
    opens: Month | None = None
    """Month of opening as planned, in which the capital cost falls due. It acts for the whole run,
    unless `run.year` is a year before it."""
    delay: Annotated[Years, Field(le=50)] = 0.0
    """How much later than `opens` it opens; the capital cost falls due as planned."""
    note: str = ""

    @property
    def opening(self) -> dt.date | None:
        """Month of opening, delay included; None without a date."""
        return None if self.opens is None else months_after(self.opens, self.delay)


class TargetBlock(Block):
    """Promise of a plan or a press release: compared with results, never an input."""

    title: BilingualText
    gate: str = "all"
    """Gate, or all."""
    direction: Literal["export", "import"] | None = None
    """Both together where there is none."""
    cargo: str = "all"
    """Cargo class, or all."""
    route: str = "all"
    """Route of the gate, or all."""
    stage: str = "all"
    """Stage, or the whole stay."""
    measure: Measured
    """What is promised, such as crossed.per_day, wait.p95 or within(2 h); see
    `langson explain measures`."""
    at_least: str | None = None
    """Value with its unit, e.g. 2_000 vehicles/day."""
    at_most: str | None = None
    """Value with its unit, e.g. 90 min."""
    source: Ids = ()
    """Id (or ids) under `sources`."""
    note: str = ""


#: Keys of a file that say how its scenario is put together, and are not in it.
FILE_KEYS = ("extends", "templates")


class ScenarioModel(Block):
    """A whole resolved scenario."""

    format: Literal[1]
    """Version of this language."""
    title: BilingualText
    description: BilingualText | None = None
    run: RunBlock
    sources: dict[Id, SourceBlock] = {}
    countries: dict[Literal["vietnam", "china"], CountryBlock] = {}
    calendars: dict[Id, CalendarBlock] = {}
    profiles: ProfilesBlock = ProfilesBlock()
    cargo: dict[Id, CargoBlock]
    channels: ChannelsBlock
    """Customs risk channels where a flow does not state its own."""
    gates: dict[Id, GateBlock]
    news: NewsBlock | None = None
    """How often queues are published; needed where vehicles choose their gate."""
    outages: dict[Id, OutageBlock] = {}
    economics: EconomicsBlock | None = None
    """Money and air; without it neither is counted."""
    targets: dict[Id, TargetBlock] = {}
    upgrades: dict[Id, UpgradeBlock] = {}
    inputs: dict[str, InputForm] = {}
    """Uncertain values, by their paths or names of your own: each replication draws a set of
    them."""
    sweep: SweepBlock | None = None
    """What `langson sweep` varies."""
    optimise: OptimiseBlock | None = None
    """What `langson optimise` decides."""
