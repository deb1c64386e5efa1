"""Observed files: what they may hold, and what is said of mistakes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import sim
from sim.errors import Problem, ScenarioError
from sim.measures import measure
from sim.plan import Plan
from sim.validate import QUANTITIES, check_feasible, compare_with, read_observed
from tests.validate.conftest import Write

HEADER = "gate,quantity,value\n"


def problems(path: Path, plan: Plan) -> list[Problem]:
    """Everything that is wrong in a file."""
    with pytest.raises(ScenarioError) as caught:
        read_observed(path, plan)
    return caught.value.problems


def test_quantities_are_those_of_the_bulletin(plan: Plan) -> None:
    """Every column of the bulletin can be observed, what they leave, and what other tables hold."""
    workload = sim.draw(plan, 0)
    tables = measure(sim.simulate(plan, workload), plan).tables
    plain = {name: q.column for name, q in QUANTITIES.items() if q.kind != "time" and not q.less}
    assert {c for n, c in plain.items() if n == c} >= set(tables["bulletin"].columns[2:])
    every = {
        column for table in ("bulletin", "backlog", "gates") for column in tables[table].columns
    }
    assert {c for q in QUANTITIES.values() if q.kind != "time" for c in (q.column, q.less)} <= (
        every | {None}
    )


def test_a_full_row(plan: Plan, write: Write) -> None:
    """All columns, in any order, with commas and quotes inside quotes."""
    path = write(
        "use,value,quantity,gate,day,source,note\n"
        'calibrated, 12.5 ,exported,chi_ma,2025-07-09,"a, ""b""",\n'
    )
    (one,) = read_observed(path, plan)
    assert (one.use, one.value, one.quantity, one.gate) == (
        "calibrated",
        12.5,
        "exported",
        "chi_ma",
    )
    assert (one.day, one.source, one.note) == (dt.date(2025, 7, 9), 'a, "b"', "")


def test_a_short_row(plan: Plan, write: Write) -> None:
    """Only gate, quantity and value are needed: a mean over days, predicted."""
    (one,) = read_observed(write("gate,quantity,value,use,note\nall,waiting,0\n"), plan)
    assert (one.day, one.use, one.gate, one.value) == (None, "predicted", "all", 0.0)


def test_what_excel_writes(plan: Plan, tmp_path: Path) -> None:
    """A byte order mark, Windows line ends, empty columns and lines are passed over."""
    path = tmp_path / "excel.csv"
    path.write_bytes("\ufeffGate,Quantity,Value,,\r\nall,imported,19,,\r\n,,,,\r\n\r\n".encode())
    assert [one.value for one in read_observed(path, plan)] == [19.0]


@pytest.mark.parametrize(
    ("row", "code", "column", "said"),
    [
        ("chi_na,exported,3", "unknown-gate", 1, "did you mean 'chi_ma'?"),
        ("chi_ma,exportd,3", "unknown-quantity", 8, "did you mean 'exported'?"),
        ("chi_ma,wagons_exported,3", "no-wagons", 8, "a road gate; name a rail gate, or all"),
        ("chi_ma,exported,many", "not-a-number", 17, "'many' is not a number"),
        ('chi_ma,exported,"12,59"', "not-a-number", 18, "write it plain, as 1259"),
        ("chi_ma,exported,100-80", "range-reversed", 17, "write the smaller number first"),
        ("chi_ma,exported,80-1.250", "two-readings", 17, "1.25 or 1,250?"),
        ("chi_ma+chi_na,exported,3", "unknown-gate", 1, "unknown gate 'chi_na'; did you mean"),
        ("chi_ma+all,exported,3", "unknown-gate", 1, "`all` stands alone"),
        ("dong_dang+chi_ma,wagons_exported,3", "no-wagons", 18, "at chi_ma, a road gate"),
        ("chi_ma,exported,1.250", "two-readings", 17, "1.25 or 1,250?; write 1.25 or 1250"),
        ("chi_ma,vietnam_time_h,12.500", "two-readings", 23, "12.5 or 12,500?"),
        ("chi_ma,exported,nan", "not-a-number", 17, "'nan' is not a number"),
        ("chi_ma,exported,-3", "out-of-range", 17, "-3 cannot have been counted; write 0 or more"),
        ("chi_ma,exported,1e999", "out-of-range", 17, "1e999"),
        (
            "chi_ma,exported,",
            "missing-value",
            17,
            "; a figure has gate, quantity and value",
        ),
        (",exported,3", "missing-value", 1, "no gate"),
        ("chi_ma,exported,3,x,9", "extra-cell", 21, "more cells than the 4 columns"),
        ('chi_ma,"exported,3', "open-quote", 8, "does not close"),
        ('chi_ma,"exported"s,3', "open-quote", 8, "does not close"),
        ("chi_ma,exported,3,always", "unknown-use", 19, "predicted, calibrated"),
    ],
)
def test_mistakes_in_a_row(
    plan: Plan, write: Write, row: str, code: str, column: int, said: str
) -> None:
    """Each mistake is named with its line and column and a way to mend it."""
    path = write(f"gate,quantity,value,use\nall,waiting,1,\n{row}\n")
    found = next(problem for problem in problems(path, plan) if problem.code == code)
    assert (found.file, found.line, found.column) == (str(path), 3, column)
    assert found.excerpt == row
    assert said in str(found)


@pytest.mark.parametrize(
    ("day", "code", "said"),
    [
        ("11/11/2025", "not-a-date", "2025-11-11"),
        ("2025-07-０8", "not-a-date", "write it as 2025-11-11"),
        ("2025-02-30", "not-a-date", "write it as 2025-11-11"),
        ("2025-07-06", "day-not-simulated", "from 2025-07-08 to 2025-07-10"),
        ("2025-07-11", "day-not-simulated", "change run.start or --days"),
    ],
)
def test_mistakes_in_a_day(plan: Plan, write: Write, day: str, code: str, said: str) -> None:
    """A day is a date whose 20:00 bulletin the run has."""
    path = write(f"day,gate,quantity,value\n{day},all,waiting,3\n")
    (found,) = problems(path, plan)
    assert (found.code, found.line, found.column) == (code, 2, 1)
    assert said in str(found)


def test_hours_have_no_day(plan: Plan, write: Write) -> None:
    """Hours on the Vietnamese side are a mean of the run, never of one day."""
    path = write("day,gate,quantity,value\n2025-07-09,all,vietnam_time_h,3\n")
    assert [problem.code for problem in problems(path, plan)] == ["day-of-a-mean"]


def test_a_run_without_a_bulletin(small: sim.Scenario, write: Write) -> None:
    """A run of a day holds no bulletin, so only hours and the evening's stock can be compared."""
    plan = sim.build_plan(sim.load(small.path, set={"run.days": "1", "run.warm_up": "0 days"}))
    path = write(HEADER + "all,exported,3\nall,waiting,3\nchi_ma,vietnam_time_h,1\n")
    (found,) = problems(path, plan)
    assert (found.code, found.line) == ("no-bulletin", 2)
    assert "use more --days" in found.hint


def test_all_mistakes_in_one_pass(plan: Plan, write: Write) -> None:
    """Two bad cells of a row and a figure given twice: three problems."""
    path = write(HEADER + "a,b,3\nall,waiting,3\nall,waiting,4\n")
    found = problems(path, plan)
    assert [problem.code for problem in found] == [
        "unknown-gate",
        "unknown-quantity",
        "repeated-figure",
    ]
    assert "already on line 3" in found[2].message


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "empty-file", "gate,quantity,value"),
        (HEADER, "empty-file", "no figures"),
        ("gate,quantity\nall,waiting\n", "missing-column", "no column value"),
        ("gate;quantity;value\nall;waiting;3\n", "separator", "semicolons"),
        ("gate\tquantity\tvalue\nall\twaiting\t3\n", "separator", "tabs"),
        ("gate,quantity,value,valu\n", "unknown-column", "did you mean 'value'?"),
        ("gate,quantity,value,gate\n", "repeated-column", "'gate' stands twice"),
    ],
)
def test_mistakes_in_the_whole(plan: Plan, write: Write, text: str, code: str, said: str) -> None:
    """A file without figures or with other columns is refused, once."""
    (found,) = problems(write(text), plan)
    assert found.code == code
    assert said in str(found)


def test_files_that_cannot_be_read(plan: Plan, tmp_path: Path, write: Write) -> None:
    """No such file, a folder, and what is not UTF-8."""
    write(HEADER)
    (absent,) = problems(tmp_path / "obseved.csv", plan)
    assert absent.code == "no-such-file"
    assert "observed.csv" in absent.hint
    (folder,) = problems(tmp_path, plan)
    assert folder.code == "not-a-file"
    latin = tmp_path / "latin.csv"
    latin.write_bytes("gate,quantity,value\nall,waiting,é".encode("latin-1"))
    (coded,) = problems(latin, plan)
    assert coded.code == "encoding"


@pytest.mark.parametrize("day", ["2025-07-09", "2025-7-9", "2025-07-9", '"2025-7-09"'])
def test_days_are_compared_by_their_date(plan: Plan, write: Write, day: str) -> None:
    """One figure of one day counts once, however the day is written."""
    rows = f"day,gate,quantity,value\n2025-07-09,all,waiting,3\n{day},all,waiting,4\n"
    (found,) = problems(write(rows), plan)
    assert (found.code, found.line) == ("repeated-figure", 3)
    assert "already on line 2" in found.message
    (one,) = read_observed(write(f"day,gate,quantity,value\n{day},all,waiting,3\n"), plan)
    assert one.day == dt.date(2025, 7, 9)


def test_thousands_in_quotes_are_read(plan: Plan, write: Write) -> None:
    """What a spreadsheet groups is the number that it shows."""
    rows = 'all,exported,"1,259"\nall,imported,1_259\nall,waiting,1259.125\nall,arrived,0.125\n'
    values = [one.value for one in read_observed(write(HEADER + rows), plan)]
    assert values == [1259.0, 1259.0, 1259.125, 0.125]


def test_lines_may_end_within_quotes(plan: Plan, write: Write) -> None:
    """A line break in a quoted cell is part of it (RFC 4180); later lines keep their numbers."""
    head = "gate,quantity,value,note\n"
    text = f'{head}all,exported,5,"first line\r\nsecond, ""line"""\r\nall,imported,many,\n'
    (found,) = problems(write(text), plan)
    assert (found.line, found.column, found.excerpt) == (4, 14, "all,imported,many,")
    (one,) = read_observed(write(text.replace("all,imported,many,\n", "")), plan)
    assert one.note == 'first line second, "line"'


def test_the_first_evening_has_a_stock(small: sim.Scenario, plan: Plan, write: Write) -> None:
    """Vehicles waiting at 20:00 need no day before: their figure is that of the backlog."""
    rows = "day,gate,quantity,value\n2025-07-07,all,waiting,3\n2025-07-08,all,waiting,3\n"
    early = sim.load(small.path, set={"run.warm_up": "0 days"})
    observed = read_observed(write(rows), sim.build_plan(early))
    results = sim.run(early, 2)
    first, second = compare_with(results, observed)
    stock = results.tables["backlog"].filter(minute=20 * 60.0, gate="chi_ma")["waiting"]
    assert first.mean == stock.mean() > 0.0
    bulletin = results.tables["bulletin"].filter(day=dt.date(2025, 7, 8), gate="chi_ma")
    assert second.mean == bulletin["waiting"].mean()
    flow = rows.replace("2025-07-07,all,waiting", "2025-07-07,all,exported")
    (found,) = problems(write(flow), sim.build_plan(early))
    assert found.code == "day-not-simulated"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("chi_ma,exported,8", ""),
        ("chi_ma,exported_fruit,8", ""),
        ("chi_ma,imported_new_cars,8", "imported_new_cars at chi_ma: 8 cannot be met"),
        ("chi_ma,imported_new_cars,0", "imported_new_cars at chi_ma: 0 cannot be missed"),
        ("all,imported,8", ""),
        ("all,waiting,8", ""),
    ],
)
def test_what_no_flow_can_feed_is_told_before_the_run(
    plan: Plan, write: Write, row: str, said: str
) -> None:
    """A figure that the model shows as 0 whatever happens is named with its line."""
    warnings = check_feasible(read_observed(write(f"{HEADER}{row}\n"), plan), plan)
    assert len(warnings) == bool(said)
    assert not said or (warnings[0].line == 2 and said in warnings[0].message)


def test_cargo_that_the_bulletin_leaves_out_feeds_no_figure(
    small: sim.Scenario, write: Write
) -> None:
    """`counted_as: none` is named as the cause; the hours of its vehicles are measured."""
    hidden = {"cargo.fruit.counted_as": "none"}
    plan = sim.build_plan(sim.load(small.path, set=hidden))
    rows = "chi_ma,exported,80\nchi_ma,vietnam_time_h,3\n"
    (warning,) = check_feasible(read_observed(write(HEADER + rows), plan), plan)
    assert "80 cannot be met; cargo fruit is `counted_as: none`" in str(warning)


@pytest.mark.parametrize("value", ["80-100", "80–100", "80 to 100", "80 đến 100"])
def test_a_range_is_two_numbers(plan: Plan, write: Write, value: str) -> None:
    """Bulletins print ranges; whatever lies in one is no error, and outside counts from its end."""
    (seen,) = read_observed(write(f"{HEADER}chi_ma,exported,{value}\n"), plan)
    assert (seen.value, seen.top, seen.middle) == (80.0, 100.0, 90.0)
    assert [seen.gap(simulated) for simulated in (70.0, 80.0, 95.0, 104.0)] == [-10, 0, 0, 4]


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        ("2025-07-08,2025-07-08,,all,exported,3", "until-before", "last day of the sum"),
        ("2025-07-08,2025-07-19,,all,exported,3", "day-not-simulated", "2025-07-19"),
        (",2025-07-09,,all,exported,3", "until-alone", "or give day"),
        ("2025-07-08,2025-07-09,,all,waiting,3", "until-alone", "needs a flow"),
        ("2025-07-08,,06:30,all,exported,3", "time-of-no-stock", "leave the time empty"),
        ("2025-07-08,,06:20,all,waiting,3", "time-between", "nearest full or half hour"),
        ("2025-07-08,,25:00,all,waiting,3", "not-a-time", "write it as 06:30"),
        ("2025-07-08,,06:30,all,waiting_fruit,3", "time-of-bulletin", "waiting, waiting_import"),
        ("2025-07-08,,,all,turned_back,3", "day-of-a-mean", "leave day empty"),
        ("2025-07-08,,,all,vietnam_time_export_h,3", "day-of-a-mean", "leave day empty"),
    ],
)
def test_mistakes_in_days_and_times(
    plan: Plan, write: Write, row: str, code: str, said: str
) -> None:
    """Sums are of flows, times of stocks, and both of what the run has."""
    path = write(f"day,until,time,gate,quantity,value\n{row}\n")
    found = next(problem for problem in problems(path, plan) if problem.code == code)
    assert found.line == 2
    assert said in str(found)


def test_one_figure_in_two_ways_is_one(plan: Plan, write: Write) -> None:
    """Gates in another order, and 20:00 written out, name the same figure."""
    rows = "2025-07-09,,,chi_ma+co_sau,waiting,3\n2025-07-09,,20:00,co_sau + chi_ma,waiting,4\n"
    (found,) = problems(write(f"day,until,time,gate,quantity,value\n{rows}"), plan)
    assert (found.code, found.line) == ("repeated-figure", 3)


@pytest.mark.parametrize(
    ("row", "warned"),
    [
        ("chi_ma,exported_other,8", True),
        ("chi_ma,imported_other,8", False),
        ("chi_ma,waiting_import,8", False),
        ("chi_ma+dong_dang,wagons_exported,8", None),
        ("chi_ma+co_sau,exported_fruit,8", False),
        ("co_sau,turned_back,0-5", True),
    ],
)
def test_what_is_left_is_fed_by_what_no_line_names(
    plan: Plan, write: Write, row: str, warned: bool | None
) -> None:
    """Exports at Chi Ma are fruit alone, so nothing feeds the others."""
    path = write(f"{HEADER}{row}\n")
    if warned is None:
        assert [problem.code for problem in problems(path, plan)] == ["no-wagons"]
        return
    assert bool(check_feasible(read_observed(path, plan), plan)) is warned
