"""Uncertain inputs of a scenario: what is drawn for each replication, and where it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.scenario.schema.inputs import InputBlock, InputForm
from sim.scenario.schema.model import ScenarioModel
from sim.scenario.source.data import Data
from sim.scenario.source.data_files import DataTable
from sim.scenario.source.tree import Node, Place, leaves

__all__ = ["WEIGHT", "Drawn", "draw_set", "ensemble_columns", "spread_of", "uniform_name"]

WEIGHT = "weight"
"""Column of an ensemble that says how much more often its set is drawn than another."""

Uniform = Callable[[str], float]
"""A number in (0, 1) for a name: the same for the same name."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A value drawn for a path, as it is written, and where it comes from."""

    path: str
    text: str
    place: Place


def ensemble_columns(table: DataTable) -> list[str]:
    """Return the paths that the columns of an ensemble name."""
    return [name for name in table.columns if name and name != WEIGHT]


def spread_of(form: InputForm, key: str) -> tuple[tuple[str, ...], InputBlock]:
    """Return the paths of a distribution and its block; ``key`` is that of the entry."""
    block = form if isinstance(form, InputBlock) else InputBlock.model_construct(distribution=form)
    return block.paths(key), block


def _in_force(tree: Node, layers: Sequence[str], key: str, path: str) -> bool:
    """Return whether an input decides about the value at a path.

    It does unless a later file, or a setting, says what the value is: later wins, as everywhere.
    ``layers`` are the files, the one that extends nothing first.
    """

    def rank(place: Place) -> int:
        files = [number for number, file in enumerate(layers) if file == place.file]
        return files[-1] if files else len(layers)

    value = tree.find(tuple(path.split(".")))
    entry = tree.find(("inputs", key))
    if value is None or entry is None:
        return entry is not None
    stated = max((rank(node.place) for _, node in leaves(value)), default=0)
    return stated <= max(rank(node.place) for _, node in leaves(entry))


def draw_set(
    model: ScenarioModel, tree: Node, layers: Sequence[str], data: Data, uniform: Uniform
) -> tuple[Drawn, ...]:
    """Draw one set of the uncertain values; of two inputs with one path the later decides."""
    drawn: dict[str, Drawn] = {}
    for key, form in model.inputs.items():
        for value in _drawn(key, form, tree, data, uniform):
            if _in_force(tree, layers, key, value.path):
                drawn[value.path] = value
    return tuple(drawn.values())


def uniform_name(key: str, form: InputForm) -> str:
    """Return the name of the number that an entry is drawn by; ``key`` is that of the entry."""
    if isinstance(form, InputBlock) and form.file is not None:
        return f"inputs:{key}"
    paths, _ = spread_of(form, key)
    return f"input:{paths[0]}"


def _drawn(key: str, form: InputForm, tree: Node, data: Data, uniform: Uniform) -> Iterator[Drawn]:
    """Yield the values of one entry: of a row of its ensemble, or of its distribution."""
    if isinstance(form, InputBlock) and form.file is not None:
        table = data.table_of(form.file)
        row = _row(table, uniform(uniform_name(key, form)))
        for path in ensemble_columns(table):
            text = table.rows[row][table.columns.index(path)].strip()
            yield Drawn(path, text, table.file.place(table.lines[row]))
        return
    paths, block = spread_of(form, key)
    text = block.written(uniform(uniform_name(key, form)))
    place = tree.items["inputs"].items[key].start
    for path in paths:
        yield Drawn(path, text, place)


def _row(table: DataTable, u: float) -> int:
    """Return the row of an ensemble at a probability, by its weights."""
    size = len(table.rows)
    if WEIGHT not in table.columns:
        return int(u * size)
    column = table.columns.index(WEIGHT)
    sums = np.cumsum([table.number(row[column].strip()) for row in table.rows])
    return int(np.searchsorted(sums, u * sums[-1], side="right"))
