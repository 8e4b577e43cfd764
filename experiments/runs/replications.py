"""How many runs a point should have: until its interval is narrow enough."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.runs.results import interval

Array = np.ndarray[Any, Any]

BATCH = 250
"""Runs by which a point grows until its interval is narrow enough."""


@dataclass(frozen=True)
class Until:
    """When a point has been run often enough.

    Attributes:
        outcome: The outcome whose interval counts.
        half: Half the width that its 95 % interval may have, in the outcome's unit.
        most: Runs of a point after which it is given up.
    """

    outcome: Outcome
    half: float
    most: int = 100_000


def enough(until: Until, values: Array, have: int) -> int:
    """Return how many runs a point should have, from what those it has tell.

    Args:
        until: What is wanted.
        values: The outcome in the runs that have one.
        have: Runs that the point has.
    """
    if have >= until.most:
        return have
    if len(values) >= 2:
        low, high = interval(until.outcome, values.mean(), values.std(ddof=1), len(values))
        width = (high - low) / 2.0
        if width <= until.half:
            return have
        # Intervals narrow as the square root of runs; no more than twice as many at once.
        needed = have * min(2.0, (width / until.half) ** 2)
    else:
        needed = 2.0 * have
    batches = max(have // BATCH + 1, math.ceil(needed / BATCH))
    return min(until.most, batches * BATCH)
