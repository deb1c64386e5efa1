"""Sweeps: many design points, each simulated often, from a laptop to a cluster.

A task is one replication of one point. Blocks of tasks go to processes, each of which
writes what came of its block to a file of its own; the disk, not the scheduler, knows what
is done. So whoever is killed when, the next run does what is missing and nothing twice.
"""

from __future__ import annotations

from sim.sweep.cluster import ClusterExecutor
from sim.sweep.drive import Progress, fill
from sim.sweep.local import local_executor
from sim.sweep.merging import merge
from sim.sweep.plan import Sweep, plan_sweep, reopen
from sim.sweep.slurm import finish, read_profile, submit
from sim.sweep.status import SweepStatus, sweep_status
from sim.sweep.store import locked
from sim.sweep.work import input_variants

__all__ = [
    "ClusterExecutor",
    "Progress",
    "Sweep",
    "SweepStatus",
    "fill",
    "finish",
    "input_variants",
    "local_executor",
    "locked",
    "merge",
    "plan_sweep",
    "read_profile",
    "reopen",
    "submit",
    "sweep_status",
]
