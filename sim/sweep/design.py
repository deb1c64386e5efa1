"""Expand the `sweep:` section into design points, each a scenario of its own."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import Floats
from sim.errors import Problem, ScenarioError
from sim.results.provenance import model_digest
from sim.scenario import Place, Variant, Variants
from sim.scenario.schema.sweep import SAMPLED, FactorBlock, SweepBlock, Value
from sim.sentences import Sentence
from sim.units import number_text

__all__ = ["Point", "expand", "named"]

Levels = Mapping[str, Value]


@dataclass(frozen=True)
class Point:
    """One scenario of a design.

    Attributes
    ----------
    name:
        24 hexadecimal digits of the hash of its values and of the program that simulates
        them: equal names, equal results.
    levels:
        The value of each factor, as the results show it.
    """

    name: str
    levels: Levels
    variant: Variant


def expand(variants: Variants, settings: Levels | None = None) -> list[Point]:
    """Return the points of a design in their order; equal scenarios have equal names.

    ``settings`` are values of all points by their paths, as after ``--set``; a factor goes first.

    Raises
    ------
    ScenarioError
        The file has no `sweep:` section, a mistake in it, or a value that a factor
        cannot have.
    """
    sweep = variants.sweep
    if sweep is None:
        raise ScenarioError([_nothing_to_sweep(variants)])
    rows = _sampled(sweep) if sweep.design in SAMPLED else _listed(sweep)
    drafts = [(levels, _variant(sweep, levels, settings or {})) for levels in rows]
    _try_values(variants, sweep, drafts)
    return [named(variants, levels, variant) for levels, variant in drafts]


def _nothing_to_sweep(variants: Variants) -> Problem:
    return Problem(
        "no-sweep",
        Sentence("this file has no section 'sweep', so there is nothing to vary"),
        Sentence("see scenarios/sweep-chinese-bays.yaml"),
        str(variants.path),
        1,
        1,
    )


def named(variants: Variants, levels: Levels, variant: Variant) -> Point:
    """Return a point named by the hash of its scenario and the program."""
    both = f"{variants.fingerprint(variant)} {model_digest()}"
    return Point(hashlib.sha256(both.encode()).hexdigest()[:24], levels, variant)


def _choices(factor: FactorBlock) -> Sequence[Value]:
    return (False, True) if factor.upgrade is not None else factor.values


def _listed(sweep: SweepBlock) -> Iterator[Levels]:
    """Yield all combinations, the last factor changing fastest; or the rows of a list."""
    choices = [_choices(factor) for factor in sweep.factors.values()]
    rows = itertools.product(*choices) if sweep.design == "grid" else zip(*choices, strict=True)
    for row in rows:
        yield dict(zip(sweep.factors, row, strict=True))


def _sampled(sweep: SweepBlock) -> Iterator[Levels]:
    """Yield points drawn from the factors' distributions."""
    for row in _unit_points(sweep):
        yield {
            name: _drawn(factor, float(u))
            for (name, factor), u in zip(sweep.factors.items(), row, strict=True)
        }


def _unit_points(sweep: SweepBlock) -> Floats:
    """Points of the open unit cube, one row each (scrambled, so that none is on an edge)."""
    from scipy.stats import qmc

    assert sweep.points is not None  # the check says so
    size, rng = len(sweep.factors), np.random.default_rng(sweep.seed)
    sampler = (
        qmc.Sobol(size, rng=rng) if sweep.design == "sobol" else qmc.LatinHypercube(size, rng=rng)
    )
    edge = np.finfo(np.float64).eps
    return np.clip(sampler.random(sweep.points), edge, 1.0 - edge)


def _drawn(factor: FactorBlock, u: float) -> Value:
    if factor.distribution is None:
        choices = _choices(factor)
        return choices[int(u * len(choices))]
    number = round(float(factor.distribution.quantile(u)), factor.digits)
    return int(number) if factor.digits == 0 else number


def _variant(sweep: SweepBlock, levels: Levels, settings: Levels) -> Variant:
    """Variant of a scenario for some settings and levels."""
    values = dict(settings)
    without = set()
    for name, factor in sweep.factors.items():
        if factor.upgrade is not None:
            without |= set() if levels[name] else {factor.upgrade}
        for path in factor.path:
            values[path] = _written(factor, levels[name])
    return Variant(values, frozenset(without))


def _written(factor: FactorBlock, level: Value) -> Value:
    if factor.write == "{}":
        return level
    plain = number_text(level) if isinstance(level, float) else str(level)
    return factor.write.replace("{}", plain)


def _try_values(
    variants: Variants, sweep: SweepBlock, drafts: Sequence[tuple[Levels, Variant]]
) -> None:
    """Check a few points whole: for each factor those with its least and greatest value.

    A grid's or list's values are few and are all tried. Every point is checked when it
    runs; this finds what is wrong before time is spent.
    """
    tried: set[int] = set()
    for name in sweep.factors:
        tried.update(_telling([levels[name] for levels, _ in drafts], sweep))
    problems: dict[str, Problem] = {}
    for number in sorted(tried):
        levels, variant = drafts[number]
        try:
            variants.scenario(variant, _place(variants))
        except ScenarioError as error:
            shown = ", ".join(f"{name} = {level}" for name, level in levels.items())
            for problem in error.problems:
                if problem.level == "error":
                    problems.setdefault(problem.message, _with_point(problem, shown))
    if problems:
        raise ScenarioError(problems.values())


def _telling(levels: Sequence[Value], sweep: SweepBlock) -> set[int]:
    """Return design points that isolate the effect of one factor."""
    if sweep.design not in SAMPLED or any(isinstance(level, str) for level in levels):
        return {levels.index(level) for level in dict.fromkeys(levels)}
    return {levels.index(end) for end in (min(levels), max(levels))}


def _place(variants: Variants) -> Place:
    """Return where the factors stand."""
    sweep = variants.files[-1].items["sweep"]
    return sweep.items["factors"].start


def _with_point(problem: Problem, shown: str) -> Problem:
    return replace(
        problem,
        message=Sentence("{message} (at the point {shown})", message=problem.message, shown=shown),
    )
