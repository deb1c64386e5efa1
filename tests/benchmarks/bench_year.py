"""How far is a year of representative weeks from the whole simulated year?

    python -m tests.benchmarks.bench_year [--replications 4] [OVERLAY …]

Simulates the calendar year 2025 of the baseline and of each overlay day by day, and the same year
from one to eight representative weeks; prints the benefit of users in bn VND a year, its error and
that of the costs, and the days simulated. Writes ``year.csv`` beside this file; takes about ten
minutes of one core.
"""

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

import sim
from sim.appraisal import AnnualCosts, representative_weeks, rule_of_half
from sim.appraisal.weeks import WEEK, days_of_year
from sim.compare.segments import Segment, chosen_between, daily_vehicles, linked_gates
from sim.compare.user_benefit import TABLES, annual_costs, window_of

YEAR, WARM_UP = 2025, 7
COUNTS = (1, 2, 3, 4, 6, 8)


class Pair:
    """Two scenarios, measured over days or weeks of one year."""

    def __init__(self, names: Sequence[str], replications: int) -> None:
        self.scenarios = [sim.load(name, set={"run.year": YEAR}) for name in names]
        opened = {f"upgrades.{u}.opens": "1900-01" for u in sim.load(names[1]).upgrades}
        self.scenarios[1] = sim.load(names[1], set={"run.year": YEAR, **opened})
        self.replications = replications
        models = [scenario.model for scenario in self.scenarios]
        self.linked = linked_gates(gates for model in models for gates in chosen_between(model))
        self.dates = days_of_year(YEAR)
        demand = [daily_vehicles(model, self.dates, self.linked) for model in models]
        self.segments: list[Segment] = list(demand[0] | demand[1])
        self.vehicles = [
            np.array([d[s].sum() if s in d else 0.0 for s in self.segments]) for d in demand
        ]

    def annual(
        self, number: int, spans: Sequence[tuple[dt.date, int]], weights: Sequence[float]
    ) -> AnnualCosts:
        """Costs of a year from spans of days."""
        windows = []
        for first, days in spans:
            start = first - dt.timedelta(days=WARM_UP)
            scenario = self.scenarios[number].edited(
                {"run.start": start.isoformat(), "run.warm_up": f"{WARM_UP} days", "run.days": days}
            )
            results = sim.run(scenario, self.replications, journeys="none", tables=TABLES)
            dates = [first + dt.timedelta(days=day) for day in range(days)]
            daily = daily_vehicles(scenario.model, dates, self.linked)
            numbers = range(self.replications)
            windows.append(window_of(results.tables, daily, self.segments, numbers, self.linked))
        return annual_costs(windows, weights, self.vehicles[number])

    def both(
        self, spans: Sequence[tuple[dt.date, int]], weights: Sequence[float]
    ) -> tuple[float, float, float, float]:
        """Cost of the base, benefit, its half-width (bn VND), and CPU seconds."""
        began = time.process_time()
        base, other = (self.annual(number, spans, weights) for number in (0, 1))
        benefit = sim.compare.estimate(rule_of_half(base, other).money["value"].sum(axis=1))
        cost = float(base.costs["value"].sum(axis=(1, 2)).mean())
        spent = time.process_time() - began
        return cost / 1e9, (benefit.mean or 0.0) / 1e9, (benefit.half_width or 0.0) / 1e9, spent


def rows(name: str, replications: int) -> Iterator[dict[str, object]]:
    """Yield the whole year, a July week as the runs of the baseline have it, and weeks."""
    pair = Pair(["baseline-2025", name], replications)
    designs: list[tuple[str, list[tuple[dt.date, int]], list[float]]] = [
        ("whole year", [(pair.dates[0], len(pair.dates))], [1.0]),
        ("one week of July", [(dt.date(YEAR, 7, 14), WEEK)], [len(pair.dates) / WEEK]),
    ]
    for count in COUNTS:
        weeks = representative_weeks(pair.scenarios[0].model, count)
        spans = [(week.first, WEEK) for week in weeks]
        designs.append((f"{count} weeks", spans, [week.weight for week in weeks]))
    whole: tuple[float, float] | None = None
    for design, spans, weights in designs:
        cost, benefit, half, spent = pair.both(spans, weights)
        whole = whole or (cost, benefit)
        yield {
            "overlay": name,
            "design": design,
            "days": sum(days + WARM_UP for _, days in spans),
            "cost": round(cost, 1),
            "cost_error": round(cost / whole[0] - 1.0, 4),
            "benefit": round(benefit, 1),
            "half_width": round(half, 1),
            "benefit_error": round(benefit / whole[1] - 1.0, 4),
            "cpu": round(spent, 1),
        }


def main() -> None:
    """Print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("overlays", nargs="*", default=["chi-ma-international"])
    parser.add_argument("--replications", type=int, default=4)
    chosen = parser.parse_args()
    table = pl.DataFrame(
        [row for name in chosen.overlays for row in rows(name, chosen.replications)]
    )
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=120):
        print(table)
    table.write_csv(Path(__file__).parent / "year.csv")


if __name__ == "__main__":
    main()
