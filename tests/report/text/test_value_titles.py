"""Values of a scenario are named as planners name them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.messages import messages
from sim.report.text.value_titles import value_title
from sim.scenario import load
from tests.small import write_small

STAGES = "gates.chi_ma.routes.main.stages"
BASELINE = Path(__file__).parents[3] / "scenarios" / "baseline-2025.yaml"


@pytest.mark.parametrize(
    ("path", "en", "vi"),
    [
        (f"{STAGES}.crossing.servers", "Crossing: servers", "Làn thông quan: số vị trí phục vụ"),
        (f"{STAGES}.documents.share.fruit", "Documents: share of vehicles, Fruit", None),
        ("gates.chi_ma.routes.main.flows.goods.volume", "imports, Goods: arrivals", None),
        ("channels.red", "customs channels, red", "phân luồng hải quan, đỏ"),
        ("run.days", "run, days", None),
    ],
)
def test_titles_from_the_gate_inwards(path: str, en: str, vi: str | None, tmp_path: Path) -> None:
    """Gate, stage or flow by title, then the quantity; what has no word stays as written."""
    model = load(write_small(tmp_path)[0]).model
    before = "Chi Ma · " if path.startswith("gates") else ""
    assert value_title(model, path, messages("en")) == before + en
    if vi is not None:
        assert value_title(model, path, messages("vi")) == before + vi


def test_a_route_is_named_where_a_gate_has_several() -> None:
    """At a gate with two routes the route stands between gate and stage."""
    model = load(BASELINE).model
    several = {
        gate_id: [name for name, route in gate.routes.items() if route.alias_of is None]
        for gate_id, gate in model.gates.items()
    }
    gate_id, routes = next((one, names) for one, names in several.items() if len(names) > 1)
    stage = next(iter(model.gates[gate_id].routes[routes[0]].stages))
    path = f"gates.{gate_id}.routes.{routes[0]}.stages.{stage}.servers"
    assert value_title(model, path, messages("en")).count(" · ") == 2
