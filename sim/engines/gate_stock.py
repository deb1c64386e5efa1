"""Stock of a gate that may stop receiving: its export vehicles inside, counted as they move."""

from __future__ import annotations

from sim.engines.rows import Rows
from sim.plan import DIRECTIONS, Plan, Stop

__all__ = ["GateStocks"]

_EXPORT = DIRECTIONS.index("export")


class _Stock:
    """Export vehicles at one gate; those that wait elsewhere are not counted."""

    __slots__ = ("above", "inside", "refused")

    def __init__(self, stop: Stop) -> None:
        self.inside = 0
        self.above = stop.above
        self.refused = frozenset(stop.flows)


class GateStocks:
    """Stocks of all gates with a rule to stop receiving.

    Attributes
    ----------
    crossings:
        Rows whose end takes a vehicle off a stock; by row of the crossing.
    """

    def __init__(self, plan: Plan, rows: Rows) -> None:
        self._rows = rows
        self._of_flow = {
            number: stock
            for stop, stock in ((stop, _Stock(stop)) for stop in plan.stops)
            for number, flow in enumerate(plan.flows)
            if flow.gate == stop.gate and flow.direction == _EXPORT
        }
        self.crossings: dict[int, _Stock] = {}

    def receive(self, vehicle: int) -> bool:
        """Count an arriving vehicle in, or turn it back and return False."""
        rows = self._rows
        stock = self._of_flow.get(rows.flow[vehicle])
        if stock is None:
            return True
        full = stock.inside >= stock.above and not rows.initially_queued[vehicle]
        if full and rows.flow[vehicle] in stock.refused:
            rows.turned_back[vehicle] = True
            return False
        stock.inside += 1
        self.crossings[rows.crossed_row[vehicle]] = stock
        return True

    def finish(self, row: int) -> None:
        """Take a vehicle off if this visit is its crossing and it is still counted."""
        if row in self.crossings:
            self.crossings.pop(row).inside -= 1

    def leave(self, vehicle: int) -> None:
        """Take a vehicle off that leaves without crossing."""
        self.finish(self._rows.crossed_row[vehicle])

    def take_off(self, row: int) -> None:
        """Take a vehicle off that begins to wait elsewhere at this visit."""
        crossing = self._rows.crossed_row[self._rows.vehicle[row]]
        if self._rows.is_up_to_crossing(row) and crossing in self.crossings:
            self.crossings.pop(crossing).inside -= 1

    def put_back(self, row: int) -> None:
        """Count it again as its service begins."""
        stock = self._of_flow.get(self._rows.flow_at[row])
        crossing = self._rows.crossed_row[self._rows.vehicle[row]]
        if self._rows.is_up_to_crossing(row) and stock is not None:
            stock.inside += 1
            self.crossings[crossing] = stock
