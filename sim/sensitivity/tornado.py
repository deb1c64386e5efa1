"""Tornado of inputs and one-way break-even: each input alone over its range.

What inputs do together, and what they do inside their ranges, is not in it: see the indices.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim.arguments import checked_arguments
from sim.compare.paired import together
from sim.errors import ArgumentError
from sim.results.estimates import Estimate, estimate
from sim.sensitivity.response import Response
from sim.sentences import Sentence

__all__ = ["TornadoBar", "break_even", "tornado"]

_LONG = re.compile(r"\d+\.\d{2,}")
"""Numbers with more decimals than a reader needs."""

_STEPS = 6
"""Bisections of a range: the break-even is known to 1/64 of it."""


@dataclass(frozen=True)
class TornadoBar:
    """Response with one input at the ends of its range, all others at their medians.

    Attributes
    ----------
    input:
        Its name.
    low_text, high_text:
        The value at both ends, as it stands in the scenario.
    low, middle, high:
        Response with the input at its low end, at its median, and at its high end.
    swing:
        Difference from the low end to the high one, replication by replication.
    """

    input: str
    low_text: str
    high_text: str
    low: float
    middle: float
    high: float
    swing: Estimate

    @property
    def short_texts(self) -> tuple[str, str]:
        """The ends without what a distribution has at both: 13 min and 37 min."""
        texts = self.low_text, self.high_text
        if "(" not in self.low_text:
            return texts
        words = [text.replace("(", "( ").replace(",", " ,").split(" ") for text in texts]
        same = [a == b for a, b in zip(*words, strict=False)]
        if len(words[0]) != len(words[1]) or all(same):
            return texts
        first = same.index(False)
        low, high = (" ".join(part[first : first + 2]).rstrip(" ,)") for part in words)
        return _LONG.sub(_rounded, low), _LONG.sub(_rounded, high)


@checked_arguments
def tornado(response: Response, share: float = 0.9, level: float = 0.95) -> tuple[TornadoBar, ...]:
    """Return a bar for each input, the farthest swing first.

    ``share`` is that of an input's distribution between the ends. Half-widths of all swings hold
    together (Bonferroni).

    Raises
    ------
    ArgumentError
        ``share`` is not between 0 and 1; errors of the response as its own.
    """
    _require_share(share)
    ends = (1.0 - share) / 2.0, (1.0 + share) / 2.0
    strict = together(len(response.inputs), level)
    middle = response({})
    bars = []
    for name in response.inputs:
        low, high = (response({name: end}) for end in ends)
        low_text, high_text = (response.text(name, end) for end in ends)
        bars.append(
            TornadoBar(
                name,
                low_text,
                high_text,
                float(low.mean()),
                float(middle.mean()),
                float(high.mean()),
                estimate(high - low, strict),
            )
        )
    return tuple(sorted(bars, key=lambda bar: -abs(bar.high - bar.low)))


@checked_arguments
def break_even(response: Response, name: str, share: float = 0.9) -> str | None:
    """Return the value of an input at which the mean response is zero; None if it is nowhere.

    All other inputs are at their medians. The response is taken to cross zero once between the
    ends of the range, and bisected.

    Raises
    ------
    ArgumentError
        There is no such input, or ``share`` is not between 0 and 1.
    """
    _require_share(share)
    if name not in response.inputs:
        raise ArgumentError(
            Sentence(
                "no input '{name}'; there are {known}", name=name, known=", ".join(response.inputs)
            )
        )
    low, high = (1.0 - share) / 2.0, (1.0 + share) / 2.0
    below = float(response({name: low}).mean()) < 0.0
    if below == (float(response({name: high}).mean()) < 0.0):
        return None
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        if (float(response({name: middle}).mean()) < 0.0) == below:
            low = middle
        else:
            high = middle
    return response.text(name, (low + high) / 2.0)


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.3g}"


def _require_share(share: float) -> None:
    if not 0.0 < share < 1.0:
        raise ArgumentError(
            Sentence("a share of {share} of a range: give one between 0 and 1", share=share)
        )
