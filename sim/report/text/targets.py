"""Sentences on targets and the simulated values."""

from __future__ import annotations

from sim.compare import Audit, ScenarioResults, Target
from sim.messages import Messages
from sim.report.text.format import interval_text, mean_text

__all__ = ["busiest", "outcome", "promise"]

#: Utilisation from which a stage may be what binds.
_BINDS = 0.9


def promise(target: Target, messages: Messages) -> str:
    """Write what is promised: ``≥ 2,000 vehicles/day``."""
    unit = messages.text(f"unit.{target.quantity.unit}")
    return f"{'≥' if target.at_least else '≤'} {messages.short(target.limit)} {unit}"


def outcome(result: Audit, messages: Messages) -> str:
    """Write what came out, in the unit promised: ``1,250 ± 30``."""
    unit = result.target.quantity.unit
    digits = 0 if unit.startswith("vehicles") else 1
    tail = interval_text(result.estimate, messages, digits, unit)
    return f"{mean_text(result.estimate, messages, digits)} {tail}".strip()


def busiest(result: Audit, sample: ScenarioResults, messages: Messages) -> str:
    """Say which stage binds, or that too few come; nothing where no stage has servers."""
    if result.utilisation is None:
        return ""
    few = result.target.quantity.measure == "crossed_per_day" and result.utilisation < _BINDS
    return messages.text(
        "target.demand" if few and result.verdict == "missed" else "target.binds",
        stage=messages.pick(sample.stages[result.stage]),
        gate=messages.pick(sample.gates[result.stage.split(".")[0]]),
        used=messages.percent(result.utilisation),
    )
