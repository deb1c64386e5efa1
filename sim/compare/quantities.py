"""Naming one number of the headline table: ``chi_ma export: wait.p95``."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from sim.arguments import check_fields, checked_arguments
from sim.errors import MeasureError, UnitError
from sim.measures import HEADLINES
from sim.plan.model import DIRECTIONS
from sim.results.estimates import bounds_of
from sim.units import suggestion, value_in

__all__ = ["EXAMPLE", "MORE_IS_BETTER", "Quantity"]

EXAMPLE = "'wait.mean', 'chi_ma: wait.p95', 'chi_ma export: crossed.per_day'"

MORE_IS_BETTER = {"crossed_per_day", "same_day_share", "wagons_per_day", "teu_per_day"}
"""Measures of which more is better; of the others less is."""

_WAYS = ("all", *DIRECTIONS)
_TEXT = re.compile(
    r"(?:(?P<gate>\w+)(?:\s+(?P<direction>\w+))?\s*:)?\s*(?P<measure>\w+(?:\.\w+)*)", re.ASCII
)


@dataclass(frozen=True)
class Quantity:
    """A measure of :data:`sim.measures.HEADLINES` at a gate (or ``all``) in a direction.

    Raises
    ------
    MeasureError
        There is no such measure or direction.
    """

    measure: str
    gate: str = "all"
    direction: str = "all"

    def __post_init__(self) -> None:
        check_fields(self)
        given = self.measure
        object.__setattr__(self, "measure", self.measure.replace(".", "_"))
        if self.measure not in HEADLINES:
            known = [_dotted(name) for name in HEADLINES]
            hint = suggestion(_dotted(given), known, f"there are {', '.join(known)}")
            raise MeasureError(f"no measure '{given}'; {hint}")
        if self.direction not in _WAYS:
            hint = suggestion(self.direction, _WAYS, f"use {' or '.join(DIRECTIONS)}")
            raise MeasureError(f"no direction '{self.direction}'; {hint}")
        if self.measure == "waiting_2000":  # counted of exports alone
            if self.direction == "import":
                raise MeasureError(f"waiting.2000 is of exports; leave out '{self.direction}'")
            object.__setattr__(self, "direction", "export")

    @classmethod
    @checked_arguments
    def parse(cls, text: str) -> Quantity:
        """Read ``[gate [direction]:] measure.statistic``.

        A direction alone, ``export: wait.mean``, is that of all gates together.

        Raises
        ------
        MeasureError
            The text has another form, or there is no such measure or direction.
        """
        match = _TEXT.fullmatch(text.strip())
        if match is None:
            raise MeasureError(f"'{text.strip()}' names no measure; write e.g. {EXAMPLE}")
        gate, direction = match["gate"] or "all", match["direction"]
        if gate in DIRECTIONS and direction is None:
            gate, direction = "all", gate
        return cls(match["measure"], gate, direction or "all")

    @property
    def unit(self) -> str:
        """Unit of the table, as in :data:`sim.measures.HEADLINES`."""
        return HEADLINES[self.measure]

    @property
    def bounds(self) -> tuple[float, float]:
        """Least and most that is possible, in this unit."""
        return bounds_of(self.unit)

    @property
    def more_is_better(self) -> bool:
        """Whether more of it is better, or less."""
        return self.measure in MORE_IS_BETTER

    def value(self, text: str) -> float:
        """Read a value of this quantity, in the unit of the table.

        Raises
        ------
        MeasureError
            The text has no unit, or one of another kind.
        """
        try:
            return value_in(text.strip(), self.unit)
        except UnitError as error:
            hint = f"; {error.hint}" if error.hint else ""
            raise MeasureError(f"{_dotted(self.measure)}: {error.message}{hint}") from error

    def check_gate(self, gates: Collection[str]) -> None:
        """Raise MeasureError if ``gates`` does not hold this quantity's gate."""
        if self.gate != "all" and self.gate not in gates:
            hint = suggestion(self.gate, gates, f"there are {', '.join(gates)}")
            raise MeasureError(f"no gate '{self.gate}'; {hint}")

    def of(self, headline: pl.DataFrame) -> pl.Series:
        """Values by replication, float; null where undefined."""
        mine = headline.filter(gate=self.gate, direction=self.direction, measure=self.measure).sort(
            "replication"
        )
        return mine["value"]

    def __str__(self) -> str:
        place = [part for part in (self.gate, self.direction) if part != "all"]
        if self.measure == "waiting_2000":
            place = place[:-1]
        return f"{' '.join(place)}: {_dotted(self.measure)}" if place else _dotted(self.measure)


def _dotted(measure: str) -> str:
    """``wait_p95`` as it is written: ``wait.p95``."""
    for statistic in ("_mean", "_p95", "_p50", "_share", "_per_day", "_2000"):
        if measure.endswith(statistic):
            return f"{measure.removesuffix(statistic)}.{statistic[1:]}"
    return measure
