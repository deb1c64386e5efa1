"""Sentences on an optimisation: what to build, what it costs, how sure, and what binds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.catalogue import COSTS, Constraint, Quantity
from sim.compare import Estimate
from sim.messages import Messages, printable
from sim.optimisation import Choice, LimitOutcome, Optimisation
from sim.report.text.bottleneck import bottlenecks
from sim.report.text.format import decimals, estimate_text, interval_text, mean_text
from sim.runs import run
from sim.scenario.schema.sweep import Value

__all__ = [
    "Binding",
    "binding_stages",
    "built",
    "certainty_sentences",
    "cost_sentence",
    "gain_sentence",
    "level_text",
    "limit_sentence",
    "money_text",
    "quantity_text",
    "question_sentence",
]

_BILLION = 1e9

_REPLICATIONS = 5
"""Replications of the choice that are run once more to see what binds in it."""


@dataclass(frozen=True)
class BuiltRow:
    """A decision as it is shown: title, level and the present one, bn VND and bn VND a year."""

    title: str
    level: str
    before: str | None
    capex: str
    opex: str


Binding = tuple[str, str, float, float | None]
"""Titles of a stage and its gate, vehicle-hours waited a day, and utilisation."""


def money_text(value: float, messages: Messages) -> str:
    """Write VND in billions, with decimals where they are few."""
    billions = value / _BILLION
    size = abs(billions)
    return messages.number(billions, 0 if size >= 100 or size == round(size) else 1)


def amount_text(value: float, unit: str, messages: Messages) -> str:
    """Write an amount with its unit, money in billions and short times in minutes."""
    if unit.startswith("VND"):
        key = "optimise.bn_a_year" if unit.endswith("/year") else "optimise.bn"
        return messages.text(key, amount=money_text(value, messages))
    if unit == "h" and abs(value) < 2.0:
        return f"{messages.number(60.0 * value, 0)} {messages.text('unit.min')}"
    if unit == "%":
        return messages.percent(value / 100.0, 0 if value == round(value) else 1)
    shown = messages.number(value, 0 if value == round(value) else 1)
    return f"{shown} {_unit(unit, messages)}".strip()


def _unit(unit: str, messages: Messages) -> str:
    """Name of a unit; that of a value of the scenario stands as it is written."""
    known = ("h", "%", "h/day", "vehicles", "vehicles/day", "wagons/day", "TEU/day", "t/day")
    return messages.text(f"unit.{unit}") if unit in (*known, "mn VND/day") else unit


def level_text(level: Value, messages: Messages) -> str:
    """Write what is decided: a number, or yes and no of an upgrade."""
    if isinstance(level, bool):
        return messages.text("sweep.on") if level else messages.text("sweep.off")
    if isinstance(level, str):
        return printable(level)
    return messages.number(level, 0 if level == int(level) else 1)


def question_sentence(outcome: Optimisation, messages: Messages) -> str:
    """Say what is optimised, over how many combinations."""
    problem = outcome.problem
    sense = "minimise" if problem.objective.sign > 0.0 else "maximise"
    text = messages.text(
        f"optimise.{sense}",
        objective=_named(problem.objective.name, messages),
        n=int(outcome.combinations),
        decisions=len(problem.decisions),
    )
    if outcome.excluded:
        text += f" {messages.text('optimise.excluded', n=outcome.excluded)}"
    return text


def _named(objective: str, messages: Messages) -> str:
    if objective in COSTS or objective == "net_benefit":
        return messages.text(f"optimise.objective.{objective}")
    return objective


def built(outcome: Optimisation, choice: Choice, messages: Messages) -> list[BuiltRow]:
    """Decisions of a choice that differ from the present one, in their order."""
    rows = []
    for decision, index in zip(outcome.problem.decisions, choice, strict=True):
        if index != decision.present_index:
            present = decision.present_index
            before = None if present is None else level_text(decision.levels[present], messages)
            rows.append(
                BuiltRow(
                    messages.pick(decision.title),
                    level_text(decision.levels[index], messages),
                    None if decision.upgrade else before,
                    money_text(decision.capex[index, 0], messages),
                    money_text(decision.opex[index, 0], messages),
                )
            )
    return rows


def cost_sentence(outcome: Optimisation, choice: Choice, messages: Messages) -> str:
    """Say what a choice costs to build and to run, with the range of its prices."""
    costs = outcome.problem.costs(np.array([choice]))
    capex, opex = costs.capex[0], costs.opex[0]
    if not capex[0] and not opex[0]:
        return messages.text("optimise.cost.nothing")
    ranged = capex[1] < capex[0] or capex[0] < capex[2]
    bounds = ""
    if ranged:
        bounds = messages.text(
            "optimise.cost.range",
            low=money_text(capex[1], messages),
            high=money_text(capex[2], messages),
        )
    text = messages.text(
        "optimise.cost.text",
        capex=money_text(capex[0], messages),
        range=f" {bounds}" if bounds else "",
        opex=money_text(opex[0], messages),
    )
    spending = costs.spending[0, 0]
    if math.isfinite(spending):
        text += f" {messages.text('optimise.cost.yearly', spending=money_text(spending, messages))}"
    assumed = [d.assumed for d in outcome.problem.decisions if d.assumed is not None]
    if assumed:
        text += f" {messages.text('optimise.cost.assumed', n=sum(assumed), all=len(assumed))}"
    return text


def gain_sentence(outcome: Optimisation, messages: Messages) -> str:
    """Say what is reached: the objective, and the net benefit where there are prices."""
    objective, parts = outcome.problem.objective, []
    if objective.quantity is not None:
        value = quantity_text(outcome.objective, objective.quantity, messages)
        parts.append(
            messages.text("optimise.gain.quantity", quantity=str(objective.quantity), value=value)
        )
    if outcome.benefit is not None and outcome.benefit.mean is not None:
        value = estimate_text(outcome.benefit.times(1.0 / _BILLION), messages)
        parts.append(messages.text("optimise.gain.benefit", value=value))
    return " ".join(parts)


def quantity_text(estimate: Estimate, quantity: Quantity, messages: Messages) -> str:
    """Write an estimate of a quantity with its unit as on screens."""
    entry = quantity.entry
    shown = estimate.times(entry.factor)
    digits = decimals(shown.half_width, entry.shown_in)
    tail = interval_text(shown, messages, digits, entry.shown_in)
    value = f"{mean_text(shown, messages, digits)} {tail}".strip()
    return f"{value} {messages.text(f'unit.{entry.shown_in}')}"


def limit_sentence(outcome: LimitOutcome, messages: Messages) -> tuple[str, bool]:
    """Say how a limit is kept, and whether it decides; with whether it is kept."""
    limit = outcome.limit
    value = _limited(outcome, limit, messages)
    kept = outcome.slack >= 0.0
    slack = amount_text(abs(outcome.slack), limit.unit, messages)
    key = "kept" if kept else "missed"
    text = messages.text(f"optimise.limit.{key}", limit=printable(limit.text), value=value,
                         slack=slack)  # fmt: skip
    if kept and outcome.active:
        text += f" {messages.text('optimise.limit.active')}"
    return text, kept


def _limited(outcome: LimitOutcome, limit: Constraint, messages: Messages) -> str:
    if limit.quantity is not None:
        return quantity_text(outcome.estimate, limit.quantity, messages)
    return amount_text(outcome.estimate.mean or 0.0, limit.unit, messages)


def certainty_sentences(outcome: Optimisation, messages: Messages) -> list[str]:
    """Say how sure the choice is, of what, and on how many replications."""
    rule, problem = outcome.rule, outcome.problem
    zone = amount_text(rule.indifference, problem.objective.unit, messages)
    facts = {
        "level": messages.percent(rule.level),
        "zone": zone,
        "n": outcome.compared,
        "runs": messages.number(outcome.evaluations),
    }
    kind = "all" if not outcome.searched else "searched"
    if not outcome.decided:
        sentences = [messages.text("optimise.sure.open", most=rule.most, n=len(outcome.others) + 1)]
    elif outcome.chosen is None:
        sentences = [messages.text("optimise.sure.none", **facts)]
    elif problem.objective.certain:
        sentences = [messages.text("optimise.sure.certain", **facts)]
    else:
        sentences = [messages.text("optimise.sure.best", **facts)]
    sentences.append(messages.text(f"optimise.among.{kind}", **facts))
    margins = [
        amount_text(margin, limit.unit, messages)
        for margin, (limit, _) in zip(rule.margins, problem.uncertain_limits, strict=True)
    ]
    if margins and outcome.decided:
        sentences.append(
            messages.text("optimise.sure.margin", margin=", ".join(sorted({*margins})))
        )
    return sentences


def binding_stages(outcome: Optimisation, messages: Messages) -> list[Binding]:
    """Where vehicles would wait most with the choice, by gate, the worst first.

    The choice is run a few times more for it, in this process.
    """
    problem = outcome.problem
    scenario = problem.variants.scenario(problem.variant(outcome.shown))
    results = run(scenario, _REPLICATIONS, journeys="none", tables=["headline", "stages"])
    stages = {stage.id: stage for stage in results.plan.stages}
    gates = {gate.id: gate for gate in results.plan.gates}
    binding = sorted(bottlenecks(results).values(), key=lambda b: -b.hours)
    return [
        (
            messages.pick(stages[b.stage].title),
            messages.pick(gates[b.gate].title),
            b.hours,
            b.utilisation,
        )
        for b in binding
        if b.stage in stages
    ]
