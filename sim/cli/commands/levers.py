"""``langson levers``: one-at-a-time and factorial effects of upgrades."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from sim.catalogue import ALL, DIRECTIONS, Quantity, place_of, title
from sim.cli import options
from sim.cli.console import heading, note, print_folder, print_safely, say, show_json, show_table
from sim.cli.errors import BadParameter, print_problems
from sim.cli.inputs import load_all
from sim.errors import WriteError
from sim.sentences import NOTHING, Sentence

if TYPE_CHECKING:
    import polars as pl

    from sim.cli.output import Written
    from sim.cli.session import Session
    from sim.compare import Estimate, UpgradeEffects
    from sim.messages import Messages
    from sim.results import Results
    from sim.scenario import Scenario

__all__ = ["levers"]

FORMAT = 1

#: Effects by the names that they have in the table.
_EFFECTS = {"alone": "alone", "last": "last", "interplay": "interaction", "step": "step"}
_MEASURES = (
    *((way, name) for name in ("wait", "stay", "crossed") for way in DIRECTIONS),
    (ALL, "cost"),
    (ALL, "co2"),
)


@dataclass(frozen=True)
class _Outcome:
    """Effects of the upgrades of a scenario: the sets that were run, and their effects."""

    gate: str
    upgrades: Sequence[str]
    titles: Sequence[str]
    finished: Mapping[frozenset[str], Results]
    effects: Sequence[UpgradeEffects]

    @property
    def everything(self) -> Results:
        """The run with all upgrades."""
        return self.finished[frozenset(self.upgrades)]


@options.with_options
def levers(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A scenario with upgrades: its file or name.")
    ],
    *,
    request: Annotated[
        options.RunOptions,
        options.OptionGroup(
            options.RunOptions.parse,
            gates=None,
            precision=None,
            half_widths=None,
            fail_if=None,
            inputs_file=None,
        ),
    ],
    gate: Annotated[
        str, typer.Option(metavar="ID", help="Gate that is looked at, else all together.")
    ] = "all",
    budget: Annotated[
        str | None,
        typer.Option(metavar="MONEY", help="Most capital cost, as in '500 bn VND'."),
    ] = None,
    weeks: options.Weeks = 4,
    output: Annotated[
        options.OutputOptions, options.OptionGroup(options.OutputOptions, report=False)
    ],
) -> None:
    """Turn each upgrade of a scenario on and off: alone, beside the others, in order.

    Runs it without upgrades, with all, with each alone and with all but each, on common random
    numbers, and says what each one does and what then binds: see langson explain levers. With
    --budget it prices each upgrade and each pair over a year and names the best set.
    """
    if budget is not None:
        from sim.cli.portfolio_display import choose_portfolio

        choose_portfolio(file, budget, weeks, request, output)
        return
    from sim.cli.output import Drawing, Written, draw_all, write_results
    from sim.cli.session import simulated

    request = replace(request, journeys="none")
    messages = output.messages
    whole, quantities = _prepared(file, gate, request, output)
    sets, scenarios = _variations(whole, request)
    with simulated(scenarios, request, output, quantities) as (session, interrupts):
        if session.code:
            _keep_parts(session, output)
        finished = dict(zip(sets, session.finished, strict=True))
        effects = _found(whole, gate, quantities, finished, messages)
        written = Written()
        write_results(written, partial(_fill, effects), output.out)
        if output.figures and written.folder is not None:
            draw = Drawing(
                messages.text("keep.pictures"), partial(_draw, effects, written, messages)
            )
            draw_all(written, interrupts, [draw])
        written.print_trouble(messages)
        tell = partial(_tell, effects, written, output.form, messages)
        print_safely(written.folder, interrupts, messages, tell)
    raise typer.Exit(written.code)


def _prepared(
    file: Path, gate: str, request: options.RunOptions, output: options.OutputOptions
) -> tuple[Scenario, list[Quantity]]:
    """Load the scenario, and the quantities that its upgrades are judged by."""
    from sim.results import prepare
    from sim.scenario.derive.named_quantities import names_in

    (whole,) = load_all([file], request.settings)
    if not whole.upgrades:
        raise BadParameter(Sentence("{file} has no upgrades", file=file))
    quantities = [Quantity(name, gate, way) for way, name in _MEASURES]
    known = names_in(whole.model)
    resolved = [quantity.resolved(known) for quantity in (*quantities, *request.measures)]
    print_problems(whole.warnings)
    prepare(output.out, [f"levers-{whole.name}"])
    return whole, resolved


def _variations(
    whole: Scenario, request: options.RunOptions
) -> tuple[list[frozenset[str]], list[Scenario]]:
    """Sets of upgrades that count, and the scenario with each of them."""
    from sim.compare import upgrade_sets
    from sim.scenario import Variant, Variants

    variants, upgrades = Variants.of(whole.path), frozenset(whole.upgrades)
    pairs = (text.partition("=") for text in request.settings)
    values = {path.strip(): value.strip() for path, _, value in pairs}
    sets = upgrade_sets(list(whole.upgrades))
    variations = [variants.scenario(Variant(values, upgrades - chosen)) for chosen in sets]
    return sets, [replace(variation, settings=whole.settings) for variation in variations]


def _keep_parts(session: Session, output: options.OutputOptions) -> NoReturn:
    """Write the sets of upgrades that had finished, as scenarios to compare, and leave."""
    from sim.cli.output import Written, write_results
    from sim.results import write_several

    written, messages = Written(), output.messages
    if session.finished:
        named = {"name": f"levers-{session.finished[-1].name}"}

        def fill(out: Path) -> Path:
            command = options.command_line()
            return write_several(session.finished, out, command, metadata=named)[0]

        write_results(written, fill, output.out)
    session.print_trouble()
    written.print_trouble(messages)
    if written.folder is not None:
        text = messages.text("levers.parts", n=len(session.finished), folder=written.folder)
        say(text, err=True)
    raise typer.Exit(session.code)


def _found(
    whole: Scenario,
    gate: str,
    quantities: Sequence[Quantity],
    finished: Mapping[frozenset[str], Results],
    messages: Messages,
) -> _Outcome:
    """Work out the effect of each upgrade on each quantity."""
    from sim.compare import scenario_results, upgrade_effects

    upgrades = list(whole.upgrades)
    samples = {upgrades: scenario_results(results) for upgrades, results in finished.items()}
    effects = [upgrade_effects(upgrades, samples, quantity) for quantity in quantities]
    titles = [messages.pick(whole.upgrades[upgrade].title.model_dump()) for upgrade in upgrades]
    return _Outcome(gate, upgrades, titles, finished, effects)


def _tell(outcome: _Outcome, written: Written, form: options.Form, messages: Messages) -> None:
    """Print the effects."""
    folder = None if written.folder is None else str(written.folder)
    if form is options.Form.json:
        effects = lever_table(outcome.effects).to_dicts()
        show_json({"format": FORMAT, "folder": folder, "effects": effects})
    elif form is options.Form.folder:
        say(written.folder) if written.folder is not None else None
    else:
        from sim.report.text.summary import what_was_run

        for sentence in what_was_run([outcome.everything], messages):
            note(sentence)
        _print(outcome, messages)
        _print_unseen(outcome, messages)
        if outcome.gate != "all":
            _print_binding(outcome, messages)
        print_folder(written.folder)


def _print(outcome: _Outcome, messages: Messages) -> None:
    """One table for each measure: what each upgrade does, and all together."""
    from sim.cli.tables import grid
    from sim.report.text.format import decimals, rounded

    columns = [messages.text(f"levers.{name}") for name in _EFFECTS.values()]
    for measured in outcome.effects:
        entry = measured.quantity.entry
        scale = entry.factor
        if measured.none is None or not (measured.none or measured.every):
            continue
        digits = decimals(
            measured.whole.half_width and measured.whole.half_width * scale, entry.shown_in
        )
        subtitle = messages.text(
            "levers.subtitle",
            none=rounded(measured.none * scale, digits, messages),
            all=rounded(measured.every and measured.every * scale, digits, messages),
        )
        heading(_title(measured.quantity, outcome, messages), subtitle)
        table = grid(*columns, first=24)
        for name, lever in zip(outcome.titles, measured.effects, strict=True):
            effects = [getattr(lever, attribute) for attribute in _EFFECTS.values()]
            table.add_row(_short(name), *(_shown(e, scale, digits, messages) for e in effects))
        table.add_row(
            messages.text("levers.all"), "", "", "", _shown(measured.whole, scale, digits, messages)
        )
        show_table(table)


def _print_unseen(outcome: _Outcome, messages: Messages) -> None:
    """Say of upgrades that move none of the measures shown what they move."""
    from sim.compare import unseen

    shown = [effects.quantity for effects in outcome.effects]
    none = outcome.finished[frozenset()].tables["headline"]
    for name, upgrade in zip(outcome.titles, outcome.upgrades, strict=True):
        moved = unseen(none, outcome.finished[frozenset((upgrade,))].tables["headline"], shown)
        if moved is not None:
            key = "compare.unseen" if moved else "compare.unchanged"
            note(messages.text(key, name=_short(name), measures=", ".join(moved)))


def _print_binding(outcome: _Outcome, messages: Messages) -> None:
    """Print where vehicles wait most at the gate: before, with each upgrade, and with all."""
    from sim.cli.tables import grid
    from sim.report.text.bottleneck import bottlenecks

    named = zip(outcome.titles, outcome.upgrades, strict=True)
    rows = [(messages.text("levers.none"), frozenset[str]())]
    rows += [(_short(title), frozenset((upgrade,))) for title, upgrade in named]
    rows.append((messages.text("levers.all"), frozenset(outcome.upgrades)))
    heading(messages.text("levers.binds"), messages.text("levers.binds_subtitle"))
    table = grid(
        *(messages.text(f"levers.{name}") for name in ("stage", "hours", "used")), first=24
    )
    for name, chosen in rows:
        results = outcome.finished[chosen]
        binding = bottlenecks(results).get(outcome.gate)
        if binding is None:
            table.add_row(name, "–", "", "")
            continue
        stage = next(s for s in results.plan.stages if s.id == binding.stage)
        used = "" if binding.utilisation is None else messages.percent(binding.utilisation)
        table.add_row(name, messages.pick(stage.title), messages.number(binding.hours), used)
    show_table(table)


def _fill(outcome: _Outcome, out: Path) -> Path:
    """Write the effects as a table beside the runs without and with all."""
    from sim.results import write_several

    ends = [outcome.finished[frozenset()], outcome.everything]
    facts = {"name": f"levers-{ends[1].name}"}
    tables = {"levers": lever_table(outcome.effects)}
    return write_several(ends, out, options.command_line(), tables, facts)[0]


def _draw(outcome: _Outcome, written: Written, messages: Messages) -> None:
    """Draw for each measure how the upgrades add up."""
    from sim.cli.output import lost_pictures_noted
    from sim.report.charts.figures import draw_each
    from sim.report.charts.waterfall import draw_waterfall

    drawers, caption = {}, outcome.everything.spec.caption(messages)
    for effects in outcome.effects:
        if effects.none is None:
            continue
        name = _title(effects.quantity, outcome, messages)
        drawers[f"levers-{_file_name(effects.quantity)}"] = partial(
            draw_waterfall,
            effects,
            outcome.titles,
            name,
            effects.quantity.entry.factor,
            messages,
            caption,
        )
    assert written.folder is not None
    try:
        with lost_pictures_noted(written):
            written.figures = draw_each(drawers, written.folder) is not None
    except WriteError as error:
        written.note(NOTHING, error)


def lever_table(effects: Sequence[UpgradeEffects]) -> pl.DataFrame:
    """One row for each measure, upgrade and kind of effect, in the units of the headline."""
    import polars as pl

    rows = [
        {
            **measured.quantity.scope,
            "measure": measured.quantity.measure,
            "unit": measured.quantity.unit,
            "upgrade": lever.upgrade,
            "effect": name,
            **effect.plain(),
        }
        for measured in effects
        for lever in measured.effects
        for name, attribute in _EFFECTS.items()
        for effect in [getattr(lever, attribute)]
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _title(quantity: Quantity, outcome: _Outcome, messages: Messages) -> str:
    """Name a quantity and where it is taken; the gate is that of the whole command."""
    plans = [results.plan for results in outcome.finished.values()]
    rail = any(g.id == quantity.gate and g.mode == "rail" for plan in plans for g in plan.gates)
    name = title(quantity.entry, messages, quantity.direction, rail=rail)
    place = place_of(replace(quantity, gate=ALL, direction=ALL), messages)
    return f"{name}: {place}" if place else name


def _file_name(quantity: Quantity) -> str:
    """A name of letters, figures and hyphens alone."""
    return re.sub(r"[^A-Za-z0-9]+", "-", str(quantity)).strip("-")


def _short(title: str) -> str:
    return textwrap.shorten(title, 40, placeholder=" …")


def _shown(effect: Estimate, scale: float, digits: int, messages: Messages) -> str:
    """A mean with its half-width; a dash where it cannot be told from none."""
    from sim.report.text.format import interval_text, mean_text, size_text

    if effect.mean is None:
        return ""
    if not effect.clear:
        return "–"
    scaled = effect.times(scale)
    size = size_text(abs(effect.mean) * scale, messages, digits)
    if size.startswith("<"):
        return f"{'+' if effect.mean > 0 else '−'}{size}"
    tail = interval_text(scaled, messages, digits)
    return f"{mean_text(scaled, messages, digits, sign=True)} {tail}".strip()
