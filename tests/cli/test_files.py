"""``check``, ``show``, ``diff``, ``new`` and ``schema``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.scenario import load
from tests.cli.conftest import Langson


def test_check_sums_up_good_files(langson: Langson) -> None:
    """A good file is fine, in one line each, with what it holds."""
    result = langson("check", "small.yaml", "more.yaml")
    assert result.exit_code == 0
    first, second = result.stdout.splitlines()
    assert first.startswith("small.yaml: fine · 3 gates · 3 stages · ")
    assert second.startswith("more.yaml: fine")
    assert "visits and 0.2 GB of memory for one replication at a time" in first


def test_check_goes_through_all_files(langson: Langson, here: Path) -> None:
    """One bad file does not hide what is wrong in the next, or right."""
    bad = (here / "small.yaml").read_text("utf-8").replace("mode: road", "mode: raod", 1)
    (here / "bad.yaml").write_text(bad, "utf-8")
    (here / "worse.yaml").write_text(bad.replace("days: 3", "days: three"), "utf-8")
    result = langson("check", "bad.yaml", "worse.yaml", "small.yaml")
    assert result.exit_code == 2
    assert result.stderr.count("raod") >= 2
    assert "worse.yaml:3:" in result.stderr
    assert result.stdout.startswith("small.yaml: fine")


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_excerpt_of_a_long_line_stays_on_the_screen(
    langson: Langson, here: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    """A line of 300 characters is cut to the mark, which stays under the mistake."""
    monkeypatch.setenv("COLUMNS", str(columns))
    long = f'title: {{en: "{"x" * 250}", vi: y, fr: z}}\n'
    text = (here / "small.yaml").read_text("utf-8")
    (here / "small.yaml").write_text(
        text.replace("title: {en: Small border, vi: Biên giới nhỏ}\n", long), "utf-8"
    )
    result = langson("check", "small.yaml")
    line, mark = result.stderr.splitlines()[1:3]
    assert max(len(line), len(mark)) <= columns
    assert line[mark.index("^") : mark.rindex("^") + 1] == "fr"


def test_show_outlines_a_scenario(langson: Langson) -> None:
    """Title, time, one line for each gate and each upgrade."""
    result = langson("show", "more.yaml")
    assert result.exit_code == 0
    assert "More counters" in result.stdout
    assert "from 7 Jul 2025, warm-up 1 day, then 3 days × 3 replications" in result.stdout
    assert "+ Four counters · 80 bn VND · 2027-07" in result.stdout
    assert "Dong Dang" in result.stdout


def test_show_tells_where_a_number_comes_from(langson: Langson, here: Path) -> None:
    """Values with file, line, evidence, note and source, at one path or below it."""
    text = (
        (here / "small.yaml")
        .read_text("utf-8")
        .replace(
            "calendars:",
            "sources: {abc: {title: Counted, url: 'https://a.vn/b', date: 2025-07}}\ncalendars:",
        )
    )
    measured = "volume: 30 trucks/day, evidence: {kind: measured, source: abc, note: at noon}}"
    (here / "small.yaml").write_text(text.replace("volume: 30 trucks/day}", measured), "utf-8")
    shown = langson("show", "small.yaml", "gates.chi_ma.routes.main.flows.fruit").stdout
    assert "fruit.volume = 30 trucks/day\n    small.yaml:" in shown
    for told in ("measured: at noon", "abc: Counted (2025-07)", "    https://a.vn/b\n"):
        assert told in shown
    whole = langson("show", "more.yaml", "gates.chi_ma").stdout
    assert "documents.servers = 4\n    more.yaml:" in whole
    assert "dong_dang" not in whole


def test_show_of_a_path_that_is_not_there(langson: Langson) -> None:
    """A slip gets a hint."""
    result = langson("show", "small.yaml", "gates.chima")
    assert result.exit_code == 2
    assert "did you mean 'chi_ma'?" in result.stderr


def test_show_merged_gives_each_value_its_origin(langson: Langson) -> None:
    """Every value of the merged scenario has file, line and evidence."""
    result = langson("show", "more.yaml", "--merged", "--set", "run.days=9")
    lines = result.stdout.splitlines()
    documents = "gates.chi_ma.routes.main.stages.documents"
    assert f"{documents}.servers = 4   # more.yaml:10, assumption" in lines
    assert any(line.startswith(f"{documents}.calendar = day   # small.yaml:") for line in lines)
    assert any(line.startswith("run.days = 9   # --set") for line in lines)


def test_diff_points_to_the_line(langson: Langson) -> None:
    """A changed value shows before, after, and file and line of both."""
    result = langson("diff", "small.yaml", "more.yaml")
    assert result.exit_code == 0
    rows = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "gates.chi_ma.routes.main" in rows
    assert "stages.documents.servers small.yaml:24 2 → 4 more.yaml:10" in rows
    assert langson("diff", "small.yaml", "small.yaml").stdout.strip() == "0 values differ"


@pytest.mark.parametrize("columns", [40, 60, 70, 80, 100])
def test_diff_fits_the_terminal(
    langson: Langson, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    """Narrow or wide, no line is longer than the terminal and no value is lost."""
    monkeypatch.setenv("COLUMNS", str(columns))
    result = langson("diff", "small.yaml", "more.yaml")
    assert max(map(len, result.stdout.splitlines())) <= columns
    for shown in ("stages.documents.servers", "→ 4", "80 bn VND", "more.yaml:10"):
        assert shown in result.stdout
    assert "…" not in result.stdout


def test_show_fits_a_narrow_terminal(langson: Langson, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 45 columns the numbers of stages and routes go, and nothing is cut."""
    monkeypatch.setenv("COLUMNS", "45")
    lines = langson("show", "small.yaml").stdout.splitlines()
    assert max(len(line) for line in lines if line.startswith("  ")) <= 45
    assert "…" not in "".join(lines)
    assert ["Gate", "Class", "Traffic", "Flows"] in [line.split() for line in lines]


def test_show_speaks_vietnamese(langson: Langson) -> None:
    """Classes, kinds of data, durations and prices are in the reader's language."""
    shown = langson("show", "more.yaml", "--lang", "vi").stdout
    for word in ("song phương", "quốc tế", "đã công bố", "chưa có", "1 ngày", "80 tỷ đồng"):
        assert word in shown
    for word in ("bilateral", "published", "none", "1 d", "VND"):
        assert word not in shown


def test_new_writes_an_overlay_that_loads(langson: Langson, here: Path) -> None:
    """The new file loads as it is, and with the marks taken away."""
    (here / "scenarios").mkdir()
    (here / "small.yaml").rename(here / "scenarios" / "base.yaml")
    result = langson("new", "chi-ma-2030", "--from", "base")
    assert result.exit_code == 0, result.output
    path = here / "scenarios" / "chi-ma-2030.yaml"
    assert result.stdout.strip() == "scenarios/chi-ma-2030.yaml"
    assert load(path).upgrades == {}
    text = path.read_text("utf-8")
    for named in ("arrivals: {file: arrivals.csv}", "empirical(minutes.csv)", "langson fit"):
        assert named in text, "what data files can stand in for values is said"
    head, body = text.split("# upgrades:\n")
    unmarked = "".join(line.removeprefix("# ") for line in body.splitlines(keepends=True))
    path.write_text(f"{head}upgrades:\n{unmarked}", "utf-8")
    scenario = load(path)
    assert list(scenario.upgrades) == ["chi_ma_2030"]
    assert scenario.model.gates["chi_ma"].routes["main"].stages["documents"].servers == 2
    assert scenario.model == load(here / "scenarios" / "base.yaml").model.model_copy(
        update={"title": scenario.model.title, "upgrades": scenario.upgrades}
    )


def test_new_offers_what_planners_change(langson: Langson, here: Path) -> None:
    """Hours, a volume, a service time, class and servers stand there with present values."""
    assert langson("new", "chi-ma-2030", "--from", "small.yaml").exit_code == 0
    text = (here / "scenarios" / "chi-ma-2030.yaml").read_text("utf-8")
    for line in (
        "#       day: {hours: 07:00-19:00}",
        "#         class: bilateral ",
        '#               documents: {servers: 2, service: "lognormal(mean 20 min, cv 0.8)"}',
        "#               crossing: {servers: 1} ",
        "#               fruit: {volume: 30 trucks/day}",
    ):
        assert line in text
    assert "measured | official-plan | literature | derived | assumption" in text


def test_new_takes_titles_from_the_gate(langson: Langson, here: Path) -> None:
    """A name that begins with a gate's has its title in both languages, and that gate alone."""
    assert langson("new", "dong-dang-2030", "--from", "small.yaml").exit_code == 0
    scenario = load(here / "scenarios" / "dong-dang-2030.yaml")
    assert scenario.model.title.model_dump() == {"en": "Dong Dang 2030", "vi": "Đồng Đăng 2030"}
    text = scenario.path.read_text("utf-8")
    assert "dong_dang:" in text
    assert "chi_ma:" not in text
    assert "calendars:" not in text  # which are those of Chi Ma
    assert langson("new", "quiet-day", "--from", "small.yaml").exit_code == 0
    assert "chi_ma:" in (here / "scenarios" / "quiet-day.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("mùa vải", "mua-vai"),
        ("Đợt ùn tắc: tháng 12", "dot-un-tac-thang-12"),
        ("Quiet Day!", "quiet-day"),
        ("null", "null"),
        ("2030", "2030"),
        ("1e5", "1e5"),
    ],
)
def test_new_makes_a_file_name_and_keeps_the_title(
    langson: Langson, here: Path, name: str, file: str
) -> None:
    """Tones and signs are left out of the file's name alone; with its marks away it loads."""
    result = langson("new", name, "--from", "small.yaml")
    assert result.stdout.strip() == f"scenarios/{file}.yaml"
    path = here / "scenarios" / f"{file}.yaml"
    title = name if name != file else name.capitalize()
    assert load(path).model.title.model_dump() == {"en": title, "vi": title}
    head, body = path.read_text("utf-8").split("# upgrades:\n")
    unmarked = "".join(line.removeprefix("# ") for line in body.splitlines(keepends=True))
    path.write_text(f"{head}upgrades:\n{unmarked}", "utf-8")
    assert list(load(path).upgrades) == [file.replace("-", "_")]


def test_new_names_a_shipped_base(langson: Langson, here: Path) -> None:
    """Away from a checkout the new file extends a name, so that it loads on any machine."""
    assert langson("new", "chi-ma-2030").exit_code == 0
    text = (here / "scenarios" / "chi-ma-2030.yaml").read_text("utf-8")
    assert "\nextends: baseline-2025\n" in text
    assert "langson run baseline-2025 scenarios/chi-ma-2030.yaml" in text
    assert langson("check", "chi-ma-2030").stdout.startswith("chi-ma-2030: fine · 12 gates")


def test_new_takes_no_name_of_a_shipped_scenario(langson: Langson, here: Path) -> None:
    """Two files of one name would have to be told apart by their paths ever after."""
    result = langson("new", "baseline-2025")
    assert result.exit_code == 2
    assert "take another name" in " ".join(result.stderr.split())
    assert not (here / "scenarios").exists()


def test_new_and_schema_speak_vietnamese(langson: Langson, here: Path) -> None:
    """Both take --lang: one explains in Vietnamese, one says that it is in English."""
    assert langson("new", "mine", "--from", "small.yaml", "--lang", "vi").exit_code == 0
    text = (here / "scenarios" / "mine.yaml").read_text("utf-8")
    assert "# Kiểm tra:  langson check scenarios/mine.yaml" in text
    assert "# Kiểm tra hồ sơ" in text
    result = langson("schema", "--lang", "vi")
    json.loads(result.stdout)
    assert "chỉ có tiếng Anh" in result.stderr


def test_new_never_overwrites(langson: Langson, here: Path) -> None:
    """A file that exists is left alone, and that is bad use."""
    assert langson("new", "mine", "--from", "small.yaml").exit_code == 0
    path = here / "scenarios" / "mine.yaml"
    path.write_text("my work", "utf-8")
    result = langson("new", "mine", "--from", "small.yaml")
    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert path.read_text("utf-8") == "my work"


@pytest.mark.parametrize("name", ["../x", "a/b", "a\\b", ".x", "", "-x", "凭祥", "a\nb", 101 * "x"])
def test_new_wants_a_plain_name(langson: Langson, here: Path, name: str) -> None:
    """A name of which no file name can be made is refused before anything is written."""
    assert langson("new", "--from", "small.yaml", "--", name).exit_code == 2
    assert not (here / "scenarios").exists()


def test_schema_is_json(langson: Langson) -> None:
    """Both schemas are JSON; an overlay needs `extends`, a whole scenario its gates."""
    whole = json.loads(langson("schema").stdout)
    overlay = json.loads(langson("schema", "--overlay").stdout)
    assert "gates" in whole["required"]
    assert "extends" in overlay["required"]
