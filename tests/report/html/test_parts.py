"""Numbers as the report writes them."""

from __future__ import annotations

import pytest

from sim.cli.tables import aligned
from sim.compare import Caution, Estimate
from sim.messages import messages
from sim.report.html.parts import show_change
from sim.report.html.report_data import Difference
from sim.report.text.format import caution_notes, estimate_text


@pytest.mark.parametrize(
    ("change", "half", "shown"),
    [
        (-1.25, 0.2, "▼ 1.2 ± 0.2"),
        (0.0004, 0.0001, "▲ <0.001"),
        (-0.02, 0.0001, "▼ 0.02 ± <0.01"),
    ],
)
def test_no_clear_change_reads_as_nothing(change: float, half: float, shown: str) -> None:
    """A change that rounding would make 0 says that it is less than the last decimal."""
    difference = Difference("vietnam_time_mean", "h", 3.0, 3.0 + change, change, half, "better")
    assert show_change(difference, messages("en")).replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize(
    ("estimate", "unit", "shown"),
    [
        (Estimate(6.8, 0.9, 5.9, 7.7), "h", "6.8 ± 0.9"),
        (Estimate(17.34, 12.4, 4.94, 29.74), "h", "17 ± 12"),
        (Estimate(4644.0, 346.0, 4298.0, 4990.0), "", "4,640 ± 350"),
        (Estimate(0.52, 1.2, 0.05, 1.72), "h", "0.5 (0.1–1.7)"),
        (Estimate(98.5, 6.5, 92.0, 100.0), "%", "98.5 (92.0–100.0)"),
        (Estimate(4.0, None, 4.0, 4.0, Caution.EQUAL), "", "4 (the same in all replications)"),
        (Estimate(0.0, None, 0.0, 0.0, Caution.EQUAL), "%", "0"),
        (Estimate(2.0, None, 0.0, 9.0, Caution.ALIKE), "", "2 (most replications are equal)"),
        (Estimate(2.0, 3.5, 0.0, 5.5, Caution.FEW), "", "2 (0–6)"),
        (Estimate(5.0), "", "5"),
    ],
)
def test_an_estimate_shows_what_its_interval_allows(
    estimate: Estimate, unit: str, shown: str
) -> None:
    """No digit finer than two of ±; ends where ± would mislead; a reason where there is none."""
    assert estimate_text(estimate, messages("en"), unit) == shown


def test_the_terminal_aligns_and_explains() -> None:
    """The signs stand below one another; what has no interval says so, and why, below the table."""
    estimates = [
        Estimate(12.0, 3.0, 9.0, 15.0),
        Estimate(140.0, 62.0, 100.0, 202.0),
        Estimate(1.0, None, 0.0, 6.0, Caution.SKEWED),
        Estimate(4.0, None, 4.0, 4.0, Caution.EQUAL),
    ]
    cells = [cell.plain for cell in aligned(estimates, messages("en"), 0)]
    assert cells == ["12 ±  3", "140 ± 62", "1 ±  ?", "4"]
    assert caution_notes(estimates, messages("en")) == [
        "No ±: the same in all replications",
        "± ?: no interval, one replication carries the mean",
    ]
