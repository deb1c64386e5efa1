"""Event logs as others have them: runs written for process mining, observed ones measured."""

from __future__ import annotations

from sim.event_logs.export import LOG_CSV, XES, export_log, log_table
from sim.event_logs.measure import log_days, log_journeys, measure_log
from sim.event_logs.read import read_log
from sim.event_logs.xes import write_xes

__all__ = [
    "LOG_CSV",
    "XES",
    "export_log",
    "log_days",
    "log_journeys",
    "log_table",
    "measure_log",
    "read_log",
    "write_xes",
]
