"""The compiled border: all that an engine knows of the world.

A Plan is frozen arrays and step functions. Nothing after compiling looks at a scenario
file. Time is float64 minutes since midnight, Vietnam time, of the first simulated day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from sim.arguments import durations_array
from sim.arrays import Floats, Ints
from sim.catalogue import DIRECTIONS
from sim.clock import DAY
from sim.distributions import Distribution
from sim.queues import Calendar
from sim.units import Ranged

__all__ = [
    "DIRECTIONS",
    "OUTCOMES",
    "Batch",
    "Cargo",
    "Choice",
    "DayFactor",
    "Economics",
    "Flow",
    "Gate",
    "Outage",
    "Plan",
    "Route",
    "Stage",
    "StageKind",
    "Step",
    "Stop",
    "WhenFull",
]


OUTCOMES = ("crossed", "turned_back", "sold_inland", "unfinished")


class StageKind(IntEnum):
    """Kind of service of a stage."""

    SERVERS = 0
    """`servers` servers, each with its own calendar."""
    DELAY = 1
    """Everyone at once; the service is a plain delay."""
    SLOTS = 2
    """One vehicle for each place of a timetabled departure."""
    HOLD = 3
    """A pool of places kept until a later stage is finished."""
    BATCH = 4
    """Vehicles gather and go together; the service is a plain delay."""


class WhenFull(IntEnum):
    """Rule for a vehicle that finds no free place."""

    WAIT = 0
    """It stands before the hold, on the road, first come first served."""
    BLOCK = 1
    """So too, but it keeps its server of the stage before until it has a place."""
    TURN_BACK = 2
    """It leaves the gate for good."""


@dataclass(frozen=True)
class Batch:
    """Batch rule: depart with ``size`` vehicles (None: no limit) or ``within`` minutes."""

    size: int | None
    within: float


@dataclass(frozen=True)
class Gate:
    """One of the twelve gates. ``pair`` indexes the gate that administers it today."""

    id: str
    title: dict[str, str]
    mode: str
    status: str
    priority: bool
    data: str
    pair: int


@dataclass(frozen=True)
class Route:
    """A clearance road of a gate; ``gate`` indexes :attr:`Plan.gates`."""

    id: str
    title: dict[str, str]
    gate: int


@dataclass(frozen=True)
class Cargo:
    """A cargo class; ``counted_as`` is its line in the 20:00 bulletin, if it has one.

    ``payload`` is tonnes and ``value`` VND per vehicle, ``reefer`` the share of vehicles that
    cool, ``life`` minutes until nothing but the share ``salvage`` of the value is left.
    """

    id: str
    title: dict[str, str]
    counted_as: str
    payload: float | None
    value: float | None
    reefer: float = 0.0
    life: float | None = None
    salvage: float = 0.0


@dataclass(frozen=True, eq=False)
class Stage:
    """A place of service.

    Attributes
    ----------
    id:
        ``gate.route.role``; unique.
    side:
        ``vietnam``, ``border`` or ``china``.
    servers:
        Number of servers or places; 0 for a delay and for slots.
    server_calendar:
        Shape ``(servers,)``, index into :attr:`Plan.calendars` for each server; for a
        delay, slots and batches shape ``(1,)``; for a hold shape ``(0,)``.
    rank:
        Shape ``(lanes, flows)``: in which order the servers of a lane group take the flows:
        0 first, -1 never; all equal means FIFO. One row has no -1: all serve everybody.
    lane:
        Shape ``(servers,)``: row of ``rank`` for each server; for other kinds shape ``(1,)``.
    resume:
        A started service freezes at closing (else it runs on).
    slots:
        Sorted departure times in minutes over the whole horizon, each as often as it takes
        vehicles (kind SLOTS).
    owner:
        The vehicle is held by its owner here, not by the gate.
    virtual:
        Who waits for this stage waits elsewhere, with a booking: no vehicle of the gate's.
    places:
        Places to stand, 0 where nobody counts them; more vehicles stand on the road.
    batch:
        When those who gather go (kind BATCH).
    overflow:
        Of a hold: index of the hold to try when this one is full, -1 if none. All holds of
        such a chain begin at the same point of a path, and stand in its order.
    when_full:
        Of a hold without overflow: what happens when it is full, and all before it in a
        chain are.
    """

    id: str
    role: str
    title: dict[str, str]
    gate: int
    route: int
    side: str
    kind: StageKind
    servers: int
    server_calendar: Ints
    rank: Ints
    lane: Ints
    resume: bool = False
    slots: Floats = field(default_factory=lambda: np.empty(0))
    owner: bool = False
    places: int = 0
    batch: Batch | None = None
    overflow: int = -1
    when_full: WhenFull = WhenFull.WAIT
    virtual: bool = False


@dataclass(frozen=True)
class DayFactor:
    """Factor of a day's services, lognormal with mean 1, that comes back to its mean.

    ``cv`` is its coefficient of variation over many days, ``correlation`` that of its logarithm
    from a day to the next, ``start`` its value on the first day, None for a random one.
    """

    cv: float
    correlation: float
    start: float | None = None


@dataclass(frozen=True, eq=False)
class Step:
    """One stage on a flow's path.

    ``share`` and ``service`` are by channel (green, yellow, red). ``until`` is, for a
    hold, the index of the step after which the place is given back, else -1; the service
    of a hold is the time from then until the place can be taken again. Who asks for a hold
    also visits those it overflows to, whatever their shares. ``units`` is for how many
    wagons, tonnes or passengers one vehicle is served. ``no_show`` is, by channel, the
    chance that a vehicle is not there when its slot comes. ``day_factor`` multiplies the service
    of those who arrive on a day.
    """

    stage: int
    share: tuple[float, float, float]
    service: tuple[Distribution, Distribution, Distribution] | None
    until: int = -1
    units: float = field(default=1.0, kw_only=True)
    no_show: tuple[float, float, float] = field(default=(0.0, 0.0, 0.0), kw_only=True)
    day_factor: DayFactor | None = field(default=None, kw_only=True)


@dataclass(frozen=True, eq=False)
class Flow:
    """Vehicles of one class.

    Attributes
    ----------
    volume:
        Shape ``(days,)``: expected arrivals on each simulated day, day factor apart; for a
        timetable, its runs.
    day_edges, day_shares:
        Piecewise constant shape of arrivals within a day: edges in minutes, shape
        ``(w + 1,)``, and shares, shape ``(w,)``, that sum to 1.
    timetable:
        Scheduled arrivals in minutes since the start, in any order, or None for random arrivals.
    steps:
        The path; ``crossed`` is the index of the step whose end counts as crossing.
    backlog:
        Vehicles that wait to cross at time 0: in the owner's hold or at a later stage, or before
        the first step where the path has no such hold.
    backlog_age:
        Minutes that their owners have held them by then; None for the equilibrium residual.
    patience:
        Minutes after its arrival at the gate from which a load that waits is sold inland.
    wagons, teu:
        Of each vehicle; 1 and 0 on the road as a rule.
    draws:
        Id of the flow whose vehicles these are: its own or, for vehicles that may come
        here from elsewhere, that of the flow that chooses.
    trusted:
        The vehicles are of trusted operators.
    travel:
        Minutes from where the vehicles choose their gate to this one.

    Raises
    ------
    ArgumentError
        A volume or a time of the timetable is no number, negative or NaN.
    """

    id: str
    gate: int
    route: int
    direction: int
    cargo: int
    vehicle: str
    volume: Floats
    day_edges: Floats
    day_shares: Floats
    day_cv: float
    timetable: Floats | None
    delay: Distribution | None
    wagons: int
    channels: tuple[float, float, float]
    steps: tuple[Step, ...]
    crossed: int
    backlog: int = 0
    backlog_age: float | None = None
    patience: Distribution | None = None
    teu: int = 0
    draws: str = ""
    travel: float = 0.0
    trusted: bool = False

    def __post_init__(self) -> None:
        for name in ("volume", "timetable"):
            value = getattr(self, name)
            if value is not None:
                array = durations_array(f"flow {self.id}: {name}", value)
                object.__setattr__(self, name, array)

    @property
    def owner(self) -> str:
        """Id under which the random numbers of these vehicles are drawn."""
        return self.draws or self.id


@dataclass(frozen=True, eq=False)
class Choice:
    """Gate choice: one flow per alternative for the same vehicles, each taking the cheapest.

    Attributes
    ----------
    flows:
        Index of the flow at each alternative, in order of preference at equal cost.
    hours:
        When the crossing of each alternative is open by its calendars, known to all.
    pace:
        Shape ``(alternatives,)``: open minutes that each vehicle of a queue is expected to
        take.
    fee:
        Shape ``(alternatives,)``, VND.
    value_of_time:
        VND a minute.
    taste:
        Scale of the Gumbel draws, VND.
    """

    flows: tuple[int, ...]
    hours: tuple[Calendar, ...]
    pace: Floats
    fee: Floats
    value_of_time: float
    taste: float


@dataclass(frozen=True)
class Economics:
    """Prices and emission factors by name (see the scenario's ``economics`` block).

    Each is a value with its range, in the unit of the scenario's word: VND/h, VND/day, VND/L,
    VND/kWh, L/h, kW, kg/L, g/h, kg/kWh, years, shares of one.
    """

    factors: Mapping[str, Ranged]


@dataclass(frozen=True)
class Stop:
    """Stop-receiving rule: above ``above`` export vehicles inside, ``flows`` are turned back."""

    gate: int
    above: int
    flows: tuple[int, ...]


@dataclass(frozen=True)
class Outage:
    """Outage: a failure at random times that stops ``stages`` (indices) until repaired."""

    id: str
    between: Distribution
    lasts: Distribution
    stages: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """A border ready to run.

    ``stages`` are in the order of every path where there is one. Where paths visit shared
    stages in opposite orders it is that of the first path of the route, and of all that agree
    with it; at one instant stages have their turn in it.
    ``warm_up`` and ``horizon`` are minutes; measures cover ``[warm_up, horizon)``.
    """

    name: str
    title: dict[str, str]
    start: dt.date
    warm_up: float
    horizon: float
    seed: int
    gates: tuple[Gate, ...]
    routes: tuple[Route, ...]
    cargo: tuple[Cargo, ...]
    calendars: tuple[Calendar, ...]
    stages: tuple[Stage, ...]
    flows: tuple[Flow, ...]
    outages: tuple[Outage, ...] = ()
    stops: tuple[Stop, ...] = ()
    economics: Economics | None = None
    choices: tuple[Choice, ...] = ()
    news: float = 0.0
    """Minutes from one news of the queues to the next, the first at 0; 0 for none."""

    def __repr__(self) -> str:
        size = f"gates {len(self.gates)}, stages {len(self.stages)}, flows {len(self.flows)}"
        return f"<Plan of {self.name}: {size}; from {self.start}, measured days {self.days}>"

    @property
    def days(self) -> int:
        """Measured days."""
        return round((self.horizon - self.warm_up) / DAY)

    def when_full(self, hold: int) -> WhenFull:
        """Return the rule of a full hold: that of the last hold it overflows to."""
        while self.stages[hold].overflow >= 0:
            hold = self.stages[hold].overflow
        return self.stages[hold].when_full
