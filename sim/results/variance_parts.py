"""Parts of the variance of a value with uncertain inputs: sets of inputs, arrivals, services.

The variance within sets is split by a third value of each set, its exchange: with ``Y = f(A, S)``
and the repeat ``Y' = f(A', S')`` it is ``Y'' = f(A', S)``, of other arrivals but the same services.
``E (Y - Y'')^2 / 2`` is the total effect of the arrivals and ``E (Y' - Y'')^2 / 2`` that of the
services (Jansen 1999, *Computer Physics Communications* 117; Saltelli et al. 2010, the same, 181).
What both do together is halved between them, so that the parts add up: the Shapley effect of two
factors (Owen 2014, *SIAM/ASA Journal on Uncertainty Quantification* 2).
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats

__all__ = ["between_sets", "of_arrivals"]


def between_sets(values: Floats, repeats: Floats) -> Floats:
    """Variance between sets of inputs, of which each has a value and a repeat; at least 0.

    With the mean square between sets ``B`` and within them ``W`` it is ``(B - W) / 2``.

    Parameters
    ----------
    values, repeats:
        Shape ``(samples, sets)``; NaN where there is none.

    Returns
    -------
    Shape ``(samples,)``; NaN for fewer than two sets.
    """
    known = ~np.isnan(values) & ~np.isnan(repeats)
    sets = known.sum(axis=1)
    means = np.where(known, (values + repeats) / 2.0, 0.0)
    gaps = np.where(known, values - repeats, 0.0)
    middle = means.sum(axis=1) / np.maximum(sets, 1)
    spread = np.where(known, means - middle[:, None], 0.0)
    between = 2.0 * (spread**2).sum(axis=1) / np.maximum(sets - 1, 1)
    within = (gaps**2).sum(axis=1) / (2.0 * np.maximum(sets, 1))
    return np.where(sets > 1, np.maximum(between - within, 0.0) / 2.0, np.nan)


def of_arrivals(values: Floats, repeats: Floats, exchanges: Floats) -> Floats:
    """Share of the arrivals in the variance of a value, 0 to 1; 0 where nothing varies.

    With the total effects ``A`` of the arrivals and ``S`` of the services and the variances ``W``
    within and ``B`` between sets it is ``(W + A - S) / 2 (W + B)``.

    Parameters
    ----------
    values, repeats, exchanges:
        Shape ``(samples, sets)``; NaN where there is none.

    Returns
    -------
    Shape ``(samples,)``; NaN for no set that has all three.
    """
    known = ~np.isnan(values) & ~np.isnan(repeats) & ~np.isnan(exchanges)
    sets = known.sum(axis=1)
    within, arrivals, services = (
        (np.where(known, first - second, 0.0) ** 2).sum(axis=1) / (2.0 * np.maximum(sets, 1))
        for first, second in ((values, repeats), (values, exchanges), (repeats, exchanges))
    )
    part = np.clip((within + arrivals - services) / 2.0, 0.0, within)
    share, whole = np.zeros(len(sets)), within + np.nan_to_num(between_sets(values, repeats))
    np.divide(part, whole, out=share, where=whole > 0.0)
    return np.where(sets > 0, share, np.nan)
