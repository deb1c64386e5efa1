"""Failure conditions (``--fail-if``): ``chi_ma: wait.p95 > 4 h``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.arguments import checked_arguments
from sim.catalogue import Condition
from sim.compare.scenario_results import ScenarioResults
from sim.results.estimates import Estimate

__all__ = ["Check", "check_all"]


@dataclass(frozen=True)
class Check:
    """Outcome of a condition for one scenario.

    Attributes
    ----------
    found:
        Mean over replications with its 95 % interval, in the quantity's unit.
    met:
        The mean meets the condition, or there is no mean: what cannot be judged is not good.
    sure:
        The 95 % interval lies on one side of the limit.
    """

    condition: Condition
    scenario: str
    estimate: Estimate
    met: bool
    sure: bool

    @property
    def mean(self) -> float | None:
        """Mean over replications."""
        return self.estimate.mean


@checked_arguments
def check_all(
    conditions: Iterable[Condition], samples: Sequence[ScenarioResults], names: Sequence[str]
) -> list[Check]:
    """Check every condition on every scenario.

    Raises
    ------
    MeasureError
        A scenario has no such gate.
    """
    return [
        _check(condition, sample, name)
        for condition in conditions
        for sample, name in zip(samples, names, strict=True)
    ]


def _check(condition: Condition, sample: ScenarioResults, name: str) -> Check:
    value = sample.estimate(condition.quantity)
    if value.mean is None:
        return Check(condition, name, value, met=True, sure=False)
    met = condition.holds(value.mean)
    return Check(condition, name, value, met, sure=value.side(condition.limit) != 0)
