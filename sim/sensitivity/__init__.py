"""Sensitivity analysis with sizes: Sobol' indices, Morris screening, tornado, break-even.

The inputs are those of a scenario's section ``inputs:``; the response is a measure, or its
difference between two scenarios with the same inputs and random numbers::

    base = sim.load("baseline-2025", inputs="uncertain-2025")
    other = sim.load("chi-ma-international", inputs="uncertain-2025")
    response = Response([base, other], Quantity("waited_per_day"), replications=2)
    tornado(response)

Indices are SALib's (extra ``sensitivity``); the tornado needs none.
"""

from __future__ import annotations

from sim.sensitivity.indices import given_data_indices, morris_effects, sobol_indices
from sim.sensitivity.response import Response
from sim.sensitivity.tornado import TornadoBar, break_even, tornado

__all__ = [
    "Response",
    "TornadoBar",
    "break_even",
    "given_data_indices",
    "morris_effects",
    "sobol_indices",
    "tornado",
]
