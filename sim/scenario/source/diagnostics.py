"""Diagnostics: the problems found in files, and suggestions of what was meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn

from sim.errors import Problem, ScenarioError
from sim.scenario.source.tree import Path, Place, dotted
from sim.sentences import NOTHING, Sentence
from sim.units import suggestion

__all__ = ["Problems", "did_you_mean", "listed"]

#: Errors after which the rest of a file is not looked at: it is no file of the kind.
MOST_ERRORS = 200


@dataclass
class Problems:
    """List of problems without duplicates.

    A block that comes from a template is checked wherever it is used; its mistake is
    reported once, for the first use.
    """

    entries: list[Problem] = field(default_factory=list)
    _seen: set[tuple[str, Place, str]] = field(default_factory=set)
    _errors: int = 0

    def add(
        self,
        code: str,
        place: Place,
        message: Sentence,
        hint: Sentence = NOTHING,
        *,
        path: Path = (),
        level: str = "error",
    ) -> None:
        """Record a problem at a place; ``path`` is put before the message.

        Raises :class:`ScenarioError` with everything found once that is too much to read.
        """
        key = (code, place, message)
        if key in self._seen:
            return
        self._seen.add(key)
        self.entries.append(
            Problem(
                code=code,
                message=Sentence("{path}: {message}", path=dotted(path), message=message)
                if path
                else message,
                hint=hint,
                file=place.file,
                line=place.line,
                column=place.column,
                level=level,
                excerpt=place.excerpt,
                width=place.width,
            )
        )
        self._errors += level == "error"
        if self._errors >= MOST_ERRORS:
            raise ScenarioError(self.entries) from None

    def stop(self, code: str, place: Place, message: Sentence, hint: Sentence) -> NoReturn:
        """Record a problem past which nothing can be read.

        Raises :class:`ScenarioError` with everything found.
        """
        self.add(code, place, message, hint)
        raise ScenarioError(self.entries) from None

    def copy(self) -> Problems:
        """Return a list to which more can be added."""
        return Problems(list(self.entries), set(self._seen), self._errors)

    def warn(
        self,
        code: str,
        place: Place,
        message: Sentence,
        hint: Sentence = NOTHING,
        *,
        path: Path = (),
    ) -> None:
        """Record a problem that does not stop a run."""
        self.add(code, place, message, hint, path=path, level="warning")

    @property
    def errors(self) -> list[Problem]:
        """Problems that stop a run."""
        return [problem for problem in self.entries if problem.level == "error"]

    @property
    def warnings(self) -> list[Problem]:
        """Problems that do not, by file, line and column."""
        rest = (problem for problem in self.entries if problem.level != "error")
        return sorted(rest, key=lambda p: (p.file, p.line, p.column))

    def raise_errors(self) -> None:
        """Raise :class:`ScenarioError` with everything found, if there is an error."""
        if self.errors:
            raise ScenarioError(self.entries)


def did_you_mean(word: str, options: Iterable[str]) -> Sentence:
    """Return ``did you mean 'x'?`` or, when nothing is close, the whole choice."""
    known = list(options)
    choice = Sentence("known here: {known}", known=listed(known)) if known else NOTHING
    return suggestion(word, known, choice)


def listed(words: Iterable[str], most: int = 24) -> Sentence:
    """Join words with commas, cutting a long list short."""
    every = list(words)
    shown = ", ".join(every[:most])
    if len(every) <= most:
        return Sentence("{shown}", shown=shown)
    return Sentence("{shown} and {count} more", shown=shown, count=len(every) - most)
