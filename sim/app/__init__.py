"""The app: sliders over a scenario, and the report's answer while one drags.

It needs the extra ``app``. A study (what was asked) stands for a scenario file; workers answer it
with the functions that the command line calls, and pages show them as the report does.
"""

from sim.app.serve import serve

__all__ = ["serve"]
