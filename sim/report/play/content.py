"""Content of a playback page: places, flows and packed visits of each scenario."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from sim.arrays import Floats, Ints
from sim.clock import DAY
from sim.errors import ResultsError
from sim.measures.rosters import Rosters, compile_rosters
from sim.messages import LANGUAGES, catalogue, messages
from sim.plan import DIRECTIONS, Flow, Plan, StageKind
from sim.report.play.day import Seen, identities, seen_between
from sim.report.play.pack import pack
from sim.sentences import Sentence

__all__ = ["TENTHS", "build_content"]


#: Times are written in tenths of a minute.
TENTHS = 10

_SPEEDS = (1, 2, 5, 10, 20, 40, 80)
"""Minutes of the day in a second of watching."""


def build_content(
    several: Sequence[tuple[Plan, pl.DataFrame]],
    titles: dict[str, list[str]],
    day: int,
    gate: str | None = None,
) -> dict[str, Any]:
    """Return what the page's script reads, as JSON holds it.

    ``several`` are the scenarios' plans and event logs, the baseline first; ``titles`` their
    names by language; ``day`` counts measured days from 1; ``gate`` is the one shown first.

    Raises
    ------
    ResultsError
        Nobody is there on that day, or nobody at the gate.
    """
    begin = several[0][0].warm_up + (day - 1) * DAY
    seen = [seen_between(log, plan, begin, begin + DAY) for plan, log in several]
    plans = [plan for plan, _ in several]
    numbers = identities(list(zip(seen, plans, strict=True)))
    flows = {
        plan.flows[number].id
        for plan, journeys in zip(plans, seen, strict=True)
        for number in np.unique(journeys.flow)
    }
    shown = {plan.gates[f.gate].id for plan in plans for f in plan.flows if f.id in flows}
    if not shown or gate not in {None, *shown}:
        raise ResultsError(
            Sentence(
                "no vehicle at {gate} on day {day}", gate=gate or Sentence("any gate"), day=day
            )
        )
    date = plans[0].start + dt.timedelta(minutes=begin)
    return {
        "texts": {lang: _texts(lang) for lang in LANGUAGES},
        "dates": {lang: messages(lang).date(date) for lang in LANGUAGES},
        "speeds": _SPEEDS,
        "tenths": TENTHS,
        "length": DAY,
        "gate": gate,
        "gates": [
            {"id": gate, "title": title} for gate, title in _gates(plans).items() if gate in shown
        ],
        "sides": [
            {"title": {lang: names[number] for lang, names in titles.items()}}
            | _side(plan, seen[number], numbers[number], flows, begin)
            for number, plan in enumerate(plans)
        ],
    }


def _gates(plans: Sequence[Plan]) -> dict[str, dict[str, str]]:
    """Titles of all gates of the scenarios, those of the first before the others'."""
    titles: dict[str, dict[str, str]] = {}
    for gate in (gate for plan in plans for gate in plan.gates):
        titles.setdefault(gate.id, _title(gate.title))
    return titles


def _texts(lang: str) -> dict[str, str]:
    """Every word of the page in one language, by the key's last part."""
    keys = [key.removeprefix("play.") for key in catalogue() if key.startswith("play.")]
    return {key: messages(lang).text(f"play.{key}") for key in keys}


def _title(title: dict[str, str]) -> dict[str, str]:
    return {lang: messages(lang).pick(title) for lang in LANGUAGES}


def _side(plan: Plan, seen: Seen, identity: Ints, flows: set[str], begin: float) -> dict[str, Any]:
    """One scenario: columns of its vehicles and visits, and the stages on their paths.

    ``flows`` are those seen in any scenario, so that like stages stand side by side.
    """
    rosters = compile_rosters(plan)
    kept = sorted({step.stage for flow in plan.flows if flow.id in flows for step in flow.steps})
    routes: dict[int, set[int]] = {}
    for number in kept:
        routes.setdefault(plan.stages[number].gate, set()).add(plan.stages[number].route)
    renumbered = np.full(len(plan.stages), -1, dtype=np.int64)
    renumbered[kept] = np.arange(len(kept))
    return {
        "stages": [
            _stage(plan, number, rosters, begin, len(routes[plan.stages[number].gate]) > 1)
            for number in kept
        ],
        "flows": [_flow(plan, flow) for flow in plan.flows],
        "columns": _pack(seen, renumbered[seen.stage], identity, begin),
    }


def _stage(
    plan: Plan, number: int, rosters: Rosters, begin: float, several_routes: bool
) -> dict[str, Any]:
    """A stage; where a gate shows several routes, its title names its own."""
    stage = plan.stages[number]
    title = _title(stage.title)
    if several_routes:
        route = _title(plan.routes[stage.route].title)
        title = {lang: f"{title[lang]} · {route[lang]}" for lang in LANGUAGES}
    calendar = rosters.calendars[rosters.stage[number]]
    end = DAY + 1.0  # the last instant of the day is shown too
    opens = np.clip(calendar.opens - begin, 0.0, end)
    closes = np.clip(calendar.closes - begin, 0.0, end)
    shut = zip([0.0, *closes.tolist()], [*opens.tolist(), end], strict=True)
    return {
        "title": title,
        "gate": plan.gates[stage.gate].id,
        "servers": stage.servers,
        "hold": stage.kind is StageKind.HOLD,
        "owner": stage.owner,
        "closed": [[first, last] for first, last in shut if first < last],
    }


def _flow(plan: Plan, flow: Flow) -> dict[str, Any]:
    cargo = plan.cargo[flow.cargo]
    way = DIRECTIONS[flow.direction]
    return {
        "kind": "fruit" if (way, cargo.counted_as) == ("export", "fruit") else way,
        "cargo": _title(cargo.title),
        "gate": plan.gates[flow.gate].id,
        "vehicle": flow.vehicle,
        "wagons": flow.wagons if flow.vehicle == "train" else 0,
    }


def _pack(seen: Seen, stage: Ints, identity: Ints, begin: float) -> dict[str, str]:
    """Write each column as its difference from what is mostly near; see ``data.js``.

    A visit begins when the vehicle left the stage before, or ``gap`` later for the few visits
    ``gap_at``; it waits ``wait`` and then stays ``stay``, or stays without having started.
    One is added to ``wait`` and ``stay``, and nought stands for none.
    """
    arrive, start, finish, leave = (
        _tenths(times - begin) for times in (seen.arrive, seen.start, seen.finish, seen.leave)
    )
    first = seen.first
    gone = np.where(np.isinf(leave), arrive, leave)
    before = np.roll(gone, 1)
    before[first] = arrive[first]
    behind = np.roll(stage, 1)
    behind[first] = 0
    begun = np.where(np.isnan(start), arrive, start)
    gap = (arrive - before).astype(np.int64)
    return {
        "id": pack(np.diff(identity, prepend=0), signed=True),
        "flow": pack(seen.flow),
        "outcome": pack(seen.outcome),
        "visits": pack(seen.visits),
        "first": pack(np.diff(arrive[first], prepend=0), signed=True),
        "stage": pack(stage - behind),
        "gap_at": pack(np.diff(np.flatnonzero(gap), prepend=0)),
        "gap": pack(gap[gap != 0], signed=True),
        "wait": pack(_or_none(start - arrive)),
        "stay": pack(_or_none(finish - begun)),
    }


def _tenths(minutes: Floats) -> Floats:
    return np.asarray(np.rint(minutes * TENTHS), dtype=np.float64)


def _or_none(tenths: Floats) -> Ints:
    return np.where(np.isnan(tenths), 0, tenths + 1).astype(np.int64)
