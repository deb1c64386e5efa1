"""The one way into a folder of results, which a stranger may have filled.

Whatever is read from such a folder and becomes a path goes through :class:`Folder`: names are
plain, no link is followed below its root, files are regular and of a limited size, and what is
written goes inside, whole or not at all. So nothing outside is read, written or deleted.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sim.errors import ArgumentError, LangsonError, ResultsError, WriteError, system_reason
from sim.files import open_file, read_file, write_file
from sim.messages import escaped
from sim.sentences import Sentence

__all__ = ["Folder", "answering", "is_plain", "plain_name", "reading", "scan"]

_PARTING = frozenset("/\\:")
"""What parts a path into names, on one system or another."""

_LONGEST = 255
"""Bytes of a file's name, on every common file system."""

_NAMED = 200
"""Bytes of a scenario's name in that of its folder, beside a date and a number."""


def is_plain(name: str) -> bool:
    """Whether a name can only be that of an entry of the folder that it is joined to."""
    return (
        name not in ("", ".", "..")
        and not any(sign in _PARTING or unicodedata.category(sign) == "Cc" for sign in name)
        and len(os.fsencode(name)) <= _LONGEST
    )


def plain_name(name: str) -> str:
    """Return a name with ``_`` for what parts paths, steers a terminal or is no UTF-8.

    It is cut to leave room for a date and a number beside it.
    """
    while len(name.encode("utf-8", "surrogateescape")) > _NAMED:
        name = name[:-1]
    plain = "".join("_" if sign in _PARTING else sign for sign in name)
    tame = "".join(
        sign if escaped(sign) == sign and unicodedata.category(sign) != "Cs" else "_"
        for sign in plain
    )
    return "_" if tame in ("", ".", "..") else tame


def scan(
    paths: Iterable[Path], part: str | None = None, columns: Mapping[str, Any] | None = None
) -> pl.LazyFrame:
    """Read Parquet files when collected; column ``part`` then names the file of each row.

    With ``columns``, names and types, those that a file lacks are null and others are left out.
    Their paths are taken as they are: ``*``, ``?``, ``[`` and ``~`` stand for themselves.
    """
    files = [path.absolute() for path in paths]
    return pl.scan_parquet(  # noqa: TID251
        files,
        glob=False,
        hive_partitioning=False,
        include_file_paths=part,
        schema=columns,
        missing_columns="raise" if columns is None else "insert",
        extra_columns="raise" if columns is None else "ignore",
    )


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Within this block, whatever fails on the content of a folder is an error of the folder.

    Checksums tell that files are as their manifest says, and not that langson wrote them: a
    table may lack columns or hold values that no run gives.

    Raises
    ------
    ResultsError
        Something failed; the cause is kept.
    """
    try:
        yield
    except ArgumentError as error:  # of a function that a table of the folder was given to
        raise _not_written(folder, error) from error
    except (LangsonError, MemoryError, NameError, ImportError):
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        raise _not_written(folder, error) from error


_OF_CONTENT = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
)
"""What values that no run gives can raise; the system and the command line raise others."""


@contextmanager
def answering(*folders: Path) -> Iterator[None]:
    """As :func:`reading`, where a block also prints and writes; without folders, nothing.

    Raises
    ------
    ResultsError
        The content of a folder failed; the first of them is named, and the cause kept.
    """
    try:
        yield
    except _OF_CONTENT as error:
        meant = isinstance(error, LangsonError) and not isinstance(error, ArgumentError)
        if meant or not folders:
            raise
        raise _not_written(folders[0], error) from error


def _not_written(folder: Path, error: BaseException) -> ResultsError:
    """Say that a folder holds what no run writes."""
    reason = next(iter(str(error).splitlines()), "")
    return ResultsError(
        Sentence(
            "{folder} holds what langson does not write ({kind}: {reason}); copy it again or run "
            "it again; if langson wrote it so, it is a fault in langson",
            folder=folder,
            kind=type(error).__name__,
            reason=reason,
        )
    )


@dataclass(frozen=True)
class Folder:
    """A folder of results; ``root`` is as the user named it, and may be a link."""

    root: Path

    def path(self, *names: str) -> Path:
        """Return the path of an entry, which need not exist.

        Raises
        ------
        ResultsError
            A name is not plain, or a link stands on the way or at its end.
        """
        path = self.root
        for name in names:
            if not is_plain(name):
                raise ResultsError(
                    Sentence(
                        "{root} names a file {name!r}, which cannot be inside it",
                        root=self.root,
                        name=name,
                    )
                )
            path = path / name
            if path.is_symlink():
                raise ResultsError(
                    Sentence(
                        "{path} is a link, and links in a folder of results are not "
                        "followed; put what it "
                        "leads to in its place",
                        path=path,
                    )
                )
        return path

    def is_file(self, *names: str) -> bool:
        """Whether there is a regular file; raises as :meth:`path`."""
        return self.path(*names).is_file()

    def entries(self, *names: str) -> list[str]:
        """Return the sorted names in the folder or in one below, none where it is missing.

        Raises
        ------
        ResultsError
            As :meth:`path`; or it cannot be read.
        """
        path = self.path(*names)
        try:
            return sorted(os.listdir(path))  # noqa: PTH208 -- names alone
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise ResultsError(
                Sentence("cannot read {path}: {reason}", path=path, reason=system_reason(error))
            ) from error

    def read(self, *names: str, limit: int) -> bytes:
        """Read a regular file of at most ``limit`` bytes.

        Raises
        ------
        ResultsError
            As :meth:`path`; or it cannot be read.
        """
        path = self.path(*names)
        try:
            return read_file(path, limit, follow=False)
        except OSError as error:
            raise ResultsError(
                Sentence("cannot read {path}: {reason}", path=path, reason=system_reason(error))
            ) from error

    def checksum(self, *names: str) -> str:
        """SHA-256 of a regular file, in hexadecimal; raises as :meth:`read`."""
        path = self.path(*names)
        try:
            with open_file(path, follow=False) as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ResultsError(
                Sentence("cannot read {path}: {reason}", path=path, reason=system_reason(error))
            ) from error

    def write(self, content: bytes | memoryview, *names: str, mode: int = 0o666) -> Path:
        """Write a file whole or not at all, and the folders that lead to it; return its path.

        Raises
        ------
        WriteError
            As :meth:`path`; or it cannot be written.
        """
        *above, name = names
        try:
            parent = self.path(*above)
            if not is_plain(name):
                raise WriteError(
                    Sentence(
                        "cannot write {name!r} into {root}: not a file's name",
                        name=name,
                        root=self.root,
                    )
                )
            parent.mkdir(parents=True, exist_ok=True)
            write_file(parent / name, content, mode)
        except OSError as error:
            path = self.root.joinpath(*names)
            raise WriteError(
                Sentence("cannot write {path}: {reason}", path=path, reason=system_reason(error))
            ) from error
        except ResultsError as error:
            raise WriteError(
                Sentence("cannot write into {root}: {error}", root=self.root, error=error)
            ) from error
        return parent / name

    def delete(self, *names: str) -> None:
        """Delete a file, or the link of its name; one that cannot be deleted stays."""
        *above, name = names
        try:
            (self.path(*above) / name).unlink() if is_plain(name) else None
        except (OSError, ResultsError):
            return
