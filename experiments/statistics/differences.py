"""Effects: differences of shares and means between two sides, with intervals and tests.

Runs of one parameter set resemble each other, and two sides share their sets and seeds. With enough
sets, intervals are therefore taken over sets (Cameron and Miller 2015), which takes care of both;
with few, over pairs of runs, or over runs.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ceasefire.experiments.statistics.shares import NORMAL_95, wilson

Array = np.ndarray[Any, Any]

OVER_SETS = "over parameter sets"
OVER_PAIRS = "over pairs"
OVER_RUNS = "over runs"
"""What the units of an interval are."""

FEWEST_SETS = 20
"""Parameter sets from which intervals are taken over them, and not over runs: below, too few
clusters make such intervals too narrow (Cameron and Miller 2015)."""


@dataclass(frozen=True)
class Difference:
    """A difference between the baseline and another side.

    Attributes:
        baseline: Mean, or share, in the baseline.
        other: The same on the other side.
        difference: The second less the first.
        low: Lower end of its 95 % interval; NaN if it cannot be told.
        high: Upper end of it.
        p: Chance of at least as large a difference if there were none; NaN if it cannot be told.
        n_baseline: Runs of the baseline.
        n_other: Runs of the other side.
        method: What the interval is over.
    """

    baseline: float
    other: float
    difference: float
    low: float
    high: float
    p: float
    n_baseline: int
    n_other: int
    method: str


def share_of_pairs(
    both: Array, lost: Array, gained: Array, neither: Array, by_set: bool = True
) -> Difference:
    """Return the effect on a share of paired runs: the same sets and seeds on both sides.

    Where no set differs from another, or sets are not to count, the interval is over pairs, which
    is never of no width.

    Args:
        both: Pairs in which both runs have it, by parameter set.
        lost: Pairs in which only the baseline has it, by set.
        gained: Pairs in which only the other side has it, by set.
        neither: Pairs in which none has it, by set.
        by_set: Whether the interval is over sets.
    """
    pairs = both + lost + gained + neither
    found = over_sets(pairs, both + lost, pairs, both + gained) if by_set else None
    if found is None or not found.low < found.high:
        found = share_over_pairs(*(float(one.sum()) for one in (both, lost, gained, neither)))
    return found


def share_of_runs(n_a: Array, k_a: Array, n_b: Array, k_b: Array, by_set: bool) -> Difference:
    """Return the effect on a share of runs that are no pairs.

    Args:
        n_a: Runs of the baseline, by set.
        k_a: Those of them that have it.
        n_b: The same of the other side.
        k_b: The same of the other side.
        by_set: Whether the interval is over sets; over runs where no set differs from another.
    """
    found = over_sets(n_a, k_a, n_b, k_b) if by_set else None
    if found is None or not found.low < found.high:
        found = share_over_runs(*(float(one.sum()) for one in (n_a, k_a, n_b, k_b)))
    return found


def spread_of_sets(difference: Array, cluster: Array) -> tuple[float, float]:
    """Return how far sets' own mean differences lie apart, and what chance leaves of the mean.

    The variance between the means of sets, less what runs of one set leave of it: the estimate by
    moments of a one-way layout with random effects (Searle, Casella and McCulloch 1992, section
    3.6), 0 where it would be negative. Chance is the variance within sets over the number of runs,
    as of a sample in strata.

    Args:
        difference: Difference of each pair of runs.
        cluster: Number of the set of each pair, from 0.

    Returns:
        The standard deviation between sets, and half the 95 % interval of the mean for given sets.
    """
    counts = np.bincount(cluster).astype(float)
    sets, runs = len(counts), len(cluster)
    if runs <= sets:
        # One run a set: what is between sets and what within cannot be told apart.
        return 0.0, NORMAL_95 * float(difference.std()) / math.sqrt(runs)
    means = np.bincount(cluster, weights=difference) / counts
    within = float(((difference - means[cluster]) ** 2).sum()) / (runs - sets)
    chance = NORMAL_95 * math.sqrt(within / runs)
    if sets < 2:
        return 0.0, chance
    between = float((counts * (means - difference.mean()) ** 2).sum()) / (sets - 1)
    usual = (runs - float((counts**2).sum()) / runs) / (sets - 1)
    return math.sqrt(max((between - within) / usual, 0.0)), chance


def over_sets(n_a: Array, s_a: Array, n_b: Array, s_b: Array) -> Difference:
    """Return the difference of two means, with an interval over parameter sets.

    The variance is the cluster-robust one of a difference of means, with the correction G/(G-1)
    for G sets and Student's distribution with G-1 degrees (Cameron and Miller 2015). With equally
    many runs of each set on both sides it is the interval of the mean of the sets' differences.

    Args:
        n_a: Runs of each set in the baseline; 0 where it has none of the set.
        s_a: Sums of the sets in the baseline.
        n_b: Runs of each set on the other side.
        s_b: Sums of the sets on the other side.
    """
    from scipy.stats import t

    total_a, total_b = float(n_a.sum()), float(n_b.sum())
    if not (total_a and total_b):
        return _nothing(total_a, total_b, OVER_SETS)
    mean_a, mean_b = float(s_a.sum()) / total_a, float(s_b.sum()) / total_b
    pull = (s_b - n_b * mean_b) / total_b - (s_a - n_a * mean_a) / total_a
    sets = min(int((n_a > 0).sum()), int((n_b > 0).sum()))
    units = len(n_a)
    difference = mean_b - mean_a
    if sets < 2:
        return _nothing(total_a, total_b, OVER_SETS, mean_a, mean_b)
    error = math.sqrt(units / (units - 1) * float(pull @ pull))
    # What rounding leaves of a difference that is none.
    if error <= 1e-12 * max(abs(mean_a), abs(mean_b), 1e-300):
        p = 1.0 if abs(difference) <= 1e-12 * max(abs(mean_a), abs(mean_b)) else 0.0
        error = 0.0
    else:
        p = 2.0 * float(t.sf(abs(difference) / error, sets - 1))
    half = float(t.ppf(0.975, sets - 1)) * error
    return Difference(mean_a, mean_b, difference, difference - half, difference + half, p,
                      int(total_a), int(total_b), OVER_SETS)  # fmt: skip


def share_over_pairs(both: float, lost: float, gained: float, neither: float) -> Difference:
    """Return the difference of two shares over pairs of runs.

    The interval is Newcombe's tenth (1998, paired), the test McNemar's exact one (1947).

    Args:
        both: Pairs in which both runs have it.
        lost: Pairs in which only the baseline has it.
        gained: Pairs in which only the other side has it.
        neither: Pairs in which none has it.
    """
    from scipy.stats import binomtest

    pairs = both + lost + gained + neither
    a, b = (both + lost) / pairs, (both + gained) / pairs
    (low_a, high_a), (low_b, high_b) = wilson(a, pairs), wilson(b, pairs)
    product = (both + lost) * (gained + neither) * (both + gained) * (lost + neither)
    apart = both * neither - lost * gained
    if product <= 0.0:
        together = 0.0
    else:
        # The correction for continuity that Newcombe takes from Yates.
        apart = max(apart - pairs / 2.0, 0.0) if apart > 0.0 else apart
        together = apart / math.sqrt(product)
    below, above = (b - low_b, high_a - a), (high_b - b, a - low_a)
    half_below, half_above = (
        math.sqrt(max(x * x - 2.0 * together * x * y + y * y, 0.0)) for x, y in (below, above)
    )
    changed = int(lost + gained)
    p = float(binomtest(int(gained), changed, 0.5).pvalue) if changed else 1.0
    return Difference(a, b, b - a, b - a - half_below, b - a + half_above, p,
                      int(pairs), int(pairs), OVER_PAIRS)  # fmt: skip


def share_over_runs(n_a: float, k_a: float, n_b: float, k_b: float) -> Difference:
    """Return the difference of two shares of runs that do not belong together.

    The interval is Newcombe's tenth (1998, unpaired) of two of Wilson's; the test Pearson's.
    """
    from scipy.stats import norm

    if not (n_a and n_b):
        return _nothing(n_a, n_b, OVER_RUNS)
    a, b = k_a / n_a, k_b / n_b
    (low_a, high_a), (low_b, high_b) = wilson(a, n_a), wilson(b, n_b)
    below, above = math.hypot(b - low_b, high_a - a), math.hypot(high_b - b, a - low_a)
    pooled = (k_a + k_b) / (n_a + n_b)
    error = math.sqrt(pooled * (1.0 - pooled) * (1.0 / n_a + 1.0 / n_b))
    p = 2.0 * float(norm.sf(abs(b - a) / error)) if error > 0.0 else 1.0
    return Difference(a, b, b - a, b - a - below, b - a + above, p, int(n_a), int(n_b), OVER_RUNS)


def mean_over_pairs(n: float, s_a: float, s_b: float, squares: float) -> Difference:
    """Return the mean difference over pairs, with Student's interval and test (1908).

    Args:
        n: Pairs in which both runs have the number.
        s_a: Its sum in the baseline.
        s_b: Its sum on the other side.
        squares: Sum of the squared differences.
    """
    from scipy.stats import t

    if n < 2:
        return _nothing(n, n, OVER_PAIRS, s_a / n if n else math.nan, s_b / n if n else math.nan)
    difference = (s_b - s_a) / n
    error = math.sqrt(max(squares / n - difference**2, 0.0) / (n - 1.0))
    if error == 0.0:
        p = 1.0 if difference == 0.0 else 0.0
    else:
        p = 2.0 * float(t.sf(abs(difference) / error, n - 1.0))
    half = float(t.ppf(0.975, n - 1.0)) * error
    return Difference(s_a / n, s_b / n, difference, difference - half, difference + half, p,
                      int(n), int(n), OVER_PAIRS)  # fmt: skip


def mean_over_runs(
    n_a: float, s_a: float, q_a: float, n_b: float, s_b: float, q_b: float
) -> Difference:
    """Return the difference of two means of runs that do not belong together (Welch 1947).

    Args:
        n_a: Runs of the baseline that have the number.
        s_a: Its sum.
        q_a: The sum of its squares.
        n_b: The same of the other side.
        s_b: The same of the other side.
        q_b: The same of the other side.
    """
    from scipy.stats import t

    if n_a < 2 or n_b < 2:
        return _nothing(n_a, n_b, OVER_RUNS)
    a, b = s_a / n_a, s_b / n_b
    var_a = max(q_a / n_a - a * a, 0.0) / (n_a - 1.0)
    var_b = max(q_b / n_b - b * b, 0.0) / (n_b - 1.0)
    both = var_a + var_b
    if both == 0.0:
        p, half = (1.0 if a == b else 0.0), 0.0
    else:
        degrees = both**2 / (var_a**2 / (n_a - 1.0) + var_b**2 / (n_b - 1.0))
        p = 2.0 * float(t.sf(abs(b - a) / math.sqrt(both), degrees))
        half = float(t.ppf(0.975, degrees)) * math.sqrt(both)
    return Difference(a, b, b - a, b - a - half, b - a + half, p, int(n_a), int(n_b), OVER_RUNS)


def _nothing(
    n_a: float, n_b: float, method: str, a: float = math.nan, b: float = math.nan
) -> Difference:
    return Difference(a, b, b - a, math.nan, math.nan, math.nan, int(n_a), int(n_b), method)


def cohens_h(baseline: float, other: float) -> float:
    """Return Cohen's h (1988), the effect size of two shares: 0.2 is small, 0.8 large."""
    return 2.0 * (math.asin(math.sqrt(other)) - math.asin(math.sqrt(baseline)))


def clipped(low: float, high: float) -> tuple[float, float]:
    """Keep the interval of a difference of shares within -1 and 1."""
    return max(low, -1.0), min(high, 1.0)


def adjusted(p: Array) -> Array:
    """Adjust p-values for their number (Benjamini and Hochberg 1995); NaN stays and is no test."""
    from scipy.stats import false_discovery_control

    known = np.isfinite(p)
    found = np.full(len(p), math.nan)
    if known.any():
        found[known] = false_discovery_control(np.clip(p[known], 0.0, 1.0), method="bh")
    return found
