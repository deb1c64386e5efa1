"""Turn the rows of a mapped sheet into visits, and note every cell that cannot be read."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sim.clock import DAY, beijing
from sim.fitting.mapping import TIMES, SheetMap
from sim.fitting.sheets import Sheet
from sim.fitting.stamps import Stamp, day_first, grid_of, parse_stamp
from sim.fitting.vocabulary import CELLS, similar
from sim.scenario import Scenario
from sim.scenario.source.diagnostics import Problems, did_you_mean

__all__ = ["Visit", "read_counts", "read_visits"]

_MONTH = 45


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


class _Reader:
    """Reads cells of one sheet by their roles."""

    def __init__(self, sheet: Sheet, how: SheetMap, scenario: Scenario, problems: Problems) -> None:
        self.sheet, self.how, self.scenario, self.problems = sheet, how, scenario, problems
        roles = [
            how.columns.get(name or f"column {n + 1}", "-") for n, name in enumerate(sheet.header)
        ]
        self.at = {role: n for n, role in enumerate(roles) if role != "-"}
        stamped = [n for role, n in self.at.items() if role in (*TIMES, "date") or "." in role]
        texts = [row[n] for row in sheet.rows for n in stamped]
        self.day_first = day_first(texts)
        read = [stamp for text in texts if text and (stamp := self._parsed(text)) is not None]
        forms = Counter(stamp.form for stamp in read if stamp.date is not None)
        self.form = forms.most_common(1)[0][0] if forms else ""
        days = sorted(stamp.date for stamp in read if stamp.date is not None)
        self.middle = days[len(days) // 2] if days else scenario.model.run.start

    def _parsed(self, text: str) -> Stamp | None:
        return parse_stamp(text, day_comes_first=self.day_first)

    def text(self, row: int, role: str) -> str:
        """Return the cell of a role; empty where there is none."""
        return self.sheet.rows[row][self.at[role]] if role in self.at else ""

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
        hint = f"left out; say what it means under words.{role} in MAP.yaml: {near}"
        place = self.sheet.place(row, self.at[role])
        self.problems.warn(f"unknown-{role}", place, f"unknown {role} '{cell}'", hint)
        return None

    def moment(self, row: int, column: int, day: dt.date | None) -> float | None:
        """Return a stamp in minutes since the year 1; None and a problem where it is none."""
        text = self.sheet.rows[row][column]
        if not text:
            return None
        place = self.sheet.place(row, column)
        stamp = self._parsed(text)
        if stamp is None:
            self.problems.warn("not-a-time", place, f"'{text}' is no time", "left out")
            return None
        if stamp.since is not None:
            return self.scenario.model.run.start.toordinal() * DAY + stamp.since
        date = stamp.date or day
        if date is None:
            hint = "left out; name the column of the dates in MAP.yaml"
            self.problems.warn("no-date", place, f"'{text}' has no date", hint)
            return None
        if stamp.date is not None:
            date = self._date(text, stamp, stamp.date, row, column)
        moment = date.toordinal() * DAY + stamp.minute
        return moment if self.how.zone == "Vietnam" else moment - beijing(0.0)

    def _date(self, text: str, stamp: Stamp, date: dt.date, row: int, column: int) -> dt.date:
        """Return the date that was meant, and note another form than the sheet's."""
        place = self.sheet.place(row, column)
        far = abs((date - self.middle).days) > _MONTH
        near = stamp.swapped is not None and abs((stamp.swapped - self.middle).days) <= _MONTH
        if far and near and stamp.swapped is not None:
            date, form = stamp.swapped, "mm/dd/yyyy" if self.day_first else "dd/mm/yyyy"
        else:
            form = stamp.form
        if form != self.form:
            message = f"'{text}' is written {form}, most dates {self.form}"
            self.problems.warn("date-format", place, message, f"read as {date}")
        return date

    def day(self, row: int) -> dt.date | None:
        """Return the date of a row, if it has a column for it."""
        column = self.at.get("date")
        moment = None if column is None else self.moment(row, column, None)
        return None if moment is None else dt.date.fromordinal(int(moment // DAY))

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
                message = (
                    f"{100 * share:.0f} % of {len(several)} times are multiples of {heap:g} min"
                )
                hint = f"taken as rounded to {heap:g} min"
                self.problems.warn("heaped", self.sheet.top(column), message, hint)


def read_visits(sheet: Sheet, how: SheetMap, scenario: Scenario, problems: Problems) -> list[Visit]:
    """Return the visits of a wide or long sheet."""
    reader = _Reader(sheet, how, scenario, problems)
    rows = _wide(reader) if how.layout == "wide" else _long(reader)
    visits = list(rows)
    reader.heaps(visits)
    return visits


def _long(reader: _Reader) -> Iterator[Visit]:
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
        times, cells = _times(reader, row, {time: time for time in TIMES}, reader.day(row))
        if stage is None or not times:
            continue
        vehicle = reader.text(row, "vehicle") or f"row {row}"
        server = reader.text(row, "server") or None
        yield Visit(
            vehicle, route, f"{route}.{stage}", row, times, cells, reader.classes(row), server
        )


def _wide(reader: _Reader) -> Iterator[Visit]:
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
        first = True
        for stage in known:
            roles = dict(by_stage[stage])
            if first and "arrive" in reader.at and "arrive" not in roles:
                roles["arrive"] = "arrive"
            times, cells = _times(reader, row, roles, day)
            if set(times) - {"arrive"} or (first and times):
                yield Visit(vehicle, route, f"{route}.{stage}", row, times, cells, classes)
                first = False


def _times(
    reader: _Reader, row: int, roles: Mapping[str, str], day: dt.date | None
) -> tuple[dict[str, float], dict[str, int]]:
    """Return the times of a visit in minutes since the year 1, and the column of each."""
    times, cells = {}, {}
    for time, role in roles.items():
        column = reader.at.get(role)
        moment = None if column is None else reader.moment(row, column, day)
        if moment is not None and column is not None:
            times[time], cells[time] = moment, column
    return times, cells


def read_counts(
    sheet: Sheet, how: SheetMap, scenario: Scenario, problems: Problems
) -> list[tuple[str, dict[str, str], float, float, int]]:
    """Return the counts of a sheet: route, classes, start and end in minutes, vehicles."""
    reader = _Reader(sheet, how, scenario, problems)
    counts = []
    for row in range(len(sheet.rows)):
        route, day, text = reader.route(row), reader.day(row), reader.text(row, "count")
        span = _span(reader.text(row, "hour"), reader.text(row, "start"), reader.text(row, "end"))
        digits = text.replace(" ", "").replace(".", "").replace(",", "")
        if not digits.isdigit():
            if text:
                place = sheet.place(row, reader.at["count"])
                problems.warn("not-a-count", place, f"'{text}' is no whole number", "left out")
            continue
        if route is None or day is None or span is None:
            hint = "left out; a count has a date and an hour, as in 08:00-09:00"
            problems.warn("no-time", sheet.place(row, 0), "this count has no time", hint)
            continue
        since = day.toordinal() * DAY
        classes = reader.classes(row)
        counts.append((route, classes, since + span[0], since + span[1], int(digits)))
    return counts


def _span(hour: str, start: str, end: str) -> tuple[float, float] | None:
    """Return when a count began and ended, in minutes of the day."""
    if hour.isdigit() and int(hour) < 24:
        return 60.0 * int(hour), 60.0 * int(hour) + 60.0
    first, _, last = hour.replace("–", "-").partition("-")
    begin, other = parse_stamp(first.strip() or start), parse_stamp(last.strip() or end)
    if begin is None or begin.since is not None:
        return None
    finish = other.minute if other is not None and other.since is None else begin.minute + 60.0
    return begin.minute, finish if finish > begin.minute else finish + DAY
