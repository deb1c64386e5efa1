"""Blocks of tasks, sized to take a worker some seconds each."""

from __future__ import annotations

import hashlib
import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sim.scenario import Variant

__all__ = ["Piece", "Planner", "TaskBlock", "singles"]

LEAST, MOST = 5.0, 120.0
"""Seconds that a block takes: below, its overhead shows; above, a crash costs too much."""

_MANY = 4000
"""Blocks that a long sweep is cut into."""

_PER_SECOND = 250
"""Blocks a second that one scheduler hands out with ease."""

_TAIL = 1.0
"""Seconds of the shortest blocks, with which the workers end at about the same time."""


@dataclass(frozen=True)
class Piece:
    """Replications of one design point."""

    point: str
    variant: Variant
    replications: tuple[int, ...]


@dataclass(frozen=True)
class TaskBlock:
    """Tasks that are done and stored together; ``attempt`` tells a second try from the first."""

    pieces: tuple[Piece, ...]
    attempt: str = ""

    @property
    def tasks(self) -> int:
        """Number of replications."""
        return sum(len(piece.replications) for piece in self.pieces)

    @property
    def name(self) -> str:
        """24 hexadecimal digits: equal tasks, equal name."""
        digest = hashlib.sha256(self.attempt.encode())
        for piece in self.pieces:
            digest.update(f"{piece.point}{list(piece.replications)}".encode())
        return digest.hexdigest()[:24]


def singles(block: TaskBlock) -> list[TaskBlock]:
    """Return a block for each task."""
    return [
        TaskBlock((Piece(piece.point, piece.variant, (number,)),), block.attempt)
        for piece in block.pieces
        for number in piece.replications
    ]


class Planner(Iterator[TaskBlock]):
    """Cuts missing tasks into blocks, one at a time, by the duration of earlier ones.

    While nothing is known, blocks are single tasks. A point is kept together where it fits,
    since building it takes time too. Near the end blocks get shorter.
    """

    def __init__(self, missing: Sequence[Piece], attempt: str = "") -> None:
        self.workers = 1
        self.left = sum(len(piece.replications) for piece in missing)
        self._pieces = deque(missing)
        self._attempt = attempt
        self._given_back: list[TaskBlock] = []
        self._tasks, self._seconds = 0, 0.0

    def learn(self, tasks: int, seconds: float) -> None:
        """Take note of how long some tasks took one process."""
        self._tasks += tasks
        self._seconds += seconds

    def give_back(self, block: TaskBlock) -> None:
        """Take a block back that came to nothing."""
        self._given_back.append(block)
        self.left += block.tasks

    def __next__(self) -> TaskBlock:
        if not self.left:
            raise StopIteration
        block = self._given_back.pop() if self._given_back else self._cut(self._room())
        self.left -= block.tasks
        return block

    def _cut(self, room: int) -> TaskBlock:
        """Take about ``room`` tasks off the pieces."""
        pieces: list[Piece] = []
        while self._pieces and (room > 0 or not pieces):
            piece = self._pieces[0]
            parts = math.ceil(len(piece.replications) / max(room, 1))
            if parts > 1 and pieces:
                break
            self._pieces.popleft()
            count = math.ceil(len(piece.replications) / parts)
            pieces.append(replace(piece, replications=piece.replications[:count]))
            if parts > 1:
                rest = replace(piece, replications=piece.replications[count:])
                self._pieces.appendleft(rest)
            room -= count
        return TaskBlock(tuple(pieces), self._attempt)

    def _room(self) -> int:
        """Tasks of the next block."""
        if not self._tasks:
            return 1
        per_task = max(self._seconds / self._tasks, 1e-6)
        length = min(max(self.left * per_task / _MANY, LEAST, self.workers / _PER_SECOND), MOST)
        fair = self.left / (2 * self.workers)
        return max(1, round(min(length / per_task, max(fair, _TAIL / per_task))))
