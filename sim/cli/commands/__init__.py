"""One module per command; a new one is added to ``COMMANDS``, in the order of the help."""

from __future__ import annotations

from collections.abc import Callable

from sim.cli.commands.check import check
from sim.cli.commands.compare import compare
from sim.cli.commands.day import day
from sim.cli.commands.diff import diff
from sim.cli.commands.explain import explain
from sim.cli.commands.export import export
from sim.cli.commands.fit import fit
from sim.cli.commands.levers import levers
from sim.cli.commands.list import list_scenarios
from sim.cli.commands.measure import measure
from sim.cli.commands.new import new
from sim.cli.commands.play import play
from sim.cli.commands.prepare import prepare
from sim.cli.commands.report import report
from sim.cli.commands.run import run
from sim.cli.commands.schema import schema
from sim.cli.commands.show import show
from sim.cli.commands.sweep import app as sweep
from sim.cli.commands.validate import validate
from sim.cli.commands.verify import verify

__all__ = ["COMMANDS", "GROUPS"]

COMMANDS: dict[str, Callable[..., None]] = {
    "run": run,
    "compare": compare,
    "levers": levers,
    "report": report,
    "play": play,
    "export": export,
    "check": check,
    "show": show,
    "diff": diff,
    "new": new,
    "schema": schema,
    "fit": fit,
    "verify": verify,
    "day": day,
    "validate": validate,
    "measure": measure,
    "explain": explain,
    "list": list_scenarios,
    "prepare": prepare,
}
"""The commands by their names."""

GROUPS = {"sweep": sweep}
"""Commands that have commands of their own."""
