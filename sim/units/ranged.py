"""Quantities of a fixed unit, such as litres per hour or VND per day, with their range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from sim.errors import UnitError
from sim.units.text import scaled

__all__ = ["Ranged", "read_in", "read_ranged"]

_PARTS = ("value", "low", "high")


@dataclass(frozen=True)
class Ranged:
    """A value with its range of uncertainty."""

    value: float
    low: float
    high: float


def read_in(value: object, unit: str) -> float:
    """Read a quantity that must be written in ``unit``: 2.5 from `2.5 L/h`.

    Raises :class:`UnitError` for another unit and for a negative number.
    """
    sizes = {unit: Fraction(1)}
    if unit.startswith("VND/"):
        sizes |= {f"mn {unit}": Fraction(10**6), f"bn {unit}": Fraction(10**9)}
    if unit == "%":
        sizes = {unit: Fraction(1, 100)}
    return float(scaled(value, sizes, "quantity's", f"a quantity in {unit}", f"'2.5 {unit}'"))


def read_ranged(value: object, unit: str) -> Ranged:
    """Read `2.5 L/h`, or `{value: 2.5 L/h, low: 1.9 L/h, high: 3.8 L/h}`.

    Raises :class:`UnitError` where a part is missing or unknown, is in another unit, or where
    the value lies outside its range.
    """
    if not isinstance(value, Mapping):
        alone = read_in(value, unit)
        return Ranged(alone, alone, alone)
    hint = f"write {{value: 2 {unit}, low: 1 {unit}, high: 3 {unit}}}"
    if set(value) != set(_PARTS):
        raise UnitError(f"a range has {', '.join(_PARTS)}, not {', '.join(map(str, value))}", hint)
    ranged = Ranged(*(read_in(value[part], unit) for part in _PARTS))
    if not ranged.low <= ranged.value <= ranged.high:
        raise UnitError(f"{value['value']} is not within {value['low']} to {value['high']}", hint)
    return ranged
