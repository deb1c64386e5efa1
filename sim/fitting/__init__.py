"""Fit scenarios to counts and times, with evidence of who measured them.

Data walk one way: sheet → mapped event table → estimates → overlay, page, table, ensemble.
The package is not called after its function :func:`sim.fit`, which would hide it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from sim.arguments import checked_arguments
from sim.errors import ArgumentError, Problem, SurveyError
from sim.fitting.estimate import Fitted, estimate
from sim.fitting.events import Events
from sim.fitting.families import FittedFamily, Interval
from sim.fitting.findings import Finding, FittedNumber, Unknown
from sim.fitting.hold_out import check_on_last_days, days_to_hold_out
from sim.fitting.logs import is_results, read_log
from sim.fitting.mapping import read_map
from sim.fitting.model import on_the_days_of
from sim.fitting.survey import read_surveys
from sim.scenario import Place, load
from sim.scenario.source.diagnostics import Problems, did_you_mean
from sim.scenario.source.shipped import locate
from sim.sentences import Sentence

__all__ = ["Finding", "Fitted", "FittedFamily", "FittedNumber", "Interval", "Unknown", "fit"]

_BASE = "baseline-2025"
"""Scenario that is fitted where nothing names one."""


@checked_arguments
def fit(
    surveys: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    base: str | os.PathLike[str] | None = None,
    columns: str | os.PathLike[str] | None = None,
    gate: str = "",
    sampled: float = 1.0,
    rows: int = 50,
    seed: int = 1,
    hold_out: int | None = None,
) -> Fitted:
    """Fit a scenario to what was observed.

    Parameters
    ----------
    surveys:
        Survey sheets and hourly counts (CSV or Excel), or one results folder of langson's, of
        which the event log is read.
    base:
        Scenario whose numbers are to be replaced: its path or name; else the one that a results
        folder names, else baseline-2025.
    columns:
        MAP.yaml: what the columns of the sheets are. Without one that is guessed.
    gate:
        Gate at which the sheets were filled in, where no column says it.
    sampled:
        Share of the vehicles that was timed, above 0 and at most 1.
    rows:
        Draws of everything that is fitted, for a sweep over what is left unsure.
    seed:
        Of these draws.
    hold_out:
        How many of the last days a fit to the others is checked on, by simulating them; 0 for
        none. By default the last fifth of a survey of five days or more, and none of an event
        log of langson's. The values themselves are fitted to all days.

    Raises
    ------
    ScenarioError
        With everything that is wrong in the files, by row and column; a :class:`SurveyError`
        where nothing can be read until MAP.yaml is corrected.
    ResultsError
        A results folder cannot be read.
    """
    paths = [Path(surveys)] if isinstance(surveys, str | os.PathLike) else list(map(Path, surveys))
    if not paths:
        raise ArgumentError(Sentence("surveys: name at least one file or results folder"))
    if not 0.0 < sampled <= 1.0:
        raise ArgumentError(
            Sentence("sampled must be above 0 and at most 1, not {sampled}", sampled=sampled)
        )
    if any(map(is_results, paths)):
        if len(paths) > 1:
            raise ArgumentError(Sentence("surveys: a results folder is fitted alone"))
        events, name = read_log(paths[0])
        file = locate(base if base is not None else name, Problems())
        fitted = estimate(events, on_the_days_of(file, events), name, rows=rows, seed=seed)
        return _checked(fitted, events, file, hold_out, seed)
    file = locate(base if base is not None else _BASE, Problems())
    survey, used, problems = _read(paths, file, columns, gate, sampled)
    name = ", ".join(path.stem for path in paths)
    known = on_the_days_of(file, survey)
    fitted = estimate(survey, known, name, problems, rows, seed, used)
    return _checked(fitted, survey, file, hold_out, seed)


def _read(
    paths: Sequence[Path],
    file: Path,
    columns: str | os.PathLike[str] | None,
    gate: str,
    sampled: float,
) -> tuple[Events, str, list[Problem]]:
    """Read sheets: events, MAP.yaml as it was used, and problems by file, row and column."""
    scenario, problems = load(file), Problems()
    if gate and gate not in scenario.model.gates:
        hint = did_you_mean(gate, scenario.model.gates)
        raise ArgumentError(
            Sentence(
                "there is no gate '{gate}' in {scenario}; {hint}",
                gate=gate,
                scenario=scenario.name,
                hint=hint,
            )
        )
    given = None if columns is None else read_map(Path(columns), scenario)
    survey, used = read_surveys(paths, scenario, problems, sampled, given, gate)
    if survey is None or problems.errors:
        if not problems.errors:
            message = Sentence("no row of the sheets can be used")
            problems.add(
                "nothing-read", Place(str(paths[0]), 1, 1), message, Sentence("correct MAP.yaml")
            )
        raise SurveyError(problems.entries, used.text())
    ordered = sorted(
        problems.entries, key=lambda problem: (problem.file, problem.line, problem.column)
    )
    return survey, used.text(), ordered


def _checked(fitted: Fitted, events: Events, file: Path, hold_out: int | None, seed: int) -> Fitted:
    """Add how a fit to the first days predicts the last, if some are held out."""
    days = days_to_hold_out(events, hold_out)
    if not days:
        return fitted
    if not 0 < days < events.days:
        message = Sentence(
            "hold_out must leave at least one of the {days} days, not {days2}",
            days=events.days,
            days2=days,
        )
        raise ArgumentError(message)
    base_of = partial(on_the_days_of, file)
    checked = check_on_last_days(events, base_of, fitted.name, days, seed)
    return replace(fitted, hold_out=checked)
