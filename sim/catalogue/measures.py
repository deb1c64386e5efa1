"""The measures of a scenario, one entry each.

Every minute of a vehicle from its arrival to the end of its path is on one clock (queue,
service, closed, owner, virtual) on one side (Vietnam, border, China). Time measures add such
minutes up for each vehicle: ``wait`` is the queue clock of all sides, ``release`` every clock
of the Vietnamese side but the owner's and the virtual one (the question of the WCO *Guide to
Measure the Time Required for the Release of Goods*, 2018), ``stay`` all clocks of all sides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from sim.catalogue.scopes import DIRECTIONS
from sim.errors import MeasureError, UnitError
from sim.sentences import NOTHING, Sentence
from sim.units import duration_text, parse_duration, suggestion

__all__ = ["MEASURES", "Measure", "find", "within"]

Better = Literal["less", "more"]

_MINUTES_A_DAY = 1440.0


@dataclass(frozen=True)
class Measure:
    """One number of a scenario.

    Attributes
    ----------
    name, statistic:
        What is measured, ``wait.vietnam``, and what of it: ``mean``, ``p50``, ``p95``,
        ``share``, ``per_day`` or ``2000`` (at 20:00). ``within`` has none, but a ``limit``.
    unit:
        Unit in tables and files.
    better:
        Whether less or more of it is good; None where neither is.
    screen_unit:
        Unit on screens and pages; that of the tables unless it is another.
    directions:
        Directions in which it is taken; ``all`` is both together.
    scopes:
        Which of ``cargo``, ``route`` and ``stage`` it can be narrowed to, besides a gate.
    mode:
        Of which gates ``all`` is the total: ``road``, ``rail``, or ``any`` where road and
        rail add up, as money does.
    standard:
        Every run keeps it for each gate and direction; others are kept where asked for.
    limit:
        Minutes, of ``within(limit)``; else None.
    """

    name: str
    statistic: str
    unit: str
    better: Better | None
    screen_unit: str = ""
    directions: tuple[str, ...] = ("all", *DIRECTIONS)
    scopes: frozenset[str] = frozenset()
    mode: Literal["road", "rail", "any"] = "road"
    standard: bool = True
    limit: float | None = None

    @property
    def id(self) -> str:
        """Name in tables and files: ``wait_vietnam_mean``, ``within_2h``."""
        if self.limit is not None:
            return f"{self.name}_{duration_text(self.limit).replace(' ', '')}"
        return f"{self.name}_{self.statistic}".replace(".", "_")

    @property
    def path(self) -> str:
        """Name as it is written: ``wait.vietnam.mean``, ``within(2 h)``."""
        if self.limit is not None:
            return f"{self.name}({duration_text(self.limit)})"
        return f"{self.name}.{self.statistic}"

    @property
    def shown_in(self) -> str:
        """Unit on screens and pages."""
        return self.screen_unit or self.unit

    @property
    def factor(self) -> float:
        """Factor of a value in :attr:`unit` to be in :attr:`shown_in`."""
        return 60.0 if (self.unit, self.shown_in) == ("h", "min") else 1.0

    @property
    def more_is_better(self) -> bool:
        """Whether more of it is good."""
        return self.better == "more"

    def unit_at(self, rail: bool) -> str:
        """Unit in tables at a road gate, or at a station, where a vehicle is a train."""
        return self.unit.replace("vehicles", "trains") if rail else self.unit


_VEHICLES = frozenset(("cargo", "route"))
_VISITS = frozenset(("cargo", "route", "stage"))
_OF_STAGES = ("wait", "closed", "virtual")

_TIMES = (
    ("wait", ("mean", "p50", "p95"), "min"),
    ("wait.vietnam", ("mean", "p95"), "min"),
    ("wait.border", ("mean", "p95"), "min"),
    ("wait.china", ("mean", "p95"), "min"),
    ("wait.to_crossing", ("mean", "p50", "p95"), "min"),
    ("closed", ("mean",), ""),
    ("owner", ("mean",), ""),
    ("virtual", ("mean",), ""),
    ("release", ("mean", "p50", "p95"), ""),
    ("stay", ("mean", "p50", "p95"), ""),
    ("door_to_door", ("mean", "p95"), ""),
    ("vietnam_time", ("mean", "p95"), ""),
)
"""Name, statistics that every run keeps, and unit on screens; the others can be asked for."""


def _times() -> list[Measure]:
    return [
        Measure(
            name,
            statistic,
            "h",
            "less",
            screen,
            scopes=_VISITS if name in _OF_STAGES else _VEHICLES,
            standard=statistic in standard,
        )
        for name, standard, screen in _TIMES
        for statistic in ("mean", "p50", "p95")
    ]


_LIMITS = (120.0, 240.0, 1440.0)
"""Minutes of the limits whose shares every run has."""


def within(minutes: float) -> Measure:
    """Share of vehicles that crossed and waited at most so many minutes in all.

    Raises
    ------
    MeasureError
        The limit is not above 0 and below a year.
    """
    if not 0.0 < minutes < 365.0 * _MINUTES_A_DAY:
        raise MeasureError(
            Sentence("within(…) takes a time above 0 and below a year, as in within(2 h)")
        )
    return Measure(
        "within", "share", "%", "more", scopes=_VISITS, limit=minutes, standard=minutes in _LIMITS
    )


_ALL = (
    Measure("crossed", "per_day", "vehicles/day", "more", scopes=_VEHICLES),
    Measure("arrived", "per_day", "vehicles/day", None, scopes=_VEHICLES),
    *_times(),
    Measure("waited", "per_day", "h/day", "less", scopes=_VEHICLES),
    *(within(limit) for limit in _LIMITS),
    Measure("same_day", "share", "%", "more", scopes=_VEHICLES),
    Measure("over_24h", "share", "%", "less", scopes=_VEHICLES),
    Measure("lost", "share", "%", "less", scopes=_VEHICLES),
    Measure("wagons", "per_day", "wagons/day", "more", scopes=_VEHICLES, mode="rail"),
    Measure("teu", "per_day", "TEU/day", "more", scopes=_VEHICLES, mode="rail"),
    Measure("waiting", "2000", "vehicles", "less", directions=("export",), scopes=_VEHICLES),
    Measure("cost", "per_day", "mn VND/day", "less", scopes=_VISITS, mode="any"),
    Measure("co2", "per_day", "t/day", "less", scopes=_VISITS, mode="any"),
)

MEASURES: dict[str, Measure] = {measure.id: measure for measure in _ALL}
"""By id, in the order of the headline table; ``within`` of any other limit exists too."""

_FORMER = {"overnight": "closed", "owner_hold": "owner"}
"""Names of earlier versions, and what measures the same over the whole stay."""

_WITHIN = re.compile(r"within\s*\((?P<limit>[^()]*)\)")
_WITHIN_ID = re.compile(r"within_(?P<number>[\d.]+)(?P<unit>min|h|days)")


def find(text: str) -> Measure:
    """Look a measure up by its name, ``wait.p95`` or ``within(2 h)``, or by its id.

    ``wait`` alone is ``wait.mean``, and ``median`` is ``p50``.

    Raises
    ------
    MeasureError
        There is none, with those that there are.
    """
    text = text.strip()
    if match := _WITHIN.fullmatch(text):
        return _limited(match["limit"].strip())
    if match := _WITHIN_ID.fullmatch(text):
        return _limited(f"{match['number']} {match['unit']}")
    name = re.sub(r"\.median$", ".p50", text).replace(".", "_")
    for known in (
        name,
        *(f"{name}_{statistic}" for statistic in ("mean", "share", "per_day", "2000")),
    ):
        if known in MEASURES:
            return MEASURES[known]
    raise MeasureError(Sentence("no measure '{text}'; {hint}", text=text, hint=_hint(text)))


def _limited(limit: str) -> Measure:
    """``within`` a limit, as it is written."""
    try:
        minutes = parse_duration(limit)
    except UnitError as error:
        hint = Sentence("; {hint}", hint=error.hint) if error.hint else NOTHING
        raise MeasureError(
            Sentence(
                "within({limit}): {message}{hint}", limit=limit, message=error.message, hint=hint
            )
        ) from error
    measure = within(minutes)
    return MEASURES.get(measure.id, measure)


def _hint(text: str) -> Sentence:
    """Suggest what was probably meant, else list all."""
    first, _, statistic = text.replace("_mean", ".mean").rpartition(".")
    stem = first or statistic
    if stem in _FORMER:
        now = f"{_FORMER[stem]}.{statistic}" if first else _FORMER[stem]
        return Sentence("it is called {now} now, and counts the whole stay", now=now)
    if stem == "within":
        return Sentence("give a limit, as in within(2 h)")
    known = [measure.path for measure in MEASURES.values()]
    return suggestion(text, known, Sentence("there are {names}", names=_listed()))


def _listed() -> str:
    """All measures, the statistics of one beside its name."""
    by_name: dict[str, list[str]] = {}
    for measure in MEASURES.values():
        if measure.limit is None:
            by_name.setdefault(measure.name, []).append(measure.statistic)
    names = [
        f"{name}.{statistics[0]}" if len(statistics) == 1 else f"{name}.{'|'.join(statistics)}"
        for name, statistics in by_name.items()
    ]
    return ", ".join([*names, "within(2 h)"])
