"""The JSON Schema for editors agrees with the loader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from sim.scenario import ScenarioModel, json_schema
from sim.scenario.source.parser import parse
from sim.scenario.source.reader import read
from tests.shipped import FILES


def mistakes(text: Any, *, overlay: bool = False) -> list[str]:
    """Return the paths at which a file breaks the schema."""
    validator = Draft7Validator(json_schema(overlay=overlay))
    return [".".join(map(str, error.absolute_path)) for error in validator.iter_errors(text)]


@pytest.mark.parametrize("overlay", [False, True])
def test_it_is_draft_7(overlay: bool) -> None:
    """Editors read draft 7; all references lead somewhere."""
    made = json_schema(overlay=overlay)
    Draft7Validator.check_schema(made)
    text = str(made)
    assert "$defs" not in text
    for name in made["definitions"]:
        assert f"#/definitions/{name}'" in text or name.removeprefix("Partial") in text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_scenarios_are_valid(path: Path) -> None:
    """Every file in the repository satisfies the schema of its kind."""
    tree = read(path).plain()
    assert mistakes(tree, overlay="extends" in tree) == []


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("days: 7}", "dayz: 7}", "run"),
        ("days: 7}", "days: four}", "run.days"),
        ("payload: 20 t", "payload: 20", "cargo.fruit.payload"),
        ("class: bilateral", "class: bilatral", "gates.chi_ma.class"),
        ("hours: 07:00-19:00,", "hours: 7-19,", "calendars.vietnam.hours"),
        ("red: 10 %, evidence", "red: 10, evidence", "channels.red"),
        ("volume: 30 trucks", "volume: 30", "gates.chi_ma.routes.main.flows.fruit.volume"),
        ("    class: bilateral\n", "", "gates.chi_ma"),
        ("kind: literature", "kind: litrature", "calendars.vietnam.evidence"),
    ],
)
def test_mistakes_are_underlined(base: str, old: str, new: str, where: str) -> None:
    """The editor marks unknown keys, missing keys, wrong words and values without units."""
    assert mistakes(parse(base, "a.yaml").plain()) == []
    if "volume" in old:
        old, new = "volume: 30 trucks/day", "volume: 30"
    assert mistakes(parse(base.replace(old, new), "a.yaml").plain()) == [where]


def test_an_overlay_is_partial(base: str) -> None:
    """An overlay may leave out everything but its base, and may add blocks."""
    text = {
        "format": 1,
        "extends": "base.yaml",
        "gates": {"chi_ma": {"class": "international"}, "new": {"add": True, "mode": "road"}},
        "upgrades": {"one": {"gates": {"chi_ma": {"routes": {"main": {"like": "road"}}}}}},
    }
    assert mistakes(text, overlay=True) == []
    assert mistakes({"format": 1}, overlay=True) == [""]
    assert mistakes(text | {"upgrades": {"one": {"gatess": {}}}}, overlay=True) == ["upgrades.one"]


def test_values_are_described_as_text() -> None:
    """Fields show what people write, with examples and a sentence for wrong patterns."""
    definitions = json_schema()["definitions"]
    capex = definitions["UpgradeBlock"]["properties"]["capex"]
    (text,) = [each for each in capex["anyOf"] if each.get("type") == "string"]
    assert text["examples"] == ["480 bn VND", "900 mn VND"]
    assert text["patternErrorMessage"] == "write e.g. 480 bn VND or 900 mn VND"
    assert capex["description"] == "Capital cost, 2025 prices, alone or with its range."


def test_every_key_of_the_model_is_known() -> None:
    """The top level offers all sections, and templates."""
    keys = set(json_schema()["properties"])
    assert keys == {*ScenarioModel.model_fields, "templates"}
    assert set(json_schema(overlay=True)["properties"]) == keys | {"extends"}


@pytest.mark.parametrize(
    ("where", "values"),
    [
        (
            "service",
            ["12 min", "1.5 h", "2 h 30 min", "erlang(3, mean 1 min)", "uniform(1 h, 2 h)"],
        ),
        ("share", [0, "0", "30 %", "52.48 %"]),
        ("servers", [4, "unlimited", "1_200", "3 lanes"]),
        ("slots", [["06:00", "10:00 Beijing"]]),
    ],
)
def test_what_the_loader_reads_the_schema_allows(
    overlay: Callable[..., Any], where: str, values: list[Any]
) -> None:
    """The patterns are no stricter than the readers."""
    for value in values:
        stage = {"stages": {"documents": {where: value}}}
        text = {"format": 1, "extends": "b", "gates": {"chi_ma": {"routes": {"main": stage}}}}
        assert mistakes(text, overlay=True) == []
        overlay(set={f"gates.chi_ma.routes.main.stages.documents.{where}": value})
