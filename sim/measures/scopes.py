"""Scopes of quantities, as sets of flows and of stages.

It follows from names alone, so it is worked out once for all replications, and for all
plans of a sweep that differ in numbers only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl

from sim.arrays import Bools, Ints
from sim.catalogue import ALL, DIRECTIONS, MEASURES, SCOPES, Measure, Names, Quantity
from sim.measures.grouping import table
from sim.measures.names import names_of
from sim.plan import Plan

__all__ = ["AtStages", "Costs", "asked_of"]

COSTS = ("cost", "co2")
"""Measures that are added up over stages, whoever passes them."""

_WAYS = (ALL, *DIRECTIONS)


class _Outline(NamedTuple):
    """Names of a plan.

    Modes of gates; gate, its mode, direction, cargo class and route of each flow; gate, route
    and id of each stage.
    """

    modes: frozenset[str]
    flows: tuple[tuple[str, str, str, str, str], ...]
    stages: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, eq=False)
class AtStages:
    """A quantity of the visits of some flows, shape ``(flows,)``, to some stages."""

    row: int
    quantity: Quantity
    stages: tuple[int, ...]
    flows: Bools


@dataclass(frozen=True, eq=False)
class Costs:
    """Rows of money or air; ``stages`` and ``flows`` are masks, one line per row."""

    name: str
    rows: Ints
    stages: Bools
    flows: Bools


@dataclass(frozen=True, eq=False)
class Asked:
    """The rows of a headline.

    Attributes
    ----------
    columns:
        What the table has beside the values.
    sets:
        Shape ``(sets, flows)``: the distinct sets of flows.
    of_flows:
        Measures of vehicles, each with its rows and the set of each row.
    at_stages, costs:
        The other rows.
    """

    columns: pl.DataFrame
    sets: Bools
    of_flows: tuple[tuple[Measure, Ints, Ints], ...]
    at_stages: tuple[AtStages, ...]
    costs: tuple[Costs, ...]


def asked_of(plan: Plan, asked: tuple[Quantity, ...]) -> Asked:
    """Find the standard quantities of a plan, and those ``asked`` beside them.

    Raises
    ------
    MeasureError
        A quantity asked for names no gate, cargo class, route or stage of the plan.
    """
    outline = _Outline(
        frozenset(gate.mode for gate in plan.gates),
        tuple(
            (
                plan.gates[flow.gate].id,
                plan.gates[flow.gate].mode,
                DIRECTIONS[flow.direction],
                plan.cargo[flow.cargo].id,
                plan.routes[flow.route].id,
            )
            for flow in plan.flows
        ),
        tuple((plan.gates[s.gate].id, plan.routes[s.route].id, s.id) for s in plan.stages),
    )
    return _asked(names_of(plan), outline, asked)


@lru_cache(maxsize=8)
def _asked(names: Names, outline: _Outline, asked: tuple[Quantity, ...]) -> Asked:
    wanted = _wanted(names, asked)
    sets = _Sets(outline)
    of_flows: dict[str, list[tuple[int, int]]] = {}
    at_stages: list[AtStages] = []
    costs: dict[str, list[tuple[int, Quantity]]] = {}
    for row, quantity in enumerate(wanted):
        measure = quantity.entry
        if measure.name in COSTS:
            costs.setdefault(measure.name, []).append((row, quantity))
        elif quantity.stage != ALL:
            stages = _named([stage for _, _, stage in outline.stages], quantity.stage)
            flows = sets.kept[sets.of(quantity, "any")]
            at_stages.append(AtStages(row, quantity, tuple(np.flatnonzero(stages).tolist()), flows))
        else:
            rows = of_flows.setdefault(measure.id, [])
            rows.append((row, sets.of(quantity, measure.mode)))
    columns = {
        **{name: [getattr(q, name) for q in wanted] for name in SCOPES},
        "measure": [quantity.measure for quantity in wanted],
        "unit": [q.entry.unit_at(q.gate in names.rail) for q in wanted],
    }
    return Asked(
        columns=table(columns),
        sets=np.array(sets.kept, dtype=np.bool_).reshape(len(sets.kept), len(outline.flows)),
        of_flows=tuple(
            (wanted[rows[0][0]].entry, *np.array(rows, dtype=np.int64).T)
            for rows in of_flows.values()
        ),
        at_stages=tuple(at_stages),
        costs=tuple(_costs(name, outline, rows) for name, rows in costs.items()),
    )


def _wanted(names: Names, asked: tuple[Quantity, ...]) -> list[Quantity]:
    """Every quantity of the headline, in its order."""
    standard = {
        Quantity(measure.id, gate, way): None
        for gate in (ALL, *names.gates)
        for way in _WAYS
        for measure in MEASURES.values()
        if measure.standard and way in measure.directions
        if measure.mode != "rail" or gate == ALL or gate in names.rail
    }
    return list(standard | dict.fromkeys(quantity.resolved(names) for quantity in asked))


class _Sets:
    """Distinct sets of flows, numbered as they are met."""

    def __init__(self, outline: _Outline) -> None:
        self._outline = outline
        self._numbers: dict[bytes, int] = {}
        self._known: dict[tuple[str, ...], int] = {}
        self.kept: list[Bools] = []

    def of(self, quantity: Quantity, mode: str) -> int:
        """Return the set of a quantity; ``mode`` is that of the gates that ``all`` adds up."""
        place = quantity.gate, quantity.direction, quantity.cargo, quantity.route
        if (*place, mode) not in self._known:
            mask = self._members(place, mode)
            number = self._numbers.setdefault(mask.tobytes(), len(self.kept))
            if number == len(self.kept):
                self.kept.append(mask)
            self._known[*place, mode] = number
        return self._known[*place, mode]

    def _members(self, place: tuple[str, ...], mode: str) -> Bools:
        """Which flows are at a place, shape ``(flows,)``."""
        if mode == "road" and mode not in self._outline.modes:
            mode = "any"
        known = [
            (
                {gate, ALL} if mode in ("any", of_gate) else {gate},
                {direction, ALL},
                {cargo, ALL},
                {route, _last(route), ALL},
            )
            for gate, of_gate, direction, cargo, route in self._outline.flows
        ]
        return np.array(
            [all(name in ids for name, ids in zip(place, flow, strict=True)) for flow in known],
            dtype=np.bool_,
        )


def _costs(name: str, outline: _Outline, rows: list[tuple[int, Quantity]]) -> Costs:
    """Which stages and flows each row of money or air adds up."""
    stages = {
        scope: [stage[place] for stage in outline.stages]
        for place, scope in enumerate(("gate", "route", "stage"))
    }
    flows = {
        "direction": [direction for _, _, direction, _, _ in outline.flows],
        "cargo": [cargo for _, _, _, cargo, _ in outline.flows],
    }

    def masks(columns: dict[str, list[str]]) -> Bools:
        masks = [
            np.all(
                [_named(ids, getattr(quantity, scope)) for scope, ids in columns.items()], axis=0
            )
            for _, quantity in rows
        ]
        return np.array(masks, dtype=np.bool_)

    lines = np.array([row for row, _ in rows], dtype=np.int64)
    return Costs(name, lines, masks(stages), masks(flows))


def _named(ids: Sequence[str], name: str) -> Bools:
    """Which ids are a name, or end in it, shape ``(ids,)``; all are :data:`ALL`."""
    if name == ALL:
        return np.ones(len(ids), dtype=np.bool_)
    return np.array([name in (known, _last(known)) for known in ids], dtype=np.bool_)


def _last(name: str) -> str:
    """The part of an id after its last full stop."""
    return name.rpartition(".")[2]
