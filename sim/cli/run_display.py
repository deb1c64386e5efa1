"""Display of ``langson run``: the bulletin, the waits, and where the results are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.text import Text

from sim.catalogue import ALL, MEASURES
from sim.cli.console import fitting_table, heading, note, say, show_json, show_table, to_stdout
from sim.cli.differences import print_comparison
from sim.cli.outcomes import plain_check, plain_precision, plain_targets
from sim.cli.requested import print_asked, print_asked_changes
from sim.cli.tables import (
    LESS_BULLETIN,
    LESS_WAITS,
    bulletin_table,
    shares_table,
    waits_table,
)
from sim.compare import Estimate, compare_runs, scenario_results
from sim.messages import escaped
from sim.report.text.format import caution_notes
from sim.report.text.summary import (
    BULLETIN,
    WAITS,
    bulletin_rows,
    bulletin_title,
    busy_gates,
    distinct_titles,
    headline,
    idle_gates,
    idle_routes,
    route_title,
    what_was_run,
)
from sim.report.text.uncertainty import error_name, inputs_sentence
from sim.results import Results

if TYPE_CHECKING:
    from sim.catalogue import Quantity
    from sim.cli.output import Written
    from sim.compare import Check, PrecisionResult
    from sim.messages import Messages
    from sim.scenario import Scenario

__all__ = ["print_header", "print_json", "print_tables", "print_where"]

FORMAT = 1


def print_header(scenarios: Sequence[Scenario], messages: Messages) -> None:
    """One line: how many files, how they differ, how much is assumed."""
    from sim.scenario import diff

    base, *others = scenarios
    parts = [messages.text("run.checked", n=len(scenarios))]
    changes = {other.name: len(diff(base, other)) for other in others}
    if others:
        parts.append(messages.text("run.changed", n=sum(changes.values())))
    assumed = {path for scenario in scenarios for path in scenario.assumptions()}
    parts.append(messages.text("run.assumed", n=len(assumed)))
    parts += dict.fromkeys(_start(scenario, messages) for scenario in scenarios)
    note(" · ".join(parts))
    same = [name for name, count in changes.items() if not count]
    if same:
        note(messages.text("run.unchanged", n=len(same), names=", ".join(same)))


def _start(scenario: Scenario, messages: Messages) -> str:
    """Describe the warm-up and the initial queue."""
    model = scenario.model
    routes = [route for gate in model.gates.values() for route in gate.routes.values()]
    stock = sum(flow.backlog for route in routes for flow in route.flows.values())
    parts = [messages.text("warm_up.starts_with", n=stock)] if stock else []
    if model.run.warm_up:
        parts.append(messages.text("warm_up.stated", stated=messages.duration(model.run.warm_up)))
    return ", ".join(parts) or messages.text("warm_up.none")


def print_tables(
    several: Sequence[Results], messages: Messages, asked: Sequence[Quantity] = ()
) -> None:
    """Print the first scenario's bulletin and waits, then what each other one changes."""
    base = several[0]
    for sentence in what_was_run(several[:1], messages):
        note(sentence)
    _bulletin(base, messages)
    _waits(base, messages)
    if len(several) > 1:
        comparison = compare_runs(several, distinct_titles(several, messages))
        print_comparison(comparison, messages)
        print_asked_changes(comparison, asked, messages)
    else:
        print_asked(scenario_results(base), asked, messages)


def _bulletin(results: Results, messages: Messages) -> None:
    plan = results.plan
    rows = bulletin_rows(results)
    title = messages.text("bulletin.title", scenario=results.spec.shown_title(messages))
    if not busy_gates(plan):
        to_stdout().print()
        show_table(Text(title, "bold"))
        note(messages.text("bulletin.empty"))
        return
    facts = {"n": len(results.replications), "period": results.spec.period(messages)}
    error = error_name([scenario_results(results)], messages)
    heading(title, messages.text("bulletin.subtitle", **facts, error=error))
    if not rows:
        note(messages.text("bulletin.none"))
        return
    fitting_table(
        partial(bulletin_table, rows, plan, messages),
        lambda column: messages.text(f"bulletin.{column}"),
        BULLETIN,
        LESS_BULLETIN,
        messages,
    )
    _cautions((estimate for row in rows for estimate in row.values.values()), messages)
    titled = [(bulletin_title(row, plan, messages), row.values) for row in rows]
    _shares(titled, BULLETIN, "bulletin", LESS_BULLETIN, messages)
    if sets := inputs_sentence([scenario_results(results)], messages):
        note(sets)
    idle = [plan.gates[gate] for gate in idle_gates(plan)]
    unpublished = [messages.pick(gate.title) for gate in idle if gate.data == "none"]
    if unpublished:
        note(messages.text("bulletin.idle", gates=", ".join(unpublished)))
    unused = [messages.pick(gate.title) for gate in idle if gate.data != "none"]
    unused += [route_title(plan, route, messages) for route in idle_routes(plan)]
    if unused:
        note(messages.text("bulletin.unused", places=", ".join(unused)))


def _waits(results: Results, messages: Messages) -> None:
    estimates, plan = headline(results), results.plan
    rows: list[tuple[str, dict[str, Estimate]]] = []
    places = [("all", messages.text("waits.all"))] if len(busy_gates(plan)) > 1 else []
    places += [(plan.gates[g].id, messages.pick(plan.gates[g].title)) for g in busy_gates(plan)]
    for gate, title in places:
        for direction in ("export", "import"):
            of_direction = {
                m: e for (g, d, m), e in estimates.items() if (g, d) == (gate, direction)
            }
            if of_direction["crossed_per_day"].mean:
                rows.append((f"{title}, {messages.text(f'direction.{direction}')}", of_direction))
    if rows:
        heading(messages.text("waits.title"), messages.text("waits.subtitle"))
        # zero everywhere, like waits over 24 hours on a normal day, needs no column
        measures = [m for m in WAITS if any(values[m].mean for _, values in rows)]
        fitting_table(
            partial(waits_table, rows, messages),
            lambda measure: messages.text(f"waits.{measure}"),
            measures,
            LESS_WAITS,
            messages,
        )
        _cautions((values[measure] for _, values in rows for measure in measures), messages)
        _shares(rows, measures, "waits", LESS_WAITS, messages)


def _shares(
    rows: Sequence[tuple[str, Mapping[str, Estimate]]],
    columns: Sequence[str],
    table: str,
    less: Sequence[str],
    messages: Messages,
) -> None:
    """Print below a table the share of the inputs in the variance of each ± in it, if any."""
    if all(e.inputs is None for _, values in rows for e in values.values()):
        return
    heading(messages.text("inputs.split"), messages.text("inputs.split_subtitle"))
    fitting_table(
        partial(shares_table, rows, table, messages),
        lambda column: messages.text(f"{table}.{column}"),
        columns,
        less,
        messages,
    )


def _cautions(estimates: Iterable[Estimate], messages: Messages) -> None:
    """Print below a table the limits of its intervals."""
    for remark in caution_notes(estimates, messages):
        note(remark)


def print_where(
    several: Sequence[Results], written: Written, messages: Messages, *, bare: bool
) -> None:
    """Print what ran and where the results are, at the end; ``bare`` for scripts."""
    console = to_stdout()
    if bare:
        say(written.folder)
        return
    console.print(Text(f"\n  {escaped(str(written.folder))}/", "bold"), soft_wrap=True)
    engine = " + ".join(sorted({results.engine for results in several}))
    seconds = messages.number(sum(results.timings["wall"] for results in several), 1)
    contents = [messages.text("run.engine", engine=engine, seconds=seconds)]
    contents += [messages.text("run.contents")]
    contents += [messages.text("run.pictures")] if written.figures else []
    contents += ["report.html"] if written.report else []
    show_table(Text(" · ".join(contents), "dim"))


def print_json(
    several: Sequence[Results],
    folder: Path | None,
    warnings: list[str],
    checks: Sequence[Check],
    reached: PrecisionResult | None,
) -> None:
    """Everything that the tables show, as one JSON object."""
    content = {
        "format": FORMAT,
        "folder": None if folder is None else str(folder),
        "scenarios": [_scenario(results) for results in several],
        "comparison": compare_runs(several).table.to_dicts() if len(several) > 1 else [],
        "checks": [plain_check(check) for check in checks],
        "precision": plain_precision(reached),
        "warnings": warnings,
    }
    show_json(content)


def _asked(results: Results) -> list[dict[str, Any]]:
    """Means of the quantities stored beside the standard measures."""
    narrowed = pl.any_horizontal(pl.col(scope) != ALL for scope in ("cargo", "route", "stage"))
    further = ~pl.col("measure").is_in([m.id for m in MEASURES.values() if m.standard])
    return results.summary.filter(narrowed | further).to_dicts()


def _scenario(results: Results) -> dict[str, Any]:
    """One scenario for the JSON object."""
    plan = results.plan
    lines = [
        {
            "kind": row.kind,
            "gate": "all" if row.kind == "total" else plan.gates[row.gate].id,
            **{name: estimate.plain() for name, estimate in row.values.items()},
        }
        for row in bulletin_rows(results)
    ]
    rail = {gate.id for gate in plan.gates if gate.mode == "rail"}
    measures = [
        {
            "gate": gate,
            "direction": direction,
            "measure": measure,
            "unit": MEASURES[measure].unit_at(gate in rail),
            **estimate.plain(),
        }
        for (gate, direction, measure), estimate in headline(results).items()
    ]
    return {
        "name": results.name,
        "title": dict(plan.title),
        "hash": results.scenario.hash,
        "engine": results.engine,
        "seed": results.seed,
        "start": plan.start.isoformat(),
        "days": plan.days,
        "replications": {"asked": results.asked, "finished": list(results.replications)},
        "interrupted": results.interrupted,
        "bulletin": lines,
        "headline": measures,
        "overloads": [vars(overload) for overload in results.overloads],
        "asked": _asked(results),
        "targets": plain_targets(scenario_results(results)),
    }
