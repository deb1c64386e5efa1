"""Words that survey sheets use for columns and cells, in English and Vietnamese."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

from sim.messages import unaccented

__all__ = ["CELLS", "ROLES", "plain", "similar", "time_word"]

ROLES: dict[str, tuple[str, ...]] = {
    "vehicle": (
        "vehicle", "plate", "truck", "registration", "licence plate", "license plate",
        "vehicle id", "case", "case id", "bien so", "bien so xe", "so xe", "xe",
        "declaration", "declaration no", "so to khai", "rfid",
    ),
    "date": ("date", "day", "ngay", "ngay thang", "survey date"),
    "gate": ("gate", "crossing point", "port", "border gate", "cua khau"),
    "route": ("route", "road", "tuyen", "duong"),
    "direction": ("direction", "way", "mode", "regime", "chieu", "huong", "loai hinh"),
    "cargo": ("cargo", "goods", "commodity", "product", "hang", "hang hoa", "loai hang"),
    "channel": ("channel", "risk", "risk channel", "customs channel", "luong", "phan luong"),
    "trusted": ("trusted", "aeo", "uu tien"),
    "flow": ("flow",),
    "stage": ("stage", "activity", "step", "event", "phase", "khau", "cong doan", "buoc"),
    "server": ("server", "resource", "officer", "counter", "lane", "booth", "quay", "can bo"),
    "arrive": ("arrive", "arrival", "queue", "joined queue", "den", "gio den", "xep hang"),
    "start": ("start", "begin", "start time", "from", "bat dau", "tu", "gio bat dau"),
    "end": ("end", "finish", "end time", "completed", "ket thuc", "xong", "gio ket thuc"),
    "minutes": (
        "minutes", "duration", "service time", "length", "phut", "thoi luong",
        "thoi gian phuc vu", "so phut",
    ),
    "hour": ("hour", "interval", "time", "period", "gio", "khung gio"),
    "count": ("count", "vehicles", "trucks", "volume", "number", "so luong", "luu luong"),
}  # fmt: skip
"""What a column can be, with the names that it goes by, without tones."""

_TIMES: dict[str, tuple[str, ...]] = {
    "arrive": ("arrive", "arrives", "arrival", "arrived", "queue", "join", "den", "toi", "cho"),
    "start": ("start", "begin", "begins", "started", "in", "entry", "bat dau", "vao", "tu"),
    "end": (
        "end", "finish", "ends", "finished", "done", "out", "exit", "complete", "completed",
        "ket thuc", "xong", "ra", "den luc",
    ),
    "minutes": ("minutes", "duration", "phut", "thoi luong"),
}  # fmt: skip
"""Words beside the name of a stage that say which of its times a column holds."""

CELLS: dict[str, Mapping[str, tuple[str, ...]]] = {
    "channel": {
        "green": ("green", "xanh", "luong xanh", "g", "1"),
        "yellow": ("yellow", "vang", "luong vang", "y", "amber", "2"),
        "red": ("red", "do", "luong do", "r", "3"),
    },
    "direction": {
        "export": ("export", "exports", "xuat", "xuat khau", "xk", "out", "outward"),
        "import": ("import", "imports", "nhap", "nhap khau", "nk", "in", "inward"),
    },
    "trusted": {
        "trusted": ("trusted", "aeo", "yes", "true", "co", "x", "1"),
        "other": ("other", "no", "false", "khong", "0"),
    },
}
"""What the cells of a column can mean, with the words that say so, without tones."""


def plain(text: str) -> str:
    """Return a text in small letters without tones, signs and units in brackets."""
    bare = re.sub(r"[(\[].*?[)\]]", " ", unaccented(text).lower())
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def similar(text: str, known: Mapping[str, Iterable[str]], least: float = 0.75) -> str | None:
    """Return the name of ``known`` of which a word is most like a text; None where none is."""
    wanted = plain(text)
    best, name = least, None
    for meaning, words in known.items():
        for word in words:
            ratio = _alike(wanted, plain(word))
            if ratio > best or (ratio == best == 1.0 and name is None):
                best, name = ratio, meaning
    return name


def _alike(text: str, other: str) -> float:
    """Return how alike two texts are: by letters, or by the words that they share."""
    if not text or not other:
        return 0.0
    if text == other:
        return 1.0
    a, b = set(text.split()), set(other.split())
    shared = len(a & b) / min(len(a), len(b)) if min(len(a), len(b)) > 1 or len(text) > 3 else 0.0
    whole = len(a & b) / len(a | b)
    return max(difflib.SequenceMatcher(None, text, other).ratio(), 0.79 * shared + 0.2 * whole)


def time_word(text: str) -> tuple[str, str]:
    """Part the name of a column into a stage's name and which of its times it holds."""
    wanted = re.sub(r"\b(time|gio|luc|of|at)\b", " ", plain(text))
    wanted = " ".join(wanted.split())
    for time, words in _TIMES.items():
        for word in sorted(words, key=len, reverse=True):
            for pattern in (rf"^{word}\b", rf"\b{word}$"):
                rest = re.sub(pattern, "", wanted).strip()
                if rest != wanted:
                    return rest, time
    return wanted, ""
