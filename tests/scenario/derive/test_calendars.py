"""When a calendar of a scenario is open."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.scenario import Scenario
from sim.scenario.derive.calendars import open_intervals

Overlay = Callable[..., Scenario]

WEEK = [(1440.0 * day + 420.0, 1440.0 * day + 1140.0) for day in range(7)]


def opened(scenario: Scenario, name: str) -> list[tuple[float, float]]:
    """Open intervals within the week of the run, in minutes."""
    opens, closes = open_intervals(scenario.model, name)
    inside = (opens >= 0.0) & (opens < 7 * 1440.0)
    return list(zip(opens[inside].tolist(), closes[inside].tolist(), strict=True))


def test_a_joint_calendar_is_open_when_its_parts_are(overlay: Overlay) -> None:
    """07:00-19:00 in Vietnam and 08:00-20:00 in China are the same hours."""
    assert opened(overlay(), "crossing") == WEEK


@pytest.mark.parametrize(
    ("key", "value", "shut"),
    [
        ("days", "mon-fri", [5, 6]),
        ("closures", {"flood": {"start": "2025-07-09", "end": "2025-07-10"}}, [2]),
        ("country", "vietnam", [3]),
    ],
)
def test_days_holidays_and_closures_shut_a_joint_calendar_too(
    overlay: Overlay, key: str, value: object, shut: list[int]
) -> None:
    """What a calendar says beside `both` holds beside it."""
    holiday = {"day": {"start": "2025-07-10", "end": "2025-07-10"}}
    holidays = {"countries.vietnam.holidays": holiday} if key == "country" else {}
    scenario = overlay(set={f"calendars.crossing.{key}": value, **holidays})
    assert opened(scenario, "crossing") == [w for day, w in enumerate(WEEK) if day not in shut]


def test_a_joint_calendar_has_its_own_country(overlay: Overlay) -> None:
    """A Chinese holiday ends at midnight in China: 23:00 in Vietnam."""
    holiday = {"day": {"start": "2025-07-10", "end": "2025-07-10"}}
    values = {"calendars.vietnam.hours": "24h", "calendars.china.hours": "24h"}
    country = {"calendars.crossing.country": "china", "countries.china.holidays": holiday}
    scenario = overlay(set={**values, **country})
    opens, closes = open_intervals(scenario.model, "crossing")
    np.testing.assert_array_equal(closes[0], 3 * 1440.0 - 60.0)
    np.testing.assert_array_equal(opens[1], 4 * 1440.0 - 60.0)
