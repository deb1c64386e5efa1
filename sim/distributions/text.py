"""Read distributions as they are written in scenario files."""

from __future__ import annotations

import re
from collections.abc import Callable

from sim.distributions.base import FORMS, Distribution, require
from sim.distributions.bounded import Constant, Pert, Triangular, Uniform
from sim.distributions.observed import Discrete
from sim.distributions.unbounded import Erlang, Exponential, Gamma, Lognormal, Normal, Weibull
from sim.errors import UnitError
from sim.sentences import Sentence
from sim.units import parse_count, parse_duration, parse_number, parse_share, suggestion

__all__ = ["parse_distribution"]

_Amount = Callable[[object], float]

_CHANCE = re.compile(r"(?P<share>[^%]*%) ?(?P<value>.+)")


def parse_distribution(value: object, amount: _Amount = parse_duration) -> Distribution:
    """A distribution from its text; a plain duration such as `12 min` is constant.

    `lognormal(mean 12 min, cv 0.5)`, `gamma(mean 45 min, cv 0.6)`, `weibull(mean 45 min, cv 0.6)`,
    `normal(mean 12 min, cv 0.3)` (cut at 0), `erlang(3, mean 1 min)`, `exponential(mean 40 min)` or
    `exponential(40 min)`, `uniform(24 h, 72 h)`, `triangular(5 min, 8 min, 20 min)`,
    `pert(5 min, 8 min, 20 min)`, `discrete(20 % 5 min, 80 % 10 min)`. Inside brackets thousands
    are written `1_200`. ``amount`` reads one value; with another than durations, read "minutes"
    above as its unit.

    Raises :class:`UnitError` for unknown families, wrong arguments and impossible values.
    """
    text = " ".join(value.split()) if isinstance(value, str) else ""
    match = re.fullmatch(r"([A-Za-z_]+) ?(?:\((.*)\))?", text)
    if match is None:
        if "(" in text and ")" not in text:
            raise UnitError(
                Sentence("'{text}' has no closing bracket", text=text),
                Sentence("write e.g. {forms}", forms=FORMS["lognormal"]),
            )
        return Constant(amount(value))
    family, inside = match.groups()
    if family not in _READERS:
        families = [name for name in FORMS if name != "constant"]
        known = Sentence("use a duration or one of {families}", families=", ".join(families))
        raise UnitError(
            Sentence("unknown distribution '{family}'", family=family),
            suggestion(family, families, known),
        )
    parts = [part.strip() for part in (inside or "").split(",")]
    any_number = family == "discrete"
    if not all(parts) or not (any_number or len(parts) == FORMS[family].count(",") + 1):
        hint = Sentence("write e.g. {forms}; thousands as 1_200", forms=FORMS[family])
        raise UnitError(Sentence("'{text}' has the wrong number of values", text=text), hint)
    return _READERS[family](parts, amount)


def _moments(
    kind: Callable[[float, float], Distribution], family: str
) -> Callable[[list[str], _Amount], Distribution]:
    """Reader of a family that is written by its mean and cv."""

    def read(parts: list[str], amount: _Amount) -> Distribution:
        mean = amount(_after("mean", family, parts[0]))
        return kind(mean, parse_number(_after("cv", family, parts[1]), most=1000.0))

    return read


def _discrete(parts: list[str], amount: _Amount) -> Distribution:
    """Read values with their probabilities; a value may stand there more than once."""
    chances: dict[float, float] = {}
    for part in parts:
        match = _CHANCE.fullmatch(part)
        require(
            match is not None,
            Sentence("'{part}' is no probability and value", part=part),
            "discrete",
        )
        assert match is not None  # refused otherwise
        value = amount(match["value"])
        chances[value] = chances.get(value, 0.0) + parse_share(match["share"])
    values = sorted(chances)
    return Discrete(tuple(values), tuple(chances[value] for value in values))


_READERS: dict[str, Callable[[list[str], _Amount], Distribution]] = {
    "exponential": lambda p, amount: Exponential(amount(p[0].removeprefix("mean "))),
    "uniform": lambda p, amount: Uniform(*map(amount, p)),
    "triangular": lambda p, amount: Triangular(*map(amount, p)),
    "pert": lambda p, amount: Pert(*map(amount, p)),
    "lognormal": _moments(Lognormal, "lognormal"),
    "gamma": _moments(Gamma, "gamma"),
    "weibull": _moments(Weibull, "weibull"),
    "normal": _moments(Normal, "normal"),
    "erlang": lambda p, amount: Erlang(parse_count(p[0]), amount(_after("mean", "erlang", p[1]))),
    "discrete": _discrete,
}


def _after(name: str, family: str, part: str) -> str:
    """What follows ``name`` in one argument; names are required where order could slip."""
    word, _, rest = part.partition(" ")
    if word != name:
        message = Sentence(
            "'{name}' expected in {family}, found '{part}'", name=name, family=family, part=part
        )
        raise UnitError(message, Sentence("write e.g. {forms}", forms=FORMS[family]))
    return rest
