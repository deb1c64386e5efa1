"""Sequential number of replications: sequential stopping.

The half-widths are those that are printed: for the means of each scenario at 95 %, for the
differences of several scenarios from the first at the level that makes these hold together.
With half-width ``h`` of the mean ``m`` over ``n`` replications, a relative precision ``g`` is
reached where ``h / |m| <= g / (1 + g)``: then ``h`` is within ``g`` of the *true* mean (Law,
*Simulation Modeling and Analysis*, 5th ed., section 9.4.1). An interval may look narrow by
chance, so it takes :data:`LEAST` replications at least, and a stop must hold for :data:`AHEAD`
replications more (Hoad, Robinson and Davies 2007). The rule looks at one replication after the
other in the order of their numbers: how many are run at once, and by how many processes, changes
nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.arguments import checked_arguments
from sim.arrays import Floats
from sim.catalogue import DIRECTIONS, Quantity
from sim.compare.paired import together
from sim.compare.scenario_results import ScenarioResults, scenario_results
from sim.errors import MeasureError
from sim.results import Results, first, join
from sim.results.intervals import Intervals, Moments, welch
from sim.scenario import Scenario
from sim.sentences import Sentence
from sim.units import parse_share

__all__ = [
    "AHEAD",
    "LEAST",
    "HalfWidthTarget",
    "PrecisionResult",
    "PrecisionTarget",
    "Run",
    "run_to_precision",
]


LEAST = 10
"""Least number of replications."""

AHEAD = 5
"""Further replications for which a stop must hold."""

DEFAULT_QUANTITIES = tuple(
    Quantity(measure, direction=direction)
    for direction in DIRECTIONS
    for measure in ("wait_mean", "wait_p95", "crossed_per_day")
)
"""Default quantities of a precision target.

Shares and stocks are not among them: near 0 a share of the mean is never reached.
"""


@dataclass(frozen=True)
class HalfWidthTarget:
    """A half-width wanted of a quantity, in the unit of its table."""

    quantity: Quantity
    width: float

    @classmethod
    def parse(cls, text: str) -> HalfWidthTarget:
        """Read ``measure.statistic[where] = value unit``.

        Raises
        ------
        MeasureError
            With what is wrong, and what to write instead.
        """
        name, sign, value = text.rpartition("=")
        if not sign:
            raise MeasureError(
                Sentence("'{text}' is no half-width; write e.g. 'wait.mean = 1 min'", text=text)
            )
        quantity = Quantity.parse(name)
        width = quantity.value(value)
        if width <= 0:
            raise MeasureError(
                Sentence("'{text}': a half-width of nothing is never reached", text=text)
            )
        return cls(quantity, width)


@dataclass(frozen=True)
class PrecisionTarget:
    """Stopping rule: half-widths wanted, and the most replications.

    Attributes
    ----------
    relative:
        Half-width wanted as a share of the mean, of each of ``quantities`` in each scenario;
        None for no such goal.
    widths:
        Half-widths wanted: of the mean for one scenario, and for several of the differences
        from the first, of all of them together.
    most:
        Replications after which it ends, reached or not.
    """

    relative: float | None = None
    quantities: tuple[Quantity, ...] = DEFAULT_QUANTITIES
    widths: tuple[HalfWidthTarget, ...] = ()
    most: int = 500

    @classmethod
    def parse(
        cls, precision: str | None, measures: Sequence[str], widths: Sequence[str], most: int | None
    ) -> PrecisionTarget | None:
        """Read the options of the command line; None where there is no goal.

        Raises
        ------
        MeasureError
            A text cannot be read.
        """
        if precision is None and not widths:
            return None
        share = None
        if precision is not None:
            try:
                share = parse_share(precision)
            except ValueError as error:
                raise MeasureError(
                    Sentence("precision: {error}; write e.g. 5%", error=error)
                ) from error
            if not 0.0 < share < 1.0:
                raise MeasureError(
                    Sentence(
                        "precision: '{precision}' is not between 0% and 100%", precision=precision
                    )
                )
        named = tuple(Quantity.parse(text) for text in measures if precision is not None)
        return cls(
            share,
            named or DEFAULT_QUANTITIES,
            tuple(map(HalfWidthTarget.parse, widths)),
            most or cls.most,
        )

    def asked(self) -> list[Quantity]:
        """Every quantity that the goal is about."""
        precise = self.quantities if self.relative is not None else ()
        return [*precise, *(width.quantity for width in self.widths)]


@dataclass(frozen=True)
class PrecisionResult:
    """Outcome of sequential stopping: replications run, and whether the target was reached.

    ``worst`` is the quantity furthest from its goal and ``share`` its half-width as a share
    of the one wanted, at the end; None where there is nothing to measure.
    """

    replications: int
    reached: bool
    worst: Quantity | None
    share: float


Run = Callable[[Scenario, int, int], Results]
"""Run a scenario's replications: the first number, and how many."""


@checked_arguments
def run_to_precision(
    scenarios: Sequence[Scenario], goal: PrecisionTarget, run: Run
) -> tuple[list[Results], PrecisionResult]:
    """Run scenarios, all as many times, until the goal is reached.

    ``run`` may return fewer replications than asked, marked as interrupted: then that is the
    end. Replications beyond the stop are dropped, so that the results are those of
    ``sim.run(scenario, stop)``, to the last bit.
    """
    parts: list[list[Results]] = [[] for _ in scenarios]
    have, want = 0, min(LEAST + AHEAD, goal.most)
    while True:
        for scenario, runs in zip(scenarios, parts, strict=True):
            runs.append(run(scenario, have, want - have))
            if runs[-1].interrupted or len(runs[-1].replications) < want - have:
                joined = [join(done) for done in parts if done]
                return joined, _state(joined, goal, reached=False)
        have = want
        joined = [join(part) for part in parts]
        ratios = _ratios([scenario_results(results) for results in joined], goal)
        stop = _stop(ratios, goal.most)
        if stop is not None:
            kept = [replace(first(results, stop), stopping="reached") for results in joined]
            return kept, _state(kept, goal, reached=True)
        if have >= goal.most:
            ended = [replace(results, stopping="missed") for results in joined]
            return ended, _state(ended, goal, reached=False)
        want = _next(ratios, have, goal.most)


def _ratios(samples: Sequence[ScenarioResults], goal: PrecisionTarget) -> dict[Quantity, Floats]:
    """Half-width over half-width wanted after 1, 2, … replications, the worst scenario's.

    NaN where there are too few, or nothing to measure.
    """
    ratios: dict[Quantity, Floats] = {}

    def add(quantity: Quantity, ratio: Floats) -> None:
        known = ratios.get(quantity)
        ratios[quantity] = ratio if known is None else np.fmax(known, ratio)

    if goal.relative is not None:
        share = goal.relative / (1.0 + goal.relative)
        for quantity in goal.quantities:
            for sample in samples:
                half_widths = _intervals(_prefixes(sample.values(quantity)), quantity)
                add(quantity, _over(half_widths, share * np.abs(half_widths.mean)))
    base, *others = samples
    level = together(len(others))
    for width in goal.widths:
        wanted = np.full(max(len(sample.replications) for sample in samples), width.width)
        several = [_gaps(base, other, width.quantity, level) for other in others]
        if not others:
            several = [_intervals(_prefixes(base.values(width.quantity)), width.quantity)]
        for intervals in several:
            add(width.quantity, _over(intervals, wanted[: len(intervals.n)]))
    return ratios


def _gaps(
    base: ScenarioResults, other: ScenarioResults, quantity: Quantity, level: float
) -> Intervals:
    """Differences from ``base`` after 1, 2, … replications, as the comparison makes them."""
    if base.seed != other.seed:
        before, after = (_prefixes(sample.values(quantity)) for sample in (base, other))
        count = np.arange(min(len(before.n), len(after.n)))
        return Intervals.of(welch(before.take(count), after.take(count)), level)
    _, its, own = np.intersect1d(other.replications, base.replications, return_indices=True)
    gaps = other.values(quantity)[its] - base.values(quantity)[own]
    return Intervals.of(_prefixes(gaps), level)


def _intervals(moments: Moments, quantity: Quantity) -> Intervals:
    """Intervals of the means of a quantity."""
    return Intervals.of(moments, bounds=quantity.bounds)


def _prefixes(values: Floats) -> Moments:
    """Moments of the first, the first two, … of some values."""
    several = np.broadcast_to(values, (len(values), len(values)))
    return Moments.of(np.where(np.tri(len(values), dtype=bool), several, np.nan))


def _over(intervals: Intervals, wanted: Floats) -> Floats:
    """Half-width over the one wanted: 0 where all are equal, infinite where none is promised."""
    ratio = np.full(len(intervals.n), np.inf)
    np.divide(intervals.half_width, wanted, out=ratio, where=wanted > 0.0)
    ratio[np.isnan(intervals.half_width)] = np.inf
    ratio[intervals.equal] = 0.0
    ratio[intervals.n < 2] = np.nan
    return ratio


def _stop(ratios: dict[Quantity, Floats], most: int) -> int | None:
    """Number of replications at which every goal is reached and has held; else None."""
    fine = np.all([np.isnan(r) | (r <= 1.0) for r in ratios.values()], axis=0)
    fine[: LEAST - 1] = False
    ahead = min(AHEAD, max(most - LEAST, 0))
    for last in range(ahead, len(fine)):
        if fine[last - ahead : last + 1].all():
            return last + 1
    return None


def _next(ratios: dict[Quantity, Floats], have: int, most: int) -> int:
    """Estimate the number of replications needed; at most twice the current number."""
    worst = max((r[-1] for r in ratios.values() if math.isfinite(r[-1])), default=math.inf)
    likely = have * min(worst, 2.0) ** 2 + AHEAD
    return min(most, 2 * have, max(have + AHEAD, math.ceil(likely)))


def _state(results: Sequence[Results], goal: PrecisionTarget, *, reached: bool) -> PrecisionResult:
    """Return the state of the goal at the end."""
    runs = min((len(result.replications) for result in results), default=0)
    whole = [result for result in results if result.replications]
    ratios = _ratios([scenario_results(results) for results in whole], goal) if whole else {}
    last = {quantity: ratio[-1] for quantity, ratio in ratios.items() if len(ratio)}
    known = {quantity: ratio for quantity, ratio in last.items() if not math.isnan(ratio)}
    worst = max(known, key=lambda quantity: known[quantity], default=None)
    share = float(known[worst]) if worst is not None else math.nan
    return PrecisionResult(runs, reached, worst, share)
