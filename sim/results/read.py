"""Read a results folder back."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from sim.arguments import checked_arguments
from sim.errors import ResultsError
from sim.results.folder import Folder
from sim.results.manifest import (
    ComparisonManifest,
    RunManifest,
    SweepManifest,
    files,
    read_manifest,
)
from sim.results.stored import StoredResults
from sim.results.sweeps import SweepResults
from sim.sentences import Sentence

__all__ = ["newest", "open_all", "open_results"]

_STAMP = re.compile(r"(\d{8}-\d{6})-.+")
"""Form of the name of a run's folder: its local time, then the scenario's name."""

_ZONES = dt.timedelta(hours=27)
"""More than two local times of one moment can be apart."""


@checked_arguments
def newest(out: str | Path = "results") -> Path:
    """Return the folder of the run in ``out`` that was written last, by its manifest.

    The local time in its name only tells which manifests need not be read.

    Raises
    ------
    ResultsError
        There is none; or the manifest of one that may be it cannot be read.
    """
    folder = Folder(Path(out))
    stamps = {
        name: stamp
        for name in folder.entries()
        if (stamp := _stamp(name)) and (folder.root / name / "manifest.json").is_file()
    }
    if not stamps:
        raise ResultsError(
            Sentence("no run in {out}; name a results folder, or run a scenario first", out=out)
        )
    latest = max(stamps.values())
    runs = [name for name, stamp in stamps.items() if latest - stamp < _ZONES]
    written = {name: read_manifest(Folder(folder.root / name))[0].moment for name in runs}
    return folder.root / max(runs, key=lambda name: (written[name], name))


def _stamp(name: str) -> dt.datetime | None:
    """Return the local time in a folder's name; None if it has none."""
    match = _STAMP.fullmatch(name)
    try:
        return match and dt.datetime.strptime(match[1], "%Y%m%d-%H%M%S")  # noqa: DTZ007
    except ValueError:
        return None


@checked_arguments
def open_results(folder: str | Path) -> StoredResults:
    """Open a folder that langson wrote; that of a sweep as :class:`SweepResults`.

    Raises
    ------
    ResultsError
        The folder is missing, half copied, holds several scenarios, has a layout that this
        version does not know, or holds a file that is not what was written.
    """
    inside = Folder(Path(folder))
    manifest, content = read_manifest(inside)
    if isinstance(manifest, ComparisonManifest):
        names = ", ".join(str(inside.root / name) for name in manifest.scenarios)
        raise ResultsError(
            Sentence(
                "{folder} holds several scenarios; open one of {names}", folder=folder, names=names
            )
        )
    if isinstance(manifest, SweepManifest):
        _verify(inside, manifest.checksums, ["points.parquet"])
        return SweepResults(inside.root, content)
    assert isinstance(manifest, RunManifest)
    _verify(inside, manifest.checksums, files(manifest.tables, manifest.journeys))
    return StoredResults(inside.root, content)


@checked_arguments
def open_all(folder: str | Path) -> list[StoredResults]:
    """Open a folder of one scenario or of several; of several, the baseline comes first.

    Raises
    ------
    ResultsError
        As :func:`open_results`; or the folder compares others and holds none itself.
    """
    inside = Folder(Path(folder))
    manifest, _ = read_manifest(inside)
    if isinstance(manifest, SweepManifest):
        raise ResultsError(
            Sentence(
                "{folder} is a sweep, not a run; see: langson sweep status {folder}", folder=folder
            )
        )
    if not isinstance(manifest, ComparisonManifest):
        return [open_results(folder)]
    _verify(inside, manifest.checksums, files(manifest.tables))
    if not manifest.scenarios:
        others = ", ".join(str(source.folder) for source in manifest.compared)
        raise ResultsError(
            Sentence(
                "{folder} holds a comparison alone; give what it compares: {others}",
                folder=folder,
                others=others,
            )
        )
    return [open_results(inside.path(name)) for name in manifest.scenarios]


def _verify(folder: Folder, checksums: dict[str, str], wanted: list[str]) -> None:
    """Raise ResultsError unless files are those that were written."""
    for name in wanted:
        if not folder.is_file(name):
            raise ResultsError(
                Sentence("{root} is not whole: {name} is missing", root=folder.root, name=name)
            )
        if folder.checksum(name) != checksums[name]:
            raise ResultsError(
                Sentence(
                    "{root} is not what langson wrote: its checksum in manifest.json "
                    "differs; copy the "
                    "folder again, or run the scenario again",
                    root=folder.root / name,
                )
            )
