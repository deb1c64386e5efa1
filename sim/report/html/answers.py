"""Answers to the STRESS-DES checklist, each built from the facts of the runs.

Monks, Currie, Onggo, Robinson, Kunc and Taylor (2019), "Strengthening the reporting of
empirical simulation studies: introducing the STRESS guidelines", Journal of Simulation 13(1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from sim.compare.paired import ADJUSTMENT
from sim.messages import Messages
from sim.plan import Flow, Plan, Stage, StageKind, WhenFull
from sim.report.html.report_data import ReportData
from sim.report.html.sections import border
from sim.report.text.evidence import evidence_counts
from sim.report.text.summary import busy_gates
from sim.results import Results, measured_period, of_year
from sim.results.estimates import INTERVAL_KIND
from sim.workload import random_numbers

__all__ = ["ANSWERS", "answer"]

Answer = Callable[[ReportData, Messages], str]

_KINDS = {
    StageKind.SERVERS: "servers",
    StageKind.SLOTS: "slots",
    StageKind.BATCH: "batch",
    StageKind.DELAY: "delay",
    StageKind.HOLD: "hold",
}


def answer(item: str, report: ReportData, messages: Messages) -> str:
    """Answer an item of the checklist, numbered as there."""
    return ANSWERS[item](report, messages)


def _text(item: str, messages: Messages, **facts: Any) -> str:
    return messages.text(f"report.answer.{item}", **facts)


def _of_each(sentence: Callable[[Results, Messages], str]) -> Callable[[ReportData, Messages], str]:
    """Answer by a sentence on each scenario, after its title; once where all are the same."""

    def answer(report: ReportData, messages: Messages) -> str:
        sentences = [sentence(results, messages) for results in report.several]
        if len(set(sentences)) == 1:
            return sentences[0]
        both = zip(report.short_titles(messages), sentences, strict=True)
        return "; ".join(f"{title}: {text.removesuffix('.')}" for title, text in both) + "."

    return answer


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _flows(plan: Plan) -> list[Flow]:
    """Flows whose vehicles come, or stand there at the start."""
    return [f for f in plan.flows if f.timetable is not None or f.volume.sum() > 0 or f.backlog]


def _stages(plan: Plan) -> list[Stage]:
    """Stages on the paths of these flows."""
    used = {step.stage for flow in _flows(plan) for step in flow.steps}
    return [stage for number, stage in enumerate(plan.stages) if number in used]


def _purpose(report: ReportData, messages: Messages) -> str:
    described = report.base.scenario.model.description
    if described is None:
        return messages.text("report.method.unstated")
    return messages.pick(described.model_dump())


def _outputs(report: ReportData, messages: Messages) -> str:
    tables = _listed(sorted(report.stored[0].manifest["tables"]))
    interval = messages.text(f"interval.{INTERVAL_KIND}")
    return _text("1.2", messages, tables=tables, interval=interval, n=report.common)


def _aims(report: ReportData, messages: Messages) -> str:
    item = "1.3.several" if report.others else "1.3.one"
    return _text(item, messages, scenarios="; ".join(report.titles(messages)))


def _overview(report: ReportData, messages: Messages) -> str:
    return _text("2.1.map" if border.has_stock(report) else "2.1.paths", messages)


@_of_each
def _logic(results: Results, messages: Messages) -> str:
    plan = results.plan
    parts = [_text("2.2", messages)]
    parts += [_text("2.2.choice", messages, n=len(plan.choices))] if plan.choices else []
    parts += [_text("2.2.outages", messages, n=len(plan.outages))] if plan.outages else []
    return " ".join(parts)


def _scenarios(report: ReportData, messages: Messages) -> str:
    title = messages.text("report.changes.title")
    return _text("2.3.several" if report.others else "2.3.one", messages, section=title)


def _algorithms(report: ReportData, messages: Messages) -> str:
    engines = sorted({results.engine for results in report.several})
    return " ".join(_text(f"2.4.{engine}", messages) for engine in engines)


@_of_each
def _entities(results: Results, messages: Messages) -> str:
    flows = _flows(results.plan)
    kinds = dict.fromkeys(flow.vehicle for flow in flows)
    shown = _listed(messages.text(f"vehicles.{kind}") for kind in kinds)
    return _text("2.5.1", messages, n=len(flows), kinds=shown[:1].upper() + shown[1:])


@_of_each
def _activities(results: Results, messages: Messages) -> str:
    counts = Counter(stage.kind for stage in _stages(results.plan))
    shown = [
        _text(f"2.5.2.{name}", messages, n=counts[kind])
        for kind, name in _KINDS.items()
        if counts[kind]
    ]
    return _listed(shown)


@_of_each
def _resources(results: Results, messages: Messages) -> str:
    sizes = Counter[StageKind]()
    for stage in _stages(results.plan):
        sizes[stage.kind] += stage.servers
    shown = [
        _text(f"2.5.3.{name}", messages, n=sizes[kind])
        for kind, name in _KINDS.items()
        if kind in (StageKind.SERVERS, StageKind.HOLD) and sizes[kind]
    ]
    return _listed(shown) or _text("2.5.3.none", messages)


@_of_each
def _queues(results: Results, messages: Messages) -> str:
    ranked = _ranked(results.plan)
    patient = sum(flow.patience is not None for flow in _flows(results.plan))
    parts = [_text("2.5.4", messages)]
    parts += [_text("2.5.4.ranked", messages, n=ranked)] if ranked else []
    parts += [_text("2.5.4.patience", messages, n=patient)] if patient else []
    return " ".join(parts)


def _ranked(plan: Plan) -> int:
    """Count the stages that do not take all flows on their paths alike."""
    flows = _flows(plan)
    count = 0
    for number, stage in enumerate(plan.stages):
        visiting = [
            column
            for column, flow in enumerate(plan.flows)
            if flow in flows and any(step.stage == number for step in flow.steps)
        ]
        ranks = stage.rank[:, visiting]
        count += bool(ranks.size) and bool((ranks != ranks.flat[0]).any())
    return count


@_of_each
def _exits(results: Results, messages: Messages) -> str:
    plan = results.plan
    full = any(
        stage.kind is StageKind.HOLD and stage.when_full is WhenFull.TURN_BACK
        for stage in _stages(plan)
    )
    ways = ["crossed"]
    ways += ["turned_back"] if plan.stops or full else []
    ways += ["sold_inland"] if any(flow.patience for flow in _flows(plan)) else []
    gates = _listed(messages.pick(plan.gates[gate].title) for gate in busy_gates(plan))
    left = _listed(_text(f"2.5.5.{way}", messages) for way in ways)
    return _text("2.5.5", messages, gates=gates, ways=left)


@_of_each
def _sources(results: Results, messages: Messages) -> str:
    return _text("3.1", messages, n=len(results.scenario.model.sources))


@_of_each
def _derived(results: Results, messages: Messages) -> str:
    evidence = list(results.scenario.evidence.values())
    derived = [entry for entry in evidence if entry.kind == "derived"]
    noted = sum(bool(entry.note) for entry in derived)
    return _text("3.2", messages, n=len(derived), of=len(evidence), noted=noted)


@_of_each
def _inputs(results: Results, messages: Messages) -> str:
    scenario = results.scenario
    return _text("3.3", messages, n=len(scenario.inputs()), hash=scenario.hash[:12])


@_of_each
def _assumptions(results: Results, messages: Messages) -> str:
    counts = evidence_counts(results.scenario)
    return _text("3.4", messages, n=counts["assumption"], of=counts.total())


@_of_each
def _start(results: Results, messages: Messages) -> str:
    plan, year = results.plan, results.spec.year
    stock = sum(flow.backlog for flow in plan.flows)
    parts = [_text("4.1", messages, start=of_year(messages.date(plan.start), year, messages))]
    parts.append(_text("4.1.stock", messages, n=stock) if stock else _text("4.1.empty", messages))
    warm_up = messages.duration(plan.warm_up)
    parts.append(_text(f"4.1.{'warm_up' if plan.warm_up else 'no_warm_up'}", messages, d=warm_up))
    return " ".join(parts)


@_of_each
def _length(results: Results, messages: Messages) -> str:
    plan, year = results.plan, results.spec.year
    period = measured_period(plan.start, plan.warm_up, plan.days, year, messages)
    return _text("4.2", messages, days=messages.text("duration.days", n=plan.days), period=period)


@_of_each
def _replications(results: Results, messages: Messages) -> str:
    spec = results.spec
    reason = messages.text(f"ran.reason.{spec.reason}", stated=spec.stated)
    return _text("4.3", messages, n=spec.replications, reason=reason)


def _estimation(report: ReportData, messages: Messages) -> str:
    parts = [_replications(report, messages)]
    comparison = report.comparison
    if comparison is not None:
        apart = [int(number) for number in comparison.independent]
        if len(apart) < len(report.others):
            parts.append(_text("4.3.paired", messages))
        if apart:
            names = "; ".join(report.titles(messages)[number] for number in apart)
            parts.append(_text("4.3.welch", messages, names=names))
        if len(report.others) > 1:
            level = messages.percent(comparison.level)
            facts = {"n": len(report.others), "level": level, "method": ADJUSTMENT}
            parts.append(_text("4.3.together", messages, **facts))
    return " ".join(parts)


def _software(report: ReportData, messages: Messages) -> str:
    manifest = report.stored[0].manifest
    packages = _listed(f"{name} {version}" for name, version in manifest["packages"].items())
    facts = {"version": manifest["langson"], "code": manifest["code"][:12], "packages": packages}
    return _text("5.1", messages, **facts)


def _sampling(report: ReportData, messages: Messages) -> str:
    seeds = dict.fromkeys(str(results.seed) for results in report.several)
    parts = [_text("5.2", messages, method=random_numbers.METHOD, seed=_listed(seeds))]
    if report.others and len(seeds) == 1:
        parts.append(_text("5.2.common", messages))
    return " ".join(parts)


def _execution(report: ReportData, messages: Messages) -> str:
    engines = " + ".join(sorted({results.engine for results in report.several}))
    return _text("5.3", messages, engine=engines)


def _system(report: ReportData, messages: Messages) -> str:
    machine = report.stored[0].manifest["machine"]
    shown = (
        f"{machine['implementation']} {machine['python']}, {machine['system']} "
        f"{machine['release']}, {machine['processor']}"
    )
    seconds = messages.number(sum(r.timings["wall"] for r in report.several), 1)
    return _text("5.4", messages, machine=shown, seconds=seconds)


def _sharing(report: ReportData, messages: Messages) -> str:
    return _text("6.1", messages, n=len(report.several))


ANSWERS: dict[str, Answer] = {
    "1.1": _purpose,
    "1.2": _outputs,
    "1.3": _aims,
    "2.1": _overview,
    "2.2": _logic,
    "2.3": _scenarios,
    "2.4": _algorithms,
    "2.5.1": _entities,
    "2.5.2": _activities,
    "2.5.3": _resources,
    "2.5.4": _queues,
    "2.5.5": _exits,
    "3.1": _sources,
    "3.2": _derived,
    "3.3": _inputs,
    "3.4": _assumptions,
    "4.1": _start,
    "4.2": _length,
    "4.3": _estimation,
    "5.1": _software,
    "5.2": _sampling,
    "5.3": _execution,
    "5.4": _system,
    "6.1": _sharing,
}
"""Function that answers each of the 24 items."""
