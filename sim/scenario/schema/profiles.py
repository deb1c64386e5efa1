"""Schema of demand profiles over the day, the week and the year."""

# ruff: noqa: RUF012  pydantic copies mutable defaults
from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.schema.base import Block, Evidenced
from sim.scenario.schema.fields import Fraction, Id, Share

__all__ = [
    "GrowthProfileBlock",
    "ProfilesBlock",
    "SeasonProfileBlock",
    "WeekProfileBlock",
]


class DayProfileBlock(Evidenced):
    """Shares of a day's arrivals by window, Vietnam time; they sum to 100 %."""

    shares: dict[str, Fraction]
    """For example 00:00-07:00: 30 %."""


class WeekProfileBlock(Evidenced):
    """Demand of each weekday as a share of the flow's stated volume."""

    mon: Share = 1.0
    tue: Share = 1.0
    wed: Share = 1.0
    thu: Share = 1.0
    fri: Share = 1.0
    sat: Share = 1.0
    sun: Share = 1.0


class SeasonProfileBlock(Evidenced):
    """Demand of each month as a share of the flow's stated volume."""

    jan: Share = 1.0
    feb: Share = 1.0
    mar: Share = 1.0
    apr: Share = 1.0
    may: Share = 1.0
    jun: Share = 1.0
    jul: Share = 1.0
    aug: Share = 1.0
    sep: Share = 1.0
    oct: Share = 1.0
    nov: Share = 1.0
    dec: Share = 1.0


class GrowthProfileBlock(Evidenced):
    """Demand of later years over the volumes as stated; between two years it grows evenly."""

    years: Annotated[dict[Id, Share], Field(min_length=1)]
    """For example 2025: 100 %, 2030: 180 %."""


class ProfilesBlock(Block):
    """Shapes of demand over the day, the week, the year, and over the years."""

    day: dict[Id, DayProfileBlock] = {}
    week: dict[Id, WeekProfileBlock] = {}
    season: dict[Id, SeasonProfileBlock] = {}
    growth: dict[Id, GrowthProfileBlock] = {}
