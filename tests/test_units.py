"""Values with units: what is accepted, what is refused, and what the refusal says."""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from sim import units
from sim.distributions import parse_distribution
from sim.errors import UnitError
from sim.scenario.schema.model import CalendarBlock
from sim.units import Window

Parser = Callable[[object], Any]

_PLACES: Parser = functools.partial(units.parse_count, nouns=units.PLACES)
_VEHICLES: Parser = functools.partial(units.parse_count, nouns=units.VEHICLES)


def _in(unit: str) -> Parser:
    return functools.partial(units.value_in, unit=unit)


ACCEPTED: list[tuple[Parser, object, object]] = [
    (units.parse_duration, "12 min", 12.0),
    (units.parse_duration, "90 s", 1.5),
    (units.parse_duration, "1.5 h", 90.0),
    (units.parse_duration, "1h", 60.0),
    (units.parse_duration, "2 h 30 min", 150.0),
    (units.parse_duration, "2 days", 2880.0),
    (units.parse_duration, "1 week", 10080.0),
    (units.parse_duration, "0 days", 0.0),
    (units.parse_duration, "7 s", 7 / 60),
    (units.parse_duration, "1e3 min", 1000.0),
    (units.parse_share, "5e-05 %", 5e-7),
    (units.parse_rate, "1e-05 trucks/day", 1e-5),
    (units.parse_money, "1e+16 VND", 1e16),
    (units.parse_mass, "1.25 t", 1.25),
    (units.parse_mass, "1.2500 t", 1.25),
    (units.parse_mass, "0.125 t", 0.125),
    (units.parse_mass, "1_250.125 t", 1250.125),
    (units.parse_number, 1.125, 1.125),
    (units.parse_count, 4.0, 4),
    (units.parse_count, "4.0", 4),
    (units.parse_windows, "24:00-06:00", (Window(0.0, 360.0),)),
    (units.parse_windows, "24:00-06:00 Beijing", (Window(0.0, 300.0), Window(1380.0, 1440.0))),
    (units.parse_rate, "1_200 trucks/day", 1200.0),
    (units.parse_rate, "1,200/day", 1200.0),
    (units.parse_rate, "50 trucks/h", 1200.0),
    (units.parse_rate, "84 trains / week", 12.0),
    (units.parse_rate, "1 coach/day", 1.0),
    (units.parse_share, "30 %", 0.3),
    (units.parse_share, "52.48%", 0.5248),
    (units.parse_share, "120 %", 1.2),
    (units.parse_share, 0, 0.0),
    (units.parse_share, "0", 0.0),
    (units.parse_money, "480 bn VND", 480e9),
    (units.parse_money, "1_200 mn VND", 1.2e9),
    (units.parse_money, "2 tn VND", 2e12),
    (units.parse_money, "400_000 VND", 400_000.0),
    (units.parse_money_per_year, "14 bn VND/year", 14e9),
    (units.parse_mass, "20 t", 20.0),
    (units.parse_mass, "900 kg", 0.9),
    (_in("h"), "90 min", 1.5),
    (_in("%"), "30 %", 30.0),
    (_in("vehicles/day"), "50/h", 1200.0),
    (_in("wagons/day"), "140 wagons/week", 20.0),
    (_in("vehicles"), "450 vehicles", 450.0),
    (_in("vehicles"), 450, 450.0),
    (_in("mn VND/day"), "2 bn VND/day", 2000.0),
    (_in("t/day"), "900 kg/day", 0.9),
    (_in("TEU/day"), "20 TEU/day", 20.0),
    (units.parse_number, "1_200.5", 1200.5),
    (units.parse_number, -3, -3.0),
    (units.parse_number, 1e-7, 1e-7),
    (units.parse_count, 4, 4),
    (units.parse_count, "1_200", 1200),
    (units.parse_count, "1,200", 1200),
    (_PLACES, "450 places", 450),
    (_PLACES, "1 lane", 1),
    (_VEHICLES, "1_200 coaches", 1200),
    (_VEHICLES, "1 coach", 1),
    (units.parse_count, "0", 0),
    (units.rate_vehicle, "60 trains/day", "train"),
    (units.rate_vehicle, "1 coach/day", "coach"),
    (units.rate_vehicle, "20 wagons / week", "wagon"),
    (units.rate_vehicle, "50/h", ""),
    (units.parse_date, "1900-01-01", dt.date(1900, 1, 1)),
    (units.parse_date, "2199-12-31", dt.date(2199, 12, 31)),
    (units.parse_date, "2024-02-29", dt.date(2024, 2, 29)),
    (units.parse_month, "2027-07", dt.date(2027, 7, 1)),
    (units.parse_month, "2027-07-15", dt.date(2027, 7, 15)),
    (units.parse_moment, "2025-02-01", dt.datetime.fromisoformat("2025-02-01 00:00")),
    (units.parse_moment, "2025-02-01 06:00", dt.datetime.fromisoformat("2025-02-01 06:00")),
    (units.parse_moment, "2025-02-01 24:00", dt.datetime.fromisoformat("2025-02-02 00:00")),
    (units.parse_moment, "2025-02-01 00:30 Beijing", dt.datetime.fromisoformat("2025-01-31 23:30")),
    (units.parse_clock, "06:30", 390.0),
    (units.parse_clock, "06:30 Beijing", 330.0),
    (units.parse_clock, "00:30 Beijing", 1410.0),
    (units.parse_windows, "07:00-19:00", (Window(420, 1140),)),
    (units.parse_windows, "08:00-20:00 Beijing", (Window(420, 1140),)),
    (units.parse_windows, "07:00-11:30, 13:00-17:00", (Window(420, 690), Window(780, 1020))),
    (
        units.parse_windows,
        "14:00-18:00, 08:00-12:00 Beijing",
        (Window(420, 660), Window(780, 1020)),
    ),
    (units.parse_windows, "24h", (Window(0, 1440),)),
    (units.parse_windows, "19:00-02:00", (Window(0, 120), Window(1140, 1440))),
    (units.parse_windows, "00:00-06:00 Beijing", (Window(0, 300), Window(1380, 1440))),
    (units.parse_windows, "00:00-24:00 Beijing", (Window(0, 1440),)),
    (units.parse_windows, "07:00-12:00, 12:00-17:00", (Window(420, 1020),)),
    (units.parse_weekdays, "mon-sun", frozenset(range(7))),
    (units.parse_weekdays, "mon-fri", frozenset(range(5))),
    (units.parse_weekdays, "sat, sun", frozenset({5, 6})),
    (units.parse_weekdays, "fri-mon", frozenset({4, 5, 6, 0})),
    (units.parse_weekdays, "mon-wed, sat", frozenset({0, 1, 2, 5})),
]

REFUSED: list[tuple[Parser, object, str, str]] = [
    (units.parse_duration, "7.5", "'7.5' is not a duration", "write e.g. '12 min', '2 days'"),
    (units.parse_duration, 7.5, "'7.5' is not a duration", "'12 min'"),
    (units.parse_duration, "3 m", "unknown time unit 'm'", "did you mean 'min'?"),
    (units.parse_duration, "3 lightyears", "unknown time unit 'lightyears'", "use s, second"),
    (units.parse_duration, "1 200 min", "'1 200 min' has a space inside a number", "1_200"),
    (units.parse_duration, "1,5 h", "'1,5 h' is not a duration", "decimals with a point: 1.5"),
    (units.parse_duration, "12_00 min", "'12_00 min' is not a duration", "1_200"),
    (units.parse_duration, "1.200.000 s", "'1.200.000 s' is not a duration", "1_200"),
    (units.parse_duration, "-1 min", "'-1 min' is negative", "12 min"),
    (units.parse_duration, "1e99 min", "is not a duration", "too long"),
    (
        units.parse_rate,
        "1.250 trucks/day",
        "'1.250 trucks/day': 1.25 or 1,250?",
        "1_250 trucks/day",
    ),
    (units.parse_rate, "12.500/h", "12.5 or 12,500?", "'12.5 /h' or '12_500 /h'"),
    (units.parse_money, "1.200 mn VND", "1.2 or 1,200?", "'1.2 mn VND' or '1_200 mn VND'"),
    (units.parse_money_per_year, "14.000 mn VND/year", "14.0 or 14,000?", "14_000 mn VND"),
    (units.parse_money_per_hour, "100.000 VND/h", "100.0 or 100,000?", "100_000 VND"),
    (units.parse_mass, "1.500 kg", "1.5 or 1,500?", "'1.5 kg' or '1_500 kg'"),
    (units.parse_duration, "1.440 min", "1.44 or 1,440?", "1_440 min"),
    (units.parse_share, "1.125 %", "1.125 or 1,125?", "'1.1250 %' or '1_125 %'"),
    (units.parse_windows, "24:00-00:00", "'24:00-00:00' is an empty window", "24h"),
    (units.parse_windows, "24:00-24:00", "'24:00-24:00' is an empty window", "24h"),
    (units.parse_number, "2.500", "2.5 or 2,500?", "'2.5' or '2_500'"),
    (units.parse_count, "3.000", "3.0 or 3,000?", "'3' or '3_000'"),
    (_PLACES, "1.000 places", "1.0 or 1,000?", "1_000 places"),
    (_in("vehicles/day"), "1.250 vehicles/day", "1.25 or 1,250?", "1_250"),
    (_in("mn VND/day"), "1.250 mn VND/day", "1.25 or 1,250?", "1_250"),
    (functools.partial(units.read_ranged, unit="L/h"), "2.500 L/h", "2.5 or 2,500?", "2_500 L/h"),
    (parse_distribution, "uniform(1.200 min, 3 h)", "1.2 or 1,200?", "1_200 min"),
    (units.parse_duration, {"green": "2 min"}, "a block is not a duration", "12 min"),
    (units.parse_duration, ["2 min"], "a list is not a duration", "12 min"),
    (units.parse_duration, None, "an empty value is not a duration", "12 min"),
    (units.parse_duration, f"1{'0' * 400} min", "…' is not a duration", "too long"),
    (units.parse_duration, f"0.{'3' * 5000} min", "…' is not a duration", "too long"),
    (units.parse_rate, "1 200/day", "'1 200/day' has a space inside a number", "1_200"),
    (units.parse_rate, "186 trucks", "'186 trucks' is not a rate", "trucks/day"),
    (units.parse_rate, "5 truks/day", "unknown vehicle 'truks'", "did you mean 'trucks'?"),
    (units.parse_rate, "5 xyz/day", "unknown vehicle 'xyz'", "trucks, cars"),
    (units.parse_rate, "5/dya", "unknown period 'dya'", "did you mean 'day'?"),
    (units.parse_rate, "-5/day", "'-5/day' is negative", "day"),
    (units.parse_share, 0.3, "'0.3' is not a share", "write e.g. '30 %'"),
    (units.parse_share, 1, "'1' is not a share", "30 %"),
    (units.parse_share, False, "'false' is not a share", "30 %"),
    (units.parse_share, "-3 %", "'-3 %' is negative", "30 %"),
    (units.parse_money, "480 bn VDN", "unknown money unit 'bn VDN'", "did you mean 'bn VND'?"),
    (units.parse_money, "480 bn", "unknown money unit 'bn'", "did you mean 'bn VND'?"),
    (units.parse_money, "5 mn USD", "'5 mn USD' is not in VND", "VND only, 2025 prices"),
    (units.parse_money, 5, "'5' is not money", "480 bn VND"),
    (units.parse_money_per_year, "14 bn VND", "'14 bn VND' is not money per year", "/year"),
    (units.parse_money_per_year, "14 bn VND/month", "unknown period 'month'", "/year"),
    (units.parse_mass, "20 lb", "unknown mass unit 'lb'", "use t"),
    (_in("vehicles"), "9 truks", "unknown vehicle 'truks'", "did you mean 'trucks'?"),
    (_in("t/day"), "20 t", "'20 t' is not a value in t/day", "'20 t/day'"),
    (_in("TEU/day"), "20 boxes/day", "unknown container unit 'boxes'", "use TEU"),
    (units.parse_number, "50 %", "'50 %' is not a number", "without '%'"),
    (units.parse_count, "four", "'four' is not a whole number", "4"),
    (units.parse_count, -3, "'-3' is negative", "4"),
    (units.parse_count, 4.5, "'4.5' is not a whole number", "4"),
    (units.parse_count, "4.5", "'4.5' is not a whole number", "4"),
    (units.parse_count, "010", "'010' begins with a zero", "write '10'"),
    (_PLACES, "+007 lanes", "begins with a zero", "write '7 lanes'"),
    (units.parse_count, "00", "begins with a zero", "write '0'"),
    (_VEHICLES, "4 truks", "unknown word 'truks'", "did you mean 'trucks'?"),
    (_PLACES, "4 days", "unknown word 'days'", ""),
    (units.parse_count, "4 trucks", "unknown word 'trucks'", "without 'trucks'"),
    (units.parse_date, "2025-02-30", "'2025-02-30' is not a date", "February 2025 has 28 days"),
    (units.parse_date, "2025-13-01", "'2025-13-01' is not a date", "months run from 01 to 12"),
    (units.parse_date, "9999-12-31", "the year of '9999-12-31' is out", "1900 to 2199"),
    (units.parse_date, "0001-01-01", "the year of '0001-01-01' is out", "1900 to 2199"),
    (units.parse_moment, "9999-12-31 24:00", "the year of '9999-12-31' is out", "2199"),
    (units.parse_date, "7.7.2025", "'7.7.2025' is not a date", "2025-07-07"),
    (units.parse_date, 2025, "'2025' is not a date", "2025-07-07"),
    (units.parse_month, "2027-13", "'2027-13' is not a date", "months run from 01 to 12"),
    (units.parse_month, "2027-02-29", "'2027-02-29' is not a date", "28 days"),
    (units.parse_month, "July 2027", "'July 2027' is not a month", "2027-07"),
    (units.parse_moment, "2025-02-01 25:00", "'25:00' is not a time of day", "06:30"),
    (units.parse_moment, "06:00", "'06:00' is not a moment", "2025-02-01 06:00"),
    (units.parse_clock, "24:00", "'24:00' belongs to the next day", "00:00"),
    (units.parse_clock, "06:75", "'06:75' is not a time of day", "06:30"),
    (units.parse_clock, "06:30 Bejing", "unknown zone 'Bejing'", "did you mean 'Beijing'?"),
    (units.parse_windows, "7-19", "'7' is not a time of day", "06:30"),
    (units.parse_windows, "07:00", "'07:00' is not a window of hours", "07:00-19:00"),
    (units.parse_windows, "07:00-12:00, 13:00", "'13:00' is not a window of hours", "07:00-19:00"),
    (units.parse_windows, 7, "'7' is not a window of hours", "07:00-19:00"),
    (units.parse_windows, "07:00-07:00", "'07:00-07:00' is an empty window", "24h"),
    (units.parse_windows, "07:00-12:00, 11:00-13:00", "overlap", "07:00-19:00"),
    (units.parse_windows, "08:00-10:00 Beijing, 11:00-12:00", "'10:00 Beijing' is not a time", ""),
    (units.parse_weekdays, "monday", "unknown weekday 'monday'", "did you mean 'mon'?"),
    (units.parse_weekdays, "mon-", "unknown weekday ''", "use mon, tue"),
    (units.parse_weekdays, "", "'' is not a list of weekdays", "mon-fri"),
]

PARSERS = [getattr(units, name) for name in units.__all__ if name.startswith("parse_")]


@pytest.mark.parametrize(("parse", "value", "expected"), ACCEPTED)
def test_values_with_units_become_numbers(parse: Parser, value: object, expected: object) -> None:
    """Each form of the grammar gives exactly the number it says, in the unit of its kind."""
    result = parse(value)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(("parse", "value", "message", "hint"), REFUSED)
def test_mistakes_are_named_with_a_way_out(
    parse: Parser, value: object, message: str, hint: str
) -> None:
    """A wrong value is an error that quotes it and says what to write."""
    with pytest.raises(UnitError, match=re.escape(message)) as caught:
        parse(value)
    assert hint in caught.value.hint
    assert caught.value.hint


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize(
    "value", [None, True, [], {}, math.nan, math.inf, "", "nan", "inf", ".inf", "٣ min"]
)
def test_what_is_no_value_is_never_a_number(parse: Parser, value: object) -> None:
    """Gaps, truth values, blocks, lists, `nan` and infinities are errors everywhere."""
    with pytest.raises(UnitError):
        parse(value)


@given(value=st.text() | st.integers() | st.floats() | st.booleans() | st.none())
def test_parsers_answer_or_raise_unit_errors(value: object) -> None:
    """Whatever a file holds, a parser returns a value or raises a UnitError."""
    for parse in PARSERS:
        try:
            parse(value)
        except UnitError:
            continue


def test_errors_reach_the_reader_through_pydantic() -> None:
    """The hint survives inside pydantic's error, so the reader can print it."""
    with pytest.raises(ValidationError) as caught:
        CalendarBlock.model_validate({"hours": "7-19"})
    error = caught.value.errors()[0]["ctx"]["error"]
    assert isinstance(error, UnitError)
    assert "06:30" in error.hint


def test_windows_stay_windows_inside_a_block() -> None:
    """A block keeps parsed hours as windows."""
    block: BaseModel = CalendarBlock.model_validate({"hours": "07:00-19:00"})
    assert block.model_dump()["hours"] == (Window(420.0, 1140.0),)


@given(minutes=st.floats(0, 1e9))
def test_exact_durations_come_back_unchanged(minutes: float) -> None:
    """`duration_text` loses nothing."""
    assert units.parse_duration(units.duration_text(minutes)) == minutes


@given(number=st.floats(-1e20, 1e20))
def test_exact_numbers_come_back_unchanged(number: float) -> None:
    """`number_text` loses nothing."""
    assert units.parse_number(units.number_text(number)) == number


@given(
    start=st.integers(0, 1439),
    length=st.integers(1, 1440),
    zone=st.sampled_from([("", 0), (" Beijing", 60)]),
)
def test_windows_keep_their_length_and_hours(
    start: int, length: int, zone: tuple[str, int]
) -> None:
    """Splitting at midnight and changing the zone keep every open minute of the day."""
    end = (start + length - 1) % 1440 + 1
    if start == end:
        return
    text = f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}{zone[0]}"
    windows = units.parse_windows(text)
    opened = {m for w in windows for m in range(int(w.start), int(w.end))}
    assert opened == {(start + step - zone[1]) % 1440 for step in range(length)}
    assert all(0 <= w.start < w.end <= 1440 for w in windows)


def test_near_words_are_suggested_whatever_their_case() -> None:
    """Suggestions ignore case and fall back to the list of words."""
    assert units.suggestion("Min", ["min", "h"]) == "did you mean 'min'?"
    assert units.suggestion("furlong", ["min", "h"], "use min or h") == "use min or h"


def test_a_range_is_a_value_between_two_others() -> None:
    """`{value, low, high}`, or a value alone; each part in the one unit that is asked for."""
    parts = {"value": "2.5 L/h", "low": "1.9 L/h", "high": "3.8 L/h"}
    assert units.read_ranged(parts, "L/h") == units.Ranged(2.5, 1.9, 3.8)
    assert units.read_ranged("1.2 mn VND/day", "VND/day").high == 1.2e6
    assert units.read_ranged("30 %", "%").value == 0.3
    for wrong, says in [
        ({**parts, "low": "3 L/h"}, "not within"),
        ({"value": "2 L/h", "low": "1 L/h"}, "has value, low, high"),
        ({**parts, "high": "4 g/h"}, "unknown quantity's unit 'g/h'"),
        ("2.5", "is not a quantity in L/h"),
    ]:
        with pytest.raises(UnitError, match=says):
            units.read_ranged(wrong, "L/h")
