"""Titles of measures, in the reader's language."""

from __future__ import annotations

from sim.catalogue.measures import Measure, find
from sim.catalogue.quantities import ALL, Quantity
from sim.messages import Messages

__all__ = ["place_of", "title"]


def title(
    measure: str | Measure, messages: Messages, direction: str = ALL, *, rail: bool = False
) -> str:
    """Write a measure, by its id or entry, with its statistic and the unit shown.

    ``Wait, P95 (min)``; with a direction ``Wait, P95, exports (min)``. At a station, ``rail``,
    vehicles are trains.
    """
    entry = find(measure) if isinstance(measure, str) else measure
    limit = "" if entry.limit is None else messages.duration(entry.limit)
    parts = [messages.text(f"measure.{entry.name}", limit=limit)]
    if entry.statistic in ("mean", "p50", "p95"):
        parts.append(messages.text(f"statistic.{entry.statistic}"))
    if direction != ALL and ALL in entry.directions:
        parts.append(messages.text(f"direction.{direction}"))
    unit = messages.text(
        f"unit.{entry.shown_in.replace('vehicles', 'trains' if rail else 'vehicles')}"
    )
    return f"{', '.join(parts)} ({unit})"


def place_of(quantity: Quantity, messages: Messages) -> str:
    """Write where a quantity is taken, by ids; empty for all road gates in both directions."""
    parts = [quantity.gate, quantity.cargo, quantity.route, quantity.stage]
    shown = [part for part in parts if part != ALL]
    if quantity.direction != ALL and ALL in quantity.entry.directions:
        shown.append(messages.text(f"direction.{quantity.direction}"))
    return ", ".join(shown)
