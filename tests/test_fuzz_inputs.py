"""Whatever people write into files and options, the answer is a result or a sentence.

Hypothesis edits scenario files, settings, observed figures, sweeps and profiles: characters,
lines and single values. Only the program's own errors come out, and nothing is written.
``LANGSON_FUZZ`` multiplies the number of examples.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import sim
from sim.errors import LangsonError
from sim.scenario import Variants
from sim.sweep import read_profile
from sim.sweep.design import expand
from sim.validate import check_feasible, read_observed
from tests.scenario.conftest import BASE
from tests.small import SMALL

TIMES = int(os.environ.get("LANGSON_FUZZ", "1"))

OBSERVED = (
    "day,gate,quantity,value,use,source,note\n"
    '2025-07-09,chi_ma,exported,12.5,calibrated,"a, ""b""","two\nlines"\n'
    ",all,waiting,1_259,predicted,,\n"
    ",chi_ma,vietnam_time_h,3.5,,x,y\n"
)
SWEEP = """\
format: 1
extends: base.yaml
sweep:
  design: latin-hypercube
  points: 4
  replications: 2
  factors:
    lanes: {path: gates.chi_ma.routes.main.stages.crossing.servers, values: [1, 2, unlimited]}
    time:
      path: gates.chi_ma.routes.main.stages.crossing.service
      distribution: "uniform(1, 9)"
      digits: 2
      write: "{} min"
"""
PROFILE = """\
workers: 3
memory: 2G
time: "04:00:00"
interface: ib0
setup: module load python
options: [--account=border, --partition=main]
"""

#: What stands in place of one value.
ODD = st.sampled_from(
    [
        *(
            "",
            "~",
            "null",
            "true",
            "{}",
            "[]",
            "[a]",
            "{a: 1}",
            "{other: 1 min}",
            "*x",
            "&x 1",
            "!!x",
        ),
        *(
            "0",
            "-1",
            "3.0",
            "3.5",
            "1.250",
            "1e3",
            "1e-05",
            "1e400",
            ".nan",
            "-.inf",
            "0x1F",
            "010",
        ),
        *("0 %", "1e-05 %", "99_999_999 %", "12 min", "1e16 min", "5 weeks", "1 s", "-3 h"),
        *("0 trucks/day", "1.250 trucks/day", "999_999 trucks/day", "1e25/day", "1 bn VND"),
        *("24h", "24:00-00:00", "00:00-24:00 Beijing", "19:00-02:00", "25:00", "07:00-07:00"),
        *("2025-02-30", "2025-07-08", "1900-01-01", "2199-12-31", "0000-00-00", "2025-07-08 24:00"),
        *("exponential(0 min)", "lognormal(mean 1 min, cv 1e9)", "uniform(3 h, 1 h)", "gamma(mean"),
        *("erlang(99999999999, mean 1 min)", "triangular(1 s, 1 s, 1 s)", "uniform(0, 0)"),
        *("unlimited", "always", "crossing", "export", "{en: a, vi: b}", "{2025-07-08: 1/day}"),
        *(
            "\ud7ff",
            "\u200b",
            "a\u0301",
            "\u202e",
            "\U0001f69b",
            "\\x00",
            '"\\0"',
            '"\\ud800"',
            "'",
            '"',
        ),
        *("x" * 300, "9" * 30, "../" * 40 + "x", "/dev/zero", "..\\x.yaml", "like: road", "<<: *a"),
    ]
)


@st.composite
def edited(draw: st.DrawFn, text: str) -> str:
    """Return a text with one to three edits of characters, lines or values."""
    for _ in range(draw(st.integers(1, 3))):
        lines = text.splitlines(keepends=True) or [""]
        number = draw(st.integers(0, len(lines) - 1))
        line = lines[number]
        kind = draw(st.sampled_from(("value", "value", "cut", "line", "indent", "swap", "key")))
        if kind == "value":
            head, mark, _ = line.partition(draw(st.sampled_from((": ", ", ", ","))))
            lines[number] = f"{head}{mark}{draw(ODD)}\n" if mark else f"{draw(ODD)}\n"
        elif kind == "key":
            _, mark, rest = line.partition(":")
            lines[number] = f"{draw(ODD)}{mark}{rest}"
        elif kind == "cut":
            at = draw(st.integers(0, len(line)))
            more = draw(st.text("{}[]:,-#&*!|>%'\"@ \n\t0axé\u200b\r", max_size=4))
            lines[number] = line[:at] + more + line[at + draw(st.integers(0, 9)) :]
        elif kind == "line":
            lines[number] = draw(st.sampled_from(("", line * 2, line + draw(ODD) + "\n")))
        elif kind == "indent":
            lines[number] = " " * draw(st.integers(0, 8)) + line.lstrip(" ")
        else:
            other = draw(st.integers(0, len(lines) - 1))
            lines[number], lines[other] = lines[other], line
        text = "".join(lines)
    return text


def bounded(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """So many examples, times as often as is asked for; what is found is not made small."""
    return settings(
        max_examples=examples * TIMES,
        deadline=10_000,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate) if TIMES > 1 else tuple(Phase),
        database=None,
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that holds a base, which is current."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(BASE, "utf-8")
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    return tmp_path


def answered(folder: Path, name: str, text: str, read: Callable[[Path], object]) -> None:
    """Read a file: a result or sentences, each with words; and the folder is as it was."""
    path = folder / name
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    before = {entry: entry.stat().st_mtime_ns for entry in folder.iterdir()}
    said = "a result"
    try:
        read(path)
    except LangsonError as error:
        said = str(error)
    assert said.strip()
    assert {entry: entry.stat().st_mtime_ns for entry in folder.iterdir()} == before


def built(path: Path) -> None:
    """Load a scenario and compile it."""
    sim.build_plan(sim.load(path))


@bounded(60)
@given(text=edited(BASE) | edited(SMALL))
def test_scenario_files(folder: Path, text: str) -> None:
    """A mutated scenario file loads and compiles, or is answered with sentences."""
    answered(folder, "x.yaml", text, built)


@bounded(30)
@given(text=edited(BASE), over=edited("format: 1\nextends: y.yaml\n" + BASE.split("\n", 3)[3]))
def test_scenario_files_over_others(folder: Path, text: str, over: str) -> None:
    """So is one that extends another that is mutated, too."""
    (folder / "y.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    answered(folder, "x.yaml", over, built)


PATHS = st.sampled_from(
    [
        *("run.days", "run.start", "run.warm_up", "run.replications", "run.year", "run", "gates"),
        *("calendars.vietnam.hours", "calendars.vietnam.closures", "calendars.crossing.both"),
        *("profiles.day.steady.shares", "cargo.fruit.payload", "channels", "channels.green"),
        *(
            f"gates.chi_ma.routes.main.{key}"
            for key in (
                *("stages.documents.servers", "stages.documents.service", "stages.documents.slots"),
                *("stages.documents.shifts.a", "stages.documents.batch", "stages.crossing.share"),
                *("holds.yard.places", "holds.yard.first", "paths.export.stages", "alias_of"),
                *("flows.fruit.volume", "flows.fruit.from", "flows.fruit.timetable", "flows.fruit"),
                *("flows.fruit.patience", "flows.fruit.choice", "flows.fruit.backlog"),
            )
        ),
        *(
            "templates.road",
            "upgrades.x",
            "sweep",
            "extends",
            "",
            ".",
            "a..b",
            "gates.\u200bchi_ma",
        ),
    ]
)


@bounded(60)
@given(
    pairs=st.lists(st.tuples(PATHS | st.text(max_size=9), ODD | st.text(max_size=12)), max_size=3)
)
def test_settings(folder: Path, pairs: list[tuple[str, str]]) -> None:
    """Any text after --set is a value, or is answered with sentences."""
    settings = [f"{path}={value}" for path, value in pairs]
    answered(folder, "x.yaml", BASE, lambda path: sim.build_plan(sim.load(path, set=settings)))


@bounded(25)
@given(text=edited(OBSERVED))
def test_observed_figures(folder: Path, text: str) -> None:
    """A mutated CSV is read, or is answered with sentences."""
    plan = sim.build_plan(sim.load("small.yaml"))
    answered(folder, "x.csv", text, lambda path: check_feasible(read_observed(path, plan), plan))


@bounded(25)
@given(text=edited(SWEEP))
def test_sweeps(folder: Path, text: str) -> None:
    """A mutated sweep has points, each of which loads or is refused beforehand."""

    def read(path: Path) -> None:
        variants = Variants.of(path)
        if variants.sweep is None or (variants.sweep.points or 0) <= 64:
            expand(variants)

    answered(folder, "x.yaml", text, read)


@bounded(60)
@given(text=edited(PROFILE))
def test_profiles(folder: Path, text: str) -> None:
    """A mutated profile asks for what is one line each, or is answered with sentences."""

    def read(path: Path) -> None:
        profile = read_profile(path)
        for line in (profile.memory, profile.time, profile.interface or "", *profile.options):
            assert not any(unicodedata.category(sign) == "Cc" for sign in line)

    answered(folder, "x.yaml", text, read)
