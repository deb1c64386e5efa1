"""A sweep driven with short blocks, to be killed: python -m tests.sweep.driver FILE FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

from sim.sweep import blocks, create, fill, local_engine, locked

if __name__ == "__main__":
    blocks.LEAST, blocks._TAIL = 0.3, 0.3
    file, folder = (Path(argument) for argument in sys.argv[1:])
    with locked(folder):
        fill(create(file, folder), local_engine(2))
