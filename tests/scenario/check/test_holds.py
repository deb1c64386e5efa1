"""Holds and batches in scenario files: what is refused, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sim.errors import Problem, ScenarioError
from sim.scenario import Scenario

Overlay = Callable[..., Scenario]

YARD = {
    "add": "true",
    "title": "{en: A, vi: B}",
    "places": "9",
    "first": "documents",
    "last": "crossing",
}
ROUTE = """\
gates:
  chi_ma:
    routes:
      main:
        evidence: assumption
        stages: {later: {add: true, title: {en: L, vi: L}, side: china, servers: 2, service: 5 min}}
        paths: {export: {stages: [documents, inspection, crossing, later]}}
"""


def found(overlay: Overlay, *below: str) -> list[Problem]:
    """What is wrong with the route after these lines."""
    try:
        return list(overlay(ROUTE + "".join(f"        {line}\n" for line in below)).warnings)
    except ScenarioError as error:
        return error.problems


def holds(**blocks: str) -> str:
    """A line of holds to add, or to change where it is the yard of the base."""
    inner = []
    for name, text in blocks.items():
        rest = (
            [] if name == "yard" else [f"{k}: {v}" for k, v in YARD.items() if f"{k}:" not in text]
        )
        inner.append(f"{name}: {{{', '.join([*rest, *[text] * bool(text)])}}}")
    return f"holds: {{{', '.join(inner)}}}"


SOUND = [
    (holds(yard="returns: 5 min"),),
    (holds(yard='returns: "lognormal(mean 20 min, cv 0.5)", when_full: turn_back'),),
    (holds(yard="share: {fruit: 40 %, other: 0 %}"),),
    (holds(yard="share: {green: 100 %, other: 0 %}, last: crossing"),),
    (holds(yard="first: {export: documents}, last: {export: crossing}"),),
    (holds(yard="first: later, last: later, when_full: block"),),
    (holds(yard="overflow: b", b="overflow: c", c="when_full: turn_back"),),
    (
        holds(
            yard="overflow: c, share: {fruit: 100 %, other: 0 %}",
            b="overflow: c, share: {fruit: 0 %, other: 100 %}",
            c="share: 0 %",
        ),
    ),
    ("stages: {later: {servers: null, batch: {size: 4, within: 15 min}}}",),
]


@pytest.mark.parametrize("below", SOUND)
def test_what_fits_is_taken_without_a_word(overlay: Overlay, below: tuple[str, ...]) -> None:
    """Every rule of a hold, and a batch, loads without error or warning."""
    if below[0].startswith("stages"):
        whole = ROUTE.replace("servers: 2,", "batch: {size: 4, within: 15 min},")
        assert overlay(whole).warnings == ()
    else:
        assert found(overlay, *below) == []


CASES = [
    (holds(yard="first: {export: documents, import: crossing}"), "hold-unused", "import"),
    (holds(yard="first: {exprt: documents}"), "unknown-id", "'export'"),
    (holds(yard="first: {export: document}"), "unknown-stage", "did you mean 'documents'?"),
    (holds(yard="last: {import: crossing}"), "hold-unused", "no path of this route for import"),
    (
        holds(yard="first: {export: documents}, last: {import: crossing}"),
        "hold-unused",
        "says nothing of `",
    ),
    (holds(yard="first: {export: crossing}, last: documents"), "hold-order", "swap"),
    (holds(yard="share: {friut: 100 %, other: 0 %}"), "unknown-class", "did you mean 'fruit'?"),
    (holds(yard="share: {goods: 100 %}"), "incomplete", "fruit"),
    (holds(yard="last: inspection, share: {green: 100 %, other: 0 %}"), "hold-kept", "all visit"),
    (holds(yard="overflow: bb", b=""), "unknown-hold", "did you mean 'b'?"),
    (holds(yard="overflow: yard"), "circular-overflow", "yard → yard"),
    (holds(yard="overflow: b", b="overflow: yard"), "circular-overflow", "yard → b → yard"),
    (holds(yard="overflow: b", b="first: crossing"), "overflow-apart", "before the same stage"),
    (holds(yard="when_full: block"), "nothing-to-keep", "not every vehicle has a server"),
    (holds(yard="when_full: block, first: crossing"), "nothing-to-keep", "that all visit"),
    (
        holds(yard="when_full: turn_back, first: later, last: later"),
        "turned-back-late",
        "before the crossing",
    ),
    (holds(yard="when_full: leave"), "bad-choice", "'turn_back'"),
    (holds(yard="returns: 5"), "bad-value", "min"),
    (holds(yard="calendar: vietnam"), "unknown-key", "before `first` write a stage with them"),
    (holds(yard="hours: 07:00-19:00"), "unknown-key", "a hold has no hours"),
    (holds(yard="places: 0, overflow: b", b="places: 0"), "no-places", "at least 1"),
    (holds(yard="overflow: c", b="overflow: c", c=""), "two-places", "give each hold a `share`"),
]


@pytest.mark.parametrize(("line", "code", "word"), CASES)
def test_what_does_not_fit_is_named(overlay: Overlay, line: str, code: str, word: str) -> None:
    """One error with its code, a place in the file, and a remedy."""
    errors = [problem for problem in found(overlay, line) if problem.level == "error"]
    assert code in {problem.code for problem in errors}
    problem = next(problem for problem in errors if problem.code == code)
    assert word in f"{problem.message}; {problem.hint}"
    assert problem.line > 0
    assert problem.hint


def test_a_rule_beside_overflow_has_no_effect(overlay: Overlay) -> None:
    """The rule of the last hold applies, and the file is told so."""
    line = holds(yard="overflow: b, when_full: turn_back", b="when_full: wait")
    (warning,) = found(overlay, line)
    assert (warning.code, warning.level) == ("no-effect", "warning")
    assert "the rule of 'b' applies" in warning.message


BATCHES = [
    ("servers: 2, batch: {size: 4}", "batch-and-servers", "both `servers` and `batch`; keep one"),
    ("slots: [06:00], batch: {size: 4}", "batch-and-servers", "both `slots` and `batch`; keep one"),
    ("batch: {}", "endless-batch", "within"),
    ("batch: {size: 0}", "out-of-range", "at least 1"),
    ("batch: {sise: 4}", "unknown-key", "'size'"),
]


@pytest.mark.parametrize(("text", "code", "word"), BATCHES)
def test_a_batch_that_cannot_go_is_named(overlay: Overlay, text: str, code: str, word: str) -> None:
    """A batch has a size or a time, and no servers or slots beside it."""
    with pytest.raises(ScenarioError) as caught:
        overlay(ROUTE.replace("servers: 2", text))
    problem = next(problem for problem in caught.value.problems if problem.code == code)
    assert word in f"{problem.message}; {problem.hint}"


def test_priority_in_a_batch_has_no_effect(overlay: Overlay) -> None:
    """Who comes first goes first, and the file is told so."""
    (warning,) = overlay(
        ROUTE.replace("servers: 2", "batch: {size: 4}, priority: [fruit]")
    ).warnings
    assert (warning.code, "order of arrival" in warning.message) == ("no-effect", True)


@pytest.mark.parametrize(("returns", "warned"), [("40 min", False), ("60 min", True)])
def test_the_way_back_takes_places_too(overlay: Overlay, returns: str, warned: bool) -> None:
    """30 trucks a day, 7 + 3 + 2 + 5 minutes and the way back: 1.2 and 1.6 places."""
    line = holds(yard=f"places: 1, last: later, returns: {returns}")
    (warning,) = found(overlay, line)
    needed = "1.6" if warned else "1.19"
    assert f"about {needed} places needed, 1 there" in warning.message
    assert found(overlay, line.replace("places: 1", "places: 2")) == []
    half = line.replace("returns", "share: 50 %, returns")
    assert found(overlay, half) == []


def test_yards_that_overflow_have_their_places_together(overlay: Overlay) -> None:
    """A place in each of two yards is two places; who would be turned back needs none."""
    stay = "returns: 60 min, last: later"
    assert (
        found(overlay, holds(yard=f"places: 1, overflow: b, {stay}", b=f"places: 1, {stay}")) == []
    )
    (warning,) = found(
        overlay, holds(yard=f"places: 0, overflow: b, {stay}", b=f"places: 1, {stay}")
    )
    assert "holds.b: about 1.6 places needed, 1 there" in warning.message
    assert found(overlay, holds(yard=f"places: 1, when_full: turn_back, {stay}")) == []
