"""Textbook models: both engines against queues whose mean wait is known exactly.

Each model is run for 40 replications with a fixed seed. The mean wait over replications
must lie within three standard errors of the exact value (Law, *Simulation Modeling and
Analysis*, 5th ed., section 9.4: replications with deletion).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.arguments import checked_arguments
from sim.arrays import Floats
from sim.distributions import Constant, Distribution, Exponential, Lognormal
from sim.engines import ENGINES, simulate
from sim.journeys import Journeys
from sim.plan import Plan
from sim.queues import theory
from sim.verify.line import Line, border, visits
from sim.workload import Workload, random_keys, uniforms

__all__ = ["LIMIT", "MODELS", "Model", "TheoryCheck", "check_theory", "compare"]


#: Standard errors by which a simulated mean may miss the exact one.
LIMIT = 3.0

REPLICATIONS = 40
VEHICLES = 10_000
SEED = 20250707

_MEAN = 10.0  # minutes of service
_RATE = 0.07  # vehicles per minute: 70 % of one server


@dataclass(frozen=True, eq=False)
class Model:
    """Poisson arrivals to a line of stages.

    Attributes
    ----------
    rates:
        Arrivals per minute of each class.
    lines, services:
        The stages, and the distribution of service at each.
    names, exact:
        Name of the model, and exact mean wait over all stages in minutes, for each class.
    """

    names: tuple[str, ...]
    exact: tuple[float, ...]
    rates: tuple[float, ...]
    lines: tuple[Line, ...]
    services: tuple[Distribution, ...]

    @property
    def load(self) -> float:
        """Load of a server at the first stage."""
        return sum(self.rates) * self.services[0].mean / self.lines[0].servers

    def plan(self) -> Plan:
        """The border of this model."""
        return border(*self.lines, classes=len(self.rates))

    def draw(self, replication: int, vehicles: int) -> Workload:
        """Draw one replication; the numbers belong to the model of this name."""
        keys = random_keys(SEED, self.names[0], replication, np.arange(vehicles))
        total = sum(self.rates)
        below = np.cumsum(self.rates)[:-1] / total
        need = [
            distribution.quantile(uniforms(keys, f"service:{i}"))
            for i, distribution in enumerate(self.services)
        ]
        return visits(
            np.cumsum(Exponential(1.0 / total).quantile(uniforms(keys, "gap"))),
            np.stack(need, axis=1),
            classes=np.searchsorted(below, uniforms(keys, "class"), side="right"),
        )


@dataclass(frozen=True)
class TheoryCheck:
    """A mean wait as simulated and as it is, in minutes.

    ``error`` is the standard error of ``simulated``.
    """

    model: str
    engine: str
    load: float
    simulated: float
    error: float
    exact: float

    @property
    def z(self) -> float:
        """Distance from the exact value in standard errors."""
        apart = self.simulated - self.exact
        return apart / self.error if self.error > 0.0 else math.copysign(math.inf, apart)

    @property
    def passed(self) -> bool:
        """Within :data:`LIMIT` standard errors."""
        return abs(self.z) <= LIMIT


@checked_arguments
def compare(
    model: Model, replications: int = REPLICATIONS, vehicles: int = VEHICLES
) -> list[TheoryCheck]:
    """Run a model on each engine, on the same workloads; a comparison for each engine and class.

    The first tenth of the ``vehicles`` of each replication is warm-up and left out.
    """
    plan = model.plan()
    draws = [model.draw(number, vehicles) for number in range(replications)]
    checks = []
    for engine in ENGINES:
        means = np.array([_waits(simulate(plan, workload, engine)) for workload in draws])
        simulated = means.mean(axis=0).tolist()
        error = (means.std(axis=0, ddof=1) / math.sqrt(replications)).tolist()
        checks += [
            TheoryCheck(name, engine, model.load, simulated[k], error[k], model.exact[k])
            for k, name in enumerate(model.names)
        ]
    return checks


@checked_arguments
def check_theory(models: Sequence[Model] | None = None) -> Iterator[TheoryCheck]:
    """Run the models, by default :data:`MODELS`, one after the other; about eight seconds."""
    for model in MODELS if models is None else models:
        yield from compare(model)


def _waits(journeys: Journeys) -> Floats:
    """Mean wait over all stages, by class, after warm-up."""
    work = journeys.workload
    wait = np.bincount(work.row_vehicle, weights=journeys.start - journeys.arrive)
    kept = slice(work.vehicles // 10, None)
    wait, flow = wait[kept], work.flow[kept]
    return np.bincount(flow, weights=wait) / np.bincount(flow)


def _models() -> Iterator[Model]:
    mu, service, single = 1.0 / _MEAN, Exponential(_MEAN), (Line(),)
    alone = (_RATE,)
    yield Model(("mm1",), (theory.mmc(_RATE, mu, 1).wq,), alone, single, (service,))
    many = 4 * _RATE
    yield Model(("mm4",), (theory.mmc(many, mu, 4).wq,), (many,), (Line(servers=4),), (service,))
    yield Model(("md1",), (theory.mdc(_RATE, _MEAN, 1).wq,), alone, single, (Constant(_MEAN),))
    uneven = Lognormal(_MEAN, 0.8)
    second = _MEAN**2 * (1.0 + uneven.cv**2)
    yield Model(("mg1",), (theory.mg1(_RATE, _MEAN, second).wq,), alone, single, (uneven,))
    rates = (0.02, 0.05)
    yield Model(
        ("priority_first", "priority_second"),
        tuple(theory.priority_mmc(rates, mu, 1)),
        rates,
        (Line(priority=(0, 1)),),
        (service,),
    )
    # What leaves M/M/c is Poisson again, so each stage is M/M/c by itself (Burke 1956).
    both = theory.mmc(_RATE, mu, 1).wq + theory.mmc(_RATE, mu / 2, 2).wq
    yield Model(
        ("tandem",), (both,), alone, (Line(), Line(servers=2)), (service, Exponential(20.0))
    )


#: The models that are checked.
MODELS: tuple[Model, ...] = tuple(_models())
