"""Two engines, one answer: small borders made at random, ties on whole minutes included."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.distributions import parse_distribution
from sim.engines import core, des, event_loop
from sim.plan import Batch, Outage, Plan, StageKind, Stop, WhenFull
from sim.queues import Calendar, compiled
from sim.verify import Line, border, visits
from sim.workload import Workload
from tests.agreement.same import assert_same

CLASSES = 3


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Whole-minute openings; some never close, some never open again."""
    if draw(st.booleans()):
        return Calendar.always()
    edges = sorted(draw(st.sets(st.integers(0, 150), min_size=2, max_size=8)))
    opens, closes = edges[: len(edges) // 2 * 2 : 2], edges[1::2]
    if draw(st.booleans()):
        return Calendar(np.array(opens, float), np.array(closes, float))
    return Calendar(np.array([*opens, 200.0]), np.array([*closes, np.inf]))


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A stage of any kind."""
    other = [StageKind.DELAY, StageKind.SLOTS, StageKind.BATCH]
    kind = draw(st.sampled_from([StageKind.SERVERS] * 5 + other))
    if kind is StageKind.BATCH:
        size = draw(st.none() | st.integers(1, 5))
        within = float(draw(st.integers(0, 30))) if size is None or draw(st.booleans()) else np.inf
        gathered, resume = Batch(size, within), draw(st.booleans())
        return Line(kind=kind, calendar=draw(calendars()), resume=resume, batch=gathered)
    if kind is StageKind.SLOTS:
        times = draw(st.lists(st.integers(0, 200), max_size=30).map(sorted))
        ranks = draw(st.lists(st.integers(0, 2), min_size=CLASSES, max_size=CLASSES))
        return Line(kind=kind, slots=times, priority=ranks, virtual=draw(st.booleans()))
    if kind is StageKind.DELAY:
        own, resume = draw(st.booleans()), draw(st.booleans())
        return Line(kind=kind, calendar=draw(calendars()), resume=resume, owner=own)
    shared = draw(st.booleans())
    roster = draw(st.lists(calendars(), max_size=4))
    priority, lane = draw(lane_groups(len(roster)))
    return Line(
        servers=len(roster),
        calendar=roster[:1] * len(roster) if shared else roster,
        resume=draw(st.booleans()),
        priority=priority,
        lane=lane,
        virtual=draw(st.booleans()),
    )


@st.composite
def pools(draw: st.DrawFn, stages: list[Line]) -> tuple[list[Line], list[int], list[int]]:
    """Put up to two holds, or chains of holds, before stages.

    Returns the stages, for each the one that ends it, and those that everybody visits: with
    chains, what ends a hold is a stage, and all visit it.
    """
    until, chained = [-1] * len(stages), draw(st.booleans())
    for _ in range(draw(st.integers(0, 2))):
        ends = [i for i, one in enumerate(stages) if not chained or one.kind is not StageKind.HOLD]
        first = draw(st.sampled_from(ends))
        length = draw(st.integers(1, 3)) if chained else 1

        def moved(number: int, first: int = first, length: int = length) -> int:
            return number + length * (number >= first)

        chain = [
            Line(
                kind=StageKind.HOLD,
                servers=draw(st.integers(0 if chained else 1, 6)),
                overflow=first + link + 1 if link + 1 < length else -1,
                when_full=draw(st.sampled_from(WhenFull)),
            )
            for link in range(length)
        ]
        lasts = [draw(st.sampled_from([end for end in ends if end >= first])) for _ in chain]
        stages = [replace(line, overflow=moved(line.overflow)) for line in stages]
        until = [moved(end) for end in until]
        stages[first:first], until[first:first] = chain, map(moved, lasts)
    return stages, until, sorted({end for end in until if chained and end >= 0})


@st.composite
def paths(draw: st.DrawFn, stages: list[Line], until: list[int]) -> list[list[int]]:
    """Place of each stage on the path of each class: any order in which holds come first.

    A hold comes before the stage that ends it, and the holds of a chain follow one another.
    """
    places = []
    for _ in range(CLASSES):
        waiting, order = list(range(len(stages))), list[int]()
        overflowed = {stage.overflow for stage in stages}
        while waiting:
            ready = [
                number
                for number in waiting
                if number not in overflowed
                and not any(until[hold] == number for hold in waiting if hold != number)
            ]
            chosen = draw(st.sampled_from(ready))
            while chosen >= 0:
                order.append(chosen)
                waiting.remove(chosen)
                chosen = stages[chosen].overflow
        places.append([order.index(number) for number in range(len(stages))])
    return places


@st.composite
def lane_groups(draw: st.DrawFn, servers: int) -> tuple[list[list[int]], list[int]]:
    """Ranks by group and class, -1 for never; and the group of each server."""
    if draw(st.booleans()):
        return [[0] * CLASSES], [0] * servers
    ranks = st.lists(st.integers(0, 2), min_size=CLASSES, max_size=CLASSES)
    some = st.lists(st.integers(-1, 2), min_size=CLASSES, max_size=CLASSES)
    rows = [draw(ranks), *draw(st.lists(some, max_size=3))]
    numbers = st.integers(0, len(rows) - 1)
    return rows, draw(st.lists(numbers, min_size=servers, max_size=servers))


@st.composite
def borders(draw: st.DrawFn) -> tuple[Plan, Workload]:
    """A line of stages, perhaps held together by pools of places, and its traffic."""
    stages, until, all_visit = draw(pools(draw(st.lists(lines(), min_size=1, max_size=4))))
    n = draw(st.integers(1, 25))
    whole = draw(st.booleans())

    def minutes(top: int) -> st.SearchStrategy[float]:
        return st.integers(0, top).map(float) if whole else st.floats(0.0, top, width=32)

    arrive = sorted(draw(st.lists(minutes(100), min_size=n, max_size=n)))
    shape = (n, len(stages))
    size = n * len(stages)
    service = draw(st.lists(minutes(20), min_size=size, max_size=size))
    visited = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size))).reshape(shape)
    visited[:, 0] |= ~visited.any(axis=1)
    visited[:, all_visit] = True
    for number, stage in enumerate(stages):
        if stage.overflow >= 0:
            visited[:, stage.overflow] |= visited[:, number]
    classes = draw(st.lists(st.integers(0, CLASSES - 1), min_size=n, max_size=n))
    plan = border(*stages, classes=CLASSES, horizon=float(draw(st.integers(20, 400))))
    outages = draw(st.lists(st.sets(st.integers(0, 200), min_size=2, max_size=6), max_size=2))
    struck = tuple(draw(st.sets(st.integers(0, len(stages) - 1), max_size=2)))
    never = parse_distribution("1 day")
    if draw(st.booleans()):
        plan = replace(plan, stops=(Stop(0, draw(st.integers(0, 6)), (0, 2)),))
    plan = replace(plan, outages=tuple(Outage("o", never, never, struck) for _ in outages))
    places = draw(paths(stages, until)) if draw(st.booleans()) else None
    keep = np.array(arrive) < plan.horizon
    work = visits(
        np.array(arrive)[keep],
        np.array(service).reshape(shape)[keep],
        np.array(classes)[keep],
        visited[keep],
        until,
        None if places is None else np.array(places)[np.array(classes)[keep]],
    )
    slotted = {i for i, stage in enumerate(plan.stages) if stage.kind is StageKind.SLOTS}
    away = draw(st.sets(st.integers(0, len(work.stage)), max_size=8)) if slotted else set()
    absent = [r for r, stage in enumerate(work.stage.tolist()) if r in away and stage in slotted]
    work = replace(work, absent=np.array(absent, dtype=np.int64))
    if draw(st.booleans()):
        patience = draw(st.lists(st.integers(0, 150), min_size=25, max_size=25))
        work = replace(work, deadline=work.arrive + np.array(patience[: work.vehicles], float))
    return plan, replace(work, outages=tuple(_down_intervals(edges) for edges in outages))


def _down_intervals(edges: set[int]) -> tuple[np.ndarray, np.ndarray]:
    """Outages between every second whole minute."""
    times = np.array(sorted(edges)[: len(edges) // 2 * 2], dtype=float)
    return times[::2], times[1::2]


@given(case=borders())
@settings(deadline=None, max_examples=400)
def test_engines_agree_bit_for_bit(case: tuple[Plan, Workload]) -> None:
    """Whatever the stages, calendars, priorities, holds and ties, `core` equals `des`.

    With NumPy alone, and with compiled code where it is installed.
    """
    plan, work = case
    truth = des.run(plan, work)
    for fast in {False, compiled.available()}:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(compiled, "pays_off", lambda _, fast=fast: fast)
            patch.setattr(event_loop, "pays", lambda *_, fast=fast: fast)
            assert_same(core.run(plan, work), truth)


@st.composite
def replications(draw: st.DrawFn) -> tuple[Plan, list[Workload]]:
    """A border and up to four replications: other vehicles, other outages, perhaps nobody."""
    plan, work = draw(borders())
    others = []
    for _ in range(draw(st.integers(1, 3))):
        size = work.vehicles
        kept = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)), dtype=bool)
        intervals = [draw(st.sets(st.integers(0, 200), max_size=6)) for _ in plan.outages]
        others.append(replace(work.part(kept)[0], outages=tuple(map(_down_intervals, intervals))))
    return plan, [work, *others]


@given(case=replications())
@settings(deadline=None, max_examples=150)
def test_replications_together_are_those_one_by_one(case: tuple[Plan, list[Workload]]) -> None:
    """However they differ, replications run together are what `des` makes of each."""
    plan, works = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "pays_off", lambda *_: False)
        patch.setattr(event_loop, "pays", lambda *_: False)
        together = core.run_many(plan, works)
    for work, run in zip(works, together, strict=True):
        assert_same(run, des.run(plan, work))
