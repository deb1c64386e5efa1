"""The load of a stage: what arrives over what can be served."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.engines import simulate
from sim.journeys import Journeys
from sim.measures import measure
from sim.plan import build_plan
from sim.scenario import load
from sim.workload import draw
from tests.small import write_small

MAIN = "gates.chi_ma.routes.main"
QUIET = {
    "run.days": "1",
    "run.warm_up": "0 days",
    f"{MAIN}.flows.goods.volume": "0/day",
    f"{MAIN}.stages.documents.service": "10 min",
}


def loads(folder: Path, **settings: str) -> tuple[dict[str, float], int]:
    """Load of each stage of the small scenario by role, and its fruit trucks before closing."""
    plan = build_plan(load(write_small(folder)[0], set={**QUIET, **settings}))
    journeys = simulate(plan, draw(plan, 0))
    stages = measure(journeys, plan).tables["stages"]
    return dict(stages.select("role", "load").iter_rows()), fruit(journeys, 19)


def fruit(journeys: Journeys, hour: int) -> int:
    """Fruit trucks that came before an hour."""
    work = journeys.workload
    return int(np.count_nonzero((work.flow == 0) & (work.arrive < 60 * hour)))


def test_load_is_work_over_open_time(tmp_path: Path) -> None:
    """All fruit trucks for 10 min at two counters, open 12 h, which finish what they began."""
    found, trucks = loads(tmp_path)
    assert found["documents"] == pytest.approx(trucks * 10 / (2 * (720 + 5)))


def test_frozen_services_do_not_run_on(tmp_path: Path) -> None:
    """Where services freeze at closing there is no more time than the open hours."""
    found, trucks = loads(tmp_path, **{f"{MAIN}.stages.documents.at_close": "resume"})
    assert found["documents"] == pytest.approx(trucks * 10 / (2 * 720))


def test_delays_have_no_load(tmp_path: Path) -> None:
    """What serves everybody at once cannot be overloaded."""
    found, _ = loads(tmp_path, **{f"{MAIN}.stages.documents.servers": "unlimited"})
    assert found["documents"] is None


def test_outages_take_capacity(tmp_path: Path) -> None:
    """Time lost to outages serves nobody: the same trucks load the counters more."""
    path, _ = write_small(tmp_path)
    text = path.read_text("utf-8")
    outage = (
        "outages:\n  power:\n    title: {en: Power, vi: Mất điện}\n    between: 2 h\n"
        "    lasts: 2 h\n    stages: [documents]\n    evidence: assumption\n"
    )
    path.write_text(text + outage, "utf-8")
    resume = {f"{MAIN}.stages.documents.at_close": "resume"}
    plan = build_plan(load(path, set={**QUIET, **resume}))
    journeys = simulate(plan, draw(plan, 0))
    stages = measure(journeys, plan).tables["stages"].filter(role="documents")
    trucks = fruit(journeys, 18)  # who comes later is served tomorrow
    # out of order 02-04, 06-08, 10-12, 14-16 and 18-20: of 07-19, 6 h are left
    assert stages["load"].item() == pytest.approx(trucks * 10 / (2 * 360))


def test_slots_count_departures(tmp_path: Path) -> None:
    """At a timetable the load is who comes over how many can leave."""
    path, _ = write_small(tmp_path)
    text = path.read_text("utf-8").replace(
        "            servers: 1\n            calendar: day\n            service: 4 min\n",
        "            slots: [08:00, 12:00, 16:00, 18:00]\n            calendar: day\n"
        "            service: 4 min\n",
    )
    path.write_text(text, "utf-8")
    plan = build_plan(load(path, set=QUIET))
    journeys = simulate(plan, draw(plan, 0))
    stages = measure(journeys, plan).tables["stages"].filter(role="crossing")
    work = journeys.workload
    came = int(np.count_nonzero(journeys.arrive[work.stage == 1] <= 18 * 60))
    assert stages["load"].item() == pytest.approx(came / 4)


def test_what_runs_on_past_closing_is_the_rest_of_a_service(tmp_path: Path) -> None:
    """In a queue that never ends, load times what is worked is all that came."""
    plan = build_plan(
        load(
            write_small(tmp_path)[0],
            set=QUIET
            | {
                "run.days": "120",
                f"{MAIN}.stages.documents.service": "lognormal(mean 47 min, cv 0.3)",
                f"{MAIN}.flows.fruit.volume": "60/day",
            },
        )
    )
    journeys = simulate(plan, draw(plan, 0))
    stages = measure(journeys, plan).tables["stages"].row(0, named=True)
    rows = journeys.workload.rows(0)
    came = journeys.workload.service[rows][journeys.arrive[rows] < plan.horizon].sum()
    worked = stages["utilisation"] * 2 * 720 * plan.days + stages["overtime"]
    assert stages["utilisation"] > 0.99
    # a whole service more for each closing would be 3 % off
    assert stages["load"] * worked == pytest.approx(came, rel=0.01)
