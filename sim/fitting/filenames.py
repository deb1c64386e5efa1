"""Names of the files in the folder of a fit."""

from __future__ import annotations

__all__ = ["ENSEMBLE", "MAP", "OVERLAY", "PAGE", "PROBLEMS"]

OVERLAY, ENSEMBLE, PAGE = "overlay.yaml", "uncertain.yaml", "fit.html"
MAP, PROBLEMS = "MAP.yaml", "problems.csv"
