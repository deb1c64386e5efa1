"""Catalogue of measures: what a run can be asked for, where, and in which unit.

Everything that lists measures (tables, screens, reports, targets, conditions, sweeps) reads
:data:`MEASURES`; everything that names one of them reads :meth:`Quantity.parse`. To add a
measure, describe it in :mod:`sim.catalogue.measures`, compute it in
:mod:`sim.measures.headline`, and give it a title in ``messages.yaml``.
"""

from __future__ import annotations

from sim.catalogue.conditions import Condition
from sim.catalogue.constraints import COSTS, Constraint
from sim.catalogue.measures import MEASURES, Measure, find, within
from sim.catalogue.quantities import ALL, SCOPES, Quantity
from sim.catalogue.scopes import CHANNELS, CLOCKS, DIRECTIONS, SIDES, Direction, Names
from sim.catalogue.titles import place_of, title

__all__ = [
    "ALL",
    "CHANNELS",
    "CLOCKS",
    "COSTS",
    "DIRECTIONS",
    "MEASURES",
    "SCOPES",
    "SIDES",
    "Condition",
    "Constraint",
    "Direction",
    "Measure",
    "Names",
    "Quantity",
    "find",
    "place_of",
    "title",
    "within",
]
