"""Print outcomes of conditions, targets, best-of, precision and overload checks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from sim.cli.console import heading, note, show_table, to_stderr, to_stdout
from sim.cli.errors import print_problems
from sim.compare import audit, check_all, scenario_results
from sim.errors import Problem
from sim.report.text.best import best_sentence
from sim.report.text.conditions import check_text
from sim.report.text.notices import overload_notices
from sim.report.text.targets import busiest, outcome, promise

if TYPE_CHECKING:
    from sim.compare import Audit, Best, Check, Condition, PrecisionResult, ScenarioResults
    from sim.messages import Messages
    from sim.results import Results

__all__ = [
    "check_results",
    "overload_warnings",
    "plain_best",
    "plain_check",
    "plain_precision",
    "plain_targets",
    "print_best",
    "print_checks",
    "print_precision",
    "print_targets",
    "warn_of_overloads",
]


def check_results(conditions: Sequence[Condition], several: Sequence[Results]) -> list[Check]:
    """Check conditions for each scenario, by the names of their files."""
    samples = [scenario_results(results) for results in several]
    return check_all(conditions, samples, [sample.name for sample in samples])


def print_checks(checks: Sequence[Check], messages: Messages) -> None:
    """Print how each condition of ``--fail-if`` came out."""
    uncertain = any(check.estimate.inputs is not None for check in checks)
    error = messages.text(f"error.{'inputs' if uncertain else 'monte_carlo'}")
    heading(messages.text("condition.title"), messages.text("condition.subtitle", error=error))
    for check in checks:
        mark, style = ("✗", "red") if check.met else ("✓", "")
        show_table(Text(f"{mark} {check_text(check, messages)}", style))


def print_best(choice: Best | None, names: Sequence[str], messages: Messages) -> None:
    """Print which scenario is the best by the measure asked for, and how sure that is."""
    if choice is None:
        return
    heading(messages.text("best.title"), messages.text("best.subtitle"))
    show_table(Text(best_sentence(choice, names, str(choice.quantity), messages)))


def plain_best(choice: Best | None, names: Sequence[str]) -> dict[str, Any] | None:
    """The choice for JSON; no loss where none is guaranteed."""
    if choice is None:
        return None
    return {
        "quantity": str(choice.quantity),
        "unit": choice.quantity.unit,
        "chosen": names[choice.chosen],
        "others": [names[number] for number in choice.others],
        "loss": choice.loss if math.isfinite(choice.loss) else None,
        "level": choice.level,
        "sequential": choice.sequential,
    }


def plain_check(check: Check) -> dict[str, Any]:
    """One condition and what came of it, for JSON."""
    return {
        "condition": check.condition.text,
        "scenario": check.scenario,
        **check.estimate.plain(),
        "met": check.met,
        "sure": check.sure,
        "unit": check.condition.quantity.unit,
    }


def print_targets(samples: Sequence[ScenarioResults], messages: Messages) -> None:
    """Print whether what plans promise comes out, and what binds."""
    audits = [
        (sample, audit(target, sample.tables)) for sample in samples for target in sample.targets
    ]
    if not audits:
        return
    heading(messages.text("target.title"), messages.text("target.subtitle"))
    styles = {"met": ("✓", "green"), "missed": ("✗", "red")}
    for sample, result in audits:
        mark, style = styles.get(result.verdict, ("?", "yellow"))
        name = f" ({sample.name})" if len(samples) > 1 else ""
        title = f"{mark} {messages.pick(result.target.title)}{name}"
        show_table(Text.assemble((title, style), f": {_audited(result, messages)}"))
        if why := busiest(result, sample, messages):
            note(f"  {why}")


def _audited(result: Audit, messages: Messages) -> str:
    """Write what was promised, what came out, and what that means."""
    return messages.text(
        f"target.{result.verdict}",
        quantity=str(result.target.quantity),
        limit=promise(result.target, messages),
        value=outcome(result, messages),
    )


def plain_targets(sample: ScenarioResults) -> list[dict[str, Any]]:
    """Return the outcomes of targets for JSON."""
    audits = [audit(target, sample.tables) for target in sample.targets]
    return [
        {
            "target": result.target.id,
            "quantity": str(result.target.quantity),
            "unit": result.target.quantity.unit,
            "at_least" if result.target.at_least else "at_most": result.target.limit,
            **result.estimate.plain(),
            "verdict": result.verdict,
            "stage": result.stage,
            "utilisation": result.utilisation,
        }
        for result in audits
    ]


def print_precision(
    reached: PrecisionResult | None, samples: Iterable[ScenarioResults], messages: Messages
) -> None:
    """Print how many replications the precision asked for took, or that it was not reached."""
    if reached is None:
        return
    to_stdout().print()
    facts = {
        "n": reached.replications,
        "worst": str(reached.worst),
        "share": messages.percent(reached.share),
    }
    kind = "reached" if reached.reached else "missed"
    show_table(
        Text(messages.text(f"precision.{kind}", **facts), "" if reached.reached else "yellow")
    )
    if any(sample.uncertain for sample in samples):
        note(messages.text("precision.inputs"))


def plain_precision(reached: PrecisionResult | None) -> dict[str, Any] | None:
    """Return the outcome of a goal of precision for JSON."""
    if reached is None:
        return None
    return vars(reached) | {"worst": str(reached.worst) if reached.worst else None}


def overload_warnings(samples: Sequence[ScenarioResults], messages: Messages) -> list[Problem]:
    """Warnings of overloads, by the names of the scenarios' files."""
    return [
        problem for sample in samples for problem in overload_notices(sample, sample.name, messages)
    ]


def warn_of_overloads(problems: Sequence[Problem], messages: Messages) -> None:
    """Say loudly on stderr that some means mean nothing or are of two times, and which."""
    unstable = [problem for problem in problems if problem.code == "unstable-queue"]
    part = [problem for problem in problems if problem.code == "overload"]
    for some, banner in (
        (unstable, messages.text("unstable.banner")),
        (part, messages.text("overload.banner")),
    ):
        if some:
            to_stderr().print(banner, style="bold red", soft_wrap=True)
        print_problems(some)
