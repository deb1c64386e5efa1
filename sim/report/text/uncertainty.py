"""What a ± holds, of what its variance is made, and how sure the sign of a difference is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sim.catalogue import DIRECTIONS, Quantity
from sim.compare import Comparison, Estimate, ScenarioResults, sign_over_sets
from sim.messages import Messages
from sim.report.text.format import change_text
from sim.results import SweepResults

__all__ = ["error_name", "inputs_sentence", "share_text", "sign_sentences", "sweep_error"]

_LIKELY = 0.9
"""Share of the sets of inputs from which a sign is likely."""

_MEASURE = "wait_mean"


def error_name(samples: Iterable[ScenarioResults], messages: Messages) -> str:
    """Name the error that a ± holds: Monte Carlo alone, or the inputs too."""
    kind = "inputs" if any(sample.uncertain for sample in samples) else "monte_carlo"
    return messages.text(f"error.{kind}")


def sweep_error(sweep: SweepResults, messages: Messages) -> str:
    """Name the error of a sweep's ±: that of the mean, over sets of inputs where it draws any."""
    return messages.text(f"error.{'sets' if sweep.uncertain else 'monte_carlo'}")


def share_text(estimate: Estimate | None, messages: Messages) -> str:
    """Write the shares of inputs and of arrivals in the variance of a ±; empty for none."""
    if estimate is None or estimate.inputs is None:
        return ""
    shares = (estimate.inputs, estimate.arrivals)
    return " + ".join(messages.percent(share) for share in shares if share is not None)


def inputs_sentence(samples: Iterable[ScenarioResults], messages: Messages) -> str:
    """Say how many sets of inputs there are and how their part is told; empty for none."""
    sets = [len(sample.replications) for sample in samples if sample.uncertain]
    return messages.text("inputs.sets", n=min(sets)) if sets else ""


def sign_sentences(
    comparison: Comparison, messages: Messages, titles: Sequence[str] | None = None
) -> list[str]:
    """Say of each scenario how sure the sign of its mean wait against the first one's is.

    Only where inputs are uncertain and both draw the same sets. ``titles`` are what the scenarios
    are called, the baseline first, where that is not their names in the comparison.
    """
    shown = dict(zip(comparison.names, titles or comparison.names, strict=True))
    base, sentences = comparison.base, []
    for name, other in zip(comparison.names[1:], comparison.samples[1:], strict=True):
        if not (base.uncertain and other.uncertain) or name in comparison.independent:
            continue
        several = len(other.busy) > 1
        gates = [gate for gate in other.gates if several and _changed(comparison, name, gate)]
        for gate in ["all", *gates]:
            for direction in DIRECTIONS:
                sentence = _sign_sentence(comparison, name, gate, direction, messages)
                sentences += [f"{shown[name]}, {sentence}"] if sentence else []
    return sentences


def _changed(comparison: Comparison, name: str, gate: str) -> bool:
    """Whether the wait at a gate differs in any set."""
    other = comparison.samples[comparison.names.index(name)]
    rows = comparison.of(name).filter(gate=gate, measure=_MEASURE)
    moved = rows.filter(rows["difference"].fill_null(0.0) != 0.0)
    return gate in other.busy and not moved.is_empty()


def _sign_sentence(
    comparison: Comparison, name: str, gate: str, direction: str, messages: Messages
) -> str:
    """Say in how many sets the wait of a direction is less or more, and how sure that is."""
    rows = comparison.of(name).filter(gate=gate, direction=direction, measure=_MEASURE)
    row = next(rows.iter_rows(named=True), None)
    if row is None or not row["difference"]:
        return ""
    other = comparison.samples[comparison.names.index(name)]
    sign = sign_over_sets(comparison.base, other, Quantity(_MEASURE, gate, direction))
    change = Estimate.of(row, mean="difference").times(60.0)
    less = (change.mean or 0.0) < 0.0
    sets = sign.less if less else sign.more
    sure = "sure" if change.clear else "likely" if sets >= _LIKELY * sign.sets else "open"
    place = messages.text("waits.all") if gate == "all" else messages.pick(other.gates[gate])
    size, tail = change_text(change, messages, "min", clear=None)
    split = share_text(replace(change, arrivals=None), messages)
    arrivals = "?" if change.arrivals is None else messages.percent(change.arrivals)
    key = "inputs.sign" if split else "inputs.sign_alone"
    return messages.text(
        key,
        place=f"{place}, {messages.text(f'direction.{direction}')}",
        change=f"{size} {tail}".strip(),
        share=split,
        arrivals=arrivals,
        word=messages.text("inputs.less" if less else "inputs.more"),
        k=sets,
        n=sign.sets,
        verdict=messages.text(f"inputs.{sure}"),
    )
