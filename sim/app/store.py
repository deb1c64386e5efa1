"""Studies on disk: each a file of its own, written whole at every change.

results/app/token            the secret part of the address, for this user alone
results/app/studies/ID.json  a study and how often it was changed
results/app/options/         files that lay upgrades over a scenario
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from sim.app.study import Study
from sim.errors import ResultsError, WriteError
from sim.files import read_file, write_file
from sim.sentences import Sentence

__all__ = ["OutdatedError", "Saved", "Store"]

_LIMIT = 1 << 20
_ID = re.compile(r"[0-9a-f]{12}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


class OutdatedError(Exception):
    """A study was changed elsewhere since it was read."""


class Saved(BaseModel):
    """A study as it lies on the disk; ``revision`` counts its changes."""

    revision: int = 0
    study: Study


@dataclass(frozen=True)
class Store:
    """Folder of the app.

    Raises
    ------
    WriteError
        By every method that writes: it cannot.
    """

    folder: Path

    def prepare(self) -> None:
        """Make the folder."""
        try:
            for name in ("studies", "options"):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WriteError(_unwritten(self.folder, error)) from error

    def token(self) -> str:
        """Return the token of the folder; the same after a restart, so that a page can reload."""
        path = self.folder / "token"
        with suppress(OSError, UnicodeDecodeError):
            known = read_file(path, 64).decode().strip()
            if _TOKEN.fullmatch(known):
                return known
        token = secrets.token_urlsafe(16)
        try:
            write_file(path, token.encode(), 0o600)
        except OSError as error:
            raise WriteError(_unwritten(path, error)) from error
        return token

    def new(self, study: Study) -> str:
        """Save a new study and return its id."""
        name = secrets.token_hex(6)
        self._write(name, Saved(study=study))
        return name

    def read(self, name: str) -> Saved:
        """Return a study; ResultsError if there is none, or its file is not one."""
        path = self._path(name)
        try:
            return Saved.model_validate_json(read_file(path, _LIMIT, follow=False))
        except OSError as error:
            raise ResultsError(_missing(name)) from error
        except ValidationError as error:
            raise ResultsError(
                Sentence("{file} is no study: {why}", file=path, why=error.errors()[0]["msg"])
            ) from error

    def change(self, name: str, revision: int, study: Study) -> int:
        """Save a study over ``revision`` and return the new one; OutdatedError if that is past."""
        if self.read(name).revision != revision:
            raise OutdatedError
        self._write(name, Saved(revision=revision + 1, study=study))
        return revision + 1

    def all(self) -> Iterator[tuple[str, Saved]]:
        """Yield the studies by id, the one changed last first; what is none is passed over."""
        files = [*(self.folder / "studies").glob("*.json")]
        for file in sorted(files, key=lambda path: -path.stat().st_mtime):
            with suppress(ResultsError):
                yield file.stem, self.read(file.stem)

    def _path(self, name: str) -> Path:
        if not _ID.fullmatch(name):
            raise ResultsError(_missing(name))
        return self.folder / "studies" / f"{name}.json"

    def _write(self, name: str, saved: Saved) -> None:
        text = json.dumps(saved.model_dump(mode="json"), ensure_ascii=False, indent=1)
        try:
            write_file(self._path(name), text.encode())
        except OSError as error:
            raise WriteError(_unwritten(self._path(name), error)) from error


def _unwritten(path: Path, error: OSError) -> Sentence:
    return Sentence("{file} cannot be written: {why}", file=path, why=error.strerror)


def _missing(name: str) -> Sentence:
    return Sentence("there is no study '{name}'", name=name)
