"""Language of the command line: of its help, and of what is wrong before options are read.

``--lang`` of any command or ``LANGSON_LANG`` choose it. Help and errors that typer words itself
have the same catalogue as the program's own sentences.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.sentences import Sentence, first_match

if TYPE_CHECKING:
    from sim.messages import Messages

__all__ = ["in_language", "speaking", "spoken", "translate_error"]

_OPTION, _VARIABLE = "--lang", "LANGSON_LANG"
_language: ContextVar[str] = ContextVar("language", default="en")

#: What typer says of bad use, as templates.
FOREIGN = (
    "Invalid value for {name}: {message}",
    "Invalid value: {message}",
    "Missing argument {name}.",
    "Missing option {name}.",
    "Missing command.",
    "No such option: {name} (Possible options: {options})",
    "No such option: {name} Did you mean {options}?",
    "No such option: {name}",
    "No such command {name}. Did you mean {options}?",
    "No such command {name}.",
    "Option {name} requires an argument.",
    "Option {name} requires {count} arguments.",
    "Option {name} does not take a value.",
    "Got unexpected extra argument(s) ({arguments})",
    "{value} is not one of {choices}.",
    "{value} is not in the range {range}.",
    "{value} is not a valid {kind}.",
    "Value {value} is not a valid {kind}.",
    "Input should be a valid integer, unable to parse string as an integer",
    "Input should be a valid number, unable to parse string as a number",
    "Input should be greater than or equal to {limit}",
    "Input should be less than or equal to {limit}",
    "Input should be {choices}",
)

#: Names of what typer prints around help and errors, in its module of that, with the texts.
WORDS = {
    "DEFAULT_STRING": "[default: {}]",
    "ENVVAR_STRING": "[env var: {}]",
    "REQUIRED_LONG_STRING": "[required]",
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "OPTIONS_PANEL_TITLE": "Options",
    "COMMANDS_PANEL_TITLE": "Commands",
    "ERRORS_PANEL_TITLE": "Error",
    "ABORTED_TEXT": "Aborted.",
    "RICH_HELP": "Try [blue]'{command_path} {help_option}'[/] for help.",
}


def spoken() -> Messages:
    """Return the messages of the language that the command line speaks."""
    from sim.messages import messages

    return messages(_language.get())


@contextmanager
def speaking(arguments: Sequence[str]) -> Iterator[None]:
    """Speak the language that the arguments or the environment ask for."""
    before = _language.set(_asked_for(arguments))
    try:
        yield
    finally:
        _language.reset(before)
        _set_words()


def _asked_for(arguments: Sequence[str]) -> str:
    """Read the language; the command itself refuses another than there is."""
    from sim.messages import LANGUAGES

    asked = os.environ.get(_VARIABLE, "")
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=True):
        name, equals, value = argument.partition("=")
        if argument == "--":
            break
        if name == _OPTION:
            asked = value if equals else following
    first = asked.partition(",")[0].strip()
    return first if first in LANGUAGES else "en"


def in_language(command: Any) -> None:
    """Translate the help of a command, of its parameters and of the commands below it."""
    if _language.get() == "en":
        return
    command.help, command.epilog = _text(command.help), _text(command.epilog)
    command.options_metavar = _text(command.options_metavar)
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = _text(command.subcommand_metavar)
    usage, format_help, get_params = command.get_usage, command.format_help, command.get_params

    def translated_params(ctx: Any) -> Any:
        """Return the parameters, of which `--help` is made when they are asked for."""
        parameters = get_params(ctx)
        for parameter in parameters:
            parameter.help, parameter.metavar = _text(parameter.help), _text(parameter.metavar)
        return parameters

    def translated_help(ctx: Any, formatter: Any) -> None:
        _set_words()
        format_help(ctx, formatter)

    vars(command).update(
        get_params=translated_params,
        format_help=translated_help,
        get_usage=lambda ctx: usage(ctx).replace("Usage:", _text("Usage:"), 1),
    )


def translate_error(error: Exception) -> None:
    """Translate what typer says of bad use; its message is one of ours or one of its own."""
    message = getattr(error, "format_message", None)
    if message is None or _language.get() == "en":
        return
    _set_words()
    own = vars(error).get("message")
    text = _recognised(message())
    if isinstance(own, Sentence) and isinstance(text, Sentence):
        text = Sentence(text.template, **(text.values | {"message": own}))
    vars(error)["format_message"] = lambda: spoken().translated(text)


def _recognised(text: str) -> str:
    """Return a text of typer's as a sentence, with those inside it."""
    known = first_match(text, FOREIGN)
    if known is None or "message" not in known.values:
        return known or text
    return Sentence(
        known.template, **known.values | {"message": _recognised(known.values["message"])}
    )


def _text(text: str | None) -> Any:
    """Translate a help text, paragraph by paragraph."""
    if not text:
        return text
    paragraphs = [spoken().translated(Sentence(part)) for part in text.split("\n\n")]
    return "\n\n".join(paragraphs)


def _set_words() -> None:
    """Put typer's own words into the language."""
    name = "typer.rich_utils"  # which takes long to import
    if _language.get() != "en":
        import_module(name)
    if name in sys.modules:
        for constant, english in WORDS.items():
            setattr(sys.modules[name], constant, _text(english))
