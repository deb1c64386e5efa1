"""``langson levers``: which upgrade of a scenario matters."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.errors import FAILED, print_problems
from sim.cli.options import (
    Days,
    Figures,
    Jobs,
    Lang,
    Language,
    Out,
    Replications,
    Year,
    command_line,
)

if TYPE_CHECKING:
    import polars as pl

    from sim.cli.session import Session
    from sim.compare import Effect, Levers, Quantity
    from sim.results import Results
    from sim.scenario import Scenario, Variants
    from sim.words import Words

__all__ = ["lever_table", "levers"]

_EFFECTS = ("alone", "last", "interplay", "step")
_MEASURES = ("wait.mean", "door_to_door.mean", "crossed_per_day", "cost_per_day", "co2_per_day")


def levers(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario with upgrades.")],
    gate: Annotated[
        str, typer.Option(metavar="ID", help="Gate that is looked at, else all together.")
    ] = "all",
    replications: Replications = None,
    days: Days = None,
    year: Year = None,
    jobs: Jobs = 1,
    out: Out = Path("results"),
    figures: Figures = True,
    lang: Lang = Language.en,
) -> None:
    """Turn each upgrade of a scenario on and off: alone, beside the others, in order.

    Runs it without upgrades, with all, with each alone and with all but each, on the same
    vehicles, and says what each one does and what then binds.
    """
    from sim.compare import Quantity, lever_sets, sample
    from sim.compare import levers as compare
    from sim.results import prepare
    from sim.scenario import Variants
    from sim.words import words

    language = words(lang)
    run = {"run.replications": replications, "run.days": days, "run.year": year}
    settings = {path: value for path, value in run.items() if value is not None}
    variants = Variants.of(file)
    whole = _scenario(variants, settings, frozenset())
    upgrades = list(whole.upgrades)
    if not upgrades:
        raise typer.BadParameter(f"{file} has no upgrades")
    quantities = [Quantity.parse(f"{gate}: {name}") for name in _MEASURES]
    for quantity in quantities:
        quantity.check_gate(whole.model.gates)
    print_problems(whole.warnings)
    prepare(out)
    sets = lever_sets(upgrades)
    chosen = [_scenario(variants, settings, frozenset(upgrades) - one) for one in sets]
    session = _simulated(chosen, jobs, language)
    if session.trouble:
        typer.echo(session.trouble, err=True)
    if len(session.finished) < len(sets) or session.code:
        raise typer.Exit(session.code or FAILED)
    finished = dict(zip(sets, session.finished, strict=True))
    samples = {one: sample(results) for one, results in finished.items()}
    found = [compare(upgrades, samples, quantity) for quantity in quantities]
    titles = [language.pick(whole.upgrades[one].title.model_dump()) for one in upgrades]
    _print(found, titles, language)
    _print_binding(gate, upgrades, titles, finished, language)
    folder = _keep(found, titles, finished, out, language, figures=figures)
    typer.echo(f"\n  {folder}/")


def _scenario(variants: Variants, settings: dict[str, int], without: frozenset[str]) -> Scenario:
    """One scenario, without some of its upgrades."""
    from sim.scenario import Variant

    return variants.scenario(Variant(settings, without))


def _simulated(scenarios: list[Scenario], jobs: int, words: Words) -> Session:
    from sim.cli.session import simulate_all

    return simulate_all(
        scenarios, jobs=jobs, engine="auto", journeys="none", bars=True, words=words
    )


def _print(found: list[Levers], titles: list[str], words: Words) -> None:
    """One table for each measure: what each upgrade does, and all together."""
    from sim.cli.changes import heading
    from sim.cli.screen import show_table
    from sim.cli.tables import decimals, grid

    columns = [words.text(f"levers.{name}") for name in ("alone", "last", "interplay", "step")]
    for one in found:
        scale = _scale(one.quantity)
        if one.none is None:
            continue
        digits = decimals(one.whole.half_width and one.whole.half_width * scale, one.quantity.unit)
        subtitle = words.text(
            "levers.subtitle",
            none=words.number(one.none * scale, digits),
            all=words.number(one.every and one.every * scale, digits),
        )
        heading(words.text(f"measure.{one.quantity.measure}"), subtitle)
        table = grid(*columns, first=24)
        for title, lever in zip(titles, one.each, strict=True):
            effects = (lever.alone, lever.last, lever.interplay, lever.step)
            table.add_row(_short(title), *(_shown(e, scale, digits, words) for e in effects))
        table.add_row(words.text("levers.all"), "", "", "", _shown(one.whole, scale, digits, words))
        show_table(table)


def _print_binding(
    gate: str,
    upgrades: list[str],
    titles: list[str],
    finished: Mapping[frozenset[str], Results],
    words: Words,
) -> None:
    """Where vehicles wait most at a gate: before, with each upgrade, and with all."""
    from sim.cli.changes import heading
    from sim.cli.screen import show_table
    from sim.cli.tables import grid
    from sim.report.bottleneck import bottlenecks

    if gate == "all":
        return
    rows = [(words.text("levers.none"), frozenset[str]())]
    rows += [(_short(t), frozenset((u,))) for t, u in zip(titles, upgrades, strict=True)]
    rows.append((words.text("levers.all"), frozenset(upgrades)))
    heading(words.text("levers.binds"), words.text("levers.binds_subtitle"))
    table = grid(*(words.text(f"levers.{name}") for name in ("stage", "hours", "used")), first=24)
    for title, chosen in rows:
        results = finished[chosen]
        found = bottlenecks(results).get(gate)
        if found is None:
            table.add_row(title, "–", "", "")
            continue
        stage = next(s for s in results.plan.stages if s.id == found.stage)
        used = "" if found.utilisation is None else words.percent(found.utilisation)
        table.add_row(title, words.pick(stage.title), words.number(found.hours), used)
    show_table(table)


def _keep(
    found: list[Levers],
    titles: list[str],
    finished: Mapping[frozenset[str], Results],
    out: Path,
    words: Words,
    *,
    figures: bool,
) -> Path:
    """Write the effects as a table beside the runs without and with all, and the pictures."""
    from sim.report.style import house_style, save
    from sim.report.waterfall import draw_waterfall
    from sim.results import write_several

    ends = [finished[frozenset()], finished[max(finished, key=len)]]
    facts = {"name": f"levers-{ends[1].name}"}
    folder, _ = write_several(ends, out, command_line(), {"levers": lever_table(found)}, facts)
    pictures = folder / "figures"
    pictures.mkdir(exist_ok=True)
    for one in found if figures else ():
        if one.none is None:
            continue
        with house_style():
            title = words.text(f"measure.{one.quantity.measure}")
            figure = draw_waterfall(one, titles, title, _scale(one.quantity), words)
            save(figure, pictures, f"levers-{one.quantity.measure}")
    return folder


def lever_table(found: list[Levers]) -> pl.DataFrame:
    """One row for each measure, upgrade and kind of effect, in the units of the headline."""
    import polars as pl

    rows = [
        {
            "gate": one.quantity.gate,
            "measure": one.quantity.measure,
            "unit": one.quantity.unit,
            "upgrade": lever.upgrade,
            "effect": name,
            "mean": effect.mean,
            "half_width": effect.half_width,
        }
        for one in found
        for lever in one.each
        for name in _EFFECTS
        for effect in [getattr(lever, name)]
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _scale(quantity: Quantity) -> float:
    """The headline has hours where the screen has minutes."""
    from sim.report.summary import IN_MINUTES

    return 60.0 if quantity.measure in IN_MINUTES else 1.0


def _short(title: str) -> str:
    return textwrap.shorten(title, 40, placeholder=" …")


def _shown(effect: Effect, scale: float, digits: int, words: Words) -> str:
    """A mean with its half-width; a dash where it cannot be told from none."""
    from sim.cli.tables import half_width_text

    if effect.mean is None:
        return ""
    if not effect.clear:
        return "–"
    assert effect.half_width is not None
    mean = words.number(effect.mean * scale, digits, sign=True)
    return f"{mean} ± {half_width_text(effect.half_width * scale, words, digits)}"
