"""What a reader must know before believing a number."""

from __future__ import annotations

from dataclasses import replace

from sim.report.html.material import Material
from sim.report.html.parts import Section, render
from sim.report.text.notices import caveats, overload_notices
from sim.words import Words

__all__ = ["section"]

#: Replications below which half-widths are wide and their own error large.
_FEW = 5


def section(material: Material, words: Words) -> Section | None:
    """Unlike scenarios, runs cut short, overloads, warnings of the files."""
    notices = _notices(material, words)
    said = {text for stored in material.stored for text in stored.manifest["scenario"]["warnings"]}
    if not notices and not said:
        return None
    body = render("warnings.html.j2", words, notices=notices, said=sorted(said))
    return Section("warnings", "", body)


def _notices(material: Material, words: Words) -> list[str]:
    notices, titles = [], material.titles(words)
    if material.comparison is not None:
        notices += caveats(replace(material.comparison, names=tuple(titles)), words)
    both = zip(titles, material.several, material.samples, strict=True)
    for title, results, one in both:
        if results.interrupted:
            done = len(results.replications)
            notices.append(words.text("run.interrupted", name=title, done=done, n=results.asked))
        notices += [problem.message for problem in overload_notices(one, title, words)]
    if material.common < _FEW:
        notices.append(words.text("report.warnings.few", n=material.common))
    return notices
