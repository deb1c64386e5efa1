"""Conditions: a quantity against a limit, ``wait.p95[chi_ma] > 4 h``."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from sim.catalogue.quantities import Quantity
from sim.errors import MeasureError
from sim.sentences import Sentence

__all__ = ["Condition"]

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

    def holds(self, value: float) -> bool:
        """Whether a value, in the quantity's unit, meets the condition."""
        return _SIGNS[self.sign](value, self.limit)

    @property
    def at_least(self) -> bool:
        """Whether the limit is a least value; else it is a most."""
        return self.sign.startswith(">")
