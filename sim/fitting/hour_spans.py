"""Read an hour of the day, or a span of hours, as people write it above or beside a count."""

from __future__ import annotations

import re

from sim.clock import DAY
from sim.fitting.stamps import parse_stamp
from sim.units import clock_text

__all__ = ["hour_span", "span_text"]

_BARE = re.compile(r"\d{1,2}")


def hour_span(hour: str, start: str = "", end: str = "") -> tuple[float, float] | None:
    """Return when a count began and ended, in minutes of the day; None where that is not said.

    ``hour`` is one hour (``8``, ``8h``, ``08:00``) or two with a dash between (``8-9``); without
    it ``start`` and ``end`` count. A count without an end lasts an hour.
    """
    first, _, last = re.sub("[–—]|đến|to", "-", hour).partition("-")
    begin, finish = _minute(first.strip() or start), _minute(last.strip() or end)
    if begin is None or begin >= DAY:
        return None
    upto = finish if finish is not None else begin + 60.0
    return begin, upto if upto > begin else upto + DAY


def span_text(text: str) -> str:
    """Write a span of hours as ``08:00-09:00``; empty where a text is none."""
    span = hour_span(text) if re.search(r"\d", text) else None
    return "" if span is None else "-".join(clock_text(round(end) % 1440) for end in span)


def _minute(text: str) -> float | None:
    if _BARE.fullmatch(text):
        return 60.0 * int(text) if int(text) <= 24 else None
    stamp = parse_stamp(text, numbers="none")
    return None if stamp is None or stamp.date is not None else stamp.minute
