"""Numbers as the report writes them."""

from __future__ import annotations

import pytest

from sim.report.html.material import Difference
from sim.report.html.parts import show_change
from sim.words import words


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
    assert show_change(difference, words("en")).replace("\N{NO-BREAK SPACE}", " ") == shown
