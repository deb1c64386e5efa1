"""History matching: sets of parameters that the observed figures do not rule out.

The implausibility of a set is the largest, over the figures, of ``|observed - mean| / sd``, with
the variance of a single simulated day, of its mean over replications, and of the discrepancy of
the model. A set is kept below 3 (Craig et al. 1997; Vernon, Goldstein and Bower 2010, *Bayesian
Analysis* 5: by Pukelsheim's rule 95 of 100 unimodal errors lie within 3 sd). Each wave is a Latin
hypercube in the box around the sets kept so far. All sets see the same vehicles with the same
random numbers. Sets that are kept have the weight ``exp(-sum I^2 / 2)`` of a synthetic likelihood
(Wood 2010).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import Bools, Floats

__all__ = ["Matched", "match"]

_CUT = 3.0
"""Implausibility from which a set is ruled out."""

_WAVES = 5
_MARGIN = 0.1
"""Share of its width by which the box of the sets kept is widened."""

_BEST = 0.15
"""Share of the sets around which the next wave lies where none is kept."""

Evaluate = Callable[[Floats], Floats]
"""Figures of each replication, shape ``(figures, replications)``, at a point of the unit cube."""

Gaps = Callable[[Floats], Floats]
"""How far means lie from the observed figures, shape ``(figures,)``."""


@dataclass(frozen=True, eq=False)
class Matched:
    """Sets that were simulated.

    Attributes
    ----------
    points:
        Shape ``(sets, parameters)``: shares of each parameter's range.
    means:
        Shape ``(sets, figures)``: means over replications.
    scores:
        Shape ``(sets, figures)``: implausibility by each figure.
    waves:
        Shape ``(sets,)``: number of the wave, from 1.
    """

    points: Floats
    means: Floats
    scores: Floats
    waves: Floats
    interrupted: bool = False

    @property
    def implausibility(self) -> Floats:
        """Largest over the figures, shape ``(sets,)``."""
        return np.asarray(self.scores.max(axis=1, initial=0.0))

    @property
    def kept(self) -> Bools:
        """Whether a set is not ruled out."""
        return np.asarray(self.implausibility < _CUT)

    @property
    def weights(self) -> Floats:
        """Weights of all sets, of which those kept sum to 1; 0 for those ruled out."""
        logs = -0.5 * (self.scores**2).sum(axis=1)
        weights = np.where(self.kept, np.exp(logs - logs.max(initial=-np.inf)), 0.0)
        return np.asarray(weights / weights.sum()) if weights.any() else weights


def match(
    evaluate: Evaluate,
    gaps: Gaps,
    discrepancy: Floats,
    parameters: int,
    sets: int,
    seed: int,
    on_done: Callable[[int], None] | None = None,
) -> Matched:
    """Search the unit cube until ``sets`` are kept, or five waves are over.

    ``discrepancy`` has the standard deviation of the model's error by figure. A request to end
    (Ctrl-C) ends the search with what there is.
    """
    from scipy.stats import qmc

    size = max(sets // 2, 12 * parameters)
    low, high = np.zeros(parameters), np.ones(parameters)
    points: list[Floats] = []
    runs: list[Floats] = []
    waves: list[int] = []
    rng = np.random.default_rng(seed)
    interrupted = False
    try:
        for wave in range(1, _WAVES + 1):
            for unit in qmc.LatinHypercube(parameters, rng=rng).random(size):
                point = low + (high - low) * unit
                runs.append(evaluate(point))
                points.append(point)
                waves.append(wave)
                if on_done is not None:
                    on_done(len(points))
            matched = _scored(points, runs, waves, gaps, discrepancy)
            if matched.kept.sum() >= sets:
                break
            low, high = _box(matched)
    except KeyboardInterrupt:
        interrupted = True
    return _scored(points, runs, waves, gaps, discrepancy, interrupted)


def _scored(
    points: Sequence[Floats],
    runs: Sequence[Floats],
    waves: Sequence[int],
    gaps: Gaps,
    discrepancy: Floats,
    interrupted: bool = False,
) -> Matched:
    """Score all sets; the variance of a day is in proportion to its mean, alike in all sets."""
    done = min(len(points), len(waves))
    figures = len(discrepancy)
    if not done:
        empty = np.empty((0, figures))
        return Matched(np.empty((0, 0)), empty, empty, np.empty(0), interrupted)
    samples = np.stack(runs[:done])
    means, count = samples.mean(axis=2), samples.shape[2]
    variances = samples.var(axis=2, ddof=1) if count > 1 else means
    ratio = np.median(variances / np.maximum(means, 1e-9), axis=0)
    noise = ratio * np.maximum(means, 1e-9) * (1.0 + 1.0 / count)
    away = np.stack([gaps(mean) for mean in means])
    scores = np.abs(away) / np.sqrt(noise + discrepancy**2)
    return Matched(np.stack(points[:done]), means, scores, np.array(waves[:done]), interrupted)


def _box(matched: Matched) -> tuple[Floats, Floats]:
    """Return the box of the sets kept or, where none is, of the least implausible."""
    chosen = np.flatnonzero(matched.kept)
    if len(chosen) < 3:
        order = np.argsort(matched.implausibility)
        chosen = order[: max(3, round(_BEST * len(order)))]
    inside = matched.points[chosen]
    low, high = inside.min(axis=0), inside.max(axis=0)
    wider = _MARGIN * np.maximum(high - low, 0.05)
    return np.maximum(low - wider, 0.0), np.minimum(high + wider, 1.0)
