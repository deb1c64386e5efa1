"""Schema of gate choice: publication of queues, alternatives, generalised cost."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.schema.base import Evidenced
from sim.scenario.schema.fields import Id, Minutes, Money, MoneyPerHour

__all__ = ["AlternativeBlock", "ChoiceBlock", "NewsBlock"]


class NewsBlock(Evidenced):
    """Publication of every queue on the digital platform, for vehicles that choose."""

    every: Annotated[Minutes, Field(ge=1.0)]
    """From one news to the next; the first is at the start. News of an instant tells what
    happened before it, and who chooses at that instant has read it."""


class AlternativeBlock(Evidenced):
    """One gate that vehicles of a flow may take."""

    travel: Minutes = 0.0
    """From the place of choice to this gate."""
    fee: Money = 0.0
    """What this gate costs a vehicle more than others."""
    path: str | None = None
    """Id of its path there; that of its direction where none is named."""


class ChoiceBlock(Evidenced):
    """Gate choice of a flow: each vehicle decides once, when it would arrive.

    Each takes the alternative with the lowest generalised cost:
    value_of_time x (travel + expected wait) + fee + taste. A gate that has published that it
    stops receiving them is passed over while another receives.
    """

    value_of_time: MoneyPerHour
    """What an hour of the vehicle and its load is worth to who chooses."""
    taste: Money = 0.0
    """Scale of what each vehicle alone knows of each gate (Gumbel, so shares are logit)."""
    alternatives: dict[Id, dict[Id, AlternativeBlock]]
    """By gate and route. The flow's own route is the first alternative, named or not."""
