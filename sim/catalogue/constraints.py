"""Constraints of a choice: a quantity, a cost, or a value of the scenario against a limit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim.catalogue.conditions import Condition
from sim.catalogue.quantities import Quantity
from sim.errors import MeasureError, UnitError
from sim.sentences import Sentence
from sim.units import number_and_unit, parse_money, parse_money_per_year, parse_share

__all__ = ["COSTS", "Constraint"]

COSTS = {"capex": "VND", "opex": "VND/year", "spending": "VND/year"}
"""Costs of what is built, and their units."""

_LEVEL = re.compile(r"(?P<condition>.*?)\s+with\s+(?P<level>\S+\s*%)\s+confidence\s*", re.DOTALL)
_SIGNED = re.compile(r"(?P<left>[^<>]+?)\s*(?P<sign>[<>]=?)\s*(?P<right>[^<>=]+)")
_EXAMPLES = "'within(2 h)[huu_nghi, export] >= 95 %' or 'spending <= 40 bn VND/year'"


@dataclass(frozen=True)
class Constraint:
    """A limit that a choice has to keep.

    Attributes
    ----------
    text:
        As it is written, in one line.
    condition:
        Of a quantity of the catalogue; None for the others.
    cost, path:
        One of :data:`COSTS`, or the path of a value of the scenario; empty for the others.
    at_least, limit, unit:
        The limit, in the unit of the cost or the quantity, or the value's own.
    level:
        Confidence that is asked of it, as a share; None where it says nothing.
    """

    text: str
    condition: Condition | None
    cost: str
    path: str
    at_least: bool
    limit: float
    unit: str
    level: float | None = None

    @classmethod
    def parse(cls, text: str) -> Constraint:
        """Read ``left >= value unit``, or with ``<=``, and ``with 95 % confidence`` behind it.

        Raises
        ------
        MeasureError
            With what is wrong, and what to write instead.
        """
        shown = " ".join(str(text).split())
        stated = _LEVEL.fullmatch(shown)
        level = None if stated is None else _level(stated["level"], shown)
        inner = shown if stated is None else stated["condition"]
        match = _SIGNED.fullmatch(inner)
        if match is None:
            raise MeasureError(
                Sentence(
                    "'{shown}' is no limit; write e.g. {examples}", shown=shown, examples=_EXAMPLES
                )
            )
        left, at_least = match["left"], match["sign"].startswith(">")
        if left in COSTS:
            limit = _money(left, match["right"], shown)
            return cls(inner, None, left, "", at_least, limit, COSTS[left], level)
        if "." in left and "[" not in left and left.split(".")[0] in ("gates", "channels", "cargo"):
            number, unit = _number(match["right"], shown)
            return cls(inner, None, "", left, at_least, number, unit, level)
        condition = Condition.parse(inner)
        quantity = condition.quantity
        return cls(inner, condition, "", "", at_least, condition.limit, quantity.unit, level)

    @property
    def quantity(self) -> Quantity | None:
        """The quantity that is limited; None for a cost or a value of the scenario."""
        return None if self.condition is None else self.condition.quantity

    def slack(self, value: float) -> float:
        """By how much a value keeps the limit; below 0 where it does not."""
        return value - self.limit if self.at_least else self.limit - value


def _level(text: str, whole: str) -> float:
    try:
        level = parse_share(text)
    except UnitError as error:
        raise MeasureError(
            Sentence(
                "'{whole}': {message}; write e.g. 95 % confidence",
                whole=whole,
                message=error.message,
            )
        ) from error
    if not 0.5 < level < 1.0:
        raise MeasureError(
            Sentence(
                "'{whole}': a confidence lies between 50 % and 100 %; write e.g. 95 %", whole=whole
            )
        )
    return level


def _money(cost: str, text: str, whole: str) -> float:
    try:
        return parse_money(text) if COSTS[cost] == "VND" else parse_money_per_year(text)
    except UnitError as error:
        raise MeasureError(
            Sentence(
                "'{whole}': {message}; {hint}", whole=whole, message=error.message, hint=error.hint
            )
        ) from error


def _number(text: str, whole: str) -> tuple[float, str]:
    """Number and unit of a value of the scenario; a value of several words is none."""
    try:
        number, unit = number_and_unit(text.strip(), Sentence("a number"), "'30 %', '4'")
    except UnitError as error:
        raise MeasureError(
            Sentence(
                "'{whole}': {message}; {hint}", whole=whole, message=error.message, hint=error.hint
            )
        ) from error
    return float(number), unit
