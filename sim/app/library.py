"""What a study can begin with: the questions, and the upgrades that ship with langson."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from sim.app.pages import questions
from sim.app.study import Option, Study
from sim.plan import build_plan
from sim.report.text.summary import busy_gates
from sim.scenario import load
from sim.scenario.source.reader import read
from sim.scenario.source.shipped import shipped

__all__ = ["first_study", "study_of", "upgrade_titles"]


def first_study(question: str, lang: str) -> Study:
    """Return the study that a question opens; what it moves is a share of the base value."""
    asked = questions()[question]
    moved = {}
    if asked.get("moved"):
        scenario = load(asked["base"])
        for path, share in asked["moved"].items():
            moved[path] = round(float(scenario.inputs()[path]) * share)
    return Study.model_validate(
        {
            "base": asked["base"],
            "gate": asked["gate"],
            "lang": lang,
            "goal": asked.get("goal", ""),
            "option": Option(upgrades=asked.get("upgrades", ()), moved=moved),
        }
    )


def study_of(files: Sequence[str], lang: str) -> Study:
    """Return a study of a scenario and of the files laid over it, at its first gate with traffic.

    Raises
    ------
    ScenarioError
        A file cannot be used.
    """
    base, *over = files
    plan = build_plan(load(base))
    for file in over:
        load(file)
    gate = plan.gates[busy_gates(plan)[0]].id
    return Study.model_validate(
        {"base": base, "gate": gate, "lang": lang, "option": {"upgrades": over}}
    )


@cache
def upgrade_titles() -> Mapping[str, Mapping[str, str]]:
    """Return the titles, by name, of shipped files that have upgrades to lay over a scenario."""
    titles = {}
    for name, path in shipped().items():
        tree = read(path).plain()
        if "upgrades" in tree and tree.get("extends") and "sweep" not in tree:
            titles[name] = tree["title"]
    return titles
