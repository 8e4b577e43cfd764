"""Where a curve first reaches a level, and how sure that is: bootstrap over sets of parameters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.design.outcomes import Outcome
from ceasefire.experiments.runs.results import interval
from ceasefire.experiments.statistics.bootstrap import TAIL, times_drawn
from ceasefire.experiments.statistics.shares import NORMAL_95

Array = np.ndarray[Any, Any]

CHUNK = 200
"""Resamples that are in memory at once."""


@dataclass(frozen=True)
class Counts:
    """Sums of an outcome, by cluster and value of a lever, in the order of the search.

    Attributes:
        values: Values of the lever, shape (values,).
        sums: Sums of the outcome over the runs of a cluster, shape (clusters, values).
        squares: Sums of its squares, same shape.
        runs: Runs of a cluster that have a value, same shape.
        clusters: What a cluster is: "parameter sets" or "seeds".
    """

    values: Array
    sums: Array
    squares: Array
    runs: Array
    clusters: str = "parameter sets"

    @property
    def curve(self) -> Array:
        """The mean at each value, shape (values,)."""
        return ratio(self.sums.sum(axis=0), self.runs.sum(axis=0))


@dataclass(frozen=True)
class Crossing:
    """Where a curve first reaches a level.

    Attributes:
        value: Where, by linear interpolation; NaN if nowhere.
        near: The end of the 95 % interval that the search comes to first; NaN if open.
        far: The other end; NaN if open, as too many resamples never reach the level.
        reached: Share of the resamples that reach it anywhere.
        at_start: Whether the first value that is looked at has reached it already.
        back: Values at which the curve falls below the level again.
        back_share: Share of the resamples in which it does so.
    """

    value: float
    near: float
    far: float
    reached: float
    at_start: bool
    back: tuple[float, ...]
    back_share: float


def ratio(sums: Array, runs: Array) -> Array:
    """Return sums by runs, NaN where there are none."""
    return np.divide(sums, runs, out=np.full(np.shape(sums), np.nan), where=runs > 0)


def first_crossings(values: Array, curves: Array, level: float) -> Array:
    """Return where each of some curves first reaches a level.

    Args:
        values: Values of the lever in the order of the search, shape (values,).
        curves: Curves over them, linear in between, shape (curves, values).
        level: The level.

    Returns:
        Shape (curves,); the first value where the curve starts there or above, NaN where it never
        gets there.
    """
    reached = curves >= level
    at = np.argmax(reached, axis=1)
    rows = np.arange(len(curves))
    before = np.maximum(at - 1, 0)
    low, high = curves[rows, before], curves[rows, at]
    # A curve that has no value before counts from where it has one.
    share = np.divide(
        level - low, high - low, out=np.ones(len(curves)), where=np.isfinite(low) & (high > low)
    )
    found = values[before] + share * (values[at] - values[before])
    found = np.where(at == 0, values[0], found)
    return np.where(reached.any(axis=1), found, np.nan)


def falls_back(values: Array, curve: Array, level: float) -> tuple[float, ...]:
    """Return where a curve falls below a level after it had reached it."""
    found = []
    for i in range(len(values) - 1):
        one, other = curve[i], curve[i + 1]
        if one >= level > other:
            share = (one - level) / (one - other)
            found.append(float(values[i] + share * (values[i + 1] - values[i])))
    return tuple(found)


def crossing_of(counts: Counts, level: float, resamples: int, seed: int) -> Crossing:
    """Return where the level is first reached, with a 95 % interval.

    Clusters are resampled whole (Davison and Hinkley 1997, section 3.8), as runs with the same
    set of parameters resemble each other, and all values of the lever together, as they share
    their seeds. A resample that never reaches the level lies beyond the range: too many of them
    leave the interval open.

    Args:
        counts: Sums by cluster and value.
        level: The level.
        resamples: Resamples of the bootstrap.
        seed: Its seed.
    """
    values, curve = counts.values, counts.curve
    here = float(first_crossings(values, curve[None, :], level)[0])
    found, back = [], 0
    for weights in times_drawn(len(counts.sums), resamples, seed, CHUNK):
        curves = ratio(weights @ counts.sums, weights @ counts.runs)
        found.append(first_crossings(values, curves, level))
        over = curves >= level
        back += int((over[:, :-1] & ~over[:, 1:]).any(axis=1).sum())
    places = np.concatenate(found)
    reached = np.isfinite(places)
    near, far = open_quantiles(places, values)
    return Crossing(
        here,
        near,
        far,
        float(reached.mean()),
        bool(curve[0] >= level),
        falls_back(values, curve, level),
        back / resamples,
    )


def open_quantiles(places: Array, values: Array) -> tuple[float, float]:
    """Return the ends of a 95 % interval in the order of the search; NaN lies beyond all values."""
    forward = 1.0 if values[-1] >= values[0] else -1.0
    steps = np.sort(np.where(np.isfinite(places), forward * places, np.inf))
    ends = np.quantile(steps, (TAIL, 1.0 - TAIL), method="inverted_cdf")
    low, high = (forward * float(end) if np.isfinite(end) else float("nan") for end in ends)
    return low, high


def curve_table(counts: Counts, outcome: Outcome) -> pd.DataFrame:
    """Return the curve: ``value``, ``runs``, ``mean``, and its pointwise 95 % interval.

    ``low`` and ``high`` are over runs, given the sets of parameters (Wilson 1927 for shares);
    ``sets_low`` and ``sets_high`` also over the sets: the mean and its error between clusters.
    """
    rows = []
    for i, value in enumerate(counts.values.tolist()):
        n, total = float(counts.runs[:, i].sum()), float(counts.sums[:, i].sum())
        mean = total / n if n else float("nan")
        spread = max(0.0, float(counts.squares[:, i].sum()) - n * mean * mean) if n else 0.0
        low, high = interval(outcome, mean, (spread / max(n - 1.0, 1.0)) ** 0.5, n)
        error = cluster_error(counts.sums[:, i], counts.runs[:, i])
        ends = (mean - NORMAL_95 * error, mean + NORMAL_95 * error)
        if outcome.is_share:
            ends = max(0.0, ends[0]), min(1.0, ends[1])
        rows.append((value, int(n), mean, low, high, *ends))
    columns = ["value", "runs", "mean", "low", "high", "sets_low", "sets_high"]
    return pd.DataFrame(rows, columns=columns).sort_values("value", ignore_index=True)


def cluster_error(sums: Array, runs: Array) -> float:
    """Return the standard error of a ratio of sums over clusters (Cochran 1977, section 6.3)."""
    clusters, of = len(sums), float(runs.sum())
    if clusters < 2 or not of:
        return float("nan")
    rest = sums - runs * float(sums.sum()) / of
    return float(np.sqrt(rest @ rest * clusters / (clusters - 1)) / of)


def counts_of(tables: Sequence[pd.DataFrame], values: Sequence[float], by_set: bool) -> Counts:
    """Return sums by cluster from tables of runs, one for each value of the lever.

    Args:
        tables: Each with ``parameter_set``, ``seed`` and ``x``, the outcome.
        values: The values, in the order of the search.
        by_set: Whether parameter sets are the clusters, or seeds.
    """
    key = "parameter_set" if by_set else "seed"
    tables = [table.dropna(subset="x") for table in tables]
    found = [table.assign(xx=lambda t: t["x"] ** 2).groupby(key)[["x", "xx"]] for table in tables]
    names = sorted(set().union(*(set(table[key].tolist()) for table in tables)))
    sums, runs, squares = (np.zeros((len(names), len(values))) for _ in range(3))
    for i, groups in enumerate(found):
        total = groups.sum().reindex(names, fill_value=0.0)
        sums[:, i], squares[:, i] = total["x"].to_numpy(float), total["xx"].to_numpy(float)
        runs[:, i] = groups.size().reindex(names, fill_value=0).to_numpy(float)
    clusters = "parameter sets" if by_set else "seeds"
    return Counts(np.asarray(values, dtype=float), sums, squares, runs, clusters)
