"""The figures that are printed: the bulletin, the waits, and the differences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from sim.catalogue import ALL
from sim.compare import Estimate, ScenarioResults, scenario_results, summarise, summarise_measures
from sim.messages import Messages
from sim.plan import Flow, Plan
from sim.report.text.cached import cached_by_results
from sim.results import Results, StoredResults, run_title
from sim.scenario import Setting

__all__ = [
    "BULLETIN",
    "COMPARED",
    "WAGONS",
    "WAITS",
    "BulletinRow",
    "bulletin_rows",
    "bulletin_title",
    "busy_gates",
    "distinct_titles",
    "headline",
    "idle_gates",
    "idle_routes",
    "route_title",
    "what_was_run",
]

#: Columns of the bulletin, in the province's order.
BULLETIN = ("exported", "exported_fruit", "imported", "imported_new_cars", "arrived", "waiting")
WAGONS = ("wagons_exported", "wagons_imported")

#: Measures of the table of waits, by gate and direction.
WAITS = (
    "wait_mean",
    "wait_p95",
    "wait_vietnam_mean",
    "wait_border_mean",
    "wait_china_mean",
    "within_2h",
    "virtual_mean",
    "closed_mean",
    "owner_mean",
    "stay_mean",
    "lost_share",
)

_OF_DIRECTION = (
    "wait_mean",
    "wait_p95",
    "wait_vietnam_mean",
    "wait_border_mean",
    "wait_china_mean",
    "within_2h",
    "over_24h_share",
    "virtual_mean",
    "closed_mean",
    "release_mean",
    "stay_mean",
    "lost_share",
    "crossed_per_day",
)

#: What is shown of differences, in order: direction and measure. Exports and imports stand side
#: by side and are never averaged; money and air add up.
COMPARED = (
    *(("export", measure) for measure in _OF_DIRECTION),
    ("export", "waiting_2000"),
    *(("import", measure) for measure in _OF_DIRECTION),
    ("all", "cost_per_day"),
    ("all", "co2_per_day"),
)


@dataclass(frozen=True)
class BulletinRow:
    """One line of the bulletin, in vehicles (at a rail gate trains, or wagons) per day.

    ``kind`` is ``gate``, ``pair`` (the gates that ``gate`` administers today), ``total``
    (all road gates), ``trains`` or ``wagons``; ``gate`` indexes the plan's gates.
    """

    kind: str
    gate: int
    values: Mapping[str, Estimate]


@cached_by_results
def bulletin_rows(results: Results) -> list[BulletinRow]:
    """Lines of the bulletin: gates with traffic, each pair after its gates, the total.

    Empty when the run holds no bulletin, which needs 24 measured hours before a 20:00.
    """
    plan, table = results.plan, results.tables["bulletin"]
    if table.is_empty():
        return []
    lines = _bulletin_lines(plan)
    names = [*BULLETIN, *WAGONS]
    members = pl.DataFrame(
        [(n, plan.gates[gate].id) for n, (*_, gates) in enumerate(lines) for gate in gates],
        schema={"line": pl.Int64, "gate": table.schema["gate"]}, orient="row",
    )  # fmt: skip
    daily = (
        members.join(table, "gate", maintain_order="left_right")
        .group_by("line", "replication", "day", maintain_order=True)
        .agg(pl.col(names).sum())
    )
    sums = summarise(daily, ["line"], names, bounds=(0.0, math.inf)).rows_by_key(
        "line", named=True, unique=True
    )
    rows = []
    for number, (kind, gate, _) in enumerate(lines):
        columns = WAGONS if kind == "wagons" else BULLETIN
        values = {
            name.removeprefix("wagons_"): Estimate.of(sums[number], f"{name}_") for name in columns
        }
        rows.append(BulletinRow(kind, gate, values))
    return rows


def _bulletin_lines(plan: Plan) -> list[tuple[str, int, list[int]]]:
    """Kind, gate and members of each line of the bulletin."""
    busy = busy_gates(plan)
    road = [gate for gate in busy if plan.gates[gate].mode == "road"]
    lines: list[tuple[str, int, list[int]]] = []
    for pair in dict.fromkeys(plan.gates[gate].pair for gate in road):
        members = [gate for gate in road if plan.gates[gate].pair == pair]
        lines += [("gate", gate, [gate]) for gate in members]
        if len(members) > 1:
            lines.append(("pair", pair, members))
    if len(road) > 1:
        lines.append(("total", -1, road))
    for gate in busy:
        if plan.gates[gate].mode == "rail":
            lines += [("trains", gate, [gate]), ("wagons", gate, [gate])]
    return lines


def bulletin_title(row: BulletinRow, plan: Plan, messages: Messages) -> str:
    """Name a line of the bulletin: its gate, pair or total, and whether its traffic is assumed."""
    if row.kind == "total":
        return messages.text("bulletin.total")
    gate = plan.gates[row.gate]
    title = messages.pick(gate.title)
    if row.kind == "gate":
        return messages.text("bulletin.assumed", gate=title) if gate.data == "assumed" else title
    return messages.text(f"bulletin.{row.kind}", gate=title)


def idle_gates(plan: Plan) -> list[int]:
    """Gates without traffic."""
    busy = set(busy_gates(plan))
    return [gate for gate in range(len(plan.gates)) if gate not in busy]


def idle_routes(plan: Plan) -> list[int]:
    """Routes that are built, at gates with traffic, and have none themselves."""
    busy, built = busy_gates(plan), {stage.route for stage in plan.stages}
    used = {flow.route for flow in plan.flows if _moves(flow)}
    return sorted(route for route in built - used if plan.routes[route].gate in busy)


def route_title(plan: Plan, route: int, messages: Messages) -> str:
    """Name the route's gate, and the route itself where the gate has several."""
    gate = plan.routes[route].gate
    title = messages.pick(plan.gates[gate].title)
    if sum(other.gate == gate for other in plan.routes) < 2:
        return title
    return f"{title} · {messages.pick(plan.routes[route].title)}"


@cached_by_results
def headline(results: Results) -> dict[tuple[str, str, str], Estimate]:
    """Estimates of all headline measures, by gate id (or ``all``), direction, measure."""
    rows = results.tables["headline"].filter(cargo=ALL, route=ALL, stage=ALL)
    summary = summarise_measures(rows, ["gate", "direction", "measure"])
    return {
        (row["gate"], row["direction"], row["measure"]): Estimate.of(row)
        for row in summary.iter_rows(named=True)
    }


def distinct_titles(
    several: Sequence[Results | StoredResults | ScenarioResults], messages: Messages
) -> list[str]:
    """Titles of the runs, with the file's name where two are alike.

    What was set for the first and is the same in another is said of the first alone.
    """
    samples = [scenario_results(results) for results in several]
    titles = [
        run_title(
            sample.title,
            sample.year,
            [
                setting
                for setting in sample.settings
                if number == 0 or not _shared(setting, samples[0])
            ],
            messages,
        )
        for number, sample in enumerate(samples)
    ]
    return [
        title if titles.count(title) == 1 else f"{title} ({sample.name}, {number})"
        for number, (title, sample) in enumerate(zip(titles, samples, strict=True), 1)
    ]


def _shared(setting: Setting, base: ScenarioResults) -> bool:
    """Whether the first scenario has the same value set."""
    return any(
        (other.path, other.after) == (setting.path, setting.after) for other in base.settings
    )


def what_was_run(several: Sequence[Results], messages: Messages) -> list[str]:
    """Sentences on days, upgrades, settings and replications; of the others what is unlike.

    A sentence of another scenario than the first begins with its title.
    """
    base, *others = several
    sentences = base.spec.sentences(messages)
    titles = distinct_titles(several, messages)
    return sentences + [
        f"{title}: {sentence}"
        for title, results in zip(titles[1:], others, strict=True)
        for sentence in results.spec.sentences(messages)
        if sentence not in sentences
    ]


def busy_gates(plan: Plan) -> list[int]:
    """Gates with traffic: some flow that is expected or timetabled."""
    return sorted({flow.gate for flow in plan.flows if _moves(flow)})


def _moves(flow: Flow) -> bool:
    return flow.timetable is not None or flow.volume.sum() > 0
