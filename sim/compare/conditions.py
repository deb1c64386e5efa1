"""Failure conditions (``--fail-if``): ``chi_ma: wait.p95 > 4 h``."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sim.arguments import checked_arguments
from sim.catalogue import Quantity
from sim.compare.scenario_results import ScenarioResults
from sim.errors import MeasureError
from sim.results.estimates import Estimate
from sim.sentences import Sentence

__all__ = ["Check", "Condition", "check_all"]

_SIGNS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_TEXT = re.compile(r"(?P<quantity>[^<>]+?)\s*(?P<sign>[<>]=?)(?P<value>[^<>=]+)")


@dataclass(frozen=True)
class Condition:
    """A quantity against a limit in the unit of its table."""

    text: str
    quantity: Quantity
    sign: str
    limit: float

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Read ``measure.statistic[where] > value unit``, with ``> >= < <=``.

        Raises
        ------
        MeasureError
            With what is wrong, and what to write instead.
        """
        match = _TEXT.fullmatch(text)
        if match is None:
            raise MeasureError(
                Sentence(
                    "'{text}' is no condition; write e.g. 'wait.mean > 4 h' or "
                    "'wait.p95[chi_ma, export] "
                    ">= 90 min'",
                    text=text,
                )
            )
        quantity = Quantity.parse(match["quantity"])
        shown = " ".join(text.split())
        return cls(shown, quantity, match["sign"], quantity.value(match["value"]))


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
    met = _SIGNS[condition.sign](value.mean, condition.limit)
    return Check(condition, name, value, met, sure=value.side(condition.limit) != 0)
