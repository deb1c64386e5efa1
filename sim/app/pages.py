"""Pages of the app: the questions it begins with, and a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, get_args

import yaml
from jinja2 import Environment

from sim.app.controls import GROUPS
from sim.app.store import Saved
from sim.messages import catalogue, messages
from sim.report.pages import templates
from sim.scenario.schema.base import Kind

__all__ = ["questions", "start_page", "study_page", "stylesheet"]

_REPORT = ("page.css", "charts.css", "style.css", "dark.css")
"""Style sheets of the report, in its order."""

_LATER = {
    name: f"{{{name}}}" for name in ("gate", "n", "seconds", "low", "high", "names", "reason")
}
"""Placeholders that the script fills in: they stand for themselves."""

_SPOKEN = "app.page."
"""Beginning of the keys of messages that the page's script shows."""


@cache
def questions() -> dict[str, dict[str, Any]]:
    """Return the questions that the app begins with, by id."""
    text = files("sim.app").joinpath("questions.yaml").read_text("utf-8")
    known: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return known


def start_page(studies: Sequence[tuple[str, Saved]], lang: str) -> str:
    """Return the page that lists the questions, and the studies begun before."""
    return _render("start.html.j2", lang, questions=questions(), studies=studies)


def study_page(
    name: str, saved: Saved, upgrades: Mapping[str, Mapping[str, str]], lang: str
) -> str:
    """Return the page of a study; ``upgrades`` are titles by name of the files to lay over it."""
    language = messages(lang)
    keys = (key.removeprefix(_SPOKEN) for key in catalogue() if key.startswith(_SPOKEN))
    spoken = {key: language.text(f"app.page.{key}", **_LATER) for key in keys}
    for kind in get_args(Kind):
        spoken[f"kind.{kind}"] = language.text(f"report.evidence.{kind}")
    groups = {group: language.text(f"app.group.{group}") for group in GROUPS}
    data = {
        "id": name,
        "revision": saved.revision,
        "study": saved.study.model_dump(mode="json"),
        "words": spoken,
        "upgrades": {key: title[lang] for key, title in upgrades.items()},
        "lang": lang,
    }
    return _render("study.html.j2", lang, data=data, groups=groups)


def stylesheet() -> str:
    """Return the style of the pages: that of the report, then their own."""
    report = [_templates("sim.report.html").get_template(name).render() for name in _REPORT]
    return "\n".join([*report, _templates("sim.app").get_template("app.css").render()])


def _render(template: str, lang: str, **context: Any) -> str:
    page = _templates("sim.app").get_template(template)
    return str(page.render(messages=messages(lang), lang=lang, **context))


@cache
def _templates(package: str) -> Environment:
    return templates(package)
