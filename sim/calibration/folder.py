"""Write a calibration: the overlay, the ensemble of sets that it reads, and the search."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path
from typing import Any

import yaml

from sim.calibration.calibrated import Calibration
from sim.errors import ArgumentError, WriteError
from sim.fitting.overlay import dumped, named_from, put_with_evidence
from sim.results import publish
from sim.results.folder import plain_name
from sim.results.spreadsheet import csv_bytes
from sim.sentences import Sentence

__all__ = ["OVERLAY", "write_calibrated", "write_calibration"]

OVERLAY, _ENSEMBLE = "overlay.yaml", "inputs.csv"


def write_calibration(calibration: Calibration, out: Path) -> Path:
    """Write ``out/<date>-<time>-calibrate-<name>/`` and return the folder.

    ``overlay.yaml`` and ``inputs.csv`` are there where any set was kept; ``calibration.csv`` has a
    row for each parameter, ``sets.csv`` for each set simulated, ``targets.csv`` for each figure.

    Raises
    ------
    WriteError
        It cannot be written.
    """
    name = plain_name(calibration.scenario.name)
    target = out / f"{dt.datetime.now().astimezone():%Y%m%d-%H%M%S}-calibrate-{name}"

    def fill(folder: Path) -> None:
        if calibration.best is not None:
            (folder / OVERLAY).write_text(_overlay_text(calibration, target), "utf-8")
            (folder / _ENSEMBLE).write_bytes(csv_bytes(calibration.ensemble))
        (folder / "calibration.csv").write_bytes(csv_bytes(calibration.table))
        (folder / "sets.csv").write_bytes(csv_bytes(calibration.sets))
        (folder / "targets.csv").write_bytes(csv_bytes(calibration.fitted))

    return publish(target, fill)


def write_calibrated(calibration: Calibration, file: Path) -> None:
    """Write the scenario file with the values in it, and the sets into a CSV file beside it.

    The file says all that the calibrated one says, whose comments stay at its head alone; no file
    is written over.

    Raises
    ------
    ArgumentError
        No set was kept, or there is such a file.
    WriteError
        It cannot be written.
    """
    sets = file.with_name(f"{file.stem}-sets.csv")
    if calibration.best is None:
        raise ArgumentError(Sentence("no set was kept, so there is nothing to write"))
    for path in (file, sets):
        if path.exists():
            raise ArgumentError(Sentence("{path} exists already; give another name", path=path))
    text = calibration.scenario.path.read_text("utf-8")
    head = "".join(itertools.takewhile(lambda line: line[:1] == "#", text.splitlines(True)))
    own: dict[str, Any] = yaml.safe_load(text)
    places = [own["extends"]] if isinstance(own["extends"], str) else list(own["extends"])
    extended = [_extended(calibration.scenario.path.parent, place, file.parent) for place in places]
    values = _values_tree(calibration, sets.name)
    tree = _merged(own, values) | {"extends": extended[0] if len(extended) == 1 else extended}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        sets.write_bytes(csv_bytes(calibration.ensemble))
        with file.open("x", encoding="utf-8") as new:
            new.write(f"{head}{_HEAD.format(sets=sets.name)}{dumped(tree)}")
    except OSError as error:
        reason = error.strerror or error
        raise WriteError(
            Sentence("cannot write {file}: {reason}", file=file, reason=reason)
        ) from error


def _extended(origin: Path, place: str, folder: Path) -> str:
    """How a file in ``folder`` names what one in ``origin`` extends."""
    path = origin / place
    return named_from(path, folder) if path.is_file() else place


def _merged(first: Any, second: Any) -> Any:
    """Blocks of both, of which the second says what both say."""
    if not (isinstance(first, dict) and isinstance(second, dict)):
        return second
    both = {key: _merged(value, second[key]) for key, value in first.items() if key in second}
    return {**first, **second, **both}


def _overlay_text(calibration: Calibration, folder: Path) -> str:
    """Return the overlay: values of the best set with their evidence, and the ensemble."""
    scenario = calibration.scenario
    title = scenario.model.title
    tree: dict[str, Any] = {
        "format": 1,
        "extends": named_from(scenario.path, folder),
        "title": {"en": f"{title.en}, calibrated", "vi": f"{title.vi}, đã hiệu chỉnh"},
        **_values_tree(calibration, _ENSEMBLE),
    }
    return _HEAD.format(sets=_ENSEMBLE) + dumped(tree)


_HEAD = (
    "# Written by `langson calibrate`: the values of the set that fits best; each run draws\n"
    "# from all sets that fit, in {sets}. Predicted figures were not looked at.\n"
)


def _values_tree(calibration: Calibration, sets: str) -> dict[str, Any]:
    """Values of the best set with their evidence, and the ensemble in a file ``sets``."""
    scenario, best = calibration.scenario, calibration.best
    assert best is not None  # it is written where a set was kept
    source = "calibration"
    title = f"Calibration to {Path(calibration.source).name}"
    tree: dict[str, Any] = {"sources": {source: {"title": title}}}
    rows = {row["parameter"]: row for row in calibration.table.iter_rows(named=True)}
    values = calibration.numbers[best]
    for parameter, value in zip(calibration.parameters, values, strict=True):
        note = _note(calibration, rows[parameter.name])
        evidence = {"kind": "derived", "source": source, "note": note}
        for drawn in parameter.written(float(value), scenario):
            put_with_evidence(tree, tuple(drawn.path.split(".")), drawn.text, evidence)
    n, file = len(calibration.targets), Path(calibration.source).name
    of_sets = {
        "en": f"{calibration.kept} sets that {n} figures of {file} do not rule out.",
        "vi": f"{calibration.kept} bộ mà {n} số liệu của {file} không loại trừ.",
    }
    evidence = {"kind": "derived", "source": source, "note": of_sets}
    tree["inputs"] = {source: {"file": sets, "evidence": evidence}}
    return tree


def _note(calibration: Calibration, row: dict[str, Any]) -> dict[str, str]:
    """Say how a value was reached, between what it may lie, and whether that is known at all."""
    ends = [f"{row[end]:g}" for end in ("low", "high")]
    unit, n, file = row["unit"], len(calibration.targets), Path(calibration.source).name
    english = f"Calibrated to {n} figures of {file}: {row['value']:g}, 95 % from "
    vietnamese = f"Hiệu chỉnh theo {n} số liệu của {file}: {row['value']:g}, 95 % từ "
    english += f"{ends[0]} to {ends[1]} {unit}".strip()
    vietnamese += f"{ends[0]} đến {ends[1]} {unit}".strip()
    if not row["identified"]:
        english += f"; not identified by them ({row['reason']})"
        vietnamese += f"; chưa xác định được từ chúng ({row['reason']})"
    return {"en": f"{english}.", "vi": f"{vietnamese}."}
