"""Sets of uncertain inputs: which are drawn, that options share them, and what they do to ±."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import sim
from sim.parameter_sets import further_runs, streams
from sim.queues import theory
from sim.results.intervals import Moments
from sim.results.variance_parts import between_sets, of_arrivals
from sim.sweep import fill, plan_sweep
from sim.sweep.executor import SerialExecutor
from tests.inputs.conftest import Write

STAGE = "gates.chi_ma.routes.main.stages.documents"
SPREAD = f"""
inputs:
  papers: {{path: {STAGE}.service, distribution: "uniform(10, 40)", digits: 1,
           write: "lognormal(mean {{}} min, cv 0.8)", evidence: assumption}}
"""
SHORT = {"run.days": "1", "run.warm_up": "0 h"}


def sets_of(results: sim.Results) -> list[tuple[int, str, str]]:
    """Replication, path and value of what was drawn."""
    return results.tables["parameter_sets"].rows()


def same(first: sim.Results, second: sim.Results) -> bool:
    """Whether all tables are equal to the bit."""
    return first.tables.keys() == second.tables.keys() and all(
        table.equals(second.tables[name]) for name, table in first.tables.items()
    )


def test_options_of_a_comparison_get_the_same_set_in_the_same_replication(write: Write) -> None:
    """And however many replications there are, or processes share them."""
    path = write(SPREAD)
    base = sim.run(sim.load(path, set=SHORT), 4)
    more = sim.run(sim.load(path, set=SHORT | {f"{STAGE}.servers": "4"}), 6)
    assert sets_of(more)[:4] == sets_of(base)
    assert len({value for _, _, value in sets_of(more)}) == 6
    assert same(base, sim.run(sim.load(path, set=SHORT), 4, jobs=2))


def test_both_engines_agree_on_every_set(write: Write) -> None:
    """All tables, repeats included, to the bit."""
    scenario = sim.load(write(SPREAD), set=SHORT)
    assert same(sim.run(scenario, 3, engine="core"), sim.run(scenario, 3, engine="des"))


def test_a_set_gives_what_its_values_written_in_the_file_give(write: Write) -> None:
    """Replication 2 is that of the scenario with the values of set 2."""
    path = write(SPREAD)
    uncertain = sim.run(sim.load(path, set=SHORT), 3)
    value = next(value for number, _, value in sets_of(uncertain) if number == 2)
    certain = sim.run(sim.load(path, set=SHORT | {f"{STAGE}.service": value}), 3)
    assert sets_of(certain) == []
    for name in ("headline", "bulletin"):
        second = pl.col("replication") == 2
        assert uncertain.tables[name].filter(second).equals(certain.tables[name].filter(second))


def test_without_inputs_there_are_no_repeats_and_no_further_columns(write: Write) -> None:
    """Tables and summary are those of before."""
    results = sim.run(sim.load(write(), set=SHORT), 2)
    assert "parameter_sets" not in results.tables
    assert results.tables["headline"]["replication"].min() == 0
    assert not {"inputs_share", "arrivals_share"} & set(results.summary.columns)


def test_what_a_later_file_or_a_setting_says_is_certain(write: Write, tmp_path: Path) -> None:
    """An upgrade's value stays, or an upgrade would be lost in the uncertainty of the baseline."""
    write(
        f"\ninputs: {{{STAGE}.servers: 'discrete(50 % 1, 50 % 2)', {STAGE}.service: "
        "'uniform(10 min, 20 min)'}\n"
    )
    overlay = sim.load(tmp_path / "more.yaml", set=SHORT)  # sets the servers
    assert {path for _, path, _ in sets_of(sim.run(overlay, 2))} == {f"{STAGE}.service"}
    fixed = sim.load(tmp_path / "more.yaml", set=SHORT | {f"{STAGE}.service": "9 min"})
    assert sets_of(sim.run(fixed, 2)) == []


def test_inputs_of_another_file_vary_the_baseline_alone(write: Write, tmp_path: Path) -> None:
    """`--inputs` lies under the overlay: a CSV of sets, its Parquet, or a scenario's section."""
    write(name="plain.yaml")
    table = pl.DataFrame({f"{STAGE}.servers": [1, 3], f"{STAGE}.service": ["9 min", "21 min"]})
    table.write_csv(tmp_path / "sets.csv")
    table.write_parquet(tmp_path / "sets.parquet")
    write("inputs: {sets: {file: sets.csv}}\n", name="inputs.yaml")
    drawn = []
    for file in ("sets.csv", "sets.parquet", "inputs.yaml"):
        scenario = sim.load(tmp_path / "more.yaml", set=SHORT, inputs=tmp_path / file)
        drawn.append(sets_of(sim.run(scenario, 12)))
    assert drawn[0] == drawn[1] == drawn[2]
    assert {path for _, path, _ in drawn[0]} == {f"{STAGE}.service"}
    assert {value for _, _, value in drawn[0]} == {"9 min", "21 min"}


def test_weights_say_how_often_a_set_is_drawn(write: Write) -> None:
    """A set of weight 0 never, one of three times the weight about three times as often."""
    table = f"{STAGE}.service,weight\n9 min,3\n8 min,0\n21 min,1\n"
    scenario = sim.load(write("\ninputs: {sets: {file: sets.csv}}\n", sets=table), set=SHORT)
    sets = sim.parameter_sets.ParameterSets(scenario, sim.build_plan(scenario))
    drawn = [sets.drawn(number)[0].text for number in range(2000)]
    assert "8 min" not in drawn
    assert drawn.count("9 min") == pytest.approx(1500, abs=80)


def test_a_sweep_draws_the_same_set_at_every_point(write: Write, tmp_path: Path) -> None:
    """Replication r of each point is that of `sim.run` with the point's values."""
    sweep = "sweep: {replications: 2, factors: {lanes: {path: gates.chi_ma.routes.main.stages."
    path = write(SPREAD + sweep + "crossing.servers, values: [1, 2]}}}\n")
    planned = plan_sweep(path, tmp_path / "swept", settings=SHORT)
    fill(planned, SerialExecutor())
    swept = planned.results().tables["headline"].collect()
    for lanes in (1, 2):
        setting = {"gates.chi_ma.routes.main.stages.crossing.servers": lanes}
        ran = sim.run(sim.load(path, set=SHORT | setting), 2).tables["headline"]
        place = {"measure": "wait_mean", "gate": "chi_ma", "direction": "export"}
        waits = ran.filter(pl.col("replication") >= 0, **place)["value"].to_list()
        of_point = swept.filter(point=planned.points[lanes - 1].name, **place)
        assert of_point.sort("replication")["value"].to_list() == waits


def test_the_variance_between_sets_is_estimated_without_bias() -> None:
    """Random effects of variance 4 and noise of 9, 4,000 experiments of 12 sets each."""
    rng = np.random.default_rng(7)
    effects = rng.normal(0.0, 2.0, (4000, 12))
    values, repeats = (effects + rng.normal(0.0, 3.0, effects.shape) for _ in range(2))
    means = (values + repeats) / 2.0
    between = 2.0 * means.var(axis=1, ddof=1)
    within = ((values - repeats) ** 2).mean(axis=1) / 2.0
    raw = (between - within) / 2.0
    assert raw.mean() == pytest.approx(4.0, abs=0.15)
    assert between_sets(values, repeats) == pytest.approx(np.maximum(raw, 0.0))


def test_the_variance_within_sets_is_split_into_arrivals_and_services() -> None:
    """``Y = T + 2 A + S + A S / 2`` of normals: 4 and 1, and half of the 1/4 of both to each.

    The shares of arrivals and of services (the same formula with their roles exchanged) add up to
    what the sets leave.
    """
    rng = np.random.default_rng(9)
    effect, arrive, serve, other, others = rng.normal(0.0, 1.0, (5, 400, 500))

    def value(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return effect + 2.0 * first + second + first * second / 2.0

    values, repeats = value(arrive, serve), value(other, others)
    part = of_arrivals(values, repeats, value(other, serve))
    services = of_arrivals(values, repeats, value(arrive, others))
    assert part.mean() == pytest.approx(4.125 / 6.25, abs=0.01)
    assert services.mean() == pytest.approx(1.125 / 6.25, abs=0.01)


def test_an_exchange_has_the_arrivals_of_the_repeat_and_the_services_of_the_replication(
    write: Write,
) -> None:
    """Who comes when is as in one, what each needs, for vehicles in both, as in the other."""
    plan = sim.build_plan(sim.load(write(SPREAD), set=SHORT))
    own, repeat = streams(0), streams(-1)
    first, second = (sim.draw(plan, number) for number, _ in (own, repeat))
    mixed = sim.draw(plan, own[0], arrivals_of=repeat[0])
    assert streams(further_runs(0)[1]) == (own[0], repeat[0])
    assert np.array_equal(mixed.arrive, second.arrive)
    assert np.array_equal(mixed.key, second.key)

    def services(workload: sim.Workload) -> dict[tuple[int, int, int], float]:
        who = workload.row_vehicle
        rows = zip(workload.flow[who], workload.key[who], workload.stage, strict=True)
        return dict(zip(rows, workload.service, strict=True))

    common = services(mixed).keys() & services(first).keys()
    assert len(common) > 20
    assert all(services(mixed)[row] == services(first)[row] for row in common)
    assert any(services(mixed)[row] != services(second).get(row) for row in common)


def test_the_interval_holds_the_expected_value_at_the_true_inputs() -> None:
    """95 of 100 times, where that of the mean alone misses it most of the time."""
    rng = np.random.default_rng(8)
    true = rng.normal(0.0, 2.0, 3000)
    effects = rng.normal(0.0, 2.0, (3000, 10))
    values, repeats = (effects + rng.normal(0.0, 1.0, effects.shape) for _ in range(2))

    def share(moments: Moments) -> float:
        low, high = moments.limits()
        return float(np.mean((low <= true) & (true <= high)))

    assert share(Moments.of(values, repeats)) == pytest.approx(0.95, abs=0.02)
    assert share(Moments.of(values)) < 0.6


QUEUE = """
format: 1
title: {en: One server, vi: Một máy}
run: {start: 2025-07-07, warm_up: 2 days, days: 20, seed: 3}
cargo: {goods: {title: {en: Goods, vi: Hàng}}}
channels: {green: 100 %, yellow: 0 %, red: 0 %, evidence: assumption}
gates:
  gate:
    title: {en: Gate, vi: Cửa khẩu}
    mode: road
    class: bilateral
    data: assumed
    evidence: assumption
    routes:
      main:
        stages:
          desk:
            {title: {en: D, vi: Q}, side: border, servers: 1, service: exponential(mean 6 min)}
        paths: {export: {stages: [desk], crossed_at: desk}}
        flows: {goods: {direction: export, cargo: goods, volume: 120 trucks/day}}
inputs:
  gates.gate.routes.main.stages.desk.service:
    {distribution: "discrete(50 % 3, 50 % 8)", write: "exponential(mean {} min)"}
"""


def test_an_uncertain_rate_has_the_variance_of_the_law_of_total_variance(tmp_path: Path) -> None:
    """M/M/1 with a mean service of 3 or 8 minutes: Var E[W | rate] is exact, and so is E[W]."""
    path = tmp_path / "queue.yaml"
    path.write_text(QUEUE, "utf-8")
    results = sim.run(sim.load(path), 60, journeys="none", tables=["headline"])
    rows = results.summary.filter(gate="all", direction="export", measure="wait_mean")
    exact = [theory.mmc(5.0, 60.0 / minutes, 1).wq for minutes in (3.0, 8.0)]
    ends = results.tables["parameter_sets"]["value"].str.contains("mean 8")
    share = ends.mean()
    mean = exact[0] + share * (exact[1] - exact[0])
    assert rows["mean"].item() == pytest.approx(mean, rel=0.05)
    inputs = (exact[1] - exact[0]) ** 2 * share * (1.0 - share)
    half, part = rows["half_width"].item(), rows["inputs_share"].item()
    between = part * (half / 2.0) ** 2
    assert between == pytest.approx(inputs, rel=0.2)
    assert part > 0.9
    assert 0.0 < rows["arrivals_share"].item() < 1.0 - part
