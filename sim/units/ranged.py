"""Quantities of a fixed unit, such as litres per hour or VND per day, with their range."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from sim.errors import UnitError
from sim.sentences import Sentence
from sim.units.text import scaled

__all__ = ["Ranged", "read_in", "read_range", "read_ranged"]

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
    return float(
        scaled(
            value,
            sizes,
            Sentence("quantity's"),
            Sentence("a quantity in {unit}", unit=unit),
            f"'2.5 {unit}'",
        )
    )


def read_ranged(value: object, unit: str) -> Ranged:
    """Read `2.5 L/h`, or `{value: 2.5 L/h, low: 1.9 L/h, high: 3.8 L/h}`.

    Raises :class:`UnitError` where a part is missing or unknown, is in another unit, or where
    the value lies outside its range.
    """
    return read_range(value, partial(read_in, unit=unit), unit)


def read_range(value: object, parse: Callable[[object], float], unit: str) -> Ranged:
    """Read a value alone, or one with ``low`` and ``high``, each by ``parse``.

    Raises :class:`UnitError` as :func:`read_ranged`; ``unit`` is for its example.
    """
    if not isinstance(value, Mapping):
        alone = parse(value)
        return Ranged(alone, alone, alone)
    hint = Sentence("write {{value: 2 {unit}, low: 1 {unit}, high: 3 {unit}}}", unit=unit)
    if set(value) != set(_PARTS):
        raise UnitError(
            Sentence(
                "a range has {parts}, not {map}",
                parts=", ".join(_PARTS),
                map=", ".join(map(str, value)),
            ),
            hint,
        )
    ranged = Ranged(*(parse(value[part]) for part in _PARTS))
    if not ranged.low <= ranged.value <= ranged.high:
        raise UnitError(
            Sentence(
                "{value} is not within {value2} to {value3}",
                value=value["value"],
                value2=value["low"],
                value3=value["high"],
            ),
            hint,
        )
    return ranged
