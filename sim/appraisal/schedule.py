"""Schedule of upgrades: what they cost, when that falls due, and when each is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sim.arguments import checked_arguments
from sim.clock import months_after
from sim.scenario import Scenario
from sim.units import Ranged

__all__ = ["MONTHS", "Schedule", "ScheduledUpgrade", "schedule_of"]

#: Months of a year.
MONTHS = 12

_FREE = Ranged(0.0, 0.0, 0.0)


def _month_number(date: dt.date) -> int:
    """Number months from January of year 0."""
    return date.year * MONTHS + date.month - 1


@dataclass(frozen=True)
class ScheduledUpgrade:
    """An upgrade: VND, VND a year, and months numbered from January of year 0.

    ``due`` is when its capital cost falls due, ``opens`` when it opens; None where it is open
    from the first year on.
    """

    title: Mapping[str, str]
    capex: Ranged
    opex: Ranged
    due: int | None
    opens: int | None


@dataclass(frozen=True)
class Schedule:
    """Upgrades of a scenario by id."""

    upgrades: Mapping[str, ScheduledUpgrade]

    def late(self, months: int, *, paid_later: bool = False) -> Schedule:
        """Return the schedule with all openings later, and capital too if that is paid later."""
        return Schedule(
            {
                name: replace(
                    upgrade,
                    opens=None if upgrade.opens is None else upgrade.opens + months,
                    due=(
                        upgrade.due + months
                        if paid_later and upgrade.due is not None
                        else upgrade.due
                    ),
                )
                for name, upgrade in self.upgrades.items()
            }
        )

    def open_in(self, month: int) -> frozenset[str]:
        """Return the upgrades that are open in a month."""
        return frozenset(
            name
            for name, upgrade in self.upgrades.items()
            if upgrade.opens is None or upgrade.opens <= month
        )


@checked_arguments
def schedule_of(scenario: Scenario) -> Schedule:
    """Return the schedule of all upgrades of a scenario, whatever year it simulates.

    Raises
    ------
    ScenarioError
        Without its year the scenario does not fit together.
    """
    whole = scenario.edited({"run.year": None})
    upgrades = {}
    for name, block in whole.upgrades.items():
        due = None if block.opens is None else _month_number(block.opens)
        opens = (
            None if block.opens is None else _month_number(months_after(block.opens, block.delay))
        )
        title = block.title.model_dump()
        upgrades[name] = ScheduledUpgrade(
            title, block.capex or _FREE, block.opex or _FREE, due, opens
        )
    return Schedule(upgrades)
