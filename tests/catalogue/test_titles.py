"""Every measure has a name in both languages, and its text reads back as the same quantity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.catalogue import ALL, DIRECTIONS, MEASURES, Measure, Names, Quantity, find, title, within
from sim.errors import MeasureError
from sim.messages import LANGUAGES, messages

KNOWN = Names(
    gates=("huu_nghi", "dong_dang"),
    routes=("huu_nghi.main", "huu_nghi.side", "dong_dang.station"),
    cargo=("fresh_fruit", "goods"),
    stages=("huu_nghi.main.china_bay", "huu_nghi.side.china_bay", "dong_dang.station.path"),
    rail=("dong_dang",),
)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda m: m.id)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_measure_has_a_title(measure: Measure, lang: str) -> None:
    """With its statistic and the unit shown, and trains where vehicles are trains."""
    language = messages(lang)
    shown = title(measure, language)
    assert shown.endswith(f"({language.text(f'unit.{measure.shown_in}')})")
    assert len({title(m, language) for m in MEASURES.values()}) == len(MEASURES)
    if "vehicles" in measure.unit:
        assert language.text("unit.trains") in title(measure, language, rail=True)


@given(
    st.sampled_from(list(MEASURES.values())) | st.integers(1, 10_000).map(within),
    st.sampled_from([ALL, *KNOWN.gates]),
    st.sampled_from([ALL, *DIRECTIONS]),
    st.sampled_from([ALL, *KNOWN.cargo]),
    st.sampled_from([ALL, "china_bay", "huu_nghi.main.china_bay"]),
)
def test_what_is_written_reads_back(
    measure: Measure, gate: str, direction: str, cargo: str, stage: str
) -> None:
    """Any quantity that can be is the same after a round through its text."""
    try:
        quantity = Quantity(measure.id, gate, direction, cargo, stage=stage)
    except MeasureError:
        return
    if gate == "dong_dang" and stage != ALL:
        return
    assert Quantity.parse(str(quantity)).resolved(KNOWN) == quantity
    assert find(measure.id) == find(measure.path) == measure


def test_only_less_or_more_has_merit() -> None:
    """Of every measure but arrivals one knows which way is good."""
    assert [m.id for m in MEASURES.values() if m.better is None] == ["arrived_per_day"]


def test_a_word_that_may_be_two_things_is_asked_about() -> None:
    """A class named as a gate needs its key."""
    known = Names(gates=("north",), cargo=("north",))
    with pytest.raises(MeasureError, match="write gate=north or cargo=north"):
        Quantity.parse("wait[north]").resolved(known)
    assert Quantity.parse("wait[cargo=north]").resolved(known).cargo == "north"
