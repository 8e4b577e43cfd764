"""Shares with intervals, and spreads, gathered chunk by chunk."""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

NORMAL_95 = 1.959963984540054
"""Quantile of the normal distribution for an interval of 95 %."""


def wilson(share: float, trials: float) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927).

    The same numbers as ``scipy.stats.binomtest(k, n).proportion_ci(method="wilson")``, which the
    tests compare; importing scipy.stats would make every answer wait for a second or two.

    Args:
        share: Share observed.
        trials: Of how many; need not be whole, when observations are worth less than their number.
    """
    if trials <= 0.0:
        return 0.0, 1.0
    square = NORMAL_95 * NORMAL_95
    centre = (share + square / (2.0 * trials)) / (1.0 + square / trials)
    spread = math.sqrt(share * (1.0 - share) / trials + square / (4.0 * trials * trials))
    half = NORMAL_95 * spread / (1.0 + square / trials)
    low = 0.0 if share == 0.0 else max(0.0, centre - half)
    high = 1.0 if share == 1.0 else min(1.0, centre + half)
    return low, high


@dataclass(frozen=True)
class Share:
    """A share, with the interval that a sample of this size leaves open.

    Attributes:
        count: How often.
        of: Out of how many.
        share: The one divided by the other (0 out of none).
        low: Lower end of the 95 % interval.
        high: Upper end of it.
    """

    count: int
    of: int
    share: float
    low: float
    high: float


def share_of(count: int, of: int) -> Share:
    """Return a share of independent things, such as runs, with its Wilson interval."""
    share = count / of if of else 0.0
    return Share(count, of, share, *wilson(share, of))


class Clusters:
    """Shares of things that come in clusters: rounds or truces, of which a run has several.

    The rounds of one run resemble each other, so they tell less than as many rounds of different
    runs. The interval is Wilson's for the number of independent rounds that would leave the same
    uncertainty (Korn and Graubard 1998), from the variance of the ratio between runs.

    Args:
        kinds: Names of what is counted.
    """

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self.kinds = kinds
        self.clusters = 0
        self.things = 0
        self._squares = 0.0
        self.counts = np.zeros(len(kinds), dtype=np.int64)
        self._own_squares = np.zeros(len(kinds))
        self._products = np.zeros(len(kinds))

    def add(self, cluster: Array, kind: Array) -> None:
        """Add things.

        Args:
            cluster: Number of the run of each; no run may be split between two calls.
            kind: Which kind each of them is.
        """
        _, places = np.unique(cluster, return_inverse=True)
        clusters = int(places.max()) + 1 if len(places) else 0
        table = np.zeros((clusters, len(self.kinds)))
        np.add.at(table, (places, kind), 1.0)
        size = table.sum(axis=1)
        self.clusters += clusters
        self.things += len(places)
        self._squares += float(size @ size)
        self.counts += table.sum(axis=0).astype(np.int64)
        self._own_squares += (table * table).sum(axis=0)
        self._products += size @ table

    def shares(self) -> dict[str, Share]:
        """Return the share of each kind."""
        found = {}
        for k, kind in enumerate(self.kinds):
            count = int(self.counts[k])
            share = count / self.things if self.things else 0.0
            found[kind] = Share(count, self.things, share, *wilson(share, self._worth(k, share)))
        return found

    def _worth(self, k: int, share: float) -> float:
        """Number of independent things that would leave the same uncertainty."""
        if self.clusters < 2 or share in (0.0, 1.0):
            return float(self.clusters)
        scatter = (
            float(self._own_squares[k])
            - 2.0 * share * float(self._products[k])
            + share * share * self._squares
        )
        variance = scatter / self.things**2 * self.clusters / (self.clusters - 1)
        if variance <= 0.0:
            return float(self.things)
        return min(float(self.things), share * (1.0 - share) / variance)


@dataclass(frozen=True)
class Spread:
    """How a number is spread over runs or truces.

    Attributes:
        of: How many numbers there are.
        mean: Their mean.
        smallest: The smallest.
        p5: What 5 % lie below.
        p25: What 25 % lie below.
        median: What half lie below.
        p75: What 75 % lie below.
        p95: What 95 % lie below.
        largest: The largest.
    """

    of: int
    mean: float
    smallest: float
    p5: float
    p25: float
    median: float
    p75: float
    p95: float
    largest: float


class Tally:
    """Counts how often each value came, so that quantiles are exact and memory stays small."""

    def __init__(self) -> None:
        self.counts: Counter[float] = Counter()

    def add(self, values: Array) -> None:
        """Add numbers."""
        found, counts = np.unique(values, return_counts=True)
        for value, count in zip(found.tolist(), counts.tolist(), strict=True):
            self.counts[value] += count

    def spread(self) -> Spread | None:
        """Return the spread, or None of nothing; quantiles as ``numpy.quantile`` has them."""
        if not self.counts:
            return None
        values = np.array(sorted(self.counts), dtype=float)
        counts = np.array([self.counts[value] for value in values.tolist()])
        upto = np.cumsum(counts)
        of = int(upto[-1])

        def quantile(share: float) -> float:
            place = share * (of - 1)
            low = values[np.searchsorted(upto, math.floor(place), side="right")]
            high = values[np.searchsorted(upto, math.ceil(place), side="right")]
            return float(low + (high - low) * (place - math.floor(place)))

        mean = float(values @ counts) / of
        return Spread(of, mean, *(quantile(share) for share in (0, 0.05, 0.25, 0.5, 0.75, 0.95, 1)))

    def by_week(self) -> dict[int, int]:
        """Return how many values lie in each week, from the first to the last that has one."""
        weeks: Counter[int] = Counter()
        for value, count in self.counts.items():
            weeks[math.floor(value)] += count
        if not weeks:
            return {}
        return {week: weeks[week] for week in range(min(weeks), max(weeks) + 1)}
