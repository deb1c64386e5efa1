"""Compilation ahead of all that the extra `fast` compiles."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from sim.engines import core, event_loop
from sim.engines.log import VisitLog
from sim.errors import EngineError
from sim.measures import measure
from sim.measures.passes import ready
from sim.plan import build_plan
from sim.queues import compiled, fifo
from sim.scenario import load
from sim.scenario.source.shipped import shipped
from sim.sentences import Sentence
from sim.workload import draw

__all__ = ["compile_ahead"]

_SCENARIO = "baseline-2025"
"""A border with every kind of argument that compiled functions are called with."""


def compile_ahead() -> float | None:
    """Compile all functions, and keep the machine code on disk where that can be written.

    Returns
    -------
    Seconds that it took; None where all had been compiled before.

    Raises
    ------
    EngineError
        numba is not installed, is switched off or cannot be imported.
    """
    if not compiled.available() or not compiled.is_importable():
        raise EngineError(
            Sentence(
                "numba is not installed, is switched off by NUMBA_DISABLE_JIT or cannot be "
                "imported, "
                "so there is nothing to compile; pip install -U 'langson[fast]'"
            )
        )
    if compiled.is_on_disk(compiled.kernels().serve_visits) and event_loop.ready() and ready():
        return None
    began, before = time.perf_counter(), compiled.demand
    compiled.demand = replace(before, chosen=True, ahead=True)
    try:
        _call_all()
    finally:
        compiled.demand = before
        ready.cache_clear()
    return time.perf_counter() - began


def _call_all() -> None:
    """Call every compiled function: draw, run by arrays and by events, measure, queue."""
    plan = build_plan(load(shipped()[_SCENARIO], set={"run.days": "1", "run.warm_up": "0 days"}))
    workload = draw(plan, 0)
    measure(core.run(plan, workload), plan)
    event_loop.fill(VisitLog(plan, workload), set(range(len(plan.routes))))
    for shape in ((4,), (4, 2)):
        for servers in (1, 11, 17):
            fifo(np.zeros(shape), np.zeros(shape), servers, method="compiled")
        several = {"priority": np.zeros(shape, np.int64)}, {"room": 1}, {"identify": True}
        for options in several:
            fifo(np.zeros(shape), np.zeros(shape), method="compiled", **options)
