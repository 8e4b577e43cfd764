"""The bootstrap behind intervals: whole clusters are drawn anew, with all that is in them.

Runs of one parameter set resemble each other, so sets are drawn and not runs (Field and Welsh 2007;
Davison and Hinkley 1997, section 3.8); a cluster that is drawn twice counts twice in every arm, so
what arms share cancels out. Intervals are percentiles (Efron and Tibshirani 1993).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

DRAWS = 1999
"""Draws by default: with an odd number like this, p-values are whole multiples of 1/2000."""

SEED = 20_240_624
"""Of the draws: the same runs give the same intervals."""

AT_ONCE = 250
"""Draws that are in memory at once."""

TAIL = 0.025
"""Share of the draws that lies beyond each end of a 95 % interval."""


def times_drawn(
    clusters: int, draws: int = DRAWS, seed: int = SEED, at_once: int = AT_ONCE
) -> Iterator[Array]:
    """Yield how often each cluster is drawn: arrays (draws, clusters), some draws at once."""
    generator = np.random.default_rng(seed)
    even = np.full(clusters, 1.0 / clusters)
    for begun in range(0, draws, at_once):
        yield generator.multinomial(clusters, even, min(at_once, draws - begun)).astype(float)


def percentiles(drawn: Array) -> tuple[Array, Array]:
    """Return both ends of the 95 % interval of numbers (draws first)."""
    low, high = np.quantile(drawn, [TAIL, 1.0 - TAIL], axis=0)
    return low, high


def chance_of_sign(drawn: Array) -> float:
    """Return the two-sided p-value of a number that would be 0 if nothing differed."""
    beyond = min(int((drawn <= 0.0).sum()), int((drawn >= 0.0).sum()))
    return min(1.0, 2.0 * (1 + beyond) / (len(drawn) + 1))
