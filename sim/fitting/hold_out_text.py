"""Say how a fit to the first days of an observation predicts the last."""

from __future__ import annotations

from collections.abc import Sequence

from sim.fitting.estimate import Fitted
from sim.fitting.findings import HoldOut, Prediction
from sim.fitting.titles import place_title
from sim.messages import Messages

__all__ = ["hold_out_lines", "hold_out_rows", "hold_out_text"]

_MOST = 6
"""Numbers named of those that lie outside their intervals."""


def hold_out_text(check: HoldOut, messages: Messages) -> str:
    """Say in a sentence how many numbers of the last days lie in their prediction intervals."""
    known = {"trained": check.trained, "days": check.days}
    if not check.predictions:
        return messages.text("fit.hold_out.none", **known)
    return messages.text("fit.hold_out", n=len(check.predictions), inside=check.held, **known)


def hold_out_lines(fitted: Fitted, messages: Messages) -> list[str]:
    """Return a sentence for each number that lies outside its interval, the first few."""
    if fitted.hold_out is None:
        return []
    outside = [number for number in fitted.hold_out.predictions if not number.held]
    lines = []
    for prediction in outside[:_MOST]:
        what, observed, _, interval = _cells(prediction, messages)
        place = _place(fitted, prediction, messages)
        lines.append(
            messages.text(
                "fit.hold_out.line", place=place, what=what, observed=observed, interval=interval
            )
        )
    if len(outside) > _MOST:
        lines.append(messages.text("fit.hold_out.more", n=len(outside) - _MOST))
    return lines


def hold_out_rows(fitted: Fitted, messages: Messages) -> list[tuple[str, ...]]:
    """Return rows of a table: place, what, observed, predicted, interval, and a class of rows."""
    check = fitted.hold_out
    return [
        (
            _place(fitted, prediction, messages),
            *_cells(prediction, messages),
            "" if prediction.held else "different",
        )
        for prediction in (check.predictions if check is not None else ())
    ]


def _cells(prediction: Prediction, messages: Messages) -> Sequence[str]:
    """Write what a number is, what was observed, what was predicted, and the interval."""
    what = messages.text(f"fit.hold_out.{prediction.measure}")
    if prediction.day is not None:
        what = f"{what}, {messages.day(prediction.day)}"
    digits = 0 if prediction.measure == "count" else 1
    interval = prediction.interval
    ends = "–".join(messages.number(end, digits) for end in (interval.low, interval.high))
    return (
        what,
        messages.number(prediction.observed, digits),
        messages.number(interval.value, digits),
        ends,
    )


def _place(fitted: Fitted, prediction: Prediction, messages: Messages) -> str:
    """Name the stage of a wait, or the gate and the direction of a count."""
    gate, route, name = prediction.place.split(".")
    if prediction.measure == "wait":
        path = ("gates", gate, "routes", route, "stages", name)
        return place_title(fitted.base, path, messages)
    title = messages.pick(fitted.base.scenario.model.gates[gate].title.model_dump())
    return title if name == "all" else f"{title}, {messages.text(f'direction.{name}')}"
