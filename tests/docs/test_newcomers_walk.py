"""A newcomer adds a kind of stage by CONTRIBUTING alone, in a copy of the checkout."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: Edits by file: the line to write before, and the lines.
#: An escort leaves at every full half hour and takes all who have come; the service is a delay.
EDITS: dict[str, list[tuple[str, str]]] = {
    "sim/scenario/schema/stages.py": [
        (
            "    batch: BatchBlock | None = None\n",
            '    escort: bool = False\n    """An escort leaves at every full half hour."""\n',
        )
    ],
    "sim/scenario/check/stages.py": [
        (
            "    if stage.servers is None and stage.slots is None and batch is None:\n",
            "    if stage.escort:\n        return\n",
        )
    ],
    "sim/plan/model.py": [
        (
            "\n\nclass WhenFull(IntEnum):\n",
            '    ESCORT = 5\n    """All at the next full half hour; then a plain delay."""\n',
        )
    ],
    "sim/plan/build.py": [
        (
            "    if isinstance(block.servers, int):\n        return StageKind.SERVERS",
            "    if block.escort:\n        return StageKind.ESCORT, 0\n",
        )
    ],
    "sim/engines/stations.py": [
        (
            "STATIONS: dict[StageKind, type[Station]] = {\n",
            (
                "class EscortStation(DelayStation):\n"
                '    """An escort, at the next full half hour of open time."""\n\n'
                "    def reach(self, row: int, now: float) -> None:\n"
                "        self.arrive[row] = now\n"
                "        leaves = -(-now // 30.0) * 30.0\n"
                "        hours = self._hours\n"
                "        start = leaves if leaves < hours.shuts else hours.opens_at(leaves)\n"
                "        self.begin(row, start, hours.calendar)\n\n\n"
            ),
        ),
        ("    StageKind.DELAY: DelayStation,\n", "    StageKind.ESCORT: EscortStation,\n"),
    ],
    "sim/engines/stage.py": [
        (
            "def _calendar(",
            (
                "def _serve_escort(stage: Stage, visits: StageVisits) -> Served:\n"
                "    leaves = np.ceil(visits.arrive / 30.0) * 30.0\n"
                "    start = _calendar(stage, visits).next_open(leaves)\n"
                "    return start, _finish(stage, visits, start), None\n\n\n"
            ),
        ),
        ("    StageKind.DELAY: _serve_delay,\n", "    StageKind.ESCORT: _serve_escort,\n"),
    ],
    "sim/measures/occupancy.py": [("StageKind.BATCH):\n", "StageKind.ESCORT, ")],
    "sim/report/html/answers.py": [
        ('    StageKind.BATCH: "batch",\n', '    StageKind.ESCORT: "escort",\n')
    ],
    "sim/messages.yaml": [
        (
            "report.answer.2.5.2.batch:",
            'report.answer.2.5.2.escort: {en: "{n} escort|{n} escorts", vi: "{n} khâu hộ tống"}\n',
        )
    ],
}

#: The tutorial, whose vehicles go from the counters to the lane in an escort.
STAGE = """\
          platoon:
            title: {en: Escort, vi: Hộ tống}
            side: vietnam
            calendar: vietnam
            escort: true
            service: 5 min
"""

#: What is then run, from the copy: both engines, the tables, and the report in Vietnamese.
TRIAL = """
import sys
from pathlib import Path
import numpy as np
import sim
from sim.cli import main

assert Path(sim.__file__).is_relative_to(Path.cwd())
plan = sim.build_plan(sim.load("escort.yaml"))
(number,) = [i for i, stage in enumerate(plan.stages) if stage.kind.name == "ESCORT"]
workload = sim.draw(plan, 0)
core, des = (sim.simulate(plan, workload, engine) for engine in ("core", "des"))
for name in ("arrive", "start", "finish", "server", "outcome", "crossed_at"):
    assert getattr(core, name).tobytes() == getattr(des, name).tobytes(), name
rows = workload.rows(number)
served = core.start[rows][~np.isnan(core.start[rows])]
assert len(served) > 20 and not (served % 30.0).any()
table = sim.measure(core, plan).tables["stages"]
assert table.filter(table["stage"] == plan.stages[number].id)["overtime"].to_list() == [None]
options = "--replications 1 --no-figures --lang vi --out out --jobs 1"
sys.argv = ["langson", "run", "escort.yaml", *options.split()]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
(report,) = Path("out").rglob("report.html")
assert "1 khâu hộ tống" in report.read_text("utf-8")
"""


def files_of_a_stage_kind() -> list[str]:
    """The files that CONTRIBUTING lists for a kind of stage, in its order."""
    text = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return re.findall(r"^\d+\. `([\w./]+)`", text, re.MULTILINE)


def insert(file: Path, before: str, text: str) -> None:
    """Write ``text`` before each place where ``before`` stands."""
    source = file.read_text(encoding="utf-8")
    assert before in source, f"{file}: the walk inserts before {before!r}, which has gone"
    file.write_text(source.replace(before, text + before), encoding="utf-8")


def edit(checkout: Path, omitted: str = "") -> None:
    """Make the edits of the walk, but for those of one file."""
    for file, edits in EDITS.items():
        for before, text in edits if file != omitted else []:
            insert(checkout / file, before, text)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the package, with the tutorial that has an escort."""
    copy = tmp_path / "langson"
    shutil.copytree(ROOT / "sim", copy / "sim")
    tutorial = (ROOT / "scenarios" / "tutorial.yaml").read_text(encoding="utf-8")
    before = "          inspection:\n"
    assert before in tutorial
    assert "[documents, inspection," in tutorial
    text = tutorial.replace(before, STAGE + before, 1)
    text = text.replace("[documents, inspection,", "[documents, platoon, inspection,")
    (copy / "escort.yaml").write_text(text, encoding="utf-8")
    return copy


def run(checkout: Path) -> subprocess.CompletedProcess[str]:
    """Run the trial with the package of a checkout."""
    return subprocess.run(
        [sys.executable, "-c", TRIAL], cwd=checkout, capture_output=True, text=True, check=False
    )


def test_the_walk_touches_the_files_that_contributing_lists() -> None:
    """CONTRIBUTING lists the files of a stage kind: nine, and in the order of the data."""
    listed = files_of_a_stage_kind()
    assert listed == list(EDITS)
    assert len(listed) <= 9


def test_a_stage_kind_added_by_the_listed_files_runs_on_both_engines(checkout: Path) -> None:
    """Engines agree to the last bit, tables know it and the report names it in Vietnamese."""
    edit(checkout)
    done = run(checkout)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.slow
@pytest.mark.parametrize("omitted", EDITS)
def test_each_file_on_the_list_is_needed(checkout: Path, omitted: str) -> None:
    """Without any of the nine files the kind does not run, or its figures are wrong."""
    edit(checkout, omitted)
    assert run(checkout).returncode != 0
