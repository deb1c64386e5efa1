"""Sentences and figures of an economic appraisal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sim.appraisal import Appraisal, Appraised, Switching
from sim.economics import PRICE_YEAR
from sim.messages import Messages
from sim.report.text.format import decimals, interval_text, mean_text, rounded
from sim.results.estimates import Estimate
from sim.scenario import Scenario

__all__ = [
    "INDICATORS",
    "billions",
    "delay_sentences",
    "hour_rows",
    "indicator_cells",
    "limits",
    "pays_sentence",
    "range_cell",
    "ranking_sentence",
    "switching_cells",
    "title_of",
    "without_sign",
]

INDICATORS = ("npv", "eirr", "bcr", "payback", "sure")
"""Columns of :func:`indicator_cells`, as messages name them."""

_BILLION = 1e9


def title_of(alternative: Appraised, messages: Messages) -> str:
    """Title of an alternative."""
    return messages.pick(alternative.title)


def billions(value: Estimate, messages: Messages, *, sign: bool = True) -> str:
    """Write VND in bn VND with the interval."""
    scaled = value.times(1.0 / _BILLION)
    digits = decimals(scaled.half_width, most=1)
    tail = interval_text(scaled, messages, digits)
    return f"{mean_text(scaled, messages, digits, sign=sign)} {tail}".strip()


def indicator_cells(alternative: Appraised, messages: Messages) -> list[str]:
    """Write NPV, EIRR, BCR, payback and how sure the sign is, in the order of INDICATORS."""
    own = alternative.indicators
    never = messages.text("appraise.never")
    return [
        billions(own.npv, messages),
        "–" if own.eirr is None else messages.percent(own.eirr),
        "–" if own.bcr is None else messages.number(own.bcr, 2),
        never if own.payback is None else messages.number(own.payback, 1),
        messages.percent(own.probability),
    ]


def range_cell(alternative: Appraised, messages: Messages) -> str:
    """Write between what the net present value lies over all ranges, in bn VND."""
    ends = alternative.indicators.npv_range
    low, high = (messages.number(end / _BILLION, sign=True) for end in ends)
    return messages.text("compare.to", low=low, high=high)


def hour_rows(alternative: Appraised, messages: Messages) -> list[list[str]]:
    """Write for each kind of hour its name, how many are saved a year, and what one costs."""
    rows = []
    for row in alternative.indicators.per_hour:
        digits = decimals(row.hours.half_width, most=0)
        tail = interval_text(row.hours, messages, digits)
        clear = row.cost is not None and row.hours.clear
        saved = f"{mean_text(row.hours, messages, digits)} {tail}".strip()
        cost = messages.number(row.cost) if clear else messages.text("appraise.hours.none")
        rows.append([messages.text(f"appraise.hours.{row.kind}"), saved, cost])
    return rows


def delay_sentences(alternative: Appraised, years: float, messages: Messages) -> str:
    """Say what it costs if all of an alternative opens so many years late."""
    indicators = alternative.indicators
    late = indicators.delay(years)
    later = indicators.delay(years, paid_later=True)
    facts = {
        "name": title_of(alternative, messages),
        "years": messages.short(years),
        "year": str(PRICE_YEAR),
        "late": _size(late, messages),
        "later": _size(later, messages),
    }
    sentences = {
        -1: messages.text("appraise.delay", **facts),
        0: messages.text("appraise.delay.unclear", **facts),
        1: messages.text("appraise.delay.gain", **facts),
    }
    paid = {
        -1: messages.text("appraise.later.cost", **facts),
        0: messages.text("appraise.later.unclear", **facts),
        1: messages.text("appraise.later.gain", **facts),
    }
    return f"{sentences[_sign(late)]} {paid[_sign(later)]}"


def pays_sentence(alternative: Appraised, messages: Messages) -> str:
    """Say below which capital cost an alternative pays; empty where it has none."""
    name = title_of(alternative, messages)
    capital = _capital(alternative)
    row = next((r for r in alternative.indicators.switching if r.name == "capex"), None)
    if row is None or not capital:
        return ""
    if row.switching is None:
        return messages.text("appraise.pays_never", name=name)
    zero = messages.number(capital * row.switching / _BILLION)
    return messages.text("appraise.pays_below", name=name, zero=zero, year=str(PRICE_YEAR))


def ranking_sentence(appraisal: Appraisal, messages: Messages) -> str:
    """Say whether time and money put the same alternative first; empty of a single alternative."""
    several = appraisal.alternatives
    if len(several) < 2:
        return ""
    hours = [_saved(alternative) for alternative in several]
    values = [alternative.indicators.npv.mean or 0.0 for alternative in several]
    quick, rich = hours.index(max(hours)), values.index(max(values))
    names = [title_of(alternative, messages) for alternative in several]
    if quick == rich:
        sentence = messages.text("appraise.agree", time=names[quick])
    else:
        sentence = messages.text(
            "appraise.disagree",
            time=names[quick],
            money=names[rich],
            hours=rounded(hours[quick], -3, messages),
            money_hours=rounded(hours[rich], -3, messages),
            time_npv=messages.number(values[quick] / _BILLION, sign=True),
            money_npv=messages.number(values[rich] / _BILLION, sign=True),
        )
    return sentence if values[rich] > 0.0 else f"{sentence} {messages.text('appraise.none_pays')}"


def limits(appraisal: Appraisal, messages: Messages) -> list[str]:
    """Say what the figures of each alternative rest on."""
    sentences = []
    for alternative in appraisal.alternatives:
        facts = {"name": title_of(alternative, messages)}
        if alternative.overloaded is not None:
            facts |= {"overloaded": str(alternative.overloaded), "last": str(alternative.nodes[-1])}
            key = "appraise.forced" if alternative.forced else "appraise.overloaded"
            sentences.append(messages.text(key, **facts))
        for kind, segments in (("grown", alternative.grown), ("alone", alternative.alone)):
            if segments:
                places = "; ".join(
                    _place(segment, appraisal.base, messages) for segment in segments
                )
                sentences.append(messages.text(f"appraise.{kind}", segments=places, **facts))
    return sentences


def switching_cells(row: Switching, alternative: Appraised, messages: Messages) -> list[str]:
    """Write an input, its range, the values at both ends, and where the value is zero."""
    factor, suffix = _unit(row, alternative)

    def shown(value: float) -> str:
        if suffix:
            return messages.percent(value, 0 if row.name != "discount_rate" else 1)
        return messages.short(value) if row.name == "life" else messages.number(value * factor)

    spread = "–" if row.low == row.high else f"{shown(row.low)}–{shown(row.high)}"
    zero = "" if row.switching is None else shown(row.switching)
    return [
        messages.text(f"appraise.input.{row.name}"),
        shown(row.value),
        spread,
        messages.number(row.npv_low / _BILLION, sign=True),
        messages.number(row.npv_high / _BILLION, sign=True),
        zero or messages.text("appraise.switching.none"),
    ]


def _unit(row: Switching, alternative: Appraised) -> tuple[float, str]:
    """Factor from a share to the unit on the screen, or a percent sign."""
    project = alternative.indicators.project
    sides = project.sides("value")
    if row.name == "capex":
        return _capital(alternative) / _BILLION, ""
    if row.name == "opex":
        return sum(sign * upgrade.opex.value for upgrade, sign, _ in sides) / _BILLION, ""
    if row.name in alternative.prices:
        return alternative.prices[row.name], ""
    return (1.0, "") if row.name == "life" else (1.0, "%")


def _capital(alternative: Appraised) -> float:
    sides = alternative.indicators.project.sides("value")
    return sum(sign * upgrade.capex.value for upgrade, sign, _ in sides)


def _saved(alternative: Appraised) -> float:
    """Vehicle-hours in queues that are saved a year."""
    return alternative.indicators.per_hour[0].hours.mean or 0.0


def _size(change: Estimate, messages: Messages) -> str:
    """Write a change without its sign where it is clear, else with it."""
    if not _sign(change) or change.mean is None:
        return billions(change, messages)
    return billions(without_sign(change), messages, sign=False)


def without_sign(change: Estimate) -> Estimate:
    """Return the estimate of a change, or of its opposite where its mean is below zero."""
    if (change.mean or 0.0) >= 0.0:
        return change
    mean, low, high = (
        None if end is None else -end for end in (change.mean, change.high, change.low)
    )
    return replace(change, mean=mean, low=low, high=high)


def _sign(change: Estimate) -> int:
    """Return -1 or 1 where the interval leaves no doubt of the sign, else 0."""
    if change.mean is None or not change.clear:
        return 0
    return 1 if change.mean > 0.0 else -1


def _place(segment: tuple[str, str, str], base: Scenario, messages: Messages) -> str:
    """Write gate, direction and cargo."""
    gate, direction, cargo = segment
    titles: Sequence[str] = [
        messages.pick(base.model.gates[gate].title.model_dump())
        if gate in base.model.gates
        else gate,
        messages.text(f"direction.{direction}"),
        messages.pick(base.model.cargo[cargo].title.model_dump())
        if cargo in base.model.cargo
        else cargo,
    ]
    return ", ".join(titles)
