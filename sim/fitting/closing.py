"""Whether a service runs on past closing, or freezes until reopening."""

from __future__ import annotations

from dataclasses import dataclass

from sim.arrays import Floats
from sim.queues import Calendar

__all__ = ["Closing", "closing_rule"]

_FEW = 5
"""Services past a closing below which the rule cannot be told."""

_SOME, _HARDLY = 0.2, 0.05
"""Shares of these that end while the stage is shut: from the first on they ran on, up to the
second they froze."""


@dataclass(frozen=True)
class Closing:
    """What the data say of a stage's closing: ``rule`` is None where they cannot tell.

    ``past`` services were under way at a closing, of which ``shut`` ended before reopening;
    ``early`` is the share of services that began while the scenario's calendar is shut.
    """

    rule: str | None
    past: int
    shut: int
    early: float


def closing_rule(start: Floats, finish: Floats, calendar: Calendar, rounding: float) -> Closing:
    """Tell from finished services; ``start`` and ``finish`` are minutes, shape ``(n,)``.

    Under the rule `resume` no service ends while the stage is shut; under `finish` those that
    pass the closing end at any time after it.
    """
    if calendar.never_closes or not len(start):
        return Closing(None, 0, 0, 0.0)
    slack = max(rounding, 0.01)
    early = ~(calendar.is_open(start) | calendar.is_open(start + slack))
    passing = (finish - start) - calendar.open_time(start, finish) > slack
    passing &= ~early
    shut = passing & ~calendar.is_open(finish) & ~calendar.is_open(finish - slack)
    past, ended = int(passing.sum()), int(shut.sum())
    rule = None
    if past >= _FEW:
        share = ended / past
        rule = "finish" if share >= _SOME else "resume" if share <= _HARDLY else None
    return Closing(rule, past, ended, float(early.mean()))
