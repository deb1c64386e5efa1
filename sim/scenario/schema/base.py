"""Base classes of the schema: strict blocks, titles in two languages, evidence."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Tag

from sim.scenario.schema.fields import BY_KEY, ONE, Ids

__all__ = ["BilingualText", "Block", "Evidence", "Evidenced", "Kind"]

Kind = Literal["measured", "official-plan", "literature", "derived", "assumption"]


class Block(BaseModel):
    """Base of every block: unknown keys are errors, values do not change.

    Validators are built once, for the whole scenario, when it is first validated. The docstrings
    of fields are read only for editors (:mod:`sim.scenario.schema.json_schema`).
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        coerce_numbers_to_str=True,
        defer_build=True,
    )


class BilingualText(Block):
    """A title in both languages."""

    en: str
    vi: str


#: A text in one language, or in both.
Note = Annotated[
    Annotated[str, Tag("<text>")] | Annotated[BilingualText, Tag("<both>")],
    Discriminator(lambda value: "<both>" if isinstance(value, dict | BilingualText) else "<text>"),
]


class Evidence(Block):
    """Evidence for the numbers of a block."""

    kind: Kind
    """measured, official-plan, literature, derived or assumption."""
    source: Ids = ()
    """Id (or ids) under `sources`."""
    note: Note = ""
    """How a derived or assumed value was reached, and its plausible range; {en, vi} or one text."""

    def note_in(self, lang: str) -> str:
        """Return the note in a language, ``en`` or ``vi``; one that is in one alone, as it is."""
        return self.note if isinstance(self.note, str) else getattr(self.note, lang)


def _form(value: Any) -> str:
    """Tell a whole evidence from evidence for each key of the block."""
    if isinstance(value, str):
        return ONE
    whole = isinstance(value, dict) and not value.keys().isdisjoint(Evidence.model_fields)
    return "<whole>" if whole or not isinstance(value, dict) else BY_KEY


EvidenceOne = Annotated[
    Annotated[Kind, Tag(ONE)] | Annotated[Evidence, Tag("<whole>")],
    Discriminator(lambda value: ONE if isinstance(value, str) else "<whole>"),
]
#: `assumption`, or {kind, source, note}, or one of these for each key of the block.
EvidenceForm = Annotated[
    Annotated[Kind, Tag(ONE)]
    | Annotated[Evidence, Tag("<whole>")]
    | Annotated[dict[str, EvidenceOne], Tag(BY_KEY)],
    Discriminator(_form),
]


class Evidenced(Block):
    """Base of a block whose numbers carry evidence; inner blocks inherit it."""

    evidence: EvidenceForm | None = None
    """Where these numbers come from: measured, official-plan, literature, derived, assumption."""
