"""Observable quantities of a border, and the columns of a run that they are held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["QUANTITIES", "TURNED_BACK", "Observable"]

TURNED_BACK = "turned_back"
"""A flow of which a run keeps the mean of the measured days, and no single day."""


@dataclass(frozen=True)
class Observable:
    """A quantity that bulletins and reports print.

    Attributes
    ----------
    kind:
        ``flow``, vehicles (or wagons) a day; ``stock``, vehicles at a time of the day; ``time``,
        mean hours.
    column:
        Of the table ``bulletin`` for flows and stocks, the direction for times.
    less:
        Column that is taken off, for what a bulletin prints as the rest.
    direction:
        Of the vehicles that it counts, None for both.
    cargo:
        Line of the bulletin that it counts, ``rest`` for what no line names, None for all goods.
    """

    kind: Literal["flow", "stock", "time"]
    column: str
    direction: str | None
    less: str | None = None
    cargo: str | None = None


QUANTITIES = {
    "exported": Observable("flow", "exported", "export"),
    "exported_fruit": Observable("flow", "exported_fruit", "export", cargo="fruit"),
    "exported_other": Observable("flow", "exported", "export", "exported_fruit", "rest"),
    "imported": Observable("flow", "imported", "import"),
    "imported_new_cars": Observable("flow", "imported_new_cars", "import", cargo="new_cars"),
    "imported_other": Observable("flow", "imported", "import", "imported_new_cars", "rest"),
    "arrived": Observable("flow", "arrived", "export"),
    TURNED_BACK: Observable("flow", "turned_back", "export"),
    "waiting": Observable("stock", "waiting", "export"),
    "waiting_fruit": Observable("stock", "waiting_fruit", "export", cargo="fruit"),
    "waiting_other": Observable("stock", "waiting", "export", "waiting_fruit", "rest"),
    "waiting_import": Observable("stock", "queued_import", "import"),
    "wagons_exported": Observable("flow", "wagons_exported", "export"),
    "wagons_imported": Observable("flow", "wagons_imported", "import"),
    "vietnam_time_h": Observable("time", "all", None),
    "vietnam_time_export_h": Observable("time", "export", "export"),
    "vietnam_time_import_h": Observable("time", "import", "import"),
}
"""Quantities by the name under which a file gives them."""
