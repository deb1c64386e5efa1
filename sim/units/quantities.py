"""Durations, rates, shares, money, masses and counts."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from functools import cache

from sim.errors import UnitError
from sim.sentences import Sentence
from sim.units.text import join_words, number_and_unit, plain_number, scaled, shown, suggestion

__all__ = [
    "PLACES",
    "VEHICLES",
    "parse_count",
    "parse_duration",
    "parse_mass",
    "parse_money",
    "parse_money_per_hour",
    "parse_money_per_year",
    "parse_number",
    "parse_rate",
    "parse_share",
    "parse_years",
    "rate_vehicle",
    "value_in",
]


def _named(sizes: dict[str, Fraction]) -> dict[str, Fraction]:
    """Units by each of their names; the names of one unit are written in one key."""
    return {name: size for names, size in sizes.items() for name in names.split("|")}


_TIME = _named(
    {
        "s|second|seconds": Fraction(1, 60),
        "min|minute|minutes": Fraction(1),
        "h|hour|hours": Fraction(60),
        "day|days|d": Fraction(1440),
        "week|weeks": Fraction(10080),
    }
)
_MONEY = _named(
    {
        "VND": Fraction(1),
        "mn VND": Fraction(10**6),
        "bn VND": Fraction(10**9),
        "tn VND": Fraction(10**12),
    }
)
_MASS = _named({"t|tonne|tonnes": Fraction(1), "kg": Fraction(1, 1000)})
_PER_DAY = _named({"h|hour": Fraction(24), "day": Fraction(1), "week": Fraction(1, 7)})
_YEARS = _named({"year|years": Fraction(1), "month|months": Fraction(1, 12)})
_SHARE = {"%": Fraction(1, 100)}

#: Words for what moves.
VEHICLES = ("trucks", "cars", "vans", "coaches", "trains", "wagons", "vehicles")
#: Words for what a place of service or a pool has.
PLACES = ("places", "servers", "lanes", "counters", "bays", "scanners", "tracks", "drivers")
_ZEROS = re.compile(r"\s*\+?0+(?=\d)")
_PARTS = re.compile(r"(?<=[a-z])\s+(?=\d)")
_OTHER_MONEY = ("USD", "EUR", "CNY", "RMB", "$", "US$")


def parse_duration(value: object) -> float:
    """Minutes from `12 min`, `1.5 h`, `2 h 30 min`, `2 days`, `90 s`, `1 week`.

    Raises :class:`UnitError` for a bare number, an unknown unit or a negative duration.
    """
    parts = _PARTS.split(value.strip()) if isinstance(value, str) else [value]
    example = "'12 min', '2 days'"
    return float(
        sum(
            scaled(part, _TIME, Sentence("time"), Sentence("a duration"), example) for part in parts
        )
    )


def parse_rate(value: object) -> float:
    """Vehicles per day from `1_200 trucks/day`, `50/h`, `84 trains/week`.

    Raises :class:`UnitError` for a missing period, an unknown word or a negative rate.
    """
    number, _, period = _rate(value)
    return float(number * _PER_DAY[period])


def rate_vehicle(value: object) -> str:
    """Vehicle that a rate counts: `truck` of `60 trucks/day`; empty for `50/h`.

    Raises :class:`UnitError` like :func:`parse_rate`.
    """
    noun = _rate(value)[1]
    return _one(noun)


def _rate(value: object) -> tuple[Fraction, str, str]:
    """Number, word for the vehicle (or none) and period of a rate."""
    what, example = Sentence("a rate"), "'1_200 trucks/day', '50/h'"
    number, unit = number_and_unit(value, what, example)
    noun, slash, period = (part.strip() for part in unit.partition("/"))
    if not slash:
        raise UnitError(
            Sentence("{value} is not {what}", value=shown(value), what=what),
            Sentence("write e.g. {example}", example=example),
        )
    if noun and noun not in _forms(VEHICLES):
        known = Sentence("use {vehicles}", vehicles=join_words(VEHICLES))
        raise UnitError(
            Sentence("unknown vehicle '{noun}'", noun=noun), suggestion(noun, VEHICLES, known)
        )
    if period not in _PER_DAY:
        known = Sentence("use {per_day}", per_day=join_words(f"/{name}" for name in _PER_DAY))
        raise UnitError(
            Sentence("unknown period '{period}'", period=period),
            suggestion(period, _PER_DAY, known),
        )
    if number < 0:
        raise UnitError(
            Sentence("{value} is negative", value=shown(value)),
            Sentence("write e.g. {example}", example=example),
        )
    return number, noun, period


def parse_share(value: object) -> float:
    """Share of one from `30 %`; 0 alone needs no sign.

    Shares above 100 % pass, because profiles use them; each block has its own range.
    Raises :class:`UnitError` for a number without % and for a negative share.
    """
    if value in (0, "0") and not isinstance(value, bool):
        return 0.0
    return float(scaled(value, _SHARE, Sentence("share"), Sentence("a share"), "'30 %'"))


def value_in(value: object, unit: str) -> float:
    """A value in the unit of a table of results.

    `h`, `h/day`, `%`, `vehicles`, `vehicles/day`, `wagons/day`, `TEU/day`, `mn VND/day` or `t/day`:
    `90 min` is 1.5 in h, `50/h` is 1200 in vehicles/day, `2 bn VND/day` is 2000 in mn VND/day.
    Raises :class:`UnitError` for a value of another kind.
    """
    if unit == "h":
        return parse_duration(value) / 60.0
    if unit == "h/day":
        text, slash, period = str(value).rpartition("/")
        if not slash or period.strip() != "day":
            raise UnitError(
                Sentence("{value} is not a time per day", value=shown(value)),
                Sentence("write e.g. '200 h/day'"),
            )
        return parse_duration(text) / 60.0
    if unit == "%":
        return 100.0 * parse_share(value)
    if unit in ("vehicles/day", "wagons/day"):
        return parse_rate(value)
    if unit in ("mn VND/day", "t/day", "TEU/day"):
        return _a_day(value, unit)
    number, noun = number_and_unit(value, Sentence("a number of vehicles"), "'450 vehicles'")
    if noun and noun not in _forms(VEHICLES):
        hint = suggestion(noun, VEHICLES, Sentence("use {vehicles}", vehicles=join_words(VEHICLES)))
        raise UnitError(Sentence("unknown vehicle '{noun}'", noun=noun), hint)
    return float(number)


def _a_day(value: object, unit: str) -> float:
    """Money in mn VND, tonnes or containers of twenty feet, a day."""
    what, example = Sentence("a value in {unit}", unit=unit), f"'20 {unit}'"
    text, slash, period = str(value).partition("/")
    if not isinstance(value, str) or not slash or period.strip() != "day":
        raise UnitError(
            Sentence("{value} is not {what}", value=shown(value), what=what),
            Sentence("write e.g. {example}", example=example),
        )
    if unit != "mn VND/day":
        sizes = _MASS if unit == "t/day" else {"TEU": Fraction(1)}
        kind = Sentence("mass") if unit == "t/day" else Sentence("container")
        return float(scaled(text.strip(), sizes, kind, what, example))
    return _money(text.strip(), what, example) / 1e6


def parse_money(value: object) -> float:
    """VND from `480 bn VND`, `1_200 mn VND`, `2 tn VND`, `400_000 VND`.

    Raises :class:`UnitError` for a bare number, another currency or a negative sum.
    """
    return _money(value, Sentence("money"), "'480 bn VND'")


def parse_money_per_year(value: object) -> float:
    """VND a year from `14 bn VND/year`.

    Raises :class:`UnitError` like :func:`parse_money`, and where the year is missing.
    """
    return _money_per(value, ("year",), "'14 bn VND/year'")


def parse_money_per_hour(value: object) -> float:
    """VND an hour from `100_000 VND/h`.

    Raises :class:`UnitError` like :func:`parse_money`, and where the hour is missing.
    """
    return _money_per(value, ("hour", "h"), "'100_000 VND/h'")


def parse_mass(value: object) -> float:
    """Tonnes from `20 t`, `900 kg`.

    Raises :class:`UnitError` for a bare number, an unknown unit or a negative mass.
    """
    return float(scaled(value, _MASS, Sentence("mass"), Sentence("a mass"), "'20 t', '900 kg'"))


def parse_years(value: object) -> float:
    """Years from `2 years`, `18 months`, counted by the calendar.

    Raises :class:`UnitError` for a bare number, another unit or a negative time.
    """
    return float(
        scaled(
            value, _YEARS, Sentence("time"), Sentence("a time in years"), "'2 years', '18 months'"
        )
    )


def parse_number(value: object, most: float = math.inf) -> float:
    """A plain number, of either sign.

    Where numbers are below ``most``, `1.250` is clear if 1,250 is not below it.
    Raises :class:`UnitError` for units, `nan` and infinities.
    """
    return float(plain_number(value, Sentence("a number"), "'0.5', '1_200'", most))


def parse_count(value: object, nouns: tuple[str, ...] = ()) -> int:
    """A whole number from `4`, `4.0`, `1_200`, or `450 places` where ``nouns`` has the word.

    ``nouns`` are plurals; one of them stands as `1 place` too.
    Raises :class:`UnitError` for fractions, negative numbers, other words, and for
    `010`, which is ten to some and eight to others.
    """
    what, example = Sentence("a whole number"), "'4', '1_200'"
    number, unit = number_and_unit(value, what, example)
    if isinstance(value, str) and _ZEROS.match(value):
        raise UnitError(
            Sentence("{value} begins with a zero", value=shown(value)),
            Sentence("write '{sub}'", sub=_ZEROS.sub("", value)),
        )
    if number.denominator != 1:
        raise UnitError(
            Sentence("{value} is not {what}", value=shown(value), what=what),
            Sentence("write e.g. {example}", example=example),
        )
    if unit and unit not in _forms(nouns):
        hint = suggestion(
            unit,
            nouns,
            Sentence("write e.g. {example}, without '{unit}'", example=example, unit=unit),
        )
        raise UnitError(Sentence("unknown word '{unit}' after a whole number", unit=unit), hint)
    if number < 0:
        raise UnitError(
            Sentence("{value} is negative", value=shown(value)),
            Sentence("write e.g. {example}", example=example),
        )
    return int(number)


@cache
def _forms(nouns: tuple[str, ...]) -> frozenset[str]:
    """Plurals and singulars."""
    return frozenset(form for noun in nouns for form in (noun, _one(noun)))


def _one(noun: str) -> str:
    """The singular of a plural."""
    return noun.removesuffix("es") if noun == "coaches" else noun.removesuffix("s")


def _money_per(value: object, periods: tuple[str, ...], example: str) -> float:
    """VND for each period, which goes by any of the names."""
    what = Sentence("money per {periods}", periods=periods[0])
    text, slash, period = str(value).partition("/")
    if not isinstance(value, str) or not slash:
        raise UnitError(
            Sentence("{value} is not {what}", value=shown(value), what=what),
            Sentence("write e.g. {example}", example=example),
        )
    if period.strip() not in periods:
        raise UnitError(
            Sentence("unknown period '{period}'", period=period.strip()),
            Sentence("write e.g. {example}", example=example),
        )
    return _money(text.strip(), what, example)


def _money(value: object, what: Sentence, example: str) -> float:
    """VND; other currencies get their own sentence, because costs share one price year."""
    if isinstance(value, str) and value.strip().endswith(_OTHER_MONEY):
        raise UnitError(
            Sentence("{value} is not in VND", value=shown(value)),
            Sentence("VND only, 2025 prices, e.g. {example}", example=example),
        )
    return float(scaled(value, _MONEY, Sentence("money"), what, example))
