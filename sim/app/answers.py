"""Answers: an option beside the scenario it changes, first for the moved gate, then for all.

A gate alone has the results that it has beside the others, to the bit, unless vehicles choose
their gate: so the first parts of an answer simulate it alone, in one replication and then in all.
The last part, of all gates, is what ``langson compare`` gives for the scenario and the option's
file.
"""

from __future__ import annotations

import datetime as dt
import shlex
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from markupsafe import escape

from sim.app.controls import Control, controls
from sim.app.study import Option, Study, closable, overlay, settings_of
from sim.appraisal import appraise
from sim.compare import Condition, check_all, compare_runs
from sim.errors import ArgumentError, ScenarioError, WriteError
from sim.files import write_file
from sim.messages import LANGUAGES, Messages, messages
from sim.plan import build_plan
from sim.report.html import write_report
from sim.report.html.page import script_words
from sim.report.html.report_data import ReportData
from sim.report.html.sections import (
    backlog,
    bulletin,
    gates,
    headline,
    stays,
    targets,
    waits,
    warnings,
)
from sim.report.text.appraisal import (
    INDICATORS,
    delay_sentences,
    hour_rows,
    indicator_cells,
    limits,
    pays_sentence,
    range_cell,
)
from sim.report.text.conditions import check_text
from sim.report.text.summary import busy_gates, distinct_titles
from sim.report.workbook import write_workbook
from sim.results import Results, write_several
from sim.results.folder import is_plain
from sim.runs import run
from sim.scenario import Scenario, load
from sim.scenario.source.shipped import is_name
from sim.sentences import Sentence
from sim.workload import WorkloadCache

__all__ = ["Answers", "Question", "QuestionKind"]

_KEPT = 40
"""Results that are kept in memory, of options asked for last."""

_UNCERTAIN = "uncertain-2025"
"""Scenario that says what is uncertain in the baseline, with ranges."""

_GATE = (headline, stays)
_ALL = (headline, stays, warnings, targets, bulletin, gates, waits, backlog)
"""Sections of the report that are shown of the moved gate, and of all gates."""

_LATE = 2.0
"""Years of the delay whose cost is told."""

_GATE_TABLES = ("headline", "gates", "stages", "daily", "places")
"""Tables that the sections of the moved gate are made of."""

#: Parts of an answer: the gates simulated, and whether in one replication or in all.
_PARTS = (("gate", 1), ("gate", None), ("all", None))


QuestionKind = Literal["controls", "answer", "years", "keep"]


@dataclass(frozen=True)
class Question:
    """What a page asks about a study.

    ``kind`` is ``controls`` for what can be moved, ``answer`` for the numbers, ``years`` for an
    economic appraisal of the option, or ``keep`` to write the option as the scenario file
    ``name``, and its results as a folder.
    """

    kind: QuestionKind
    study: Study
    name: str = ""


@dataclass
class Answers:
    """Scenarios that were loaded, and the results of the latest questions.

    Attributes
    ----------
    folder:
        Of the app: files that lay upgrades over a scenario go to ``options`` in it, what is kept
        to ``saved``.
    files:
        Scenario files that a study may name by their paths; others it names without a folder.
    outdated:
        Asked between runs: whether a newer question waits.
    """

    folder: Path
    files: Collection[str] = ()
    outdated: Callable[[], bool] = lambda: False
    _scenarios: dict[tuple[str, ...], Scenario] = field(default_factory=dict)
    _controls: dict[tuple[Any, ...], dict[str, Control]] = field(default_factory=dict)
    _results: OrderedDict[tuple[Any, ...], Results] = field(default_factory=OrderedDict)
    _workloads: dict[str, WorkloadCache] = field(
        default_factory=lambda: {part: WorkloadCache() for part, _ in _PARTS}
    )

    def of(self, question: Question) -> Iterator[dict[str, Any]]:
        """Yield the parts of an answer, ready for JSON.

        Raises
        ------
        LangsonError
            The study does not fit the scenario, or cannot be run or written.
        """
        study = question.study
        if study.gate not in self.scenario(study.base, study.option.upgrades).model.gates:
            raise ArgumentError(Sentence("the scenario has no gate '{gate}'", gate=study.gate))
        if question.kind == "controls":
            yield self._listed(study)
        elif question.kind == "answer":
            yield from self._answer(study)
        elif question.kind == "years":
            yield self._years(study)
        else:
            yield self._keep(study, question.name)

    def scenario(self, base: str, upgrades: Sequence[str] = ()) -> Scenario:
        """Load a scenario with upgrades laid over it.

        Raises
        ------
        ScenarioError
            With every problem of the files.
        ArgumentError
            One is neither a name nor among the files that the app was started with.
        """
        key = base, *upgrades
        if key not in self._scenarios:
            scenario = self._loaded(base)
            if upgrades:
                over = [self._loaded(name).path for name in upgrades]
                options = self.folder / "options"
                text = overlay(scenario, over, Option(), {}, options)
                file = options / f"{sha256(text.encode()).hexdigest()[:16]}.yaml"
                file.write_text(text, "utf-8")
                scenario = load(file)
            self._scenarios[key] = scenario
        return self._scenarios[key]

    def _loaded(self, name: str) -> Scenario:
        if not is_name(name) and name not in self.files:
            raise ArgumentError(
                Sentence(
                    "the app was not started with {file}: langson app {file}",
                    file=name,
                )
            )
        return load(name)

    def controls(self, study: Study) -> dict[str, Control]:
        """Return what can be moved at the study's gate by name, and what is moved elsewhere."""
        scenario = self.scenario(study.base, study.option.upgrades)
        known = dict(self._of_gate(study, study.gate))
        for gate in scenario.model.gates:
            if not study.option.moved.keys() <= known.keys():
                known = {**self._of_gate(study, gate), **known}
        return known

    def _of_gate(self, study: Study, gate: str) -> dict[str, Control]:
        key = study.base, study.option.upgrades, gate
        if key not in self._controls:
            scenario = self.scenario(study.base, study.option.upgrades)
            uncertain = scenario if scenario.model.inputs else self.scenario(_UNCERTAIN)
            self._controls[key] = {
                control.name: control for control in controls(scenario, gate, uncertain)
            }
        return self._controls[key]

    def edited(self, study: Study, option: Option, gate: str = "") -> Scenario:
        """Return the scenario of an option under the option's title, of one ``gate`` if named.

        Where vehicles choose among gates, all are there.
        """
        scenario = self.scenario(study.base, option.upgrades)
        settings: dict[str, Any] = {}
        if option != Option():
            known = self.controls(study.model_copy(update={"option": option}))
            settings = settings_of(option, known, closable(scenario))
            for lang in LANGUAGES:
                title = option.title or messages(lang).text("app.option")
                settings[f"title.{lang}"] = title
        alone = settings | ({"run.gates": [gate]} if gate else {})
        try:
            edited = scenario.edited(alone) if alone else scenario
        except ScenarioError:
            if not gate:
                raise
            return self.edited(study, option)
        return replace(edited, settings=())  # the title stands for them

    def _listed(self, study: Study) -> dict[str, Any]:
        """Return the controls, those that an option names in vain, and the gates."""
        scenario = self.scenario(study.base, study.option.upgrades)
        known = self.controls(study)
        plan = build_plan(scenario)
        return {
            "controls": [asdict(control) for control in known.values()],
            "gone": [name for name in study.option.moved if name not in known],
            "gates": {plan.gates[gate].id: plan.gates[gate].title for gate in busy_gates(plan)},
            "title": scenario.model.title.model_dump(),
            "closable": closable(scenario),
            "start": _first_measured(scenario).isoformat(),
        }

    def _answer(self, study: Study) -> Iterator[dict[str, Any]]:
        """Yield the parts of :data:`_PARTS`; stop where a newer question waits."""
        began = time.perf_counter()
        language = messages(study.lang)
        goals = _goals(study)
        options = [Option()]
        for option in (*study.pinned, study.option):
            options += [option] if option not in options else []
        for part, replications in _PARTS:
            several = []
            for option in options:
                several.append(self._result(study, option, part, replications))
                if self.outdated():
                    return
            report = ReportData(self.folder, (), tuple(several))
            yield {
                "part": part,
                "last": (part, replications) == _PARTS[-1],
                "html": _html(report, _GATE if part == "gate" else _ALL, language),
                "goal": _goal(report, goals, language) if part == "all" else [],
                "words": {study.lang: script_words(report, language)},
                "replications": report.common,
                "seconds": time.perf_counter() - began,
            }

    def _result(self, study: Study, option: Option, part: str, replications: int | None) -> Results:
        """Return what an option gives, at the study's gate alone or at all gates."""
        alone = study.gate if part == "gate" else ""
        key = study.base, option.model_dump_json(), alone, replications, study.goal
        if key not in self._results:
            scenario = self.edited(study, option, alone)
            goals = [] if alone else _goals(study)
            self._results[key] = run(
                scenario,
                replications,
                journeys="none",
                measures=[goal.quantity for goal in goals],
                tables=_GATE_TABLES if alone else None,
                workloads=self._workloads[part],
            )
        self._results.move_to_end(key)
        while len(self._results) > _KEPT:
            self._results.popitem(last=False)
        return self._results[key]

    def _years(self, study: Study) -> dict[str, Any]:
        """Appraise the option over the years, as ``langson appraise`` does."""
        language = messages(study.lang)
        appraisal = appraise(self.scenario(study.base), [self.edited(study, study.option)])
        (alternative,) = appraisal.alternatives
        names = [language.text(f"appraise.{name}") for name in INDICATORS]
        hours = [language.text(f"appraise.hours.{name}") for name in ("saved", "cost")]
        return {
            "rows": [
                *zip(names, indicator_cells(alternative, language), strict=True),
                (language.text("appraise.range").strip(), range_cell(alternative, language)),
            ],
            "columns": hours,
            "hours": hour_rows(alternative, language),
            "sentences": [
                pays_sentence(alternative, language),
                delay_sentences(alternative, _LATE, language),
                *limits(appraisal, language),
            ],
        }

    def _keep(self, study: Study, name: str) -> dict[str, Any]:
        """Write the option's file, and the folder that comparing it with its base gives."""
        saved, language = self.folder / "saved", messages(study.lang)
        if not name or not is_plain(f"{name}.yaml"):
            raise ArgumentError(Sentence("'{name}' cannot be the name of a file", name=name))
        file = saved / f"{name}.yaml"
        base = self.scenario(study.base)
        over = [self._loaded(upgrade).path for upgrade in study.option.upgrades]
        text = overlay(base, over, study.option, self.controls(study), saved)
        try:
            saved.mkdir(parents=True, exist_ok=True)
            write_file(file, text.encode())
        except OSError as error:
            sentence = Sentence("{file} cannot be written: {why}", file=file, why=error.strerror)
            raise WriteError(sentence) from error
        several = [run(base), run(load(file))]
        command = ["langson", "compare", study.base, str(file)]
        comparison = compare_runs(several, distinct_titles(several, language))
        folder, _ = write_several(several, self.folder.parent, command, comparison.tables)
        write_report(folder, held=several)
        workbook = write_workbook(folder, language)
        return {
            "saved": file.name,
            "text": text,
            "folder": folder.name,
            "workbook": workbook.name,
            "command": shlex.join(command),
        }


def _goals(study: Study) -> list[Condition]:
    return [Condition.parse(study.goal)] if study.goal.strip() else []


def _first_measured(scenario: Scenario) -> dt.date:
    span = scenario.model.run
    return span.start + dt.timedelta(minutes=span.warm_up)


def _html(report: ReportData, sections: Sequence[Any], language: Messages) -> str:
    """Return sections of the report."""
    shown = (module.section(report, language) for module in sections)
    return "\n".join(
        f'<section class="{section.name}">{_heading(section.title)}{section.body}</section>'
        for section in shown
        if section is not None
    )


def _heading(title: str) -> str:
    return f"<h3>{escape(title)}</h3>" if title else ""


def _goal(
    report: ReportData, goals: Sequence[Condition], language: Messages
) -> list[dict[str, Any]]:
    """Say of each scenario whether it meets the goal."""
    checks = check_all(goals, report.samples, report.short_titles(language))
    return [
        {"text": check_text(check, language), "met": check.met, "sure": check.sure}
        for check in checks
    ]
