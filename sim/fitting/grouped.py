"""Values that go by class, as a scenario writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.fitting.model import Base
from sim.fitting.partition import Group

__all__ = ["by_class", "kept_classes", "percent"]


def by_class(
    kind: str | None, groups: Sequence[Group], texts: Sequence[str], kept: Mapping[str, str]
) -> str | dict[str, str]:
    """Write one value, or one for each class with `other` for the largest group, the last.

    ``kept`` are classes of which too few were seen, with what the scenario says of them.
    """
    if kind is None:
        return texts[0]
    written = {name: text for group, text in zip(groups, texts, strict=True) for name in group}
    rest = written.pop("other", texts[-1])
    return {**kept, **written, "other": rest}


def kept_classes(
    before: object, kind: str | None, groups: Sequence[Group], base: Base
) -> dict[str, str]:
    """Return what the scenario says of classes of a kind that are in none of the groups."""
    if kind is None or not isinstance(before, dict) or base.kind_of(frozenset(before)) != kind:
        return {}
    seen = {name for group in groups for name in group}
    return {name: text for name, text in before.items() if name not in seen | {"other"}}


def percent(share: float) -> str:
    """Write a share with three significant digits, all of it and none of it exactly."""
    if share in (0.0, 1.0):
        return f"{100 * share:.0f} %"
    return f"{min(max(float(f'{100.0 * share:.3g}'), 0.01), 99.99):.4g} %"
