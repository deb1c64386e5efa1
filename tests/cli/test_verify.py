"""``langson verify``: tables, exit codes, JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sim.engines import ENGINES, core
from sim.journeys import Journeys
from sim.plan import Plan
from sim.verify import MODELS, compare
from sim.workload import Workload
from tests.cli.conftest import Langson


@pytest.fixture(autouse=True)
def short_theory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole check belongs to tests/verify; here a small part of it."""
    small = [one for model in MODELS for one in compare(model, replications=20, vehicles=300)]
    monkeypatch.setattr("sim.verify.check_theory", lambda: small)


def spoiled(plan: Plan, workload: Workload) -> Journeys:
    """An engine that ends everything a second late."""
    good = core.run(plan, workload)
    return replace(good, finish=good.finish + 1.0 / 60.0)


def test_each_scenario_has_a_line(langson: Langson) -> None:
    """Vehicles, visits, the difference of zero, and then theory."""
    result = langson("verify", "small.yaml", "more.yaml", "--replications", "1")
    assert result.exit_code == 0, result.output
    rows = [line.split() for line in result.stdout.splitlines()]
    for name in ("small", "more"):
        row = next(row for row in rows if row[:1] == [name])
        assert int(row[1]) < int(row[2])
        assert row[3:5] == ["0", "yes"]
    assert sum(row[:1] == ["M/D/1,"] for row in rows) == len(ENGINES)
    assert "✓ everything agrees" in result.stdout


def test_replications_add_up(langson: Langson) -> None:
    """Two replications hold about twice the vehicles of one."""

    def vehicles(number: str) -> int:
        out = langson("verify", "small.yaml", "--replications", number, "--json").stdout
        return int(json.loads(out)["scenarios"][0]["vehicles"])

    assert 1.5 < vehicles("2") / vehicles("1") < 2.5


def test_without_files_theory_alone(langson: Langson) -> None:
    """No file is no mistake: the engines are held against theory, and that is said."""
    result = langson("verify")
    assert result.exit_code == 0
    assert "No scenario given" in result.stdout
    assert "M/M/1, load 70%" in result.stdout


def test_a_difference_ends_with_one(langson: Langson, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that is a second late is found out, and its size is not rounded away."""
    monkeypatch.setitem(ENGINES, "core", spoiled)
    result = langson("verify", "small.yaml")
    assert result.exit_code == 1
    assert "1.7e-02" in result.stdout
    assert "✗ 1 line does not agree" in result.stdout


def test_a_failed_theory_ends_with_one(langson: Langson, monkeypatch: pytest.MonkeyPatch) -> None:
    """So does a mean that is too far from the exact one."""
    wrong = [replace(one, exact=99.0) for one in compare(MODELS[0], replications=20, vehicles=300)]
    monkeypatch.setattr("sim.verify.check_theory", lambda: wrong)
    result = langson("verify")
    assert result.exit_code == 1
    assert "✗ 2 lines do not agree" in result.stdout


def test_json_is_one_object(langson: Langson, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --json stdout is one JSON object that says whether all agreed."""
    monkeypatch.setitem(ENGINES, "core", spoiled)
    result = langson("verify", "small.yaml", "small.yaml", "--json")
    assert result.exit_code == 1
    content = json.loads(result.stdout)
    assert list(content) == ["format", "agreed", "replications", "scenarios", "theory"]
    assert content["agreed"] is False
    assert [one["name"] for one in content["scenarios"]] == ["small (1)", "small (2)"]
    assert content["scenarios"][0]["difference"] == pytest.approx(1.0 / 60.0)
    assert content["theory"][0]["model"] == "mm1"


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_output_fits_100_columns(langson: Langson, lang: str) -> None:
    """No line is wider than the narrowest screen in use, in either language."""
    result = langson("verify", "small.yaml", "--lang", lang)
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert ("Hai bộ máy" in result.stdout) is (lang == "vi")


def test_bad_file(langson: Langson) -> None:
    """A file that is not there ends with 2."""
    result = langson("verify", "none.yaml")
    assert result.exit_code == 2
    assert "none.yaml" in result.stderr
