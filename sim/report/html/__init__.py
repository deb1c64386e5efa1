"""The report: one HTML file that reads offline, in both languages, with scripts off."""

from __future__ import annotations

from sim.report.html.page import REPORT, write_report

__all__ = ["REPORT", "write_report"]
