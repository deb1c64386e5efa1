"""One page in several languages: words in each, and one drawing where there are no words."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from sim.messages import Messages
from sim.report.html.parts import Figures, Section, figure
from sim.report.svg.canvas import attributes, pixels
from sim.report.svg.chart import Chart, table_text

__all__ = ["merged", "spoken"]


def spoken(texts: Sequence[str], languages: Sequence[Messages]) -> Markup:
    """Return an inline text in all languages; once where it is the same in each."""
    if len(set(texts)) == 1:
        return escape(texts[0])
    return Markup("").join(
        Markup('<span class="{0}" lang="{0}">{1}</span>').format(language.lang, text)
        for text, language in zip(texts, languages, strict=True)
    )


def merged(sections: Sequence[Section], languages: Sequence[Messages]) -> Markup:
    """Return the body of one section, given in each language.

    Charts stand once, with the words of all languages; HTML stands once for each.
    """
    shapes = [[isinstance(part, Figures) for part in section.parts] for section in sections]
    if any(other != shapes[0] for other in shapes):
        return _blocks([section.body for section in sections], languages)
    pieces = []
    for parts in zip(*(section.parts for section in sections), strict=True):
        drawn = [part for part in parts if isinstance(part, Figures)]
        if drawn:
            pieces.append(_figures(drawn, languages))
        else:
            pieces.append(_blocks([Markup(part) for part in parts], languages))  # noqa: S704
    return Markup("").join(pieces)


def _blocks(bodies: Sequence[Markup], languages: Sequence[Messages]) -> Markup:
    """Return HTML of each language in a block of its own."""
    if len(set(bodies)) == 1:
        return bodies[0]
    return Markup("").join(
        Markup('<div class="{0}" lang="{0}">{1}</div>').format(language.lang, body)
        for body, language in zip(bodies, languages, strict=True)
    )


def _figures(several: Sequence[Figures], languages: Sequence[Messages]) -> Markup:
    """Return the charts of all languages as one element."""
    first = several[0]
    alike = zip(*(figures.charts for figures in several), strict=True)
    charts = [_chart(charts, languages) for charts in alike]
    return Markup(figure(charts, first.kind))  # noqa: S704


def _chart(charts: Sequence[Chart], languages: Sequence[Messages]) -> str:
    """Return one chart with the words of all languages."""
    first = charts[0]
    canvases = [chart.canvas for chart in charts if chart.canvas is not None]
    alike = len(canvases) == len(charts) and all(
        (canvas.shapes, canvas.height) == (canvases[0].shapes, canvases[0].height)
        for canvas in canvases
    )
    if len(charts) == 1:
        return first.__html__()
    if not alike:
        blocks = [Markup(chart.__html__()) for chart in charts]  # noqa: S704
        return str(_blocks(blocks, languages))
    canvas, facts = canvases[0], dict[str, object]()
    for name in canvas.facts:
        _once_or_each(facts, name, [str(other.facts[name]) for other in canvases], languages)
    _once_or_each(facts, "data_rows", [table_text(other) for other in canvases], languages)
    _once_or_each(facts, "data_label", [chart.label for chart in charts], languages)
    return (
        f'<svg class="chart" role="img" aria-label="{escape(first.label)}" '
        f'height="{pixels(canvas.height)}"{attributes(facts)}>{"".join(canvas.shapes)}'
        f"{_words([other.words for other in canvases], languages)}</svg>"
    )


def _once_or_each(
    facts: dict[str, object], name: str, texts: Sequence[str], languages: Sequence[Messages]
) -> None:
    """Add an attribute, under the language's name where it differs."""
    if len(set(texts)) == 1:
        facts[name] = texts[0]
    else:
        facts |= {f"{name}_{lang.lang}": text for lang, text in zip(languages, texts, strict=True)}


def _words(several: Sequence[Sequence[str]], languages: Sequence[Messages]) -> str:
    """Return the words of a chart, those that are the same in all languages once."""
    if len({len(words) for words in several}) == 1:
        lines = list(zip(*several, strict=True))
        common = "".join(line[0] for line in lines if len(set(line)) == 1)
        own = ["".join(line[n] for line in lines if len(set(line)) > 1)
               for n in range(len(languages))]  # fmt: skip
    else:
        common, own = "", ["".join(words) for words in several]
    return common + "".join(
        f'<g class="{language.lang}" lang="{language.lang}">{words}</g>'
        for language, words in zip(languages, own, strict=True)
        if words
    )
