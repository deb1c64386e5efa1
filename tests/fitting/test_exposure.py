"""Rates are counts over the time in which somebody looked."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.clock import DAY
from sim.fitting import Fitted
from sim.fitting.exposure import exposure_of_counts, exposure_of_stamps, share_observed

MONDAY = dt.datetime.fromisoformat("2025-07-07")


def total(fitted: Fitted) -> float:
    """Vehicles a day in all."""
    return sum(f.estimates[0].interval.value for f in fitted.findings if f.kind == "volume")


def gate_log(folder: Path, first: float, last: float, days: list[int]) -> Fitted:
    """Fit a log of a hundred trucks a day between 06:00 and 18:00, seen from first to last hour."""
    rng = np.random.default_rng(3)
    rows = ["plate,arrive"]
    for day in days:
        for minute in np.sort(rng.uniform(6 * 60, 18 * 60, rng.poisson(100))).tolist():
            if first <= 24 * day + minute / 60 < last:
                come = MONDAY + dt.timedelta(days=day, minutes=minute)
                rows.append(f"12C-{len(rows)},{come:%Y-%m-%d %H:%M:%S}")
    path = folder / "chi-ma.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return sim.fit(path, base="tutorial", rows=2, hold_out=0)


def test_a_survey_from_noon_to_noon_gives_the_volume_of_whole_days(tmp_path: Path) -> None:
    """Four days of which the first and the last were seen by half: three days of trucks."""
    fitted = gate_log(tmp_path, 12.0, 84.0, [0, 1, 2, 3])
    assert total(fitted) == pytest.approx(100.0, rel=0.12)
    volume = next(one for one in fitted.findings if one.kind == "volume")
    assert re.search(r" in (3|3\.0\d*|2\.9\d*) days", volume.note)


def test_hours_that_were_seen_on_fewer_days_are_not_thought_quiet(tmp_path: Path) -> None:
    """Mornings were seen three times, afternoons four times; both bring half of the trucks."""
    fitted = gate_log(tmp_path, 12.0, 96.0, [0, 1, 2, 3])
    profile = next(one for one in fitted.findings if one.kind == "day")
    hours = profile.pictures[0].data["hours"]
    morning = hours[:12].sum() / hours.sum()
    assert morning == pytest.approx(0.5, abs=0.06)


def test_days_between_without_a_stamp_were_not_observed(tmp_path: Path) -> None:
    """Two visits to the gate, a week apart; that days were left out is said."""
    fitted = gate_log(tmp_path, 0.0, 1000.0, [0, 1, 9, 10])
    assert total(fitted) == pytest.approx(100.0, rel=0.12)
    volume = next(one for one in fitted.findings if one.kind == "volume")
    assert volume.doubt == ("gaps", {"n": 7})


def test_empty_days_of_a_quiet_gate_count(tmp_path: Path) -> None:
    """Where one truck comes a day some days must be empty."""
    moments = np.array([0.2, 1.5, 1.7, 4.1, 6.4, 9.9]) * DAY
    assert exposure_of_stamps(moments, 10).sum(axis=1)[1:9] == pytest.approx(24.0)


def test_counts_of_two_directions_are_one_exposure() -> None:
    """Spans that overlap count once, and half an hour as half."""
    hours = exposure_of_counts([(60.0, 120.0), (60.0, 120.0), (120.0, 150.0)], 1)
    assert hours[0, :4].tolist() == [0.0, 1.0, 0.5, 0.0]


def test_the_share_that_was_seen_follows_the_hours() -> None:
    """Of arrivals at eight and at twenty alike, half is seen until noon."""
    exposure = np.ones((4, 24))
    exposure[3, 12:] = 0.0
    times = np.array([d * DAY + h * 60.0 for d in range(4) for h in (8, 20) if (d, h) != (3, 20)])
    assert share_observed(exposure, times) == pytest.approx([1.0, 1.0, 1.0, 0.5])


def test_counts_that_begin_at_noon_and_end_early_give_the_same_volume(tmp_path: Path) -> None:
    """Hours that nobody counted are named; a count of nothing is a count."""
    rng = np.random.default_rng(2)
    lines = ["date,hour,count"]
    for day in range(10):
        for hour in range(6, 18):
            if 12 <= 24 * day + hour < 9 * 24 + 12:
                date = MONDAY + dt.timedelta(days=day)
                lines.append(f"{date:%Y-%m-%d},{hour},{rng.poisson(100 / 12)}")
    path = tmp_path / "chi-ma.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    fitted = sim.fit(path, base="tutorial", rows=2, hold_out=0)
    assert total(fitted) == pytest.approx(100.0, rel=0.08)
    profile = next(one for one in fitted.findings if one.kind == "day")
    assert profile.doubt == ("unseen", {"hours": "00:00-06:00, 18:00-24:00"})
