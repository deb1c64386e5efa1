"""Conditions in words: what was asked, what came of it, and the value behind it."""

from __future__ import annotations

from sim.compare import Check
from sim.messages import Messages, printable
from sim.report.text.format import allowed, interval_text, mean_text

__all__ = ["check_text"]


def check_text(check: Check, messages: Messages) -> str:
    """Write a condition, what came of it, and the value behind it."""
    condition = check.condition
    facts = {"scenario": check.scenario, "condition": printable(condition.text)}
    if check.mean is None:
        return messages.text("condition.unknown", **facts)
    minutes = condition.quantity.unit == "h" and "min" in condition.text
    factor, unit = (60.0, "min") if minutes else (1.0, condition.quantity.unit)
    shown = check.estimate.times(factor)
    digits = allowed(2, shown.half_width)
    tail = interval_text(shown, messages, digits, unit)
    value = f"{mean_text(shown, messages, digits)} {tail}".strip()
    value += f" {messages.text(f'unit.{unit}')}"
    verdict = messages.text("condition.met" if check.met else "condition.not_met")
    kind = "value" if check.sure or check.estimate.low is None else "unsure"
    return messages.text(f"condition.{kind}", verdict=verdict, value=value, **facts)
