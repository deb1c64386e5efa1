"""The compiled event loop: one replication of some routes, event by event.

Events have the order that :mod:`sim.engines.des` states. What a station starts is always put
off until all that ends, opens or arrives at the instant has been taken in.
"""

from __future__ import annotations

import numpy as np

from sim.engines.event_loop.compiling import called, entry, inlined
from sim.engines.event_loop.moving import admit, close, finish, is_received, pass_deadline, reach
from sim.engines.event_loop.primitives import mark_due, pop
from sim.engines.event_loop.publishing import next_publication, publish
from sim.engines.event_loop.serving import serve_at_servers, serve_at_slots, serve_batch
from sim.engines.event_loop.state import Border
from sim.plan import StageKind

__all__ = ["run"]

SERVERS, SLOTS = int(StageKind.SERVERS), int(StageKind.SLOTS)
BATCH, HOLD = int(StageKind.BATCH), int(StageKind.HOLD)


@entry
def run(border: Border) -> None:
    """Run to the horizon."""
    clock, heap, vehicles = border.clock[0], border.heap, border.vehicles
    everyone = len(vehicles.arrive)
    due = next_publication(border)
    while True:
        vehicle = clock["vehicle"]
        arrival = vehicles.arrive[vehicle] if vehicle < everyone else np.inf
        event = heap[0]["time"] if clock["events"] > 0 else np.inf
        deadline = border.deadlines[0]["time"] if clock["deadlines"] > 0 else np.inf
        now = min(event, clock["wake"], arrival)
        if clock["due"] > 0 and now > clock["now"]:
            start_services(border)
            continue
        now = min(due, now, deadline)
        if not now < clock["horizon"]:
            break
        clock["now"] = now
        if now == due:
            publish(border)
            due = next_publication(border)
        elif now == event:
            finish(border, pop(border))
        elif now == clock["wake"]:
            wake_up(border)
        elif now == arrival:
            clock["vehicle"] += 1
            if vehicles.comes[vehicle] and is_received(border, vehicle):
                reach(border, vehicles.first[vehicle])
        else:
            pass_deadline(border)
    close(border)


@inlined
def start_services(border: Border) -> None:
    """Let the first of the stations that are due start services."""
    clock = border.clock[0]
    clock["due"] -= 1
    s = border.due[clock["due"]]
    station = border.stations[s]
    station["due"] = 0
    kind = station["kind"]
    if kind == SERVERS:
        serve_at_servers(border, s)
    elif kind == SLOTS:
        serve_at_slots(border, s)
    elif kind == BATCH:
        serve_batch(border, s)
    elif kind == HOLD:
        admit(border, s)


@called
def wake_up(border: Border) -> None:
    """Look at the stations that open or depart now."""
    clock, wakes = border.clock[0], border.wakes
    following = np.inf
    for s in range(len(wakes)):
        if wakes[s] <= clock["now"]:
            wakes[s] = np.inf
            if border.stations[s]["waiting"] > 0:
                mark_due(border, s)
        following = min(following, wakes[s])
    clock["wake"] = following
