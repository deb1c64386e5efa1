"""Forecasts of the 20:00 bulletins to come, from those of the last days.

    history = read_bulletins(["bulletins/"], "baseline-2025")
    outlook = forecast(history, history.evenings[-1], days=3, draws=40)
    card = score_card(history, history.evenings[-1], days=3, draws=40)

A forecast starts from the stock of an evening and knows no figure of a later day.
"""

from __future__ import annotations

from sim.forecast.history import History, read_bulletins
from sim.forecast.leave_out import spreads_of
from sim.forecast.outlook import CHANGES, Outlook, Predicted, forecast
from sim.forecast.score import ScoreCard, Scored, score_card, widened
from sim.forecast.spreads import Spreads

__all__ = [
    "CHANGES",
    "History",
    "Outlook",
    "Predicted",
    "ScoreCard",
    "Scored",
    "Spreads",
    "forecast",
    "read_bulletins",
    "score_card",
    "spreads_of",
    "widened",
]
