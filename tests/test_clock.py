"""The clock: dates, two countries and opening hours as minutes."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import clock, units
from sim.queues import Calendar

START = dt.date(2025, 7, 7)  # a Monday
DAYS = 7
MORNING = ((420.0, 690.0),)
ALL_DAY = ((0.0, 1440.0),)
END = (DAYS + clock.MARGIN_DAYS) * clock.DAY


def is_open(intervals: clock.Intervals, time: float) -> bool:
    """Whether a time lies in the intervals."""
    opens, closes = intervals
    return bool(np.any((opens <= time) & (time < closes)))


@pytest.mark.parametrize("year", range(2000, 2061, 5))
@pytest.mark.parametrize("month", range(1, 13))
def test_both_countries_keep_their_offset_all_year(year: int, month: int) -> None:
    """China is one hour ahead of Vietnam in every month, by the tz database."""
    noon = dt.datetime.combine(dt.date(year, month, 15), dt.time(12))
    vietnam = noon.replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")).utcoffset()
    china = noon.replace(tzinfo=ZoneInfo("Asia/Shanghai")).utcoffset()
    assert vietnam == dt.timedelta(hours=7)
    assert china is not None
    assert china - vietnam == dt.timedelta(minutes=units.BEIJING_AHEAD)


@given(
    time=st.integers(-10_000, 5_000_000), start=st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1))
)
def test_moments_and_minutes_are_inverse(time: int, start: dt.date) -> None:
    """A moment goes to minutes and back unchanged."""
    assert clock.minutes(clock.moment(time, start), start) == time
    assert clock.weekday(time, start) == clock.moment(time, start).weekday()


def test_clocks_in_china_are_ahead() -> None:
    """Noon in Vietnam is 13:00 in Beijing."""
    assert clock.moment(clock.beijing(720.0), START).hour == 13


def test_weekdays_keep_the_shape_and_go_before_the_start() -> None:
    """Sunday precedes the Monday of the start."""
    np.testing.assert_array_equal(
        clock.weekday([[-0.5, 0.0], [1440.0, 10_080.0]], START), [[6, 0], [1, 0]]
    )


def test_daily_hours_repeat_from_the_day_before_to_past_the_end() -> None:
    """Every day of the range has its windows; nothing else is open."""
    opens, closes = clock.open_intervals(START, DAYS, MORNING)
    days = np.arange(-1, DAYS + clock.MARGIN_DAYS) * 1440.0
    np.testing.assert_array_equal(opens, days + 420.0)
    np.testing.assert_array_equal(closes, days + 690.0)


def test_round_the_clock_is_one_interval() -> None:
    """Touching days are joined."""
    opens, closes = clock.open_intervals(START, DAYS, ALL_DAY)
    np.testing.assert_array_equal(opens, [-1440.0])
    np.testing.assert_array_equal(closes, [END])


def test_weekdays_without_service_are_shut() -> None:
    """A Monday-to-Friday office is shut on the first weekend."""
    weekly = clock.open_intervals(START, DAYS, MORNING, weekdays=frozenset(range(5)))
    served = [is_open(weekly, day * 1440.0 + 500.0) for day in range(-1, 7)]
    assert served == [False, True, True, True, True, True, False, False]


def test_chinese_weekdays_begin_an_hour_earlier() -> None:
    """Monday in Beijing begins on Sunday at 23:00 in Vietnam and ends on Monday at 23:00."""
    opens, closes = clock.open_intervals(START, 1, ALL_DAY, weekdays=frozenset({0}), beijing=True)
    assert opens[0] == -60.0
    assert closes[0] == 1380.0


@pytest.mark.parametrize(("beijing", "shift"), [(False, 0.0), (True, 60.0)])
def test_holidays_count_by_the_local_date(beijing: bool, shift: float) -> None:
    """A holiday shuts whole local days, both ends included."""
    holiday = (dt.date(2025, 7, 8), dt.date(2025, 7, 9))
    opens, closes = clock.open_intervals(START, DAYS, ALL_DAY, holidays=[holiday], beijing=beijing)
    np.testing.assert_array_equal(opens, [-1440.0, 3 * 1440.0 - shift])
    np.testing.assert_array_equal(closes, [1440.0 - shift, END])


def test_closures_cut_hours_to_the_minute() -> None:
    """A closure takes its own span out of the hours, also where closures overlap."""
    closures = [
        (
            dt.datetime.fromisoformat("2025-07-07 08:00"),
            dt.datetime.fromisoformat("2025-07-07 09:30"),
        ),
        (
            dt.datetime.fromisoformat("2025-07-07 09:00"),
            dt.datetime.fromisoformat("2025-07-07 10:00"),
        ),
    ]
    opens, closes = clock.open_intervals(START, DAYS, MORNING, closures=closures)
    np.testing.assert_array_equal(opens[1:3], [420.0, 600.0])
    np.testing.assert_array_equal(closes[1:3], [480.0, 690.0])


def test_a_gate_may_stay_shut_throughout() -> None:
    """No hours, or a holiday over the whole range, give no intervals and a valid calendar."""
    holiday = (dt.date(2025, 1, 1), dt.date(2026, 1, 1))
    for opens, closes in (
        clock.open_intervals(START, DAYS, ()),
        clock.open_intervals(START, DAYS, ALL_DAY, weekdays=frozenset()),
        clock.open_intervals(START, DAYS, ALL_DAY, holidays=[holiday]),
    ):
        assert opens.shape == closes.shape == (0,)
        assert Calendar(opens, closes).next_open_at(0.0) == np.inf


def test_spans_that_end_before_they_start_are_refused() -> None:
    """A closure, holiday or window the wrong way round is an error, not silence."""
    late, early = (
        dt.datetime.fromisoformat("2025-07-09 00:00"),
        dt.datetime.fromisoformat("2025-07-08 00:00"),
    )
    with pytest.raises(ValueError, match="ends before it starts"):
        clock.open_intervals(START, DAYS, ALL_DAY, closures=[(late, early)])
    with pytest.raises(ValueError, match="ends before it starts"):
        clock.open_intervals(START, DAYS, ALL_DAY, holidays=[(late.date(), dt.date(2025, 7, 1))])
    with pytest.raises(ValueError, match="ends before it starts"):
        clock.open_intervals(START, DAYS, [(690.0, 420.0)])
    with pytest.raises(ValueError, match="nothing to intersect"):
        clock.intersect([])


def test_a_crossing_is_open_when_both_countries_are() -> None:
    """Vietnam 07:00-19:00 and China 09:00-21:00 Beijing leave 08:00-19:00 in common."""
    vietnam = clock.open_intervals(START, DAYS, units.parse_windows("07:00-19:00"))
    china = clock.open_intervals(START, DAYS, units.parse_windows("09:00-21:00 Beijing"))
    opens, closes = clock.intersect([vietnam, china])
    np.testing.assert_array_equal(opens % 1440, 480.0)
    np.testing.assert_array_equal(closes % 1440, 1140.0)
    assert len(opens) == DAYS + 1 + clock.MARGIN_DAYS


windows = st.lists(st.integers(0, 1440), min_size=2, max_size=8, unique=True).map(
    lambda edges: [
        (float(a), float(b)) for a, b in zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False)
    ]
)
weeks = st.frozensets(st.integers(0, 6))


@given(
    first=windows,
    second=windows,
    week=weeks,
    beijing=st.booleans(),
    time=st.integers(-1440, int(END) - 1),
)
def test_intervals_say_what_the_rules_say(
    first: list[tuple[float, float]],
    second: list[tuple[float, float]],
    week: frozenset[int],
    beijing: bool,
    time: int,
) -> None:
    """At every minute the intervals agree with the rules applied to that minute alone."""
    holiday = (dt.date(2025, 7, 9), dt.date(2025, 7, 10))
    closure = (
        dt.datetime.fromisoformat("2025-07-07 10:00"),
        dt.datetime.fromisoformat("2025-07-08 03:00"),
    )
    ours = clock.open_intervals(START, DAYS, first, week, [holiday], [closure], beijing=beijing)
    both = clock.intersect([ours, clock.open_intervals(START, DAYS, second)])

    now = clock.moment(time, START)
    local = clock.moment(clock.beijing(time) if beijing else time, START)
    expected = (
        any(a <= time % 1440 < b for a, b in first)
        and local.weekday() in week
        and not holiday[0] <= local.date() <= holiday[1]
        and not closure[0] <= now < closure[1]
    )
    assert is_open(ours, time) == expected
    assert is_open(both, time) == (expected and any(a <= time % 1440 < b for a, b in second))
    Calendar(*both)
    assert np.all(both[1][:-1] < both[0][1:])
