"""Calibration: from figures marked calibrated to values with their uncertainty.

    calibration = sim.calibrate(sim.load("day.yaml"), "observed.csv")
    calibration.table  # each parameter: value, range, whether the figures identify it
    calibration.ensemble  # the sets kept, as `inputs:` reads them

Rows marked ``predicted`` are never read as targets: what they say changes nothing.
"""

from __future__ import annotations

from sim.calibration.calibrated import Calibration, calibrate, targets_among
from sim.calibration.folder import write_calibrated, write_calibration
from sim.calibration.parameters import BY, Parameter

__all__ = [
    "BY",
    "Calibration",
    "Parameter",
    "calibrate",
    "targets_among",
    "write_calibrated",
    "write_calibration",
]
