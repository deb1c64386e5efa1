"""Publications in the compiled event loop: queue lengths, and the choices made by them."""

from __future__ import annotations

import numpy as np

from sim.engines.event_loop.compiling import called, inlined
from sim.engines.event_loop.primitives import resumed
from sim.engines.event_loop.state import Border

__all__ = ["next_publication", "publish"]


@inlined
def next_publication(border: Border) -> float:
    """Return when the next publication comes that a decision waits for."""
    published, k = border.publications, border.clock[0]["published"]
    return published.times[published.due[k]] if k < len(published.due) else np.inf


@called
def publish(border: Border) -> None:
    """Count, and let all choose who decide before the next published."""
    published, clock = border.publications, border.clock[0]
    number = published.due[clock["published"]]
    clock["published"] += 1
    for n in range(len(published.counts)):
        published.counts[n] = count(border, n)
    for choice in range(len(published.first)):
        for d in range(published.first[choice, number], published.first[choice, number + 1]):
            border.vehicles.comes[published.vehicle[d, best(border, choice, d)]] = True


@called
def count(border: Border, n: int) -> int:
    """Count one published queue: who was there before this instant."""
    published, vehicles, finish = border.publications, border.vehicles, border.visits.finish
    now, listed, base = border.clock[0]["now"], published.listed, published.edges[n]
    k = published.coming[n]
    while k < published.edges[n + 1]:
        vehicle = listed[k]
        if not (vehicles.initially_queued[vehicle] or vehicles.arrive[vehicle] < now):
            break
        if vehicles.comes[vehicle]:
            listed[base + published.inside[n]] = vehicle
            published.inside[n] += 1
        k += 1
    published.coming[n] = k
    inside, counted = 0, 0
    for k in range(base, base + published.inside[n]):
        vehicle = listed[k]
        if finish[vehicles.crossed_row[vehicle]] < now or has_left(border, vehicle):
            continue
        listed[base + inside] = vehicle
        inside += 1
        if published.held[n]:
            counted += not is_away(border, vehicle)
        else:
            row = published.called[vehicle]
            counted += row < 0 or finish[row] < now
    published.inside[n] = inside
    return counted


@inlined
def has_left(border: Border, vehicle: int) -> bool:
    """Whether a vehicle has left without crossing."""
    vehicles = border.vehicles
    return bool(vehicles.turned_back[vehicle] or not np.isnan(vehicles.gave_up_at[vehicle]))


@inlined
def is_away(border: Border, vehicle: int) -> bool:
    """Whether a vehicle waits elsewhere, with a booking."""
    published, visits, now = border.publications, border.visits, border.clock[0]["now"]
    for k in range(published.booked_bounds[vehicle], published.booked_bounds[vehicle + 1]):
        row = published.booked[k]
        if visits.arrive[row] < now and not visits.start[row] < now:
            return True
    return False


@inlined
def refuses(border: Border, alternative: int) -> bool:
    """Whether an alternative has published that it stops receiving."""
    published = border.publications
    stop = published.stop[alternative]
    return bool(stop >= 0 and published.counts[stop] >= published.threshold[alternative])


@inlined
def cost(border: Border, choice: int, d: int, place: int) -> float:
    """Generalised cost of an alternative, VND: see :func:`sim.workload.decide`."""
    published = border.publications
    a = published.bounds[choice] + place
    need = published.pace[a] * (published.counts[published.queue[a]] + 1)
    crossed = resumed(
        published.ready[d, place], need, published.interval[d, place], a, published.book
    )
    spent = published.value_of_time[choice] * (crossed - published.time[d]) + published.fee[a]
    return float(spent + published.taste[d, place])


@called
def best(border: Border, choice: int, d: int) -> int:
    """The alternative that costs least of those that receive, or of all if none does.

    A cost that is no number counts as the least, as in NumPy.
    """
    published = border.publications
    received, chosen, least, cheapest = np.inf, 0, np.inf, 0
    for place in range(published.bounds[choice + 1] - published.bounds[choice]):
        c = cost(border, choice, d, place)
        if c < least or (np.isnan(c) and not np.isnan(least)):
            least, cheapest = c, place
        if refuses(border, published.bounds[choice] + place):
            c = np.inf
        if c < received or (np.isnan(c) and not np.isnan(received)):
            received, chosen = c, place
    return cheapest if np.isinf(received) else chosen
