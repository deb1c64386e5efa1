"""The workload: every random number of a replication, and whose it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.distributions import parse_distribution
from sim.engines import simulate
from sim.plan import Outage, Plan, Step
from sim.queues import compiled
from sim.verify import Line, border, visits
from sim.workload import Workload, draw

EVERYONE = (1.0, 1.0, 1.0)


def planned(volume: float = 300.0, days: int = 10, service: str = "exponential(10 min)") -> Plan:
    """One flow through two stages; the second is visited by red vehicles alone."""
    need = (parse_distribution(service),) * 3
    plan = border(Line(), Line(), Line(), horizon=1440.0 * days)
    flow = replace(
        plan.flows[0],
        volume=np.full(days, volume),
        channels=(0.5, 0.3, 0.2),
        steps=(
            Step(0, EVERYONE, need, -1),
            Step(1, (0.0, 0.0, 1.0), need, -1),
            Step(2, EVERYONE, need, -1),
        ),
    )
    return replace(plan, flows=(flow,))


def needs(work: Workload, stage: int) -> dict[int, float]:
    """Service requirement at a stage by vehicle."""
    here = work.stage == stage
    keys = work.key[work.row_vehicle[here]].tolist()
    return dict(zip(keys, work.service[here].tolist(), strict=True))


def test_the_same_replication_is_drawn_the_same() -> None:
    """Equal plan and number: equal workload; another number: another workload."""
    first, again, other = draw(planned(), 1), draw(planned(), 1), draw(planned(), 2)
    assert first.arrive.tolist() == again.arrive.tolist()
    assert first.service.tolist() == again.service.tolist()
    assert first.arrive[:20].tolist() != other.arrive[:20].tolist()


def test_volume_is_met_on_average() -> None:
    """Counts are Poisson about the stated volume: 30 runs of 3,000 lie within 3 s.e."""
    counts = [draw(planned(), r).vehicles for r in range(30)]
    assert abs(np.mean(counts) - 3000.0) <= 3.0 * np.sqrt(3000.0 / 30)
    assert 0.5 < np.var(counts, ddof=1) / 3000.0 < 1.9


def test_more_demand_keeps_the_same_vehicles() -> None:
    """A higher volume adds vehicles; those of the lower one come as before, draws included."""
    low, high = draw(planned(290.0), 0), draw(planned(330.0), 0)
    assert set(low.key.tolist()) < set(high.key.tolist())
    when = dict(zip(high.key.tolist(), high.arrive.tolist(), strict=True))
    assert all(when[k] == a for k, a in zip(low.key.tolist(), low.arrive.tolist(), strict=True))
    service = needs(high, 0)
    assert all(service[k] == s for k, s in needs(low, 0).items())


def test_a_longer_run_begins_the_same() -> None:
    """Extending the horizon leaves the first days as they were."""
    short, long = draw(planned(days=5), 0), draw(planned(days=9), 0)
    assert long.arrive[: short.vehicles].tolist() == short.arrive.tolist()


def test_a_faster_service_scales_the_same_draws() -> None:
    """A scenario that halves a mean halves each vehicle's own requirement."""
    slow = needs(draw(planned(), 0), 0)
    fast = needs(draw(planned(service="exponential(5 min)"), 0), 0)
    assert slow.keys() == fast.keys()
    np.testing.assert_allclose([fast[k] for k in slow], [s / 2 for s in slow.values()], rtol=1e-12)


def test_a_dropped_stage_leaves_the_others_alone() -> None:
    """Removing a stage from the path does not shift the draws of any other."""
    plan = planned()
    shorter = replace(
        plan, flows=(replace(plan.flows[0], steps=plan.flows[0].steps[::2], crossed=1),)
    )
    assert needs(draw(plan, 0), 2) == needs(draw(shorter, 0), 2)


def test_channel_shares_and_conditional_visits() -> None:
    """Channels follow their shares, and only red vehicles visit the red stage."""
    work = draw(planned(volume=2000.0), 0)
    shares = np.bincount(work.channel, minlength=3) / work.vehicles
    np.testing.assert_allclose(shares, [0.5, 0.3, 0.2], atol=0.015)
    visits = np.bincount(work.row_vehicle[work.stage == 1], minlength=work.vehicles)
    assert np.array_equal(visits == 1, work.channel == 2)


def test_rows_are_sorted_by_stage_and_vehicle() -> None:
    """Vehicles ascend by arrival; rows by stage, then vehicle; the last stage is the crossing."""
    work = draw(planned(), 0)
    assert np.all(np.diff(work.arrive) >= 0)
    assert np.array_equal(np.lexsort((work.row_vehicle, work.stage)), np.arange(len(work.stage)))
    assert np.array_equal(np.bincount(work.stage), np.diff(work.bounds))
    assert np.array_equal(work.row_vehicle[work.crossed_row], np.arange(work.vehicles))
    assert np.all(work.stage[work.crossed_row] == 2)


def test_a_hold_is_given_back_after_the_last_stage_visited() -> None:
    """Where the stage that would end a hold is skipped, the one before it does."""
    plan = planned()
    first, second, third = plan.flows[0].steps
    flow = replace(plan.flows[0], steps=(replace(first, until=1), second, third))
    work = draw(replace(plan, flows=(flow,)), 0)
    assert np.array_equal(work.held, np.flatnonzero(work.stage == 0))
    assert np.array_equal(work.row_vehicle[work.until], work.row_vehicle[work.held])
    assert np.array_equal(work.stage[work.until] == 1, work.channel == 2)


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_arrivals_follow_the_shape_of_the_day(share: float) -> None:
    """The share of arrivals before noon is the stated one."""
    plan = planned(volume=1000.0)
    flow = replace(
        plan.flows[0],
        day_edges=np.array([0.0, 720.0, 1440.0]),
        day_shares=np.array([share, 1 - share]),
    )
    work = draw(replace(plan, flows=(flow,)), 0)
    assert np.mean(work.arrive % 1440.0 < 720.0) == pytest.approx(share, abs=0.015)


def test_day_factors_vary_the_volume_about_its_mean() -> None:
    """With a coefficient of variation of 0.5 daily counts scatter far more than Poisson's."""
    plan = planned(volume=400.0, days=2000)
    work = draw(replace(plan, flows=(replace(plan.flows[0], day_cv=0.5),)), 0)
    daily = np.bincount((work.arrive // 1440.0).astype(int), minlength=2000)
    assert daily.mean() == pytest.approx(400.0, rel=0.04)
    assert daily.std() / daily.mean() == pytest.approx(0.5, abs=0.05)


def test_timetabled_arrivals_with_delay() -> None:
    """Each scheduled train arrives once, at its time plus its own delay."""
    plan = planned()
    scheduled = np.array([100.0, 500.0, 900.0, 14_399.0])
    flow = replace(plan.flows[0], timetable=scheduled, delay=parse_distribution("30 min"))
    work = draw(replace(plan, flows=(flow,)), 0)
    assert work.arrive.tolist() == [130.0, 530.0, 930.0]  # the last comes after the horizon


def test_a_backlog_stands_there_at_the_start() -> None:
    """So many more vehicles come at minute 0; the others are as they were, draws included."""
    plan = planned()
    flow = replace(plan.flows[0], backlog=40)
    without, with_ = draw(plan, 0), draw(replace(plan, flows=(flow,)), 0)
    assert with_.vehicles == without.vehicles + 40
    assert np.all(with_.arrive[:40] == 0.0)
    assert with_.arrive[40:].tolist() == without.arrive.tolist()
    service = needs(with_, 0)
    assert all(service[k] == s for k, s in needs(without, 0).items())


def outage(between: str, lasts: str) -> Outage:
    """An outage of the second stage."""
    return Outage("scanner", parse_distribution(between), parse_distribution(lasts), (1,))


def test_outages_come_and_go_at_their_rates() -> None:
    """Over 2,000 days: one in five days and a half, half a day long, sorted and apart."""
    plan = replace(planned(volume=0.0, days=2000), outages=(outage("exponential(5 days)", "12 h"),))
    ((starts, ends),) = draw(plan, 0).outages
    assert len(starts) == pytest.approx(2000 / 5.5, rel=0.15)
    np.testing.assert_allclose(ends - starts, 720.0)
    assert np.all(starts[1:] >= ends[:-1])


def test_outages_change_no_other_draw_and_begin_the_same() -> None:
    """A plan with outages has the same vehicles; a longer run the same first outages."""
    plan = planned()
    broken = replace(plan, outages=(outage("exponential(1 day)", "exponential(2 h)"),))
    longer = replace(broken, horizon=2 * broken.horizon)
    work = draw(broken, 3)
    assert work.service.tolist() == draw(plan, 3).service.tolist()
    ((starts, _),) = work.outages
    ((later, _),) = draw(longer, 3).outages
    assert later[: len(starts)].tolist() == starts.tolist()
    assert draw(broken, 4).outages[0][0].tolist() != starts.tolist()


@pytest.mark.skipif(not compiled.available(), reason="needs the extra fast")
@pytest.mark.parametrize("seed", [0, 2025, 2**32, 2**70 + 5])
def test_compiled_code_draws_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With and without the extra `fast`: equal bits, vehicles of several strips included."""
    plan = replace(planned(volume=100.0), seed=seed)
    plan = replace(plan, flows=(replace(plan.flows[0], day_cv=0.5, backlog=7),))
    both = []
    for fast in (False, True):
        monkeypatch.setattr(compiled, "pays_off", lambda _, fast=fast: fast)
        both.append(draw(plan, 3))
    for name in ("arrive", "key", "channel", "row_vehicle", "service"):
        assert getattr(both[0], name).tobytes() == getattr(both[1], name).tobytes()


def test_an_outage_under_way_at_the_end_of_the_run_is_one() -> None:
    """Of outages every 4 h for 9 h, those that begin before the horizon, whole; none after."""
    plan = replace(planned(volume=0.0, days=1), outages=(outage("4 h", "9 h"),))
    ((starts, ends),) = draw(plan, 0).outages
    assert starts.tolist() == [240.0, 1020.0]
    assert ends.tolist() == [780.0, 1560.0]


@pytest.mark.parametrize("engine", ["des", "core"])
def test_nobody_is_served_in_an_outage_that_outlasts_the_run(engine: str) -> None:
    """Who comes in it still waits at the horizon; its stage is shut from its begin on."""
    work = visits([300.0, 900.0, 1100.0], [[1.0, 1.0, 1.0]] * 3)
    plan = border(Line(), Line(), Line(), horizon=1440.0)
    plan = replace(plan, outages=(outage("4 h", "9 h"),))
    drawn = draw(replace(plan, flows=planned(volume=0.0, days=1).flows), 0).outages
    journeys = simulate(plan, replace(work, outages=drawn), engine)
    assert journeys.finish[3:5].tolist() == [781.0, 902.0]
    assert np.isnan(journeys.start[5])


def test_patience_counts_from_the_arrival_at_the_gate() -> None:
    """Who travels to a gate waits there as long as who comes straight to it."""
    plan = planned(volume=50.0, days=1)
    near = replace(plan.flows[0], patience=parse_distribution("80 min"))
    far = replace(near, id="far", travel=90.0, draws=near.id)
    work = draw(replace(plan, flows=(near, far)), 0)
    assert work.deadline.tolist() == pytest.approx((work.arrive + 80.0).tolist())
    came = [sorted(work.arrive[work.flow == flow].tolist()) for flow in (0, 1)]
    assert came[1] == pytest.approx([time + 90.0 for time in came[0]])
