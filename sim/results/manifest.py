"""Schema of manifests, checked before anything in them is used.

    Manifest
    ├── RunManifest         one scenario's results
    ├── ComparisonManifest  several scenarios, each in a folder inside
    └── SweepManifest       many design points of one scenario

Unknown keys are ignored; the rest has its type, and every name that becomes a path is plain.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import from_json

from sim.catalogue import Quantity
from sim.errors import ResultsError
from sim.results.folder import Folder, is_plain
from sim.results.model import Stopping
from sim.sentences import Sentence

__all__ = [
    "FORMAT",
    "MANIFEST",
    "ComparisonManifest",
    "RunManifest",
    "Strict",
    "SweepManifest",
    "data_name",
    "files",
    "read_manifest",
    "validated",
]

FORMAT = 2
"""Version of a folder's layout."""

MANIFEST = "manifest.json"

_LIMIT = 16_000_000
"""Bytes of a manifest; that of the twelve gates has 130 thousand."""

_MOST = 100_000
"""Replications of a scenario, or entries of a list."""


def _plain(name: str) -> str:
    if not is_plain(name):
        raise ValueError("it must be the name of an entry, without a folder")
    return name


def _moment(text: str) -> str:
    if dt.datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("it must be a time with its offset from UTC")
    return text


Name = Annotated[str, AfterValidator(_plain)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
Moment = Annotated[str, AfterValidator(_moment)]
Count = Annotated[int, Field(ge=0, le=2**40)]
Number = Annotated[int, Field(ge=0, lt=_MOST)]
Size = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Model = TypeVar("Model", bound="Strict")


class Strict(BaseModel):
    """A JSON object whose values have exactly these types."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, defer_build=True)


class _Title(Strict):
    en: str
    vi: str


class _Machine(Strict):
    python: str
    implementation: str
    system: str
    release: str
    processor: str


class Manifest(Strict):
    """Fields that all manifests have."""

    langson: str
    command: list[str]
    written: Moment

    @property
    def moment(self) -> dt.datetime:
        """Time of writing, with its offset from UTC."""
        return dt.datetime.fromisoformat(self.written)


class _Scenario(Strict):
    name: Name
    title: _Title
    hash: Digest


class _Setting(Strict):
    model_config = ConfigDict(extra="forbid")
    path: str
    before: Any
    after: Any


class _RunScenario(_Scenario):
    warnings: list[str]
    settings: list[_Setting] = []
    resolved: dict[str, Any]
    data: dict[str, Digest] = {}


class _Replications(Strict):
    asked: Annotated[int, Field(ge=1, le=_MOST)]
    finished: Annotated[list[Number], Field(min_length=1)]
    stopping: Stopping = "count"

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if any(a >= b for a, b in zip(self.finished, self.finished[1:], strict=False)):
            raise ValueError("the numbers must ascend")
        return self


class RunManifest(Manifest):
    """One scenario's results; ``checksums`` are of its Parquet files, by their names."""

    kind: Literal["results"]
    code: Digest
    scenario: _RunScenario
    start: Annotated[dt.date, Field(strict=False)]
    warm_up_minutes: Size
    horizon_minutes: Size
    seed: Annotated[int, Field(ge=0, lt=2**128)]
    engine: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    replications: _Replications
    interrupted: bool
    tables: dict[Id, Count]
    journeys: list[Number]
    checksums: dict[Name, Digest]
    seconds: dict[str, Size]
    machine: _Machine
    packages: dict[str, str]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if "wall" not in self.seconds:
            raise ValueError("seconds.wall is missing")
        if not set(self.journeys) <= set(self.replications.finished):
            raise ValueError("it has journeys of a replication that has not finished")
        _require(self.checksums, files(self.tables, self.journeys))
        return self


class _Compared(Strict):
    folder: str | None


class ComparisonManifest(Manifest):
    """Several scenarios' results, each in a folder of its own inside."""

    kind: Literal["comparison"]
    scenarios: list[Name]
    compared: list[_Compared] = []
    tables: dict[Id, Count]
    checksums: dict[Name, Digest]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len(set(self.scenarios)) < len(self.scenarios):
            raise ValueError("a scenario is named twice")
        _require(self.checksums, files(self.tables))
        return self


class _Factor(Strict):
    path: str | list[str] | None = None
    upgrade: str | None = None
    write: str = "{}"


class _Design(Strict):
    design: str = "grid"
    factors: dict[Id, _Factor]


class _Asked(Strict):
    asked: Annotated[int, Field(ge=1, le=_MOST)]


class _Quantity(Strict):
    measure: str
    gate: str
    direction: str
    cargo: str
    route: str
    stage: str


class SweepManifest(Manifest):
    """Many design points of one scenario, of a design or of an optimisation."""

    kind: Literal["sweep", "optimisation"]
    code: Digest
    model: Digest
    scenario: _Scenario
    gates: dict[Id, _Title]
    inputs: Digest
    uncertain: bool = False
    sweep: _Design
    factors: list[Id]
    points: Count
    replications: _Asked
    seed: Annotated[int, Field(ge=0, lt=2**128)]
    measures: list[_Quantity] = []
    tables: list[Literal["headline", "gates"]]
    checksums: dict[Name, Digest]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for quantity in self.measures:
            Quantity(**quantity.model_dump())  # a MeasureError is a ValueError
        if list(self.sweep.factors) != self.factors:
            raise ValueError("its factors are not those of its sweep")
        _require(self.checksums, ["points.parquet"])
        return self


def files(tables: Iterable[str], journeys: Iterable[int] = ()) -> list[str]:
    """Names of the Parquet files of tables and of event logs."""
    names = [*tables, *(f"journeys-{number}" for number in journeys)]
    return [f"{name}.parquet" for name in names]


def data_name(sha256: str) -> str:
    """Name of the copy of a data file that the scenario names."""
    return f"data-{sha256[:16]}.csv"


def _require(checksums: Mapping[str, str], wanted: Iterable[str]) -> None:
    missing = [name for name in wanted if name not in checksums]
    if missing:
        raise ValueError(f"it has no checksum of {missing[0]}")


_KINDS: Mapping[object, type[Manifest]] = {
    "results": RunManifest,
    "comparison": ComparisonManifest,
    "sweep": SweepManifest,
    "optimisation": SweepManifest,
}


def read_manifest(folder: Folder) -> tuple[Manifest, dict[str, Any]]:
    """Read a folder's manifest: checked, and as it is written.

    Raises
    ------
    ResultsError
        There is none, or it is not what this version writes.
    """
    path = folder.root / MANIFEST
    if not folder.root.is_dir():
        raise ResultsError(Sentence("{root} is not a folder", root=folder.root))
    if not folder.is_file(MANIFEST):
        raise ResultsError(
            Sentence(
                "{root} has no {manifest}: not a results folder, or not whole",
                root=folder.root,
                manifest=MANIFEST,
            )
        )
    content = parse_json(folder.read(MANIFEST, limit=_LIMIT), path)
    if content.get("format") != FORMAT:
        layout, writer = _short(content.get("format")), _short(content.get("langson"))
        raise ResultsError(
            Sentence(
                "{root} has layout {layout}; this version reads {format}: use the version "
                "that wrote "
                "it ({writer}), or run it again",
                root=folder.root,
                layout=layout,
                format=FORMAT,
                writer=writer,
            )
        )
    kind = content.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ResultsError(
            Sentence(
                "{path}: kind is {short}; it must be one of {map}",
                path=path,
                short=_short(kind),
                map=", ".join(map(str, _KINDS)),
            )
        )
    try:
        return _KINDS[kind].model_validate(content), content
    except ValidationError as error:
        raise ResultsError(
            Sentence("{path} is not a manifest: {problems}", path=path, problems=_problems(error))
        ) from error


def parse_json(data: bytes, path: Path) -> dict[str, Any]:
    """Read a JSON object whose depth is limited (to 200, by pydantic's parser).

    Raises
    ------
    ResultsError
        It is none.
    """
    try:
        content = from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise ResultsError(
            Sentence("{path} cannot be read: {error}; copy it again", path=path, error=error)
        ) from error
    if not isinstance(content, dict):
        raise ResultsError(Sentence("{path} is not a JSON object; copy it again", path=path))
    return content


def validated(model: type[Model], data: bytes, path: Path) -> Model:
    """Read a JSON object of a certain form.

    Raises
    ------
    ResultsError
        It has another form.
    """
    try:
        return model.model_validate(parse_json(data, path))
    except ValidationError as error:
        raise ResultsError(
            Sentence("{path} cannot be used: {problems}", path=path, problems=_problems(error))
        ) from error


def _problems(error: ValidationError, most: int = 3) -> str:
    """Write the first problems, each with its place."""
    every = error.errors(include_url=False, include_context=False, include_input=False)
    shown = [
        f"{_short('.'.join(map(str, problem['loc'])), 80)}: {problem['msg']}".removeprefix(": ")
        for problem in every[:most]
    ]
    more = f"; and {len(every) - most} more" if len(every) > most else ""
    return "; ".join(shown) + more


def _short(value: object, most: int = 40) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= most else f"{text[:most]}…"
