"""Lines and services of the compiled event loop: who waits, and who is taken when."""

from __future__ import annotations

import numpy as np

from sim.engines.event_loop.compiling import called, inlined
from sim.engines.event_loop.primitives import (
    mark_due,
    opens_at,
    pop_server,
    push,
    push_server,
    resumed,
    wake,
)
from sim.engines.event_loop.state import Border

__all__ = [
    "begin",
    "first_line",
    "free_server",
    "is_up_to_crossing",
    "join",
    "keeps_server",
    "serve_at_servers",
    "serve_at_slots",
    "serve_batch",
    "take",
    "withdraw",
]


@inlined
def join(border: Border, row: int, s: int) -> None:
    """Stand in line at a station, before those of higher number who came with this one."""
    station, lines, arrive = border.stations[s], border.lines, border.visits.arrive
    line = line_at(border, row, s)
    now = border.clock[0]["now"]
    last = lines.tail[line]
    after = -1
    while last > row and arrive[last] == now:
        after = last
        last = lines.ahead[last]
    link(border, line, last, row, after)
    if station["free"] > 0 or station["eager"]:
        mark_due(border, s)


@inlined
def line_at(border: Border, row: int, s: int) -> int:
    """The line in which a row waits at a station."""
    flow = border.vehicles.flow[border.visits.vehicle[row]]
    return int(border.tables.line_of[s * len(border.tables.stock_of) + flow])


@inlined
def link(border: Border, line: int, last: int, row: int, after: int) -> None:
    """Put a row into a line between two others."""
    lines = border.lines
    lines.ahead[row] = last
    lines.behind[row] = after
    if last >= 0:
        lines.behind[last] = row
    else:
        lines.head[line] = row
    if after >= 0:
        lines.ahead[after] = row
    else:
        lines.tail[line] = row
    border.stations[border.visits.station[row]]["waiting"] += 1


@inlined
def unlink(border: Border, line: int, row: int) -> None:
    """Take a row out of a line."""
    lines = border.lines
    last, after = lines.ahead[row], lines.behind[row]
    if last >= 0:
        lines.behind[last] = after
    else:
        lines.head[line] = after
    if after >= 0:
        lines.ahead[after] = last
    else:
        lines.tail[line] = last
    border.stations[border.visits.station[row]]["waiting"] -= 1


@called
def withdraw(border: Border, row: int) -> None:
    """The vehicle stands no longer in a line."""
    unlink(border, line_at(border, row, border.visits.station[row]), row)


@inlined
def take(border: Border, line: int) -> int:
    """Take the first of a line out."""
    row = int(border.lines.head[line])
    unlink(border, line, row)
    return row


@inlined
def first_line(border: Border, s: int) -> int:
    """The first line of a station in which somebody waits; somebody does."""
    line = int(border.stations[s]["line"])
    while border.lines.head[line] < 0:
        line += 1
    return line


@inlined
def wanted(border: Border, g: int) -> bool:
    """Whether anybody waits whom a group of servers may serve."""
    group, tables = border.groups[g], border.tables
    for i in range(tables.tier_bounds[group["tier"]], tables.tier_bounds[group["tiers"]]):
        if border.lines.head[tables.tier_lines[i]] >= 0:
            return True
    return False


@inlined
def next_line(border: Border, g: int) -> int:
    """The line that a group serves next: least rank, then arrival, then number; -1 if none."""
    group, tables, arrive = border.groups[g], border.tables, border.visits.arrive
    best, head = -1, -1
    for tier in range(group["tier"], group["tiers"]):
        for i in range(tables.tier_bounds[tier], tables.tier_bounds[tier + 1]):
            row = border.lines.head[tables.tier_lines[i]]
            if row >= 0 and (
                head < 0
                or arrive[row] < arrive[head]
                or (arrive[row] == arrive[head] and row < head)
            ):
                best, head = tables.tier_lines[i], row
        if head >= 0:
            break
    return best


@inlined
def open_group(border: Border, s: int, now: float) -> int:
    """The group of the lowest-numbered free server that is open and serves who waits, or -1."""
    station, groups, idle = border.stations[s], border.groups, border.tables.idle
    if station["plain"]:
        return station["group"] if opens_at(border, station["group"], now) == now else -1
    best, lowest = -1, 0
    for g in range(station["group"], station["groups"]):
        if groups[g]["count"] > 0:
            server = idle[groups[g]["idle"]]
            better = best < 0 or server < lowest
            if better and wanted(border, g) and opens_at(border, g, now) == now:
                best, lowest = g, server
    return best


@inlined
def next_opening(border: Border, s: int, now: float) -> float:
    """Return when the first free server opens for a line; inf if none is free or none opens."""
    station = border.stations[s]
    opening = np.inf
    for g in range(station["group"], station["groups"]):
        if border.groups[g]["count"] > 0 and wanted(border, g):
            opening = min(opening, opens_at(border, g, now))
    return opening


@inlined
def begin(border: Border, s: int, row: int, start: float, g: int) -> None:
    """Start a service within the opening last found; its end is known at once."""
    station, visits = border.stations[s], border.visits
    visits.start[row] = start
    if station["virtual"]:
        count_again(border, row)
    if station["resume"]:
        group = border.groups[g]
        k, p = group["turn"], group["calendar"]
        finish = resumed(start, visits.service[row], k, p, border.book)
    else:
        finish = start + visits.service[row]
    visits.finish[row] = finish
    if finish < border.clock[0]["horizon"]:
        push(border, finish, row)


@inlined
def is_up_to_crossing(border: Border, row: int) -> bool:
    """Whether a visit is not after the vehicle's crossing."""
    place, crossing = border.visits.place, border.vehicles.crossed_row[border.visits.vehicle[row]]
    if len(place) == 0:
        return bool(row <= crossing)
    return bool(place[row] <= place[crossing])


@inlined
def count_again(border: Border, row: int) -> None:
    """Put a vehicle that waited elsewhere on the gate's stock."""
    vehicles, tables = border.vehicles, border.tables
    vehicle = border.visits.vehicle[row]
    stock = tables.stock_of[vehicles.flow[vehicle]]
    if stock >= 0 and is_up_to_crossing(border, row):
        tables.inside[stock] += 1
        vehicles.stock[vehicle] = stock


@inlined
def keeps_server(border: Border, row: int) -> bool:
    """Whether a vehicle keeps its server until it has a place in the hold that follows."""
    visits = border.visits
    following = visits.following[row]
    return bool(following >= 0 and border.stations[visits.station[following]]["blocks"])


@inlined
def free_server(border: Border, row: int) -> None:
    """The server of a visit has nothing more to do with it."""
    visits, tables = border.visits, border.tables
    s = visits.station[row]
    station, server = border.stations[s], visits.server[row]
    group = border.groups[tables.home[station["server"] + server]]
    push_server(tables.idle, group["idle"], group["count"], server)
    group["count"] += 1
    station["free"] += 1
    if station["waiting"] > 0:
        mark_due(border, s)


@inlined
def serve_at_servers(border: Border, s: int) -> None:
    """Start all services that can start now."""
    station, visits, now = border.stations[s], border.visits, border.clock[0]["now"]
    while station["waiting"] > 0 and station["free"] > 0:
        g = open_group(border, s, now)
        if g < 0:
            wake(border, s, next_opening(border, s, now))
            return
        group, idle = border.groups[g], border.tables.idle
        row = take(border, next_line(border, g))
        visits.server[row] = idle[group["idle"]]
        begin(border, s, row, now, g)
        # a service of no length leaves its server free, unless it may be kept
        if visits.finish[row] > now or keeps_server(border, row):
            pop_server(idle, group["idle"], group["count"])
            group["count"] -= 1
            station["free"] -= 1


@called
def serve_at_slots(border: Border, s: int) -> None:
    """Fill the departures of this instant."""
    station, visits, now = border.stations[s], border.visits, border.clock[0]["now"]
    slots = border.tables.slots
    while station["waiting"] > 0:
        while station["slot"] < station["slots"] and slots[station["slot"]] < now:
            station["slot"] += 1
        if station["slot"] == station["slots"]:
            return
        if slots[station["slot"]] > now:
            wake(border, s, slots[station["slot"]])
            return
        opens_at(border, station["group"], now)  # it is open
        late = -1
        while is_due(border, s) and station["waiting"] > 0:
            station["slot"] += 1
            row = take(border, first_line(border, s))
            if border.clock[0]["absent"] and visits.absent[row]:
                visits.absent[row] = False
                border.lines.behind[row] = late
                late = row
            else:
                begin(border, s, row, now, station["group"])
        if late >= 0:
            while is_due(border, s):
                station["slot"] += 1
            ask_again(border, s, late)


@inlined
def is_due(border: Border, s: int) -> bool:
    """Whether a departure of this instant has room."""
    station = border.stations[s]
    k = station["slot"]
    return bool(k < station["slots"] and border.tables.slots[k] == border.clock[0]["now"])


@inlined
def ask_again(border: Border, s: int, late: int) -> None:
    """Put those who were absent, linked the latest first, behind all who are there."""
    lines = border.lines
    before = -1
    while late >= 0:  # turn the order round
        earlier = lines.behind[late]
        lines.behind[late] = before
        before, late = late, earlier
    while before >= 0:
        row, before = before, lines.behind[before]
        line = line_at(border, row, s)
        link(border, line, lines.tail[line], row, -1)


@called
def serve_batch(border: Border, s: int) -> None:
    """Let those go who are enough, or whose first has waited long enough."""
    station, now = border.stations[s], border.clock[0]["now"]
    line = station["line"]
    while station["waiting"] > 0:
        due = border.visits.arrive[border.lines.head[line]] + station["within"]
        if station["waiting"] < station["size"] and due > now:
            wake(border, s, due)
            return
        together = min(station["size"], station["waiting"])
        start = opens_at(border, station["group"], now)
        while together > 0:
            begin(border, s, take(border, line), start, station["group"])
            together -= 1
