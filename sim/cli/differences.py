"""Differences of scenarios from the baseline, on the terminal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sim.cli.console import fitting_table, heading, note
from sim.cli.tables import DIFFERENCES, LESS_DIFFERENCES, differences_table
from sim.report.text.best import time_and_money
from sim.report.text.notices import caveats
from sim.report.text.uncertainty import error_name, inputs_sentence, sign_sentences
from sim.results import upgrades_sentence

if TYPE_CHECKING:
    from sim.compare import Comparison
    from sim.messages import Messages

__all__ = ["print_comparison"]


def print_comparison(comparison: Comparison, messages: Messages) -> None:
    """Print what each scenario changes against the first, with cautions."""
    base, others = comparison.names[0], comparison.names[1:]
    busy = any(sample.busy for sample in comparison.samples)
    shown_gain = False
    for name, other in zip(others, comparison.samples[1:], strict=True):
        title = messages.text("compare.title", scenario=name, baseline=base)
        heading(title, _subtitle(comparison, name, messages))
        if not busy:
            note(messages.text("bulletin.empty"))
            continue
        paired = comparison.of(name)["variance_ratio"].count() > 0
        absent = {"gain"} if not paired else set()
        absent |= set() if "inputs_share" in comparison.table.columns else {"inputs"}
        columns = [column for column in DIFFERENCES if column not in absent]
        laid_out = partial(differences_table, comparison, name, messages)
        lost = fitting_table(
            laid_out, partial(_heading, messages), columns, LESS_DIFFERENCES, messages
        )
        shown_gain = shown_gain or (paired and "gain" not in lost)
        dated = [(upgrade.title, upgrade.opens) for upgrade in other.upgrades]
        if upgrades := upgrades_sentence(dated, other.start, other.year, messages):
            note(upgrades)
    if shown_gain:
        note(messages.text("compare.gain_note"))
    if sets := inputs_sentence(comparison.samples, messages):
        note(sets)
        note(messages.text("inputs.column"))
    for sentence in sign_sentences(comparison, messages):
        note(sentence)
    if both := time_and_money(comparison.samples, comparison.names, messages):
        note(both)
    for caveat in caveats(comparison, messages):
        note(caveat)


def _heading(messages: Messages, column: str) -> str:
    return messages.text(f"compare.{column}")


def _subtitle(comparison: Comparison, name: str, messages: Messages) -> str:
    """Say how a difference came about, and what its interval holds for."""
    several = len(comparison.names) - 1
    error = error_name(comparison.samples, messages)
    if name in comparison.independent:
        return messages.text("compare.welch", error=error)
    shared = "more" if name in comparison.other_demand else "same"
    kind = "one" if several == 1 else "many"
    vehicles = messages.text(f"compare.vehicles.{shared}")
    return messages.text(f"compare.{kind}", n=several, vehicles=vehicles, error=error)
