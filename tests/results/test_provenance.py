"""Results are told apart by the program that made them, and by nothing that decides no number."""

from __future__ import annotations

import pytest

from sim.results import provenance


@pytest.mark.parametrize("name", ["topics.yaml", "messages.yaml", "version.py", "report", "cli"])
def test_words_and_pictures_decide_no_number(name: str) -> None:
    """A mended help text leaves the results of a sweep as good as they were."""
    first = {path.parts[0] for path in provenance._sources(provenance._BESIDE)}
    assert name in {path.parts[0] for path in provenance._sources(())}
    assert name not in first


@pytest.mark.parametrize("name", ["workload", "scenario", "plan", "engines", "queues", "measures"])
def test_what_decides_a_number_counts(name: str) -> None:
    """From the scenario to the measures all source files are in the digest."""
    assert name in {path.parts[0] for path in provenance._sources(provenance._BESIDE)}


def test_what_a_replication_is_counts_but_not_how_runs_share_processes() -> None:
    """Of the package that runs replications, the module that makes one decides numbers."""
    runs = {path.name for path in provenance._sources(provenance._BESIDE) if "runs" in path.parts}
    assert runs == {"replications.py"}


def test_digests_are_of_contents() -> None:
    """Other files, another digest; the same files, the same."""
    one = provenance._digest(())
    assert one == provenance._digest(()) != provenance._digest(provenance._BESIDE)
