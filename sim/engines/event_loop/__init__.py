"""Compiled event loop: what engine `des` does, for whole routes, with the extra `fast`.

The order of events and the rules are those of :mod:`sim.engines`, to the last bit. What
vehicles wait for and hold is laid out as arrays (:mod:`.build`), the loop runs over them
(:mod:`.loop`) and fills in the rows of the log in place.
"""

from __future__ import annotations

import sys
from collections.abc import Set as AbstractSet

import numpy as np

from sim.arrays import Bools
from sim.engines.log import VisitLog
from sim.engines.preconditions import independent_routes
from sim.plan import StageKind
from sim.queues import compiled

__all__ = ["KINDS", "fill", "pays", "ready"]

KINDS = frozenset(
    (StageKind.SERVERS, StageKind.DELAY, StageKind.SLOTS, StageKind.BATCH, StageKind.HOLD)
)
"""Kinds of stages that the loop serves; routes with any other are left to `des`."""

DES = 7e-6
"""Seconds that `des` takes longer than the loop for each visit."""

LOADING, COMPILING = 0.15, 30.0
"""Seconds to load the loop from disk, numba apart, and to compile it."""

_ahead = [1]
"""Replications that are expected, of the plan that is run."""

_LARGE = 20_000
"""Visits from which routes that share nothing are run one after the other."""

_by_des = [0]
"""Visits that this process has run by `des` for want of the loop."""


def expect(replications: int) -> None:
    """Announce how many replications of a plan are to be run from now on."""
    _ahead[0] = replications


def ready() -> bool:
    """Whether the loop is compiled, in memory or on disk; imports numba where it may be."""
    if not compiled.available() or not compiled.may_be_on_disk(f"{__path__[0]}/loop"):
        return False
    if not compiled.is_importable():
        return False
    from sim.engines.event_loop.compiling import is_ready
    from sim.engines.event_loop.loop import run

    return is_ready(run)


def pays(log: VisitLog, routes: AbstractSet[int]) -> bool:
    """Return whether some routes should be run by the loop rather than by `des`.

    Nobody waits for the loop to be loaded or compiled before that costs less than what `des` has
    cost so far, or will in the replications expected.
    """
    stages = [stage for stage in log.plan.stages if stage.route in routes]
    if not compiled.available() or not KINDS.issuperset(stage.kind for stage in stages):
        return False
    if "sim.engines.event_loop.loop" in sys.modules and _loaded():
        return True
    visits = _visits(log, routes)
    _by_des[0] += visits
    saved = DES * max(_by_des[0], visits * _ahead[0])
    loading = LOADING if compiled.loaded() else LOADING + compiled.LOADING
    if saved >= loading + COMPILING:
        return compiled.is_importable()
    return saved >= loading and ready()


def _loaded() -> bool:
    from sim.engines.event_loop.loop import run

    return bool(getattr(run, "overloads", ()))


def fill(log: VisitLog, routes: set[int]) -> Bools:
    """Run some routes event by event and fill in their rows of the log.

    Returns
    -------
    Whether each vehicle of these routes comes to its gate, shape ``(vehicles,)``; who chooses
    comes to one of several, and the others' rows remain empty.

    Raises
    ------
    ModuleNotFoundError
        numba is not installed.
    """
    from sim.engines.event_loop.build import build_border
    from sim.engines.event_loop.loop import run

    comes = log.vehicles(routes)
    if not log.workload.decisions:
        for group in _parts(log, routes):
            run(build_border(log, group, log.vehicles(group)))
        return comes
    for decisions in log.workload.decisions:
        comes[decisions.vehicle] = False
    run(build_border(log, routes, comes))  # fills in who comes
    return comes


def _parts(log: VisitLog, routes: set[int]) -> list[set[int]]:
    """Part routes that share nothing, as far as they are large: short heaps are quicker."""
    large, small = [], set[int]()
    for group in independent_routes(log.plan, routes):
        if _visits(log, group) < _LARGE:
            small |= group
        else:
            large.append(group)
    return [*large, small] if small else large


def _visits(log: VisitLog, routes: AbstractSet[int]) -> int:
    """Number of visits to the stages of some routes."""
    stages = [i for i, stage in enumerate(log.plan.stages) if stage.route in routes]
    return int(np.diff(log.workload.bounds)[stages].sum())
