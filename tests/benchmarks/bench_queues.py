"""How many times faster than idiomatic SimPy is the queue library?

    python -m tests.benchmarks.bench_queues

M/M/c at load 0.9, the same draws for all, CPU time of one core, medians of the ratios of a
few interleaved rounds after one to warm up (fresh memory is slow). SimPy
and Ciw (if installed: ``pip install ciw``) serve 1e5 customers and are scaled per customer,
the others 1e6. Drawing is two exponential variates a customer (Philox).
"""

from __future__ import annotations

import math
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.engines import des
from sim.queues import fifo
from sim.queues.compiled import available
from sim.verify import Line, border, visits

Floats = NDArray[np.float64]

LOAD, CUSTOMERS, FEW, ABREAST, ROUNDS = 0.9, 1_000_000, 100_000, 512, 5


def with_simpy(arrivals: Floats, service: Floats, servers: int) -> list[float]:
    """A process per customer, a Resource, request and timeout; returns the starts."""
    env = simpy.Environment()
    counter = simpy.Resource(env, capacity=servers)
    starts: list[float] = []

    def customer(length: float) -> Iterator[Any]:
        with counter.request() as turn:
            yield turn
            starts.append(env.now)
            yield env.timeout(length)

    def source() -> Iterator[Any]:
        for moment, length in zip(arrivals.tolist(), service.tolist(), strict=True):
            yield env.timeout(moment - env.now)
            env.process(customer(length))

    env.process(source())
    env.run()
    return starts


def with_ciw(arrivals: Floats, service: Floats, servers: int) -> list[float]:
    """The same customers in Ciw, draws given as sequences; returns the starts."""
    import ciw

    gaps = np.diff(arrivals, prepend=0.0).tolist()
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps, math.inf])],
        service_distributions=[ciw.dists.Sequential(service.tolist())],
        number_of_servers=[servers],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(len(gaps), method="Finish")
    records = sorted(simulation.get_all_records(), key=lambda record: record.id_number)
    return [record.service_start_date for record in records]


def nanoseconds(call: Callable[[], object], customers: int) -> float:
    """CPU time of a call, per customer."""
    begin = time.process_time()
    call()
    return (time.process_time() - begin) / customers * 1e9


def inputs(servers: int, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Arrivals and services of M/M/c at the load, ``mu = 1``."""
    rng = np.random.default_rng(1)
    gaps = rng.exponential(1.0 / (LOAD * servers), shape)
    return np.cumsum(gaps, axis=0), rng.exponential(1.0, shape)


def draws() -> None:
    """Two exponential variates a customer."""
    rng = np.random.Generator(np.random.Philox(1))
    rng.standard_exponential(CUSTOMERS)
    rng.standard_exponential(CUSTOMERS)


def rounds(servers: int) -> dict[str, list[float]]:
    """Nanoseconds a customer of each contender, round by round."""
    a, s = inputs(servers, (CUSTOMERS,))
    lanes = inputs(servers, (CUSTOMERS // ABREAST, ABREAST))
    plan, workload = border(Line(servers)), visits(a[:FEW], s[:FEW, None])
    contenders: dict[str, tuple[Callable[[], object], int]] = {
        "SimPy": (lambda: with_simpy(a[:FEW], s[:FEW], servers), FEW),
        "engine des": (lambda: des.run(plan, workload), FEW),
        "NumPy, one stream": (lambda: fifo(a, s, servers, method="numpy"), CUSTOMERS),
        f"NumPy, {ABREAST} abreast": (lambda: fifo(*lanes, servers, method="lanes"), lanes[0].size),
        "drawing alone": (draws, CUSTOMERS),
    }
    if find_spec("ciw") is not None:
        contenders["Ciw"] = (lambda: with_ciw(a[:FEW], s[:FEW], servers), FEW)
        assert np.allclose(with_ciw(a[:2000], s[:2000], servers), fifo(a, s, servers).start[:2000])
    if available():
        contenders["numba, one stream"] = (
            lambda: fifo(a, s, servers, method="compiled"),
            CUSTOMERS,
        )
        fifo(a[:9], s[:9], servers, method="compiled")  # compile, or load from disk
    same = np.allclose(with_simpy(a[:2000], s[:2000], servers), fifo(a, s, servers).start[:2000])
    assert same, "SimPy and the library disagree"
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(1 + ROUNDS):
        for name, (call, count) in contenders.items():
            cost = nanoseconds(call, count)
            if turn:
                found[name].append(cost)
    return found


def growth() -> None:
    """How the cost of one stream grows with customers and with servers."""
    methods = ["numpy", *(["compiled"] if available() else [])]
    print(f"{'customers':>10} {'c':>3}  " + "  ".join(f"{m:>10} ns" for m in methods))
    sizes = [(10**k, 2) for k in (4, 5, 6, 7)] + [(CUSTOMERS, c) for c in (1, 5, 10, 20, 50)]
    for customers, servers in sizes:
        a, s = inputs(servers, (customers,))
        cost = [
            min(nanoseconds(lambda: fifo(a, s, servers, method=m), customers) for _ in range(3))  # noqa: B023 - called at once
            for m in methods
        ]
        print(f"{customers:>10} {servers:>3}  " + "  ".join(f"{x:13.1f}" for x in cost))


def main() -> None:
    """Print the tables."""
    print(
        f"M/M/c, load {LOAD}, {CUSTOMERS:,} customers; CPU, one core; "
        f"Python {platform.python_version()}, NumPy {np.__version__}, SimPy {simpy.__version__}"
    )
    print(f"{'c':>3}  {'':22} {'ns a customer':>14} {'times SimPy':>12} {'times drawing':>14}")
    for servers in (1, 2, 10):
        found = rounds(servers)
        for name, cost in found.items():
            faster = [x / y for x, y in zip(found["SimPy"], cost, strict=True)]
            share = [y / x for x, y in zip(found["drawing alone"], cost, strict=True)]
            print(
                f"{servers:>3}  {name:22} {statistics.median(cost):14.1f} "
                f"{statistics.median(faster):12.0f} {statistics.median(share):14.2f}"
            )
    growth()


if __name__ == "__main__":
    main()
