"""A booking system moves waiting from the gate to elsewhere; it does not delete it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import ArrayLike

from sim.engines import simulate
from sim.measures import measure
from sim.plan import Plan, StageKind
from sim.verify import Line, border, visits

EVERY = 6.0
DAY = 1440.0
SLOTS = EVERY * np.arange(10 * DAY / EVERY)


def gate(*, booked: bool) -> Plan:
    """A lane of six minutes a truck, with or without slots of one truck each six minutes."""
    booking = Line(kind=StageKind.SLOTS, slots=SLOTS.tolist(), virtual=True)
    lane = Line(side="border")
    return border(*((booking, lane) if booked else (lane,)), horizon=10 * DAY)


def waits(
    arrive: ArrayLike, service: ArrayLike, *, booked: bool, absent: ArrayLike = ()
) -> dict[str, float]:
    """Mean waits on each clock, in minutes."""
    need = np.broadcast_to(np.asarray(service, float), np.shape(arrive))
    needs = np.stack([0.0 * need, need], axis=1) if booked else need
    work = replace(visits(arrive, needs), absent=np.asarray(absent, dtype=np.int64))
    plan = gate(booked=booked)
    table = measure(simulate(plan, work, "core"), plan).tables["gates"]
    return table.row(0, named=True)


def arrivals(load: float, seed: int = 1) -> np.ndarray:
    """A day and a half of Poisson arrivals at a load of the lane."""
    rng = np.random.default_rng(seed)
    return np.cumsum(rng.exponential(EVERY / load, int(1.5 * DAY * load / EVERY)))


def test_booking_moves_all_waiting_where_trucks_come_at_slot_times() -> None:
    """Exact: services as long as slots are apart, arrivals at slot times, one truck a slot."""
    came = EVERY * np.floor(arrivals(1.05) / EVERY)
    queue, booked = (waits(came, EVERY, booked=b) for b in (False, True))
    assert queue["wait"] > 60.0
    assert booked["virtual"] == pytest.approx(queue["wait"], abs=1e-9)
    assert booked["wait"] == 0.0
    assert booked["door_to_door_mean"] == pytest.approx(queue["door_to_door_mean"], abs=1e-9)


@pytest.mark.parametrize("load", [0.7, 0.9, 1.05])
def test_trucks_between_slots_wait_less_than_one_slot_more(load: float) -> None:
    """With arrivals at any time a truck waits for the next slot: up to six minutes, no less."""
    came = arrivals(load)
    queue, booked = (waits(came, EVERY, booked=b) for b in (False, True))
    assert booked["wait"] == 0.0
    assert 0.0 < booked["virtual"] - queue["wait"] < EVERY


def test_uneven_services_leave_a_queue_at_the_gate() -> None:
    """With the same mean and chance in it, booking keeps most waiting away but no total down."""
    came = arrivals(0.85)
    service = np.random.default_rng(7).exponential(EVERY, len(came))
    queue, booked = (waits(came, service, booked=b) for b in (False, True))
    total = booked["wait"] + booked["virtual"]
    assert booked["wait"] < queue["wait"]
    assert total > queue["wait"]


def test_no_shows_waste_capacity() -> None:
    """A tenth of the slots lost at a load of 0.95 is more waiting for all."""
    came = arrivals(0.95)
    full = waits(came, EVERY, booked=True)
    lost = waits(came, EVERY, booked=True, absent=np.arange(0, len(came), 10))
    assert lost["virtual"] > full["virtual"] + EVERY
