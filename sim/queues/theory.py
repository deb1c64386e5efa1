"""Exact results of queueing theory, to test against and to plan with.

Rates and times share one unit: ``lam`` arrivals and ``mu`` services (of one server) per
unit, ``c`` servers. All values are steady-state; a queue without one, and
rates or times that are not positive, raise ArgumentError.

Sources: Erlang (1917); Cobham (1954); Little (1961); Takacs (1962); Burke (1975); Gross &
Harris, Fundamentals of Queueing Theory; Tijms, A First Course in Stochastic Models; Whitt
(1989) for the asymptotic variance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.arguments import checked_arguments
from sim.errors import ArgumentError
from sim.sentences import Sentence

__all__ = [
    "erlang_b",
    "erlang_c",
    "mdc",
    "mean_wait_variance",
    "mg1",
    "mg1_wait_variance",
    "mmc",
    "mmc_quantile",
    "mmc_tail",
    "mmc_wait_variance",
    "mmck",
    "mxg1",
    "priority_mg1",
    "priority_mmc",
]


@dataclass(frozen=True)
class Steady:
    """Steady state of an infinite queue.

    ``p_wait`` share of customers who wait; ``wq``, ``w`` mean wait and mean time in the
    system; ``lq``, ``l`` mean number waiting and in the system; ``utilisation`` of a server.
    """

    p_wait: float
    wq: float
    w: float
    lq: float
    l: float  # noqa: E741 - the letter of the literature
    utilisation: float


@dataclass(frozen=True)
class Loss:
    """Steady state of a queue that refuses; ``wq`` is the mean wait of those admitted."""

    p_block: float
    throughput: float
    wq: float
    lq: float
    l: float  # noqa: E741 - the letter of the literature


@checked_arguments
def erlang_b(c: int, load: float) -> float:
    """Share refused by ``c`` servers without a queue, any service distribution.

    ``load = lam / mu``. ``B_0 = 1``, ``B_k = load B_(k-1) / (k + load B_(k-1))``. Erlang.
    """
    _require_at_least(0.0, load=load)
    _require_at_least(0, c=c)
    refused = 1.0
    for k in range(1, c + 1):
        refused = load * refused / (k + load * refused)
    return refused


@checked_arguments
def erlang_c(c: int, load: float) -> float:
    """Probability of waiting in M/M/c: ``cB / (c - load (1 - B))``. Erlang."""
    _require_at_least(1, c=c)
    _require_at_least(0.0, load=load)
    _require_stable(load / c)
    refused = erlang_b(c, load)
    return c * refused / (c - load * (1.0 - refused))


@checked_arguments
def mmc(lam: float, mu: float, c: int) -> Steady:
    """M/M/c: ``Wq = C / (c mu - lam)``. Erlang; Gross & Harris."""
    _require_positive(lam=lam, mu=mu)
    p_wait = erlang_c(c, lam / mu)
    return _steady(lam, 1.0 / mu, c, p_wait, p_wait / (c * mu - lam))


@checked_arguments
def mmc_tail(lam: float, mu: float, c: int, t: float) -> float:
    """P(wait > t) in M/M/c: ``C exp(-(c mu - lam) t)``."""
    _require_positive(lam=lam, mu=mu)
    _require_at_least(0.0, t=t)
    return erlang_c(c, lam / mu) * math.exp(-(c * mu - lam) * t)


@checked_arguments
def mmc_quantile(lam: float, mu: float, c: int, p: float) -> float:
    """Quantile of the wait in M/M/c: the time that a share ``p`` does not exceed."""
    _require_positive(lam=lam, mu=mu)
    if not 0.0 <= p < 1.0:
        raise ArgumentError(Sentence("p must be from 0 to below 1, not {p}", p=p))
    return max(0.0, math.log(erlang_c(c, lam / mu) / (1.0 - p)) / (c * mu - lam))


@checked_arguments
def mmc_wait_variance(lam: float, mu: float, c: int) -> float:
    """Variance of the wait in M/M/c: ``C (2 - C) / (c mu - lam)^2``."""
    _require_positive(lam=lam, mu=mu)
    p_wait = erlang_c(c, lam / mu)
    return p_wait * (2.0 - p_wait) / (c * mu - lam) ** 2


@checked_arguments
def mmck(lam: float, mu: float, c: int, k: int) -> Loss:
    """M/M/c/K: at most ``k`` in the system, those in service included. Birth and death.

    With :func:`sim.queues.fifo` this is ``room = k - c``.
    """
    _require_positive(lam=lam, mu=mu)
    _require_at_least(1, c=c)
    if k < c:
        raise ArgumentError(Sentence("{k} in the system leave {c} servers without work", k=k, c=c))
    weight = [1.0]
    for n in range(1, k + 1):
        weight.append(weight[-1] * lam / (mu * min(n, c)))
    total = math.fsum(weight)
    p = [x / total for x in weight]
    lq = math.fsum((n - c) * p[n] for n in range(c, k + 1))
    through = lam * (1.0 - p[k])
    inside = math.fsum(n * p[n] for n in range(k + 1))
    return Loss(p[k], through, lq / through, lq, inside)


@checked_arguments
def mg1(lam: float, mean: float, second: float) -> Steady:
    """M/G/1 with ``second = E[S^2]``: ``Wq = lam E[S^2] / 2 (1 - rho)``.

    Pollaczek & Khinchine.
    """
    _require_positive(lam=lam, mean=mean, second=second)
    rho = _require_stable(lam * mean)
    return _steady(lam, mean, 1, rho, lam * second / (2.0 * (1.0 - rho)))


@checked_arguments
def mg1_wait_variance(lam: float, mean: float, second: float, third: float) -> float:
    """Variance of the wait in M/G/1: ``Wq^2 + lam E[S^3] / 3 (1 - rho)``. Takacs."""
    _require_positive(third=third)
    return mg1(lam, mean, second).wq ** 2 + lam * third / (3.0 * (1.0 - lam * mean))


@checked_arguments
def mdc(lam: float, service: float, c: int) -> Steady:
    """M/D/c, services of one length ``D``.

    Every c-th customer sees an E_c/D/1 queue, whose walk ``S_k = kD - Gamma(kc, lam)`` gives
    ``Wq = sum E[S_k^+] / k`` and ``P(no wait) = exp(-sum P(S_k > 0) / k)`` (Spitzer 1956).
    """
    _require_positive(lam=lam, service=service)
    _require_at_least(1, c=c)
    _require_stable(lam * service / c)
    wait = log_free = 0.0
    k = 0
    while True:
        k += 1
        above = _gamma_cdf(k * c, lam * k * service)
        term = service * above - (c / lam) * _gamma_cdf(k * c + 1, lam * k * service)
        wait += term
        log_free -= above / k
        if above < 1e-17:
            return _steady(lam, service, c, -math.expm1(log_free), wait)


@checked_arguments
def mxg1(lam: float, batch: float, factorial: float, mean: float, second: float) -> Steady:
    """M^X/G/1: batches at rate ``lam``, ``batch = E[X]``, ``factorial = E[X (X - 1)]``.

    Mean wait over customers,
    ``lam E[X] E[S^2] / 2 (1 - rho) + E[S] E[X (X - 1)] / 2 E[X] (1 - rho)``. Burke (1975).
    """
    _require_positive(lam=lam, mean=mean, second=second)
    _require_at_least(1.0, batch=batch)
    _require_at_least(0.0, factorial=factorial)
    rho = _require_stable(lam * batch * mean)
    rest = 2.0 * (1.0 - rho)
    wait = lam * batch * second / rest + mean * factorial / (batch * rest)
    return _steady(lam * batch, mean, 1, math.nan, wait)


@checked_arguments
def priority_mg1(
    lam: Sequence[float], mean: Sequence[float], second: Sequence[float]
) -> list[float]:
    """Mean wait of each class of a non-pre-emptive M/G/1 queue, first class first.

    ``Wq_k = sum lam E[S^2] / 2 (1 - sigma_(k-1)) (1 - sigma_k)``. Cobham (1954).
    """
    if not len(lam) == len(mean) == len(second):
        raise ArgumentError(Sentence("lam, mean and second must have one entry for each class"))
    _require_at_least(0.0, **{f"lam[{k}]": rate for k, rate in enumerate(lam)})
    residual = sum(rate * s for rate, s in zip(lam, second, strict=True)) / 2.0
    return _cobham(residual, [rate * s for rate, s in zip(lam, mean, strict=True)])


@checked_arguments
def priority_mmc(lam: Sequence[float], mu: float, c: int) -> list[float]:
    """Mean wait of each class of a non-pre-emptive M/M/c queue, one service distribution.

    As :func:`priority_mg1` with ``C / (c mu)`` for the residual work. Cobham (1954).
    """
    _require_positive(mu=mu)
    _require_at_least(0.0, **{f"lam[{k}]": rate for k, rate in enumerate(lam)})
    residual = erlang_c(c, sum(lam) / mu) / (c * mu)
    return _cobham(residual, [rate / (c * mu) for rate in lam])


@checked_arguments
def mean_wait_variance(lam: float, mu: float) -> float:
    """Asymptotic variance of the mean wait of n customers in M/M/1, times n.

    ``rho (2 + 5 rho - 4 rho^2 + rho^3) / mu^2 (1 - rho)^4``: a relative error ``e`` takes
    about this over ``(e Wq)^2`` customers. Daley (1968); Whitt (1989).
    """
    _require_positive(lam=lam, mu=mu)
    rho = _require_stable(lam / mu)
    return rho * (2 + 5 * rho - 4 * rho**2 + rho**3) / (mu**2 * (1 - rho) ** 4)


def _cobham(residual: float, loads: Sequence[float]) -> list[float]:
    """Residual work over the shares left by the classes before and up to each."""
    _require_stable(sum(loads))
    waits, before = [], 0.0
    for load in loads:
        waits.append(residual / ((1.0 - before) * (1.0 - before - load)))
        before += load
    return waits


def _gamma_cdf(shape: int, x: float) -> float:
    """P(Gamma(shape) <= x), that is P(Poisson(x) >= shape), by its upper sum; x < shape."""
    term = math.exp(shape * math.log(x) - x - math.lgamma(shape + 1.0))
    total, n = 0.0, shape
    while term > total * 1e-17:
        total += term
        n += 1
        term *= x / n
    return total


def _require_positive(**values: float) -> None:
    """Refuse rates and moments that are not above 0."""
    for name, value in values.items():
        if not 0.0 < value < math.inf:
            raise ArgumentError(
                Sentence("{name} must be above 0 and finite, not {value}", name=name, value=value)
            )


def _require_at_least(least: float, **values: float) -> None:
    """Refuse what is below its least value."""
    for name, value in values.items():
        if not least <= value < math.inf:
            raise ArgumentError(
                Sentence(
                    "{name} must be at least {least} and finite, not {value}",
                    name=name,
                    least=least,
                    value=value,
                )
            )


def _require_stable(rho: float) -> float:
    """The load of a server, if it is below 1."""
    if not 0.0 <= rho < 1.0:
        raise ArgumentError(
            Sentence("no steady state: load {rho:.3g} of a server is not below 1", rho=rho)
        )
    return rho


def _steady(lam: float, mean: float, c: int, p_wait: float, wq: float) -> Steady:
    """Complete a mean wait by Little's law."""
    return Steady(p_wait, wq, wq + mean, lam * wq, lam * (wq + mean), lam * mean / c)
