"""Comparison of scenarios with a baseline, the first of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from sim.arguments import checked_arguments
from sim.catalogue import ALL, SCOPES
from sim.compare.benefit import benefits
from sim.compare.paired import SAME, paired_many
from sim.compare.scenario_results import ScenarioResults, scenario_results
from sim.errors import ArgumentError
from sim.notebook import reader, summary_table
from sim.results import Results, StoredResults, distinct
from sim.sentences import Sentence

__all__ = ["Comparison", "compare_runs"]

GROUP = (*SCOPES, "measure", "unit")
"""Columns that identify a row of the headline table."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Differences of scenarios from a baseline, with intervals.

    Attributes
    ----------
    samples, names:
        The scenarios, the baseline first, and what tells them apart.
    level:
        Confidence of all intervals of one measure together.
    table:
        One row for each alternative, place and measure of the headline, with the columns of
        :func:`sim.compare.paired_many`.
    """

    samples: tuple[ScenarioResults, ...]
    names: tuple[str, ...]
    level: float
    table: pl.DataFrame

    def __repr__(self) -> str:
        base, *others = self.names
        return f"<Comparison of {', '.join(others)} with {base}; table of {self.table.height} rows>"

    def _repr_html_(self) -> str:
        """Show, for each alternative, the differences in the chief measures in a notebook."""
        language, (base, *others) = reader(), self.names
        columns = {
            "base_mean": base,
            "other_mean": "",
            "difference": language.text("notebook.difference"),
        }
        return "".join(
            summary_table(
                language.text("compare.title", scenario=other, baseline=base),
                self.of(other).iter_rows(named=True),
                {**columns, "other_mean": other},
            )
            for other in others
        )

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Tables to store: ``comparison``, and ``benefits`` where there are costs and prices."""
        gains = benefits(self.samples, self.names, self.level)
        return {"comparison": self.table} | ({} if gains.is_empty() else {"benefits": gains})

    @property
    def base(self) -> ScenarioResults:
        """The baseline."""
        return self.samples[0]

    @property
    def independent(self) -> list[str]:
        """Names of alternatives without common random numbers, so that nothing pairs."""
        return [n for n, s in zip(self.names, self.samples, strict=True) if not _pairs(self, s)]

    @property
    def other_days(self) -> list[str]:
        """Names of alternatives measured over other days than the baseline."""
        return [
            name
            for name, sample in zip(self.names, self.samples, strict=True)
            if (sample.start, sample.warm_up, sample.horizon)
            != (self.base.start, self.base.warm_up, self.base.horizon)
        ]

    @property
    def other_demand(self) -> list[str]:
        """Names of alternatives to which more or fewer vehicles come on the baseline's days."""
        arrived = self.headline.filter(gate="all", direction="all", measure="arrived_per_day")
        differ = set(arrived.filter(pl.col("verdict") != SAME)["alternative"].to_list())
        in_order = self.table["alternative"].unique(maintain_order=True).to_list()
        called = zip(self.names[1:], in_order, strict=False)  # names may be titles by now
        return [name for name, own in called if own in differ and name not in self.other_days]

    @property
    def other_prices(self) -> list[str]:
        """Names of alternatives that count costs at other prices than the baseline."""
        return [
            name
            for name, sample in zip(self.names, self.samples, strict=True)
            if sample.prices and self.base.prices and sample.prices != self.base.prices
        ]

    @property
    def other_code(self) -> list[str]:
        """Names of alternatives that another version of the program ran."""
        return [
            name
            for name, sample in zip(self.names, self.samples, strict=True)
            if sample.code != self.base.code
        ]

    @property
    def common(self) -> int:
        """Replications that all scenarios have in common."""
        return len(set.intersection(*(set(sample.replications) for sample in self.samples)))

    @property
    def headline(self) -> pl.DataFrame:
        """Rows by gate and direction alone, without cargo class, route or stage."""
        return self.table.filter(cargo=ALL, route=ALL, stage=ALL)

    def of(self, name: str) -> pl.DataFrame:
        """Rows of one alternative, by gate and direction alone."""
        return self.headline.filter(pl.col("alternative") == name)


@checked_arguments
def compare_runs(
    several: Sequence[Results | StoredResults | ScenarioResults],
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> Comparison:
    """Compare scenarios with the first, in memory or from folders.

    With the same seed replication ``r`` has the same trucks with the same random draws in both, so
    differences are taken pair by pair; otherwise the two are independent (Welch's
    interval). The rows do not depend on the order of the alternatives.

    Parameters
    ----------
    names:
        What tells the scenarios apart; by default the names of their files, numbered where
        two are alike, as those of folders are.
    level:
        Confidence of the intervals of all alternatives of one measure together.

    Raises
    ------
    ArgumentError
        There are fewer than two, or two of one name.
    """
    samples = tuple(scenario_results(results) for results in several)
    if len(samples) < 2:
        raise ArgumentError(Sentence("a comparison needs at least two scenarios"))
    called = (
        tuple(names) if names is not None else tuple(distinct([sample.name for sample in samples]))
    )
    if len(set(called)) != len(samples):
        raise ArgumentError(Sentence("every scenario needs a name of its own"))
    base, others = samples[0], dict(zip(called[1:], samples[1:], strict=True))
    table = paired_many(
        base.headline,
        {name: sample.headline for name, sample in others.items()},
        GROUP,
        "value",
        level,
        independent=[name for name, sample in others.items() if sample.seed != base.seed],
    )
    return Comparison(samples, called, level, table)


def _pairs(comparison: Comparison, sample: ScenarioResults) -> bool:
    return sample.seed == comparison.base.seed
