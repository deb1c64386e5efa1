"""Report data: the results, comparisons and titles that sections share."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, cast

from sim.catalogue import find
from sim.compare import (
    Benefit,
    Caution,
    Comparison,
    Estimate,
    ScenarioResults,
    benefit,
    compare_runs,
    scenario_results,
)
from sim.compare.paired import SAME
from sim.compare.scenario_results import Title, all_gates
from sim.messages import Messages
from sim.report.html.sweep_grid import open_grid, swept_model
from sim.report.text.summary import (
    busy_gates,
    distinct_titles,
    headline,
)
from sim.results import Results, StoredResults, SweepResults, open_all, restored
from sim.scenario import ScenarioModel

__all__ = ["Difference", "ReportData", "read_report_data"]


T = TypeVar("T")


@dataclass(frozen=True)
class Difference:
    """Difference of a scenario from the baseline in one measure, in the unit shown.

    ``verdict`` is ``better``, ``worse``, ``changed`` where neither is, ``same`` when it cannot
    be told from none, or empty where nothing can be said.
    """

    measure: str
    unit: str
    before: float
    after: float
    change: float
    half_width: float | None
    verdict: str
    low: float | None = None
    high: float | None = None
    caution: Caution | None = None
    inputs: float | None = None
    arrivals: float | None = None

    @property
    def clear(self) -> bool | None:
        """Whether the change can be told from none; None where nothing can be said."""
        return self.verdict != "same" if self.verdict else None

    @property
    def estimate(self) -> Estimate:
        """The change with its interval."""
        ends = self.half_width, self.low, self.high
        return Estimate(self.change, *ends, self.caution, self.inputs, self.arrivals)


@dataclass(frozen=True, eq=False)
class ReportData:
    """Several results, the baseline first, with what more than one section needs."""

    folder: Path
    stored: tuple[StoredResults, ...]
    several: tuple[Results, ...]
    sweep: SweepResults | None = None
    """A grid to move about in."""

    @property
    def base(self) -> Results:
        """The baseline, or the only scenario."""
        return self.several[0]

    @property
    def others(self) -> tuple[Results, ...]:
        """The scenarios that are compared with the baseline."""
        return self.several[1:]

    @property
    def common(self) -> int:
        """Replications that all scenarios have."""
        return len(set.intersection(*(set(results.replications) for results in self.several)))

    @cached_property
    def samples(self) -> tuple[ScenarioResults, ...]:
        """The scenarios as comparisons take them."""
        return tuple(scenario_results(results) for results in self.several)

    @cached_property
    def swept(self) -> ScenarioModel | None:
        """The scenario that the sweep varies."""
        return None if self.sweep is None else swept_model(self.sweep)

    @cached_property
    def comparison(self) -> Comparison | None:
        """The scenarios against the baseline, named by their numbers; None of one alone."""
        numbers = [str(number) for number in range(len(self.several))]
        return compare_runs(self.samples, numbers) if self.others else None

    def of_each(self, compute: Callable[[Results], T]) -> list[T]:
        """Return what a function gives for each scenario; computed once for all languages."""
        return self.once(compute, lambda: [compute(results) for results in self.several])

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return what a function gives, computed once for all languages under a ``key``."""
        if key not in self._computed:
            self._computed[key] = compute()
        return cast("T", self._computed[key])

    @cached_property
    def _computed(self) -> dict[Hashable, Any]:
        return {}

    @cached_property
    def benefits(self) -> list[Benefit | None]:
        """Yearly net benefit of each scenario against the first; None where it has none."""
        others = [benefit(self.samples[0], other) for other in self.samples[1:]]
        return [None, *others]

    @cached_property
    def headlines(self) -> list[dict[tuple[str, str, str], Estimate]]:
        """Estimates of each scenario by gate (or ``all``), direction and measure."""
        return [headline(results) for results in self.several]

    @cached_property
    def every_gate(self) -> dict[str, Title]:
        """Titles by id of the gates of any scenario, in the order of the files."""
        return all_gates(self.samples)

    @cached_property
    def gates(self) -> list[str]:
        """Ids of the gates with traffic in any scenario, in the order of the files."""
        busy = {r.plan.gates[number].id for r in self.several for number in busy_gates(r.plan)}
        return [gate for gate in self.every_gate if gate in busy]

    def titles(self, messages: Messages) -> list[str]:
        """Titles of the scenarios, told apart."""
        return distinct_titles(self.several, messages)

    def short_titles(self, messages: Messages) -> list[str]:
        """Titles for narrow places: the baseline is called that where there are others."""
        titles = self.titles(messages)
        return [messages.text("compare.baseline"), *titles[1:]] if self.others else titles

    def gate_title(self, gate: str, messages: Messages) -> str:
        """Title of a gate, or the words for all gates together."""
        if gate == "all":
            return messages.text("waits.all")
        return messages.pick(self.every_gate[gate])

    def estimate(self, number: int, gate: str, direction: str, measure: str) -> Estimate:
        """Return an estimate of a scenario in the unit shown."""
        nothing = Estimate(None, None)
        estimated = self.headlines[number].get((gate, direction, measure), nothing)
        return estimated.times(find(measure).factor)

    def happens(self, gate: str, direction: str, measure: str) -> bool:
        """Whether a measure is anything but zero or undefined in some scenario."""
        numbers = range(len(self.several))
        return any(self.estimate(number, gate, direction, measure).mean for number in numbers)

    def difference(self, number: int, gate: str, direction: str, measure: str) -> Difference | None:
        """Return what scenario ``number`` changes, or None where either side has no value."""
        row = self._rows.get((str(number), gate, direction, measure))
        if row is None or row["difference"] is None:
            return None
        entry = find(measure)
        factor = entry.factor
        change, verdict = Estimate.of(row, mean="difference").times(factor), ""
        if row["verdict"] == SAME:
            verdict = "same"
        elif row["verdict"] is not None:
            more = row["difference"] > 0
            good = more == entry.more_is_better
            verdict = "changed" if entry.better is None else "better" if good else "worse"
        return Difference(
            measure,
            entry.shown_in,
            factor * row["base_mean"],
            factor * row["other_mean"],
            factor * row["difference"],
            change.half_width,
            verdict,
            change.low,
            change.high,
            change.caution,
            change.inputs,
            change.arrivals,
        )

    def most_changed(self, number: int, direction: str) -> tuple[str, Difference] | None:
        """Find the gate where a scenario changes most vehicle-hours of waiting beyond doubt."""
        changes = []
        for gate in self.gates if len(self.gates) > 1 else []:
            change = self.difference(number, gate, direction, "wait_mean")
            crossed = self.estimate(0, gate, direction, "crossed_per_day").mean
            if change is not None and change.verdict in ("better", "worse") and crossed:
                changes.append((abs(change.change) * crossed, gate, change))
        if not changes:
            return None
        _, gate, change = max(changes, key=lambda ranked: ranked[0])
        return gate, change

    @cached_property
    def _rows(self) -> dict[tuple[str, ...], dict[str, Any]]:
        """Rows of the comparison by scenario's number, gate, direction and measure."""
        if self.comparison is None:
            return {}
        keys = ("alternative", "gate", "direction", "measure")
        rows = self.comparison.headline.iter_rows(named=True)
        return {tuple(row[key] for key in keys): row for row in rows}


def read_report_data(
    folder: Path, sweep: Path | None = None, held: Sequence[Results] = ()
) -> ReportData:
    """Read a results folder, of one scenario or of several, and that of a ``sweep``.

    ``held`` are its results, if they are in memory still, in the order of the folder.

    Raises
    ------
    ResultsError
        It is no results folder, or not whole; or as :func:`sim.report.html.sweep_grid.open_grid`.
    """
    stored = tuple(open_all(folder))
    grid = None if sweep is None else open_grid(sweep)
    if not held:
        return ReportData(folder, stored, tuple(restored(results) for results in stored), grid)
    return ReportData(folder, stored, tuple(held), grid)
