"""Names of the files in the folder of a fit."""

from __future__ import annotations

__all__ = ["ENSEMBLE", "HOLD_OUT", "MAP", "OVERLAY", "PAGE", "PROBLEMS", "REPLAY"]

OVERLAY, ENSEMBLE, PAGE = "overlay.yaml", "uncertain.yaml", "fit.html"
REPLAY = "replay.yaml"
MAP, PROBLEMS, HOLD_OUT = "MAP.yaml", "problems.csv", "hold-out.csv"
