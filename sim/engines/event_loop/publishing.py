"""News in the compiled event loop: what is published of the queues, and who chooses by it."""

from __future__ import annotations

import numpy as np

from sim.engines.event_loop.compiling import called, inlined
from sim.engines.event_loop.primitives import resumed
from sim.engines.event_loop.state import Border

__all__ = ["next_news", "publish"]


@inlined
def next_news(border: Border) -> float:
    """When the next news comes that somebody waits for."""
    news, k = border.news, border.clock[0]["news"]
    return news.times[news.due[k]] if k < len(news.due) else np.inf


@called
def publish(border: Border) -> None:
    """Count, and let all choose who decide before the next news."""
    news, clock = border.news, border.clock[0]
    number = news.due[clock["news"]]
    clock["news"] += 1
    for n in range(len(news.published)):
        news.published[n] = count(border, n)
    for choice in range(len(news.first)):
        for d in range(news.first[choice, number], news.first[choice, number + 1]):
            border.vehicles.comes[news.vehicle[d, best(border, choice, d)]] = True


@called
def count(border: Border, n: int) -> int:
    """One number of the news: who was there before this instant."""
    news, vehicles, finish = border.news, border.vehicles, border.visits.finish
    now, listed, base = border.clock[0]["now"], news.listed, news.edges[n]
    k = news.coming[n]
    while k < news.edges[n + 1]:
        vehicle = listed[k]
        if not (vehicles.initially_queued[vehicle] or vehicles.arrive[vehicle] < now):
            break
        if vehicles.comes[vehicle]:
            listed[base + news.inside[n]] = vehicle
            news.inside[n] += 1
        k += 1
    news.coming[n] = k
    inside, counted = 0, 0
    for k in range(base, base + news.inside[n]):
        vehicle = listed[k]
        if finish[vehicles.crossed_row[vehicle]] < now or has_left(border, vehicle):
            continue
        listed[base + inside] = vehicle
        inside += 1
        if news.held[n]:
            counted += not is_away(border, vehicle)
        else:
            row = news.called[vehicle]
            counted += row < 0 or finish[row] < now
    news.inside[n] = inside
    return counted


@inlined
def has_left(border: Border, vehicle: int) -> bool:
    """Whether a vehicle has left without crossing."""
    vehicles = border.vehicles
    return bool(vehicles.turned_back[vehicle] or not np.isnan(vehicles.gave_up_at[vehicle]))


@inlined
def is_away(border: Border, vehicle: int) -> bool:
    """Whether a vehicle waits elsewhere, with a booking."""
    news, visits, now = border.news, border.visits, border.clock[0]["now"]
    for k in range(news.booked_bounds[vehicle], news.booked_bounds[vehicle + 1]):
        row = news.booked[k]
        if visits.arrive[row] < now and not visits.start[row] < now:
            return True
    return False


@inlined
def refuses(border: Border, alternative: int) -> bool:
    """Whether an alternative has published that it stops receiving."""
    news = border.news
    stop = news.stop[alternative]
    return bool(stop >= 0 and news.published[stop] >= news.threshold[alternative])


@inlined
def cost(border: Border, choice: int, d: int, place: int) -> float:
    """What an alternative costs, VND: see :func:`sim.workload.decide`."""
    news = border.news
    a = news.bounds[choice] + place
    need = news.pace[a] * (news.published[news.queue[a]] + 1)
    crossed = resumed(news.ready[d, place], need, news.interval[d, place], a, news.book)
    spent = news.value_of_time[choice] * (crossed - news.time[d]) + news.fee[a]
    return float(spent + news.taste[d, place])


@called
def best(border: Border, choice: int, d: int) -> int:
    """The alternative that costs least of those that receive, or of all if none does.

    A cost that is no number counts as the least, as in NumPy.
    """
    news = border.news
    received, chosen, least, cheapest = np.inf, 0, np.inf, 0
    for place in range(news.bounds[choice + 1] - news.bounds[choice]):
        c = cost(border, choice, d, place)
        if c < least or (np.isnan(c) and not np.isnan(least)):
            least, cheapest = c, place
        if refuses(border, news.bounds[choice] + place):
            c = np.inf
        if c < received or (np.isnan(c) and not np.isnan(received)):
            received, chosen = c, place
    return cheapest if np.isinf(received) else chosen
