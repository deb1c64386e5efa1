"""STRESS-DES, the checklist of simulation reports, filled in from the manifests.

Monks, Currie, Onggo, Robinson, Kunc and Taylor (2019), "Strengthening the reporting of
empirical simulation studies: introducing the STRESS guidelines", Journal of Simulation 13(1).
"""

from __future__ import annotations

from typing import Any

from sim.plan.model import Plan
from sim.report.html.material import Material
from sim.report.html.parts import Cell, Section, Table, render
from sim.report.summary import busy_gates, route_title
from sim.words import Words

__all__ = ["section"]

#: Items of the checklist, numbered as there.
_ITEMS = (
    *("1.1", "1.2", "1.3"),
    *("2.1", "2.2", "2.3", "2.4", "2.5.1", "2.5.2", "2.5.3", "2.5.4", "2.5.5"),
    *("3.1", "3.2", "3.3", "3.4"),
    *("4.1", "4.2", "4.3"),
    *("5.1", "5.2", "5.3", "5.4"),
    "6.1",
)


def section(material: Material, words: Words) -> Section | None:
    """The 24 items with what the run says on each, and the paths in full."""
    facts = _facts(material, words)
    rows = [
        [
            Cell(item, head=True),
            Cell(words.text(f"report.stress.{item}"), "word strong"),
            Cell(_answer(item, facts, words), "word"),
        ]
        for item in _ITEMS
    ]
    columns = [words.text(f"report.method.{name}") for name in ("item", "asked", "answer")]
    body = render(
        "method.html.j2",
        words,
        table=Table(columns, rows, words=True),
        paths=_paths(material.base.plan, words),
        n=len(rows),
    )
    return Section("method", words.text("report.method.title"), body)


def _answer(item: str, facts: dict[str, Any], words: Words) -> str:
    """Fill in an item; one that needs what the scenario lacks is not stated."""
    if item == "1.1":
        return facts["purpose"] or words.text("report.method.unstated")
    return words.text(f"report.answer.{item}", **facts)


def _facts(material: Material, words: Words) -> dict[str, Any]:
    """Everything that the answers name."""
    base, manifest = material.base, material.stored[0].manifest
    plan, model = base.plan, base.scenario.model
    busy = [plan.gates[gate] for gate in busy_gates(plan)]
    stages = [stage for stage in plan.stages if plan.gates[stage.gate] in busy]
    machine = manifest["machine"]
    return {
        "purpose": words.pick(model.description.model_dump()) if model.description else "",
        "scenarios": "; ".join(material.titles(words)),
        "gates": ", ".join(words.pick(gate.title) for gate in busy),
        "flows": len(plan.flows),
        "stages": len(stages),
        "servers": sum(stage.servers for stage in stages),
        "sources": len(model.sources),
        "inputs": len(base.scenario.inputs()),
        "assumptions": len(base.scenario.assumptions()),
        "warm_up": words.duration(plan.warm_up),
        "start": words.date(plan.start),
        "days": words.text("duration.days", n=plan.days),
        "replications": words.number(material.common),
        "seed": str(manifest["seed"]),
        "engine": " + ".join(sorted({results.engine for results in material.several})),
        "version": manifest["langson"],
        "code": manifest["code"][:12],
        "hash": manifest["scenario"]["hash"][:12],
        "packages": ", ".join(f"{name} {found}" for name, found in manifest["packages"].items()),
        "machine": f"{machine['implementation']} {machine['python']}, {machine['system']} "
        f"{machine['release']}, {machine['processor']}",
        "seconds": words.number(sum(r.timings["wall"] for r in material.several), 1),
    }


def _paths(plan: Plan, words: Words) -> list[tuple[str, str]]:
    """Stages in the order in which each kind of vehicle visits them, by route.

    A path that another of the same direction contains is not told again.
    """
    found: dict[tuple[str, tuple[int, ...]], None] = {}
    for flow in plan.flows:
        title = f"{route_title(plan, flow.route, words)}, " + words.text(
            f"direction.{'export' if flow.direction == 0 else 'import'}"
        )
        found[title, tuple(step.stage for step in flow.steps)] = None
    return [
        (title, " → ".join(words.pick(plan.stages[stage].title) for stage in stages))
        for title, stages in found
        if not any(title == name and set(stages) < set(other) for name, other in found)
    ]
