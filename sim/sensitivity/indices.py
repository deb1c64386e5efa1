"""Variance-based indices and elementary effects, through SALib.

First-order and total indices are those of Saltelli et al. (*Computer Physics Communications* 181,
2010) on a Sobol' sequence, with bootstrap intervals; screening is by Morris (*Technometrics* 33,
1991), with the absolute means of Campolongo et al. (2007); of points not designed for it
first-order indices are by random balance designs (Plischke, *Reliability Engineering and System
Safety* 95, 2010).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
import polars as pl

from sim.arguments import checked_arguments, require_columns
from sim.arrays import Floats
from sim.errors import ArgumentError
from sim.sentences import Sentence

__all__ = ["given_data_indices", "morris_effects", "sobol_indices"]

_FEWEST = 65
"""Points that random balance designs need: SALib drops six harmonics."""

_SEED = 20250707

Function = Callable[[Floats], float]
"""A response to one point of the unit cube, shape ``(inputs,)``."""


@checked_arguments
def sobol_indices(
    names: Sequence[str], response: Function, points: int = 64, level: float = 0.95
) -> pl.DataFrame:
    """Return first-order and total Sobol' indices of each input.

    Parameters
    ----------
    names:
        Names of the inputs, uniform on the unit cube.
    response:
        Function of a point; it is evaluated ``points * (inputs + 2)`` times.
    points:
        Size of the base sample, a power of 2.

    Returns
    -------
    pl.DataFrame
        Columns input, first, first_half_width, total, total_half_width; null where the response
        does not vary.

    Raises
    ------
    ArgumentError
        SALib is missing, there is no input, or ``points`` is no power of 2.
    """
    _require_salib()
    if points < 2 or points & (points - 1):
        raise ArgumentError(
            Sentence("{points} points: give a power of 2, such as 64 or 256", points=points)
        )
    from SALib.analyze import sobol
    from SALib.sample import sobol as sampler

    problem = _problem(names)
    design = sampler.sample(problem, points, calc_second_order=False, seed=_SEED)
    values = _values(response, design)
    if np.ptp(values) == 0.0:
        return _table(names, first=None, first_half_width=None, total=None, total_half_width=None)
    analysis = sobol.analyze(problem, values, calc_second_order=False, conf_level=level, seed=_SEED)
    return _table(
        names,
        first=analysis["S1"],
        first_half_width=analysis["S1_conf"],
        total=analysis["ST"],
        total_half_width=analysis["ST_conf"],
    )


@checked_arguments
def morris_effects(
    names: Sequence[str], response: Function, trajectories: int = 10, level: float = 0.95
) -> pl.DataFrame:
    """Return elementary effects of each input: which matter, at few evaluations.

    Parameters
    ----------
    names, response:
        As of :func:`sobol_indices`; evaluated ``trajectories * (inputs + 1)`` times.
    trajectories:
        Random paths through the grid.

    Returns
    -------
    pl.DataFrame
        Columns input, mean, size, size_half_width, spread: mean of the effects from one end of an
        input to the other, of their sizes, and their standard deviation, which is large beside
        the size where the effect is curved or depends on other inputs.

    Raises
    ------
    ArgumentError
        SALib is missing, there is no input, or there are fewer than two trajectories.
    """
    _require_salib()
    if trajectories < 2:
        raise ArgumentError(Sentence("screening needs two trajectories at least"))
    from SALib.analyze import morris
    from SALib.sample import morris as sampler

    problem = _problem(names)
    design = sampler.sample(problem, trajectories, seed=_SEED)
    analysis = morris.analyze(
        problem, design, _values(response, design), conf_level=level, seed=_SEED
    )
    return _table(
        names,
        mean=np.ma.filled(analysis["mu"], np.nan),
        size=np.ma.filled(analysis["mu_star"], np.nan),
        size_half_width=np.ma.filled(analysis["mu_star_conf"], np.nan),
        spread=np.ma.filled(analysis["sigma"], np.nan),
    )


@checked_arguments
def given_data_indices(
    points: pl.DataFrame, factors: Sequence[str], measure: str, level: float = 0.95
) -> pl.DataFrame:
    """Return first-order indices of factors from points that were sampled independently.

    Parameters
    ----------
    points:
        One row per point with a column for each factor and the measure, as
        :attr:`sim.results.SweepResults.summary` of a Latin hypercube or Sobol' sweep. Points
        without a value are left out.

    Returns
    -------
    pl.DataFrame
        Columns input, first, first_half_width; null where factor or measure does not vary.

    Raises
    ------
    ArgumentError
        SALib or a column is missing, or there are fewer than 65 points.
    """
    _require_salib()
    require_columns("points", points, (), [*factors, measure])
    known = points.filter(pl.col(measure).is_not_null())
    if known.height < _FEWEST:
        raise ArgumentError(
            Sentence(
                "first-order indices of a sweep need {fewest} points at least, not {count}",
                fewest=_FEWEST,
                count=known.height,
            )
        )
    from SALib.analyze import rbd_fast

    values = known[measure].cast(pl.Float64).to_numpy()
    varies = [name for name in factors if known[name].n_unique() > 1]
    shares: dict[str, tuple[float, float]] = {}
    if varies and np.ptp(values) > 0.0:
        design = known.select(pl.col(varies).cast(pl.Float64)).to_numpy()
        indices = rbd_fast.analyze(_problem(varies), design, values, conf_level=level, seed=_SEED)
        pairs = zip(indices["S1"], indices["S1_conf"], strict=True)
        shares = dict(zip(varies, pairs, strict=True))
    missing = (np.nan, np.nan)
    first, half = zip(*(shares.get(name, missing) for name in factors), strict=True)
    return _table(factors, first=first, first_half_width=half)


def _require_salib() -> None:
    """Raise an error that names what to install where SALib is missing."""
    if find_spec("SALib") is None:
        raise ArgumentError(
            Sentence("sensitivity indices need more packages: pip install 'langson[sensitivity]'")
        )


def _problem(names: Sequence[str]) -> dict[str, Any]:
    """Describe the unit cube as SALib wants it."""
    if not names:
        raise ArgumentError(Sentence("there is no input to take an index of"))
    numbered = [f"{number}" for number in range(len(names))]
    return {"num_vars": len(names), "names": numbered, "bounds": [[0.0, 1.0]] * len(names)}


def _values(response: Function, design: Floats) -> Floats:
    return np.array([response(point) for point in design], dtype=np.float64)


def _table(names: Sequence[str], **columns: Any) -> pl.DataFrame:
    """One row for each input; NaN is null."""
    filled = {
        name: [None] * len(names) if values is None else [float(v) for v in values]
        for name, values in columns.items()
    }
    schema = {"input": pl.String, **dict.fromkeys(filled, pl.Float64)}
    return pl.DataFrame({"input": list(names), **filled}, schema=schema).fill_nan(None)
