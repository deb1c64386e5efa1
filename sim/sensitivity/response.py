"""Response of a simulation to its uncertain inputs, on the unit cube."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sim.arguments import check_fields
from sim.arrays import Floats
from sim.catalogue import Quantity
from sim.compare import scenario_results
from sim.errors import ArgumentError
from sim.processes import WorkerPool
from sim.runs import run
from sim.scenario import Scenario, draw_inputs, uniform_names, with_values
from sim.scenario.derive.inputs import spread_of
from sim.sentences import Sentence

__all__ = ["Response"]

_MIDDLE = 0.5


@dataclass(frozen=True, eq=False)
class Response:
    """A measure, or its difference between two scenarios, as a function of probabilities.

    Each input is at the quantile of its probability. All points have the same random numbers, so
    that they differ by the inputs alone.

    Attributes
    ----------
    scenarios:
        One, or the base and another of which the difference from it counts.
    quantity:
        What is measured.
    replications:
        Of each point.
    jobs:
        As of :func:`sim.run`.

    Raises
    ------
    ArgumentError
        There are not one or two scenarios, or none has uncertain inputs.
    """

    scenarios: Sequence[Scenario]
    quantity: Quantity
    replications: int = 1
    jobs: int | WorkerPool = 1
    _known: dict[tuple[float, ...], Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the fields."""
        check_fields(self)
        if len(self.scenarios) not in (1, 2):
            count = len(self.scenarios)
            raise ArgumentError(
                Sentence("a response is of one scenario or two, not of {count}", count=count)
            )
        if not self.inputs:
            raise ArgumentError(
                Sentence(
                    "{where} has no uncertain inputs; give it a section `inputs:`, or lay those of "
                    "another scenario under it with --inputs FILE",
                    where=self.scenarios[0].path,
                )
            )

    @cached_property
    def inputs(self) -> list[str]:
        """Names of the uncertain inputs of any of the scenarios, in their order."""
        names = (name for scenario in self.scenarios for name in uniform_names(scenario))
        return list(dict.fromkeys(names))

    def __call__(self, probabilities: Mapping[str, float]) -> Floats:
        """Return the response by replication; inputs that are not named are at their medians.

        Raises
        ------
        ScenarioError
            The values do not fit together.
        RunError
            A replication failed.
        KeyboardInterrupt
            It was interrupted.
        """
        point = tuple(probabilities.get(name, _MIDDLE) for name in self.inputs)
        if point not in self._known:
            at = dict(zip(self.inputs, point, strict=True))
            values = [self._values(scenario, at) for scenario in self.scenarios]
            self._known[point] = values[0] if len(values) == 1 else values[1] - values[0]
        return self._known[point]

    def text(self, name: str, probability: float) -> str:
        """Return the value of an input at a probability as it stands in the scenario.

        Of an ensemble, which has no order, nothing.
        """
        forms = [s.model.inputs[name] for s in self.scenarios if name in s.model.inputs]
        _, block = spread_of(forms[0], name)
        return "" if block.distribution is None else block.written(probability)

    def _values(self, scenario: Scenario, at: Mapping[str, float]) -> Floats:
        by_name = {own: at[name] for name, own in uniform_names(scenario).items()}
        drawn = draw_inputs(scenario, lambda own: by_name.get(own, _MIDDLE))
        results = run(
            with_values(scenario, drawn),
            self.replications,
            jobs=self.jobs,
            journeys="none",
            tables=["headline"],
            measures=[self.quantity],
        )
        if results.interrupted:
            raise KeyboardInterrupt
        return scenario_results(results).values(self.quantity)
