"""``langson list``: the scenarios that a name can stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.cli.console import note, show_table, to_stdout
from sim.cli.options import Lang, Language

if TYPE_CHECKING:
    from pathlib import Path

    from sim.messages import Messages
    from sim.scenario.source.tree import Node

__all__ = ["list_scenarios"]

#: Groups of the shipped scenarios, in the order in which they are listed.
_GROUPS = ("start", "days", "upgrades", "circumstances", "years", "sweeps", "decisions")


def list_scenarios(lang: Lang = Language.en) -> None:
    """List the scenarios that ship with langson, and your own, by the names that commands take."""
    from sim.messages import messages
    from sim.scenario.source.shipped import OBSERVED, own_files, shipped

    language = messages(lang)
    titles: dict[str, dict[str, str]] = {group: {} for group in _GROUPS}
    for name, path in shipped().items():
        group, title = _entry(path, language)
        titles[group][name] = title
    known = set(shipped().values())
    own = {path.stem: _entry(path, language)[1] for path in own_files() if path not in known}
    observed = {name: _figures(name, path, language) for name, path in shipped(OBSERVED).items()}
    listed = {**titles, "observed": observed, "own": own}
    width = max(len(name) for names in listed.values() for name in names)
    for group, names in listed.items():
        if names:
            _show(language.text(f"list.group.{group}"), names, width)
    note(language.text("list.run"))
    note(language.text("list.folder", folder=next(iter(shipped().values())).absolute().parent))


def _show(heading: str, titles: dict[str, str], width: int) -> None:
    """Print a heading and, for each name, one line: its title is cut to the screen."""
    from rich.text import Text

    console = to_stdout()
    show_table(Text(heading, "bold"))
    for name, title in titles.items():
        console.print(f"    {name:<{width}}  {title}", no_wrap=True, overflow="ellipsis")
    console.print()


def _entry(path: Path, messages: Messages) -> tuple[str, str]:
    """Return the group and the title of a scenario file."""
    from sim.errors import ScenarioError
    from sim.scenario.source.reader import read

    try:
        root = read(path)
    except ScenarioError:
        return "start", messages.text("list.broken", file=path)
    title = root.find(("title", messages.lang))
    shown = messages.text("list.untitled") if title is None else str(title.value)
    return _group(root), messages.pick({messages.lang: shown})


def _group(root: Node) -> str:
    """Say what a scenario file is for, from the keys that stand in it."""
    for section, group in (("sweep", "sweeps"), ("optimise", "decisions")):
        if section in root.items:
            return group
    if "extends" not in root.items:
        return "start"
    if root.find(("run", "start")) is not None:
        return "days"
    if root.find(("run", "year")) is not None:
        return "years"
    return "upgrades" if "upgrades" in root.items else "circumstances"


def _figures(name: str, path: Path, messages: Messages) -> str:
    """Say how many figures a file of observed ones holds, and for which scenario."""
    from sim.scenario.source.shipped import shipped
    from sim.validate.cells import read_cells

    count = messages.text("list.figures", n=len(read_cells(path)) - 1)
    scenario = next(
        (candidate for candidate in (name, f"day-{name}") if candidate in shipped()), None
    )
    return count if scenario is None else f"{count} · {scenario}"
