"""Check that demand is neither zero nor too large to simulate."""

from __future__ import annotations

from sim.scenario.check.context import Context, routes
from sim.scenario.check.demand import MOST_PER_DAY
from sim.scenario.derive.arrivals import daily_arrivals
from sim.sentences import Sentence

__all__ = ["check_traffic"]

#: Vehicles of all replications together; at a million a second this is a quarter of an hour.
_ABSURD_IN_ALL = 1e9


def check_traffic(context: Context) -> None:
    """Record that nothing comes, or that too many vehicles would be simulated."""
    model = context.model
    coming = 0.0
    for path, _, route in routes(model):
        for name, flow in route.flows.items():
            arrivals = daily_arrivals(model, flow)
            coming += flow.backlog + float(arrivals.sum())
            if arrivals.max() > MOST_PER_DAY:
                message = Sentence(
                    "{max:,.0f} vehicles on its busiest day are too many", max=arrivals.max()
                )
                hint = Sentence("check the shares of its week, season and growth")
                context.error("out-of-range", (*path, "flows", name), message, hint)
    run, days = model.run, len(model.run.dates)
    in_all = coming * run.replications
    if coming == 0.0:
        context.warn(
            "no-traffic",
            ("gates",),
            Sentence("nothing comes in the {days:,} days from {start}", days=days, start=run.start),
            Sentence("give a route flows with a volume, or with arrivals on these days"),
        )
    elif in_all > _ABSURD_IN_ALL:
        context.warn(
            "absurd-value",
            ("run", "replications"),
            Sentence(
                "about {in_all:,.0f} bn vehicles would be simulated: {coming:,.0f} in "
                "{days:,} days, "
                "{replications:,} times",
                in_all=in_all / 1e9,
                coming=coming,
                days=days,
                replications=run.replications,
            ),
            Sentence(
                "take fewer replications or days; 10 replications of 30 days are a good beginning"
            ),
        )
