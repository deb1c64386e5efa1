"""One adapter per oracle model: run it through the queue library.

An adapter takes the oracle's parameters, a generator and a size, and returns for each
quantity one value (or vector) per replication, shape ``(R, ...)``. Cost grows with size.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.queues import Calendar, Capacity, Served, bulk, fifo, tandem_blocking
from tests.theory.draws import Floats, Rng, batches, draw, poisson, sinusoid, varying

Params = dict[str, Any]
Values = dict[str, Floats]

R = 32
N = 8_000

NOT_APPLICABLE = {
    "erlang_a": "no reneging in the queue library",
    "finite_source": "feedback: arrivals depend on departures",
    "jackson with feedback": "vehicles do not come back to a node",
    "hetero": "service belongs to the customer, not to the server",
    "jsq": "one queue per server, chosen by state",
    "mm1_tavc": "a planning formula, tested in test_theory.py",
    "nmodel": "servers that may serve some classes only",
    "stat_*": "statistics, not queues",
    "mg1_vacation single, N": "the server's idleness depends on the state",
    "priority_mg1 preemptive_resume": "priorities are non-pre-emptive",
}


def applies(model: str, params: Params) -> bool:
    """Whether the library has the model."""
    if model.startswith("stat_") or model in NOT_APPLICABLE:
        return False
    if model == "mg1_vacation":
        return params["policy"] == "multiple"
    if model == "jackson":  # feed-forward: routing to later nodes only
        return not np.tril(np.array(params["routing"])).any()
    return not (model == "priority_mg1" and params["discipline"] != "nonpreemptive")


def measure(p: Params, a: Floats, s: Floats, out: Served, c: int = 1, first: int = 0) -> Values:
    """The usual quantities of a stationary queue; the first fifth is left out."""
    first = first or len(a) // 5
    a, s, start, finish = a[first:], s[first:], out.start[first:], out.finish[first:]
    span = a[-1] - a[0]
    admitted = ~np.isnan(start)
    wait = start - a
    mean = np.nanmean(wait, axis=0)
    grand = mean.mean()
    values = {
        "p_wait": np.nanmean(np.where(admitted, wait > 0.0, np.nan), axis=0),
        "Wq": mean,
        "Wq_accepted": mean,
        "W": np.nanmean(finish - a, axis=0),
        "Lq": np.nansum(wait, axis=0) / span,
        "L": np.nansum(finish - a, axis=0) / span,
        "var_Wq": np.nanmean((wait - grand) ** 2, axis=0),
        "utilisation": np.sum(s * admitted, axis=0) / (c * span),
        "mean_busy": np.sum(s * admitted, axis=0) / span,
        "throughput": admitted.sum(axis=0) / span,
        "p_block": 1.0 - admitted.mean(axis=0),
    }
    total = finish - a
    values["var_W"] = np.nanmean((total - np.nanmean(total)) ** 2, axis=0)
    if "t" in p:
        values["P(Wq>t)"] = np.stack([(wait > t).mean(axis=0) for t in p["t"]], axis=1)
    if "p" in p:
        values["Wq_quantile"] = np.quantile(wait, p["p"], axis=0).T
    return values


def markov(p: Params, rng: Rng, size: int) -> Values:
    """mmc, mmck."""
    shape = (N * size, R)
    a, s = poisson(p["lam"], rng, shape), rng.exponential(1.0 / p["mu"], shape)
    room = p["K"] - p["c"] if "K" in p else None
    return measure(p, a, s, fifo(a, s, p["c"], room=room), p["c"])


def general(p: Params, rng: Rng, size: int) -> Values:
    """mg1, mekc, mdc, mgcc_loss."""
    shape, c = (N * size, R), p.get("c", 1)
    distribution = p.get("service", {"dist": "deterministic", "value": p.get("D")})
    loss = "t" not in p and "c" in p and distribution["dist"] != "erlang"
    a, s = poisson(p["lam"], rng, shape), draw(distribution, rng, shape)
    return measure(p, a, s, fifo(a, s, c, room=0 if loss else None), c)


def gimc(p: Params, rng: Rng, size: int) -> Values:
    shape = (N * size, R)
    a = np.cumsum(draw(p["arrival"], rng, shape), axis=0)
    s = rng.exponential(1.0 / p["mu"], shape)
    values = measure(p, a, s, fifo(a, s, p["c"]), p["c"])
    # sigma is the geometric ratio: P(Wq > t) = p_wait exp(-c mu (1 - sigma) t).
    wq = values["Wq"] / values["p_wait"]
    return values | {"sigma": 1.0 - 1.0 / (p["c"] * p["mu"] * wq)}


def batch_arrivals(p: Params, rng: Rng, size: int) -> Values:
    """mxmc, mxg1: every batch comes at one instant."""
    c = p.get("c", 1)
    members = batches(p["batch"], rng, (N * size // 2, R))
    count = int(members.sum(axis=0).min())
    when = poisson(p["lam_batch"], rng, members.shape)
    a = np.stack([np.repeat(when[:, r], members[:, r])[:count] for r in range(R)], axis=1)
    distribution = p.get("service", {"dist": "exponential", "mean": 1.0 / p.get("mu", 1.0)})
    s = draw(distribution, rng, a.shape)
    out = fifo(a, s, c)
    values = measure(p, a, s, out, c)
    head = np.diff(a, axis=0, prepend=-1.0) > 0.0
    head[: count // 5] = False
    first = np.nanmean(np.where(head, out.start - a, np.nan), axis=0)
    # All servers are busy as seen by the first of a batch (Poisson arrivals see averages).
    busy = np.nanmean(np.where(head, out.start > a, np.nan), axis=0)
    return values | {"Wq_first_in_batch": first, "p_all_busy": busy}


def bulk_service(p: Params, rng: Rng, size: int) -> Values:
    rows = []
    for _ in range(R):
        a = poisson(p["lam"], rng, (N * size,))
        s = draw(p["service"], rng, a.shape)
        start, _, number = bulk(a, s, p["a"], p["b"])
        keep = (number >= 0) & (np.arange(len(a)) >= len(a) // 5)
        wait, taken = start[keep] - a[keep], np.bincount(number[keep])
        taken = taken[taken > 0][1:-1]
        busy = s[np.unique(number[keep])].sum() / np.ptp(a[keep])
        rate = keep.sum() / np.ptp(a[keep])
        rows.append((wait.mean(), rate * wait.mean(), 1.0 - busy, taken.mean()))
    return dict(zip(("Wq", "Lq", "p_idle", "mean_batch"), np.array(rows).T, strict=True))


def priorities(p: Params, rng: Rng, size: int) -> Values:
    """priority_mmc, priority_mmc_classmu, priority_mg1."""
    if "classes" in p:
        lam, c = [k["lam"] for k in p["classes"]], 1
        distributions = [k["service"] for k in p["classes"]]
    else:
        lam, c = p["lam"], p["c"]
        mu = p["mu"] if isinstance(p["mu"], list) else [p["mu"]] * len(lam)
        distributions = [{"dist": "exponential", "mean": 1.0 / m} for m in mu]
    shape = (N * size, R)
    a = poisson(sum(lam), rng, shape)
    rank = rng.choice(len(lam), p=np.array(lam) / sum(lam), size=shape)
    s = np.choose(rank, [draw(distribution, rng, shape) for distribution in distributions])
    out = fifo(a, s, c, priority=rank)
    values = measure(p, a, s, out, c)
    keep = np.arange(len(a))[:, None] >= len(a) // 5
    wait = np.where(keep, out.start - a, np.nan)
    by = [np.nanmean(np.where(rank == k, wait, np.nan), axis=0) for k in range(len(lam))]
    return values | {"Wq_by_class": np.stack(by, axis=1), "Wq_all": values["Wq"]}


def vacations(p: Params, rng: Rng, size: int) -> Values:
    """Multiple vacations: a last class that never runs out."""
    shape = (N * size, R)
    a, s = poisson(p["lam"], rng, shape), draw(p["service"], rng, shape)
    rest = draw(p["vacation"], rng, shape)
    rank = np.repeat([0, 1], shape[0])[:, None] * np.ones((1, R), dtype=np.int64)
    out = fifo(np.concatenate([a, np.zeros(shape)]), np.concatenate([s, rest]), priority=rank)
    half = Served(out.start[: len(a)], out.finish[: len(a)], None, out.state)
    return measure(p, a, s, half)


def breakdown(p: Params, rng: Rng, size: int) -> Values:
    """Each server fails and is repaired by its own clock; the count in order is a capacity."""
    rows = []
    for _ in range(R):
        a = poisson(p["lam"], rng, (N * size // 4,))
        s = rng.exponential(1.0 / p["mu"], a.shape)
        up, now, times, counts = p["c"], 0.0, [0.0], [p["c"]]
        while now < a[-1]:
            fail, mend = p["fail"] * up, p["repair"] * (p["c"] - up)
            now += rng.exponential(1.0 / (fail + mend))
            up += -1 if rng.uniform() * (fail + mend) < fail else 1
            times.append(now)
            counts.append(up)
        out = fifo(a, s, calendar=Capacity(times, counts, preempt=True))
        inside = out.finish - a
        keep = slice(len(a) // 5, len(a) - 100)
        last = np.diff(np.append(times, now))
        rate = len(a[keep]) / np.ptp(a[keep])
        share = np.average(counts[:-1], weights=last[:-1]) / p["c"]
        rows.append((inside[keep].mean(), rate * inside[keep].mean(), share))
    return dict(zip(("W", "L", "availability"), np.array(rows).T, strict=True))


def completion(p: Params, rng: Rng, size: int) -> Values:
    """Failures while working: the service takes in its repairs."""
    shape = (N * size, R)
    a, s = poisson(p["lam"], rng, shape), draw(p["service"], rng, shape)
    failures = rng.poisson(p["fail"] * s)
    for k in range(int(failures.max())):
        s += np.where(failures > k, draw(p["repair_time"], rng, shape), 0.0)
    return measure(p, a, s, fifo(a, s)) | {"mean_completion": s.mean(axis=0)}


def tandem(p: Params, rng: Rng, size: int) -> Values:
    shape = (N * size, R)
    come = a = poisson(p["lam"], rng, shape)
    waits = []
    order = np.arange(shape[0])[:, None] + np.zeros((1, R), dtype=np.int64)
    keep = order >= shape[0] // 5
    for stage in p["stages"]:
        out = fifo(a, rng.exponential(1.0 / stage["mu"], shape), stage["c"])
        waits.append(np.nanmean(np.where(keep, out.start - a, np.nan), axis=0))
        a = out.finish
    total = (a - come)[shape[0] // 5 :]
    rate = len(total) / (come[-1] - come[shape[0] // 5])
    values = {
        "W_total": total.mean(axis=0),
        "var_W_total": ((total - total.mean()) ** 2).mean(axis=0),
        "L_total": rate * total.mean(axis=0),
        "Wq_by_stage": np.stack(waits, axis=1),
    }
    if "t" in p:
        values["P(W_total>t)"] = np.stack([(total > t).mean(axis=0) for t in p["t"]], axis=1)
    return values


def jackson(p: Params, rng: Rng, size: int) -> Values:
    """Feed-forward: every node is served once all its streams have been merged."""
    shape, nodes = (N * size, R), p["nodes"]
    external = np.array(p["external"], dtype=np.float64)
    at = rng.choice(len(nodes), p=external / external.sum(), size=shape)
    come = now = poisson(external.sum(), rng, shape)
    span = come[-1] - come[len(come) // 5]
    keep = np.arange(shape[0])[:, None] >= shape[0] // 5
    rates, numbers, waits = [], [], []
    for k, node in enumerate(nodes):
        here = at == k
        a = np.where(here, now, np.inf)
        out = fifo(a, rng.exponential(1.0 / node["mu"], shape), node["c"])
        seen = here & keep
        wait = np.where(seen, out.start, 0.0) - np.where(seen, now, 0.0)
        inside = np.where(seen, out.finish, 0.0) - np.where(seen, now, 0.0)
        rates.append(seen.sum(axis=0) / span)
        numbers.append(inside.sum(axis=0) / span)
        waits.append(wait.sum(axis=0) / seen.sum(axis=0))
        now = np.where(here, out.finish, now)
        branch = [*p["routing"][k], 1.0 - sum(p["routing"][k])]
        onward = np.searchsorted(np.cumsum(branch), rng.uniform(size=shape), side="right")
        at = np.where(here, onward, at)
    return {
        "arrival_rates": np.stack(rates, axis=1),
        "L_by_node": np.stack(numbers, axis=1),
        "Wq_by_node": np.stack(waits, axis=1),
        "W_total": np.where(keep, now - come, 0.0).sum(axis=0) / keep.sum(axis=0),
    }


def blocking(p: Params, rng: Rng, size: int) -> Values:
    """tandem_bas."""
    full = p.get("saturated", False)
    shape = (N * size // 4, R)
    a = np.zeros(shape) if full else poisson(p["lam"], rng, shape)
    services = [rng.exponential(1.0 / p[key], shape) for key in ("mu1", "mu2")]
    servers = [p["c1"], p["c2"]]
    room = None if p.get("K1") is None else p["K1"] - p["c1"]
    line = tandem_blocking(a, services, servers, [p["buffer"]], room)
    rows = slice(shape[0] // 5, None if not full else -200)
    gone, end = line.leave[0][rows], line.leave[1][rows]
    a = a[rows]
    span = np.nanmax(gone, axis=0) - np.nanmin(gone, axis=0) if full else a[-1] - a[0]
    blocked = np.nansum(gone - line.finish[0][rows], axis=0) / span
    first = np.nansum(gone - a, axis=0) / span
    second = np.nansum(end - gone, axis=0) / span
    through = np.sum(~np.isnan(end), axis=0) / span
    return {
        "throughput": through,
        "L1": first,
        "L2": second,
        "mean_blocked": blocked,
        "W_total": np.nanmean(end - a, axis=0),
        "p_loss": np.isnan(end).mean(axis=0),
    }


def flowline(p: Params, rng: Rng, size: int) -> Values:
    """flowline3: a row that never starves; a capacity takes in the place in service."""
    shape = (N * size // 2, R)
    services = [rng.exponential(1.0 / rate, shape) for rate in p["rates"]]
    line = tandem_blocking(np.zeros(shape), services, [1] * 3, [k - 1 for k in p["capacity"]])
    end = line.leave[-1]
    kept = len(end) - 1 - len(end) // 5
    return {"throughput": kept / (end[-1] - end[len(end) // 5])}


def at_times(p: Params, a: Floats, out: Served, end: float) -> Values:
    """Numbers just before each time, and the waiting done before the end."""
    came = np.stack([(a < t).sum(axis=0) for t in p["times"]], axis=1)
    begun = np.stack([(out.start < t).sum(axis=0) for t in p["times"]], axis=1)
    gone = np.stack([(out.finish < t).sum(axis=0) for t in p["times"]], axis=1)
    inside = came - gone
    grand = inside.mean(axis=0)
    waited = np.minimum(out.start, end) - np.minimum(a, end)
    return {
        "EN": inside,
        "EQ": came - begun,
        "E_in_service": begun - gone,
        "cum_arrivals": came,
        "cum_departures": gone,
        "var_N": (inside - grand) ** 2,
        "area_Q": waited.sum(axis=0),
    }


def stepwise(p: Params, rng: Rng, size: int) -> Values:
    """mtmct."""
    a = varying(p["segments"], rng, 250 * size)
    s = rng.exponential(1.0 / p["mu"], a.shape)
    preempt = p["shift_end"] != "finish"
    steps = Capacity([x["start"] for x in p["segments"]], [x["c"] for x in p["segments"]], preempt)
    out = fifo(a, s, calendar=steps)
    values = at_times(p, a, out, p["segments"][-1]["end"])
    limit = np.array([x["c"] for t in p["times"] for x in p["segments"] if x["end"] == t])
    if preempt:  # who waits again after an interruption is not in the first start
        values["EQ"] = np.maximum(values["EN"] - limit, 0)
        values["area_Q"] = area(p["segments"], a, out)
    return values | {"P(all_busy)": values["EN"] >= limit}


def area(segments: list[Params], a: Floats, out: Served) -> Floats:
    """The integral of the number waiting, from the number in the system."""
    end = segments[-1]["end"]
    edges = np.array([x["start"] for x in segments])
    marks = np.repeat(edges[:, None], a.shape[1], axis=1)
    times = np.minimum(np.concatenate([a, out.finish, marks]), end)
    steps = np.repeat([1, -1, 0], [len(a), len(a), len(edges)])
    order = np.argsort(times, axis=0, kind="stable")
    times = np.take_along_axis(times, order, axis=0)
    inside = np.cumsum(steps[order], axis=0)
    allowed = np.array([x["c"] for x in segments])
    held = allowed[np.searchsorted(edges, times, side="right") - 1]
    waiting = np.maximum(inside - held, 0)[:-1]
    result: Floats = (waiting * np.diff(times, axis=0)).sum(axis=0)
    return result


def transient(p: Params, rng: Rng, size: int) -> Values:
    """mmc_transient, mt_sin, mt_g_inf: empty, or with some present, at 0."""
    lanes, end = 500 * size, max(p["times"])
    if "lam" in p:
        a = varying([{"start": 0.0, "end": end, "lam": p["lam"]}], rng, lanes)
    else:
        a = sinusoid(p, rng, lanes, end)
    a = np.concatenate([np.zeros((p.get("n0", 0), lanes)), a])
    distribution = p.get("service", {"dist": "exponential", "mean": 1.0 / p.get("mu", 1.0)})
    c = p.get("c", 150)
    values = at_times(p, a, fifo(a, draw(distribution, rng, a.shape), c), end)
    return values | {"P(all_busy)": values["EN"] >= c}


def periodic(p: Params, rng: Rng, size: int) -> Values:
    """periodic_calendar: day after day, the first ten left out."""
    days, day = 40 * size, p["segments"][-1]["end"]
    segments = [
        {**x, "start": x["start"] + day * d, "end": x["end"] + day * d}
        for d in range(days)
        for x in p["segments"]
    ]
    a = varying(segments, rng, R)
    s = rng.exponential(1.0 / p["mu"], a.shape)
    preempt = p["shift_end"] != "finish"
    steps = Capacity([x["start"] for x in segments], [x["c"] for x in segments], preempt)
    out = fifo(a, s, calendar=steps)
    keep = (a >= 10 * day) & (a < (days - 2) * day)
    inside = np.where(keep, out.finish, 0.0) - np.where(keep, a, 0.0)
    due = np.where(keep, s, 0.0)
    count, span = keep.sum(axis=0), (days - 12) * day
    ends = [x["end"] for x in p["segments"]]
    at = [[e + day * d for d in range(10, days - 2)] for e in ends]
    numbers = [
        np.mean([(a < t).sum(axis=0) - (out.finish < t).sum(axis=0) for t in times], axis=0)
        for times in at
    ]
    return {
        "L": inside.sum(axis=0) / span,
        "W": inside.sum(axis=0) / count,
        "Wq": (inside.sum(axis=0) - due.sum(axis=0)) / count,
        "EN_at_segment_ends": np.stack(numbers, axis=1),
    }


def rostered(p: Params, rng: Rng, size: int) -> Values:
    """roster_calendar: every server has its own open intervals."""
    a = varying(p["lam_segments"], rng, 500 * size)
    s = rng.exponential(1.0 / p["mu"], a.shape)
    open_ = [Calendar(*np.array(x, dtype=np.float64).T) for x in p["servers"]]
    out = fifo(a, s, len(open_), open_, resume=p["shift_end"] == "resume")
    return at_times(p, a, out, p["lam_segments"][-1]["end"])


def fork_join(p: Params, rng: Rng, size: int) -> Values:
    """forkjoin2: two queues fed by the same arrivals; done when both are."""
    shape = (N * size, R)
    a = poisson(p["lam"], rng, shape)
    ends = [fifo(a, rng.exponential(1.0 / p["mu"], shape)).finish for _ in range(2)]
    return {"W": (np.maximum(*ends) - a)[shape[0] // 5 :].mean(axis=0)}


def young(p: Params, rng: Rng, size: int) -> Values:
    """gg1_transient: waits of the first customers after an empty start."""
    shape = (max(p["n"]), 2000 * size)
    gaps = draw(p["arrival"], rng, shape)
    a = np.cumsum(gaps, axis=0)
    wait = fifo(a, draw(p["service"], rng, shape)).start - a
    means = np.cumsum(wait, axis=0) / np.arange(1, shape[0] + 1)[:, None]
    rows = np.array(p["n"]) - 1
    return {"EWq_nth": wait[rows].T, "mean_Wq_first_n": means[rows].T}


ADAPTERS: dict[str, Callable[[Params, Rng, int], Values]] = {
    "bulk": bulk_service,
    "flowline3": flowline,
    "forkjoin2": fork_join,
    "gg1_transient": young,
    "gimc": gimc,
    "jackson": jackson,
    "mdc": general,
    "mekc": general,
    "mg1": general,
    "mg1_odf_breakdown": completion,
    "mg1_vacation": vacations,
    "mgcc_loss": general,
    "mmc": markov,
    "mmc_breakdown": breakdown,
    "mmc_transient": transient,
    "mmck": markov,
    "mt_g_inf": transient,
    "mt_sin": transient,
    "mtmct": stepwise,
    "mxg1": batch_arrivals,
    "mxmc": batch_arrivals,
    "periodic_calendar": periodic,
    "priority_mg1": priorities,
    "priority_mmc": priorities,
    "priority_mmc_classmu": priorities,
    "roster_calendar": rostered,
    "tandem": tandem,
    "tandem_bas": blocking,
}
