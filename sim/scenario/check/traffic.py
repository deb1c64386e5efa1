"""Warn of runs without any traffic, and of runs with more than a computer gets through."""

from __future__ import annotations

from sim.scenario.arrivals import daily_arrivals, simulated_days
from sim.scenario.check.context import Context, routes

__all__ = ["check_traffic"]

#: Vehicles of all replications together; at a million a second this is a quarter of an hour.
_ABSURD_IN_ALL = 1e9


def check_traffic(context: Context) -> None:
    """Record that nothing comes, or that too many vehicles would be simulated."""
    model = context.model
    flows = [flow for _, _, route in routes(model) for flow in route.flows.values()]
    coming = sum(flow.backlog + float(daily_arrivals(model, flow).sum()) for flow in flows)
    run, days = model.run, simulated_days(model)
    in_all = coming * run.replications
    if coming == 0.0:
        context.warn(
            "no-traffic",
            ("gates",),
            f"nothing comes in the {days:,} days from {run.start}",
            "give a route flows with a volume, or a timetable that runs on these days",
        )
    elif in_all > _ABSURD_IN_ALL:
        context.warn(
            "absurd-value",
            ("run", "replications"),
            f"about {in_all / 1e9:,.0f} bn vehicles would be simulated: "
            f"{coming:,.0f} in {days:,} days, {run.replications:,} times",
            "take fewer replications or days; 10 replications of 30 days are a good beginning",
        )
