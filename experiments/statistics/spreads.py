"""Differences of whole distributions, with intervals by a bootstrap over parameter sets.

Distributions are histograms by set on a common grid, or the numbers themselves.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ceasefire.experiments.statistics.bootstrap import (
    DRAWS,
    SEED,
    chance_of_sign,
    percentiles,
    times_drawn,
)

Array = np.ndarray[Any, Any]

QUANTILES = (0.10, 0.25, 0.50, 0.75, 0.90)

BINS = 512
"""Bins of a grid, at most."""


@dataclass(frozen=True)
class Grid:
    """The bins of a number, the same on both sides.

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


def grid_of(ranges: Sequence[tuple[float, float, bool]]) -> Grid | None:
    """Return bins for a number: from its smallest, largest, and whether all are whole, by side.

    Returns:
        Whole numbers have bins of their own, up to ``BINS``; None if no run has the number.
    """
    known = [span for span in ranges if math.isfinite(span[0])]
    if not known:
        return None
    low, high = min(span[0] for span in known), max(span[1] for span in known)
    if low == high or (all(span[2] for span in known) and high - low < BINS):
        return Grid(low, 1.0, int(high - low) + 1, True)
    return Grid(low, (high - low) / BINS, BINS, False)


@dataclass(frozen=True)
class Interval:
    """A number about two distributions.

    Attributes:
        value: The number.
        low: Lower end of its 95 % interval; NaN with fewer than two clusters.
        high: Upper end of it.
        p: Chance of at least as large a value if the two did not differ; NaN if not known.
    """

    value: float
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan


@dataclass(frozen=True)
class Spreads:
    """The distributions of a number on two sides.

    Attributes:
        grid: Its bins.
        baseline: Runs of the baseline by cluster and bin (clusters, bins).
        other: The same of the other side; the same cluster in the same row.
        draws: Draws of the bootstrap.
    """

    grid: Grid
    baseline: Array
    other: Array
    draws: int = field(default=DRAWS, repr=False)

    @cached_property
    def totals(self) -> tuple[Array, Array]:
        """Runs by bin, of both sides."""
        return self.baseline.sum(axis=0), self.other.sum(axis=0)

    @property
    def is_empty(self) -> bool:
        """Whether one of the sides has no run with the number."""
        return not all(total.sum() > 0.0 for total in self.totals)

    @cached_property
    def drawn(self) -> tuple[Array, Array]:
        """Runs by bin in each draw of the bootstrap (draws, bins), of both sides."""
        parts = [(times @ self.baseline, times @ self.other)
                 for times in times_drawn(len(self.baseline), self.draws)]  # fmt: skip
        first, second = (np.concatenate(side) for side in zip(*parts, strict=True))
        # A draw may have no run with the number: there is nothing to be said about it.
        known = (first.sum(axis=1) > 0.0) & (second.sum(axis=1) > 0.0)
        return first[known], second[known]

    def quantile_differences(self) -> list[tuple[float, float, float, Interval]]:
        """Return the share, the quantiles of both sides, and the difference, for each."""
        before, after = (quantiles(total[None], self.grid)[0] for total in self.totals)
        drawn = quantiles(self.drawn[1], self.grid) - quantiles(self.drawn[0], self.grid)
        return [
            (share, float(a), float(b), self._interval(float(b - a), drawn[:, i]))
            for i, (share, a, b) in enumerate(zip(QUANTILES, before, after, strict=True))
        ]

    def wasserstein(self) -> Interval:
        """Return the Wasserstein distance (Vaserstein 1969), in the number's unit.

        It is how far runs would have to be moved, on average, for the two to be the same. It is
        never below zero, so its interval says nothing about whether there is a difference; the
        p-value does, from exchanging the sides within sets at random (Fisher 1935).
        """
        before, after = self.totals
        here = float(distances(before[None], after[None], self.grid.width)[0])
        found = self._interval(here, distances(*self.drawn, self.grid.width))
        apart = self.other / after.sum() - self.baseline / before.sum()
        signs = np.random.default_rng(SEED).choice([-1.0, 1.0], (self.draws, len(apart)))
        moved = np.abs(np.cumsum(signs @ apart, axis=1))[:, :-1].sum(axis=1) * self.grid.width
        exchanged = float((1 + np.sum(moved >= here - 1e-12)) / (self.draws + 1))
        return Interval(found.value, found.low, found.high, exchanged)

    def superiority(self) -> Interval:
        """Return Cliff's delta (1993): how much oftener the other side's run has the larger number.

        Of a run of each drawn at random: the share of draws in which the other side's is larger,
        less the share in which the baseline's is; within a bin neither is.
        """
        here = deltas(*(total[None] for total in self.totals))[0]
        return self._interval(float(here), deltas(*self.drawn))

    def _interval(self, value: float, drawn: Array) -> Interval:
        if len(self.baseline) < 2 or not len(drawn):
            return Interval(value)
        # What rounding leaves of no difference is neither above nor below.
        drawn = np.where(np.abs(drawn) < 1e-12, 0.0, drawn)
        low, high = percentiles(drawn)
        return Interval(value, float(low), float(high), chance_of_sign(drawn))


def side_by_side(
    baseline: tuple[Array, Array], other: tuple[Array, Array], grid: Grid, draws: int = DRAWS
) -> Spreads:
    """Put two histograms side by side, clusters of the same number in the same row.

    Args:
        baseline: Numbers of its clusters, and counts by cluster and bin.
        other: The same of the other side.
        grid: The bins.
        draws: Draws of the bootstrap.
    """
    clusters = np.union1d(baseline[0], other[0])
    sides = []
    for numbers, counts in (baseline, other):
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


def distances(baseline: Array, other: Array, width: float) -> Array:
    """Return the Wasserstein distances of pairs of histograms (rows, bins)."""
    first = np.cumsum(baseline, axis=1) / baseline.sum(axis=1, keepdims=True)
    second = np.cumsum(other, axis=1) / other.sum(axis=1, keepdims=True)
    return np.abs(second - first)[:, :-1].sum(axis=1) * width


def deltas(baseline: Array, other: Array) -> Array:
    """Return Cliff's deltas of pairs of histograms (rows, bins)."""
    first = baseline / baseline.sum(axis=1, keepdims=True)
    second = other / other.sum(axis=1, keepdims=True)
    below = np.cumsum(first, axis=1) - first
    above = 1.0 - below - first
    return (second * (below - above)).sum(axis=1)


def quantile_changes(
    baseline: Array, other: Array, cluster: Array, draws: int = DRAWS
) -> tuple[tuple[float, float, float, float], ...]:
    """Return the ``QUANTILES`` of numbers in memory on both sides, and how they differ.

    Args:
        baseline: The number in each run.
        other: The same of the other side, run by run of the same clusters.
        cluster: Number of the cluster of each run, from 0.
        draws: Draws of the bootstrap.

    Returns:
        For each quantile: both, and low and high end of the 95 % interval of their difference.
    """
    times = np.concatenate(list(times_drawn(int(cluster.max()) + 1, draws)))
    drawn = _drawn_quantiles(other, cluster, times) - _drawn_quantiles(baseline, cluster, times)
    both = (np.quantile(values, QUANTILES) for values in (baseline, other))
    columns = (values.tolist() for values in (*both, *percentiles(drawn)))
    return tuple(zip(*columns, strict=True))


def _drawn_quantiles(values: Array, cluster: Array, times: Array) -> Array:
    """Return quantiles of numbers whose clusters count as often as each draw has them."""
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(times[:, cluster[order]], axis=1)
    goals = np.array(QUANTILES) * upto[:, -1:]
    places = np.stack([np.searchsorted(row, goal) for row, goal in zip(upto, goals, strict=True)])
    return np.asarray(values[order][np.minimum(places, len(values) - 1)])
