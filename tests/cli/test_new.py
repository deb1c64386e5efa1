"""``langson new``: names in Vietnamese, and what an editor needs."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import yaml

from tests.cli.conftest import Langson


def test_a_vietnamese_name_becomes_the_title(langson: Langson, here: Path) -> None:
    """The file has a name without tones, and the title as given in both languages."""
    made = langson("new", "mùa vải")
    assert made.exit_code == 0, made.output
    path = here / "scenarios" / "mua-vai.yaml"
    assert yaml.safe_load(path.read_text("utf-8"))["title"] == {"en": "mùa vải", "vi": "mùa vải"}
    checked = langson("check", "scenarios/mua-vai.yaml")
    assert checked.exit_code == 0, checked.output


def test_an_editor_finds_the_schema_that_the_file_names(langson: Langson, here: Path) -> None:
    """The modeline names a schema beside the file, which the file satisfies and a slip does not."""
    langson("new", "chi-ma-2030")
    path = here / "scenarios" / "chi-ma-2030.yaml"
    line, *_ = path.read_text("utf-8").splitlines()
    schema = json.loads(path.with_name(line.partition("$schema=")[2]).read_text("utf-8"))
    content = yaml.safe_load(path.read_text("utf-8"))
    jsonschema.Draft7Validator(schema).validate(content)
    slip = {**content, "gatez": {}}
    assert not jsonschema.Draft7Validator(schema).is_valid(slip)


def test_a_copied_overlay_is_told_the_shipped_name(langson: Langson, here: Path) -> None:
    """Away from the shipped files `extends: baseline-2025.yaml` finds nothing; the name does."""
    text = "format: 1\nextends: {}\ntitle: {{en: Copy, vi: Bản sao}}\n"
    (here / "copy.yaml").write_text(text.format("baseline-2025.yaml"), "utf-8")
    refused = langson("check", "copy.yaml")
    assert refused.exit_code == 2
    assert "write `baseline-2025`, without folder and ending" in refused.output
    (here / "copy.yaml").write_text(text.format("baseline-2025"), "utf-8")
    assert langson("check", "copy.yaml").exit_code == 0
