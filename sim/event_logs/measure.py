"""Measure an event log, observed or simulated, by the functions that measure runs.

The log becomes a plan and journeys: each gate a route, each activity a stage that is always open
and serves everybody at once. With a scenario its stages stand in place of these, with their
sides, calendars and clocks. So the words of the catalogue mean the same of both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from sim.arguments import checked_arguments
from sim.arrays import Floats, Ints
from sim.catalogue import CHANNELS, DIRECTIONS, SIDES
from sim.clock import DAY
from sim.errors import ArgumentError
from sim.journeys import CROSSED, SOLD_INLAND, TURNED_BACK, UNFINISHED, Journeys
from sim.measures import Measures, measure
from sim.plan import OUTCOMES, Cargo, Flow, Gate, Plan, Route, Stage, StageKind, Step
from sim.queues import Calendar
from sim.sentences import Sentence
from sim.units import suggestion
from sim.workload import Workload

__all__ = ["log_days", "log_journeys", "measure_log"]

_TABLES = ("headline", "stages", "gates", "flows")
"""Tables that a log without servers can fill."""

_ALL = "all"
_DEFAULTS = {"gate": "gate", "direction": DIRECTIONS[0], "cargo": _ALL, "side": SIDES[1]}
"""What a visit counts as where the log does not say."""


@checked_arguments
def measure_log(log: pl.DataFrame, plan: Plan | None = None) -> Measures:
    """Measure an event log; tables headline, stages, gates and flows of :func:`sim.measure`.

    Parameters
    ----------
    log:
        As :func:`sim.event_logs.read_log` returns it. Columns gate, direction, cargo, side and
        outcome count where they are there.
    plan:
        Of a scenario that has the log's activities as stages, from :func:`sim.build_plan`;
        without one every stage is open at all hours.

    Raises
    ------
    ArgumentError
        The log is empty, or an activity is no stage of the plan.
    """
    journeys = log_journeys(log, plan)
    return measure(journeys, journeys.plan, _TABLES)


def log_days(log: pl.DataFrame) -> tuple[dt.date, int]:
    """Return the first day of a log and the number of days to the end of its last."""
    moments = [log[name].drop_nulls() for name in ("ready", "start", "end")]
    every = pl.concat([moment.rename("at") for moment in moments])
    first, last = every.min(), every.max()
    assert isinstance(first, dt.datetime)
    assert isinstance(last, dt.datetime)
    return first.date(), (last.date() - first.date()).days + 1


def log_journeys(log: pl.DataFrame, plan: Plan | None = None) -> Journeys:
    """Return the journeys that an event log describes; raises as :func:`measure_log`."""
    if not log.height:
        raise ArgumentError(Sentence("measure_log(): the log has no rows"))
    start, days = log_days(log)
    visits = _visits(log, start)
    cases = _cases(visits, log)
    stages = visits.select("gate", "activity", "times", "side", "held", "position")
    stages = stages.group_by("gate", "activity", "times", maintain_order=True).agg(
        pl.col("side").drop_nulls().first(), pl.col("held").any(), pl.col("position").mean()
    )
    stages = stages.sort("position", maintain_order=True).with_row_index("stage")
    own = _Plan(cases, stages, start, days).plan() if plan is None else _placed(plan, stages, cases)
    rows = visits.join(stages.drop("side", "held", "position"), on=["gate", "activity", "times"])
    rows = rows.join(cases.select("case", "vehicle"), on="case").sort("stage", "vehicle", "line")
    return _journeys(own, rows, cases)


def _visits(log: pl.DataFrame, start: dt.date) -> pl.DataFrame:
    """Return visits with times in minutes, their place in the case, and how often it came there."""
    midnight = dt.datetime.combine(start, dt.time())
    texts = {
        name: pl.col(name) if name in log.columns else pl.lit(None, dtype=pl.String)
        for name in ("gate", "side", "kind")
    }
    minutes = [
        ((pl.col(name) - midnight).dt.total_microseconds() / 60e6).alias(name)
        for name in ("ready", "start", "end")
    ]
    at = log.select(
        "case",
        "activity",
        "line",
        *minutes,
        texts["gate"].drop_nulls().first().over("case").fill_null(_DEFAULTS["gate"]).alias("gate"),
        pl.when(texts["side"].is_in(list(SIDES))).then(texts["side"]).alias("side"),
        (texts["kind"].fill_null("") == StageKind.HOLD.name.lower()).alias("held"),
    )
    at = at.sort("ready", "start", "line", nulls_last=True, maintain_order=True)
    times = pl.int_range(pl.len()).over("case", "activity")
    return at.with_columns(
        times.alias("times"), pl.int_range(pl.len()).over("case").alias("position")
    )


def _cases(visits: pl.DataFrame, log: pl.DataFrame) -> pl.DataFrame:
    """Return one row per case, by arrival: its attributes, arrival and last end."""
    attributes = [
        pl.col(name).drop_nulls().first()
        for name in ("direction", "cargo", "channel", "outcome", "flow")
        if name in log.columns
    ]
    about = log.group_by("case", maintain_order=True).agg(attributes)
    for name, kind in (("direction", "direction"), ("cargo", "cargo")):
        known = pl.col(name) if name in about.columns else pl.lit(None, dtype=pl.String)
        about = about.with_columns(known.fill_null(_DEFAULTS[kind]).alias(name))
    own = visits.filter(~pl.col("held"))
    ends = own.group_by("case").agg(
        pl.col("end").is_null().any().alias("open"), pl.col("end").max().alias("left")
    )
    cases = visits.group_by("case", maintain_order=True).agg(
        pl.col("ready").min().alias("arrive"), pl.col("gate").first()
    )
    joined = cases.join(about, on="case", how="left").join(ends, on="case", how="left")
    ordered = joined.sort("arrive", maintain_order=True)
    return ordered.with_row_index("vehicle")


class _Plan:
    """The plan of a log alone."""

    def __init__(
        self, cases: pl.DataFrame, stages: pl.DataFrame, start: dt.date, days: int
    ) -> None:
        self.cases, self.stages, self.start, self.days = cases, stages, start, days
        self.gates = cases["gate"].unique(maintain_order=True).to_list()
        self.cargo = cases["cargo"].unique(maintain_order=True).to_list()

    def plan(self) -> Plan:
        """Return it: every stage open at all hours, for everybody at once."""
        return Plan(
            name="log",
            title=_both("log"),
            start=self.start,
            warm_up=0.0,
            horizon=DAY * self.days,
            seed=0,
            gates=tuple(
                Gate(gate, _both(gate), "road", "international", True, "published", number)
                for number, gate in enumerate(self.gates)
            ),
            routes=tuple(
                Route(f"{gate}.{_ALL}", _both(gate), number)
                for number, gate in enumerate(self.gates)
            ),
            cargo=tuple(Cargo(name, _both(name), "other", None, None) for name in self.cargo),
            calendars=(Calendar.always(),),
            stages=tuple(self.stage(row) for row in self.stages.iter_rows(named=True)),
            flows=tuple(self.flow(*which) for which in self.kinds()),
        )

    def kinds(self) -> list[tuple[str, str, str]]:
        """Gate, direction and cargo of each flow."""
        kinds = self.cases.select("gate", "direction", "cargo").unique(maintain_order=True)
        return [(gate, direction, cargo) for gate, direction, cargo in kinds.iter_rows()]

    def stage(self, row: Mapping[str, object]) -> Stage:
        """Return an activity as a stage."""
        gate = self.gates.index(row["gate"])
        name = _named(row)
        hold = bool(row["held"])
        return Stage(
            id=name,
            role=name,
            title=_both(name),
            gate=gate,
            route=gate,
            side=str(row["side"] or _DEFAULTS["side"]),
            kind=StageKind.HOLD if hold else StageKind.DELAY,
            servers=0,
            server_calendar=np.zeros(0 if hold else 1, dtype=np.int64),
            rank=np.zeros((1, len(self.kinds())), dtype=np.int64),
            lane=np.zeros(1, dtype=np.int64),
        )

    def flow(self, gate: str, direction: str, cargo: str) -> Flow:
        """Return the vehicles of a gate, a direction and a cargo class."""
        number = self.gates.index(gate)
        own = self.stages.filter(pl.col("gate") == gate)["stage"].to_list()
        steps = tuple(Step(stage, (1.0, 1.0, 1.0), None) for stage in own)
        return Flow(
            id=f"{gate}.{direction}.{cargo}",
            gate=number,
            route=number,
            direction=DIRECTIONS.index("import" if direction == "import" else "export"),
            cargo=self.cargo.index(cargo),
            vehicle="truck",
            volume=np.zeros(self.days),
            day_edges=np.array([0.0, DAY]),
            day_shares=np.ones(1),
            day_cv=0.0,
            timetable=None,
            delay=None,
            wagons=1,
            channels=(1.0, 0.0, 0.0),
            steps=steps,
            crossed=len(steps) - 1,
        )


def _placed(plan: Plan, stages: pl.DataFrame, cases: pl.DataFrame) -> Plan:
    """Return a scenario's plan with the stages of a log, in the log's order."""
    by_name = {stage.id: stage for stage in plan.stages}
    for stage in plan.stages:  # `documents` of gate chi_ma, where that is one stage
        short = f"{plan.gates[stage.gate].id}.{stage.role}"
        by_name[short] = by_name.get(short, stage)
    chosen = []
    for row in stages.iter_rows(named=True):
        name = str(row["activity"])
        known = by_name.get(name) or by_name.get(f"{row['gate']}.{name}")
        if known is None:
            hint = suggestion(
                name,
                by_name,
                Sentence("there are {list} and more", list=", ".join(list(by_name)[:8])),
            )
            raise ArgumentError(
                Sentence(
                    "measure_log(): activity '{name}' is no stage of {plan}; {hint}",
                    name=name,
                    plan=plan.name,
                    hint=hint,
                )
            )
        times = int(row["times"])
        again = known if not times else replace(known, id=f"{known.id} ({times + 1})")
        chosen.append(replace(again, overflow=-1))
    flows = {flow.id for flow in plan.flows}
    for row in cases.iter_rows(named=True):
        if _flow_of(plan, row, flows) < 0:
            what = f"{row['gate']}, {row['direction']}, {row['cargo']}"
            raise ArgumentError(
                Sentence("measure_log(): {plan} has no flow of {what}", plan=plan.name, what=what)
            )
    return replace(plan, stages=tuple(chosen), outages=(), stops=(), choices=())


def _flow_of(plan: Plan, case: Mapping[str, object], known: set[str]) -> int:
    """Return the number of a case's flow: the one it names, or the first of its kind; else -1."""
    if case.get("flow") in known:
        return next(n for n, flow in enumerate(plan.flows) if flow.id == case["flow"])
    wanted = (case["gate"], case["direction"], case["cargo"])
    for number, flow in enumerate(plan.flows):
        own = plan.gates[flow.gate].id, DIRECTIONS[flow.direction], plan.cargo[flow.cargo].id
        if own == wanted or (own[:2] == wanted[:2] and case["cargo"] == _ALL):
            return number
    return -1


def _journeys(plan: Plan, rows: pl.DataFrame, cases: pl.DataFrame) -> Journeys:
    """Return the journeys of visits, sorted by stage and vehicle, of cases sorted by arrival."""
    known = {flow.id for flow in plan.flows}
    flows = [_flow_of(plan, case, known) for case in cases.iter_rows(named=True)]
    vehicle, stage = rows["vehicle"].to_numpy().astype(np.int32), rows["stage"].to_numpy()
    start, finish = (rows[name].fill_null(np.nan).to_numpy().copy() for name in ("start", "end"))
    outcome = _outcomes(cases)
    last = _last_rows(plan, rows, len(cases))
    left = cases["left"].fill_null(np.nan).to_numpy()
    channel = cases["channel"].to_list() if "channel" in cases.columns else [None] * len(cases)
    workload = Workload(
        replication=0,
        flow=np.array(flows, dtype=np.int64),
        channel=np.array([_place(CHANNELS, name) for name in channel], dtype=np.int8),
        arrive=cases["arrive"].to_numpy().copy(),
        key=np.arange(len(cases), dtype=np.int64),
        bounds=np.searchsorted(stage, np.arange(len(plan.stages) + 1)),
        row_vehicle=vehicle,
        service=_worked(plan, stage, start, finish),
        held=np.empty(0, dtype=np.int64),
        until=np.empty(0, dtype=np.int64),
        crossed_row=last,
        deadline=np.full(len(cases), np.inf),
        plan=plan,
    )
    return Journeys(
        plan=plan,
        workload=workload,
        arrive=rows["ready"].to_numpy().copy(),
        start=start,
        finish=finish,
        server=np.full(len(rows), -1, dtype=np.int32),
        outcome=outcome,
        crossed_at=np.where(outcome == CROSSED, finish[last], np.nan),
        gave_up_at=np.where(outcome == SOLD_INLAND, left, np.nan),
    )


def _last_rows(plan: Plan, rows: pl.DataFrame, size: int) -> Ints:
    """Return the row whose end counts as crossing: the last at the border, else the last of all."""
    border = np.array([stage.side == SIDES[1] for stage in plan.stages], dtype=np.bool_)
    held = np.array([stage.kind is StageKind.HOLD for stage in plan.stages], dtype=np.bool_)
    order = rows["position"].to_numpy()
    stage, vehicle = rows["stage"].to_numpy(), rows["vehicle"].to_numpy()
    rank = order + 1e6 * (border[stage] & ~held[stage]) - 1e6 * held[stage]
    by_rank = np.lexsort((rank, vehicle))
    last = np.empty(size, dtype=np.int64)
    last[vehicle[by_rank]] = by_rank  # later rows of a vehicle write over earlier ones
    return last


def _worked(plan: Plan, stage: Ints, start: Floats, finish: Floats) -> Floats:
    """Return the service of each visit: its span or, where it freezes at closing, what was open."""
    service = np.nan_to_num(finish - start)
    for number, entry in enumerate(plan.stages):
        if entry.resume and entry.server_calendar.size:
            rows = np.flatnonzero((stage == number) & ~np.isnan(finish) & ~np.isnan(start))
            calendar = plan.calendars[int(entry.server_calendar[0])]
            service[rows] = calendar.open_time(start[rows], finish[rows])
    return service


def _outcomes(cases: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    """Return what became of each case: what the log says, else crossed if all its visits ended."""
    ended = np.where(cases["open"].fill_null(True).to_numpy(), UNFINISHED, CROSSED)
    if "outcome" in cases.columns:
        recorded = [_place(OUTCOMES, name, -1) for name in cases["outcome"].to_list()]
        ended = np.where(np.array(recorded) >= 0, recorded, ended)
    assert len(OUTCOMES) > TURNED_BACK
    return ended.astype(np.int8)


def _place(names: tuple[str, ...], name: str | None, otherwise: int = 0) -> int:
    return names.index(name) if name in names else otherwise


def _named(row: Mapping[str, object]) -> str:
    """Name an activity; a second visit of a case to it is an activity of its own."""
    times = int(str(row["times"]))
    return f"{row['activity']} ({times + 1})" if times else str(row["activity"])


def _both(name: str) -> dict[str, str]:
    return {"en": name, "vi": name}
