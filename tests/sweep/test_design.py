"""The `sweep:` section becomes the points that its design says, and mistakes get a line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.distributions import Constant
from sim.errors import ScenarioError
from sim.scenario import Variants
from sim.sweep.design import Point, expand
from tests.sweep.conftest import SWEEP

LANES = "lanes: {path: gates.chi_ma.routes.main.stages.crossing.servers, values: [1, 2, 3]}"
TIME = "gates.chi_ma.routes.main.stages.crossing.service"


def points(file: Path, *changes: tuple[str, str]) -> list[Point]:
    """Expand the small sweep with some lines changed."""
    text = SWEEP
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, "utf-8")
    return expand(Variants.of(file))


def test_grid(file: Path) -> None:
    """A grid is every combination, the last factor changing fastest."""
    rows = [tuple(point.levels.values()) for point in points(file)]
    assert rows == [(n, on) for n in (1, 2, 3) for on in (False, True)]


def test_an_upgrade_is_left_out(file: Path) -> None:
    """Off, a point is the scenario without the upgrade; on, with it."""
    off, on = points(file, ("values: [1, 2, 3]", "values: [1]"))
    variants = Variants.of(file)
    servers = "gates.chi_ma.routes.main.stages.documents.servers"
    assert variants.scenario(off.variant).leaves()[servers] == 2
    assert variants.scenario(on.variant).leaves()[servers] == 4


def test_list(file: Path) -> None:
    """A list takes the first of each factor, then the second of each."""
    made = points(
        file,
        ("  replications: 4", "  design: list"),
        (
            "counters: {upgrade: counters}",
            f"time: {{path: {TIME}, values: [2, 3, 4], write: '{{}} min'}}",
        ),
    )
    assert [tuple(point.levels.values()) for point in made] == [(1, 2), (2, 3), (3, 4)]
    assert made[0].variant.values[TIME] == "2 min"


@pytest.mark.parametrize("design", ["latin-hypercube", "sobol"])
def test_sampled(file: Path, design: str) -> None:
    """Each tenth of an uncertain value gets its share of the points, the same ones every time."""
    changes = (
        ("  replications: 4", f"  design: {design}\n  points: 64"),
        (LANES, f"time: {{path: {TIME}, distribution: 'uniform(2, 6)', write: '{{}} min'}}"),
    )
    made = points(file, *changes)
    drawn = np.array([point.levels["time"] for point in made], dtype=float)
    assert np.histogram(drawn, bins=8, range=(2, 6))[0].tolist() == [8] * 8
    assert sum(bool(point.levels["counters"]) for point in made) == 32
    assert [point.name for point in points(file, *changes)] == [point.name for point in made]
    other = points(file, *changes, (f"design: {design}", f"design: {design}\n  seed: 2"))
    assert {point.name for point in other}.isdisjoint({point.name for point in made})


def test_whole_numbers(file: Path) -> None:
    """With no digits a drawn number is whole, as counts of servers must be."""
    made = points(
        file,
        ("  replications: 4", "  design: sobol\n  points: 16"),
        ("values: [1, 2, 3]", "distribution: 'triangular(1, 2, 4)', digits: 0"),
    )
    assert {point.levels["lanes"] for point in made} <= {1, 2, 3, 4}


def test_the_ends_of_what_is_drawn_are_tried(file: Path) -> None:
    """A value that no point may have is found before any runs, though most points are fine."""
    share = "gates.chi_ma.routes.main.stages.documents.share"
    drawn = f"share: {{path: {share}, distribution: 'uniform(1, 102)', write: '{{}} %'}}"
    with pytest.raises(ScenarioError, match=r"at the point share = 10[0-2]\."):
        points(
            file,
            ("  replications: 4", "  design: latin-hypercube\n  points: 64"),
            (LANES, drawn),
        )


MISTAKES = [
    ("upgrade: counters", "upgrade: countres", "no upgrade 'countres'; did you mean 'counters'?"),
    ("upgrade: counters", "values: [1]", "either a path or an upgrade"),
    ("stages.crossing.servers", "stages.crosing.servers", "did you mean 'crossing'?"),
    ("values: [1, 2, 3]", "values: [1, many]", "'many' is not a whole number"),
    ("values: [1, 2, 3]", "values: []", "either values or a distribution"),
    ("values: [1, 2, 3]", "distribution: 'uniform(1, 3)'", "draws from no distribution"),
    ("values: [1, 2, 3]", "values: [1], write: min", "exactly one {}"),
    ("values: [1, 2, 3]", "values: [1], digits: 2", "values have their own digits"),
    ("  replications: 4", "  points: 8", "a grid draws no points"),
    ("  replications: 4", "  design: sobol", "missing key 'points'"),
    ("  replications: 4", "  design: sobol\n  points: 100", "write 64 or 128"),
    ("  replications: 4", "  design: list", "give all the same number"),
    ("gates.chi_ma.routes.main.stages.crossing.servers", "run.replications", "cannot be varied"),
    ("counters: {up", "point: {up", "the results have a column 'point'"),
]


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES, ids=[m[1] for m in MISTAKES])
def test_mistakes(file: Path, old: str, new: str, said: str) -> None:
    """A mistake in the section is told with its file, its line and a way out."""
    if "list" in new:
        with pytest.raises(ScenarioError, match=said):
            points(file, (old, new), ("upgrade: counters", f"path: {TIME}, values: [4 min]"))
        return
    with pytest.raises(ScenarioError) as caught:
        points(file, (old, new))
    assert said in str(caught.value)
    assert all(problem.file == str(file) and problem.line >= 4 for problem in caught.value.problems)


def test_no_section(file: Path) -> None:
    """A scenario without the section is no sweep, and is told where to see one."""
    with pytest.raises(ScenarioError, match="no section 'sweep'"):
        expand(Variants.of(file.with_name("more.yaml")))


def test_the_section_is_not_inherited(file: Path) -> None:
    """A file that extends a sweep is an ordinary scenario, and hashes as one."""
    heir = file.with_name("heir.yaml")
    heir.write_text("format: 1\nextends: lanes.yaml\n", "utf-8")
    assert Variants.of(heir).sweep is None
    assert Variants.of(heir).base.hash == Variants.of(file).base.hash


@pytest.mark.parametrize("design", ["grid", "latin-hypercube"])
def test_levels_are_written_in_plain_digits(file: Path, design: str) -> None:
    """1e-05, 1e+16 and 1.125 reach the scenario as numbers: digits that it reads as the same."""
    values = "[0.00005, 0.0001, 1.1250, 1.0e-12]"
    write = f"time: {{path: {TIME}, values: {values}, write: '{{}} min'}}"
    changes = [("counters: {upgrade: counters}", write)]
    if design != "grid":
        changes.append(
            ("  replications: 4", f"  replications: 4\n  points: 32\n  design: {design}")
        )
    made = points(file, *changes)
    variants = Variants.of(file)
    for point in made:
        scenario = variants.scenario(point.variant)
        service = scenario.model.gates["chi_ma"].routes["main"].stages["crossing"].service
        assert service == Constant(float(point.levels["time"]))
    assert {point.levels["time"] for point in made} == {0.00005, 0.0001, 1.125, 1e-12}


def test_a_sample_whose_digits_are_too_few_is_refused(file: Path) -> None:
    """Levels that six decimals would make alike are no sample; more digits are asked for."""
    drawn = f"time: {{path: {TIME}, distribution: 'uniform(0, 0.000009)', write: '{{}} min'}}"
    design = ("  replications: 4", "  replications: 4\n  points: 32\n  design: latin-hypercube")
    with pytest.raises(ScenarioError, match="too close together for 6 decimals; write more"):
        points(file, ("counters: {upgrade: counters}", drawn), design)
    finer = drawn.replace("write:", "digits: 12, write:")
    made = points(file, ("counters: {upgrade: counters}", finer), design)
    assert len({point.levels["time"] for point in made}) == 32


def test_settings_hold_for_all_points_and_change_their_names(file: Path) -> None:
    """`sweep FILE --set` changes each point; a factor of the same path goes first."""
    plain = points(file)
    lanes = "gates.chi_ma.routes.main.stages.crossing.servers"
    made = expand(Variants.of(file), {TIME: "9 min", lanes: "7"})
    assert {point.variant.values[TIME] for point in made} == {"9 min"}
    assert {point.variant.values[lanes] for point in made} == {1, 2, 3}
    assert not {point.name for point in plain} & {point.name for point in made}


def test_words_among_sampled_numbers_are_tried(file: Path) -> None:
    """`unlimited` beside whole numbers is a value as the others are."""
    design = ("  replications: 4", "  replications: 4\n  points: 16\n  design: latin-hypercube")
    made = points(file, ("values: [1, 2, 3]", "values: [1, 2, unlimited]"), design)
    assert {point.levels["lanes"] for point in made} == {1, 2, "unlimited"}


def test_a_number_that_may_be_thousands_is_asked_about(file: Path) -> None:
    """`1.250` in a list of values is no 1.25 in silence."""
    write = f"time: {{path: {TIME}, values: [1.250, 2], write: '{{}} min'}}"
    with pytest.raises(
        ScenarioError, match=r"1\.25 or 1,250\? .*; write '1\.25 min' or '1_250 min'"
    ):
        points(file, ("counters: {upgrade: counters}", write))


def test_a_sweep_of_nothing_is_told(file: Path) -> None:
    """A sweep that forgets the file that it extends lacks what every scenario has."""
    with pytest.raises(ScenarioError, match="missing key 'gates'"):
        points(file, ("extends: more.yaml\nrun: {warm_up: 0 h, days: 1}\n", ""))
