"""Holds from a scenario file to rows: directions, shares, overflow, random draws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.engines import core, des
from sim.journeys import Journeys
from sim.plan import Plan, StageKind, WhenFull
from sim.workload import Workload
from tests.agreement.same import assert_same
from tests.small import SMALL

SCENARIOS = Path(__file__).parents[2] / "scenarios"
YARDS = """\
        holds:
          plugs:
            title: {en: Reefer plugs, vi: Ổ cắm lạnh}
            places: 2
            first: documents
            last: crossing
            share: {fruit: 100 %, other: 0 %}
            returns: "lognormal(mean 20 min, cv 0.5)"
            overflow: field
          yard:
            title: {en: Yard, vi: Bãi}
            places: 1
            first: documents
            last: crossing
            share: {goods: 100 %, other: 0 %}
            overflow: field
          field:
            title: {en: Field, vi: Bãi đất}
            places: 1
            first: documents
            last: {export: documents, import: crossing}
            share: 0 %
            when_full: turn_back
        paths:
"""


def planned(folder: Path, text: str = YARDS, **changes: str) -> Plan:
    """The small border with these holds at its road gate."""
    file = folder / "small.yaml"
    file.write_text(SMALL.replace("        paths:\n", text, 1), encoding="utf-8")
    return sim.build_plan(sim.load(file, set=changes))


def rows(plan: Plan, work: Workload, role: str) -> np.ndarray:
    """Rows of a stage of the road gate."""
    number = [stage.id for stage in plan.stages].index(f"chi_ma.main.{role}")
    return np.arange(work.bounds[number], work.bounds[number + 1])


def test_a_chain_is_asked_by_share_and_ends_where_it_says(tmp_path: Path) -> None:
    """Fruit asks for plugs, goods for the yard, and each may come to the field."""
    plan = planned(tmp_path)
    plugs, yard, field = (
        next(s for s in plan.stages if s.role == r) for r in ("plugs", "yard", "field")
    )
    assert plan.stages[plugs.overflow] is plan.stages[yard.overflow] is field
    assert (plugs.when_full, field.when_full) == (WhenFull.WAIT, WhenFull.TURN_BACK)
    assert plan.when_full(plan.stages.index(yard)) is WhenFull.TURN_BACK
    work = sim.draw(plan, 0)
    flow = work.flow[work.row_vehicle]
    assert set(flow[rows(plan, work, "plugs")]) == {0}
    assert set(flow[rows(plan, work, "yard")]) == {1}
    assert len(rows(plan, work, "field")) == (work.flow < 2).sum()
    ends = dict(zip(work.held.tolist(), work.until.tolist(), strict=True))
    last = {plan.stages[work.stage[ends[row]]].role for row in rows(plan, work, "field")}
    assert last == {"documents", "crossing"}


def test_the_way_back_belongs_to_the_vehicle(tmp_path: Path) -> None:
    """With more places, or a longer way, each truck's draw stays where it was."""
    plan = planned(tmp_path)
    hold = "gates.chi_ma.routes.main.holds.plugs"
    longer = planned(
        tmp_path,
        **{f"{hold}.returns": "lognormal(mean 40 min, cv 0.5)", f"{hold}.places": "9"},
    )
    first, second = sim.draw(plan, 0), sim.draw(longer, 0)
    here = rows(plan, first, "plugs")
    back = first.service[here]
    assert len(np.unique(back)) == len(back)
    np.testing.assert_allclose(second.service[here], 2.0 * back)
    documents = rows(plan, first, "documents")
    assert np.array_equal(first.service[documents], second.service[documents])


def test_both_engines_run_it_from_the_file(tmp_path: Path) -> None:
    """A border whose yards overflow and turn back: the same journeys, and nobody lost."""
    plan = planned(tmp_path)
    work = sim.draw(plan, 0)
    journeys = des.run(plan, work)
    assert_same(core.run(plan, work), journeys)
    flows = sim.measure(journeys, plan).tables["flows"]
    assert flows["turned_back"].sum() > 0
    ended = sum(flows[c] for c in ("crossed", "turned_back", "sold_inland", "unfinished"))
    assert flows["arrived"].to_list() == ended.to_list()


def test_a_platoon_gathers_in_a_scenario(tmp_path: Path) -> None:
    """A batch stage of a file: no more than four go together, none waits over 15 minutes."""
    text = SMALL.replace(
        "servers: 1\n            calendar: day\n", "batch: {size: 4, within: 15 min}\n"
    )
    file = tmp_path / "small.yaml"
    file.write_text(text, encoding="utf-8")
    plan = sim.build_plan(sim.load(file))
    work = sim.draw(plan, 0)
    journeys = des.run(plan, work)
    assert_same(core.run(plan, work), journeys)
    here = rows(plan, work, "crossing")
    wait = journeys.start[here] - journeys.arrive[here]
    assert np.nanmax(wait) == pytest.approx(15.0)
    _, together = np.unique(journeys.start[here][~np.isnan(wait)], return_counts=True)
    assert together.max() <= 4
    assert plan.stages[int(work.stage[here[0]])].kind is StageKind.BATCH


@pytest.mark.parametrize("stage", ["batch: {size: 4, within: 15 min}", "servers: unlimited"])
def test_a_priority_where_nobody_is_in_line_changes_nothing(tmp_path: Path, stage: str) -> None:
    """A batch goes in order of arrival and a delay at once, whatever a priority says."""
    found = []
    for priority in ("", "            priority: [goods]\n"):
        text = SMALL.replace(
            "servers: 1\n            calendar: day\n", f"{stage}\n            calendar: day\n"
        ).replace("            service: 4 min\n", f"            service: 4 min\n{priority}")
        file = tmp_path / "small.yaml"
        file.write_text(text, encoding="utf-8")
        plan = sim.build_plan(sim.load(file))
        work = sim.draw(plan, 0)
        found.append(des.run(plan, work))
        assert_same(core.run(plan, work), found[-1])
    assert_same(*found)


def busiest(journeys: Journeys, work: Workload, plan: Plan, role: str) -> int:
    """The most places of a hold in use at one instant."""
    number = [stage.id for stage in plan.stages].index(f"dong_dang.station.{role}")
    here = slice(*work.bounds[number : number + 2].tolist())
    start, finish = np.sort(journeys.start[here]), np.sort(journeys.finish[here])
    start = start[~np.isnan(start)]
    return int((np.arange(1, len(start) + 1) - np.searchsorted(finish, start, "right")).max())


def test_ten_tracks_can_be_one_pool_for_both_directions(tmp_path: Path) -> None:
    """The tracks of Đồng Đăng shared: outward and inward trains leave them at other stages."""
    base = SCENARIOS / "baseline-2025.yaml"
    overlay = tmp_path / "tracks.yaml"
    overlay.write_text(
        f"""\
format: 1
extends: {base.as_posix()}
title: {{en: Two tracks, vi: Hai đường ga}}
gates:
  dong_dang:
    routes:
      station:
        holds:
          tracks: {{places: 2, returns: 10 min, evidence: assumption}}
""",
        encoding="utf-8",
    )
    plan = sim.build_plan(sim.load(overlay))
    work = sim.draw(plan, 0)
    journeys = des.run(plan, work)
    assert_same(core.run(plan, work), journeys)
    assert busiest(journeys, work, plan, "tracks") == 2
    trains = [i for i, flow in enumerate(plan.flows) if plan.gates[flow.gate].id == "dong_dang"]
    number = [stage.id for stage in plan.stages].index("dong_dang.station.tracks")
    here = slice(*work.bounds[number : number + 2].tolist())
    assert np.isin(work.flow, trains).sum() == here.stop - here.start
    assert set(work.service[here]) == {10.0}


@pytest.mark.parametrize("share", ["40 %", "{red: 100 %, other: 0 %}", "{fruit: 30 %, other: 0 %}"])
def test_only_who_asks_takes_a_place(tmp_path: Path, share: str) -> None:
    """A visit to the hold for the share that asks, each with an end, and no other row."""
    text = YARDS.replace("{fruit: 100 %, other: 0 %}", share).replace("overflow: field", "")
    plan = planned(tmp_path, text, **{"run.days": "60"})
    work = sim.draw(plan, 0)
    here = rows(plan, work, "plugs")
    asked = {"40": 0.4, "{r": 0.1, "{f": 0.3 * 30 / 50}[share[:2]]
    assert len(here) / (work.flow < 2).sum() == pytest.approx(asked, abs=0.03)
    kinds = {plan.stages[number].kind for number in work.stage[work.held]}
    assert kinds == {StageKind.HOLD}
    assert set(here) <= set(work.held.tolist())
    assert np.array_equal(work.row_vehicle[work.held], work.row_vehicle[work.until])
    assert_same(core.run(plan, work), des.run(plan, work))


YARD_WITH_HOURS = """\
          yard_gate:
            title: {en: Yard gate, vi: Cổng bãi}
            side: vietnam
            servers: unlimited
            calendar: yard
            service: 0 min
        holds:
          yard: {title: {en: Yard, vi: Bãi}, places: 90, first: documents, last: crossing}
        paths:
"""


def test_a_stage_before_a_hold_gives_it_hours(tmp_path: Path) -> None:
    """The remedy in the message about `hours` of a hold: places are taken in these alone."""
    hours = {"calendars.yard.hours": "09:00-17:00", "calendars.yard.evidence": "assumption"}
    route = "gates.chi_ma.routes.main.paths"
    ways = {
        f"{route}.{way}.stages": "[yard_gate, documents, crossing]" for way in ("export", "import")
    }
    add = {"calendars.yard.add": "true"}
    plan = planned(tmp_path, YARD_WITH_HOURS, **add, **hours, **ways)
    work = sim.draw(plan, 0)
    journeys = des.run(plan, work)
    assert_same(core.run(plan, work), journeys)
    taken = journeys.start[rows(plan, work, "yard")]
    hour = taken[~np.isnan(taken)] % 1440.0 / 60.0
    assert (hour.min(), hour.max() < 17.0) == (9.0, True)
