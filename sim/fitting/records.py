"""Turn the rows of a mapped sheet into visits, and note every cell that cannot be read."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sim.clock import DAY, beijing
from sim.fitting.conventions import conventions, grid_of
from sim.fitting.mapping import DURATION, TIMES, SheetMap
from sim.fitting.merged_cells import filled_down
from sim.fitting.serial_numbers import KINDS
from sim.fitting.sheets import Sheet
from sim.fitting.stamps import Stamp
from sim.fitting.vocabulary import CELLS, similar
from sim.scenario import Scenario
from sim.scenario.source.diagnostics import Problems, did_you_mean
from sim.sentences import Sentence

__all__ = ["Reader", "Visit", "read_visits"]

_MONTH = 45

_LONGEST = 3660 * DAY
"""Minutes that a sheet may cover, as many as a scenario may."""

_READ = (*TIMES, DURATION)


def _is_time(role: str) -> bool:
    """Whether a column with a role holds times or dates."""
    return role in (*TIMES, "date") or role.partition(".")[2] in TIMES


@dataclass
class Visit:
    """One vehicle at one stage, as a sheet says; times are minutes since the year 1, or None.

    ``cells`` gives the column of each time, ``grids`` its rounding.
    """

    vehicle: str
    route: str
    stage: str
    row: int
    times: dict[str, float]
    cells: dict[str, int]
    classes: dict[str, str]
    server: str | None = None
    grids: dict[str, float] = field(default_factory=dict)


class Reader:
    """Reads cells of one sheet by their roles."""

    def __init__(self, sheet: Sheet, how: SheetMap, scenario: Scenario, problems: Problems) -> None:
        self.sheet, self.how, self.scenario, self.problems = sheet, how, scenario, problems
        roles = [
            how.columns.get(name or f"column {n + 1}", "-") for n, name in enumerate(sheet.header)
        ]
        self.at = {role: n for n, role in enumerate(roles) if role != "-"}
        self.rows = filled_down(sheet, self.at, problems)
        self.stamped = [n for role, n in self.at.items() if _is_time(role)]
        texts = [row[n] for row in sheet.rows for n in self.stamped]
        start = scenario.model.run.start
        self.form = conventions(texts, start, dated="date" in self.at or bool(how.date))
        self._note_conventions()

    def _note_conventions(self) -> None:
        """Note how numbers and dates are read, where that is a guess, and empty columns."""
        for column in self.stamped:
            top, cells = self.sheet.top(column), [row[column] for row in self.sheet.rows]
            read = [
                stamp for cell in cells if cell and (stamp := self.form.parsed(cell)) is not None
            ]
            if not read:
                message = Sentence(
                    "no time can be read in the column '{header}'", header=self.sheet.header[column]
                )
                self.problems.warn(
                    "empty-column", top, message, Sentence("left out: is it the right one?")
                )
            numbers = sum(stamp.form == self.form.numbers for stamp in read)
            if numbers and self.form.numbers in KINDS:
                message = Sentence(
                    "{numbers} of {count} times are {kinds}",
                    numbers=numbers,
                    count=len(read),
                    kinds=KINDS[self.form.numbers],
                )
                self.problems.warn("number-times", top, message, Sentence("read as such"))
        if self.form.guessed and self.stamped:
            message = Sentence("no date shows whether the day or the month comes first")
            hint = Sentence("read as mm/dd/yyyy, in which the days lie closer together")
            self.problems.warn("date-order", self.sheet.top(self.stamped[0]), message, hint)

    def text(self, row: int, role: str) -> str:
        """Return the cell of a role; empty where there is none."""
        return self.rows[row][self.at[role]] if role in self.at else ""

    def word(self, row: int, role: str, known: Sequence[str], constant: str = "") -> str | None:
        """Return what a cell means: itself, or what the map says; None and a problem for others."""
        cell = self.text(row, role)
        if not cell:
            return constant or None
        meant = self.how.words.get(role, {}).get(cell, cell)
        if role in ("stage", "route"):  # whose ids in langson's logs begin with gate and route
            meant = meant.rpartition(".")[2]
        if meant not in known and role in CELLS:
            meant = similar(cell, CELLS[role], 0.9) or meant
        if meant in known:
            return meant
        near = did_you_mean(cell, known)
        hint = Sentence(
            "left out; say what it means under words.{role} in MAP.yaml: {near}",
            role=role,
            near=near,
        )
        place = self.sheet.place(row, self.at[role])
        self.problems.warn(
            f"unknown-{role}",
            place,
            Sentence("unknown {role} '{cell}'", role=role, cell=cell),
            hint,
        )
        return None

    def moment(self, row: int, column: int, day: dt.date | None) -> float | None:
        """Return a stamp in minutes since the year 1; None and a problem where it is none."""
        text = self.rows[row][column]
        if not text:
            return None
        place = self.sheet.place(row, column)
        stamp = self.form.parsed(text)
        if stamp is None or abs(stamp.since or 0.0) > _LONGEST:
            self.problems.warn(
                "not-a-time",
                place,
                Sentence("'{text}' is no time", text=text),
                Sentence("left out"),
            )
            return None
        if stamp.since is not None:
            return self.scenario.model.run.start.toordinal() * DAY + stamp.since
        date = stamp.date or day
        if date is None:
            hint = Sentence(
                "left out; name the column of the dates in MAP.yaml, or write `date:` there"
            )
            self.problems.warn("no-date", place, Sentence("'{text}' has no date", text=text), hint)
            return None
        if stamp.date is not None:
            meant = self._date(text, stamp, stamp.date, row, column)
            if meant is None:
                return None
            date = meant
        moment = date.toordinal() * DAY + stamp.minute
        vietnam = stamp.zoned or self.how.zone == "Vietnam"
        return moment if vietnam else moment - beijing(0.0)

    def _date(
        self, text: str, stamp: Stamp, date: dt.date, row: int, column: int
    ) -> dt.date | None:
        """Return the date that was meant, and note another form than the sheet's."""
        place, middle = self.sheet.place(row, column), self.form.middle
        far = abs((date - middle).days) > _MONTH
        near = stamp.swapped is not None and abs((stamp.swapped - middle).days) <= _MONTH
        form = stamp.form
        if far and near and stamp.swapped is not None:
            date, form = stamp.swapped, "mm/dd/yyyy" if self.form.day_first else "dd/mm/yyyy"
        elif abs((date - middle).days) > self.form.reach:
            message = Sentence(
                "'{text}' is {days} days from {middle}, about which the others lie",
                text=text,
                days=abs((date - middle).days),
                middle=middle,
            )
            self.problems.warn("far-date", place, message, Sentence("left out: is the date right?"))
            return None
        if form != self.form.form:
            message = Sentence(
                "'{text}' is written {form}, most dates {form2}",
                text=text,
                form=form,
                form2=self.form.form,
            )
            self.problems.warn("date-format", place, message, Sentence("read as {date}", date=date))
        return date

    def day(self, row: int) -> dt.date | None:
        """Return the date of a row, if it has a column for it or the map says it."""
        column = self.at.get("date")
        if column is None:
            return dt.date.fromisoformat(self.how.date) if self.how.date else None
        moment = self.moment(row, column, None)
        return None if moment is None else dt.date.fromordinal(int(moment // DAY))

    def minutes(self, row: int, role: str) -> float | None:
        """Return a duration; None where there is none, and a problem where it is no number."""
        text = self.text(row, role)
        if not text:
            return None
        try:
            value = float(text.replace(",", ".").removesuffix("min").removesuffix("phút"))
        except ValueError:
            value = math.nan
        if not 0.0 <= value <= _LONGEST:
            place = self.sheet.place(row, self.at[role])
            message = Sentence("'{text}' is no duration in minutes", text=text)
            self.problems.warn("not-a-duration", place, message, Sentence("left out"))
            return None
        return value

    def route(self, row: int) -> str | None:
        """Return ``gate.route`` of a row; None and a problem where it is not known."""
        gates = self.scenario.model.gates
        gate = self.word(row, "gate", tuple(gates), self.how.gate)
        if gate is None:
            return None
        routes = {
            name: block for name, block in gates[gate].routes.items() if block.alias_of is None
        }
        given = self.word(row, "route", tuple(routes), self.how.route)
        busy = [name for name, block in routes.items() if block.flows] or list(routes)
        name = given or (busy[0] if busy else None)
        return None if name is None else f"{gate}.{name}"

    def classes(self, row: int) -> dict[str, str]:
        """Return channel, cargo, direction and trust of a row, as far as it says them."""
        model = self.scenario.model
        classes = {
            "channel": self.word(row, "channel", tuple(CELLS["channel"])),
            "direction": self.word(row, "direction", ("export", "import"), self.how.direction),
            "cargo": self.word(row, "cargo", tuple(model.cargo), self.how.cargo),
            "trusted": self.word(row, "trusted", ("trusted", "other")),
        }
        return {name: value for name, value in classes.items() if value is not None}

    def heaps(self, visits: Sequence[Visit]) -> None:
        """Tell the rounding of each column of stamps, and note where times heap."""
        by_column: dict[int, list[tuple[Visit, str]]] = {}
        for visit in visits:
            for time, column in visit.cells.items():
                by_column.setdefault(column, []).append((visit, time))
        for column, several in by_column.items():
            fine, heap, share = grid_of(visit.times[time] for visit, time in several)
            for visit, time in several:
                on = heap > 0.0 and visit.times[time] % heap < 1e-6
                visit.grids[time] = max(fine, heap if on else 0.0)
            if heap:
                message = Sentence(
                    "{value:.0f} % of {count} times are multiples of {heap:g} min",
                    value=100 * share,
                    count=len(several),
                    heap=heap,
                )
                hint = Sentence("taken as rounded to {heap:g} min", heap=heap)
                self.problems.warn("heaped", self.sheet.top(column), message, hint)


def read_visits(sheet: Sheet, how: SheetMap, scenario: Scenario, problems: Problems) -> list[Visit]:
    """Return the visits of a wide or long sheet."""
    reader = Reader(sheet, how, scenario, problems)
    rows = _wide(reader) if how.layout == "wide" else _long(reader)
    visits = list(rows)
    reader.heaps(visits)
    return visits


def _long(reader: Reader) -> Iterator[Visit]:
    """Yield a visit for each row."""
    model = reader.scenario.model
    for row in range(len(reader.sheet.rows)):
        route = reader.route(row)
        if route is None:
            continue
        gate, name = route.split(".")
        block = model.gates[gate].routes[name]
        if reader.text(row, "stage").rpartition(".")[2] in block.holds:
            continue  # who holds a place is not served
        stage = reader.word(row, "stage", tuple(block.stages))
        times, cells = _times(reader, row, {time: time for time in _READ}, reader.day(row))
        if stage is None or not times:
            continue
        vehicle = reader.text(row, "vehicle") or f"row {row}"
        server = reader.text(row, "server") or None
        yield Visit(
            vehicle, route, f"{route}.{stage}", row, times, cells, reader.classes(row), server
        )


def _wide(reader: Reader) -> Iterator[Visit]:
    """Yield the visits of each row in the order of its stages on the route."""
    model = reader.scenario.model
    by_stage: dict[str, dict[str, str]] = {}
    for role in reader.at:
        stage, _, time = role.partition(".")
        if time:
            by_stage.setdefault(stage, {})[time] = role
    for row in range(len(reader.sheet.rows)):
        route = reader.route(row)
        if route is None:
            continue
        gate, name = route.split(".")
        block = model.gates[gate].routes[name]
        day, classes = reader.day(row), reader.classes(row)
        path = block.paths.get(classes.get("direction", ""))
        order = list(path.stages) if path is not None else list(block.stages)
        vehicle = f"{reader.text(row, 'vehicle')} row {row}"
        known = [stage for stage in order if stage in by_stage]
        if not known and "arrive" in reader.at:  # a log of arrivals at the gate
            known = order[:1]
        first = True
        for stage in known:
            roles = dict(by_stage.get(stage, {}))
            if first and "arrive" in reader.at and "arrive" not in roles:
                roles["arrive"] = "arrive"
            times, cells = _times(reader, row, roles, day)
            if set(times) - {"arrive"} or (first and times):
                yield Visit(vehicle, route, f"{route}.{stage}", row, times, cells, classes)
                first = False


def _times(
    reader: Reader, row: int, roles: Mapping[str, str], day: dt.date | None
) -> tuple[dict[str, float], dict[str, int]]:
    """Return the times of a visit in minutes since the year 1, and the column of each."""
    times, cells = {}, {}
    for time, role in roles.items():
        column = reader.at.get(role) if time in TIMES else None
        moment = None if column is None else reader.moment(row, column, day)
        if moment is not None and column is not None:
            times[time], cells[time] = moment, column
    role = roles.get(DURATION, "")
    lasted = reader.minutes(row, role) if role in reader.at and "end" not in times else None
    if lasted is not None and "start" in times:
        times["end"], cells["end"] = times["start"] + lasted, reader.at[role]
    return times, cells
