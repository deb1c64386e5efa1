"""Read a text file within a budget: ordinary files alone, and of them at most so many bytes.

The one reader of every file that people write: scenarios, their data, observed figures, profiles of
clusters.
Devices, pipes and folders are refused before they are opened, since reading them may never end.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from sim.errors import system_reason
from sim.files import read_file
from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.tree import Place
from sim.sentences import Sentence
from sim.units import suggestion

__all__ = ["CSV", "DATA", "LINE_BREAK", "PROFILE", "SCENARIO", "TextKind", "read_text"]

#: What ends a line: as YAML and every editor count them.
LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")

_THE_FILE = Sentence("the file")
_SPECIAL = {
    stat.S_IFDIR: Sentence("is a folder, not a file"),
    stat.S_IFIFO: Sentence("is a pipe, not a file"),
    stat.S_IFSOCK: Sentence("is a socket, not a file"),
}


@dataclass(frozen=True)
class TextKind:
    """Kind of text file: its noun, endings, size limit, first lines and a remedy."""

    name: Sentence
    endings: tuple[str, ...]
    most_bytes: int
    begin: Sentence
    remedy: Sentence


SCENARIO = TextKind(
    Sentence("a scenario file"),
    (".yaml", ".yml"),
    2_000_000,
    Sentence("begin with 'format: 1'"),
    Sentence("a scenario is some hundred lines of text: is this the right file?"),
)
CSV = TextKind(
    Sentence("a CSV file"),
    (".csv",),
    2_000_000,
    Sentence("the first line is gate,quantity,value"),
    Sentence("observed figures are some hundred lines of text: is this the right file?"),
)
DATA = TextKind(
    Sentence("a data file"),
    (".csv",),
    20_000_000,
    Sentence("the first line names the columns"),
    Sentence("leave out the columns that are not needed, or give fewer rows"),
)
PROFILE = TextKind(
    Sentence("a profile of a cluster"),
    (".yaml", ".yml"),
    100_000,
    Sentence("write e.g. 'workers: 8'"),
    Sentence("a profile is ten lines of text: is this the right file?"),
)


def read_text(file: str, kind: TextKind, at: Place | None = None) -> tuple[str, str]:
    """Return the path of a text file as its folder spells it, and what stands in it.

    A name is found however its letters are composed: ``ử`` is one letter, or ``u`` and two marks.
    ``at`` is where another file names this one, which is where problems then stand.

    Raises
    ------
    ScenarioError
        There is no such file, it is no ordinary file, too large, or not UTF-8.
    """
    reader = _Reader(file, kind, at)
    path = _located(Path(file))
    return str(path), reader.decoded(reader.content(path))


@dataclass(frozen=True)
class _Reader:
    file: str
    kind: TextKind
    at: Place | None

    def refuse(
        self, code: str, what: Sentence, hint: Sentence, subject: Sentence = _THE_FILE
    ) -> NoReturn:
        """Raise what is wrong with the file, where another names it or at its beginning."""
        if self.at is not None:
            subject = Sentence("'{name}'", name=Path(self.file).name)
        place = self.at or Place(self.file, 1, 1)
        Problems().stop(code, place, Sentence("{subject} {what}", subject=subject, what=what), hint)

    def content(self, path: Path) -> bytes:
        """Read at most the limit; ScenarioError for anything but an ordinary file."""
        try:
            known = path.stat()
            self.ordinary(known.st_mode)
            return read_file(path, self.kind.most_bytes)
        except FileNotFoundError:
            self.refuse("no-such-file", Sentence("does not exist"), self.instead(path))
        except OSError as error:
            if error.errno == errno.EFBIG:
                size, most = known.st_size / 1e6, self.kind.most_bytes / 1e6
                much = (
                    Sentence("{size:.1f} MB", size=size)
                    if size > most
                    else Sentence("more than it says")
                )
                what = Sentence("has {much}; the limit is {most:g} MB", much=much, most=most)
                self.refuse("too-large", what, self.kind.remedy)
            self.unreadable(system_reason(error))
        except ValueError as error:
            self.unreadable(Sentence("{error}", error=error))

    def unreadable(self, reason: Sentence) -> NoReturn:
        """Refuse a file that the system does not give."""
        hint = Sentence("check its name and who may read it")
        self.refuse("unreadable", Sentence("cannot be read: {reason}", reason=reason), hint)

    def ordinary(self, mode: int) -> None:
        """Refuse folders, pipes and devices."""
        if not stat.S_ISREG(mode):
            what = _SPECIAL.get(stat.S_IFMT(mode), Sentence("is a device, not a file"))
            hint = Sentence("name {kind}", kind=self.kind.name)
            if stat.S_ISDIR(mode):
                hint = Sentence("name {kind} in it", kind=self.kind.name)
            self.refuse("not-a-file", what, hint, Sentence("this"))

    def instead(self, path: Path) -> Sentence:
        """Say which file was probably meant."""
        slashes = self.file.replace("\\", "/")
        if slashes != self.file and os.sep == "/":
            return Sentence(
                "write '/' between folders and files, as in '{path}'",
                path=Path(slashes).as_posix(),
            )
        try:
            names = sorted(
                entry.name for entry in path.parent.iterdir() if entry.suffix in self.kind.endings
            )
        except (OSError, ValueError):
            return Sentence("there is no folder '{folder}' that can be read", folder=path.parent)
        # endings are left out: with them, any two short names are alike
        by_stem = {Path(name).stem: name for name in reversed(names)}
        if self.at is None:
            by_stem = {stem: str(path.with_name(name)) for stem, name in by_stem.items()}
        otherwise = Sentence("check the name and folder")
        if self.at:
            otherwise = Sentence("the folder is {folder}", folder=path.parent)
        return suggestion(path.stem, by_stem, otherwise, by_stem)

    def decoded(self, data: bytes) -> str:
        """Return UTF-8 as text; a byte order mark is passed over."""
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            self.refuse("encoding", Sentence("is UTF-16"), Sentence("save it as UTF-8"))
        if b"\0" in data:
            hint = Sentence("name {kind}", kind=self.kind.name)
            self.refuse("binary", Sentence("is not a text file"), hint)
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = LINE_BREAK.split(data[: error.start].decode("utf-8", errors="replace"))
            place = Place(self.file, len(before), len(before[-1]) + 1)
            message = Sentence("this character is not UTF-8")
            hint = Sentence("save the file as UTF-8")
            Problems().stop("encoding", place, message, hint)


def _located(path: Path) -> Path:
    """Return the path with each part as its folder spells it; as given where there is none."""
    if os.path.lexists(path):
        return path
    spelt_path = Path(path.anchor)
    for part in path.parts[len(spelt_path.parts) :]:
        spelt = part if os.path.lexists(spelt_path / part) else _spelling(spelt_path, part)
        if spelt is None:
            return path
        spelt_path /= spelt
    return spelt_path


def _spelling(folder: Path, name: str) -> str | None:
    """Return the entry of a folder that is the same text as a name, however composed."""
    wanted = unicodedata.normalize("NFC", name)
    try:
        entries = sorted(os.listdir(folder))  # noqa: PTH208 -- names alone
    except (OSError, ValueError):
        return None
    return next((e for e in entries if unicodedata.normalize("NFC", e) == wanted), None)
