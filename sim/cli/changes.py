"""What scenarios change, on the terminal: differences, targets, and conditions to fail on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.text import Text

from sim.cli.errors import print_problems
from sim.cli.screen import show_fitting, show_table, to_stderr, to_stdout
from sim.cli.tables import DIFFERENCES, LESS_DIFFERENCES, differences_table
from sim.errors import Problem
from sim.report.notices import caveats, unstable_notices
from sim.report.targets import busiest, outcome, promise
from sim.words import printable

if TYPE_CHECKING:
    from rich.table import Table

    from sim.compare import Audit, Check, Comparison, Reached, Sample
    from sim.words import Words

__all__ = [
    "check_text",
    "fitting_table",
    "heading",
    "note",
    "plain_check",
    "plain_reached",
    "plain_targets",
    "print_checks",
    "print_comparison",
    "print_reached",
    "print_targets",
    "unstable_queues",
    "warn_of_unstable",
]


def print_comparison(comparison: Comparison, words: Words) -> None:
    """Print what each scenario changes against the first, and what to beware of."""
    base, others = comparison.names[0], comparison.names[1:]
    busy = any(one.busy for one in comparison.samples)
    shown_gain = False
    for name, other in zip(others, comparison.samples[1:], strict=True):
        title = words.text("compare.title", scenario=name, baseline=base)
        heading(title, _subtitle(comparison, name, words))
        if not busy:
            note(words.text("bulletin.empty"))
            continue
        paired = comparison.of(name)["variance_ratio"].count() > 0
        columns = [column for column in DIFFERENCES if column != "gain" or paired]
        laid_out = partial(differences_table, comparison, name, words)
        lost = fitting_table(laid_out, "compare", columns, LESS_DIFFERENCES, words)
        shown_gain = shown_gain or (paired and "gain" not in lost)
        _dated_upgrades(other, words)
    if shown_gain:
        note(words.text("compare.gain_note"))
    for caveat in caveats(comparison, words):
        note(caveat)


def _subtitle(comparison: Comparison, name: str, words: Words) -> str:
    """Say how a difference came about, and what its interval holds for."""
    several = len(comparison.names) - 1
    kind = "welch" if name in comparison.independent else "one" if several == 1 else "many"
    return words.text(f"compare.{kind}", n=several)


def print_checks(checks: Sequence[Check], words: Words) -> None:
    """Print how each condition of ``--fail-if`` came out."""
    heading(words.text("condition.title"), words.text("condition.subtitle"))
    for check in checks:
        mark, style = ("✗", "red") if check.met else ("✓", "")
        show_table(Text(f"{mark} {check_text(check, words)}", style))


def check_text(check: Check, words: Words) -> str:
    """Write a condition, what came of it, and the value behind it."""
    condition = check.condition
    facts = {"scenario": check.scenario, "condition": printable(condition.text)}
    if check.mean is None:
        return words.text("condition.unknown", **facts)
    minutes = condition.quantity.unit == "h" and "min" in condition.text
    factor, unit = (60.0, "min") if minutes else (1.0, condition.quantity.unit)
    value = words.number(check.mean * factor, 2)
    if check.half_width is not None:
        value += f" ± {words.number(check.half_width * factor, 2)}"
    value += f" {words.text(f'unit.{unit}')}"
    verdict = words.text("condition.met" if check.met else "condition.not_met")
    kind = "value" if check.sure or check.half_width is None else "unsure"
    return words.text(f"condition.{kind}", verdict=verdict, value=value, **facts)


def print_reached(reached: Reached | None, words: Words) -> None:
    """Print how many replications the precision asked for took, or that it was not reached."""
    if reached is None:
        return
    to_stdout().print()
    facts = {
        "n": reached.replications,
        "worst": str(reached.worst),
        "share": words.percent(reached.share),
    }
    kind = "reached" if reached.reached else "missed"
    show_table(Text(words.text(f"precision.{kind}", **facts), "" if reached.reached else "yellow"))


def plain_reached(reached: Reached | None) -> dict[str, Any] | None:
    """How a goal of precision ended, for JSON."""
    if reached is None:
        return None
    return vars(reached) | {"worst": str(reached.worst) if reached.worst else None}


def plain_check(check: Check) -> dict[str, Any]:
    """One condition and what came of it, for JSON."""
    facts = vars(check) | {"condition": check.condition.text}
    return facts | {"unit": check.condition.quantity.unit}


def print_targets(samples: Sequence[Sample], words: Words) -> None:
    """Print whether what plans promise comes out, and what binds."""
    from sim.compare import audit

    found = [(one, audit(target, one.tables)) for one in samples for target in one.targets]
    if not found:
        return
    heading(words.text("target.title"), words.text("target.subtitle"))
    styles = {"met": ("✓", "green"), "missed": ("✗", "red")}
    for one, result in found:
        mark, style = styles.get(result.verdict, ("?", "yellow"))
        name = f" ({one.name})" if len(samples) > 1 else ""
        title = f"{mark} {words.pick(result.target.title)}{name}"
        show_table(Text.assemble((title, style), f": {_audited(result, words)}"))
        if why := busiest(result, one, words):
            note(f"  {why}")


def _audited(result: Audit, words: Words) -> str:
    """Write what was promised, what came out, and what that means."""
    return words.text(
        f"target.{result.verdict}",
        quantity=str(result.target.quantity),
        limit=promise(result.target, words),
        value=outcome(result, words),
    )


def plain_targets(one: Sample) -> list[dict[str, Any]]:
    """How targets came out, for JSON."""
    from sim.compare import audit

    found = [audit(target, one.tables) for target in one.targets]
    return [
        {
            "target": result.target.id,
            "quantity": str(result.target.quantity),
            "unit": result.target.quantity.unit,
            "at_least" if result.target.at_least else "at_most": result.target.limit,
            "mean": result.mean,
            "half_width": result.half_width,
            "verdict": result.verdict,
            "stage": result.stage,
            "utilisation": result.utilisation,
        }
        for result in found
    ]


def unstable_queues(samples: Sequence[Sample], words: Words) -> list[str]:
    """Sentences on queues that never settle, by the names of the scenarios' files."""
    return [text for one in samples for text in unstable_notices(one, one.name, words)]


def warn_of_unstable(notices: Sequence[str], words: Words) -> None:
    """Say loudly on stderr that some means mean nothing, and which."""
    if notices:
        to_stderr().print(words.text("unstable.banner"), style="bold red", soft_wrap=True)
    print_problems(Problem("unstable-queue", notice, level="warning") for notice in notices)


def _dated_upgrades(other: Sample, words: Words) -> None:
    """Say which upgrades act, and that without a year they do whenever they open."""
    dated = [
        words.text(
            "compare.opens",
            upgrade=words.pick(upgrade.title),
            month="/".join(reversed(upgrade.opens.split("-"))),
        )
        for upgrade in other.upgrades
        if upgrade.opens
    ]
    if dated and other.year is None:
        note(words.text("compare.whole_run", upgrades="; ".join(dated)))
    elif dated:
        month = f"{other.start:%m}/{other.year}"
        note(words.text("compare.by_year", month=month, upgrades="; ".join(dated)))


def fitting_table(
    laid_out: Callable[[Sequence[str]], Table],
    kind: str,
    columns: Sequence[str],
    less: Sequence[str],
    words: Words,
) -> list[str]:
    """Print a table; below it, and returned, which of ``less`` the screen has no room for."""
    lost = show_fitting(laid_out, columns, less)
    if lost:
        headings = [" ".join(words.text(f"{kind}.{column}").split()) for column in lost]
        note(words.text("table.narrow", columns=", ".join(headings)))
    return lost


def heading(title: str, subtitle: str) -> None:
    """Print a title and what it is of, after an empty line."""
    to_stdout().print()
    show_table(Text(title, "bold"))
    show_table(Text(subtitle, "dim"))


def note(text: str) -> None:
    """Print a remark."""
    show_table(Text(text, "dim"))
