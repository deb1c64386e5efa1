"""Naming one number of a scenario: ``wait.p95[chi_ma, export, fresh_fruit]``."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from sim.catalogue.measures import MEASURES, Measure, find
from sim.catalogue.scopes import DIRECTIONS, Names
from sim.errors import ArgumentTypeError, MeasureError, UnitError
from sim.sentences import NOTHING, Sentence
from sim.units import join_words, suggestion, value_in

__all__ = ["ALL", "SCOPES", "Quantity"]

ALL = "all"
"""Every gate, both directions, and so on; of gates, the road gates together."""

SCOPES = ("gate", "direction", "cargo", "route", "stage")
"""What a measure is narrowed by, in the order of the columns of tables."""

_FORM = "wait.mean, wait.p95[chi_ma, export] or within(2 h)[tan_thanh, export, fresh_fruit]"

_TEXT = re.compile(
    r"(?:(?P<before>[\w \t]+):)?\s*(?P<measure>[\w.]+(?:\s*\([^()\[\]]*\))?)\s*"
    r"(?:\[(?P<within>[^\[\]]*)\])?",
    re.ASCII,
)
_PLURAL = {"export": Sentence("exports"), "import": Sentence("imports")}

_WORD = re.compile(r"(?:(?P<key>\w+)\s*=\s*)?(?P<name>[\w.-]+)")


@dataclass(frozen=True)
class Quantity:
    """A measure of :data:`sim.catalogue.MEASURES` and where it is taken.

    Attributes
    ----------
    measure:
        Id, ``wait_p95``; it may be given as it is written, ``wait.p95``.
    gate, direction, cargo, route, stage:
        Ids of the scenario, ``all`` where it is not narrowed. A stage goes by its name at
        the gate (``china_bay``) or by its id, a route likewise.
    names:
        Words of a text of which only a scenario tells whether they are gates, cargo classes,
        routes or stages: see :meth:`resolved`.

    Raises
    ------
    MeasureError
        There is no such measure or direction, or the measure cannot be narrowed so.
    """

    measure: str
    gate: str = ALL
    direction: str = ALL
    cargo: str = ALL
    route: str = ALL
    stage: str = ALL
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("measure", *SCOPES):
            _require_text(f"Quantity: {name}", getattr(self, name))
        measure = find(self.measure)
        object.__setattr__(self, "measure", measure.id)
        if self.direction not in (ALL, *DIRECTIONS):
            hint = suggestion(
                self.direction,
                DIRECTIONS,
                Sentence("use {directions}", directions=join_words(DIRECTIONS)),
            )
            raise MeasureError(
                Sentence("no direction '{direction}'; {hint}", direction=self.direction, hint=hint)
            )
        if self.direction not in measure.directions:
            if self.direction != ALL:
                raise MeasureError(
                    Sentence(
                        "{path} is of {only}; leave out '{direction}'",
                        path=measure.path,
                        only=_PLURAL[measure.directions[0]],
                        direction=self.direction,
                    )
                )
            object.__setattr__(self, "direction", measure.directions[0])
        for scope in ("cargo", "route", "stage"):
            if getattr(self, scope) != ALL and scope not in measure.scopes:
                raise MeasureError(
                    Sentence(
                        "{path} is not counted by {scope}; leave it out",
                        path=measure.path,
                        scope=scope,
                    )
                )

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Read ``measure.statistic[where, …]``.

        In the brackets stand a gate, a direction, a cargo class, in any order, or
        ``route=…`` and ``stage=…``. Where the scope comes first, ``chi_ma export: wait.p95``
        reads the same.

        Raises
        ------
        MeasureError
            The text has another form, or there is no such measure or direction.
        """
        _require_text("Quantity.parse(): text", text)
        match = _TEXT.fullmatch(text.strip())
        if match is None:
            raise MeasureError(
                Sentence(
                    "'{text}' names no measure; write e.g. {form}", text=text.strip(), form=_FORM
                )
            )
        words = (match["before"] or "").split()
        if match["within"] is not None:
            words += [word for word in match["within"].split(",") if word.strip()]
        given: dict[str, str] = {}
        names: list[str] = []
        for word in words:
            key, name = _word(word.strip(), text)
            key = key or ("direction" if name in DIRECTIONS else "")
            if name == ALL:
                continue
            if not key:
                names.append(name)
            elif key in given:
                raise MeasureError(
                    Sentence("'{text}' has two of {key}; give one", text=text.strip(), key=key)
                )
            else:
                given[key] = name
        return cls(match["measure"], **given, names=tuple(names))

    @property
    def entry(self) -> Measure:
        """The catalogue's entry."""
        return MEASURES.get(self.measure) or find(self.measure)

    @property
    def unit(self) -> str:
        """Unit in tables."""
        return self.entry.unit

    @property
    def more_is_better(self) -> bool:
        """Whether more of it is good."""
        return self.entry.more_is_better

    @property
    def scope(self) -> dict[str, str]:
        """Scope by :data:`SCOPES`: where it is taken."""
        return {name: getattr(self, name) for name in SCOPES}

    @property
    def bounds(self) -> tuple[float, float]:
        """Least and most that is possible, in :attr:`unit`."""
        return 0.0, 100.0 if self.unit == "%" else math.inf

    def value(self, text: str) -> float:
        """Read a value of this quantity, in the unit of the table.

        Raises
        ------
        MeasureError
            The text has no unit, or one of another kind.
        """
        try:
            return value_in(text.strip(), self.unit)
        except UnitError as error:
            hint = Sentence("; {hint}", hint=error.hint) if error.hint else NOTHING
            raise MeasureError(
                Sentence(
                    "{path}: {message}{hint}",
                    path=self.entry.path,
                    message=error.message,
                    hint=hint,
                )
            ) from error

    def resolved(self, known: Names) -> Quantity:
        """Say which words are gates, cargo classes, routes or stages of a scenario.

        Raises
        ------
        MeasureError
            It has no such name, with the nearest that it has; or a word may be several.
        """
        scopes: dict[str, str] = {}
        for name in self.names:
            scope = _scope_of(name, known)
            if scope in scopes or getattr(self, scope) != ALL:
                raise MeasureError(
                    Sentence("'{value}' has two of {scope}; give one", value=self, scope=scope)
                )
            scopes[scope] = name
        settled = replace(self, **scopes, names=())
        settled._check_names(known)
        return settled

    def _check_names(self, known: Names) -> None:
        """Raise MeasureError where a name is none of the scenario's."""
        _refuse_unknown(self.gate, known.gates, Sentence("gate"))
        _refuse_unknown(self.cargo, known.cargo, Sentence("cargo class"))
        routes = self._at_gate(known.routes)
        _refuse_unknown(self.route, [*routes, *map(_last, routes)], Sentence("route"))
        stages = self._at_gate(known.stages)
        _refuse_unknown(self.stage, [*stages, *map(_last, stages)], Sentence("stage"))

    def _at_gate(self, ids: Collection[str]) -> list[str]:
        return [name for name in ids if self.gate in (ALL, name.partition(".")[0])]

    def __str__(self) -> str:
        plain = [self.gate, self.direction, self.cargo]
        if self.entry.directions == (self.direction,):
            plain[1] = ALL
        place = [name for name in plain if name != ALL] + list(self.names)
        place += [f"{key}={getattr(self, key)}" for key in ("route", "stage")
                  if getattr(self, key) != ALL]  # fmt: skip
        return f"{self.entry.path}[{', '.join(place)}]" if place else self.entry.path


def _require_text(what: str, value: object) -> None:
    """Refuse what is no text; the checks of other public functions would import NumPy."""
    if not isinstance(value, str):
        raise ArgumentTypeError(
            Sentence("{what} must be a text, not {value!r}", what=what, value=value)
        )


def _word(word: str, text: str) -> tuple[str, str]:
    """Key, if it is written, and name of one word in the brackets."""
    match = _WORD.fullmatch(word)
    if match is None:
        raise MeasureError(
            Sentence(
                "cannot read '{word}' in '{text}'; write e.g. {form}",
                word=word,
                text=text.strip(),
                form=_FORM,
            )
        )
    key = match["key"] or ""
    if key and key not in SCOPES:
        hint = suggestion(key, SCOPES, Sentence("there are {names}", names=", ".join(SCOPES)))
        raise MeasureError(
            Sentence("no '{key}=' in '{text}'; {hint}", key=key, text=text.strip(), hint=hint)
        )
    return key, match["name"]


def _scope_of(name: str, known: Names) -> str:
    """Whether a bare word is a gate, a cargo class, a route or a stage."""
    places = {
        "gate": known.gates,
        "cargo": known.cargo,
        "route": {*known.routes, *map(_last, known.routes)},
        "stage": {*known.stages, *map(_last, known.stages)},
    }
    matching = [scope for scope, names in places.items() if name in names]
    if len(matching) == 1:
        return matching[0]
    if matching:
        choices = join_words(f"{scope}={name}" for scope in matching)
        raise MeasureError(
            Sentence(
                "'{name}' may be {matching}; write {choices}",
                name=name,
                matching=join_words(matching),
                choices=choices,
            )
        )
    every = list(dict.fromkeys([*known.gates, *DIRECTIONS, *known.cargo, *places["stage"]]))
    hint = suggestion(name, every, Sentence("gates: {gates}", gates=", ".join(known.gates)))
    raise MeasureError(
        Sentence(
            "no gate, direction, cargo class, route or stage '{name}'; {hint}", name=name, hint=hint
        )
    )


def _refuse_unknown(name: str, names: Collection[str], kind: Sentence) -> None:
    if name != ALL and name not in names:
        hint = suggestion(
            name, names, Sentence("there are {names}", names=", ".join(dict.fromkeys(names)))
        )
        raise MeasureError(Sentence("no {kind} '{name}'; {hint}", kind=kind, name=name, hint=hint))


def _last(name: str) -> str:
    """The part of an id after its last full stop."""
    return name.rpartition(".")[2]
