"""Values with units: text from scenario files to numbers, and back for display.

Every ``parse_*`` takes what the YAML reader delivers (text, int, float, bool, None) and
raises :class:`sim.errors.UnitError` with a hint for anything else than its own kind.
"""

from __future__ import annotations

from sim.units.display import clock_text, duration_text, number_text, point_is_clear, share_text
from sim.units.quantities import (
    PLACES,
    VEHICLES,
    parse_count,
    parse_duration,
    parse_mass,
    parse_money,
    parse_money_per_hour,
    parse_money_per_year,
    parse_number,
    parse_rate,
    parse_share,
    parse_years,
    rate_vehicle,
    value_in,
)
from sim.units.ranged import Ranged, read_in, read_range, read_ranged
from sim.units.text import join_words, nearest, number_and_unit, shown, suggestion
from sim.units.times import (
    BEIJING_AHEAD,
    WEEKDAYS,
    Window,
    parse_clock,
    parse_date,
    parse_moment,
    parse_month,
    parse_timestamp,
    parse_weekdays,
    parse_windows,
)

__all__ = [
    "BEIJING_AHEAD",
    "PLACES",
    "VEHICLES",
    "WEEKDAYS",
    "Ranged",
    "Window",
    "clock_text",
    "duration_text",
    "join_words",
    "nearest",
    "number_and_unit",
    "number_text",
    "parse_clock",
    "parse_count",
    "parse_date",
    "parse_duration",
    "parse_mass",
    "parse_moment",
    "parse_money",
    "parse_money_per_hour",
    "parse_money_per_year",
    "parse_month",
    "parse_number",
    "parse_rate",
    "parse_share",
    "parse_timestamp",
    "parse_weekdays",
    "parse_windows",
    "parse_years",
    "point_is_clear",
    "rate_vehicle",
    "read_in",
    "read_range",
    "read_ranged",
    "share_text",
    "shown",
    "suggestion",
    "value_in",
]
