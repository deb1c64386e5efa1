"""Schema of the `inputs:` section: values that are uncertain, and the sets drawn of them.

A text is a distribution of the value at the path that is its key. A block is a distribution with
more to say, or an ensemble: a file with a set of values in each row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidationInfo

from sim.arrays import Floats
from sim.distributions import Distribution, parse_distribution
from sim.errors import UnitError
from sim.scenario.schema.base import Block, Evidenced
from sim.scenario.schema.fields import ONE, Count, Paths, as_text, data_of
from sim.scenario.source.data import is_empirical
from sim.sentences import Sentence
from sim.units import number_text, parse_number

__all__ = ["InputBlock", "InputForm"]

_AMOUNT = re.compile(r"(?P<number>[-+0-9._,eE]*[0-9.])\s*(?P<unit>.*)")


@dataclass(frozen=True)
class InputDistribution:
    """Distribution of a value of a scenario, in the unit in which its text is written."""

    distribution: Distribution
    unit: str = ""

    def text(self, u: float, digits: int | None) -> str:
        """Return the value at a probability as it is written; six figures unless ``digits``."""
        quantile = float(self.distribution.quantile(u))
        number = float(f"{quantile:.6g}") if digits is None else round(quantile, digits)
        return f"{number_text(number)} {self.unit}".strip()

    def ends(self, level: float) -> tuple[float, float]:
        """Ends of the central interval that holds a share ``level`` of the values."""
        ends: Floats = self.distribution.quantile([(1.0 - level) / 2.0, (1.0 + level) / 2.0])
        return float(ends[0]), float(ends[1])


def _spread(value: object, info: ValidationInfo) -> InputDistribution:
    """Read a distribution of numbers that all have one unit, or none."""
    if is_empirical(value):
        return InputDistribution(data_of(info).distribution(str(value), plain=True))
    units: list[str] = []

    def amount(text: object) -> float:
        match = _AMOUNT.fullmatch(" ".join(str(text).split()))
        if match is None:
            raise UnitError(
                Sentence("'{text}' is not a number", text=text),
                Sentence("write e.g. 20 min, or 20"),
            )
        units.append(match["unit"])
        if units[0] != units[-1]:
            message = Sentence(
                "'{value}' has several units: {units}, {units2}",
                value=value,
                units=units[0],
                units2=units[-1],
            )
            raise UnitError(message, Sentence("write all numbers in one unit"))
        return parse_number(match["number"])

    distribution = parse_distribution(value, amount)
    if "(" not in str(value):
        hint = Sentence(
            "write e.g. 'triangular(5 min, 8 min, 20 min)'; a sure value stands at its path"
        )
        raise UnitError(Sentence("'{value}' is no distribution", value=value), hint)
    return InputDistribution(distribution, units[0])


Spreads = Annotated[
    InputDistribution,
    BeforeValidator(_spread),
    as_text(r"[a-z]+ ?\(.*\)", "triangular(5 min, 8 min, 20 min)", "uniform(20 %, 40 %)"),
]


class InputBlock(Evidenced):
    """An uncertain value, or an ensemble: sets of values that belong together."""

    file: str | None = None
    """CSV or Parquet file beside this one: a column for each path, a row for each set, and if
    wanted a column `weight`."""
    path: Paths = ()
    """Where the value is written, as after --set; a list of paths gets the same value at each.
    Left out where the key of this block is the path."""
    distribution: Spreads | None = None
    """What the value is drawn from, in the unit of the value or in plain numbers."""
    digits: Annotated[Count, Field(ge=0, le=12)] | None = None
    """Decimals kept; 0 for whole numbers, six figures where nothing is said."""
    write: str = "{}"
    """How the value stands in the scenario, with {} for what is drawn, e.g. `"{} %"`."""

    def paths(self, key: str) -> tuple[str, ...]:
        """Paths of the value; ``key`` is the one under which the block stands."""
        return self.path or ((key,) if "." in key else ())

    def written(self, u: float) -> str:
        """Return the value at a probability as it stands in the scenario."""
        assert self.distribution is not None  # the check says so
        return self.write.replace("{}", self.distribution.text(u, self.digits))


def _form(value: Any) -> str:
    return "<block>" if isinstance(value, (dict, Block)) else ONE


#: A distribution, or a block that has one or names a file.
InputForm = Annotated[
    Annotated[Spreads, Tag(ONE)] | Annotated[InputBlock, Tag("<block>")],
    Discriminator(_form),
]
