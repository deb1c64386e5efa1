"""Gate choices: the decisions drawn with the workload, and the choice by least cost (logit).

A vehicle that chooses is in the workload once for each alternative, with the same
random key and so the same uniform variates at each; an engine lets one of them arrive and
leaves the others out of its journeys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats, Ints
from sim.plan import Choice, Plan
from sim.workload.arrivals import Arrivals, initially_queued
from sim.workload.random_numbers import uniforms

__all__ = ["Decisions", "decide", "draw_decisions"]


@dataclass(frozen=True, eq=False)
class Decisions:
    """The decisions of one choice of the plan, by time.

    Attributes
    ----------
    time:
        Shape ``(decisions,)``: minute of each decision, ascending.
    vehicle:
        Shape ``(decisions, alternatives)``: number of the vehicle at each alternative.
    taste:
        Of the same shape: what the vehicle alone adds to the cost of each, VND.
    """

    time: Floats
    vehicle: Ints
    taste: Floats

    def renumbered(self, kept: Bools, number: NDArray[np.int32]) -> Decisions:
        """Return the decisions all of whose vehicles are kept, under their new numbers."""
        whole = kept[self.vehicle].all(axis=1)
        return replace(
            self,
            time=self.time[whole],
            vehicle=number[self.vehicle[whole]].astype(np.int64),
            taste=self.taste[whole],
        )


def draw_decisions(
    plan: Plan, came: Sequence[Arrivals], number: Sequence[Ints]
) -> tuple[Decisions, ...]:
    """Draw the decisions of each choice of a plan.

    Parameters
    ----------
    came, number:
        By flow: its vehicles, and the number of each among all.
    """
    if not plan.choices:
        return ()
    decisions = []
    for choice in plan.choices:
        home = came[choice.flows[0]]
        free = np.flatnonzero(~initially_queued(home.key))
        free = free[np.argsort(home.drawn[free], kind="stable")]
        vehicle = np.empty((len(free), len(choice.flows)), dtype=np.int64)
        taste = np.zeros(vehicle.shape)
        for column, flow in enumerate(choice.flows):
            vehicle[:, column] = number[flow][free]  # the same keys in the same order
            if choice.taste:
                route = plan.routes[plan.flows[flow].route].id
                uniform = uniforms(home.random_key[free], f"taste:{route}")
                # a Gumbel draw lowers the cost: shares are those of the logit model
                taste[:, column] = choice.taste * np.log(-np.log(uniform))
        decisions.append(Decisions(home.drawn[free], vehicle, taste))
    return tuple(decisions)


def decide(
    choice: Choice,
    time: Floats,
    taste: Floats,
    travel: Floats,
    queue: Ints,
    refuses: Bools,
) -> Ints:
    """Choose an alternative for each decision; returns its index, shape ``(decisions,)``.

    The published queue is expected to cross at the alternative's pace while its crossing is
    open, and the vehicle after it. So the cost of time counts from the decision until

        resume_finish(next_open(time + travel), pace x (queue + 1)).

    Parameters
    ----------
    time, taste:
        As in :class:`Decisions`.
    travel:
        Shape ``(alternatives,)``, minutes.
    queue, refuses:
        Shape ``(decisions, alternatives)``: vehicles in each queue by the latest news, and
        whether it has published that it stops receiving.

    A gate that refuses, or never opens again, is chosen only if all do. At equal cost the
    first alternative is taken.
    """
    cost = np.empty(taste.shape)
    for number, (hours, pace) in enumerate(zip(choice.hours, choice.pace.tolist(), strict=True)):
        ready = hours.next_open(time + travel[number])
        crossed = hours.resume_finish(ready, pace * (queue[:, number] + 1))
        spent = choice.value_of_time * (crossed - time) + choice.fee[number]
        cost[:, number] = spent + taste[:, number]
    received = np.where(refuses, np.inf, cost)
    best: Ints = np.argmin(received, axis=1)
    nowhere = np.isinf(received.min(axis=1, initial=np.inf))
    best[nowhere] = np.argmin(cost[nowhere], axis=1)
    return best
