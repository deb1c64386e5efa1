"""A sweep driven with short blocks, to be killed.

python -m tests.sweep.driver FILE FOLDER [SCHEDULER]
"""

from __future__ import annotations

import sys
from pathlib import Path

from sim.sweep import ClusterExecutor, blocks, drive, fill, local_executor, locked, plan_sweep

if __name__ == "__main__":
    blocks.LEAST, blocks._TAIL, drive._SHORT = 0.3, 0.3, 0.0
    file, folder = (Path(argument) for argument in sys.argv[1:3])
    executor = ClusterExecutor(sys.argv[3]) if sys.argv[3:] else local_executor(2)
    with locked(folder):
        fill(plan_sweep(file, folder), executor)
