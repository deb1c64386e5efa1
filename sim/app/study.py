"""Studies: what was asked in the app, and the scenario file that it stands for.

A study is a scenario, the upgrades laid over it, what was moved, and closures with dates. It is
written as an overlay, so that ``langson run`` on that file gives the numbers of the page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.app.controls import Control
from sim.errors import ArgumentError
from sim.fitting.overlay import dumped, named_from, put_with_evidence
from sim.messages import LANGUAGES, Messages, messages
from sim.scenario import Scenario
from sim.sentences import Sentence

__all__ = ["Closure", "Option", "Study", "closable", "overlay", "settings_of"]

Settings = dict[str, str]
"""Values by path, as a scenario writes them."""

SIDES = ("vietnam", "china")

Name = Annotated[str, Field(min_length=1, max_length=200)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Closure(_Model):
    """Days on which one side's gates are shut, both ends included."""

    side: Literal["vietnam", "china"]
    first: dt.date
    last: dt.date

    @model_validator(mode="after")
    def _in_order(self) -> Closure:
        if self.last < self.first:
            message = f"a closure ends on {self.last}, before it begins on {self.first}"
            raise ValueError(message)
        return self


class Option(_Model):
    """One way to run the border: upgrades, moved values by the names of controls, closures."""

    title: Annotated[str, Field(max_length=120)] = ""
    upgrades: Annotated[tuple[Name, ...], Field(max_length=40)] = ()
    moved: Annotated[dict[Name, float], Field(max_length=500)] = {}
    closures: Annotated[tuple[Closure, ...], Field(max_length=20)] = ()


class Study(_Model):
    """A scenario, the option that is being moved, and those pinned beside it."""

    base: Name = "baseline-2025"
    gate: Annotated[str, Field(max_length=60)] = ""
    lang: Literal["en", "vi"] = "en"
    option: Option = Option()
    pinned: Annotated[tuple[Option, ...], Field(max_length=3)] = ()
    goal: Annotated[str, Field(max_length=200)] = ""


def closable(scenario: Scenario) -> list[str]:
    """Return the sides whose gates can be shut for some days: those with calendars of their own."""
    countries = {calendar.country for calendar in scenario.model.calendars.values()}
    return [side for side in SIDES if side in countries]


def settings_of(option: Option, known: Mapping[str, Control], sides: Sequence[str]) -> Settings:
    """Return the values by path that an option writes over the scenario and its upgrades.

    Raises
    ------
    ArgumentError
        It moves something that is not among the controls ``known``, or shuts a side that is not
        among those that can be.
    """
    settings: Settings = {}
    for name, value in option.moved.items():
        if name not in known:
            raise ArgumentError(Sentence("the scenario has no control '{name}'", name=name))
        settings |= known[name].settings(value)
    for number, closure in enumerate(option.closures, 1):
        if closure.side not in sides:
            raise ArgumentError(
                Sentence(
                    "no calendar is shut on holidays of {side}; give one `country: {side}`",
                    side=closure.side,
                )
            )
        path = f"countries.{closure.side}.holidays.closure_{number}"
        settings[f"{path}.start"] = closure.first.isoformat()
        settings[f"{path}.end"] = closure.last.isoformat()
    return settings


def overlay(
    base: Scenario,
    upgrades: Sequence[Path],
    option: Option,
    known: Mapping[str, Control],
    folder: Path,
) -> str:
    """Return the option as a scenario file that is to lie in ``folder``.

    Each value that was moved says that it was chosen, and what stood there before.
    """
    extends = [named_from(path, folder) for path in (base.path, *upgrades)]
    title = option.title or base.model.title.en
    tree: dict[str, Any] = {
        "format": 1,
        "extends": extends if upgrades else extends[0],
        "title": {"en": title, "vi": option.title or base.model.title.vi},
    }
    before = base.leaves()
    for path, text in settings_of(option, known, closable(base)).items():
        earlier = before.get(path)
        note = {language: _note(earlier, messages(language)) for language in LANGUAGES}
        put_with_evidence(tree, tuple(path.split(".")), text, {"kind": "assumption", "note": note})
    return "# Written by `langson app`: what was moved there, over the scenarios it extends.\n" + (
        dumped(tree)
    )


def _note(earlier: Any, language: Messages) -> str:
    """Say that a value was set, and what stood there before."""
    if earlier is None:
        return language.text("app.set")
    return language.text("app.set_from", before=str(earlier))
