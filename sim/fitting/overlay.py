"""Write findings as a scenario file: an overlay whose numbers say who measured them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from sim.fitting.events import Events
from sim.fitting.filenames import OVERLAY
from sim.fitting.findings import Finding
from sim.fitting.model import Base
from sim.scenario.schema.base import Evidenced
from sim.scenario.schema.lookup import block_at
from sim.scenario.source.shipped import is_shipped

__all__ = [
    "draws_table",
    "dumped",
    "ensemble_text",
    "evidence_of",
    "named_from",
    "overlay_text",
    "put_with_evidence",
    "write_overlay",
]

_WIDE = 160

_ONE_LINE = 140
"""Characters of a block that is written on one line."""


def overlay_text(
    findings: Sequence[Finding], events: Events, base: Base, folder: Path, name: str
) -> str:
    """Return the overlay; ``folder`` is where it will lie, ``name`` what was read."""
    tree: dict[str, Any] = {
        "format": 1,
        "extends": named_from(base.scenario.path, folder),
        "title": _titles(base, name),
        "sources": {
            source.id: {"title": source.title, "date": events.last.isoformat()}
            for source in events.sources
        },
    }
    for finding in findings:
        evidence = evidence_of(finding, events)
        for path, value in {finding.path: finding.value, **finding.beside}.items():
            _put(tree, path, value, evidence)
    head = (
        "# Written by `langson fit`: what was measured replaces what was assumed; the rest is the"
        " base's.\n# Each number says n, its 95 % interval, the period and the source.\n"
    )
    return head + dumped(tree)


def _titles(base: Base, name: str) -> dict[str, str]:
    title = base.scenario.model.title
    return {"en": f"{title.en}, fitted to {name}", "vi": f"{title.vi}, ước lượng từ {name}"}


def period_text(events: Events) -> str:
    """Return first and last day of an observation."""
    return f"{events.start} to {events.last}"


def evidence_of(finding: Finding, events: Events) -> dict[str, Any]:
    """Return where the number of a finding comes from, as a scenario writes it."""
    timed = "every vehicle" if events.is_full else f"{100 * events.sampled:g} % of vehicles timed"
    return {
        "kind": "measured",
        "source": [source.id for source in events.sources],
        "note": f"{finding.note}; {period_text(events)}; {timed}.",
    }


def _put(tree: dict[str, Any], path: tuple[str, ...], value: Any, evidence: dict[str, Any]) -> None:
    """Put a value at its path, and its evidence into the block that holds it."""
    *above, key = path
    block = tree
    for part in above:
        block = block.setdefault(part, {})
    if path[0] == "profiles" or key == "channels":
        block[key] = {**value, "evidence": evidence}
        return
    block[key] = value
    if key not in ("at_close", "day", "week"):
        block.setdefault("evidence", {})[key] = evidence


def ensemble_text(findings: Sequence[Finding], rows: int, name: str) -> str:
    """Return a scenario with a sweep over the rows of the ensemble, which extends the overlay."""
    factors = {
        _factor(path): {"path": _path_or_paths(finding, path), "values": values}
        for finding in findings
        for path, values in _leaves(finding).items()
    }
    tree = {
        "format": 1,
        "extends": "overlay.yaml",
        "title": {"en": f"Uncertainty of {name}", "vi": f"Độ bất định của {name}"},
        "sweep": {"design": "list", "replications": 1, "factors": factors},
    }
    head = (
        f"# {rows} draws of everything that was fitted, all at once in each row: the spread of\n"
        "# the results of `langson sweep` is what the data leave unsure.\n"
    )
    return head + dumped(tree)


def write_overlay(
    findings: Sequence[Finding], events: Events, base: Base, folder: Path, name: str
) -> Path:
    """Write the overlay, and the data files that it names, into a folder; return its path."""
    path = folder / OVERLAY
    path.write_text(overlay_text(findings, events, base, folder, name), "utf-8")
    for finding in findings:
        for file, content in finding.files.items():
            (folder / file).write_text(content, "utf-8")
    return path


def draws_table(findings: Sequence[Finding]) -> pl.DataFrame:
    """Return the ensemble: a row for each draw, a column for each value by its path."""
    columns = {
        written: values
        for finding in findings
        for path, values in _leaves(finding).items()
        for written in _paths(finding, path)
    }
    return pl.DataFrame(columns)


def _paths(finding: Finding, path: tuple[str, ...]) -> list[str]:
    """Return where a draw is written: of channels at every flow that shares them."""
    rest = path[len(finding.path) :]
    several = [finding.path, *(finding.beside if finding.kind == "channels" else ())]
    return [".".join((*start, *rest)) for start in several]


def _path_or_paths(finding: Finding, path: tuple[str, ...]) -> str | list[str]:
    """Return the paths of a draw as a factor has them: one by itself, or a list."""
    written = _paths(finding, path)
    return written[0] if len(written) == 1 else written


def _factor(path: tuple[str, ...]) -> str:
    """Name a factor after its path, in letters that an id may have."""
    parts = (part for part in path if part not in ("gates", "routes", "stages", "flows"))
    return re.sub(r"[^a-z0-9]+", "_", "_".join(parts).lower())


def _leaves(finding: Finding) -> Mapping[tuple[str, ...], list[Any]]:
    """Return the draws by path, a path for each class; of all flows that share the value."""
    if not finding.draws:
        return {}
    first = finding.draws[0]
    if not isinstance(first, dict):
        return {finding.path: list(finding.draws)}
    if "shares" in first:
        return {
            (*finding.path, "shares", key): [row["shares"][key] for row in finding.draws]
            for key in first["shares"]
        }
    return {(*finding.path, key): [row[key] for row in finding.draws] for key in first}


def named_from(origin: Path, folder: Path) -> str:
    """Return how a file in a folder names a scenario: a shipped one by its name."""
    if is_shipped(origin):
        return origin.stem
    try:
        return Path(os.path.relpath(origin, folder)).as_posix()
    except ValueError:  # another drive
        return origin.resolve().as_posix()


class _Dumper(yaml.SafeDumper):
    """Writes short blocks on one line, and no aliases."""

    def represent(self, data: Any) -> None:
        """Write the whole tree, its first block over several lines."""
        node: Any = self.represent_data(data)
        node.flow_style = False
        self.serialize(node)

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> Any:  # noqa: ARG002
        """Return the node of a block, in flow style where it is short."""
        return super().represent_mapping(tag, mapping, len(str(mapping)) <= _ONE_LINE)

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:  # noqa: ARG002
        """Return the node of a list, in flow style where it is short."""
        return super().represent_sequence(tag, sequence, len(str(sequence)) <= _ONE_LINE)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """Return true: what stands twice is written twice."""
        return True


def dumped(tree: Mapping[str, Any]) -> str:
    """Return a tree as YAML, in its order; what stands twice is written twice.

    A block below the first that fits on a line stands on one, as where a scenario is written by
    hand.
    """
    text: str = yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDE)
    return text


def put_with_evidence(
    tree: dict[str, Any], path: Sequence[str], value: Any, evidence: Mapping[str, Any]
) -> None:
    """Put a value at its path, and its evidence into the innermost block that takes it."""
    depths = [d for d in range(len(path)) if _takes_evidence(tuple(path[:d]))]
    place = tree
    for number, key in enumerate(path[:-1], start=1):
        place = place.setdefault(key, {})
        if depths and number == depths[-1]:
            place.setdefault("evidence", {})[path[number]] = evidence
    place[path[-1]] = value


def _takes_evidence(path: tuple[str, ...]) -> bool:
    block = block_at(path)
    return block is not None and issubclass(block, Evidenced)
