"""Calendars: half-open intervals, and the clock of open time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.queues import Calendar
from tests.queues.strategies import calendars

times = st.lists(st.integers(-5, 70).map(lambda k: k / 2.0), min_size=1, max_size=20)


def walk(calendar: Calendar, start: float, service: float) -> float:
    """The end of a service, interval by interval."""
    left = service
    for a, b in zip(calendar.opens, calendar.closes, strict=True):
        begin = max(float(a), start)
        if begin < b:
            if begin + left <= b:
                return begin + left
            left -= float(b) - begin
    return float("inf")


@settings(max_examples=300, deadline=None)
@given(calendar=calendars(), moments=times, service=st.integers(0, 30).map(float))
def test_open_time_is_counted_along_the_intervals(
    calendar: Calendar, moments: list[float], service: float
) -> None:
    """Openings and resumed ends are those found by walking through the intervals."""
    pairs = list(zip(calendar.opens, calendar.closes, strict=True))
    first = calendar.next_open(moments)
    for t, opening in zip(moments, first, strict=True):
        inside = any(a <= t < b for a, b in pairs)
        assert bool(calendar.is_open(t)) is inside
        assert opening == (t if inside else min((a for a, b in pairs if a > t), default=np.inf))
        assert calendar.next_open_at(t) == opening
        if opening < np.inf:
            end = calendar.resume_finish_at(float(opening), service)
            assert end == pytest.approx(walk(calendar, float(opening), service), abs=1e-9)
    starts = first[first < np.inf]
    scalar = [calendar.resume_finish_at(float(t), service) for t in starts]
    np.testing.assert_array_equal(calendar.resume_finish(starts, service), scalar)


@settings(max_examples=200, deadline=None)
@given(calendar=calendars(), start=st.integers(0, 60), service=st.integers(0, 30))
def test_a_resumed_service_takes_its_length_in_open_time(
    calendar: Calendar, start: int, service: int
) -> None:
    """From start to end there are as many open minutes as the service needs."""
    begin = calendar.next_open_at(float(start))
    end = calendar.resume_finish_at(begin, float(service)) if begin < np.inf else np.inf
    if end < np.inf:
        assert calendar.open_time(begin, end) == pytest.approx(service)


def test_touching_intervals_are_one() -> None:
    """A service does not stop where one shift hands over to the next."""
    joined = Calendar(np.array([0.0, 5.0]), np.array([5.0, 9.0]))
    assert joined.same_as(Calendar(np.array([0.0]), np.array([9.0])))
    assert not joined.same_as(Calendar.always())
    assert Calendar.always().never_closes
    assert not joined.never_closes


@pytest.mark.parametrize(
    ("opens", "closes"), [([0.0, 3.0], [5.0, 9.0]), ([5.0], [5.0]), ([1.0], [2.0, 3.0])]
)
def test_bad_intervals_are_refused(opens: list[float], closes: list[float]) -> None:
    """Overlapping, empty and unpaired intervals raise ValueError."""
    with pytest.raises(ValueError, match=r"intervals must be|differ in length"):
        Calendar(np.array(opens), np.array(closes))


def test_a_calendar_without_an_opening_never_serves() -> None:
    """No interval: nothing opens and nothing ends."""
    closed = Calendar(np.array([]), np.array([]))
    assert closed.next_open_at(0.0) == np.inf
    assert closed.resume_finish_at(0.0, 1.0) == np.inf
    np.testing.assert_array_equal(closed.resume_finish([0.0, 1.0], 1.0), [np.inf, np.inf])


@given(
    spans=st.sets(st.integers(0, 100), max_size=10), gaps=st.sets(st.integers(0, 100), max_size=10)
)
def test_without_takes_spans_out(spans: set[int], gaps: set[int]) -> None:
    """Open exactly where the calendar was and no span is."""
    whole, cut = (np.array(sorted(x)[: len(x) // 2 * 2], dtype=float) for x in (spans, gaps))
    calendar = Calendar(whole[::2], whole[1::2])
    left = calendar.without(cut[::2], cut[1::2])
    moments = np.arange(0.0, 101.0, 0.5)
    out = Calendar(cut[::2], cut[1::2]).is_open(moments)
    assert np.array_equal(left.is_open(moments), calendar.is_open(moments) & ~out)


@given(st.lists(calendars(), min_size=1, max_size=4))
def test_a_union_is_open_when_any_member_is(members: list[Calendar]) -> None:
    """At every half minute the union is open exactly when one of its members is."""
    moments = np.arange(-1.0, 72.0, 0.5)
    expected = np.any([member.is_open(moments) for member in members], axis=0)
    np.testing.assert_array_equal(Calendar.union(members).is_open(moments), expected)


def test_a_union_with_always_never_closes() -> None:
    """A calendar that never closes swallows the others."""
    short = Calendar(np.array([1.0]), np.array([2.0]))
    assert Calendar.union([short, Calendar.always()]).never_closes
