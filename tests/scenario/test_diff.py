"""Differences between two scenarios."""

from __future__ import annotations

from collections.abc import Callable

from sim.scenario import Change, Scenario, diff, load

Overlay = Callable[..., Scenario]
STAGES = "gates.chi_ma.routes.main.stages"


def test_equal_scenarios_do_not_differ(overlay: Overlay) -> None:
    """An overlay that changes words alone changes nothing."""
    scenario = overlay("cargo: {fruit: {title: {en: Fresh fruit}, evidence: measured}}\n")
    assert diff(load("base.yaml"), scenario) == []


def test_changes_show_before_after_and_place(overlay: Overlay) -> None:
    """Values are shown as written, with the line that changed them."""
    scenario = overlay(
        "gates:\n  chi_ma:\n    class: international\n    routes:\n      main:\n"
        "        stages:\n          documents: {servers: 6, service: 5 min}\n"
    )
    changes = diff(load("base.yaml"), scenario)
    assert [(c.path, c.before, c.after) for c in changes] == [
        ("gates.chi_ma.class", "bilateral", "international"),
        (f"{STAGES}.documents.servers", 2, 6),
        (f"{STAGES}.documents.service", None, "5 min"),
        (f"{STAGES}.documents.service.green", "2 min", None),
        (f"{STAGES}.documents.service.yellow", "10 min", None),
        (f"{STAGES}.documents.service.red", "20 min", None),
    ]
    assert str(changes[0].place) == "overlay.yaml:6:12"
    assert changes[3].place.file == "base.yaml"


def test_costs_of_upgrades_are_changes(overlay: Overlay) -> None:
    """What an upgrade costs is part of the difference, its title is not."""
    scenario = overlay(
        "upgrades:\n  one: {title: {en: A, vi: B}, evidence: assumption, capex: 1 bn VND}\n"
    )
    (change,) = diff(load("base.yaml"), scenario)
    assert change == Change(
        "upgrades.one.capex", None, "1 bn VND", scenario.origin("upgrades.one.capex")
    )


def test_the_order_of_the_files_turns_the_changes(overlay: Overlay) -> None:
    """Before and after swap when the scenarios do."""
    scenario = overlay(set=["run.days=9"])
    base = load("base.yaml")
    ((forth,), (back,)) = diff(base, scenario), diff(scenario, base)
    assert (forth.before, forth.after) == (back.after, back.before) == (7, 9)
    assert (forth.place.file, back.place.file) == ("--set", "base.yaml")
