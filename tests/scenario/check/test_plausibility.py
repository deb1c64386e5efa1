"""Values far from what is usual are told with the usual range."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import pytest

from sim.distributions import Distribution
from sim.scenario import ScenarioModel, load
from sim.scenario.check.plausibility import USUAL
from sim.scenario.schema.base import Block
from sim.units import Ranged
from tests.shipped import FILES, shipped

Write = Callable[[str, str], str]

#: Numbers whose range their own type ends, or that mean nothing in the world.
BOUNDED = {
    *("format", "year", "days", "seed", "sweep", "closures"),
    *("reefer", "salvage", "green", "yellow", "red", "shares", "share", "no_show", "correlation"),
    *("engine_queue", "engine_parked", "electric", "plugged"),
    *("timetable", "times", "slots", "hours"),
    *("least", "most", "step", "values", "present", "confidence", "first"),  # of experiments
}


def blocks(kind: Any) -> Iterator[type[Block]]:
    """Every block below an annotation, each once."""
    seen: set[type[Block]] = set()
    waiting = [kind]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, Block):
            if one not in seen:
                seen.add(one)
                yield one
                waiting += [field.annotation for field in one.model_fields.values()]
        elif get_origin(one) is not None:
            waiting += get_args(one)


def is_number(kind: Any) -> bool:
    """Whether values of an annotation may be numbers."""
    origin = get_origin(kind)
    if origin is Annotated:
        return is_number(get_args(kind)[0])
    if origin in (Union, types.UnionType):
        return any(map(is_number, get_args(kind)))
    if origin is dict:
        return is_number(get_args(kind)[1])
    return kind in (int, float, Ranged, Distribution)


def test_every_number_has_a_usual_range() -> None:
    """A key with a number that is added to the language is added to the table, too."""
    bare = [
        f"{block.__name__}.{field.alias or name}"
        for block in blocks(ScenarioModel)
        if block.__module__ not in ("sim.scenario.schema.sweep", "sim.scenario.schema.inputs")
        for name, field in block.model_fields.items()
        if is_number(field.annotation) and (field.alias or name) not in USUAL.get(block, {})
    ]
    assert [name for name in bare if name.partition(".")[2] not in BOUNDED] == []
    keys = {f"{b.__name__}.{f.alias or n}" for b in USUAL for n, f in b.model_fields.items()}
    assert {f"{b.__name__}.{key}" for b, under in USUAL.items() for key in under} <= keys


FLOW = "gates.chi_ma.routes.main.flows.fruit"
STAGE = "gates.chi_ma.routes.main.stages.documents"
FAR = [
    ("cargo.fruit.payload", "99,999,999 t", "from 0.05 t to 60 t"),
    ("cargo.fruit.value", "7 VND", "from 1,000,000 VND to 50,000,000,000 VND"),
    ("cargo.fruit.life", "100 weeks", "from 60 min to 365 days"),
    (f"{FLOW}.volume", "50_000 trucks/day", "up to 20,000 vehicles/day"),
    (f"{FLOW}.from.2025-07-08", "50_000 trucks/day", "up to 20,000 vehicles/day"),
    (f"{FLOW}.patience", "30 s", "from 10 min to 365 days"),
    (f"{FLOW}.backlog", 90_000, "up to 20,000 vehicles"),
    (f"{FLOW}.day_to_day_cv", "900 %", "up to 200 %"),
    (f"{STAGE}.service.red", "2_310 days", "up to 30 days"),
    (f"{STAGE}.servers", 9_000, "up to 500"),
    ("gates.chi_ma.routes.main.holds.yard.places", 90_000, "up to 20,000 vehicles"),
    ("profiles.growth.g", {"add": True, "years": {"2025": "99_999_999 %"}}, "10 % to 1,000 %"),
    ("profiles.week.w", {"add": True, "mon": "700 %"}, "up to 500 %"),
]


@pytest.mark.parametrize(("path", "value", "usual"), FAR, ids=[path for path, *_ in FAR])
def test_what_is_far_from_usual_is_told(
    write: Write, base: str, path: str, value: object, usual: str
) -> None:
    """The warning has the value as it is written and the range; the run is not stopped."""
    scenario = load(write("base.yaml", base), set={path: value})
    (warning,) = (p for p in scenario.warnings if p.code == "absurd-value")
    assert warning.message.startswith(path)
    assert f"is far from what is usual, {usual}" in f"{warning.message}".replace(
        "from 10 %", "10 %"
    )


def test_a_train_carries_what_its_wagons_do(write: Write, base: str) -> None:
    """300 t are far from usual on a truck, and usual on twenty wagons."""

    def warned(**more: object) -> bool:
        values = {"cargo.fruit.payload": "300 t", **{f"{FLOW}.{k}": v for k, v in more.items()}}
        scenario = load(write("base.yaml", base), set=values)
        return "absurd-value" in [problem.code for problem in scenario.warnings]

    assert warned()
    assert not warned(vehicle="train", wagons=20, volume="3 trains/day")


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_usual_scenarios_hear_nothing(path: Path) -> None:
    """No scenario that ships is far from usual, nor outlived by its dates or classes."""
    codes = {problem.code for problem in shipped(path).warnings}
    assert not codes & {"absurd-value", "outlived", "ends-dated"}


def test_a_service_of_days_takes_its_server_for_days(write: Write, base: str) -> None:
    """One server and a service of ten days serve a tenth of a vehicle a day, not one."""
    values = {f"{STAGE}.service": "10 days", f"{STAGE}.servers": 1}
    scenario = load(write("base.yaml", base), set=values)
    said = [p.message for p in scenario.warnings if p.code == "overload"]
    assert any("documents" in message and "exceed capacity 0.1/day" in message for message in said)
