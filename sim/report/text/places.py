"""Places in files as readers see them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario import Place

__all__ = ["place_text"]


def place_text(place: Place) -> str:
    """Name a place by file and line, without the folder: ``baseline-2025.yaml:41``."""
    name = Path(place.file).name
    return f"{name}:{place.line}" if place.line else name
