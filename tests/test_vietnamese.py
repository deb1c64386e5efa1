"""Every sentence of the program has its Vietnamese, and a Vietnamese reader meets no English."""

from __future__ import annotations

import ast
import errno
import os
import re
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import sim.errors
from sim.cli import app
from sim.cli.language import FOREIGN, WORDS
from sim.messages import translations
from tests.small import write_small

SIM = Path(sim.errors.__file__).parent
#: Words of English sentences that no Vietnamese text has, and no key of a scenario file.
ENGLISH = re.compile(
    r"\b(the|is|are|was|were|not|and|with|this|that|these|which|write|leave|has|have|must|of|for|"
    r"cannot|there|where|than|they|it|its|does|should|other|others|each|every|only)\b",
    re.IGNORECASE,
)
#: What is shown as it is typed: code, quoted texts, options, paths.
TYPED = re.compile(
    r"`[^`]*`|'[^']*'|\"[^\"]*\"|[\w-]*-[\w-]+|\S*[/\\]\S*|\S+\.(?:yaml|csv|json)\S*|\{[^}]*\}"
)


def english_in(text: str) -> list[str]:
    """English words of a text, without what is shown as it is typed."""
    return [match.group() for match in ENGLISH.finditer(TYPED.sub(" ", text))]


def trees() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text("utf-8"))) for path in sorted(SIM.rglob("*.py"))]


def has_words(template: str, formatted: bool) -> bool:
    """Whether a template has words of its own beside its values."""
    parts = [text for text, *_ in Formatter().parse(template)] if formatted else [template]
    return any(re.search("[A-Za-z]{2}", part) for part in parts)


def said_in_code() -> set[str]:
    """Templates of all sentences of the program."""
    said: set[str] = set()
    for _, tree in trees():
        for node in ast.walk(tree):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if named and node.func.id == "Sentence" and node.args:  # type: ignore[attr-defined]
                template = node.args[0]  # type: ignore[attr-defined]
                formatted = bool(node.keywords)  # type: ignore[attr-defined]
                if isinstance(template, ast.Constant) and has_words(template.value, formatted):
                    said.add(template.value)
    return said


def commands() -> dict[str, Any]:
    """Each command by the words that call it; the whole command line by none."""
    root: Any = get_command(app)
    every = {"": root}
    for name, command in root.commands.items():
        every[name] = command
        every |= {f"{name} {key}": below for key, below in getattr(command, "commands", {}).items()}
    return every


@cache
def said_in_help() -> set[str]:
    """Help texts and metavars of all commands, a paragraph each."""
    said: set[str] = set()
    for name, command in commands().items():
        texts = [command.help, command.options_metavar]
        texts.append(getattr(command, "subcommand_metavar", None))
        for parameter in command.get_params(command.context_class(command, info_name=name)):
            texts += [parameter.help, parameter.metavar]
        said |= {part for text in texts if text for part in text.split("\n\n")}
    return said


def said_by_others() -> set[str]:
    return {*FOREIGN, *WORDS.values(), "Usage:"}


def said_by_the_system() -> set[str]:
    return {os.strerror(code) for code in errno.errorcode}


def test_every_sentence_has_its_vietnamese() -> None:
    """No message, remedy, warning or help text is English alone."""
    said = said_in_code() | said_in_help() | said_by_others()
    assert len(said) > 1000
    assert sorted(said - translations().keys()) == []


def test_every_translation_is_of_something_said() -> None:
    """No translation outlives its sentence."""
    said = said_in_code() | said_in_help() | said_by_others() | said_by_the_system()
    assert sorted(translations().keys() - said) == []


def test_translations_show_the_same_values() -> None:
    """Both languages have the same placeholders."""
    formatted = said_by_others() | {t for t in said_in_code() if re.search(r"\{\w+[!:}]", t)}
    for english, vietnamese in translations().items():
        if english in formatted and "{en" not in english:
            names = [
                {name for _, name, _, _ in Formatter().parse(text) if name is not None}
                for text in (english, vietnamese)
            ]
            assert names[0] == names[1], english


def test_translations_hold_no_english_words() -> None:
    """What stands in quotes and backquotes is typed as it is; the rest is Vietnamese."""
    left = {text: words for text in translations().values() if (words := english_in(text))}
    assert left == {}


def test_no_error_is_raised_with_a_plain_text() -> None:
    """A text without its template could not be translated."""
    errors = {name for name in sim.errors.__all__ if name.endswith("Error")} | {"BadParameter"}
    plain = [
        f"{path.name}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Name)
        and node.exc.func.id in errors
        and any(isinstance(part, ast.JoinedStr | ast.Constant) for part in node.exc.args[:1])
    ]
    assert plain == []


@pytest.fixture
def vietnamese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call the command line as a Vietnamese reader does, beside two small scenarios."""
    write_small(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANGSON_LANG", "vi")

    def call(*arguments: str) -> Any:
        return CliRunner().invoke(app, list(arguments), prog_name="langson")

    return call


@pytest.mark.parametrize("name", commands())
def test_help_is_vietnamese(name: str, vietnamese: Any) -> None:
    """Usage, options, arguments and every explanation."""
    shown = vietnamese(*name.split(), "--help")
    assert shown.exit_code == 0, shown.output
    assert shown.output.strip().startswith("Cách dùng:")
    assert english_in(shown.output) == []
    assert not re.search("Options|Arguments|Commands", shown.output)


def test_help_is_english_again_for_an_english_reader(vietnamese: Any) -> None:
    """The language of one call does not stay for the next."""
    assert "Tùy chọn" in vietnamese("run", "--help").output
    shown = vietnamese("run", "--help", "--lang", "en").output
    assert "Usage: langson run [OPTIONS]" in shown
    assert "Options" in shown


BROKEN = """\
format: 1
extends: small.yaml
title: {en: Broken, vi: Hỏng}
calendars:
  never: {hours: 19:00 to 7}
gates:
  chi_maa: {status: open}
  chi_ma:
    routes:
      main:
        stages:
          documents: {servers: many, service: 12}
        flows:
          fruit: {volume: 1_200 lorries/day, evidence: derived}
run: {days: 0, start: 2025-02-30, seedd: 4}
upgrades:
  wider: {capex: 3 USD}
"""
ERRORS = [
    ("nix",),
    ("run",),
    ("run", "nix.yaml"),
    ("run", "--replicatons", "3", "small.yaml"),
    ("run", "small.yaml", "--jobs", "x"),
    ("run", "small.yaml", "--replications", "0"),
    ("run", "small.yaml", "--set", "run.dayz=3"),
    ("run", "small.yaml", "--set", "run.days"),
    ("run", "small.yaml", "--measure", "wait.mediann"),
    ("run", "small.yaml", "--fail-if", "wait.mean > 4"),
    ("run", "small.yaml", "--precision", "400%"),
    ("run", "small.yaml", "--gate", "chi_maa"),
    ("run", "small.yaml", "--year", "1980"),
    ("run", "."),
    ("compare", "small.yaml"),
    ("compare", "small.yaml", "more.yaml", "--best", "trucks"),
    ("levers", "small.yaml"),
    ("report", "nix"),
    ("report",),
    ("export",),
    ("export", "--xlsx"),
    ("play", "nix"),
    ("show", "small.yaml", "gates.nix"),
    ("new", "baseline-2025"),
    ("new", "../x"),
    ("explain", "nix"),
    ("fit", "nix.csv"),
    ("validate", "small.yaml", "nix.csv"),
    ("sweep", "run", "small.yaml"),
    ("sweep", "run", "small.yaml", "--shard", "9/8"),
    ("day", "nix.csv"),
    ("forecast", "nix.csv"),
    ("measure", "nix.csv"),
    ("check", "broken.yaml"),
    ("check", "quote.yaml"),
    ("check", "tab.yaml"),
    ("check", "empty.yaml"),
]


@pytest.mark.parametrize("arguments", ERRORS, ids=" ".join)
def test_errors_are_vietnamese(arguments: tuple[str, ...], vietnamese: Any) -> None:
    """Whatever is wrong with a command or a file, and its remedy."""
    Path("broken.yaml").write_text(BROKEN, "utf-8")
    Path("quote.yaml").write_text("format: 1\ntitle: 'open\n", "utf-8")
    Path("tab.yaml").write_text("format: 1\nrun:\n\tdays: 3\n", "utf-8")
    Path("empty.yaml").write_text("", "utf-8")
    shown = vietnamese(*arguments)
    assert shown.exit_code != 0
    assert re.search("[ăâđêôơưạảấầẩậắặếềểệỉịọốồổộớờởợụủứừửữựỳỷỹ]", shown.output), shown.output
    own = [line for line in shown.output.splitlines() if not re.match(r" +\d* \| ", line)]
    assert english_in("\n".join(own)) == [], shown.output


def test_a_run_is_vietnamese(vietnamese: Any) -> None:
    """All that a run, a comparison and a check print."""
    for arguments in (
        ("run", "small.yaml", "more.yaml", "--replications", "2", "--days", "2", "--no-figures"),
        ("check", "small.yaml"),
        ("show", "small.yaml"),
        ("diff", "small.yaml", "more.yaml"),
        ("list",),
        ("explain",),
    ):
        shown = vietnamese(*arguments)
        assert shown.exit_code == 0, shown.output
        assert english_in(shown.output) == [], shown.output
