"""``langson new``: a scenario file to start from."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer
import yaml

from sim.cli.console import say
from sim.cli.errors import BadParameter
from sim.cli.options import Lang, Language
from sim.sentences import Sentence

if TYPE_CHECKING:
    from sim.messages import Messages
    from sim.scenario import Scenario
    from sim.scenario.schema.model import GateBlock, RouteBlock

__all__ = ["new"]

#: Characters of a name: with a date before it and an ending, it is a name on any file system.
_LONGEST = 100
#: Name of the JSON Schema beside the new file.
_SCHEMA = "overlay.schema.json"
#: Column at which remarks begin, where the line is not longer.
_REMARK = 52


def new(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="Name of the new scenario, as in chi-ma-2030 or 'Mùa vải'."
        ),
    ],
    base: Annotated[
        str, typer.Option("--from", metavar="BASE", help="Scenario that it starts from.")
    ] = "baseline-2025",
    lang: Lang = Language.en,
) -> None:
    """Write scenarios/NAME.yaml, an overlay with what can be changed in comments.

    Beside it scenarios/overlay.schema.json lets an editor complete and check its keys. A name
    that begins with a gate's, as chi-ma-2030 does, offers that gate alone. Of other
    letters and spaces a plain file name is made, and the name becomes the title.
    """
    from sim.messages import messages
    from sim.scenario import load
    from sim.scenario.source.shipped import shipped

    plain = _file_name(name)
    if plain in shipped():
        reason = Sentence(
            "'{plain}' is a scenario that ships with langson; take another name", plain=plain
        )
        raise BadParameter(reason, param_hint="NAME")
    origin = load(base)
    path = Path("scenarios") / f"{plain}.yaml"
    title = None if name == plain else " ".join(name.split())
    text = _overlay(plain, title, path, origin, messages(lang))
    path.parent.mkdir(exist_ok=True)
    _write_schema(path.with_name(_SCHEMA))
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BadParameter(
            Sentence("{path} exists already", path=path), param_hint="NAME"
        ) from None
    say(path)


def _write_schema(path: Path) -> None:
    """Write the JSON Schema that the new file names, for completion in an editor."""
    from sim.scenario import json_schema

    schema = json.dumps(json_schema(overlay=True), indent=2, ensure_ascii=True)
    path.write_text(f"{schema}\n", encoding="utf-8")


def _file_name(name: str) -> str:
    """Return a name in small ASCII letters, digits, hyphens and underscores."""
    from sim.messages import printable, unaccented

    plain = re.sub(r"[^a-z0-9_]+", "-", unaccented(name).lower()).strip("-_")
    sound = name.isprintable() and not re.search(r"[/\\]|^[-.]", name) and plain
    if not sound or len(plain) > _LONGEST:
        raise BadParameter(
            Sentence(
                "'{name}': use letters, digits, spaces and hyphens, at most {longest}, as in "
                "chi-ma-2030",
                name=printable(name),
                longest=_LONGEST,
            ),
            param_hint="NAME",
        )
    return plain


def _overlay(name: str, title: str | None, path: Path, base: Scenario, messages: Messages) -> str:
    """Write the text of the new file; without a ``title`` it is made from the name."""
    origin, extends = _named(base.path, path)
    ids = {"base": origin, "path": path.as_posix()}
    plain = name.replace("-", "_")
    named = [gate for gate in base.model.gates if f"{plain}_".startswith(f"{gate}_")]
    meant = max(named, key=len, default="")
    gates = {
        gate: block
        for gate, block in base.model.gates.items()
        if gate == meant or (not meant and any(route.flows for route in block.routes.values()))
    }
    titles = _title(plain, meant, gates) if title is None else _both(title, title)
    head = [
        f"# yaml-language-server: $schema={_SCHEMA}",
        f"# {messages.text('new.differs', **ids)}",
        f"# {messages.text('new.values', **ids)}",
        f"# {messages.text('new.check', **ids)}",
        f"# {messages.text('new.compare', **ids)}",
        f"# {messages.text('new.fit', **ids)}",
        "format: 1",
        f"extends: {extends}",
        f"title: {titles}",
        "",
        f"# {messages.text('new.upgrade', **ids)}",
        f"# {messages.text('new.marks', **ids)}",
        f"# {messages.text('new.data', **ids)}",
    ]
    body = [
        "upgrades:",
        f"  {_words(plain)}:",
        f"    title: {titles}",
        "    capex: 100 bn VND",
        "    opex: 5 bn VND/year",
        "    opens: 2027-07",
        _remarked("    evidence: assumption", " | ".join(_kinds())),
        *_calendars(base, gates, messages),
        *_gates(base, gates, messages),
    ]
    return "\n".join([*head, *(f"# {line}" for line in body), ""])


def _named(origin: Path, path: Path) -> tuple[str, str]:
    """How a command names the base, and how the new file does.

    A shipped scenario goes by its name, so that the new file works on any machine; but one
    that lies beside the new file, as in a checkout, by its path.
    """
    from sim.scenario.source.shipped import is_shipped

    beside = os.path.relpath(origin, path.parent)
    if is_shipped(origin) and Path(beside).name != beside:
        return origin.stem, origin.stem
    return origin.as_posix(), _scalar(Path(beside).as_posix())


def _title(name: str, meant: str, gates: Mapping[str, GateBlock]) -> str:
    """Write the title in both languages, with the gate's own name where it is meant."""
    rest = name.removeprefix(meant).replace("_", " ").strip()
    if not meant:
        return _both(rest.capitalize(), rest.capitalize())
    title = gates[meant].title
    return _both(f"{title.en} {rest}", f"{title.vi} {rest}")


def _both(english: str, vietnamese: str) -> str:
    return f"{{en: {_words(english)}, vi: {_words(vietnamese)}}}"


def _words(text: str) -> str:
    """Write words as YAML, in quotes where it would read a number, a date or nothing."""
    plain = text[0].isalpha() and isinstance(yaml.safe_load(_scalar(text)), str)
    return _scalar(text) if plain else json.dumps(text, ensure_ascii=False)


def _calendars(base: Scenario, gates: Mapping[str, GateBlock], messages: Messages) -> Iterator[str]:
    """Hours of the calendars that the gates use, with the names of all gates that do."""
    users: dict[str, dict[str, str]] = {}
    for gate_id, gate in base.model.gates.items():
        for name in _used(base, gate):
            users.setdefault(name, {})[gate_id] = messages.pick(gate.title.model_dump())
    values = base.leaves()
    lines = [
        _remarked(f"      {name}: {{hours: {_scalar(hours)}}}", ", ".join(at.values()))
        for name, at in users.items()
        if not at.keys().isdisjoint(gates) and (hours := values.get(f"calendars.{name}.hours"))
    ]
    yield from ["    calendars:", *lines] if lines else []


def _used(base: Scenario, gate: GateBlock) -> list[str]:
    """Calendars of a gate's stages, and those of which they are made."""
    waiting = [
        name
        for route in gate.routes.values()
        for stage in route.stages.values()
        for name in (stage.calendar, *(shift.calendar for shift in stage.shifts.values()))
    ]
    used: dict[str, None] = {}
    while waiting:
        name = waiting.pop(0)
        block = base.model.calendars.get(name)
        if block is not None and name not in used:
            used[name] = None
            waiting += block.both or []
    return list(used)


def _gates(base: Scenario, gates: Mapping[str, GateBlock], messages: Messages) -> Iterator[str]:
    """Class, servers, a service time and a volume, with their present values."""
    from sim.scenario.schema.model import GateBlock

    classes = " | ".join(get_args(GateBlock.model_fields["status"].annotation))
    yield "    gates:"
    for gate_id, gate in gates.items():
        yield f"      {gate_id}:"
        yield _remarked(f"        class: {gate.status}", classes)
        routes = {key: route for key, route in gate.routes.items() if route.flows}
        if routes:
            yield "        routes:"
        for key, route in routes.items():
            yield f"          {key}:"
            yield from _route(base, f"gates.{gate_id}.routes.{key}", route, messages)


def _route(base: Scenario, path: str, route: RouteBlock, messages: Messages) -> Iterator[str]:
    values, service = base.leaves(), ""
    lines = []
    for key, stage in route.stages.items():
        if not (isinstance(stage.servers, int) and stage.servers):
            continue
        entry = f"servers: {stage.servers}"
        if not service:
            service = values.get(f"{path}.stages.{key}.service", "")
            entry += f", service: {_scalar(service)}" if service else ""
        title = messages.pick(stage.title.model_dump())
        lines.append(_remarked(f"              {key}: {{{entry}}}", title))
    yield from ["            stages:", *lines] if lines else []
    for key in route.flows:
        volume = values.get(f"{path}.flows.{key}.volume")
        if volume is not None:
            yield "            flows:"
            yield f"              {key}: {{volume: {_scalar(volume)}}}"
            return


def _kinds() -> tuple[str, ...]:
    from sim.scenario.schema.base import Kind

    return get_args(Kind)


def _remarked(line: str, remark: str) -> str:
    return f"{line:<{_REMARK}}# {remark}" if len(line) < _REMARK else f"{line}   # {remark}"


def _scalar(value: Any) -> str:
    """Write a value as YAML, in quotes where a sign could mean something else."""
    text = " ".join(str(value).split())
    plain = re.fullmatch(r"\w[\w ./%+:-]*", text) and not re.search(r":( |$)", text)
    return text if plain else json.dumps(text, ensure_ascii=False)
