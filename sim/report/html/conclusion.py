"""Conclusion of a report in three sentences, each built from what the runs gave.

The first says what happens to waiting, the second what that is worth or which targets are
met, the third on what it rests.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.catalogue import DIRECTIONS, SIDES
from sim.compare import Benefit, audit, best
from sim.messages import Messages
from sim.report.html.parts import show_change
from sim.report.html.report_data import Difference, ReportData
from sim.report.text.best import TIME
from sim.report.text.bottleneck import bottlenecks
from sim.report.text.evidence import evidence_counts
from sim.report.text.format import change_decimals, estimate_text, rounded
from sim.report.text.key_inputs import key_inputs
from sim.report.text.notices import overload_notices
from sim.report.text.summary import route_title
from sim.report.text.targets import outcome, promise

__all__ = ["conclusion", "cost_per_hour"]

_BILLION = 1e9
_DAYS = 365.0
_MOST_TARGETS = 3
"""Targets that a sentence names; of more it counts the verdicts."""


@dataclass(frozen=True)
class _Choice:
    """The scenario that leaves least waiting, and those that may leave as little."""

    number: int
    others: tuple[int, ...]


def conclusion(report: ReportData, messages: Messages) -> list[str]:
    """Return the sentences, at most three."""
    if report.others:
        choice = _choice(report)
        worth = [
            _growing(report, messages),
            _targets(report, messages),
            _money(report, choice.number, messages),
        ]
        sentences = [_waiting(report, choice, messages), " ".join(filter(None, worth))]
    else:
        second = _targets(report, messages) or _bottleneck(report, messages)
        worth = [_growing(report, messages), second]
        sentences = [_alone(report, messages), " ".join(filter(None, worth))]
    sentences.append(_rests(report, messages))
    return [sentence for sentence in sentences if sentence]


def cost_per_hour(report: ReportData, number: int, gains: Benefit | None) -> float | None:
    """Annual cost of a scenario by vehicle-hour of waiting that it saves, VND.

    None where hours saved cannot be told from none, or nothing is paid.
    """
    change = report.difference(number, "all", "all", TIME.measure)
    if gains is None or change is None or change.verdict != "better":
        return None
    cost = gains.capital + gains.running
    return cost / (-change.change * _DAYS) if cost > 0.0 else None


def _choice(report: ReportData) -> _Choice:
    """Choose the scenario with least waiting; the only one where there is one."""
    if len(report.others) == 1:
        return _Choice(1, ())
    chosen = report.once("least waiting", lambda: best(report.samples, TIME))
    return _Choice(chosen.chosen, tuple(n for n in chosen.others if n != chosen.chosen))


def _waiting(report: ReportData, choice: _Choice, messages: Messages) -> str:
    """Say which scenario leaves least waiting and what it changes."""
    titles = report.titles(messages)
    if choice.number == 0:
        return messages.text("report.conclusion.none", n=len(report.others), baseline=titles[0])
    effect = _effect(report, choice.number, titles, messages)
    if len(report.others) == 1:
        return effect
    key = "open" if choice.others else "choice"
    facts = {"n": len(titles), "others": "; ".join(titles[number] for number in choice.others)}
    return f"{messages.text(f'report.conclusion.{key}', **facts)} {effect}"


def _effect(report: ReportData, number: int, titles: list[str], messages: Messages) -> str:
    """Say what a scenario does to the wait of exports and of imports, and where it does most."""
    parts = []
    for direction in DIRECTIONS:
        everywhere = report.difference(number, "all", direction, "wait_mean")
        if everywhere is None:
            continue
        name = messages.text(f"direction.{direction}")
        key = f"report.headline.{_way(everywhere)}"
        text = messages.text(key, direction=name, **_values(everywhere, messages))
        most = report.most_changed(number, direction)
        if most is not None:
            gate, change = most
            place = report.gate_title(gate, messages)
            values = _values(change, messages)
            text += ", " + messages.text("report.headline.most", gate=place, **values)
        parts.append(text)
    changes = "; ".join(parts) or messages.text("report.headline.unknown")
    return f"{messages.text('report.headline.changes', scenario=titles[number])} {changes}."


def _way(difference: Difference) -> str:
    if difference.verdict == "same":
        return "same"
    return "up" if difference.change > 0 else "down"


def _values(difference: Difference, messages: Messages) -> dict[str, str]:
    """Write both sides of a difference, as fine as its interval allows."""
    clear = bool(difference.clear)
    digits = change_decimals(difference.estimate, difference.unit, clear=clear)
    shown = {"before": difference.before, "after": difference.after}
    return {name: rounded(value, digits, messages) for name, value in shown.items()} | {
        "change": show_change(difference, messages)
    }


def _growing(report: ReportData, messages: Messages) -> str:
    """Say of the worst queue that grows as long as one simulates, so that no mean is one of it."""
    for title, sample in zip(report.titles(messages), report.samples, strict=True):
        for notice in overload_notices(sample, title, messages):
            if notice.code == "unstable-queue":
                return f"{notice.message}."
    return ""


def _money(report: ReportData, chosen: int, messages: Messages) -> str:
    """Say what the chosen scenario costs and saves, and another one where it gains more."""
    gains = {number: gain for number, gain in enumerate(report.benefits) if gain is not None}
    if not gains:
        return ""
    richest = max(gains, key=lambda number: gains[number].net)
    shown = [number for number in dict.fromkeys((chosen, richest)) if number in gains]
    return " ".join(_gains(report, number, gains[number], messages) for number in shown)


def _gains(report: ReportData, number: int, gains: Benefit, messages: Messages) -> str:
    """Say what a scenario costs, saves and nets in a year, and what an hour less costs."""
    amounts = {
        "cost": gains.capital + gains.running,
        "saved": gains.saved, "net": gains.net, "low": gains.low, "high": gains.high,
    }  # fmt: skip
    facts = {
        name: messages.number(amount / _BILLION, 1, sign=name in ("net", "low", "high"))
        for name, amount in amounts.items()
    }
    text = messages.text("report.conclusion.money", scenario=report.titles(messages)[number],
                         **facts)  # fmt: skip
    hour = cost_per_hour(report, number, gains)
    if hour is None:
        return text
    amount = messages.number(float(f"{hour:.2g}"))
    return f"{text} {messages.text('report.conclusion.hour', amount=amount)}"


def _targets(report: ReportData, messages: Messages) -> str:
    """Say of the targets of the last scenario that has some whether they are met."""
    sample = next((sample for sample in reversed(report.samples) if sample.targets), None)
    if sample is None:
        return ""
    audits = [audit(target, sample.tables) for target in sample.targets]
    if len(audits) > _MOST_TARGETS:
        counts = {
            verdict: sum(result.verdict == verdict for result in audits)
            for verdict in ("met", "missed")
        }
        return messages.text("report.conclusion.targets", n=len(audits), **counts)
    return " ".join(
        messages.text(
            "report.conclusion.target",
            target=messages.pick(result.target.title),
            verdict=messages.text(f"report.target.{result.verdict}"),
            outcome=outcome(result, messages),
            promise=promise(result.target, messages),
        )
        for result in audits
    )


def _alone(report: ReportData, messages: Messages) -> str:
    """Say how many cross in each direction, how long they wait, and how many stand at 20:00."""
    sentences = []
    for direction in DIRECTIONS:
        names = {"crossed": "crossed_per_day", "wait": "wait_mean"}
        names |= {side: f"wait_{side}_mean" for side in SIDES}
        facts = {
            name: report.estimate(0, "all", direction, measure) for name, measure in names.items()
        }
        if facts["wait"].mean is not None:
            shown = {name: estimate_text(value, messages) for name, value in facts.items()}
            name = messages.text(f"direction.{direction}")
            name = name[0].upper() + name[1:]
            sentences.append(messages.text("report.headline.alone", direction=name, **shown))
    waiting = report.estimate(0, "all", "export", "waiting_2000")
    if waiting.mean is not None:
        shown_waiting = estimate_text(waiting, messages)
        sentences.append(messages.text("report.headline.waiting", waiting=shown_waiting))
    return " ".join(sentences)


def _bottleneck(report: ReportData, messages: Messages) -> str:
    """Say at which stage of which gate most hours are waited."""
    binding = report.of_each(bottlenecks)[0].values()
    if not binding:
        return ""
    total = sum(entry.hours / entry.share for entry in binding if entry.share)
    most = max(binding, key=lambda entry: entry.hours)
    stage = next(stage for stage in report.base.plan.stages if stage.id == most.stage)
    return messages.text(
        "report.conclusion.bottleneck",
        stage=messages.pick(stage.title),
        place=route_title(report.base.plan, stage.route, messages),
        share=messages.percent(most.hours / total),
        hours=messages.number(most.hours, 1),
    )


def _rests(report: ReportData, messages: Messages) -> str:
    """Say how many inputs are assumed and which of them to check first."""
    counts = evidence_counts(report.several[-1].scenario)
    inputs = report.of_each(key_inputs)[-1]
    facts = {"n": counts.total(), "assumed": counts["assumption"]}
    text = messages.text("report.conclusion.rests", **facts)
    if not inputs:
        return text
    first = inputs[0]
    plan = report.several[-1].plan
    check = messages.text(
        "report.conclusion.check",
        stage=messages.pick(first.stage.title),
        place=route_title(plan, first.stage.route, messages),
        name=first.name,
        value=first.value,
    )
    return f"{text} {check}"
