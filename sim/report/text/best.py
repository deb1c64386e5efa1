"""Sentences on the best scenario, its confidence, and whether time and money agree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.compare import Best, Quantity, ScenarioResults, benefit
from sim.messages import Messages

__all__ = ["TIME", "best_sentence", "time_and_money"]

TIME = Quantity("waited_per_day")
"""Measure of time that is set against money: vehicle-hours waited a day."""

_BILLION = 1e9


@dataclass(frozen=True)
class _Valued:
    """An option: name, vehicle-hours waited a day, net benefit beyond the first (bn VND a year)."""

    name: str
    waited: float
    net: float


def best_sentence(best: Best, names: Sequence[str], measure: str, messages: Messages) -> str:
    """Say which scenario is best by a measure, by how much it may miss, and what may be too.

    ``names`` are those of all scenarios compared, ``measure`` what the measure is called.
    """
    facts = {"measure": measure, "chosen": names[best.chosen]}
    others = "; ".join(names[number] for number in best.others)
    if best.sequential and math.isinf(best.loss):
        return messages.text("best.open", n=best.replications, others=others, **facts)
    if math.isinf(best.loss):
        return messages.text("best.unknown", **facts)
    hours = best.quantity.unit == "h"
    loss = messages.number(best.loss * (60.0 if hours else 1.0), 1)
    unit = messages.text(f"unit.{'min' if hours else best.quantity.unit}")
    if best.sequential:
        level = messages.percent(best.level)
        return messages.text(
            "best.sequential", zone=f"{loss} {unit}", n=best.replications, level=level, **facts
        )
    if not best.others:
        return messages.text("best.alone", **facts)
    return messages.text("best.level", loss=f"{loss} {unit}", others=others, **facts)


def time_and_money(
    samples: Sequence[ScenarioResults], names: Sequence[str], messages: Messages
) -> str:
    """Say in which option least is waited and which the largest net benefit, with figures.

    The first sample is the baseline, whose net benefit is 0; those whose benefit cannot be
    stated are left out. Empty where fewer than two are left.
    """
    options = _valued(samples, names)
    if len(options) < 2:
        return ""
    quick = min(options, key=lambda option: option.waited)
    rich = max(options, key=lambda option: option.net)
    if quick == rich:
        return messages.text("best.agree", **_figures(quick, "time", messages))
    facts = _figures(quick, "time", messages) | _figures(rich, "money", messages)
    return messages.text("best.disagree", **facts)


def _figures(option: _Valued, role: str, messages: Messages) -> dict[str, str]:
    return {
        role: option.name,
        f"{role}_waited": messages.number(option.waited, 1),
        f"{role}_net": messages.number(option.net, 1, sign=True),
    }


def _valued(samples: Sequence[ScenarioResults], names: Sequence[str]) -> list[_Valued]:
    """Options whose hours waited and net benefit are known."""
    valued = []
    for name, sample in zip(names, samples, strict=True):
        values = sample.values(TIME)
        net = 0.0 if sample is samples[0] else _net(samples[0], sample)
        if net is not None and not np.isnan(values).all():
            valued.append(_Valued(name, float(np.nanmean(values)), net))
    return valued


def _net(base: ScenarioResults, other: ScenarioResults) -> float | None:
    gains = benefit(base, other)
    return None if gains is None else gains.net / _BILLION
