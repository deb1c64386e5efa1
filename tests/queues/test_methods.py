"""The choice of a method, with numba and without it."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from sim.queues import Calendar, compiled, fifo, methods

HOURS = Calendar(np.array([0.0]), np.array([1e9]))


def chosen(monkeypatch: pytest.MonkeyPatch, shape: tuple[int, ...], **options: object) -> str:
    """The method that served a queue of this shape."""
    used: list[str] = []

    def spy(name: str) -> object:
        def note(task: methods.Task) -> None:
            used.append(name)
            methods._by_scalar(task)

        return note

    table = {name: (spy(name), refuses) for name, (_, refuses) in methods.SERVE.items()}
    monkeypatch.setattr(methods, "SERVE", table)
    fifo(np.zeros(shape), np.zeros(shape), 2, **options)  # type: ignore[arg-type]
    return used[0]


@pytest.mark.parametrize(
    ("shape", "options", "method"),
    [
        ((100,), {}, "scalar"),
        ((30_000,), {}, "blocks"),
        ((9_000,), {}, "scalar"),
        ((9_000,), {"calendar": HOURS}, "blocks"),
        ((30_000,), {"room": 3}, "scalar"),
        ((450, 20), {"calendar": HOURS}, "blocks"),
        ((450, 256), {"calendar": HOURS}, "lanes"),
        ((5, 16), {}, "lanes"),
        ((5, 15), {}, "scalar"),
        ((5, 16), {"room": 3}, "scalar"),
        ((5, 40), {"room": 3}, "lanes"),
        ((5, 40), {"room": 3, "calendar": [HOURS, Calendar.always()]}, "scalar"),
    ],
)
def test_without_numba_the_shape_decides(
    monkeypatch: pytest.MonkeyPatch,
    shape: tuple[int, ...],
    options: dict[str, object],
    method: str,
) -> None:
    """Wide queues go by lanes, long ones by blocks, the rest one by one."""
    monkeypatch.setattr(compiled, "pays_off", lambda *_: False)
    assert chosen(monkeypatch, shape, **options) == method


def test_numba_is_taken_where_it_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The method that would serve otherwise tells what is saved; small queues use what is there."""
    gains: list[float] = []
    monkeypatch.setattr(compiled, "pays_off", lambda _, gain: gains.append(gain))
    assert chosen(monkeypatch, (100,)) == "scalar"
    assert chosen(monkeypatch, (60_000,)) == "blocks"
    assert gains == [methods._GAINS["scalar"], methods._GAINS["blocks"]]
    monkeypatch.setattr(compiled, "pays_off", lambda *_: True)
    assert chosen(monkeypatch, (100,)) == "compiled"
    assert chosen(monkeypatch, (60_000,), method="numpy") == "blocks"


def test_importing_the_library_does_not_import_numba() -> None:
    """The extra costs nothing until it is needed."""
    code = "import sys, sim.queues as q; q.fifo([0.0], 1.0); assert 'numba' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
