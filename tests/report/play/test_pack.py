"""Columns come back as they were."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report.play.pack import pack
from tests.report.play.unpack import read_numbers


@given(st.lists(st.integers(0, 2**40)))
def test_whole_numbers_come_back(numbers: list[int]) -> None:
    """Any whole numbers survive, small or large."""
    assert read_numbers(pack(numbers)) == numbers


@given(st.lists(st.integers(-(2**40), 2**40)))
def test_signed_numbers_come_back(numbers: list[int]) -> None:
    """So do negative ones in a signed column."""
    assert read_numbers(pack(numbers, signed=True), signed=True) == numbers


def test_small_numbers_take_a_byte() -> None:
    """Numbers below 128 take a byte each, which base64 makes four thirds."""
    assert len(pack(np.arange(128).repeat(3))) == 4 * 128


def test_negative_numbers_are_refused() -> None:
    """An unsigned column does not lose a sign in silence."""
    with pytest.raises(ValueError, match="signed"):
        pack([1, -1])
