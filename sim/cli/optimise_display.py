"""Display of ``langson optimise``: the answer in sentences, and the front of cost and wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from sim.cli.console import heading, note, print_folder, show_json, show_table
from sim.cli.tables import grid
from sim.messages import printable
from sim.report.text.optimisation import (
    binding_stages,
    built,
    certainty_sentences,
    cost_sentence,
    gain_sentence,
    level_text,
    limit_sentence,
    money_text,
    quantity_text,
    question_sentence,
)

if TYPE_CHECKING:
    from sim.messages import Messages
    from sim.optimisation import Choice, Optimisation
    from sim.report.text.optimisation import Binding

__all__ = ["print_optimum", "show_optimum_json"]

_ROWS = 12
"""Most points of the front that are listed."""

_STAGES = 2
"""Most stages that are named as binding."""


def print_optimum(outcome: Optimisation, messages: Messages) -> None:
    """Print what to build, what it costs, how sure that is, what binds, and the front."""
    shown = outcome.shown
    assert shown is not None
    heading(
        messages.pick(outcome.problem.variants.base.model.title.model_dump()),
        question_sentence(outcome, messages),
    )
    _print_built(outcome, shown, messages)
    _section(messages.text("optimise.cost"), [cost_sentence(outcome, shown, messages)])
    gain = gain_sentence(outcome, messages)
    if gain:
        _section(messages.text("optimise.gain"), [gain])
    if outcome.limits:
        _print_limits(outcome, messages)
    sentences = certainty_sentences(outcome, messages)
    if outcome.others:
        choices = "; ".join(_choice_text(outcome, other, messages) for other in outcome.others)
        sentences.append(messages.text("optimise.others", choices=choices))
    _section(messages.text("optimise.sure"), sentences)
    binding = binding_stages(outcome, messages)[:_STAGES]
    if binding:
        lines = [_binding_text(stage, messages) for stage in binding]
        _section(messages.text("optimise.binds"), lines)
    if outcome.problem.left_out:
        upgrades = outcome.problem.variants.base.upgrades
        names = [
            messages.pick(upgrades[name].title.model_dump()) for name in outcome.problem.left_out
        ]
        note(messages.text("optimise.left_out", upgrades="; ".join(names), n=len(names)))
    _print_front(outcome, messages)
    print_folder(outcome.folder)


def _print_built(outcome: Optimisation, shown: Choice, messages: Messages) -> None:
    """One row for each thing that is built."""
    rows = built(outcome, shown, messages)
    show_table(Text())
    if outcome.chosen is None:
        show_table(Text(messages.text("optimise.nearest"), "bold"))
    elif not rows:
        show_table(Text(messages.text("optimise.build_nothing"), "bold"))
        return
    else:
        show_table(Text(messages.text("optimise.build"), "bold"))
    columns = ("level", "capex", "opex")
    table = grid(*(messages.text(f"optimise.column.{name}") for name in columns), first=24)
    for row in rows:
        level = row.level
        if row.before is not None:
            level = messages.text("optimise.from", before=row.before, level=row.level)
        table.add_row(printable(row.title), level, row.capex, row.opex)
    show_table(table)


def _print_limits(outcome: Optimisation, messages: Messages) -> None:
    show_table(Text(messages.text("optimise.limits"), "bold"))
    for limit in outcome.limits:
        text, kept = limit_sentence(limit, messages)
        show_table(Text(f"{'✓' if kept else '✗'} {text}", "" if kept else "red"))


def _section(title: str, lines: list[str]) -> None:
    """A heading in bold, and sentences."""
    show_table(Text(title, "bold"))
    for line in lines:
        show_table(Text(line))


def _binding_text(binding: Binding, messages: Messages) -> str:
    stage, gate, hours, used = binding
    facts = {"stage": stage, "gate": gate, "hours": messages.number(hours, 1)}
    if used is None:
        return messages.text("optimise.binds.hold", **facts)
    return messages.text("optimise.binds.stage", used=messages.percent(used), **facts)


def _choice_text(outcome: Optimisation, choice: Choice, messages: Messages) -> str:
    """Write a choice by the ids of its decisions: what is built, and numbers beyond present."""
    parts = []
    for decision, index in zip(outcome.problem.decisions, choice, strict=True):
        if index == decision.present_index:
            continue
        level = level_text(decision.levels[index], messages)
        parts.append(decision.name if decision.upgrade else f"{decision.name} {level}")
    return ", ".join(parts) or messages.text("optimise.front.present")


def _print_front(outcome: Optimisation, messages: Messages) -> None:
    """Print the front, the cheapest choice first."""
    if len(outcome.front) < 2:
        return
    quantity = outcome.problem.front
    kind = "yearly" if outcome.yearly else "capital"
    heading(
        messages.text(f"optimise.front.{kind}", quantity=str(quantity)),
        messages.text("optimise.front.subtitle", n=outcome.rule.first),
    )
    unit = "optimise.column.opex" if outcome.yearly else "optimise.column.capex"
    table = grid(messages.text(unit), messages.text("optimise.front.value"), first=30)
    for point in outcome.front[:_ROWS]:
        value = quantity_text(point.estimate, quantity, messages)
        mark = "" if point.status == "efficient" else " ?"
        table.add_row(
            printable(_choice_text(outcome, point.choice, messages)),
            money_text(point.cost, messages),
            f"{value}{mark}",
        )
    show_table(table)
    if len(outcome.front) > _ROWS:
        note(messages.text("optimise.front.more", n=len(outcome.front) - _ROWS))


def show_optimum_json(outcome: Optimisation, messages: Messages) -> None:
    """Print everything as one JSON object."""
    binding: list[dict[str, Any]] = [
        {"stage": stage, "gate": gate, "hours": hours, "utilisation": used}
        for stage, gate, hours, used in binding_stages(outcome, messages)
    ]
    show_json({**outcome.plain(), "binding": binding})
