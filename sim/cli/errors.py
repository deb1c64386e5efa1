"""Errors as messages and exit codes; tracebacks only on request."""

from __future__ import annotations

import inspect
import os
import sys
import traceback
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any

import typer

from sim.cli.console import abandon_stdout, say, to_stderr
from sim.cli.language import spoken
from sim.errors import (
    LangsonError,
    Problem,
    ResultsError,
    RunError,
    ScenarioError,
    WriteError,
    system_reason,
)
from sim.interrupts import INTERRUPTED
from sim.messages import escaped, printable
from sim.sentences import Sentence

__all__ = [
    "BROKEN_PIPE",
    "EXIT_CODES",
    "FAILED",
    "MET",
    "MISUSED",
    "BadParameter",
    "explain_system",
    "guarded",
    "internal_error",
    "print_error",
    "print_problems",
    "print_trace",
    "print_warning",
]

#: ``MET``: a condition of ``--fail-if`` is met. ``BROKEN_PIPE``: the reader of our output has
#: left, as in ``langson … | head``.
FAILED, MISUSED, MET, BROKEN_PIPE = 1, 2, 3, 141

_LEVELS = {"error": Sentence("error"), "warning": Sentence("warning")}

EXIT_CODES = {
    0: Sentence("fine"),
    FAILED: Sentence("a run or a verification failed, or results could not be written"),
    MISUSED: Sentence("bad use, or a bad file or folder"),
    MET: Sentence("a condition of --fail-if was met"),
    INTERRUPTED: Sentence("interrupted"),
    BROKEN_PIPE: Sentence("the reader of a pipe has left"),
}
"""What each exit code means, for the help."""


class BadParameter(typer.BadParameter):
    """Refusal of an option or an argument, by a sentence that has a translation."""

    def __init__(self, message: Sentence, *, param_hint: str | None = None) -> None:
        super().__init__(message, param_hint=param_hint)


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Turn every error of a command into a message and an exit code.

    The codes are those of :mod:`sim.cli`. Its docstring becomes the help, which has a line
    for each paragraph.
    """

    @wraps(command)
    def careful(*arguments: Any, **options: Any) -> None:
        try:
            _check_working_folder()
            command(*arguments, **options)
            sys.stdout.flush()
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except KeyboardInterrupt:
            say(spoken().translated(EXIT_CODES[INTERRUPTED]), err=True)
            raise typer.Exit(INTERRUPTED) from None
        except LangsonError as error:
            raise typer.Exit(_explain(error)) from None
        except BrokenPipeError:
            abandon_stdout()
            raise typer.Exit(BROKEN_PIPE) from None
        except OSError as error:
            abandon_stdout()
            raise typer.Exit(explain_system(error)) from None
        except Exception as error:  # noqa: BLE001 -- a message, whatever went wrong
            raise typer.Exit(_report_internal_error(error)) from None

    paragraphs = inspect.cleandoc(command.__doc__ or "").split("\n\n")
    careful.__doc__ = "\n\n".join(" ".join(text.split()) for text in paragraphs)
    return careful


def _check_working_folder() -> None:
    """Paths that do not begin at the root begin at the working folder."""
    try:
        Path.cwd()
    except FileNotFoundError:
        raise ResultsError(
            Sentence("the working folder has been deleted; change to another and run again")
        ) from None


def explain_system(error: OSError) -> int:
    """Print an error of the operating system; return the exit code.

    An error without a file comes from a stream: most often stdout, since stderr never fails.
    """
    place = Sentence("cannot print or write")
    if error.filename is not None:
        place = Sentence("{file}", file=error.filename)
    print_error(Sentence("{place}: {reason}", place=place, reason=system_reason(error)))
    print_trace(error)
    return FAILED


def print_warning(message: Warning | str) -> None:
    """Print a warning to stderr, without where in the program it comes from."""
    language = spoken()
    text = str(message)
    if isinstance(message, Warning):
        text = next((part for part in message.args if isinstance(part, Sentence)), text)
    say(f"{language.translated(_LEVELS['warning'])}: {language.translated(text)}", err=True)


def print_error(message: Sentence, flat: bool = False) -> None:
    """Print an error to stderr; ``flat`` on one line."""
    language = spoken()
    text = language.translated(message)
    level = language.translated(Sentence("error"))
    say(f"{level}: {printable(text) if flat else text}", err=True)


def print_problems(problems: Iterable[Problem]) -> None:
    """Print problems to stderr, each once, with its line of the file and a mark under it."""
    console, language = to_stderr(), spoken()
    for problem in dict.fromkeys(problems):
        place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part)
        colour = "yellow" if problem.level == "warning" else "red"
        console.out(f"{escaped(place)}: " if place else "", style="bold", end="", highlight=False)
        level = language.translated(_LEVELS[problem.level])
        console.out(f"{level}: ", style=f"bold {colour}", end="", highlight=False)
        message, hint = (language.translated(t) for t in (problem.message, problem.hint))
        console.out(printable(f"{message}; {hint}" if hint else message), highlight=False)
        if problem.excerpt and problem.line:
            for line in _excerpt(problem, console.width):
                console.out(line, style="dim", highlight=False)


def _excerpt(problem: Problem, width: int) -> list[str]:
    """Return the source line, cut to the screen around the mark, and the mark."""
    number = f"{problem.line:>6} | "
    at, marked = max(problem.column - 1, 0), max(problem.width, 1)
    room = max(width - len(number), 20)
    text = problem.excerpt
    if len(text.rstrip()) > room:
        cut = max(0, min(at - room // 3, len(text.rstrip()) - room))
        text, at = text[cut : cut + room], at - cut
    text = "".join(sign if sign.isprintable() else " " for sign in text).rstrip()
    mark = "^" * max(1, min(marked, len(text) - at))
    return [number + text, " " * 6 + " | " + " " * at + mark]


def _explain(error: LangsonError) -> int:
    """Print an error that langson raised on purpose; return the exit code."""
    if isinstance(error, ScenarioError):
        print_problems(error.problems)
        return MISUSED
    print_error(error.message, flat=True)
    print_trace(error)
    return FAILED if isinstance(error, RunError | WriteError) else MISUSED


def internal_error(error: Exception) -> Sentence:
    """Say that an error is no fault of the user."""
    return Sentence("a fault in langson: {kind}: {error}", kind=type(error).__name__, error=error)


def _report_internal_error(error: Exception) -> int:
    """Report an internal error; return the exit code."""
    print_error(internal_error(error))
    print_trace(error)
    return FAILED


def print_trace(error: Exception) -> None:
    """Print where an error happened, for those who asked; say how to ask if it may be ours."""
    if os.environ.get("LANGSON_DEBUG", "") not in ("", "0"):
        traceback.print_exception(error)
    elif not isinstance(error.__cause__ or error, LangsonError | OSError | ImportError):
        hint = spoken().translated(Sentence("set LANGSON_DEBUG=1 to see where"))
        say(f"       {hint}", err=True)
