"""``langson sensitivity``: tornado, indices and screening of uncertain inputs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Langson
from tests.sensitivity.test_tornado import INPUTS, OTHER

TWO = ("small.yaml", "other.yaml", "--of", "waited.per_day[chi_ma]", "--replications", "4")


@pytest.fixture(autouse=True)
def border(here: Path) -> None:
    """A small border with three uncertain inputs, and a fast lane upon it."""
    small = here / "small.yaml"
    small.write_text(small.read_text("utf-8") + INPUTS, "utf-8")
    (here / "other.yaml").write_text(OTHER.replace("SERVERS", "3"), "utf-8")


@pytest.mark.parametrize(("lang", "part"), [("en", "others at their medians"), ("vi", "trung vị")])
def test_the_tornado_fits_80_columns(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch, lang: str, part: str
) -> None:
    """One line for each input, in both languages, and a picture."""
    monkeypatch.setenv("COLUMNS", "80")
    result = langson("sensitivity", *TWO, "--lang", lang, "--picture", "tornado.png")
    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines())) <= 80
    text = " ".join(result.stdout.split())
    assert part in text
    assert {"papers", "lane", "station"} <= set(text.split())
    assert (here / "tornado.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("method", "size", "columns", "points"),
    [
        ("sobol", "4", {"first", "total"}, 4 * 5),
        ("morris", "2", {"size", "mean", "spread"}, 2 * 4),
    ],
)
def test_indices_come_as_json(
    langson: Langson, method: str, size: str, columns: set[str], points: int
) -> None:
    """One row for each input, how many points it took, and of what."""
    result = langson("sensitivity", *TWO, "--method", method, "--points", size, "--json")
    assert result.exit_code == 0, result.output
    content = json.loads(result.stdout)
    assert (content["method"], content["points"]) == (method, points)
    assert content["of"] == "waited.per_day[chi_ma]"
    assert [row["input"] for row in content["rows"]] == ["papers", "lane", "station"]
    assert columns <= set(content["rows"][0])


def test_what_cannot_be_done_is_said(langson: Langson) -> None:
    """No inputs, three scenarios, a picture of no kind."""
    (Path("bare.yaml")).write_text(Path("small.yaml").read_text("utf-8").split("inputs:")[0])
    for arguments, part in (
        (("bare.yaml",), "has no uncertain inputs"),
        (("small.yaml", "other.yaml", "small.yaml"), "one scenario, or two to compare"),
        ((*TWO, "--picture", "a.gif"), "pictures are .png, .svg, .pdf"),
    ):
        result = langson("sensitivity", *arguments)
        assert result.exit_code != 0
        assert part in " ".join(result.output.split())
