"""What the literature says of borders must come out of the model: bottlenecks and cliffs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

import sim

SCENARIOS = Path(__file__).parents[2] / "scenarios"
HUU_NGHI = "gates.huu_nghi.routes.r1119_1120.stages"
STATION = "gates.dong_dang.routes.station"


@cache
def headline(*changes: tuple[str, str], days: int = 7) -> pl.DataFrame:
    """Headline measures of the baseline with some values changed, three replications."""
    settings = {"run.days": str(days), **dict(changes)}
    scenario = sim.load(SCENARIOS / "baseline-2025.yaml", set=settings)
    return sim.run(scenario, 3).tables["headline"]


def mean(table: pl.DataFrame, gate: str, direction: str, measure: str) -> float:
    """Mean of one measure over the replications."""
    chosen = table.filter(gate=gate, direction=direction, measure=measure)
    return float(chosen.select(pl.col("value").mean()).item())


def test_vietnamese_lanes_give_nothing_while_chinese_bays_bind() -> None:
    """With every load of fruit checked in China, twice the lanes and counters help nobody."""
    checked = (f"{HUU_NGHI}.china_bay.share.fresh_fruit", "100 %")
    more = [
        (f"{HUU_NGHI}.{stage}.servers", servers)
        for stage, servers in (("crossing", "4"), ("documents", "44"), ("hand_over", "10"))
    ]
    before = mean(headline(checked), "huu_nghi", "export", "crossed_per_day")
    after = mean(headline(checked, *more), "huu_nghi", "export", "crossed_per_day")
    free = mean(headline(), "huu_nghi", "export", "crossed_per_day")
    assert before < 0.6 * free
    assert abs(after - before) < 0.02 * before


def test_more_chinese_bays_do_give_something_then() -> None:
    """The same day with twice the bays lets far more trucks through."""
    checked = (f"{HUU_NGHI}.china_bay.share.fresh_fruit", "100 %")
    before = mean(headline(checked), "huu_nghi", "export", "crossed_per_day")
    bays = (f"{HUU_NGHI}.china_bay.servers", "8")
    after = mean(headline(checked, bays), "huu_nghi", "export", "crossed_per_day")
    assert after > 1.5 * before


def test_three_times_the_tracks_do_not_carry_three_times_the_trains() -> None:
    """At Đồng Đăng the single inspection area binds once there are tracks enough."""
    hours = [f"{hour:02d}:{minute}" for hour in range(24) for minute in ("05", "35")]
    demand = (
        (f"{STATION}.flows.export_trains.timetable", f"[{', '.join(hours)}]"),
        (f"{STATION}.stages.path_out.slots", f"[{', '.join(hours)}]"),
    )
    tracks = (f"{STATION}.holds.tracks.places", "30")
    few = mean(headline(*demand), "dong_dang", "export", "crossed_per_day")
    many = mean(headline(*demand, tracks), "dong_dang", "export", "crossed_per_day")
    assert 0.95 * few < many < 1.5 * few


def test_seconds_per_truck_decide_near_saturation() -> None:
    """As at Dover: forty seconds more at the barrier do nothing, eighty never recover."""
    loaded = ((f"{HUU_NGHI}.crossing_in.servers", "1"),)
    waits = {}
    for seconds in (0, 40, 80):
        service = (f"{HUU_NGHI}.crossing_in.service", f"{35 + seconds} s")
        table = headline(*loaded, service, days=10)
        waits[seconds] = mean(table, "huu_nghi", "import", "crossed_per_day")
    assert waits[40] > 0.97 * waits[0]
    assert waits[80] < 0.85 * waits[0]
