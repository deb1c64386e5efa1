"""Schema of prices and emission factors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from sim import units
from sim.errors import UnitError
from sim.scenario.schema.base import Block, Evidenced
from sim.scenario.schema.fields import MONEY, MONEY_PER_YEAR
from sim.sentences import Sentence

__all__ = ["AirBlock", "Capital", "EconomicsBlock", "MoneyBlock", "Running"]


def _read(unit: str) -> BeforeValidator:
    return BeforeValidator(lambda value: units.read_ranged(value, unit))


def _share(value: object) -> units.Ranged:
    """Read a share whose range ends at 100 %."""
    share = units.read_ranged(value, "%")
    if share.high > 1.0:
        raise UnitError(
            Sentence("this is more than 100 %"), Sentence("write shares from 0 % to 100 %")
        )
    return share


def _life(value: object) -> units.Ranged:
    """Read years over which a cost can be spread."""
    years = units.read_ranged(value, "years")
    if years.low < 1.0:
        raise UnitError(
            Sentence("a cost cannot be spread over less than a year"),
            Sentence("write e.g. '20 years'"),
        )
    return years


def _priced(parse: Callable[[object], float], unit: str) -> BeforeValidator:
    """Read money, alone or with its range."""
    return BeforeValidator(partial(units.read_range, parse=parse, unit=unit))


def _shown(unit: str) -> WithJsonSchema:
    return _ranged({"type": "string", "examples": [f"2.5 {unit}"]})


def _ranged(text: Mapping[str, object]) -> WithJsonSchema:
    """Describe a value, and one with its range, by the text of a value."""
    parts = dict.fromkeys(("value", "low", "high"), text)
    block = {
        "type": "object",
        "properties": parts,
        "required": list(parts),
        "additionalProperties": False,
    }
    return WithJsonSchema({"anyOf": [text, block]})


PerHour = Annotated[units.Ranged, _read("VND/h"), _shown("VND/h")]
PerDayVnd = Annotated[units.Ranged, _read("VND/day"), _shown("VND/day")]
PerLitre = Annotated[units.Ranged, _read("VND/L"), _shown("VND/L")]
PerKilowattHour = Annotated[units.Ranged, _read("VND/kWh"), _shown("VND/kWh")]
LitresPerHour = Annotated[units.Ranged, _read("L/h"), _shown("L/h")]
GramsPerHour = Annotated[units.Ranged, _read("g/h"), _shown("g/h")]
KilogramsPerLitre = Annotated[units.Ranged, _read("kg/L"), _shown("kg/L")]
KilogramsPerKilowattHour = Annotated[units.Ranged, _read("kg/kWh"), _shown("kg/kWh")]
Kilowatts = Annotated[units.Ranged, _read("kW"), _shown("kW")]
Years = Annotated[units.Ranged, BeforeValidator(_life), _shown("years")]
Percent = Annotated[units.Ranged, BeforeValidator(_share), _shown("%")]

Capital = Annotated[
    units.Ranged, _priced(units.parse_money, "bn VND"), _ranged(MONEY.json_schema or {})
]
Running = Annotated[
    units.Ranged,
    _priced(units.parse_money_per_year, "bn VND/year"),
    _ranged(MONEY_PER_YEAR.json_schema or {}),
]


class MoneyBlock(Evidenced):
    """Prices, each with its range of uncertainty."""

    delay: PerHour
    """Capital and goods standing still, per vehicle-hour (of a train, per wagon-hour)."""
    driver: PerHour
    """Driver's time, per hour of a truck, van or coach."""
    parking: PerDayVnd
    """Parking, per day in a yard."""
    diesel: PerLitre
    """Price of diesel."""
    power: PerKilowattHour
    """Price of electricity."""
    discount_rate: Percent
    """Rate at which capital cost is spread over the years."""
    life: Years
    """Years over which capital cost is spread."""


class AirBlock(Evidenced):
    """Engines, cooling units and what they emit."""

    engine_queue: Percent
    """Share of time in queues and in service with the engine on."""
    engine_parked: Percent
    """Share of time in yards, with owners and overnight with the engine on."""
    idle_fuel: LitresPerHour
    """Diesel of an idling engine."""
    co2: KilogramsPerLitre
    """CO2 of a litre of diesel."""
    nox: GramsPerHour
    """NOx of an idling engine."""
    pm25: GramsPerHour
    """PM2.5 of an idling engine."""
    electric: Percent
    """Share of trucks that idle without burning anything."""
    reefer_fuel: LitresPerHour
    """Diesel of a cooling unit."""
    reefer_power: Kilowatts
    """Power of a cooling unit on a plug."""
    plugged: Percent
    """Share of cooling units on a plug."""
    grid_co2: KilogramsPerKilowattHour
    """CO2 of electricity from the grid."""


class EconomicsBlock(Block):
    """Money and air; without this block neither is counted."""

    money: MoneyBlock
    air: AirBlock
