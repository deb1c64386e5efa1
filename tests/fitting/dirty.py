"""A survey sheet of trucks as people fill it in, with the usual mistakes, each known by its row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

__all__ = ["HEADER", "Sheet", "dirty_sheet"]

HEADER = (
    "Biển số;Chiều;Loại hàng;Luồng;Giờ đến;Quầy hải quan bắt đầu;Quầy hải quan kết thúc;"
    "Kiểm hóa bắt đầu;Kiểm hóa kết thúc;Làn xuất bắt đầu;Làn xuất kết thúc;Ghi chú"
)

Minutes = list[float | None]


@dataclass
class Sheet:
    """The text of a sheet, and the mistakes in it: ``(kind, line, column)``, from 1."""

    text: str
    mistakes: set[tuple[str, int, int]] = field(default_factory=set)


def dirty_sheet(trucks: int = 300, days: int = 12, seed: int = 3) -> Sheet:
    """Write trucks of the tutorial's gate: papers by channel, inspection of red, then the lane.

    Times are to the minute; the ends of inspections are heaped on five minutes.
    """
    rng = np.random.default_rng(seed)
    mistakes: set[tuple[str, int, int]] = set()
    rows: list[list[str]] = []
    for number in range(trucks):
        stamps, channel = _truck(rng, number * days // trucks)
        line = number + 2
        kind = _MISTAKES.get(number)
        forms = [_local] * len(stamps)
        if kind is not None:
            mistakes |= {(code, line, column) for code, column in kind(stamps, forms)}
        cells = [
            form(one) if one is not None else "" for form, one in zip(forms, stamps, strict=True)
        ]
        plate = f"12C-{10000 + number}"
        cargo = "Trái cây tươi" if number % 2 else "Hàng tổng hợp"
        rows.append([plate, "Xuất", cargo, channel, *cells, ""])
    rows[40][3] = "Luồng tím"
    mistakes.add(("unknown-channel", 42, 4))
    rows[50][5] = "8 rưỡi"
    mistakes |= {("not-a-time", 52, 6), ("missing-stamp", 52, 6)}
    rows.append(list(rows[60]))
    mistakes.add(("duplicate", len(rows) + 1, 1))
    mistakes.add(("heaped", 1, 9))
    text = "\n".join([HEADER, *(";".join(row) for row in rows)]) + "\n"
    return Sheet(text, mistakes)


def _truck(rng: np.random.Generator, day: int) -> tuple[Minutes, str]:
    """Return the stamps of one truck in minutes, and its channel."""
    channel = str(rng.choice(["Xanh", "Vàng", "Đỏ"], p=[0.4, 0.35, 0.25]))
    come = float(day * 1440 + rng.integers(8 * 60, 15 * 60))
    mean = {"Xanh": 4.0, "Vàng": 25.0, "Đỏ": 40.0}[channel]
    start = come + rng.integers(0, 20)
    end = start + max(1, round(rng.gamma(4.0, mean / 4.0)))
    stamps: Minutes = [come, start, end, None, None]
    if channel == "Đỏ":
        begin = end + rng.integers(2, 15)
        done = begin + rng.triangular(30, 60, 120)
        stamps[3:] = [begin, max(5.0 * round(done / 5.0), begin + 5.0)]
        end = stamps[4]  # type: ignore[assignment]
    cross = float(end + rng.integers(3, 30))
    return [*stamps, cross, cross + rng.integers(1, 4)], channel


def _local(minutes: float) -> str:
    return f"{_moment(minutes):%d/%m/%Y %H:%M}"


def _moment(minutes: float) -> dt.datetime:
    return dt.datetime.fromisoformat("2025-07-07") + dt.timedelta(minutes=float(minutes))


def _swapped(stamps: Minutes, forms: list[Callable[[float], str]]) -> list[tuple[str, int]]:
    """Exchange start and end of the papers."""
    stamps[1], stamps[2] = stamps[2], stamps[1]
    return [("swapped", 7)]


def _midnight(stamps: Minutes, forms: list[Callable[[float], str]]) -> list[tuple[str, int]]:
    """Let the lane take the truck over midnight, with the date of the evening before."""
    day = float(stamps[0] or 0.0) // 1440.0 * 1440.0
    stamps[5], stamps[6] = day + 1437.0, day + 2.0
    return [("midnight", 11)]


def _iso(stamps: Minutes, forms: list[Callable[[float], str]]) -> list[tuple[str, int]]:
    """Write one stamp in another form."""
    forms[5] = lambda minutes: f"{_moment(minutes):%Y-%m-%d %H:%M}"
    return [("date-format", 10)]


def _next_day(stamps: Minutes, forms: list[Callable[[float], str]]) -> list[tuple[str, int]]:
    """Write the end a day late."""
    stamps[2] = float(stamps[2] or 0.0) + 2880.0
    return [("outlier", 7)]


def _unended(stamps: Minutes, forms: list[Callable[[float], str]]) -> list[tuple[str, int]]:
    """Leave out the end of the lane."""
    stamps[6] = None
    return [("missing-stamp", 11)]


_MISTAKES = {
    5: _swapped,
    77: _swapped,
    120: _midnight,
    131: _iso,
    132: _iso,
    180: _next_day,
    200: _unended,
    260: _swapped,
}
