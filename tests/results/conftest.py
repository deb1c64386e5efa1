"""Small results made by hand, so that the store is tested without an engine."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from sim.results import Results, stack
from sim.scenario import Evidence, Place


@pytest.fixture
def results() -> Results:
    """Two replications, one table of words and figures, one event log."""
    tables = [
        (
            number,
            {
                "headline": pl.DataFrame(
                    {"gate": ["chi_ma", "huu_nghi"], "value": [float(number), None]},
                    schema={"gate": pl.Enum(["chi_ma", "huu_nghi"]), "value": pl.Float64},
                ).with_columns(
                    direction=pl.lit("all"),
                    cargo=pl.lit("all"),
                    route=pl.lit("all"),
                    stage=pl.lit("all"),
                    measure=pl.lit("wait_mean"),
                    unit=pl.lit("h"),
                )
            },
        )
        for number in (0, 1)
    ]
    scenario: Any = SimpleNamespace(
        name="small-gate",
        hash="ab12" * 16,
        warnings=[],
        settings=(),
        model=SimpleNamespace(run=SimpleNamespace(year=None, replications=3), upgrades={}),
        assumptions=lambda: ["a", "b"],
        inputs=lambda: {"run.days": 2, "title": "Chi Ma, Đồng Đăng"},
        needs_evidence=lambda path: path == "run.days",
        origin=lambda path: Place(f"folder/{path}.yaml", 3),
        evidence_of=lambda path: Evidence(kind="derived", source="a", note="ghi chú"),
        resolved=lambda: {"title": {"en": "Small", "vi": "Nhỏ"}, "since": dt.date(2025, 7, 7)},
        data={},
    )
    plan: Any = SimpleNamespace(
        title={"en": "Small", "vi": "Nhỏ"},
        start=dt.date(2025, 7, 7),
        warm_up=0.0,
        horizon=1440.0,
        seed=7,
        days=1,
    )
    return Results(
        scenario=scenario,
        plan=plan,
        engine="des",
        asked=3,
        replications=(0, 1),
        tables=stack(tables),
        journeys={0: pl.DataFrame({"vehicle": [0, 1], "arrive": [1.5, 2.5]})},
        timings={"wall": 1.23456},
        interrupted=True,
    )
