"""Run specification: which year, days, settings, upgrades and replications were simulated.

Every title and every sentence that says what was run is made here, from the scenario and the
plan, so that the terminal, the figures, the pages and the manifest say the same.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.arguments import checked_arguments
from sim.clock import DAY
from sim.messages import Messages, printable
from sim.scenario import Setting, written

__all__ = ["RunSpec", "measured_period", "of_year", "run_title", "upgrades_sentence"]

DatedUpgrade = tuple[Mapping[str, str], str]

_CONTAINERS = frozenset(
    ("gates", "routes", "stages", "flows", "holds", "paths", "profiles", "calendars", "upgrades")
)
"""Keys of a path that only say what kind of id follows."""

_ELSEWHERE = frozenset(("run.year", "run.days", "run.replications", "run.seed"))
"""Settings that a title says in its own words, or that are said beside it."""

_IN_TITLE = 2
"""Settings written out in a title; of more, the first one and their number."""


@dataclass(frozen=True)
class RunSpec:
    """Specification of a run.

    Attributes
    ----------
    title:
        The scenario's title by language, as in its file.
    start:
        First simulated day.
    warm_up, days:
        Minutes left out of all measures, and the measured days after them.
    year:
        Year whose demand and upgrades are simulated on the calendar of ``start``; None for
        the scenario as it is written.
    settings:
        Values set for this run that are unlike the file.
    upgrades:
        Those in force: title by language, and month of opening as ``2027-07`` or empty.
    replications, stated:
        How many finished, and how many the file asks for.
    reason:
        Why that many: ``scenario``, ``command``, ``reached`` or ``missed`` (a precision),
        or ``interrupted``.
    """

    title: Mapping[str, str]
    start: dt.date
    warm_up: float
    days: int
    year: int | None
    settings: tuple[Setting, ...]
    upgrades: tuple[DatedUpgrade, ...]
    replications: int
    stated: int
    reason: str
    seed: int

    def shown_title(self, messages: Messages) -> str:
        """Title with the year and the settings that it does not name."""
        return run_title(self.title, self.year, self.settings, messages)

    def caption(self, messages: Messages, most: int = 62) -> str:
        """Title and measured days for a figure, the title cut so that there are ``most`` signs."""
        first, last = measured_dates(self.start, self.warm_up, self.days)
        days = messages.period(first, last)
        if self.year is not None:
            days = messages.text("ran.calendar", period=days)
        title, room = self.shown_title(messages), most - len(days) - 3
        if len(title) > room:
            title = title[: room - 1].rstrip() + "…"
        return f"{title} · {days}"

    def period(self, messages: Messages) -> str:
        """First to last measured day; in a run of another year, that year before its calendar."""
        return measured_period(self.start, self.warm_up, self.days, self.year, messages)

    def sentences(self, messages: Messages) -> list[str]:
        """Describe the run in sentences: days and year, upgrades, settings, replications."""
        sentences = [self._days(messages), *self._upgrades(messages)]
        shown = [setting for setting in self.settings if setting.path != "run.replications"]
        if shown:
            changes = "; ".join(
                messages.text(
                    "ran.setting",
                    path=printable(setting.path),
                    after=printable(written(setting.after)),
                    before=printable(written(setting.before)),
                )
                for setting in shown
            )
            sentences.append(messages.text("ran.settings", changes=changes))
        reason = messages.text(f"ran.reason.{self.reason}", stated=self.stated)
        sentences.append(
            messages.text(
                "ran.replications", n=self.replications, reason=reason, seed=str(self.seed)
            )
        )
        return sentences

    def _days(self, messages: Messages) -> str:
        days = messages.text("duration.days", n=self.days)
        key = "after" if self.warm_up else "at_once"
        warm_up = messages.duration(self.warm_up)
        return messages.text(
            f"ran.days.{key}", period=self.period(messages), days=days, warm_up=warm_up
        )

    def _upgrades(self, messages: Messages) -> list[str]:
        """Say which upgrades act, and from when."""
        sentence = upgrades_sentence(self.upgrades, self.start, self.year, messages)
        return [sentence] if sentence else []


@checked_arguments
def run_title(
    title: Mapping[str, str], year: int | None, settings: Sequence[Setting], messages: Messages
) -> str:
    """Title of a run: the scenario's, with the year and the settings that it does not name.

    The year stands first, where no shortening of a long title can take it away.
    """
    shown = messages.pick(title)
    if year is not None and str(year) not in shown:
        shown = messages.text("ran.title", year=str(year), title=shown)
    parts = [
        _days_set(written(setting.after), messages)
        for setting in settings
        if setting.path == "run.days"
    ]
    others = [_brief(setting) for setting in settings if setting.path not in _ELSEWHERE]
    if len(others) > _IN_TITLE:
        others = [others[0], messages.text("ran.more", n=len(others) - 1)]
    return " · ".join([shown, *parts, *others])


@checked_arguments
def upgrades_sentence(
    upgrades: Sequence[DatedUpgrade], start: dt.date, year: int | None, messages: Messages
) -> str:
    """Say which upgrades act, when they open, and by when they have; empty if none act."""
    if not upgrades:
        return ""
    shown = [
        messages.text(
            "ran.opens", upgrade=messages.pick(title), month="/".join(opens.split("-")[::-1])
        )
        if opens
        else messages.pick(title)
        for title, opens in upgrades
    ]
    if year is None:
        return messages.text("ran.upgrades.whole_run", upgrades="; ".join(shown))
    return messages.text("ran.upgrades.by", month=f"{start:%m}/{year}", upgrades="; ".join(shown))


def measured_dates(start: dt.date, warm_up: float, days: int) -> tuple[dt.date, dt.date]:
    """First and last date of ``days`` that begin ``warm_up`` minutes after ``start``'s midnight.

    A date that is begun counts.
    """
    first = start + dt.timedelta(days=int(warm_up // DAY))
    return first, start + dt.timedelta(days=math.ceil(warm_up / DAY + days) - 1)


@checked_arguments
def measured_period(
    start: dt.date, warm_up: float, days: int, year: int | None, messages: Messages
) -> str:
    """Write the dates of the measured days, and the ``year`` simulated on them."""
    first, last = measured_dates(start, warm_up, days)
    return of_year(messages.period(first, last), year, messages)


@checked_arguments
def of_year(period: str, year: int | None, messages: Messages) -> str:
    """Days of the calendar; with a ``year``, as the days on which that year is simulated."""
    return period if year is None else messages.text("ran.of_year", year=str(year), period=period)


def _days_set(text: str, messages: Messages) -> str:
    """A number of days as it was set, with or without its unit."""
    plain = text.isascii() and text.isdigit()
    return messages.text("duration.days", n=int(text)) if plain else printable(text)


def _brief(setting: Setting) -> str:
    """A setting by the ids and the key of its path."""
    *ids, key = setting.path.split(".")
    kept = [name for name in ids if name not in _CONTAINERS]
    return printable(f"{'.'.join([*kept, key])} = {written(setting.after)}")
