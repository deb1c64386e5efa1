"""Checks across fields: each wrong combination is one problem at one place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import Problem, ScenarioError
from sim.scenario import Scenario, load

Found = Callable[[str, str], list[Problem]]
Overlay = Callable[..., Scenario]

SHARE = "{red: 100 %, other: 0 %}"
STAGES = "[documents, inspection, crossing]"
LANE = "calendar: crossing\n"
TWO = "servers: 2\n"
OUT = "      export: {stages: [documents, inspection, crossing], crossed_at: crossing}\n"

CUT = "power: {{title: {{en: Cut, vi: Mất điện}}, evidence: assumption, {}}}"
OUTAGE = f"outages: {{{{{CUT}}}}}\ntemplates:\n"

CASES = [
    # calendars
    ("hours: 07:00-19:00,", "days: mon-fri,", "calendar-hours", "neither `hours` nor `both`"),
    ("{both: [vietnam, china]}", "{both: [vietnam, china], hours: 24h}", "calendar-hours", "both"),
    ("{both: [vietnam, china]}", "{both: []}", "calendar-hours", "names no calendar"),
    ("{both: [vietnam, china]}", "{both: [vietnam, chna]}", "unknown-calendar", "'china'"),
    ("{both: [vietnam, china]}", "{both: [vietnam, crossing]}", "circular-calendar", "circle"),
    ("{both: [vietnam, china]}", "{both: [one]}\n  one: {both: [two]}\n  two: {both: [one]}",
     "circular-calendar", "leave it out"),
    ("calendar: crossing", "calendar: crosing", "unknown-calendar", "did you mean 'crossing'?"),
    (
        "{hours: 07:00-19:00,",
        "{hours: 07:00-19:00, closures: {a: {start: 2025-07-08, end: 2025-07-07}},",
        "ends-early",
        "swap",
    ),
    (
        "calendars:\n",
        "countries: {china: {holidays: {a: {start: 2025-02-04, end: 2025-01-28}}}}\ncalendars:\n",
        "ends-early",
        "2025-02-04",
    ),
    # demand
    ("red: 10 %, evidence", "red: 11 %, evidence", "shares-sum", "101 %"),
    ("07:00-24:00: 70 %", "07:00-24:00: 60 %", "shares-sum", "90 %"),
    ("07:00-24:00: 70 %", "08:00-24:00: 70 %", "day-windows", "nothing from 07:00 to 08:00"),
    ("07:00-24:00: 70 %", "06:00-24:00: 70 %", "day-windows", "overlap at 06:00"),
    ("07:00-24:00: 70 %", "07:00-23:00: 70 %", "day-windows", "nothing from 23:00 to 24:00"),
    ("07:00-24:00: 70 %", "7 to 24: 70 %", "bad-value", "not a window"),
    ("cargo: fruit, volume", "cargo: friut, volume", "unknown-cargo", "did you mean 'fruit'?"),
    ("day: steady", "day: stedy", "unknown-profile", "did you mean 'steady'?"),
    ("direction: export", "direction: import", "no-path", "no path for import"),
    ("volume: 30 trucks/day,", "", "volume-or-timetable", "no timetable and no recorded"),
    ("day: steady", "timetable: [06:00]", "volume-or-timetable", "both"),
    ("day: steady", "wagons: 20", "wagons", "vehicle: train"),
    ("day: steady", "from: {2025-07-32: 5 trucks/day}", "bad-value", "July 2025 has 31 days"),
    ("day: steady", "from: {2025-07-09: 5 vans/day}", "wrong-vehicle", "vehicle: van"),
    ("day: steady", "from: {2025-07-09: 2_000_000 trucks/day}", "out-of-range", "unit"),
    ("day: steady", "day_to_day_cv: 2_000 %", "out-of-range", "write e.g. 20 %"),
    # routes
    ("alias_of: tan_thanh", "alias_of: tan_than", "unknown-gate", "did you mean 'tan_thanh'?"),
    ("      r1088: {alias_of", "      r1089: {alias_of", "unknown-route", "its routes: r1088"),
    ("{alias_of: tan_thanh}", "{alias_of: tan_thanh, holds: {}}", "alias-with-content", "r1088"),
    ("priority: [fruit]", "priority: [friut]", "unknown-class", "did you mean 'fruit'?"),
    (STAGES, "[documents, crosing, crossing]", "unknown-stage", "mean"),
    (STAGES, "[documents, documents, crossing]", "stage-twice", "second"),
    ("crossed_at: crossing", "crossed_at: crosing", "unknown-stage", "did you mean 'crossing'?"),
    ("first: documents", "first: document", "unknown-stage", "did you mean 'documents'?"),
    ("first: documents, last: crossing", "first: crossing, last: documents", "hold-order", "swap"),
    ("inspection, crossing], crossed_at", "inspection], crossed_at", "unknown-stage", "crossing"),
    ("last: crossing", "last: inspection", "hold-kept", "'inspection'"),
    ("stages: [documents, inspection, crossing]", "stages: []", "no-stages", "at least one stage"),
    ("places: 50", "places: 0", "no-places", "at least 1"),
    ("      yard:", "      documents:", "id-twice", "another id"),
    (LANE, LANE + "        share: 90 %\n", "crossing-skipped", "leave `share` out"),
    ("servers: 2\n", "servers: 0\n", "no-servers", "add servers"),
    (SHARE, "{rad: 100 %, other: 0 %}", "unknown-class", "did you mean 'red'?"),
    (SHARE, "{red: 100 %}", "incomplete", "green, yellow"),
    (SHARE, "{goods: 100 %}", "incomplete", "fruit"),
    (SHARE, "{red: 1 %, fruit: 2 %, other: 0 %}", "mixed-classes", "go by"),
    (SHARE, "{}", "mixed-classes", "names no class"),
    # lanes, paths, slots
    (TWO, "shifts: {a: {servers: 1, calendar: vietnam, only: [exprt]}}\n", "unknown-class",
     "did you mean 'export'?"),
    (TWO, "servers: 1\n        shifts: {a: {servers: 1, calendar: vietnam, prefers: [friut]}}\n",
     "unknown-class", "did you mean 'fruit'?"),
    (TWO, "servers: 0\n        shifts: {a: {servers: 1, calendar: vietnam, only: [import]}}\n",
     "no-servers", "add servers"),
    ("  goods: {title", "  trusted: {title", "reserved-id", "another id"),
    ("direction: export, cargo", "direction: export, path: fast, cargo", "unknown-path", "path"),
    (OUT, OUT + "      fast: {stages: [crossing], crossed_at: crossing}\n", "missing-key",
     "direction: export"),
    (OUT, OUT.replace("{stages", "{direction: import, stages"), "path-direction", "another id"),
    ("direction: export, cargo", "direction: import, path: export, cargo", "path-direction",
     "that direction"),
    (TWO, "slots: {times: [06:00], hours: 24h, every: 1 h}\n", "slots", "`times` and `hours`"),
    (TWO, "slots: {places: 3}\n", "slots", "hours: 07:00-20:00, every: 30 min"),
    (TWO, "slots: {hours: 24h}\n", "slots", "go together"),
    (TWO, "slots: {times: [06:00], every: 1 h}\n", "slots", "go together"),
    (TWO, "slots: {hours: 24h, every: 5 s}\n", "out-of-range", "1 min"),
    (TWO, "slots: {hours: 24h, evry: 1 h}\n", "unknown-key", "did you mean 'every'?"),
    (TWO, "slots: []\n", "slots", "names no departures"),
    (TWO, "slots: {times: []}\n", "slots", "names no departures"),
    (TWO, "slots: {hours: 24h, every: 1 min, places: 100}\n", "out-of-range", "144,000 places"),
    (TWO, TWO + "        per: passenger\n", "no-pieces", "passengers: 40"),
    (TWO, "servers: unlimited\n        wait: virtual\n", "no-queue", "write slots"),
    (TWO, TWO + "        wait: virtual\n        held_by: owner\n", "no-queue", "keep one"),
    (SHARE, "{trusted: 100 %}", "incomplete", "other"),
    ("payload: 20 t, evidence", "payload: 20 t, life: 0 min, evidence", "out-of-range",
     "at least 1 min"),
    # outages
    ("templates:\n", OUTAGE.format("between: 1 s, lasts: 2 s, stages: [documents]"),
     "out-of-range", "at least 1 min"),
    # evidence
    ("date: 2025}", "date: soon}", "bad-value", "2025, 2025-07 or 2025-07-07"),
    ("source: evr", "source: evx", "unknown-source", "did you mean 'evr'?"),
    ("payload: 20 t, evidence: assumption", "payload: 20 t, evidence: {paylod: measured}",
     "unknown-key", "did you mean 'payload'?"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "word"), CASES)
def test_what_does_not_fit_together(
    problems: Found, old: str, new: str, code: str, word: str
) -> None:
    """One error with its code, a place on the changed line, and a remedy."""
    found = [problem for problem in problems(old, new) if problem.level == "error"]
    assert code in {problem.code for problem in found}
    problem = next(problem for problem in found if problem.code == code)
    assert word in f"{problem.message}; {problem.hint}"
    assert problem.line > 0
    assert problem.hint


WARNINGS = [
    (
        "{hours: 07:00-19:00,",
        "{hours: 07:00-19:00, closures: {a: {start: 2024-07-01, end: 2024-07-02}},",
        "outside-run",
        "the run is from 2025-07-07 to 2025-07-14",
    ),
    ("hours: 07:00-19:00,", "hours: 07:00-19:00, country: vietnam,", "no-holidays",
     "countries: {vietnam: {holidays:"),
    ("hours: 07:00-19:00,", "hours: 19:00-10:00,", "overnight-hours", "00:00-10:00, 19:00-24:00"),
    ("volume: 30 trucks/day", "volume: 200_000 trucks/day", "absurd-value", "unit"),
    ("service: 30 min", "service: 40 days", "absurd-value", "up to 30 days"),
    ("day: steady", "day: steady, delay: 5 min", "no-effect", "beside a volume"),
    ("day: steady", "day: steady, from: {2025-08-01: 5 trucks/day}", "outside-run", "longer"),
    ("volume: 30 trucks/day, day: steady", "timetable: [06:00], day: steady", "no-effect", "table"),
    ("data: assumed\n    evidence: assumption\n    routes:\n      main",
     "data: none\n    evidence: assumption\n    routes:\n      main", "data-none", "assumed"),
    ("  goods: {title: {en: Goods, vi: Hàng}, evidence: assumption}",
     "  goods: {title: {en: Goods, vi: Hàng}, payload: 2 t}", "no-evidence", "1 number has"),
    ("volume: 30 trucks/day", "volume: 300 trucks/day", "overload", "arrivals 300/day exceed"),
    (TWO, TWO + "        no_show: 5 %\n", "no-effect", "without slots"),
    (TWO, "servers: unlimited\n", "no-effect", "priority has no effect where servers are unlim"),
    ("templates:\n", OUTAGE.format("between: 5 days, lasts: 1 h, stages: []"), "no-effect",
     "it stops no stages"),
    ("payload: 20 t, evidence: assumption", "payload: 20 t, evidence: measured", "no-source",
     "write e.g. {kind: measured, source: evr}"),
    ("evidence: assumption}\n  goods", "evidence: {payload: {kind: literature}}}\n  goods",
     "no-source", "source: evr"),
    ("payload: 20 t, evidence: assumption", "payload: 20 t, evidence: derived", "no-source",
     "a source or a note"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "word"), WARNINGS)
def test_what_looks_wrong_is_a_warning(
    problems: Found, old: str, new: str, code: str, word: str
) -> None:
    """The scenario loads, and says what to look at."""
    found = problems(old, new)
    assert {problem.level for problem in found} == {"warning"}
    problem = next(problem for problem in found if problem.code == code)
    assert word in f"{problem.message}; {problem.hint}"
    assert problem.hint


CLASHES = [
    ("calendars: {vietnam: {both: [china]}}", "calendars.vietnam: has both", "hours: null"),
    ("gates: {chi_ma: {routes: {main: {flows: {fruit: {timetable: [06:00]}}}}}}",
     "fruit: has both `volume` and `timetable`", "volume: null"),
    ("gates: {chi_ma: {routes: {main: {stages: {documents: {batch: {size: 4}}}}}}}",
     "documents: has both `servers` and `batch`", "servers: null"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message", "remedy"), CLASHES)
def test_a_key_that_shuts_out_one_of_the_base(
    overlay: Overlay, text: str, message: str, remedy: str
) -> None:
    """The overlay is told, at its own line, how to take the other key back."""
    with pytest.raises(ScenarioError) as caught:
        overlay(text)
    (problem,) = (one for one in caught.value.problems if one.level == "error")
    assert (problem.file, problem.line) == ("overlay.yaml", 4)
    assert remedy in problem.hint
    assert "base.yaml:" in problem.hint
    path, _, said = problem.message.partition(": ")
    assert message in f"{path.rpartition('.')[0]}: {said}"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("money.life=0 years", "a cost cannot be spread over less than a year"),
        ("money.life.low=0 years", "a cost cannot be spread over less than a year"),
        ("money.discount_rate=200 %", "more than 100 %"),
        ("air.plugged={value: 50 %, low: 0 %, high: 120 %}", "more than 100 %"),
    ],
)
def test_prices_that_nobody_can_reckon_with(setting: str, message: str) -> None:
    """A life of no years would divide by nothing, a share of 150 % would clean the air."""
    baseline = Path(__file__).parents[2] / "scenarios" / "baseline-2025.yaml"
    with pytest.raises(ScenarioError, match=message) as caught:
        load(baseline, [f"economics.{setting}"])
    assert all(problem.hint for problem in caught.value.problems)


def test_a_season_cannot_bring_more_than_can_be_simulated(overlay: Overlay) -> None:
    """The volume is checked with its profiles on, at the flow."""
    with pytest.raises(ScenarioError, match="too many; check the shares of its week, season"):
        overlay(
            "profiles: {season: {rush: {add: true, jul: 9_000_000 %, evidence: assumption}}}\n",
            set=["gates.chi_ma.routes.main.flows.fruit.season=rush"],
        )


@pytest.mark.parametrize(("volume", "codes"), [("3 trucks/day", {"data-none"}), ("0/day", set())])
def test_a_gate_without_data_sends_nobody(overlay: Overlay, volume: str, codes: set[str]) -> None:
    """Only vehicles that come are at odds with `data: none`."""
    flow = f"gates.chi_ma.routes.main.flows.fruit.volume={volume}"
    warnings = overlay(set=["gates.chi_ma.data=none", flow]).warnings
    assert {one.code for one in warnings} - {"no-traffic"} == codes


def test_an_upgrade_needs_evidence(overlay: Overlay) -> None:
    """An upgrade that does not say how sure it is, is refused."""
    with pytest.raises(Exception, match="an upgrade needs evidence") as caught:
        overlay("upgrades:\n  one: {title: {en: A, vi: B}, capex: 1 bn VND}\n")
    assert caught.type.__name__ == "ScenarioError"


def test_numbers_without_evidence_warn_once_for_each_block(overlay: Overlay) -> None:
    """Several numbers of one gate make one warning, at the first."""
    scenario = overlay(
        "gates:\n  chi_ma:\n    routes:\n      main:\n"
        "        stages: {documents: {servers: 3}, crossing: {servers: 2}}\n"
    )
    (warning,) = scenario.warnings
    assert warning.message.endswith("2 numbers have no evidence in gates.chi_ma and count as "
                                    "assumptions")  # fmt: skip
    assert (warning.file, warning.line) == ("overlay.yaml", 8)


YARD = "      yard: {title: {en: Yard, vi: Bãi}, places: 50, first: documents, last: crossing}\n"
BACK = "      import: {stages: [crossing, inspection, documents], crossed_at: crossing}\n"
POOLS = """\
      yard: {title: {en: Yard, vi: Bãi}, places: 9, when_full: RULE,
             first: {export: documents, import: inspection},
             last: {export: crossing, import: documents}}
      bridge: {title: {en: Bridge, vi: Cầu}, places: 2,
               first: {export: crossing, import: crossing},
               last: {export: crossing, import: documents}}
"""


def test_both_directions_may_share_servers_in_opposite_order(problems: Found) -> None:
    """Nobody keeps a server while waiting for the next, so nobody waits for ever."""
    both = "first: {export: documents}, last: {export: crossing}"
    yard = YARD.replace("first: documents, last: crossing", both)
    assert problems(YARD + "    paths:\n" + OUT, yard + "    paths:\n" + OUT + BACK) == []


def test_a_hold_that_one_direction_passes_backwards_is_told_to_name_directions(
    problems: Found,
) -> None:
    """Its ends are right for exports, so swapping them is no remedy."""
    (problem,) = problems(OUT, OUT + BACK)
    assert problem.code == "hold-order"
    assert problem.message.endswith("'crossing' comes before 'documents' on the path for import")
    assert "for each direction" in problem.hint


@pytest.mark.parametrize(("rule", "refused"), [("wait", True), ("turn_back", False)])
def test_places_that_wait_for_one_another_in_a_circle_are_refused(
    problems: Found, rule: str, refused: bool
) -> None:
    """Two pools taken in opposite orders lock each other; not if one of them turns back."""
    pools = POOLS.replace("RULE", rule)
    found = problems(YARD + "    paths:\n" + OUT, pools + "    paths:\n" + OUT + BACK)
    circles = [problem.message for problem in found if problem.code == "deadlock"]
    assert len(circles) == refused
    assert all("yard → bridge" in circle and "bridge → yard" in circle for circle in circles)


def test_a_kept_server_that_waits_in_a_circle_is_refused(problems: Found) -> None:
    """Who waits at the documents' counter for the yard may be what those in the yard wait for."""
    yard = "      yard: {title: {en: Yard, vi: Bãi}, places: 9, when_full: block, ENDS}\n"
    ends = (
        "first: {export: inspection, import: inspection}, "
        "last: {export: crossing, import: documents}"
    )
    paths = "    paths:\n" + OUT
    found = problems(YARD + paths, yard.replace("ENDS", ends) + paths + BACK)
    assert [problem.code for problem in found] == ["deadlock"]


def test_a_stage_without_servers_may_stand_idle(problems: Found) -> None:
    """No servers are no mistake where nobody is sent."""
    stage = "servers: {}\n        calendar: vietnam\n        service: 30 min\n        share: {}"
    old, new = stage.format(1, "{red: 100 %, other: 0 %}"), stage.format(0, "0 %")
    assert problems(old, new) == []


def test_shifts_count_as_servers(problems: Found) -> None:
    """A stage may be staffed by shifts alone, and their hours add to its capacity."""
    shift = "servers: 0\n        shifts: {day: {servers: 2, calendar: vietnam}}\n"
    assert problems("servers: 2\n", shift) == []


@pytest.mark.parametrize(
    ("volume", "overloaded"),
    # documents: 720 open minutes x 2 servers / 7 min + one more per server at closing = 207.7;
    # crossing: 720 minutes / 2 min + 1 = 361
    [("207 trucks/day", False), ("209 trucks/day", True)],
)
def test_overload_is_arrivals_above_capacity(
    overlay: Overlay, volume: str, overloaded: bool
) -> None:
    """Load is volume x share x mean service; capacity is servers x open hours."""
    scenario = overlay(
        set=[
            f"gates.chi_ma.routes.main.flows.fruit.volume={volume}",
            "gates.chi_ma.routes.main.stages.inspection.servers=20",
        ]
    )
    assert any(warning.code == "overload" for warning in scenario.warnings) is overloaded


def test_slots_are_the_capacity_of_a_timetable(overlay: Overlay) -> None:
    """A stage with daily departures serves one vehicle for each within its hours."""
    crossing = "gates.chi_ma.routes.main.stages.crossing"
    overload, unused = overlay(set=[f"{crossing}.slots=[06:00, 12:00, 18:00]"]).warnings
    assert "servers have no effect beside slots" in unused.message
    assert "arrivals 30/day exceed capacity 2/day" in overload.message


def test_a_slot_may_have_places(overlay: Overlay) -> None:
    """Places multiply the departures: 24 slots of two take 30 trucks, 24 of one do not."""
    crossing = "gates.chi_ma.routes.main.stages.crossing"
    values = {f"{crossing}.calendar": "always", f"{crossing}.servers": None}
    slots = {"hours": "24h", "every": "1 h"}
    found = {
        n: overlay(set={**values, f"{crossing}.slots": {**slots, "places": n}}) for n in (1, 2)
    }
    assert [w.code for w in found[1].warnings] == ["overload"]
    assert found[2].warnings == ()


def test_lanes_that_only_some_may_use_are_overloaded_by_them(overlay: Overlay) -> None:
    """Plenty of lanes for others do not help fruit, which may use one."""
    lanes = {"add": True, "calendar": "crossing"}
    one = {**lanes, "servers": 1, "only": ["fruit"]}
    many = {**lanes, "servers": 9, "only": ["import"]}
    stage = "gates.chi_ma.routes.main.stages"
    values = {
        f"{stage}.crossing.servers": "0",
        f"{stage}.crossing.shifts": {"one": one, "many": many},
        f"{stage}.crossing.service": "40 min",
    }
    (warning,) = overlay(set=values).warnings
    assert "arrivals 30/day exceed capacity 19/day" in warning.message


def test_a_stage_needs_servers_or_slots(problems: Found) -> None:
    """A stage that says neither how many serve nor when it departs is an error."""
    (problem,) = problems("        servers: 2\n", "")
    assert problem.code == "missing-key"
    assert "servers: unlimited" in problem.hint


def test_trains_count_their_wagons(problems: Found) -> None:
    """Service per wagon takes the wagons' time."""
    flow = "volume: 30 trucks/day, day: steady"
    train = "timetable: [01:00, 13:00], vehicle: train, wagons: 40"
    assert problems(flow, train) == []
    per = "service: 2 min\n    holds:"
    assert problems(per, "service: 2 min\n        per: wagon\n    holds:") == []


def test_every_week_counts_its_weekdays(overlay: Overlay) -> None:
    """A calendar of five days has five sevenths of the capacity."""
    servers = "gates.chi_ma.routes.main.stages.documents.servers=2"
    volume = "gates.chi_ma.routes.main.flows.fruit.volume=160 trucks/day"
    inspection = "gates.chi_ma.routes.main.stages.inspection.servers=20"
    assert overlay(set=[servers, volume, inspection]).warnings == ()
    days = "calendars.vietnam.days=mon-fri"
    found = {warning.code for warning in overlay(set=[servers, volume, inspection, days]).warnings}
    assert found == {"overload"}


def test_a_calendar_that_never_opens_is_said_once(problems: Found) -> None:
    """One cause, one message: at the calendar, with the stages that need it. It is a scenario."""
    closed = "closures: {a: {start: 2025-07-01, end: 2025-08-01}},"
    (problem,) = problems("{hours: 07:00-19:00,", f"{{hours: 07:00-19:00, {closed}")
    assert problem.message == (
        "calendars.vietnam: calendar 'vietnam' is never open from 2025-07-07 on for 7 days; "
        "needed by chi_ma.main.documents, chi_ma.main.inspection, chi_ma.main.crossing, "
        "tan_thanh.r1088.documents, tan_thanh.r1088.inspection, tan_thanh.r1088.crossing"
    )
    assert problem.excerpt.startswith("  vietnam: {hours")
    assert (problem.code, problem.level) == ("never-open", "warning")
    assert "if that is meant, nobody is served there" in problem.hint


def test_parts_that_never_meet_are_a_fault_of_the_joint_calendar(problems: Found) -> None:
    """Both countries open, but never together: the calendar that joins them is named."""
    (problem,) = problems("hours: 08:00-20:00 Beijing", "hours: 21:00-22:00 Beijing")
    assert problem.message.startswith("calendars.crossing: calendar 'crossing' is never open")
    assert problem.message.endswith("needed by chi_ma.main.crossing, tan_thanh.r1088.crossing")
    assert (problem.code, problem.level) == ("never-open", "error")


@pytest.mark.parametrize("stages", ["[]", "[documents, inspection, crosing]"])
def test_a_broken_path_is_said_once(problems: Found, stages: str) -> None:
    """What follows from missing stages, for the crossing or a hold, is not said again."""
    assert len(problems(f"stages: {STAGES}", f"stages: {stages}")) == 1


@pytest.mark.parametrize(
    ("volume", "vehicle", "fits"),
    [
        ("30 trucks/day", "truck", True),
        ("1 coach/day", "coach", True),
        ("7 coaches/week", "coach", True),
        ("30 vehicles/day", "van", True),
        ("2/h", "car", True),
        ("30 trucks/day", "van", False),
        ("30 vans/day", "truck", False),
        ("1 car/day", "coach", False),
        ("30 wagons/day", "train", False),
    ],
)
def test_a_volume_counts_the_vehicles_of_its_flow(
    problems: Found, volume: str, vehicle: str, fits: bool
) -> None:
    """Trucks are counted in trucks or in vehicles; wagons are no vehicles."""
    found = problems("volume: 30 trucks/day", f"volume: {volume}, vehicle: {vehicle}")
    assert [problem.code for problem in found] == ([] if fits else ["wrong-vehicle"])


def test_the_vehicle_word_is_seen_through_templates_and_settings(overlay: Overlay) -> None:
    """The text that counts is the merged one."""
    flow = "gates.chi_ma.routes.main.flows.fruit"
    vans = {f"{flow}.vehicle": "van"}
    assert overlay(set={**vans, f"{flow}.volume": "30 vans/day"}).warnings == ()
    with pytest.raises(ScenarioError) as caught:
        overlay(set=vans)
    (problem,) = caught.value.problems
    assert (problem.code, problem.file) == ("wrong-vehicle", "base.yaml")
