"""``langson sensitivity``: which uncertain input moves a result, or a comparison, and how far."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import options
from sim.cli.console import heading, note, show_json, show_table
from sim.cli.errors import BadParameter, print_problems
from sim.cli.inputs import load_all
from sim.errors import WriteError
from sim.sentences import Sentence

if TYPE_CHECKING:
    import polars as pl

    from sim.arrays import Floats
    from sim.messages import Messages
    from sim.scenario import Scenario
    from sim.sensitivity import Response, TornadoBar

__all__ = ["sensitivity"]

FORMAT = 1

_BASE_POINTS, _PATHS = 64, 10

_KINDS = (".png", ".svg", ".pdf")


class Method(StrEnum):
    """Methods of sensitivity analysis."""

    tornado = "tornado"
    morris = "morris"
    sobol = "sobol"


@options.with_options
def sensitivity(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="SCENARIO [OTHER]",
            help="A scenario, or two of which the difference counts; or the folder of a sweep.",
        ),
    ],
    *,
    request: Annotated[
        options.RunOptions,
        options.OptionGroup(
            options.RunOptions.parse,
            precision=None,
            half_widths=None,
            measures=None,
            fail_if=None,
        ),
    ],
    measure: Annotated[
        str, typer.Option("--of", metavar="MEASURE", help="What the inputs act upon.")
    ] = "waited.per_day",
    method: Annotated[
        Method,
        typer.Option(
            help="Tornado: each input alone. Morris: screening. Sobol: shares of the variance."
        ),
    ] = Method.tornado,
    points: Annotated[
        int | None,
        typer.Option(
            min=2, metavar="N", help="Base points of sobol, 64 by default; paths of morris, 10."
        ),
    ] = None,
    share: Annotated[
        float,
        typer.Option(
            min=0.01, max=0.99, metavar="SHARE", help="Middle of each range in a tornado."
        ),
    ] = 0.9,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the tornado: .png, .svg or .pdf.")
    ] = None,
    as_json: options.Json = False,
    lang: options.Lang = options.Language.en,
) -> None:
    """Say which uncertain input moves a result, or a comparison, and how far.

    The inputs are those of the section inputs, or of --inputs. Points differ by them alone: all
    have the same random numbers. See langson explain sensitivity.
    """
    from sim.messages import messages

    language = messages(lang)
    if len(files) == 1 and files[0].is_dir():
        _show_sweep(files[0], measure, language, as_json=as_json)
        return
    scenarios = load_all(files, request.settings, request.inputs)
    if len(scenarios) > 2:
        raise BadParameter(Sentence("give one scenario, or two to compare"))
    print_problems(problem for scenario in scenarios for problem in scenario.warnings)
    with _response(scenarios, measure, request) as response:
        if method is Method.tornado:
            _show_tornado(response, share, picture, language, as_json=as_json)
        else:
            _show_indices(response, method, points, language, as_json=as_json)


@contextmanager
def _response(
    scenarios: Sequence[Scenario], measure: str, request: options.RunOptions
) -> Iterator[Response]:
    """Yield the response of scenarios, in the processes asked for."""
    from sim.catalogue import Quantity
    from sim.processes import WorkerPool
    from sim.scenario.derive.named_quantities import names_in
    from sim.sensitivity import Response

    quantity = Quantity.parse(measure).resolved(names_in(scenarios[0].model))
    count = scenarios[0].model.run.replications
    with WorkerPool(request.jobs) as workers:
        yield Response(scenarios, quantity, count, workers)


def _show_tornado(
    response: Response, share: float, picture: Path | None, messages: Messages, *, as_json: bool
) -> None:
    """Print, and if wanted draw, the tornado."""
    from sim.sensitivity import break_even, tornado

    bars = tornado(response, share)
    zeros = {}
    if len(response.scenarios) == 2:
        turning = [bar for bar in bars if bar.low * bar.high < 0.0]
        zeros = {bar.input: break_even(response, bar.input, share) for bar in turning}
    if picture is not None:
        _draw(bars, response, picture, messages)
    if as_json:
        plain = [{**vars(bar), "swing": bar.swing.plain()} for bar in bars]
        _json(response, "tornado", plain, break_even=zeros)
        return
    _print_tornado(bars, zeros, response, share, messages)


def _print_tornado(
    bars: Sequence[TornadoBar],
    zeros: Mapping[str, str | None],
    response: Response,
    share: float,
    messages: Messages,
) -> None:
    """Print a line for each input, and where the difference turns around."""
    from sim.cli.tables import grid
    from sim.report.text.format import decimals, rounded

    scale, unit = _unit(response, messages)
    facts = {"share": messages.percent(share), "unit": unit, "n": response.replications}
    _heading(response, messages.text("sensitivity.tornado.subtitle", **facts), messages)
    names = ("low", "high", "at_low", "at_high", "swing")
    table = grid(*(messages.text(f"sensitivity.{name}") for name in names), first=16)
    halves = [bar.swing.half_width for bar in bars if bar.swing.half_width]
    digits = decimals(min(halves) * scale if halves else None, most=1)
    for bar in bars:
        clear = bar.swing.clear and bar.swing.mean is not None
        table.add_row(
            bar.input,
            *map(_value, bar.short_texts),
            rounded(bar.low * scale, digits, messages),
            rounded(bar.high * scale, digits, messages),
            rounded((bar.swing.mean or 0.0) * scale, digits, messages, sign=True) if clear else "–",
        )
    show_table(table)
    value = rounded(bars[0].middle * scale, digits, messages)
    show_table(messages.text("sensitivity.middle", value=value, unit=unit))
    for name, zero in zeros.items():
        if zero is not None:
            show_table(messages.text("sensitivity.zero", input=name, value=zero))
    if len(response.scenarios) == 2 and not zeros:
        show_table(messages.text("sensitivity.no_zero"))
    note(messages.text("sensitivity.unclear"))


def _show_indices(
    response: Response, method: Method, points: int | None, messages: Messages, *, as_json: bool
) -> None:
    """Print Sobol' indices, or elementary effects."""
    from sim.sensitivity import morris_effects, sobol_indices

    names = response.inputs

    def mean(point: Floats) -> float:
        return float(response(dict(zip(names, point.tolist(), strict=True))).mean())

    if method is Method.sobol:
        base = points or _BASE_POINTS
        table, runs = sobol_indices(names, mean, base), base * (len(names) + 2)
    else:
        paths = points or _PATHS
        table, runs = morris_effects(names, mean, paths), paths * (len(names) + 1)
    if as_json:
        _json(response, str(method), table.to_dicts(), points=runs)
        return
    scale, unit = _unit(response, messages)
    facts = {"runs": messages.number(runs), "n": response.replications}
    if method is Method.sobol:
        _heading(response, messages.text("sensitivity.sobol.subtitle", **facts), messages)
        _print_shares(table, messages)
        return
    _heading(response, messages.text("sensitivity.morris.subtitle", unit=unit, **facts), messages)
    _print_effects(table, scale, messages)


def _print_shares(table: pl.DataFrame, messages: Messages) -> None:
    """Print shares of the variance, the largest first."""
    from sim.cli.tables import grid

    kinds = [name for name in ("first", "total") if name in table.columns]
    shown = grid(*(messages.text(f"sensitivity.{name}") for name in kinds), first=24)
    for row in table.sort(kinds[-1], descending=True, nulls_last=True).iter_rows(named=True):
        cells = (
            "–"
            if row[name] is None
            else f"{messages.percent(row[name])} ± {messages.percent(row[f'{name}_half_width'])}"
            for name in kinds
        )
        shown.add_row(row["input"], *cells)
    show_table(shown)
    note(messages.text("sensitivity.sobol.legend"))


def _print_effects(table: pl.DataFrame, scale: float, messages: Messages) -> None:
    """Print elementary effects, the largest first."""
    from sim.cli.tables import grid
    from sim.report.text.format import decimals, rounded

    names = ("size", "mean", "spread")
    shown = grid(*(messages.text(f"sensitivity.{name}") for name in names), first=24)
    for row in table.sort("size", descending=True, nulls_last=True).iter_rows(named=True):
        half = (row["size_half_width"] or 0.0) * scale
        digits = decimals(half, most=1)
        size, mean, spread = (
            rounded(None if row[name] is None else row[name] * scale, digits, messages)
            for name in names
        )
        shown.add_row(row["input"], f"{size} ± {rounded(half, digits, messages)}", mean, spread)
    show_table(shown)
    note(messages.text("sensitivity.morris.legend"))


def _show_sweep(folder: Path, measure: str, messages: Messages, *, as_json: bool) -> None:
    """Print first-order indices of the factors of a sampled sweep."""
    from sim.results import SweepResults, open_results
    from sim.sensitivity import given_data_indices

    sweep = open_results(folder)
    if not isinstance(sweep, SweepResults):
        raise BadParameter(Sentence("{folder} is no folder of a sweep", folder=folder))
    summary = sweep.summary
    column = measure if measure in summary.columns else measure.replace(".", "_")
    table = given_data_indices(summary, sweep.factors, column)
    if as_json:
        show_json({"format": FORMAT, "method": "rbd-fast", "of": column, "rows": table.to_dicts()})
        return
    runs = messages.number(summary.height)
    heading(
        messages.text("sensitivity.title", measure=column),
        messages.text("sensitivity.given.subtitle", runs=runs),
    )
    _print_shares(table, messages)


def _draw(
    bars: Sequence[TornadoBar], response: Response, picture: Path, messages: Messages
) -> None:
    """Draw the tornado into a file."""
    from sim.report.charts.style import house_style
    from sim.report.charts.tornado import draw_tornado

    if picture.suffix not in _KINDS:
        known = ", ".join(_KINDS)
        raise BadParameter(Sentence("{file}: pictures are {known}", file=picture, known=known))
    scale, _ = _unit(response, messages)
    with house_style():
        figure = draw_tornado(
            bars, _name(response, messages), scale, messages, _of(response, messages)
        )
        try:
            figure.savefig(picture)
        except OSError as error:
            raise WriteError(
                Sentence("{file} cannot be written: {error}", file=picture, error=error)
            ) from error


def _json(response: Response, method: str, rows: Sequence[Any], **facts: Any) -> None:
    entry = response.quantity.entry
    show_json(
        {
            "format": FORMAT,
            "method": method,
            "of": str(response.quantity),
            "unit": entry.unit,
            "scenarios": [scenario.name for scenario in response.scenarios],
            "replications": response.replications,
            **facts,
            "rows": rows,
        }
    )


def _heading(response: Response, subtitle: str, messages: Messages) -> None:
    both = len(response.scenarios) == 2
    name = _name(response, messages)
    title = (
        messages.text("sensitivity.title.difference", measure=name)
        if both
        else messages.text("sensitivity.title", measure=name)
    )
    heading(title, _of(response, messages))
    note(subtitle)


def _of(response: Response, messages: Messages) -> str:
    """Titles of the scenarios."""
    titles = [messages.pick(s.model.title.model_dump()) for s in response.scenarios]
    if len(titles) == 1:
        return titles[0]
    return messages.text("sensitivity.of", base=titles[0], other=titles[1])


def _name(response: Response, messages: Messages) -> str:
    """Name of the measure, and where it is taken."""
    from sim.catalogue import place_of, title

    quantity = response.quantity
    name = title(quantity.entry, messages, quantity.direction)
    place = place_of(quantity, messages)
    return f"{name}: {place}" if place else name


def _unit(response: Response, messages: Messages) -> tuple[float, str]:
    """Factor to the unit on the screen, and its name."""
    entry = response.quantity.entry
    return entry.factor, messages.text(f"unit.{entry.shown_in}")


def _value(text: str) -> str:
    return textwrap.shorten(text, 16, placeholder=" …") if len(text) > 16 else text
