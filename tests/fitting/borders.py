"""Borders made at random, and logs as a survey would see them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from sim.fitting.events import Events

__all__ = ["random_border", "rounded_sample"]


def random_border(seed: int) -> dict[str, object]:
    """Return values of the tutorial's gate drawn at random, by their paths."""
    rng = np.random.default_rng(seed)
    at = "gates.chi_ma.routes.main"
    green, red = rng.uniform(30, 60), rng.uniform(8, 25)
    shares = {"green": green, "yellow": 100.0 - green - red, "red": red}
    values: dict[str, object] = {f"channels.{name}": f"{x:.4f} %" for name, x in shares.items()}
    values["channels.yellow"] = f"{100 - float(f'{green:.4f}') - float(f'{red:.4f}'):.4f} %"
    for stage, least, most in (("inspection", 20, 90), ("china_bay", 15, 60)):
        values[f"{at}.stages.{stage}.service"] = _service(rng, least, most)
        values[f"{at}.stages.{stage}.servers"] = int(rng.integers(1, 3))
    values[f"{at}.stages.documents.servers"] = int(rng.integers(2, 5))
    values[f"{at}.stages.documents.service.yellow"] = _service(rng, 10, 30)
    values[f"{at}.stages.documents.service.red"] = _service(rng, 20, 50)
    values[f"{at}.stages.china_bay.share.fresh_fruit"] = f"{rng.integers(15, 60)} %"
    for flow in ("fruit", "goods"):
        values[f"{at}.flows.{flow}.volume"] = f"{rng.integers(15, 45)} trucks/day"
        values[f"{at}.flows.{flow}.day_to_day_cv"] = f"{rng.integers(0, 40)} %"
    return values


def _service(rng: np.random.Generator, least: float, most: float) -> str:
    """Draw a family and its parameters."""
    mean, cv = rng.uniform(least, most), rng.uniform(0.3, 1.0)
    low, mode, high = 0.4 * mean, rng.uniform(0.5, 1.2) * mean, rng.uniform(1.5, 2.5) * mean
    forms = (
        f"lognormal(mean {mean:.1f} min, cv {cv:.2f})",
        f"gamma(mean {mean:.1f} min, cv {cv:.2f})",
        f"weibull(mean {mean:.1f} min, cv {cv:.2f})",
        f"exponential(mean {mean:.1f} min)",
        f"triangular({low:.1f} min, {mode:.1f} min, {high:.1f} min)",
        f"uniform({low:.1f} min, {high:.1f} min)",
    )
    return str(rng.choice(forms))


def rounded_sample(events: Events, share: float, grid: float, rng: np.random.Generator) -> Events:
    """Return some of the vehicles of a log, with stamps to the nearest ``grid`` minutes."""
    vehicles = events.frame["vehicle"].unique().sort()
    kept = vehicles.filter(pl.Series(rng.random(len(vehicles)) < share))
    times = [pl.col(name) / grid for name in ("arrive", "start", "finish")]
    frame = events.frame.filter(pl.col("vehicle").is_in(kept.implode())).with_columns(
        *((time.round() * grid) for time in times), grid=pl.lit(grid)
    )
    return replace(events, frame=frame, sampled=share)
