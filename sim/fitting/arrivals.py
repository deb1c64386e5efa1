"""Estimate who comes: daily volume, day-to-day variation, hours of the day, weekdays.

Poisson intervals after Garwood (1936). Daily counts are negative binomial: Poisson about a
level that varies from day to day.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from scipy import stats

from sim.arrays import Floats
from sim.clock import DAY
from sim.fitting.clumping import group_size
from sim.fitting.events import Events
from sim.fitting.exposure import share_observed
from sim.fitting.families import ENOUGH, Interval
from sim.fitting.findings import Finding, FittedNumber, Picture, Unknown
from sim.fitting.grouped import percent
from sim.fitting.hours import profile_finding
from sim.fitting.model import Base
from sim.fitting.replay import arrivals_csv
from sim.scenario.derive.arrivals import daily_arrivals
from sim.units import WEEKDAYS, number_text

__all__ = ["arrival_findings"]

#: Days from which the variation from day to day can be told.
LEAST_DAYS = 8

_GLIMPSE = 0.01
"""Share of a day's arrivals up to which the day was not observed."""

_MOSTLY = 0.8
"""Share of a day's arrivals from which its count tells of its weekday."""


@dataclass(frozen=True, eq=False)
class Tally:
    """Arrivals of a flow, or of flows that were not told apart.

    ``daily`` has shape ``(days,)``, ``times`` the arrivals in minutes; ``shape`` is the mean
    arrivals of each day by the scenario, up to a factor, and ``part`` the share of each day's
    arrivals that could be seen; days of which nothing could are left out. ``exposure`` has shape
    ``(days, 24)``.
    """

    flows: Sequence[str]
    dates: Sequence[dt.date]
    daily: Floats
    times: Floats
    shape: Floats
    part: Floats
    exposure: Floats

    @property
    def days(self) -> float:
        """Days that were observed, those in part as that part."""
        return round(float(self.part.sum()), 6)

    @property
    def n(self) -> int:
        """Vehicles in all."""
        return int(self.daily.sum())


def arrival_findings(events: Events, base: Base, draws: int, seed: int) -> list[Finding | Unknown]:
    """Return volumes, their variation, and the profiles of the day and the week."""
    tallies = _tallies(events, base)
    findings: list[Finding | Unknown] = []
    for tally in tallies:
        if events.is_full or events.counted is not None:
            findings += _volume(tally, base, draws, seed, single=events.counted is None)
        else:
            path = base.flow_path(tally.flows[0], "volume")
            findings.append(Unknown("volume", path, "sample"))
    by_profile: dict[tuple[str, str], list[Tally]] = {}
    for tally in tallies:
        gate, route, _ = tally.flows[0].split(".")
        profile = base.block_of(tally.flows[0]).day or "even"
        by_profile.setdefault((f"{gate}.{route}", profile), []).append(tally)
    for (_, profile), several in by_profile.items():
        flows = [flow for tally in several for flow in tally.flows]
        times = np.concatenate([tally.times for tally in several])
        seen = several[0].exposure.sum(axis=0)
        findings.append(profile_finding(flows, times, seen, profile, base, draws, seed))
        if events.is_full or events.counted is not None:
            findings.append(_week(flows, several, base))
    return findings


def _tallies(events: Events, base: Base) -> list[Tally]:
    """Count the arrivals of each flow; of vehicles whose flow is not known, by direction."""
    first = (
        (events.frame if events.counted is None else events.counted)
        .with_columns(pl.coalesce("arrive", "start").alias("came"))
        .drop_nulls(["came", "like"])
        .sort("came")
        .unique("vehicle", keep="first", maintain_order=True)
    )
    exposure = events.observed
    whole = len(exposure)
    first = first.filter(pl.col("came") < whole * DAY)
    dates = [events.start + dt.timedelta(days=day) for day in range(whole)]
    parts = {
        str(route): share_observed(exposure, rows["came"].to_numpy())
        for (route,), rows in first.partition_by("route", as_dict=True).items()
    }
    tallies = []
    for flows, rows in _by_flows(first, base):
        part = parts[flows[0].rpartition(".")[0]]
        times = rows["came"].to_numpy()
        backlog = sum(base.flows[flow].backlog for flow in flows)
        if events.simulated and backlog:
            times = times[times > 0.0]  # who stood there before the run has not arrived in it
        daily = np.bincount((times // DAY).astype(np.int64), minlength=whole).astype(np.float64)
        shape = sum(
            (daily_arrivals(base.scenario.model, base.block_of(flow), dates) for flow in flows),
            np.zeros(whole),
        )
        tallies.append(_seen(Tally(flows, dates, daily, times, shape, part, exposure)))
    return tallies


def _seen(tally: Tally) -> Tally:
    """Keep the days that were observed, in part or whole."""
    kept = tally.part > _GLIMPSE
    part = tally.part[kept]
    inside = kept[(tally.times // DAY).astype(np.int64)]
    return replace(
        tally,
        dates=[date for date, seen in zip(tally.dates, kept.tolist(), strict=True) if seen],
        daily=tally.daily[kept],
        times=tally.times[inside],
        shape=tally.shape[kept] * part,
        part=part,
        exposure=tally.exposure[kept],
    )


def _by_flows(first: pl.DataFrame, base: Base) -> list[tuple[list[str], pl.DataFrame]]:
    """Part vehicles by flow, or by the flows of a direction where flows are not known."""
    random = [name for name, flow in base.flows.items() if flow.timetable is None]
    groups = [
        ([str(name)], rows)
        for (name,), rows in first.drop_nulls("flow").partition_by("flow", as_dict=True).items()
        if name in random
    ]
    for (like,), rows in (
        first.filter(pl.col("flow").is_null()).partition_by("like", as_dict=True).items()
    ):
        own = base.flows[str(like)]
        flows = [
            name
            for name in random
            if base.flows[name].route == own.route and base.flows[name].direction == own.direction
        ]
        if flows:
            groups.append((flows, rows))
    return sorted(groups, key=lambda pair: pair[0])


def _volume(
    tally: Tally, base: Base, draws: int, seed: int, *, single: bool
) -> list[Finding | Unknown]:
    """Return the volume of the flows of a tally, and how it varies from day to day."""
    path = base.flow_path(tally.flows[0], "volume")
    days = tally.days
    if tally.n < ENOUGH or not tally.shape.sum():
        return [Unknown("volume", path, "few", {"n": tally.n, "least": ENOUGH})]
    findings: list[Finding | Unknown] = []
    variation = None
    if len(tally.flows) == 1:
        varies = _day_to_day(tally, base, draws, seed)
        findings.append(varies)
        variation = varies.estimates[0].interval if isinstance(varies, Finding) else None
    blocks = {flow: base.block_of(flow) for flow in tally.flows}
    ratio = tally.n / float(tally.shape.sum())
    cv = variation.value if variation is not None else max(b.day_to_day_cv for b in blocks.values())
    mean = tally.n / days
    error = math.sqrt((mean + (cv * mean) ** 2) / days) / mean
    t = float(stats.t.ppf(0.975, len(tally.dates) - 1)) if variation is not None else 1.96
    rng = np.random.default_rng(zlib.crc32(f"{seed} {path}".encode()))
    drawn = np.maximum(rng.normal(1.0, error, size=draws), 0.01)
    for flow, block in blocks.items():
        volume = (block.volume or 0.0) * ratio
        interval = Interval(volume, volume * max(1.0 - t * error, 0.0), volume * (1.0 + t * error))
        noun = {"truck": "trucks", "car": "cars", "van": "vans", "coach": "coaches"}[block.vehicle]
        own = base.flow_path(flow, "volume")
        group, files, doubt = _groups(tally, flow, base.plan.start) if single else ((), {}, None)
        share = "" if len(blocks) == 1 else "; classes as the base divides them"
        findings.append(
            Finding(
                "volume",
                own,
                _rate(volume, noun),
                base.written(own),
                (FittedNumber("per_day", "all", interval, "/day", tally.n, block.volume), *group),
                f"{tally.n} in {days:.4g} days"
                f" ({interval.low:.4g}–{interval.high:.4g} a day){share}",
                tally.n,
                draws=tuple(_rate(volume * factor, noun) for factor in drawn.tolist()),
                doubt=doubt,
                files=files,
            )
        )
    return findings


def _rate(volume: float, noun: str) -> str:
    return f"{number_text(float(f'{volume:.4g}'))} {noun}/day"


def _day_to_day(tally: Tally, base: Base, draws: int, seed: int) -> Finding | Unknown:
    """Return the coefficient of variation of the daily level, with its likelihood interval."""
    path = base.flow_path(tally.flows[0], "day_to_day_cv")
    days = len(tally.dates)
    if tally.days < LEAST_DAYS:
        return Unknown("day_to_day_cv", path, "days", {"n": tally.days, "least": LEAST_DAYS})
    mean = tally.shape * (tally.n / float(tally.shape.sum()))
    some = mean > 0.0

    def likelihood(cv: float) -> float:
        size = cv**-2.0
        of_days = stats.nbinom.logpmf(tally.daily[some], size, size / (size + mean[some]))
        return float(of_days.sum())

    grid = np.geomspace(0.005, 2.0, 120)
    values = np.array([likelihood(cv) for cv in grid.tolist()])
    best = int(np.argmax(values))
    # one day's worth of freedom goes to the mean, which would make the variation too small
    value = float(grid[best]) * math.sqrt(days / (days - 1)) if best else 0.0
    inside = grid[values >= values[best] - 1.92 * days / (days - 1)]
    low = 0.0 if values[0] >= values[best] - 1.92 else float(inside[0])
    high = float(inside[-1]) * math.sqrt(days / (days - 1))
    interval = Interval(value, low, max(high, value))
    rng = np.random.default_rng(zlib.crc32(f"{seed} {path}".encode()))
    weight = np.exp(values - values[best])
    drawn = rng.choice(grid, size=draws, p=weight / weight.sum())
    return Finding(
        "day_to_day_cv",
        path,
        percent(value),
        base.written(path) or "0 %",
        (
            FittedNumber(
                "cv", "all", interval, "%", days, base.block_of(tally.flows[0]).day_to_day_cv
            ),
        ),
        f"{days} days ({percent(interval.low)}–{percent(interval.high)})",
        days,
        draws=tuple(percent(cv) for cv in drawn.tolist()),
        pictures=(Picture("daily", {"dates": tally.dates, "daily": tally.daily, "mean": mean}),),
    )


def _week(flows: Sequence[str], several: Sequence[Tally], base: Base) -> Finding | Unknown:
    """Return weekday factors where weekdays clearly differ (analysis of variance, 1 %)."""
    path = base.flow_path(flows[0], "week")
    part, first = several[0].part, several[0]
    most = part > _MOSTLY
    dates = [date for date, seen in zip(first.dates, most.tolist(), strict=True) if seen]
    days = len(dates)
    daily = np.sum([(tally.daily / part)[most] for tally in several], axis=0)
    groups = [daily[[d.weekday() == day for d in dates]] for day in range(7)]
    if min(len(group) for group in groups) < 2:
        return Unknown("week", path, "weeks", {"n": days})
    if not np.var(daily) or stats.f_oneway(*groups).pvalue > 0.01:
        return Unknown("week", path, "weekdays_alike", {"n": days})
    means = np.array([group.mean() for group in groups])
    factors = means / means.mean()
    within = math.sqrt(float(np.mean([group.var(ddof=1) for group in groups])))
    intervals = [
        Interval(f, max(f - 1.96 * e, 0.0), f + 1.96 * e)
        for f, e in (
            (float(factor), within / math.sqrt(len(group)) / float(means.mean()))
            for factor, group in zip(factors, groups, strict=True)
        )
    ]
    gate, route, _ = flows[0].split(".")
    name = f"measured_{gate}_{route}_{base.block_of(flows[0]).direction}"
    value = {day: percent_of(f) for day, f in zip(WEEKDAYS, factors.tolist(), strict=True)}
    return Finding(
        "week",
        ("profiles", "week", name),
        {"add": True, **value},
        base.block_of(flows[0]).week,
        tuple(
            FittedNumber("share", day, interval, "%", len(group))
            for day, interval, group in zip(WEEKDAYS, intervals, groups, strict=True)
        ),
        f"{days} days",
        days,
        beside={base.flow_path(flow, "week"): name for flow in flows},
    )


def percent_of(share: float) -> str:
    """Write a share that may be above one."""
    return f"{100.0 * share:.4g} %"


def _groups(
    tally: Tally, flow: str, start: dt.date
) -> tuple[tuple[FittedNumber, ...], dict[str, str], tuple[str, dict[str, Any]] | None]:
    """Return how many vehicles come together, a file of them, and what to mind.

    The file is for :mod:`sim.fitting.replay`; flows that were not told apart have none.
    """
    size = group_size(tally.times)
    number = () if size is None else (FittedNumber("group", "all", size, "", tally.n, 1.0),)
    gate, _, name = flow.split(".")
    files = {}
    if size is not None and len(tally.flows) == 1:
        file = re.sub(r"[^a-z0-9]+", "-", f"{gate}-{name}-arrivals") + ".csv"
        files[file] = arrivals_csv(tally.times, start)
    gaps = (tally.dates[-1] - tally.dates[0]).days + 1 - len(tally.dates)
    if gaps:
        return number, files, ("gaps", {"n": gaps})
    if size is None:
        return number, files, None
    facts = {"size": size.value, "file": next(iter(files), "")}
    return number, files, ("clumped" if files else "clumped_mixed", facts)
