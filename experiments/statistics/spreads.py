"""Differences of whole distributions, from histograms by parameter set on a common grid.

Intervals are from a bootstrap over parameter sets (Field and Welsh 2007; percentiles, Efron and
Tibshirani 1993): the sets drawn are the same in both arms, so what they share cancels out.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

QUANTILES = (0.10, 0.25, 0.50, 0.75, 0.90)

DRAWS = 1999
"""Draws of the bootstrap: with an odd number like this, p-values are whole multiples of 1/2000."""

SEED = 20_240_624
"""Of the draws: the same runs give the same intervals."""

DRAWS_AT_ONCE = 250


@dataclass(frozen=True)
class Grid:
    """The bins of a number, the same in all arms.

    Attributes:
        low: Lower edge of the first.
        width: Width of each, in the number's unit.
        bins: How many.
        exact: Whether every bin has one value only, its lower edge: whole numbers.
    """

    low: float
    width: float
    bins: int
    exact: bool

    @property
    def values(self) -> Array:
        """What stands for each bin: the whole number, or the middle."""
        middle = 0.0 if self.exact else 0.5
        return self.low + (np.arange(self.bins) + middle) * self.width


@dataclass(frozen=True)
class Estimate:
    """A number about two distributions.

    Attributes:
        value: The estimate.
        low: Lower end of its 95 % interval; NaN with fewer than two clusters.
        high: Upper end of it.
        p: Chance of at least as large a value if the arms did not differ; NaN if not known.
    """

    value: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class Spreads:
    """The distributions of a number in two arms.

    Attributes:
        grid: Its bins.
        baseline: Runs of the baseline by cluster and bin (clusters, bins).
        arm: The same of the arm; the same cluster in the same row.
    """

    grid: Grid
    baseline: Array
    arm: Array
    draws: int = field(default=DRAWS, repr=False)

    @cached_property
    def totals(self) -> tuple[Array, Array]:
        """Runs by bin, in the baseline and in the arm."""
        return self.baseline.sum(axis=0), self.arm.sum(axis=0)

    @property
    def is_empty(self) -> bool:
        """Whether one of the arms has no run with the number."""
        return not all(total.sum() > 0.0 for total in self.totals)

    @cached_property
    def drawn(self) -> tuple[Array, Array]:
        """Runs by bin in each draw of the bootstrap (draws, bins), of both arms."""
        clusters = len(self.baseline)
        generator = np.random.default_rng(SEED)
        parts: list[tuple[Array, Array]] = []
        for begun in range(0, self.draws, DRAWS_AT_ONCE):
            count = min(DRAWS_AT_ONCE, self.draws - begun)
            times = generator.multinomial(clusters, np.full(clusters, 1.0 / clusters), count)
            times = times.astype(float)
            parts.append((times @ self.baseline, times @ self.arm))
        first = np.concatenate([part[0] for part in parts])
        second = np.concatenate([part[1] for part in parts])
        # A draw may have no run with the number: there is nothing to be said about it.
        known = (first.sum(axis=1) > 0.0) & (second.sum(axis=1) > 0.0)
        return first[known], second[known]

    def quantile_differences(self) -> list[tuple[float, float, float, Estimate]]:
        """Return the share, the quantiles of baseline and arm, and the difference, for each."""
        before, after = (quantiles(total[None], self.grid)[0] for total in self.totals)
        drawn = quantiles(self.drawn[1], self.grid) - quantiles(self.drawn[0], self.grid)
        return [
            (share, float(a), float(b), self._estimate(float(b - a), drawn[:, i]))
            for i, (share, a, b) in enumerate(zip(QUANTILES, before, after, strict=True))
        ]

    def wasserstein(self) -> Estimate:
        """Return the Wasserstein distance (Vaserstein 1969), in the number's unit.

        It is how far runs would have to be moved, on average, for the two to be the same. It is
        never below zero, so its interval says nothing about whether there is a difference; the
        p-value does, from exchanging the arms within sets at random (Fisher 1935).
        """
        before, after = self.totals
        own = distances(before[None], after[None], self.grid.width)[0]
        found = self._estimate(float(own), distances(*self.drawn, self.grid.width))
        return Estimate(found.value, found.low, found.high, self._exchanged(float(own)))

    def _exchanged(self, own: float) -> float:
        before, after = self.totals
        apart = self.arm / after.sum() - self.baseline / before.sum()
        generator = np.random.default_rng(SEED)
        signs = generator.choice([-1.0, 1.0], (self.draws, len(apart)))
        moved = np.abs(np.cumsum(signs @ apart, axis=1))[:, :-1].sum(axis=1) * self.grid.width
        return float((1 + np.sum(moved >= own - 1e-12)) / (self.draws + 1))

    def superiority(self) -> Estimate:
        """Return Cliff's delta (1993): how much oftener the arm's run has the larger number.

        Of a run of each drawn at random: the share of draws in which the arm's is larger, less the
        share in which the baseline's is; within a bin neither is.
        """
        own = deltas(*(total[None] for total in self.totals))[0]
        return self._estimate(float(own), deltas(*self.drawn))

    def _estimate(self, value: float, drawn: Array) -> Estimate:
        if len(self.baseline) < 2 or not len(drawn):
            return Estimate(value, math.nan, math.nan, math.nan)
        # What rounding leaves of no difference is neither above nor below.
        drawn = np.where(np.abs(drawn) < 1e-12, 0.0, drawn)
        low, high = np.quantile(drawn, [0.025, 0.975])
        beyond = min(int((drawn <= 0.0).sum()), int((drawn >= 0.0).sum()))
        p = min(1.0, 2.0 * (1 + beyond) / (len(drawn) + 1))
        return Estimate(value, float(low), float(high), p)


def together(
    baseline: tuple[Array, Array], arm: tuple[Array, Array], grid: Grid, draws: int = DRAWS
) -> Spreads:
    """Put two arms' histograms side by side, clusters of the same number in the same row."""
    clusters = np.union1d(baseline[0], arm[0])
    sides = []
    for numbers, counts in (baseline, arm):
        whole = np.zeros((len(clusters), grid.bins))
        whole[np.searchsorted(clusters, numbers)] = counts
        sides.append(whole)
    return Spreads(grid, sides[0], sides[1], draws)


def quantiles(counts: Array, grid: Grid) -> Array:
    """Return the quantiles of histograms (rows, bins): whole numbers, or evenly within a bin."""
    upto = np.cumsum(counts, axis=1)
    rows = np.arange(len(counts))
    found = np.empty((len(counts), len(QUANTILES)))
    for i, share in enumerate(QUANTILES):
        target = share * upto[:, -1]
        # A hair less: sums of counts are exact, but the share of them is not.
        place = (upto < (target * (1.0 - 1e-12))[:, None]).sum(axis=1)
        if grid.exact:
            found[:, i] = grid.values[place]
            continue
        before = np.where(place > 0, upto[rows, np.maximum(place - 1, 0)], 0.0)
        within = (target - before) / counts[rows, place]
        found[:, i] = grid.low + (place + within) * grid.width
    return found


def distances(baseline: Array, arm: Array, width: float) -> Array:
    """Return the Wasserstein distances of pairs of histograms (rows, bins)."""
    first = np.cumsum(baseline, axis=1) / baseline.sum(axis=1, keepdims=True)
    second = np.cumsum(arm, axis=1) / arm.sum(axis=1, keepdims=True)
    return np.abs(second - first)[:, :-1].sum(axis=1) * width


def deltas(baseline: Array, arm: Array) -> Array:
    """Return Cliff's deltas of pairs of histograms (rows, bins)."""
    first = baseline / baseline.sum(axis=1, keepdims=True)
    second = arm / arm.sum(axis=1, keepdims=True)
    below = np.cumsum(first, axis=1) - first
    above = 1.0 - below - first
    return (second * (below - above)).sum(axis=1)
