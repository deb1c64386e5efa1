"""Rows: where each visit of a workload stands."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.rows import Rows


@st.composite
def crowds(draw: st.DrawFn) -> tuple[list[int], list[int], np.ndarray, list[list[int]]]:
    """Counts and routes of some flows, an order of all vehicles, and who meets each stage."""
    counts = draw(st.lists(st.integers(0, 6), min_size=1, max_size=4))
    routes = draw(st.lists(st.integers(0, 1), min_size=len(counts), max_size=len(counts)))
    order = np.array(draw(st.permutations(range(sum(counts)))), dtype=np.int64)
    stages = []
    for route in draw(st.lists(st.integers(0, 1), min_size=1, max_size=4)):
        able = [i for i, one in enumerate(routes) if one == route]
        stages.append([i for i in able if draw(st.booleans())])
    return counts, routes, order, stages


@given(crowds(), st.integers(0, 2**32 - 1))
def test_rows_are_those_of_a_plain_list(
    case: tuple[list[int], list[int], np.ndarray, list[list[int]]], seed: int
) -> None:
    """Whoever is entered at a stage has one row there, by vehicle number, with his service."""
    counts, routes, order, stages = case
    chance = np.random.default_rng(seed)
    number = np.argsort(order)
    who = np.split(number, np.cumsum(counts)[:-1])
    expected: list[tuple[int, int, float]] = []
    visits: list[dict[int, np.ndarray | None]] = [{} for _ in stages]
    needs = [{flow: chance.random(counts[flow]) for flow in flows} for flows in stages]
    for stage, flows in enumerate(stages):
        for flow in flows:
            some = chance.random(counts[flow]) < 0.6 if chance.random() < 0.5 else None
            visits[stage][flow] = some
            taken = np.ones(counts[flow], np.bool_) if some is None else some
            pairs = zip(who[flow][taken].tolist(), needs[stage][flow][taken].tolist(), strict=True)
            expected += [(stage, vehicle, need) for vehicle, need in pairs]
    expected.sort()
    rows = Rows(counts, routes, order, visits)
    for stage in range(len(stages)):
        together = np.empty(rows.size(stage))
        for flow, part in rows.parts(stage):
            together[part] = needs[stage][flow]
        rows.put(stage, together)
    stage_of = np.repeat(np.arange(len(stages)), np.diff(rows.bounds))
    found = zip(stage_of.tolist(), rows.vehicle.tolist(), rows.service.tolist(), strict=True)
    assert [*found] == expected
    assert [rows.flow[n] for n in who[0]] == [0] * counts[0]
    place = {(stage, one): row for row, (stage, one, _) in enumerate(expected)}
    for stage, flows in enumerate(stages):
        for flow in flows:
            rows_of = [place.get((stage, one), -1) for one in who[flow].tolist()]
            assert rows.row(stage, flow).tolist() == rows_of
