"""Context of the checks: the model, the tree with its places, and the problems so far."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from sim.scenario.schema.model import GateBlock, RouteBlock, ScenarioModel
from sim.scenario.source.diagnostics import Problems, did_you_mean
from sim.scenario.source.tree import Node, Path, Place, leaves
from sim.sentences import NOTHING, Sentence

__all__ = ["Context", "routes"]


@dataclass(frozen=True)
class Context:
    """One scenario under check."""

    model: ScenarioModel
    tree: Node
    problems: Problems

    @cached_property
    def leaves(self) -> list[tuple[Path, Node]]:
        """Every scalar and list of the tree with its path, in file order."""
        return list(leaves(self.tree))

    def place(self, path: Path) -> Place:
        """Return the place of a value, of a block's key, or of what is nearest to it."""
        node = self.tree.nearest(path)
        return node.start if isinstance(node.value, dict) else node.place

    def item(self, path: Path, number: int) -> Place:
        """Return the place of an entry of a list."""
        node = self.tree.find(path)
        if node is None or not isinstance(node.value, list):
            return self.place(path)
        return node.value[number].place

    def error(self, code: str, path: Path, message: Sentence, hint: Sentence = NOTHING) -> None:
        """Record an error at the value of a path."""
        self.problems.add(code, self.place(path), message, hint, path=path)

    def warn(self, code: str, path: Path, message: Sentence, hint: Sentence = NOTHING) -> None:
        """Record a warning at the value of a path."""
        self.problems.warn(code, self.place(path), message, hint, path=path)

    def exclude(self, code: str, path: Path, own: str, other: str) -> None:
        """Record that a block has two keys of which one must go.

        Where two files say so, the mistake is in the later one: it leaves the other in force.
        """
        block = self.tree.find(path)
        file = "" if block is None else block.start.file
        places = {key: self.place((*path, key)) for key in (own, other)}
        later = next((key for key in places if places[key].file != file), None)
        earlier = own if later == other else other
        message = Sentence("has both `{own}` and `{other}`", own=own, other=other)
        if later is None or places[earlier].file == places[later].file:
            self.error(code, path, message, Sentence("keep one of them"))
            return
        hint = Sentence(
            "write `{earlier}: null` beside it, since {places} still holds",
            earlier=earlier,
            places=places[earlier],
        )
        self.error(code, (*path, later), message, hint)

    def refer(
        self,
        name: str,
        known: Collection[str],
        word: Sentence,
        path: Path,
        place: Place | None = None,
    ) -> bool:
        """Record an id that does not exist; return whether it does."""
        if name in known:
            return True
        hint = did_you_mean(name, known) or Sentence("there is no {word} here", word=word)
        place = place or self.place(path)
        self.problems.add(
            f"unknown-{word.split(maxsplit=1)[0]}",
            place,
            Sentence("no {word} '{name}'", word=word, name=name),
            hint,
            path=path,
        )
        return False


def routes(model: ScenarioModel) -> Iterator[tuple[Path, GateBlock, RouteBlock]]:
    """Yield every route that is modelled where it stands, with its path."""
    for gate_id, gate in model.gates.items():
        for route_id, route in gate.routes.items():
            if route.alias_of is None:
                yield ("gates", gate_id, "routes", route_id), gate, route
