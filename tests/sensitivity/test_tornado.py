"""Tornado and break-even of a simulated comparison."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.catalogue import Quantity
from sim.errors import ArgumentError
from sim.sensitivity import Response, break_even, tornado
from tests.small import write_small

INPUTS = """
inputs:
  papers:
    path: gates.chi_ma.routes.main.stages.documents.service
    distribution: uniform(10, 40)
    write: "lognormal(mean {} min, cv 0.8)"
    evidence: assumption
  lane:
    path: gates.chi_ma.routes.main.stages.crossing.service
    distribution: uniform(2 min, 6 min)
    evidence: assumption
  station:
    path: gates.dong_dang.routes.main.stages.path.service
    distribution: uniform(20 min, 40 min)
    evidence: assumption
"""
OTHER = """\
format: 1
extends: small.yaml
title: {en: Fast lane, vi: Làn nhanh}
gates: {chi_ma: {routes: {main: {stages: {documents: {servers: SERVERS}, crossing: {servers: 2}}}}}}
"""


def response(folder: Path, servers: int = 3, alone: bool = False) -> Response:
    """Hours waited at Chi Ma, or the difference that a lane and so many counters make."""
    base, _ = write_small(folder)
    base.write_text(base.read_text("utf-8") + INPUTS, "utf-8")
    other = folder / "other.yaml"
    other.write_text(OTHER.replace("SERVERS", str(servers)), "utf-8")
    names = [base] if alone else [base, other]
    return Response(
        [sim.load(name) for name in names], Quantity("waited_per_day", "chi_ma"), replications=8
    )


def test_each_input_moves_the_result_by_itself(tmp_path: Path) -> None:
    """Slow papers make long queues; the station is another gate and moves nothing."""
    own = response(tmp_path, alone=True)
    bars = tornado(own, share=0.8)
    assert bars[0].input == "papers"
    assert {bar.input: bar.swing.clear for bar in bars}["station"] is False
    papers = bars[0]
    assert papers.swing.clear
    assert (papers.low_text, papers.high_text) == (
        "lognormal(mean 13 min, cv 0.8)",
        "lognormal(mean 37 min, cv 0.8)",
    )
    assert papers.short_texts == ("13 min", "37 min")
    assert papers.low < papers.middle < papers.high
    bare, _ = write_small(tmp_path)
    fixed = {
        "gates.chi_ma.routes.main.stages.documents.service": papers.high_text,
        "gates.chi_ma.routes.main.stages.crossing.service": "4 min",
    }
    sample = sim.compare.scenario_results(sim.run(sim.load(bare, set=fixed), 8))
    assert papers.high == pytest.approx(sample.values(own.quantity).mean())


def test_a_comparison_turns_around_somewhere(tmp_path: Path) -> None:
    """One counter fewer loses where papers are slow, a second lane gains where they are quick."""
    own = response(tmp_path, servers=1)
    bars = {bar.input: bar for bar in tornado(own)}
    assert bars["papers"].high > 0.0
    zero = break_even(own, "papers")
    low = break_even(own, "station")
    assert low is None
    if bars["papers"].low < 0.0:
        assert zero is not None
        minutes = float(zero.split()[1])
        assert 10.0 < minutes < 40.0
    else:
        assert zero is None


def test_points_differ_by_the_inputs_alone(tmp_path: Path) -> None:
    """A point simulated twice is the same, and so is one that only changes another gate."""
    own = response(tmp_path)
    again = response(tmp_path)
    assert np.array_equal(own({"lane": 0.3}), again({"lane": 0.3}))
    assert np.array_equal(own({"station": 0.1}), own({"station": 0.9}))


def test_what_is_no_response_is_refused(tmp_path: Path) -> None:
    """No inputs, no scenario, no such input, no share: with what there is."""
    base, _ = write_small(tmp_path)
    bare = sim.load(base)
    with pytest.raises(ArgumentError, match="no uncertain inputs"):
        Response([bare], Quantity("waited_per_day"))
    with pytest.raises(ArgumentError, match="one scenario or two, not of 0"):
        Response([], Quantity("waited_per_day"))
    own = response(tmp_path)
    with pytest.raises(ArgumentError, match="no input 'paper'; there are papers, lane, station"):
        break_even(own, "paper")
    with pytest.raises(ArgumentError, match="between 0 and 1"):
        tornado(own, share=1.0)
