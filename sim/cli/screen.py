"""Where words go: stdout for results, stderr for everything else.

Colour appears only on a terminal and never with NO_COLOR set; rich sees to both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

__all__ = ["WIDTH", "show_table", "to_stderr", "to_stdout"]

#: Widest line that is printed.
WIDTH = 100


def to_stdout() -> Console:
    """Return a console for results. Made when used, so that tests can redirect it."""
    return _console(stderr=False)


def to_stderr() -> Console:
    """Return a console for progress, warnings and errors."""
    return _console(stderr=True)


def show_table(content: RenderableType) -> None:
    """Print a table or a text on stdout, two columns in from the edge.

    A table wider than the terminal wraps; no figure is cut short.
    """
    from rich.padding import Padding
    from rich.table import Table

    console = to_stdout()
    if isinstance(content, Table):
        room = console.options.update(width=WIDTH - 2)
        console.width = max(console.width, 2 + console.measure(content, options=room).maximum)
    console.print(Padding(content, (0, 0, 0, 2), expand=False))


def _console(stderr: bool) -> Console:
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    return console
