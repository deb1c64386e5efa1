"""Ways of vehicles through the compiled event loop: holds, stocks of gates, and leaving early.

Holds that overflow into one another form a chain. Who asks stands in line for every hold of
its chain at once and takes the first place there is, in the first of them.
"""

from __future__ import annotations

import numpy as np

from sim.engines.event_loop.compiling import called, inlined
from sim.engines.event_loop.primitives import (
    ROW,
    mark_due,
    new_key,
    opens_at,
    pop_event,
    push,
    push_event,
)
from sim.engines.event_loop.serving import (
    begin,
    first_line,
    free_server,
    is_up_to_crossing,
    join,
    keeps_server,
    take,
    withdraw,
)
from sim.engines.event_loop.state import Border
from sim.plan import StageKind

__all__ = ["admit", "close", "finish", "is_received", "pass_deadline", "reach"]

DELAY, HOLD = int(StageKind.DELAY), int(StageKind.HOLD)


@inlined
def reach(border: Border, row: int) -> None:
    """The vehicle arrives at a stage."""
    visits, clock = border.visits, border.clock[0]
    now, s, vehicle = clock["now"], visits.station[row], visits.vehicle[row]
    station = border.stations[s]
    kind = station["kind"]
    visits.arrive[row] = now
    if kind == HOLD:
        ask(border, row)
    if clock["limited"] and is_up_to_crossing(border, row):
        expect_to_leave(border, vehicle, row)
    if kind == DELAY:
        g = station["group"]
        begin(border, s, row, opens_at(border, g, now), g)
    elif kind != HOLD:
        if station["virtual"]:
            wait_elsewhere(border, row)
        join(border, row, s)


@inlined
def expect_to_leave(border: Border, vehicle: int, row: int) -> None:
    """Look at the vehicle at its deadline, or last of all now if that has passed.

    It has one event, whose key may be out of date: :func:`pass_deadline`.
    """
    clock, vehicles = border.clock[0], border.vehicles
    time = max(vehicles.deadline[vehicle], clock["now"])
    if time < clock["horizon"]:
        known = vehicles.latest[vehicle] >= 0
        key = vehicles.latest[vehicle] = new_key(border, row)
        if not known:
            push_event(border.deadlines, clock["deadlines"], time, key)
            clock["deadlines"] += 1


@inlined
def pass_deadline(border: Border) -> None:
    """Take the first deadline; the vehicle leaves if it waits at the stage it reached last."""
    clock, vehicles, heap = border.clock[0], border.vehicles, border.deadlines
    time, key = heap[0]["time"], heap[0]["key"]
    clock["deadlines"] -= 1
    pop_event(heap, clock["deadlines"])
    row = int(key) & ROW
    vehicle = border.visits.vehicle[row]
    latest = vehicles.latest[vehicle]
    if latest == key:
        vehicles.latest[vehicle] = -1
        give_up(border, row)
    else:  # it comes after the deadlines of those who reached their stage before it did
        push_event(heap, clock["deadlines"], time, latest)
        clock["deadlines"] += 1


@inlined
def wait_elsewhere(border: Border, row: int) -> None:
    """Take a vehicle that begins to wait elsewhere off the gate's stock."""
    vehicles, vehicle = border.vehicles, border.visits.vehicle[row]
    stock = vehicles.stock[vehicle]
    if stock >= 0 and is_up_to_crossing(border, row):
        border.tables.inside[stock] -= 1
        vehicles.stock[vehicle] = -1


@inlined
def overflows(border: Border, row: int) -> bool:
    """Whether the visit is to a hold that overflows to that of the next row."""
    return bool(border.stations[border.visits.station[row]]["overflow"] >= 0)


@inlined
def first_of_chain(border: Border, row: int) -> int:
    """Row of the first hold of a chain; the row itself where there is none."""
    chain = border.visits.chain
    return chain[row] if len(chain) > 0 and chain[row] >= 0 else row


@inlined
def ask(border: Border, row: int) -> None:
    """Stand in line for each hold of a chain."""
    visits, now = border.visits, border.clock[0]["now"]
    row = first_of_chain(border, row)
    while True:
        visits.arrive[row] = now
        join(border, row, visits.station[row])
        if not overflows(border, row):
            break
        row = visits.following[row]


@inlined
def admit(border: Border, s: int) -> None:
    """Give the places of a hold to those in line, or turn them back."""
    station, visits, now = border.stations[s], border.visits, border.clock[0]["now"]
    while station["waiting"] > 0:
        if station["free"] == 0:
            if not station["turns_back"]:
                return
            row = border.lines.head[first_line(border, s)]
            border.vehicles.turned_back[visits.vehicle[row]] = True
            go_home(border, leave_line(border, row))
            continue
        row = take(border, first_line(border, s))
        station["free"] -= 1
        visits.start[row] = now
        first = first_of_chain(border, row)
        last = first
        while True:
            if last != row:
                visits.arrive[last] = np.nan
                withdraw(border, last)
            if not overflows(border, last):
                break
            last = visits.following[last]
        free_kept(border, row, visits.following[last])
        leave(border, row, visits.following[last])


@inlined
def free_kept(border: Border, row: int, following: int) -> None:
    """Free the server kept until now, unless the next place is waited for in it too."""
    vehicle = border.visits.vehicle[row]
    server = border.vehicles.kept[vehicle]
    if server < 0:
        return
    if following >= 0 and border.stations[border.visits.station[following]]["blocks"]:
        return
    border.vehicles.kept[vehicle] = -1
    free_server(border, server)


@inlined
def leave(border: Border, row: int, following: int) -> None:
    """Give back what is held until here, leave the gate's stock if this crosses, go on."""
    visits, vehicles = border.visits, border.vehicles
    vehicle = visits.vehicle[row]
    h = vehicles.held[vehicle]
    while h >= 0:
        if border.held.until[h] == row:
            held = border.held.row[h]
            if visits.start[held] == visits.start[held]:  # else another of its chain
                release(border, held)
        h = border.held.following[h]
    stock = vehicles.stock[vehicle]
    if stock >= 0 and row == vehicles.crossed_row[vehicle]:
        border.tables.inside[stock] -= 1
        vehicles.stock[vehicle] = -1
    if following >= 0:
        reach(border, following)


@inlined
def release(border: Border, held: int) -> None:
    """A place is given back; it can be taken again now, or once it is back."""
    visits, clock = border.visits, border.clock[0]
    now = clock["now"]
    visits.finish[held] = now
    back = now + visits.service[held]
    if back > now:
        if back < clock["horizon"]:
            push(border, back, held)
    else:
        is_free(border, visits.station[held])


@inlined
def is_free(border: Border, s: int) -> None:
    """A place of a hold is free again."""
    station = border.stations[s]
    station["free"] += 1
    if station["waiting"] > 0:
        mark_due(border, s)


@called
def leave_line(border: Border, row: int) -> int:
    """Stop waiting for a place; return the row before which the vehicle stood."""
    visits, kept = border.visits, border.vehicles.kept
    last = first_of_chain(border, row)
    withdraw(border, last)
    while overflows(border, last):
        last = visits.following[last]
        withdraw(border, last)
    vehicle = visits.vehicle[row]
    server = kept[vehicle]
    if server >= 0:
        kept[vehicle] = -1
        free_server(border, server)
    return last


@called
def go_home(border: Border, row: int) -> None:
    """The vehicle leaves this stage, and any place it holds, for good."""
    visits, vehicles, now = border.visits, border.vehicles, border.clock[0]["now"]
    vehicle = visits.vehicle[row]
    visits.finish[row] = now
    if visits.start[row] > now:  # the stage would have opened later
        visits.start[row] = np.nan
    if vehicles.stock[vehicle] >= 0:
        border.tables.inside[vehicles.stock[vehicle]] -= 1
    h = vehicles.held[vehicle]
    while h >= 0:
        held = border.held.row[h]
        if visits.start[held] <= now and np.isnan(visits.finish[held]):
            release(border, held)
        h = border.held.following[h]


@inlined
def waits(border: Border, row: int) -> bool:
    """Whether a vehicle that has asked has neither got a place nor left."""
    visits = border.visits
    row = first_of_chain(border, row)
    while True:
        if not (np.isnan(visits.start[row]) and np.isnan(visits.finish[row])):
            return False
        if not overflows(border, row):
            return True
        row = visits.following[row]


@called
def give_up(border: Border, row: int) -> None:
    """The load of a vehicle that still waits after its deadline is sold inland."""
    visits, now = border.visits, border.clock[0]["now"]
    station = border.stations[visits.station[row]]
    if station["kind"] == DELAY:
        leaves = station["owner"] and visits.finish[row] > now
    elif station["kind"] == HOLD:
        leaves = waits(border, row)
    elif np.isnan(visits.start[row]):
        withdraw(border, row)
        leaves = True
    else:
        leaves = visits.start[row] > now  # its batch goes when the stage opens
    if not leaves:
        return
    border.vehicles.gave_up_at[visits.vehicle[row]] = now
    go_home(border, leave_line(border, row) if station["kind"] == HOLD else row)


@inlined
def is_received(border: Border, vehicle: int) -> bool:
    """Count an export vehicle in, or turn it back."""
    vehicles, tables = border.vehicles, border.tables
    flow = vehicles.flow[vehicle]
    stock = tables.stock_of[flow]
    if stock < 0:
        return True
    full = tables.inside[stock] >= tables.above[stock] and not vehicles.initially_queued[vehicle]
    if full and tables.refused[flow]:
        vehicles.turned_back[vehicle] = True
        return False
    tables.inside[stock] += 1
    vehicles.stock[vehicle] = stock
    return True


@inlined
def finish(border: Border, row: int) -> None:
    """A service ends: its server is free, or kept until the next hold has a place."""
    visits, now = border.visits, border.clock[0]["now"]
    s, server = visits.station[row], visits.server[row]
    if border.stations[s]["kind"] == HOLD:  # a place is back
        is_free(border, s)
        return
    if server >= 0 and keeps_server(border, row):
        border.vehicles.kept[visits.vehicle[row]] = row
    elif server >= 0 and visits.finish[row] > visits.start[row]:
        free_server(border, row)
    elif visits.finish[row] < now:
        return  # its owner gave up before
    leave(border, row, visits.following[row])


@called
def close(border: Border) -> None:
    """At the horizon: who still waits for a chain stands before the last of it."""
    visits = border.visits
    for row in range(len(visits.chain)):
        if visits.chain[row] >= 0 and overflows(border, row) and np.isnan(visits.start[row]):
            visits.arrive[row] = np.nan
