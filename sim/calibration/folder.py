"""Write a calibration: the overlay, the ensemble of sets that it reads, and the search."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from sim.calibration.calibrated import Calibration
from sim.fitting.overlay import dumped, named_from, put_with_evidence
from sim.results import publish
from sim.results.folder import plain_name
from sim.results.spreadsheet import csv_bytes

__all__ = ["OVERLAY", "write_calibration"]

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


def _overlay_text(calibration: Calibration, folder: Path) -> str:
    """Return the overlay: values of the best set with their evidence, and the ensemble."""
    scenario, best = calibration.scenario, calibration.best
    assert best is not None  # it is written where a set was kept
    title = scenario.model.title
    source = "calibration"
    tree: dict[str, Any] = {
        "format": 1,
        "extends": named_from(scenario.path, folder),
        "title": {"en": f"{title.en}, calibrated", "vi": f"{title.vi}, đã hiệu chỉnh"},
        "sources": {source: {"title": f"Calibration to {Path(calibration.source).name}"}},
    }
    rows = {row["parameter"]: row for row in calibration.table.iter_rows(named=True)}
    values = calibration.numbers[best]
    for parameter, value in zip(calibration.parameters, values, strict=True):
        note = _note(calibration, rows[parameter.name])
        evidence = {"kind": "derived", "source": source, "note": note}
        for drawn in parameter.written(float(value), scenario):
            put_with_evidence(tree, tuple(drawn.path.split(".")), drawn.text, evidence)
    note = f"{calibration.kept} sets that {_against(calibration)} do not rule out."
    evidence = {"kind": "derived", "source": source, "note": note}
    tree["inputs"] = {source: {"file": _ENSEMBLE, "evidence": evidence}}
    head = (
        "# Written by `langson calibrate`: the values of the set that fits best; each run draws\n"
        f"# from all sets that fit, in {_ENSEMBLE}. Predicted figures were not looked at.\n"
    )
    return head + dumped(tree)


def _against(calibration: Calibration) -> str:
    return f"{len(calibration.targets)} figures of {Path(calibration.source).name}"


def _note(calibration: Calibration, row: dict[str, Any]) -> str:
    """Say how a value was reached, between what it may lie, and whether that is known at all."""
    ends = f"{row['low']:g} to {row['high']:g} {row['unit']}".strip()
    note = f"Calibrated to {_against(calibration)}: {row['value']:g}, 95 % from {ends}"
    if row["identified"]:
        return f"{note}."
    return f"{note}; not identified by them ({row['reason']})."
