"""Score card: earlier forecasts against what then came, beside forecasts without a simulator.

A forecast of an evening is made anew from figures up to that evening. Its intervals are widened or
narrowed by the errors of forecasts of days that were over by then, and of no other: by their size,
and by how often they lay outside (adaptive conformal inference, Gibbs and Candès 2021, *NeurIPS*
34), which holds in the long run whatever comes, a change of regime too.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sim.arguments import checked_arguments
from sim.forecast.history import FLOWS, History, is_daily
from sim.forecast.leave_out import spreads_of
from sim.forecast.outlook import QUANTITIES, Outlook, Predicted, forecast
from sim.forecast.spreads import Spreads
from sim.validate import LEVELS, YESTERDAY_SHARE, Skill
from sim.validate.naive import STOCK_PER_EXPORT

__all__ = ["ScoreCard", "Scored", "score_card", "widened"]

NAIVE = ("yesterday", "exports", "blend")
"""Forecasts without a simulator: the last figure, the stock that goes with its exports, both."""

_MOST = 4.0
"""Standardised errors above this count as this: a day that was another world does not rule all."""

_STEP = 0.02
"""Step of the adaptation for a figure; those of Gibbs and Candès are 0.005 to 0.05."""

_LEAST_OUTSIDE = 0.001
"""Share outside below which no quantile is taken."""

_PRIOR = 10
"""Past figures that the model's own spread counts for, beside those that came."""


@dataclass(frozen=True)
class Scored:
    """A forecast whose figure has come: ``naive`` are other forecasts of it, by name."""

    evening: dt.date
    predicted: Predicted
    observed: float
    naive: dict[str, float]

    @property
    def error(self) -> float:
        """Forecast less what came."""
        return self.predicted.mean - self.observed

    def inside(self, level: float) -> bool:
        """Whether what came lies in an interval."""
        low, high = self.predicted.interval(level)
        return low <= self.observed <= high


@dataclass(frozen=True, eq=False)
class ScoreCard:
    """Forecasts that have come due."""

    rows: tuple[Scored, ...]

    def coverage(self, level: float) -> float:
        """Share of figures in their interval; NaN for none."""
        inside = [row.inside(level) for row in self.rows]
        return sum(inside) / len(inside) if inside else math.nan

    def skills(self) -> dict[str, Skill]:
        """Return mean absolute errors beside those of each naive forecast that could be made."""
        table = {}
        for name in NAIVE:
            pairs = [
                (abs(row.error), abs(row.naive[name] - row.observed))
                for row in self.rows
                if name in row.naive
            ]
            if pairs:
                ours, theirs = (sum(errors) / len(pairs) for errors in zip(*pairs, strict=True))
                table[name] = Skill(len(pairs), ours, theirs)
        return table

    def only(self, kind: Sequence[str]) -> ScoreCard:
        """Return the forecasts of some quantities."""
        return ScoreCard(tuple(row for row in self.rows if row.predicted.quantity in kind))


@checked_arguments
def score_card(
    history: History,
    evening: dt.date,
    *,
    days: int = 3,
    draws: int = 40,
    back: int | None = None,
    leave_out: bool = False,
) -> ScoreCard:
    """Score the forecasts of earlier evenings, of days up to ``evening``.

    Parameters
    ----------
    days, draws:
        As of :func:`sim.forecast.forecast`.
    back:
        How many earlier evenings, the latest; all with None.
    leave_out:
        Whether the spreads of each forecast are those of all other days, earlier and later, than
        its evening and the days that it is of; else they are the defaults.
    """
    rows: list[Scored] = []
    earlier = [start for start in history.evenings if start < evening]
    skipped = 0 if back is None else max(len(earlier) - back, 0)
    for start in earlier[skipped:]:
        horizon = min(days, (evening - start).days)
        due = [
            seen
            for seen in history.figures
            if seen.day is not None
            and 0 < (seen.day - start).days <= horizon
            and is_daily(seen)
            and seen.quantity in QUANTITIES
        ]
        if due:
            spreads = _of_others(history, start, horizon) if leave_out else Spreads()
            outlook = forecast(history, start, days=horizon, draws=draws, spreads=spreads)
            outlook = widened(outlook, rows)
            for seen in due:
                assert seen.day is not None
                predicted = outlook.find(seen.day, seen.gate, seen.quantity)
                if predicted is not None:
                    naive = _naive(history, start, predicted)
                    rows.append(Scored(start, predicted, seen.middle, naive))
    return ScoreCard(tuple(rows))


def widened(outlook: Outlook, scored: Iterable[Scored]) -> Outlook:
    """Return an outlook whose intervals go by the errors of days that were over on its evening.

    Spread is multiplied by the root mean square of the standardised errors, flows and stocks
    apart, where the model's own spread counts for ten of them (a discounted scale, as for a normal
    variance with a prior of ten observations). The level of each interval moves by
    :data:`_STEP` times the share that may lie outside less whether a figure did.
    """
    past = [row for row in scored if row.predicted.day <= outlook.evening]
    factors = {}
    for flow in (True, False):
        errors = [row for row in past if (row.predicted.quantity in FLOWS) == flow]
        squares = [min(abs(row.predicted.standardised(row.observed)), _MOST) ** 2 for row in errors]
        factors[flow] = math.sqrt((_PRIOR + sum(squares)) / (_PRIOR + len(squares)))
    levels = {level: _adapted(level, past) for level in LEVELS}
    figures = tuple(
        replace(figure, widening=factors[figure.quantity in FLOWS], adapted=levels)
        for figure in outlook.figures
    )
    return replace(outlook, figures=figures)


def _adapted(level: float, past: Iterable[Scored]) -> float:
    """Level to take a quantile of so that a share ``level`` of figures lies inside."""
    outside = 1.0 - level
    for row in sorted(past, key=lambda row: row.predicted.day):
        outside += _STEP * (1.0 - level - (not row.inside(level)))
    return 1.0 - min(max(outside, _LEAST_OUTSIDE), 1.0 - level / 2.0)


def _of_others(history: History, evening: dt.date, days: int) -> Spreads:
    """Spreads of all days but an evening and those after it."""
    return spreads_of(history, [evening + dt.timedelta(days=number) for number in range(days + 1)])


def _naive(history: History, evening: dt.date, predicted: Predicted) -> dict[str, float]:
    """Forecasts of a figure that need no simulator, from figures of the evening."""
    naive = {}
    if predicted.tonight is not None:
        naive["yesterday"] = predicted.tonight
    flow = predicted.quantity.replace("waiting", "exported")
    crossed = history.value(evening, predicted.gate, flow)
    if predicted.quantity not in FLOWS and crossed is not None:
        naive["exports"] = STOCK_PER_EXPORT * crossed
    if len(naive) > 1:
        along = (1.0 - YESTERDAY_SHARE) * naive["exports"]
        naive["blend"] = YESTERDAY_SHARE * naive["yesterday"] + along
    return naive
