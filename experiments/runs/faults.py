"""Runs in which a number is not finite: they are named, and enter no statistic."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ceasefire.agents.kinds import STATE

Array = np.ndarray[Any, Any]


def not_finite(records: Mapping[str, Array]) -> dict[int, str]:
    """Return the rows in which a number is not finite, and the first field where it is so.

    Args:
        records: Final records of worlds, by list, shaped (rows,) or (rows, actors).
    """
    faults: dict[int, str] = {}
    for collection in STATE:
        array = records[collection]
        for name in array.dtype.names or ():
            values = array[name]
            if values.dtype.kind == "f":
                wrong = ~np.isfinite(values)
                rows = wrong if wrong.ndim == 1 else wrong.any(axis=1)
                for row in np.flatnonzero(rows).tolist():
                    faults.setdefault(row, f"{collection}.{name}")
    return faults
