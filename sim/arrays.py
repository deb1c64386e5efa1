"""Names for arrays by what they hold, each defined once."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bools", "Floats", "Ints", "Keys"]

Floats: TypeAlias = NDArray[np.float64]
"""Times, durations, shares and amounts."""
Ints: TypeAlias = NDArray[np.int64]
"""Indices, counts and numbers of vehicles."""
Bools: TypeAlias = NDArray[np.bool_]
"""Masks: one truth value per element."""
Keys: TypeAlias = NDArray[np.uint64]
"""Random keys, from which uniform variates are drawn."""
