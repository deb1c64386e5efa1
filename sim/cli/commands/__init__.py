"""One module per command; a new one is added to ``COMMANDS``, in the order of the help.

A module is imported when its command is called, or its help is shown.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["COMMANDS", "GROUPS", "imported"]

COMMANDS = {
    "run": "run",
    "compare": "compare",
    "levers": "levers",
    "appraise": "appraise",
    "optimise": "optimise",
    "sensitivity": "sensitivity",
    "report": "report",
    "play": "play",
    "export": "export",
    "check": "check",
    "show": "show",
    "diff": "diff",
    "new": "new",
    "schema": "schema",
    "fit": "fit",
    "calibrate": "calibrate",
    "verify": "verify",
    "day": "day",
    "forecast": "forecast",
    "validate": "validate",
    "measure": "measure",
    "explain": "explain",
    "list": "list_scenarios",
    "app": "app",
    "prepare": "prepare",
}
"""The function of each command, in the module of the command's name."""

GROUPS = {"sweep": "app"}
"""Commands that have commands of their own, and the name of their application."""


def imported(name: str) -> Any:
    """Return the function of a command, or the application of a group."""
    module = import_module(f"sim.cli.commands.{name}")
    return getattr(module, (COMMANDS | GROUPS)[name])
