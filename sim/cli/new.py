"""``langson new`` and ``langson schema``: help for those who write scenario files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.model import RouteBlock

__all__ = ["new", "schema"]

_HEAD = """\
# What differs from {base}.
# All its values:  langson show {base} --merged
# Check:  langson check {path}
# Compare:  langson run {base} {path}
format: 1
extends: {extends}
title: {{en: {title}, vi: {title}}}

# An upgrade is a named, priced, dated change. Take the marks away from what you need;
# whatever is not written here stays as it is in {base}.
# upgrades:
#   {name}:
#     title: {{en: {title}, vi: {title}}}
#     capex: 100 bn VND
#     opex: 5 bn VND/year
#     opens: 2027-07
#     evidence: assumption          # measured | official-plan | literature | assumption
#     gates:
"""


def new(
    name: Annotated[str, typer.Argument(help="Name of the new scenario, as in chi-ma-2030.")],
    base: Annotated[
        str, typer.Option("--from", metavar="BASE", help="Scenario that it starts from.")
    ] = "baseline-2025",
) -> None:
    """Write scenarios/NAME.yaml, an overlay with what can be changed in comments."""
    from sim.scenario import load

    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
        raise typer.BadParameter(
            f"'{name}': use small letters, digits and hyphens, as in chi-ma-2030",
            param_hint="NAME",
        )
    origin = Path(base)
    if origin.suffix not in (".yaml", ".yml"):
        origin = Path("scenarios") / f"{base}.yaml"
    path = Path("scenarios") / f"{name}.yaml"
    text = _overlay(name, path, origin, load(origin))
    path.parent.mkdir(exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise typer.BadParameter(f"{path} exists already", param_hint="NAME") from None
    typer.echo(path)


def schema(
    overlay: Annotated[
        bool, typer.Option("--overlay", help="For files that extend another one.")
    ] = False,
) -> None:
    """Print the JSON Schema of scenario files, for completion and checks in an editor."""
    import json

    from sim.scenario import schema as make

    typer.echo(json.dumps(make(overlay=overlay), indent=2, ensure_ascii=False))


def _overlay(name: str, path: Path, origin: Path, base: Scenario) -> str:
    """Write the text of the new file."""
    title = re.sub(r"[-_]+", " ", name).capitalize()
    head = _HEAD.format(
        base=origin.as_posix(),
        path=path.as_posix(),
        extends=Path(os.path.relpath(origin, path.parent)).as_posix(),
        title=title,
        name=name.replace("-", "_"),
    )
    return head + "".join(f"# {line}".rstrip() + "\n" for line in _choices(base))


def _choices(base: Scenario) -> Iterator[str]:
    """Stages with servers, as YAML lines with their present numbers."""
    for gate_id, gate in base.model.gates.items():
        routes = {key: route for key, route in gate.routes.items() if route.flows}
        if not routes:
            continue
        yield f"      {gate_id}:"
        yield f"        class: {gate.status}"
        yield "        routes:"
        for route_id, route in routes.items():
            yield f"          {route_id}:"
            yield "            stages:"
            yield from _stages(route)


def _stages(route: RouteBlock) -> Iterator[str]:
    for key, stage in route.stages.items():
        if isinstance(stage.servers, int) and stage.servers:
            line = f"              {key}: {{servers: {stage.servers}}}"
            yield f"{line:<52}# {stage.title.en}"
