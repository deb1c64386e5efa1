"""What ``langson run`` prints and writes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from sim.cli.screen import show_fitting, show_json, show_table, to_stderr, to_stdout
from sim.cli.tables import (
    DIFFERENCES,
    LESS_BULLETIN,
    LESS_DIFFERENCES,
    LESS_WAITS,
    bulletin_table,
    differences_table,
    waits_table,
)
from sim.errors import LangsonError
from sim.measures import HEADLINES
from sim.report.growth import growing
from sim.report.summary import (
    BULLETIN,
    WAITS,
    Estimate,
    bulletin_rows,
    busy_gates,
    compared,
    distinct_titles,
    headline,
    idle_gates,
    idle_routes,
    route_title,
)
from sim.results import Results, write, write_several

if TYPE_CHECKING:
    from rich.table import Table

    from sim.scenario import Scenario
    from sim.words import Words

__all__ = ["keep", "print_header", "print_json", "print_tables", "print_where", "warn_of_growth"]

FORMAT = 1


def print_header(scenarios: Sequence[Scenario], words: Words) -> None:
    """One line: how many files, how they differ, how much is assumed."""
    from sim.scenario import diff

    base, *others = scenarios
    parts = [words.text("run.checked", n=len(scenarios))]
    if others:
        changes = sum(len(diff(base, other)) for other in others)
        parts.append(words.text("run.changed", n=changes))
    assumed = {path for scenario in scenarios for path in scenario.assumptions()}
    parts.append(words.text("run.assumed", n=len(assumed)))
    years = sorted({s.model.run.year for s in scenarios if s.model.run.year is not None})
    if years:
        parts.append(words.text("run.of_year", year=", ".join(map(str, years))))
    to_stdout().print(Text("  " + " · ".join(parts), "dim"))


def print_tables(several: Sequence[Results], words: Words) -> None:
    """Print the first scenario's bulletin and waits, then what each other one changes."""
    base = several[0]
    _bulletin(base, words)
    _waits(base, words)
    if len(several) > 1:
        names = distinct_titles(several, words)
        table = compared(several, names)
        others = len(several) - 1
        subtitle = (
            words.text("compare.one") if others == 1 else words.text("compare.many", n=others)
        )
        for name, other in zip(names[1:], several[1:], strict=True):
            mine = table.filter(table["alternative"] == name)
            _heading(
                words.text("compare.title", scenario=name, baseline=names[0]),
                subtitle,
            )
            if not busy_gates(base.plan) and not busy_gates(other.plan):
                _note(words.text("bulletin.empty"))
                continue
            laid_out = partial(differences_table, mine, (base, other), words)
            _table(laid_out, "compare", DIFFERENCES, LESS_DIFFERENCES, words)
            _dated_upgrades(other, words)


def _bulletin(results: Results, words: Words) -> None:
    plan = results.plan
    rows = bulletin_rows(results)
    title = words.text("bulletin.title", scenario=words.pick(plan.title))
    if not busy_gates(plan):
        to_stdout().print()
        show_table(Text(title, "bold"))
        _note(words.text("bulletin.empty"))
        return
    days = words.text("duration.days", n=plan.days)
    _heading(title, words.text("bulletin.subtitle", n=len(results.replications), days=days))
    if not rows:
        _note(words.text("bulletin.none"))
        return
    _table(partial(bulletin_table, rows, plan, words), "bulletin", BULLETIN, LESS_BULLETIN, words)
    idle = [plan.gates[gate] for gate in idle_gates(plan)]
    unpublished = [words.pick(gate.title) for gate in idle if gate.data == "none"]
    if unpublished:
        _note(words.text("bulletin.idle", gates=", ".join(unpublished)))
    unused = [words.pick(gate.title) for gate in idle if gate.data != "none"]
    unused += [route_title(plan, route, words) for route in idle_routes(plan)]
    if unused:
        _note(words.text("bulletin.unused", places=", ".join(unused)))


def _waits(results: Results, words: Words) -> None:
    found, plan = headline(results), results.plan
    rows: list[tuple[str, dict[str, Estimate]]] = []
    places = [("all", words.text("waits.all"))] if len(busy_gates(plan)) > 1 else []
    places += [(plan.gates[g].id, words.pick(plan.gates[g].title)) for g in busy_gates(plan)]
    for gate, title in places:
        for direction in ("export", "import"):
            mine = {m: e for (g, d, m), e in found.items() if (g, d) == (gate, direction)}
            if mine["crossed_per_day"].mean:
                rows.append((f"{title}, {words.text(f'direction.{direction}')}", mine))
    if rows:
        _heading(words.text("waits.title"), words.text("waits.subtitle"))
        # zero everywhere, like waits over 24 hours on a normal day, needs no column
        measures = [m for m in WAITS if any(values[m].mean for _, values in rows)]
        _table(partial(waits_table, rows, words), "waits", measures, LESS_WAITS, words)


def _table(
    laid_out: Callable[[Sequence[str]], Table],
    kind: str,
    columns: Sequence[str],
    less: Sequence[str],
    words: Words,
) -> None:
    """Print a table; below it, which of ``less`` the screen has no room for."""
    lost = show_fitting(laid_out, columns, less)
    if lost:
        headings = [" ".join(words.text(f"{kind}.{column}").split()) for column in lost]
        _note(words.text("table.narrow", columns=", ".join(headings)))


def _dated_upgrades(results: Results, words: Words) -> None:
    """Say which upgrades act, and that without a year they do whenever they open."""
    dated = [
        words.text(
            "compare.opens",
            upgrade=words.pick(upgrade.title.model_dump()),
            month=f"{upgrade.opens:%m/%Y}",
        )
        for upgrade in results.scenario.model.upgrades.values()
        if upgrade.opens is not None
    ]
    run = results.scenario.model.run
    if dated and run.year is None:
        _note(words.text("compare.whole_run", upgrades="; ".join(dated)))
    elif dated:
        month = f"{run.start:%m}/{run.year}"
        _note(words.text("compare.by_year", month=month, upgrades="; ".join(dated)))


def warn_of_growth(several: Sequence[Results], words: Words) -> list[str]:
    """Sentences on backlogs that never settle."""
    return [
        words.text(
            f"growth.{growth.direction}",
            gate=words.pick(results.plan.gates[growth.gate].title),
            scenario=results.name,
            per_day=words.number(growth.per_day, 1 if growth.per_day < 0.95 else 0),
            n=round(growth.per_day, 0 if growth.per_day >= 0.95 else 1),
        )
        for results in several
        for growth in growing(results)
    ]


def keep(several: Sequence[Results], out: Path, figures: bool, report: bool, words: Words) -> Path:
    """Write the results and, unless unwanted, the pictures and the report; return the folder.

    Trouble with a picture or the report is no reason to lose results: it is said on stderr.
    """
    command = ["langson", *sys.argv[1:]]
    if len(several) == 1:
        folders = [write(several[0], out, command)]
        folder = folders[0]
    else:
        tables = {"comparison": compared(several, distinct_titles(several, words))}
        folders = write_several(several, out, command, tables)
        folder = folders[0].parent
    try:
        if figures:
            _draw(several, folders, folder, words)
        if report:
            _report(folder, words)
    except LangsonError as error:
        to_stderr().print(f"warning: {error}")
    return folder


def _report(folder: Path, words: Words) -> None:
    """Write the report in both languages, that of the run first."""
    from sim.report.html import write_report
    from sim.words import LANGUAGES

    write_report(folder, sorted(LANGUAGES, key=lambda language: language != words.lang))


def _draw(several: Sequence[Results], folders: list[Path], parent: Path, words: Words) -> None:
    """Draw each scenario's pictures into its folder and the comparison beside them."""
    from sim.report.figures import draw_comparison, draw_figures

    if len(several) > 1:
        draw_comparison(several, distinct_titles(several, words), parent, words.lang)
    for results, inner in zip(several, folders, strict=True):
        draw_figures(results, inner, words.lang)


def print_where(
    several: Sequence[Results],
    folder: Path,
    words: Words,
    *,
    figures: bool,
    report: bool,
    bare: bool,
) -> None:
    """Print what ran and where the results are, at the end; ``bare`` for scripts."""
    console = to_stdout()
    if bare:
        console.out(folder, highlight=False)
        return
    console.print(Text(f"\n  {folder}/", "bold"), soft_wrap=True)
    engine = " + ".join(sorted({results.engine for results in several}))
    seconds = words.number(sum(results.timings["wall"] for results in several), 1)
    contents = [words.text("run.engine", engine=engine, seconds=seconds)]
    contents += [words.text("run.contents")]
    contents += [words.text("run.pictures")] if figures else []
    contents += ["report.html"] if report else []
    show_table(Text(" · ".join(contents), "dim"))


def print_json(several: Sequence[Results], folder: Path | None, warnings: list[str]) -> None:
    """Everything that the tables show, as one JSON object."""
    names = [results.name for results in several]
    names = [name if names.count(name) == 1 else f"{name}-{i}" for i, name in enumerate(names, 1)]
    table = compared(several, names) if len(several) > 1 else None
    content = {
        "format": FORMAT,
        "folder": None if folder is None else str(folder),
        "scenarios": [_scenario(results) for results in several],
        "comparison": [] if table is None else table.to_dicts(),
        "warnings": warnings,
    }
    show_json(content)


def _scenario(results: Results) -> dict[str, Any]:
    """One scenario for the JSON object."""
    plan = results.plan
    lines = [
        {
            "kind": row.kind,
            "gate": "all" if row.kind == "total" else plan.gates[row.gate].id,
            **{name: vars(estimate) for name, estimate in row.values.items()},
        }
        for row in bulletin_rows(results)
    ]
    measures = [
        {
            "gate": gate,
            "direction": direction,
            "measure": measure,
            "unit": HEADLINES[measure],
            **vars(estimate),
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
    }


def _heading(title: str, subtitle: str) -> None:
    to_stdout().print()
    show_table(Text(title, "bold"))
    show_table(Text(subtitle, "dim"))


def _note(text: str) -> None:
    show_table(Text(text, "dim"))
