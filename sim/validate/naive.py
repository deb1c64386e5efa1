"""Forecasts that need no simulator, and how much better than them a simulation is.

Two serve to judge a stock or a flow of a day: the figure of the day before, and the stock that
crossings of the day go with. A simulation that is no better than these has not earned its cost.
The skill is ``1 - sum |error of the simulation| / sum |error of the naive forecast|``, the mean
absolute error skill score (Murphy 1988): 1 is perfect, 0 no better, below 0 worse.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sim.arguments import checked_arguments
from sim.validate.figures import Figure
from sim.validate.observed import Observation

__all__ = ["STOCK_PER_EXPORT", "YESTERDAY_SHARE", "Skill", "skills"]

STOCK_PER_EXPORT = 1.18
"""Trucks in stock at 20:00 for each that was exported on the day.

Mean of the two free days of ``scenarios/observed``: 369 / 328 on 22 August 2024 and 440 / 357 on
11 November 2025.
"""

YESTERDAY_SHARE = 0.75
"""Weight of the day before in the blend; an assumption, found after the days it was tried on."""

_EXPORTS = {
    "waiting": "exported",
    "waiting_fruit": "exported_fruit",
    "waiting_other": "exported_other",
}

_Known = Mapping[tuple[object, ...], Observation]


@dataclass(frozen=True)
class Skill:
    """Mean absolute errors over the figures that a naive forecast could be made for."""

    figures: int
    simulated: float
    naive: float

    @property
    def skill(self) -> float | None:
        """``1 - simulated / naive``; None where the naive forecast is without error."""
        return 1.0 - self.simulated / self.naive if self.naive else None


@checked_arguments
def skills(figures: Sequence[Figure], known: Iterable[Observation]) -> dict[str, Skill]:
    """Compare simulated figures of a day with naive forecasts of them, by the forecast's name.

    ``known`` are all figures of the file; a forecast uses those of the day before or, for a stock,
    crossings of the day. Figures for which it has none are left out, and so is a forecast that has
    none at all.
    """
    table = {_key(seen): seen for seen in known}
    skill = {}
    for name, forecast in NAIVE.items():
        pairs = [
            (abs(figure.observed.gap(figure.mean)), abs(figure.observed.gap(value)))
            for figure in figures
            if figure.mean is not None and (value := forecast(figure.observed, table)) is not None
        ]
        if pairs:
            ours, theirs = (sum(errors) / len(pairs) for errors in zip(*pairs, strict=True))
            skill[name] = Skill(len(pairs), ours, theirs)
    return skill


def _key(seen: Observation) -> tuple[object, ...]:
    return seen.day, seen.until, seen.time, seen.gate, seen.quantity


def _yesterday(seen: Observation, known: _Known) -> float | None:
    """The same figure of the day before."""
    if seen.day is None or seen.until is not None:
        return None
    before = known.get(_key(replace(seen, day=seen.day - dt.timedelta(days=1))))
    return None if before is None else before.middle


def _exports(seen: Observation, known: _Known) -> float | None:
    """The stock that goes with the exports of the day."""
    if seen.quantity not in _EXPORTS or seen.day is None:
        return None
    crossed = known.get(_key(replace(seen, quantity=_EXPORTS[seen.quantity])))
    return None if crossed is None else STOCK_PER_EXPORT * crossed.middle


def _blend(seen: Observation, known: _Known) -> float | None:
    """Both, weighted."""
    before, along = _yesterday(seen, known), _exports(seen, known)
    if before is None or along is None:
        return None
    return YESTERDAY_SHARE * before + (1.0 - YESTERDAY_SHARE) * along


NAIVE: Mapping[str, Callable[[Observation, _Known], float | None]] = {
    "yesterday": _yesterday,
    "exports": _exports,
    "blend": _blend,
}
"""Naive forecasts by name: of a figure, from those that the file has."""
