"""Engines: a plan and a workload in, journeys out.

An engine draws no random number and knows nothing but its two arguments, so the same
arguments give the same journeys; and all engines give the same, to the last bit. What they
have in common stands here, and nowhere else.

**Order of events at one instant.** First, queue lengths are published, which count what happened
before. Then everything that ends, opens, comes back or arrives is taken in. Then holds that block
let in, so that the servers kept for them are free. Then stages start services in their topological
order. Last, deadlines are looked at: what starts at that instant is in time. So nothing depends
on the order in which simultaneous events were scheduled.

**Servers** take the vehicle of least rank, then earliest arrival, then lowest number; the
lowest-numbered free server that is open and may serve somebody starts first. A service of no
length leaves its server free at once.

**Slots** take one vehicle each, in that order, and are lost if nobody waits. Who is absent loses
the place, which stays empty, and asks again at that moment behind all who have come; once.

**Batches** leave when full or ``within`` after their first vehicle came; an arrival at that very
instant still gets in. Outside the opening hours a batch that has gathered waits for the opening.

**Delays** serve everybody at once while open; nobody stands in line, but an owner's delay can be
abandoned.

**Services** that ``resume`` pause while the stage is closed; others run to their end.

**Holds** are places taken over several stages. A vehicle asks on arrival, by rank, arrival and
number, and gives its place back at the end of a later visit; the place can be taken again after
its return time. At a full hold a vehicle waits; or it keeps the server of the stage before until
it has a place (``block``), goes on to the hold it overflows into, or is turned back.

**Patience.** Before its crossing, a vehicle that waits when its deadline has passed abandons:
it leaves the gate with all that it holds, and its load is sold inland.

**Rules to stop receiving.** A gate turns export vehicles back on arrival while its stock has
reached the threshold. Vehicles that wait elsewhere with a booking are not in the stock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.arguments import checked_arguments
from sim.engines import core, des, event_loop
from sim.engines.entry import check_fit
from sim.errors import EngineError
from sim.journeys import Journeys
from sim.plan import Plan
from sim.queues import compiled
from sim.sentences import Sentence
from sim.workload import Workload

__all__ = ["ENGINES", "choose", "expect", "replications_together", "simulate", "simulate_many"]

# Raises glibc's mmap threshold, so freed arrays (at most 64 MB) are reused instead of returned to
# the system; fresh pages took a tenth of the time of replications run together.
np.empty(3_900_000)

ENGINES: dict[str, Callable[[Plan, Workload], Journeys]] = {"des": des.run, "core": core.run}


@checked_arguments
def choose(engine: str) -> str:
    """Return the name of the engine that will run; ``auto`` is ``core``.

    It is the quicker one, since it leaves to `des` what that does in less time.

    Raises
    ------
    EngineError
        There is no such engine; names those there are.
    """
    if engine not in ("auto", *ENGINES):
        raise EngineError(
            Sentence(
                "no engine '{engine}'; there are: auto, {engines}",
                engine=engine,
                engines=", ".join(ENGINES),
            )
        )
    return "core" if engine == "auto" else engine


@checked_arguments
def simulate(plan: Plan, workload: Workload, engine: str = "auto") -> Journeys:
    """Run one replication.

    Parameters
    ----------
    plan, workload:
        From :func:`sim.build_plan` and :func:`sim.draw`. The workload may be of another plan
        from which the same vehicles are drawn: of the same flows, stages and outages, but with
        other servers, hours, priorities or departures.
    engine:
        ``auto``, the quicker one, ``des`` (SimPy) or ``core`` (arrays, or compiled events).

    Returns
    -------
    Journeys: one row per vehicle and stage, times in minutes since the start.

    Raises
    ------
    EngineError
        There is no such engine.
    ArgumentError
        The workload is of a plan with another demand, or has times that no engine can run.
    """
    check_fit(plan, workload)
    return ENGINES[choose(engine)](plan, workload)


@checked_arguments
def expect(plan: Plan, replications: int) -> None:
    """Announce how many replications are to be run, so that compiled code is loaded if it pays."""
    compiled.expect(replications * core.expected_visits(plan))
    event_loop.expect(replications)


def replications_together(plan: Plan, engine: str) -> int:
    """Return how many replications :func:`simulate_many` should get at a time."""
    return core.replications_together(plan) if engine == "core" else 1


def simulate_many(plan: Plan, workloads: Sequence[Workload], engine: str) -> list[Journeys]:
    """Run replications by an engine chosen before; each is as :func:`simulate` returns it."""
    if engine == "core":
        return core.run_many(plan, workloads)
    return [ENGINES[engine](plan, workload) for workload in workloads]
