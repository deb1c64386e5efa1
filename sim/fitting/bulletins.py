"""Fit a scenario of days to the figures of a bulletin.

A bulletin prints totals: so many exported at all road gates, so many of them fruit, so many at
Hữu Nghị. The scenario of its days has a volume for each flow, in the proportions of the scenario
it extends, that adds up to all of them. Opening hours and lanes are those in force on the last of
the days (:mod:`sim.fitting.in_force`). How long owners hold their trucks stays as it is there:
``langson calibrate`` says more of that.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sim.arguments import checked_arguments
from sim.arrays import Floats
from sim.errors import Problem, ScenarioError
from sim.fitting.in_force import ValueInForce, values_in_force
from sim.fitting.overlay import dumped, named_from, put_with_evidence
from sim.fitting.proportional import Total, fit_totals
from sim.plan import DIRECTIONS, Flow, Plan, build_plan
from sim.results.spreadsheet import csv_bytes
from sim.scenario import Scenario, load
from sim.sentences import Sentence
from sim.units import clock_text, number_text
from sim.validate import QUANTITIES, Observation, read_observed, written_days
from sim.validate.observed import gates_of

__all__ = ["from_bulletin", "observed_csv"]

_BEFORE = 7
"""Days simulated before the first one, alike, to fill the yards."""


@dataclass(frozen=True, eq=False)
class BulletinDays:
    """The days of a bulletin.

    Attributes
    ----------
    overlay:
        The scenario file.
    observed:
        The figures; those that set volumes are ``calibrated``, the others ``predicted``.
    first, last:
        Days that the bulletin has figures of.
    taken:
        Figures that set volumes.
    """

    overlay: str
    observed: tuple[Observation, ...]
    first: dt.date
    last: dt.date
    taken: tuple[Observation, ...]

    @property
    def left(self) -> list[Observation]:
        """Figures that set nothing, against which the days can be held."""
        places = {seen.place for seen in self.taken}
        return [seen for seen in self.observed if seen.place not in places]


@checked_arguments
def from_bulletin(
    bulletin: str | os.PathLike[str],
    base: str | os.PathLike[str] = "baseline-2025",
    folder: Path = Path(),
) -> BulletinDays:
    """Make a scenario of the days of a bulletin.

    Volumes are set by what arrived, or what crossed where arrivals are not given: of the figures
    whose ``use`` is ``calibrated`` or, where no figure has a use, of all flows. Stocks and times
    set nothing, nor does a figure that is to be predicted.

    Parameters
    ----------
    bulletin:
        A file as :func:`sim.validate.read_observed` reads it, with days.
    base:
        The scenario whose proportions, hours and lanes are taken.
    folder:
        Where the scenario file is to lie.

    Raises
    ------
    ScenarioError
        The file has mistakes, no day, no figure that can set a volume, or figures that cannot
        hold at once; or no flow of the scenario can feed one.
    """
    days = written_days(bulletin)
    if not days:
        raise ScenarioError([_problem(bulletin, "no-day", *_NO_DAY)])
    first, last = min(days), max(days)
    settings = {
        "run.start": (first - dt.timedelta(days=_BEFORE)).isoformat(),
        "run.warm_up": f"{_BEFORE} days",
        "run.days": (last - first).days + 1,
    }
    values = values_in_force(load(base), last)
    scenario = load(base, set=settings | {value.path: value.value for value in values})
    plan = build_plan(scenario)
    observed = read_observed(bulletin, plan)
    marked = any(seen.use == "calibrated" for seen in observed)
    taken = tuple(
        seen for seen in observed if _sets_volume(seen) and (seen.use == "calibrated" or not marked)
    )
    if not taken:
        raise ScenarioError([_problem(bulletin, "no-volume", *_NO_VOLUME)])
    volumes = _volumes(plan, taken, first, last)
    overlay = _Overlay(scenario, plan, volumes, taken, values, Path(bulletin))
    text = overlay.text(settings, folder)
    if not marked:
        observed = tuple(
            replace(seen, use="calibrated" if seen in taken else "predicted") for seen in observed
        )
    return BulletinDays(text, observed, first, last, taken)


_NO_DAY = (
    Sentence("no figure has a day, so there is no day to simulate"),
    Sentence("give the date of the bulletin in a column `day`, as 2025-11-11"),
)
_NO_VOLUME = (
    Sentence("no figure of a day says how many vehicles arrived or crossed"),
    Sentence("give arrived, exported or imported, with use calibrated where other figures have it"),
)


def _problem(file: str | os.PathLike[str], code: str, message: Sentence, hint: Sentence) -> Problem:
    return Problem(code, message, hint, os.fspath(file), 1, 1)


def _sets_volume(seen: Observation) -> bool:
    """Whether a figure is of vehicles of the road on one day."""
    quantity = QUANTITIES[seen.quantity]
    road = not seen.quantity.startswith(("wagons", "turned"))
    return quantity.kind == "flow" and road and seen.day is not None and seen.until is None


def _volumes(
    plan: Plan, taken: Sequence[Observation], first: dt.date, last: dt.date
) -> dict[dt.date, Floats]:
    """Volumes of the plan's flows from a day on.

    What a day leaves open is as on the day with most figures, and what that leaves open as in the
    base.
    """
    usual: Floats = np.array([float(flow.volume[_BEFORE:].mean()) for flow in plan.flows])
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    of_day = {day: _totals(plan, [seen for seen in taken if seen.day == day]) for day in days}
    volumes: dict[dt.date, Floats] = {}
    problems: list[Problem] = []
    for day in sorted(days, key=lambda day: -len(of_day[day])):
        totals = of_day[day]
        if not totals:
            continue
        start = next(iter(volumes.values()), usual)
        volumes[day], missed = fit_totals(start, [total for total, _ in totals])
        if missed is not None:
            seen = next(seen for total, seen in totals if total is missed)
            covers = missed.covers
            problems.append(_contradiction(seen, volumes[day][covers].sum(), usual[covers].sum()))
    if problems:
        raise ScenarioError(problems)
    return volumes


def _totals(plan: Plan, today: Sequence[Observation]) -> list[tuple[Total, Observation]]:
    """Totals of a day's figures; what arrived stands for what was exported.

    Then a line of the exports stands for its share of what arrived.
    """
    known = {(seen.gate, seen.quantity): seen.middle for seen in today}

    def volume(seen: Observation) -> float:
        arrived, exported = (known.get((seen.gate, q)) for q in ("arrived", "exported"))
        if seen.quantity not in ("exported_fruit", "exported_other") or arrived is None:
            return seen.middle
        return seen.middle * arrived / exported if exported else seen.middle

    return [
        (Total(np.array([_feeds(plan, flow, seen) for flow in plan.flows]), volume(seen)), seen)
        for seen in today
        if seen.quantity != "exported" or (seen.gate, "arrived") not in known
    ]


def _feeds(plan: Plan, flow: Flow, seen: Observation) -> bool:
    """Whether a flow's vehicles count for a figure."""
    quantity = QUANTITIES[seen.quantity]
    line, wanted = plan.cargo[flow.cargo].counted_as, quantity.cargo
    return (
        plan.gates[flow.gate].id in gates_of(plan, seen.gate, seen.quantity)
        and DIRECTIONS[flow.direction] == quantity.direction
        and flow.timetable is None
        and line != "none"
        and (wanted in (None, line) or (wanted == "rest" and line == "other"))
    )


def _contradiction(seen: Observation, reached: float, usual: float) -> Problem:
    """Say of a figure that the flows cannot add up to it beside the others."""
    what = Sentence("{quantity} at {gate}", quantity=seen.quantity, gate=seen.gate)
    if usual <= 0.0:
        message = Sentence("no flow with a volume can feed {what}", what=what)
        hint = Sentence("leave the figure out, or give the gate a flow that it counts")
    else:
        message = Sentence(
            "the other figures of {day} leave {reached:,.0f} for {what}, not {middle:,.0f}",
            day=seen.day,
            reached=reached,
            what=what,
            middle=seen.middle,
        )
        hint = Sentence("see which is right; a total is at least the sum of its gates")
    place = seen.place
    return Problem("contradiction", message, hint, place.file, place.line, place.column)


@dataclass(frozen=True)
class _Overlay:
    """What the scenario file of a bulletin's days is made of."""

    scenario: Scenario
    plan: Plan
    volumes: Mapping[dt.date, Floats]
    taken: Sequence[Observation]
    values: Sequence[ValueInForce]
    bulletin: Path

    def text(self, settings: Mapping[str, Any], folder: Path) -> str:
        """Write the file, which is to lie in ``folder``."""
        first, last = min(self.volumes), max(self.volumes)
        same = first == last
        english, vietnamese = (
            f"{first}" if same else f"{first} {to} {last}" for to in ("to", "đến")
        )
        texts = list(dict.fromkeys(seen.source or self.bulletin.stem for seen in self.taken))
        own = [value.source for value in self.values if value.source not in self._known]
        sources = {
            f"bulletin_{number}": {**_source(text), "date": first.isoformat()}
            for number, text in enumerate(texts, 1)
        }
        sources |= {
            self._in_force_id(text): _source(text, "Values in force") for text in dict.fromkeys(own)
        }
        tree: dict[str, Any] = {
            "format": 1,
            "extends": named_from(self.scenario.path, folder),
            "title": {"en": f"Bulletin of {english}", "vi": f"Bản tin {vietnamese}"},
            "run": {key.removeprefix("run."): value for key, value in settings.items()},
            "sources": sources,
            "templates": {"bulletin_day": _template(len(texts))},
        }
        for value in self.values:
            known = value.source in self._known
            source = value.source if known else self._in_force_id(value.source)
            evidence = {"kind": "literature", "source": source, "note": value.note}
            written = int(value.value) if value.value.isdigit() else value.value
            put_with_evidence(tree, tuple(value.path.split(".")), written, evidence)
        tree.setdefault("gates", {})
        for number, flow in enumerate(self.plan.flows):
            daily = [(day, float(of_day[number])) for day, of_day in sorted(self.volumes.items())]
            if any(_feeds(self.plan, flow, seen) for seen in self.taken):
                _put(tree["gates"], flow, _unit(self.scenario, flow), daily)
        return self._head() + dumped(tree)

    @property
    def _known(self) -> Mapping[str, object]:
        """Sources of the scenario that it extends."""
        return self.scenario.model.sources

    def _in_force_id(self, text: str) -> str:
        """Id of a source of values in force that the scenario has not."""
        own = [value.source for value in self.values if value.source not in self._known]
        return f"in_force_{list(dict.fromkeys(own)).index(text) + 1}"

    def _head(self) -> str:
        """Comment that says what was set by what."""
        figures = "".join(f"#   {_said(seen)}\n" for seen in self.taken)
        values = "".join(f"#   {value.path}: {value.value}\n" for value in self.values)
        named = f"{_VALUES}{values}" if values else ""
        return (
            f"# Written by `langson day` from {self.bulletin.stem}. Volumes were set by:\n{figures}"
            f"{named}# All else is that of the scenario extended.\n"
        )


_VALUES = "# In force on the last day, unlike the scenario extended:\n"


def _template(sources: int) -> dict[str, Any]:
    """What all flows of the days have in common."""
    note = {
        "en": "Split among flows in the proportions of the scenario extended; "
        "the days before alike.",
        "vi": "Chia cho các nhóm xe theo tỷ lệ của kịch bản được kế thừa; "
        "những ngày trước cũng vậy.",
    }
    names = [f"bulletin_{number}" for number in range(1, sources + 1)]
    evidence = {"kind": "derived", "source": names, "note": note}
    return {"season": None, "day_to_day_cv": "0 %", "evidence": evidence}


def _source(text: str, title: str = "Bulletin") -> dict[str, str]:
    """Name a source; one whose text is an address has the title."""
    web = text.startswith(("http://", "https://"))
    return {"title": title, "url": text} if web else {"title": text}


def _unit(scenario: Scenario, flow: Flow) -> str:
    """Unit of a flow's volume, as the scenario writes it."""
    gate, route, name = flow.id.split(".")
    node = scenario.tree.find(("gates", gate, "routes", route, "flows", name, "volume"))
    text = "" if node is None else str(node.plain())
    return text.split(maxsplit=1)[1] if " " in text else f"{flow.vehicle}s/day"


def _put(
    gates: dict[str, Any], flow: Flow, unit: str, daily: Sequence[tuple[dt.date, float]]
) -> None:
    """Put the volumes of a flow: of the first day and all before, then from each later one."""
    gate, route, name = flow.id.split(".")
    written = [(day, f"{number_text(round(volume, 1))} {unit}") for day, volume in daily]
    later = {
        day.isoformat(): text for (_, before), (day, text) in pairwise(written) if text != before
    }
    block: dict[str, Any] = {"like": "bulletin_day", "volume": written[0][1]}
    if later:
        block["from"] = later
    routes = gates.setdefault(gate, {}).setdefault("routes", {})
    routes.setdefault(route, {}).setdefault("flows", {})[name] = block


def _said(seen: Observation) -> str:
    return f"{seen.day}  {seen.quantity} at {seen.gate}: {_value(seen)}"


def observed_csv(days: BulletinDays) -> bytes:
    """Return the figures as a file that :func:`sim.validate.read_observed` reads, with uses."""
    columns = ("day", "gate", "quantity", "value", "use", "source", "note", "until", "time")
    rows = [
        (
            seen.day and seen.day.isoformat(),
            seen.gate,
            seen.quantity,
            _value(seen),
            seen.use,
            seen.source,
            seen.note,
            seen.until and seen.until.isoformat(),
            clock_text(seen.time) if QUANTITIES[seen.quantity].kind == "stock" else None,
        )
        for seen in days.observed
    ]
    return csv_bytes(
        pl.DataFrame(
            rows, schema=dict.fromkeys((*columns, "until", "time"), pl.String), orient="row"
        )
    )


def _value(seen: Observation) -> str:
    return f"{seen.value:.10g}" if seen.high is None else f"{seen.value:.10g}-{seen.high:.10g}"
