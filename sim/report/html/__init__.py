"""The report: one HTML file that reads offline, in both languages, with scripts off."""

from __future__ import annotations

from sim.report.html.page import write_report

__all__ = ["write_report"]
