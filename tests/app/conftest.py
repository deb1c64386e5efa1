"""One running app over the small border for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.small import write_small

if TYPE_CHECKING:
    from tests.app.serving import Running


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the path of a small scenario."""
    return str(write_small(tmp_path_factory.mktemp("border"))[0])


@pytest.fixture(scope="module")
def app(small: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Serve the app with the small scenario."""
    from tests.app.serving import running

    with running(tmp_path_factory.mktemp("results") / "app", (small,)) as served:
        yield served


@pytest.fixture
def study(small: str) -> dict[str, Any]:
    """Return a study of the small border, with nothing moved."""
    return {"base": small, "gate": "chi_ma"}
