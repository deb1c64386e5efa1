"""The command line, ``langson``: one command per verb.

Results go to stdout, progress and warnings to stderr; exit codes are those of
:data:`sim.cli.errors.EXIT_CODES`. Heavy packages are imported inside the commands that need them,
so that help is immediate.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from sim.cli.commands import COMMANDS, GROUPS, imported
from sim.cli.console import abandon_stdout, configure_streams, say
from sim.cli.errors import EXIT_CODES, explain_system, guarded, print_warning
from sim.cli.language import in_language, speaking, spoken, translate_error
from sim.cli.options import Language
from sim.interrupts import INTERRUPTED, end_on_signals
from sim.messages import escaped
from sim.sentences import Sentence
from sim.version import __version__

__all__ = ["app", "main"]


class _Loaded(MutableMapping[str, Any]):
    """Commands by name; the module of each is imported when it is looked up."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = dict.fromkeys((*COMMANDS, *GROUPS))

    def __getitem__(self, name: str) -> Any:
        if self._made[name] is None:
            self._made[name] = _command(name)
        return self._made[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def _command(name: str) -> Any:
    """Make the command, or the group of commands, of a name."""
    if name in GROUPS:
        group: Any = get_group(imported(name))
        group.name = name
        for below in (group, *group.commands.values()):
            in_language(below)
        return group
    alone = typer.Typer(add_completion=False)
    alone.command(name)(guarded(imported(name)))
    command = get_command(alone)
    in_language(command)
    return command


class _Commands(TyperGroup):
    """The commands; what typer says of bad use names files, which may steer a terminal."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = _Loaded()

    def main(self, args: Sequence[str] | None = None, *arguments: Any, **options: Any) -> Any:
        """Run the command line in the language that is asked for."""
        with speaking(sys.argv[1:] if args is None else args):
            in_language(self)
            self.epilog = spoken().translated(_EPILOG)
            return super().main(args, *arguments, **options)

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Read the options before any command."""
        with _escaped_messages():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        """Read a command's arguments and call it."""
        with _escaped_messages():
            return super().invoke(ctx)


@contextmanager
def _escaped_messages() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        translate_error(error)
        if (
            isinstance(message := getattr(error, "message", None), str)
            and not message.isprintable()
        ):
            vars(error)["message"] = escaped(message, "\n")
        raise


_EPILOG = Sentence(
    "Start with: langson run baseline-2025; langson list shows what else there is. "
    "Exit codes: {codes}. LANGSON_LANG=vi speaks Vietnamese, as --lang vi does; "
    "LANGSON_DEBUG=1 shows where a fault happened.",
    codes=Sentence(
        ", ".join(f"{code} {{code_{code}}}" for code in EXIT_CODES),
        **{f"code_{code}": meaning for code, meaning in EXIT_CODES.items()},
    ),
)

app = typer.Typer(
    name="langson",
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Simulate Lạng Sơn's border gates and compare ways to improve them.",
    epilog=_EPILOG,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        say(f"langson {__version__}")
        raise typer.Exit


def _speak(lang: Language | None) -> None:
    """Make a language that of whatever command follows."""
    if lang is not None:
        os.environ["LANGSON_LANG"] = lang.value


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and leave."
        ),
    ] = False,
    lang: Annotated[
        Language | None,
        typer.Option("--lang", callback=_speak, help="Language, for whatever command follows."),
    ] = None,
) -> None:
    """Options that stand before any command."""


def main() -> None:
    """Run the command line and leave with its exit code.

    SIGTERM, which ends jobs on clusters, and SIGHUP, of a terminal that closes, do what Ctrl-C
    does.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # not looked for: that takes long
    configure_streams()
    end_on_signals()
    warnings.showwarning = lambda message, *_, **__: print_warning(message)
    try:
        app(prog_name="langson")
    except OSError as error:  # help for which there is no room
        abandon_stdout()
        sys.exit(explain_system(error))
    except KeyboardInterrupt:  # outside any command, while still importing
        sys.exit(INTERRUPTED)
