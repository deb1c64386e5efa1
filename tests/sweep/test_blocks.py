"""Blocks hold every task once, and take some seconds each."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sim.scenario import Variant
from sim.sweep.blocks import Piece, Planner, TaskBlock, singles


def pieces(*sizes: int) -> list[Piece]:
    """One piece for each size, of so many replications."""
    return [Piece(f"{i:024x}", Variant(), tuple(range(n))) for i, n in enumerate(sizes)]


def tasks(block: TaskBlock) -> list[tuple[str, int]]:
    """The tasks of a block."""
    return [(piece.point, number) for piece in block.pieces for number in piece.replications]


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=12),
    st.floats(1e-4, 20.0),
    st.integers(1, 50),
    st.data(),
)
def test_every_task_once(
    sizes: list[int], seconds: float, workers: int, data: st.DataObject
) -> None:
    """Whatever tasks take, and whatever is given back, each is handed out until it is done."""
    planner = Planner(pieces(*sizes))
    planner.workers = workers
    wanted = Counter(task for piece in pieces(*sizes) for task in tasks(TaskBlock((piece,))))
    done: Counter[tuple[str, int]] = Counter()
    given_back = 0
    for block in planner:
        assert block.tasks >= 1
        if given_back < 3 and data.draw(st.booleans()):
            given_back += 1
            planner.give_back(block)
            continue
        planner.learn(block.tasks, block.tasks * seconds)
        done.update(tasks(block))
    assert done == wanted


def test_five_seconds() -> None:
    """Short tasks go in blocks of five seconds, and in shorter ones at the end."""
    planner = Planner(pieces(*[100] * 100))
    planner.workers = 2
    planner.learn(1, 0.02)
    sizes = [block.tasks for block in planner]
    assert sum(sizes) == 10_000
    assert all(200 <= size <= 300 for size in sizes[:35])
    assert sizes[-1] <= 50  # a second


def test_many_workers_get_longer_blocks() -> None:
    """One scheduler cannot hand out more than a few hundred blocks a second."""
    planner = Planner(pieces(*[100] * 20_000))
    planner.workers = 10_000
    planner.learn(1, 0.5)
    assert next(planner).tasks * 0.5 >= 10_000 / 250


def test_long_tasks_go_alone() -> None:
    """Nothing is put together that takes minutes."""
    planner = Planner(pieces(3, 3))
    planner.learn(1, 300.0)
    assert [block.tasks for block in planner] == [1] * 6


def test_points_are_kept_together() -> None:
    """A block ends with a point where that costs little, since points take time to build."""
    planner = Planner(pieces(*[30] * 40))
    planner.learn(1, 0.1)
    blocks = list(planner)
    assert all(len(piece.replications) == 30 for block in blocks[:10] for piece in block.pieces)


def test_names() -> None:
    """Equal tasks have equal names; another attempt is another block, and so are its parts."""
    block = TaskBlock(tuple(pieces(2, 1)))
    assert block.name == TaskBlock(tuple(pieces(2, 1))).name
    others = [TaskBlock(tuple(pieces(2, 2))), TaskBlock(block.pieces, "again"), *singles(block)]
    assert len({block.name, *(other.name for other in others)}) == 6
    assert [tasks(single) for single in singles(block)] == [[task] for task in tasks(block)]
