"""Compile a flow's demand: how many on each day, and when within a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sim import units
from sim.arrays import Floats
from sim.clock import DAY
from sim.scenario.derive.arrivals import daily_arrivals
from sim.scenario.schema.model import FlowBlock, ScenarioModel

__all__ = ["Demand", "compile_flow_demand"]


@dataclass(frozen=True, eq=False)
class Demand:
    """Expected arrivals per day, shape ``(days,)``; shape of a day; or a timetable."""

    volume: Floats
    edges: Floats
    shares: Floats
    timetable: Floats | None


def compile_flow_demand(model: ScenarioModel, flow: FlowBlock) -> Demand:
    """Demand of one flow over the simulated days."""
    edges, shares = _day_shape(model, flow)
    return Demand(daily_arrivals(model, flow), edges, shares, _timetable(flow, model.run.dates))


def _day_shape(model: ScenarioModel, flow: FlowBlock) -> tuple[Floats, Floats]:
    """Edges in minutes and the share of arrivals between neighbouring edges."""
    if flow.day is None:
        return np.array([0.0, DAY]), np.array([1.0])
    pieces: list[tuple[float, float, float]] = []
    for text, share in model.profiles.day[flow.day].shares.items():
        windows = units.parse_windows(text)
        length = sum(window.end - window.start for window in windows)
        pieces += [(w.start, w.end, share * (w.end - w.start) / length) for w in windows]
    pieces.sort()
    edges = np.array([piece[0] for piece in pieces] + [DAY])
    shares = np.array([piece[2] for piece in pieces])
    return edges, shares / shares.sum()


def _timetable(flow: FlowBlock, dates: list[dt.date]) -> Floats | None:
    if flow.timetable is None:
        return None
    runs = [day for day, date in enumerate(dates) if date.weekday() in flow.days]
    times = np.array(sorted(flow.timetable), dtype=np.float64)
    return (DAY * np.array(runs, dtype=np.float64)[:, None] + times).reshape(-1)
