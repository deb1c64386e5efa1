"""Everything that can go wrong, in one tree.

    LangsonError
    ├── ScenarioError      the files cannot be used; carries every Problem found
    │   └── SurveyError    survey sheets cannot be used; carries how they were read
    ├── UnitError          one text is not a value with a unit (also a ValueError)
    ├── ArgumentError      a call cannot use an argument (also a ValueError)
    │   ├── ArgumentTypeError   it is of another type, missing or unknown (also a TypeError)
    │   └── UnknownPathError    a scenario has no value at this path (also a KeyError)
    ├── EngineError        no such engine, or it cannot run this plan exactly (also a ValueError)
    ├── MeasureError       there is no such measure, table, gate or limit (also a ValueError)
    ├── ResultsError       a results folder cannot be used: missing, not whole, of another kind
    │   └── WriteError     it cannot be written, though it may be asked for: a full disk, a lock
    └── RunError           a replication failed; names it and keeps the cause

What costs a part of the output and not the whole is a warning of Python's own machinery:
:class:`PictureWarning`.

A :class:`Problem` is one sentence for the person who wrote the file: what is wrong,
where, and how to mend it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sim.sentences import NOTHING, Sentence

__all__ = [
    "ArgumentError",
    "ArgumentTypeError",
    "CompileCacheWarning",
    "EngineError",
    "FastWarning",
    "LangsonError",
    "MeasureError",
    "MissingGlyphWarning",
    "PictureWarning",
    "Problem",
    "ResultsError",
    "RunError",
    "ScenarioError",
    "SurveyError",
    "UnitError",
    "UnknownPathError",
    "WriteError",
    "plain_warning",
    "system_reason",
]


class LangsonError(Exception):
    """Base of every error that langson raises on purpose; its message can be translated."""

    def __init__(self, message: Sentence) -> None:
        super().__init__(message)
        self.message = message


class UnitError(LangsonError, ValueError):
    """A text is not a value with a unit. ``hint`` says what to write instead."""

    def __init__(self, message: Sentence, hint: Sentence = NOTHING) -> None:
        super().__init__(message)
        self.hint = hint


class ArgumentError(LangsonError, ValueError):
    """A call cannot use an argument; the message names it and says what it must be."""


class ArgumentTypeError(ArgumentError, TypeError):
    """An argument is of another type than the function takes, missing, or unknown to it."""


class UnknownPathError(ArgumentError, KeyError):
    """A scenario has no value at a path; the message suggests one."""

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError would show it in quotes


class EngineError(LangsonError, ValueError):
    """There is no such engine, or it cannot run this plan exactly; the message says why."""


class MeasureError(LangsonError, ValueError):
    """There is no such measure, table or gate, or a limit is no value of the measure's unit."""


class ResultsError(LangsonError):
    """A results folder cannot be used as asked: it is missing, not whole, or of another kind."""


class WriteError(ResultsError):
    """Results cannot be written: the disk is full, say, or another process is at it."""


class RunError(LangsonError):
    """A replication failed. ``replication`` is its number, ``__cause__`` the reason.

    ``results`` are those of the replications that had finished, if any were kept.
    """

    def __init__(self, message: Sentence, replication: int) -> None:
        super().__init__(message)
        self.replication = replication
        self.results: Any = None


class PictureWarning(UserWarning):
    """The picture ``name`` could not be drawn; everything else is there."""

    def __init__(self, name: str, error: Exception) -> None:
        self.name = name
        self.__cause__ = error
        super().__init__(
            Sentence(
                "the picture '{name}' could not be drawn and is left out: {kind}: {error}",
                name=name,
                kind=type(error).__name__,
                error=error,
            )
        )


class CompileCacheWarning(UserWarning):
    """numba cannot keep compiled code: each process compiles it again."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "no folder for compiled code can be written, so each process compiles it again, "
                "which takes some seconds; set NUMBA_CACHE_DIR to a folder that can be"
            )
        )


class FastWarning(UserWarning):
    """numba is installed but cannot be imported, so NumPy does its work."""

    def __init__(self, error: Exception) -> None:
        super().__init__(
            Sentence(
                "numba cannot be used ({kind}: {error}), so NumPy and `des` take its place, with "
                "the same results; install one that fits: pip install -U 'langson[fast]'",
                kind=type(error).__name__,
                error=error,
            )
        )


class MissingGlyphWarning(UserWarning):
    """Warning that no font here has some ``letters``: pictures for print show them as ``?``."""

    def __init__(self, letters: Iterable[str]) -> None:
        self.letters = frozenset(letters)
        super().__init__(
            Sentence(
                "no font here has {letters}: PNG and PDF show them as ?, SVG and report.html keep "
                "them; install a font for them, such as one of Noto's, and draw again",
                letters=" ".join(sorted(self.letters)),
            )
        )


def plain_warning(
    message: Warning | str,
    category: type[Warning],  # noqa: ARG001 -- as warnings.formatwarning
    filename: str,  # noqa: ARG001
    lineno: int,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> str:
    """Write a warning without where in the program it comes from."""
    return f"warning: {message}\n"


def system_reason(error: OSError) -> Sentence:
    """Return what the operating system says of an error, as a sentence with a translation."""
    return Sentence(error.strerror or str(error))


@dataclass(frozen=True, slots=True)
class Problem:
    """Problem of one file, with its place and a remedy.

    ``code`` is stable and searchable (``unknown-key``); ``level`` is ``error`` or
    ``warning``; ``line`` and ``column`` count from 1; a whole file is 1:1, and ``--set`` has
    none (0). ``excerpt`` is the source line and ``width`` the length of the marked text.
    """

    code: str
    message: Sentence
    hint: Sentence = NOTHING
    file: str = ""
    line: int = 0
    column: int = 0
    level: str = "error"
    excerpt: str = ""
    width: int = 1

    def at(self, file: str, line: int, column: int) -> Problem:
        """Return the same problem placed in a file."""
        return replace(self, file=file, line=line, column=column)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        hint = f"; {self.hint}" if self.hint else ""
        return f"{place}: {self.level}: {self.message}{hint}"


class ScenarioError(LangsonError):
    """The scenario files cannot be used.

    ``problems`` holds all of them, sorted by file, line and column.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda p: (p.file, p.line, p.column))
        super().__init__(Sentence("\n".join(str(problem) for problem in self.problems)))


class SurveyError(ScenarioError):
    """Survey sheets cannot be used; ``map_text`` is how they were read, as MAP.yaml to correct."""

    def __init__(self, problems: Iterable[Problem], map_text: str) -> None:
        super().__init__(problems)
        self.map_text = map_text
