"""Warn of values outside the range that is usual at border gates.

The ranges are wide on purpose: what lies outside is a slip of the unit or of a digit far more
often than it is meant. None stands in the way of a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from sim.clock import DAY
from sim.scenario.check.context import Context, routes
from sim.scenario.schema.base import Block
from sim.scenario.schema.economics import AirBlock, MoneyBlock
from sim.scenario.schema.flows import CargoBlock, FlowBlock
from sim.scenario.schema.gate_choice import AlternativeBlock, ChoiceBlock, NewsBlock
from sim.scenario.schema.lookup import holds_blocks
from sim.scenario.schema.model import HoldBlock, OutageBlock, RunBlock, StopBlock, UpgradeBlock
from sim.scenario.schema.optimise import DecisionBlock, OptimiseBlock
from sim.scenario.schema.profiles import GrowthProfileBlock, SeasonProfileBlock, WeekProfileBlock
from sim.scenario.schema.stages import (
    BatchBlock,
    DayFactorBlock,
    ShiftBlock,
    SlotsBlock,
    StageBlock,
)
from sim.scenario.source.tree import Path
from sim.sentences import Sentence
from sim.units import Ranged, duration_text, shown

__all__ = ["USUAL", "check_plausibility"]

_HOUR, _YEAR = 60.0, 365.0 * DAY
_MN, _BN, _TN = 1e6, 1e9, 1e12


def _plain(unit: str, size: float = 1.0) -> Callable[[float], str]:
    """Write numbers in a unit of this size."""

    def write(number: float) -> str:
        many = number / size
        return f"{many:,.0f} {unit}".rstrip() if many >= 1_000.0 else f"{many:g} {unit}".rstrip()

    return write


_vnd, _percent, _count = _plain("VND"), _plain("%", 0.01), _plain("")
_Range = tuple[float, float, Callable[[float], str]]

_LONG: _Range = (0.0, 30.0 * DAY, duration_text)
_SERVERS: _Range = (0.0, 500.0, _count)
_VEHICLES: _Range = (0.0, 20_000.0, _plain("vehicles"))
_WEEK: _Range = (0.0, 5.0, _percent)
_SEASON: _Range = (0.0, 10.0, _percent)

#: Usual range of the values of each block's keys, and how they are written; nothing is usual too.
_COSTS: dict[str, _Range] = {
    "capex": (1.0 * _MN, 500.0 * _TN, _vnd),
    "opex": (0.1 * _MN, 50.0 * _TN, _plain("VND/year")),
}

USUAL: dict[type[Block], dict[str, _Range]] = {
    RunBlock: {
        "warm_up": (0.0, 400.0 * DAY, duration_text),
        "replications": (1.0, 10_000.0, _count),
    },
    CargoBlock: {
        "payload": (0.05, 60.0, _plain("t")),
        "value": (1.0 * _MN, 50.0 * _BN, _vnd),
        "life": (_HOUR, _YEAR, duration_text),
    },
    FlowBlock: {
        "volume": (0.0, 20_000.0, _plain("vehicles/day")),
        "from": (0.0, 20_000.0, _plain("vehicles/day")),
        "day_to_day_cv": (0.0, 2.0, _percent),
        "delay": (0.0, 7.0 * DAY, duration_text),
        "wagons": (1.0, 80.0, _count),
        "teu": (0.0, 160.0, _plain("TEU")),
        "passengers": (0.0, 1_500.0, _count),
        "backlog": _VEHICLES,
        "backlog_age": (0.0, 60.0 * DAY, duration_text),
        "patience": (10.0, _YEAR, duration_text),
    },
    WeekProfileBlock: dict.fromkeys(WeekProfileBlock.model_fields, _WEEK),
    SeasonProfileBlock: dict.fromkeys(SeasonProfileBlock.model_fields, _SEASON),
    GrowthProfileBlock: {"years": (0.1, 10.0, _percent)},
    StageBlock: {"servers": _SERVERS, "service": _LONG, "places": _VEHICLES},
    ShiftBlock: {"servers": _SERVERS},
    DayFactorBlock: {"cv": (0.0, 2.0, _percent), "start": (0.05, 20.0, _percent)},
    SlotsBlock: {
        "every": (1.0, DAY, duration_text),
        "places": (1.0, 1_000.0, _plain("vehicles")),
    },
    BatchBlock: {
        "size": (1.0, 1_000.0, _plain("vehicles")),
        "within": (0.0, 3.0 * DAY, duration_text),
    },
    HoldBlock: {"places": _VEHICLES, "returns": (0.0, 7.0 * DAY, duration_text)},
    StopBlock: {"above": _VEHICLES},
    NewsBlock: {"every": (1.0, DAY, duration_text)},
    ChoiceBlock: {
        "value_of_time": (1_000.0, 10.0 * _MN, _plain("VND/h")),
        "taste": (0.0, 100.0 * _MN, _vnd),
    },
    AlternativeBlock: {
        "travel": (0.0, 2.0 * DAY, duration_text),
        "fee": (0.0, 100.0 * _MN, _vnd),
    },
    OutageBlock: {
        "between": (_HOUR, 10.0 * _YEAR, duration_text),
        "lasts": (1.0, 90.0 * DAY, duration_text),
    },
    UpgradeBlock: {**_COSTS, "delay": (0.0, 20.0, _plain("years"))},
    DecisionBlock: _COSTS,
    OptimiseBlock: {"budget": _COSTS["capex"]},
    MoneyBlock: {
        "delay": (1_000.0, 10.0 * _MN, _plain("VND/h")),
        "driver": (5_000.0, 2.0 * _MN, _plain("VND/h")),
        "parking": (1_000.0, 10.0 * _MN, _plain("VND/day")),
        "diesel": (5_000.0, 100_000.0, _plain("VND/L")),
        "power": (200.0, 20_000.0, _plain("VND/kWh")),
        "discount_rate": (0.0, 0.3, _percent),
        "life": (1.0, 100.0, _plain("years")),
    },
    AirBlock: {
        "idle_fuel": (0.2, 10.0, _plain("L/h")),
        "co2": (1.0, 5.0, _plain("kg/L")),
        "nox": (0.1, 1_000.0, _plain("g/h")),
        "pm25": (0.01, 100.0, _plain("g/h")),
        "reefer_fuel": (0.2, 15.0, _plain("L/h")),
        "reefer_power": (0.5, 30.0, _plain("kW")),
        "grid_co2": (0.01, 2.0, _plain("kg/kWh")),
    },
}


def check_plausibility(context: Context) -> None:
    """Warn of each value outside the usual range of its kind, once for each line."""
    wagons = _wagons(context)
    for path, (low, high, write), number in _numbers(context.model, ()):
        if path[0] == "cargo":  # of a train, as much as its wagons carry
            high *= wagons.get(path[1], 1)
        if number == 0.0 or low <= number <= high:
            continue
        node = context.tree.nearest(path)
        usual = Sentence("up to {high}", high=write(high))
        if low:
            usual = Sentence("from {low} to {high}", low=write(low), high=write(high))
        value = shown(node.value) if isinstance(node.value, str | int | float) else write(number)
        message = Sentence("{value} is far from what is usual, {usual}", value=value, usual=usual)
        hint = Sentence("check the number and its unit")
        context.problems.warn("absurd-value", node.place, message, hint, path=path)


def _wagons(context: Context) -> dict[str, int]:
    """Return the most wagons of one vehicle for each cargo class."""
    most: dict[str, int] = {}
    for _, _, route in routes(context.model):
        for flow in route.flows.values():
            most[flow.cargo] = max(flow.wagons, most.get(flow.cargo, 1))
    return most


def _numbers(block: Block, path: Path) -> Iterator[tuple[Path, _Range, float]]:
    """Yield every number below a block that has a usual range, with its path."""
    for name, key, usual in _fields(type(block)):
        for below, leaf in _leaves(getattr(block, name), (*path, key)):
            if isinstance(leaf, Block):
                yield from _numbers(leaf, below)
            elif usual is not None and isinstance(leaf, int | float):
                yield below, usual, float(leaf)


@cache
def _fields(block: type[Block]) -> list[tuple[str, str, _Range | None]]:
    """Return the fields that hold blocks, or numbers that have a usual range: name, key, range."""
    usual = USUAL.get(block, {})
    fields = [(name, field.alias or name, field) for name, field in block.model_fields.items()]
    return [
        (name, key, usual.get(key))
        for name, key, field in fields
        if key in usual or holds_blocks(field.annotation)
    ]


def _leaves(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    """Yield blocks and numbers of a value: its own, those by class, the mean of what is drawn."""
    if isinstance(value, Block | int | float):
        if not isinstance(value, bool):
            yield path, value
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _leaves(below, (*path, str(key)))
    elif isinstance(value, Ranged):
        for part in dict.fromkeys((value.value, value.low, value.high)):
            yield path, part
    elif (mean := getattr(value, "mean", None)) is not None:  # of a distribution
        yield path, mean
