"""Queueing library: arrays in, arrays out; it knows nothing of borders.

>>> import numpy as np
>>> from sim.queues import fifo
>>> fifo([0.0, 1.0, 2.0], [5.0, 5.0, 1.0], servers=2).start
array([0., 1., 5.])
"""

from __future__ import annotations

from sim.queues.batch import batch, bulk
from sim.queues.calendars import Calendar
from sim.queues.capacity import Capacity
from sim.queues.fifo import fifo
from sim.queues.skills import skilled
from sim.queues.slots import slots
from sim.queues.state import Served, State
from sim.queues.streams import merge, split
from sim.queues.tandem import TandemTimes, tandem_blocking

__all__ = [
    "Calendar",
    "Capacity",
    "Served",
    "State",
    "TandemTimes",
    "batch",
    "bulk",
    "fifo",
    "merge",
    "skilled",
    "slots",
    "split",
    "tandem_blocking",
]
