"""Estimate who visits a stage, and which customs channel vehicles get.

Intervals of shares after Wilson (1927).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from scipy import stats

from sim.fitting.events import CLASSES, Events
from sim.fitting.families import ENOUGH, Interval
from sim.fitting.findings import Finding, FittedNumber, Picture, Unknown
from sim.fitting.grouped import by_class, kept_classes, percent
from sim.fitting.model import Base
from sim.fitting.partition import Group, VisitCount, best_partition
from sim.scenario.derive.classes import CHANNELS

__all__ = [
    "channel_findings",
    "share_findings",
]

_ALMOST = 0.98
"""Share below which a stage that everybody visits by the scenario is believed to be skipped."""


def wilson(came: float, n: float) -> Interval:
    """Return a share with its 95 % interval."""
    ends = stats.binomtest(round(came), round(n)).proportion_ci(method="wilson")
    return Interval(came / n, float(ends.low), float(ends.high))


def share_findings(events: Events, base: Base, draws: int, seed: int) -> list[Finding | Unknown]:
    """Return for each stage that was seen, and may be passed by, the share that visits."""
    findings: list[Finding | Unknown] = []
    reached = _reached(events, base)
    seen = set(events.frame["stage"].unique())
    for name in base.stages:
        if not events.simulated and name not in seen:
            continue
        decided = _decided(name, reached, events, base, seen)
        finding = _share(name, decided, base, draws, seed)
        if finding is not None:
            findings.append(finding)
    return findings


def _steps(base: Base) -> pl.DataFrame:
    """Return the place of each stage on the path of each flow."""
    rows = [
        {"like": flow.id, "stage": base.plan.stages[step.stage].id, "step": place}
        for flow in base.plan.flows
        for place, step in enumerate(flow.steps)
    ]
    return pl.DataFrame(rows, schema={"like": pl.String, "stage": pl.String, "step": pl.Int64})


def _reached(events: Events, base: Base) -> pl.DataFrame:
    """Return for each vehicle the last step that it reached, and whether it was served there."""
    rows = events.frame.join(_steps(base), on=["like", "stage"], how="inner")
    done = pl.col("start").is_not_null() & pl.col("finish").is_not_null()
    kept = ["like", *CLASSES]
    return (
        rows.sort("step")
        .group_by("vehicle", maintain_order=True)
        .agg(
            *(pl.col(name).first() for name in kept),
            pl.col("step").last().alias("reach"),
            done.last().alias("done"),
            pl.col("stage").alias("visited"),
        )
    )


def _decided(
    stage: str, reached: pl.DataFrame, events: Events, base: Base, seen: set[str]
) -> pl.DataFrame:
    """Return the vehicles of which it is known whether they visited, with ``came``.

    Who reached a later stage has passed by; who was served and reached nothing later has too,
    unless there is a later stage that everybody visits, to which it has not come yet.
    """
    parts = []
    for flow, place in base.steps(stage):
        surely = [
            n
            for n, step in enumerate(flow.steps)
            if n >= place
            and min(step.share) >= 1.0
            and step.until < 0
            and (events.simulated or base.plan.stages[step.stage].id in seen)
        ]
        over = pl.col("done") if not surely else pl.lit(False)
        own = reached.filter(pl.col("like") == flow.id, (pl.col("reach") >= place) | over)
        parts.append(own.with_columns(pl.col("visited").list.contains(stage).alias("came")))
    return pl.concat(parts) if parts else reached.clear().with_columns(came=pl.lit(False))


def _share(
    stage: str, decided: pl.DataFrame, base: Base, draws: int, seed: int
) -> Finding | Unknown | None:
    """Return the share of a stage, by class where classes differ; None where all visit."""
    path = base.path_of(stage, "share")
    before = base.written(path)
    came = int(decided["came"].sum())
    always = before is None or before == "100 %"
    if not decided.height or (always and wilson(came, decided.height).high >= _ALMOST):
        return None
    if decided.height < ENOUGH:
        return Unknown("share", path, "few", {"n": decided.height, "least": ENOUGH})
    preferred = base.kind_of(frozenset(before)) if isinstance(before, dict) else None
    kind, groups = best_partition(_visits(decided), VisitCount.__add__, ENOUGH, preferred)
    kept = kept_classes(before, kind, groups, base)
    decided = decided.with_columns(base.expected(stage, decided)["share"].alias("said"))
    parts = [_part(decided, kind, group) for group in (groups or [()])]
    counts = [VisitCount(float(own.height), float(own["came"].sum())) for own in parts]
    names = [", ".join(group) or "all" for group in (groups or [()])]
    intervals = [wilson(count.came, count.n) for count in counts]
    estimates = tuple(
        FittedNumber("share", name, interval, "%", own.height, _mean(own["said"]))
        for name, interval, own in zip(names, intervals, parts, strict=True)
    )
    rng = np.random.default_rng(zlib.crc32(f"{seed} {'.'.join(path)}".encode()))
    return Finding(
        "share",
        path,
        by_class(kind, groups, [percent(interval.value) for interval in intervals], kept),
        before if before is not None else "100 %",
        estimates,
        "; ".join(map(_note, names, counts, intervals)),
        decided.height,
        draws=tuple(
            by_class(kind, groups, [percent(_drawn(count, rng)) for count in counts], kept)
            for _ in range(draws)
        ),
        pictures=(Picture("share", {"names": names, "intervals": intervals}),),
    )


def _note(name: str, count: VisitCount, interval: Interval) -> str:
    """Write how many of a group came, and what share that makes."""
    group = "" if name == "all" else f"{name}: "
    ends = f"{percent(interval.low)}–{percent(interval.high)}"
    return f"{group}{count.came:g} of {count.n:g} ({ends})"


def _visits(decided: pl.DataFrame) -> dict[str, dict[str, VisitCount]]:
    """Return how many of each class came, by kind of class."""
    return {
        kind: {
            str(name): VisitCount(float(n), float(came))
            for name, n, came in decided.drop_nulls(kind)
            .group_by(kind)
            .agg(pl.len(), pl.col("came").sum().alias("sum"))
            .sort(kind)
            .iter_rows()
        }
        for kind in CLASSES
    }


def _part(decided: pl.DataFrame, kind: str | None, group: Group) -> pl.DataFrame:
    return decided if kind is None else decided.filter(pl.col(kind).is_in(list(group)))


def _mean(values: pl.Series) -> float | None:
    known = values.drop_nulls()
    return float(known.to_numpy().mean()) if len(known) else None


def _drawn(count: VisitCount, rng: np.random.Generator) -> float:
    """Draw a share from its uncertainty (Jeffreys); all and none stay."""
    if count.came in (0.0, count.n):
        return count.came / count.n
    return float(rng.beta(count.came + 0.5, count.n - count.came + 0.5))


def channel_findings(events: Events, base: Base, draws: int, seed: int) -> list[Finding | Unknown]:
    """Return the shares of the customs channels of the flows that were seen."""
    vehicles = events.frame.drop_nulls(["channel", "like"]).unique("vehicle", maintain_order=True)
    if not vehicles.height:
        return []
    common = [flow for flow in base.flows if base.block_of(flow).channels is None]
    own = [flow for flow in base.flows if flow not in common]
    findings = [_channels([flow], vehicles, base, draws, seed) for flow in own]
    seen = set(vehicles["like"].unique())
    whole = seen.issuperset(common)
    findings.append(_channels(common, vehicles, base, draws, seed, everywhere=whole))
    return [finding for finding in findings if finding is not None]


def _channels(
    flows: Sequence[str],
    vehicles: pl.DataFrame,
    base: Base,
    draws: int,
    seed: int,
    *,
    everywhere: bool = False,
) -> Finding | Unknown | None:
    """Return the channels of some flows together; where they are all, as the scenario's own."""
    rows = vehicles.filter(pl.col("like").is_in(list(flows)))
    seen = [flow for flow in flows if flow in set(rows["like"])]
    if not seen:
        return None
    paths = [("channels",)] if everywhere else [base.flow_path(f, "channels") for f in seen]
    if rows.height < ENOUGH:
        facts = {"n": rows.height, "least": ENOUGH}
        return Unknown("channels", paths[0], "few", facts)
    counts = np.array([float((rows["channel"] == name).sum()) for name in CHANNELS])
    intervals = [wilson(came, rows.height) for came in counts.tolist()]
    before = base.written(paths[0]) or base.written(("channels",))
    rng = np.random.default_rng(zlib.crc32(f"{seed} {paths[0]}".encode()))
    value = _hundred(counts / rows.height)
    drawn = [_hundred(draw) for draw in rng.dirichlet(counts + 0.5, size=draws)]
    note = ", ".join(
        f"{name} {came:g} ({percent(interval.low)}–{percent(interval.high)})"
        for name, came, interval in zip(CHANNELS, counts.tolist(), intervals, strict=True)
    )
    return Finding(
        "channels",
        paths[0],
        value,
        {key: text for key, text in before.items() if key in CHANNELS} if before else None,
        tuple(
            FittedNumber("share", name, interval, "%", rows.height, expected)
            for name, interval, expected in zip(
                CHANNELS, intervals, _expected(rows["like"], base, seen), strict=True
            )
        ),
        f"{note} of {rows.height}",
        rows.height,
        draws=tuple(drawn),
        beside=dict.fromkeys(paths[1:], value),
        pictures=(Picture("share", {"names": list(CHANNELS), "intervals": intervals}),),
    )


def _expected(like: pl.Series, base: Base, flows: Sequence[str]) -> list[float | None]:
    """Return the share of each channel that the scenario gives vehicles of some flows."""
    shares = {flow: base.flows[flow].channels for flow in flows}
    return [
        _mean(like.replace_strict({flow: channels[number] for flow, channels in shares.items()}))
        for number in range(len(CHANNELS))
    ]


def _hundred(shares: np.ndarray) -> Mapping[str, str]:
    """Write shares with two decimals of a percent, so that they sum to 100."""
    parts = np.round(100.0 * shares, 2)
    parts[int(np.argmax(parts))] += round(100.0 - float(parts.sum()), 2)
    return {name: f"{part:.2f} %" for name, part in zip(CHANNELS, parts.tolist(), strict=True)}
