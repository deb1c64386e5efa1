"""Input files that ship with langson, found by name or by path.

The wheel carries them as package data; in a checkout they are the folder beside the package.
A name is a file's name without its ending: ``baseline-2025``. It is looked for among the user's
own files and among the shipped ones; a path that exists always means the file it leads to.
"""

from __future__ import annotations

import filecmp
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.scenario.source.diagnostics import Problems
from sim.scenario.source.tree import Place
from sim.sentences import Sentence
from sim.units import suggestion

__all__ = [
    "OBSERVED",
    "by_name",
    "files_in",
    "is_name",
    "is_shipped",
    "locate",
    "own_files",
    "shipped",
]


@dataclass(frozen=True)
class FileKind:
    """A kind of input file that is found by its name.

    Attributes
    ----------
    noun:
        The kind, in a message.
    endings:
        Suffixes of its files, the usual one first.
    folder:
        Where the shipped ones lie, below the library's folder.
    own:
        Where a user's own are looked for, below the current folder.
    """

    noun: Sentence
    endings: tuple[str, ...]
    folder: str
    own: tuple[str, ...]


SCENARIO = FileKind(Sentence("scenario"), (".yaml", ".yml"), "", ("", "scenarios"))
OBSERVED = FileKind(
    Sentence("file of observed figures"),
    (".csv",),
    "observed",
    ("", "observed", "scenarios/observed"),
)

#: How a scenario file of a checkout is written in a command.
_SCENARIOS = "scenarios"


def shipped(kind: FileKind = SCENARIO) -> dict[str, Path]:
    """Return the files that ship with langson, by name, in the order of their names."""
    package = Path(__file__).parents[2]
    installed = package / _SCENARIOS
    root = installed if installed.is_dir() else package.parent / _SCENARIOS
    return {path.stem: _seen(path) for path in files_in(root / kind.folder, kind)}


def is_shipped(path: Path) -> bool:
    """Return whether a path leads to a scenario that ships with langson."""
    file = shipped().get(path.stem)
    return file is not None and os.path.realpath(file) == os.path.realpath(path)


def own_files(kind: FileKind = SCENARIO) -> list[Path]:
    """Return the user's own files that a name can mean, those nearest first."""
    return [path for folder in kind.own for path in files_in(Path(folder), kind)]


def locate(given: str | os.PathLike[str], problems: Problems, kind: FileKind = SCENARIO) -> Path:
    """Return the file that a name or a path means.

    A path as it stands in a checkout, as in ``scenarios/tutorial.yaml``, means the shipped file
    where the user has none there; ``problems`` then holds a warning. A path that leads nowhere
    is returned as it is.

    Raises
    ------
    ScenarioError
        No file has the name, or several that differ have it.
    """
    text = os.fspath(given)
    exists = os.path.lexists(text)  # unlike Path.exists(), False for a name that is too long
    if exists and not Path(text).is_dir():
        return Path(text)
    if is_name(text, kind):
        own = own_files(kind)
        if exists and not _meant(text, own, kind):
            return Path(text)
        path = by_name(text, own, Place(text), problems, kind)
        problems.raise_errors()
        assert path is not None  # an error was recorded otherwise
        return path
    path = _as_in_a_checkout(Path(text), kind)
    if path is None:
        return Path(text)
    message = Sentence(
        "there is no such file here; the {noun} that ships with langson is used", noun=kind.noun
    )
    hint = Sentence("to ask for it anywhere write its name alone: {path}", path=path.stem)
    problems.warn("shipped-instead", Place(text), message, hint)
    return path


def by_name(
    name: str, own: Sequence[Path], place: Place, problems: Problems, kind: FileKind = SCENARIO
) -> Path | None:
    """Return the only file of a name among ``own`` and the shipped; None after a problem.

    Files that are copies of one another count as one, the user's own.
    """
    meant = _meant(name, own, kind)
    if len(meant) == 1:
        return meant[0]
    if meant:
        message = Sentence(
            "several files that differ have the name '{name}': {map}",
            name=name,
            map=", ".join(map(str, meant)),
        )
        problems.add(
            "ambiguous-name", place, message, Sentence("write the path of the one you mean")
        )
        return None
    near = suggestion(name, [*(path.stem for path in own), *shipped(kind)])
    hint = Sentence("{near} langson list shows all names", near=near)
    if not near:
        hint = Sentence("langson list shows all names")
    problems.add(
        "no-such-name",
        place,
        Sentence("there is no {noun} '{name}'", noun=kind.noun, name=name),
        hint,
    )
    return None


def is_name(text: str, kind: FileKind = SCENARIO) -> bool:
    """Return whether a text is a name rather than a path: no folder, no ending."""
    return Path(text).name == text and Path(text).suffix not in kind.endings


def _meant(name: str, own: Sequence[Path], kind: FileKind) -> list[Path]:
    """Files of a name that differ from one another."""
    files: list[Path] = []
    for path in (*own, *shipped(kind).values()):
        if path.stem == name and not any(_same(path, other) for other in files):
            files.append(path)
    return files


def _as_in_a_checkout(path: Path, kind: FileKind) -> Path | None:
    """Return the shipped file that a path would lead to in a checkout, if it is one."""
    if path.suffix not in kind.endings:
        return None
    folder = Path(_SCENARIOS) / kind.folder
    if path.parent in (Path(), Path(kind.folder), folder):
        return shipped(kind).get(path.stem)
    return None


def files_in(folder: Path, kind: FileKind = SCENARIO) -> Iterator[Path]:
    """Yield the files of a kind in a folder, by name; nothing if it cannot be read."""
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.stem)
    except OSError:
        return
    yield from (path for path in entries if path.suffix in kind.endings and path.is_file())


def _seen(path: Path) -> Path:
    """Return a path as seen from the current folder, if it lies below."""
    try:
        return path.relative_to(Path.cwd())
    except (ValueError, OSError):
        return path


def _same(first: Path, second: Path) -> bool:
    """Return whether two paths lead to one file, or to equal ones."""
    try:
        return first.samefile(second) or filecmp.cmp(first, second, shallow=False)
    except OSError:
        return False
