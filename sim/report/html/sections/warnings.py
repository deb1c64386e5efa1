"""What a reader must know before believing a number."""

from __future__ import annotations

from sim.compare import sample
from sim.report.html.material import Material
from sim.report.html.parts import Section, render
from sim.report.unstable import unstable_notices
from sim.words import Words

__all__ = ["section"]

#: Replications below which half-widths are wide and their own luck large.
_FEW = 5


def section(material: Material, words: Words) -> Section | None:
    """Queues that never settle, few replications, runs cut short, warnings of the files."""
    notices = _notices(material, words)
    said = {text for stored in material.stored for text in stored.manifest["scenario"]["warnings"]}
    if not notices and not said:
        return None
    body = render("warnings.html.j2", words, notices=notices, said=sorted(said))
    return Section("warnings", "", body)


def _notices(material: Material, words: Words) -> list[str]:
    notices = []
    for title, results in zip(material.titles(words), material.several, strict=True):
        if results.interrupted:
            done = len(results.replications)
            notices.append(words.text("run.interrupted", name=title, done=done, n=results.asked))
        notices += unstable_notices(sample(results), title, words)
    if material.paired < _FEW:
        notices.append(words.text("report.warnings.few", n=material.paired))
    return notices
