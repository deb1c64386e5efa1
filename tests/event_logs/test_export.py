"""A run's event log opens in tools for process mining."""

from __future__ import annotations

import datetime as dt
import warnings
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from sim.errors import ResultsError, WriteError
from sim.event_logs import LOG_CSV, XES, export_log, log_table, read_log
from sim.results import StoredResults

NS = "{http://www.xes-standard.org/}"


def values(element: ET.Element) -> dict[str, str]:
    """Attributes of an XES element, by key."""
    tags = ("string", "date", "boolean")
    return {e.attrib["key"]: e.attrib["value"] for e in element if e.tag in [NS + t for t in tags]}


@pytest.fixture(scope="module")
def files(stored: StoredResults, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The log of the second replication in both forms."""
    xes, log_csv = export_log(stored, [XES, LOG_CSV], 1, tmp_path_factory.mktemp("out"))
    return xes, log_csv


def test_every_visit_is_its_events(stored: StoredResults, files: tuple[Path, Path]) -> None:
    """Cases are vehicles, activities stages; what happened is scheduled, started, completed."""
    journeys = stored.journeys(1).collect()
    root = ET.parse(files[0]).getroot()
    traces = root.findall(f"{NS}trace")
    assert len(traces) == journeys["vehicle"].n_unique()
    events = [values(event) for event in root.iter(f"{NS}event")]
    transitions = Counter(event["lifecycle:transition"] for event in events)
    assert transitions == {
        "schedule": journeys["arrive"].count(),
        "start": journeys["start"].count(),
        "complete": journeys["finish"].count(),
    }
    assert {event["concept:name"] for event in events} == set(journeys["stage"].cast(pl.String))


def test_a_case_says_its_class_and_its_times_ascend(files: tuple[Path, Path]) -> None:
    """Vietnam time with its offset, in order; class and channel are those of the vehicle."""
    for trace in ET.parse(files[0]).getroot().iter(f"{NS}trace"):
        about = values(trace)
        assert about["direction"] in ("export", "import")
        assert about["channel"] in ("green", "yellow", "red")
        assert about["trusted"] == "false"
        times = [values(event)["time:timestamp"] for event in trace.iter(f"{NS}event")]
        moments = [dt.datetime.fromisoformat(time) for time in times]
        assert moments == sorted(moments)
        assert {moment.utcoffset() for moment in moments} == {dt.timedelta(hours=7)}


def test_the_file_keeps_the_order_of_the_standard(files: tuple[Path, Path]) -> None:
    """Extensions, globals, classifiers, attributes, traces (IEEE Std 1849); prefixes declared."""
    root = ET.parse(files[0]).getroot()
    order = [NS + name for name in ("extension", "global", "classifier", "string", "trace")]
    places = [order.index(child.tag) for child in root]
    assert places == sorted(places)
    assert root.tag == f"{NS}log"
    assert {"xes.version", "xes.features"} <= set(root.attrib)
    known = {one.attrib["prefix"] for one in root.iter(f"{NS}extension")}
    keys = [e.attrib["key"] for e in root.iter() if "key" in e.attrib and ":" in e.attrib["key"]]
    assert {key.split(":")[0] for key in keys} <= known
    scopes = [one.attrib["scope"] for one in root.iter(f"{NS}global")]
    assert scopes == ["trace", "event"]


def test_csv_has_the_times_and_resources(stored: StoredResults, files: tuple[Path, Path]) -> None:
    """One row per visit; minutes since the start come back from the moments."""
    log, journeys = read_log(files[1]), stored.journeys(1).collect()
    assert log.height == journeys.height
    midnight = dt.datetime.combine(dt.date(2025, 7, 7), dt.time())
    for own, name in (("arrive", "ready"), ("start", "start"), ("finish", "end")):
        minutes = ((log[name] - midnight).dt.total_microseconds() / 60e6).to_list()
        assert minutes == pytest.approx(journeys[own].to_list(), abs=1e-7, nan_ok=True)
    resources = set(log.filter(activity="chi_ma.main.documents")["resource"].drop_nulls())
    assert resources == {"chi_ma.main.documents#1", "chi_ma.main.documents#2"}


def test_characters_that_xml_cannot_hold_are_replaced(
    stored: StoredResults, tmp_path: Path
) -> None:
    """A folder of a stranger may hold any text; what is written is XML all the same."""
    from sim.event_logs import write_xes

    table = log_table(stored).with_columns(pl.lit("a\x00<&\ud7ff").alias("cargo")).head(3)
    with (tmp_path / "x.xes").open("wb") as file:
        write_xes(table, 'na"me', file)
    root = ET.parse(tmp_path / "x.xes").getroot()
    assert values(root)["concept:name"] == 'na"me'
    assert values(next(root.iter(f"{NS}trace")))["cargo"] == "a\ufffd<&\ud7ff"


def test_what_cannot_be_written_is_said(stored: StoredResults, tmp_path: Path) -> None:
    """A log that was not kept, and a folder that is not there."""
    with pytest.raises(ResultsError, match="keeps no journeys of replication 7"):
        export_log(stored, [XES], 7)
    with pytest.raises(WriteError, match="cannot write"):
        export_log(stored, [LOG_CSV], 0, tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_a_log_opens_in_pm4py(stored: StoredResults, files: tuple[Path, Path]) -> None:
    """A process-mining library counts the same cases, events and activities."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pm4py = pytest.importorskip("pm4py")
        log = pm4py.read_xes(str(files[0]))
    journeys = stored.journeys(1).collect()
    assert log["case:concept:name"].nunique() == journeys["vehicle"].n_unique()
    assert log["concept:name"].nunique() == journeys["stage"].n_unique()
    counted = journeys.select(pl.col("arrive", "start", "finish").count()).row(0)
    assert len(log) == sum(counted)
