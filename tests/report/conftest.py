"""Pictures are drawn in the house style throughout."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sim.report.style import house_style


@pytest.fixture(autouse=True)
def _style() -> Iterator[None]:
    with house_style():
        yield
