"""STRESS-DES, the checklist of simulation reports, filled in from the runs."""

from __future__ import annotations

from sim.plan.model import Plan
from sim.report.html.answers import ANSWERS, answer
from sim.report.html.material import Material
from sim.report.html.parts import Cell, Section, Table, render
from sim.report.text.summary import route_title
from sim.words import Words

__all__ = ["section"]


def section(material: Material, words: Words) -> Section | None:
    """The 24 items with what the run says on each, and the paths in full."""
    rows = [
        [
            Cell(item, head=True),
            Cell(words.text(f"report.stress.{item}"), "word strong"),
            Cell(answer(item, material, words), "word"),
        ]
        for item in ANSWERS
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
