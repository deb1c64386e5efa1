"""The playback: one HTML file that shows a day of the event log, two scenarios side by side."""

from __future__ import annotations

from sim.report.play.page import write_playback

__all__ = ["write_playback"]
