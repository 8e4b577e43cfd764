"""Sets that fit: those of the last wave, checked on seeds that no wave used."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.design.parameter_sets import Prior, settings_of
from ceasefire.experiments.fit.patterns import PATTERNS
from ceasefire.experiments.fit.waves import NEEDED, Effort, Wave, distance, rates_of
from ceasefire.model.case.case import Case

Array = np.ndarray[Any, Any]

OVERLAP = list(PATTERNS).index("P5")
"""Place of the pattern that depends on how many texts are looked at."""

CHECK_SEED = 1_000_000
"""Sets are checked on seeds from here on, which no wave uses."""


def checked(
    case: Case,
    priors: list[Prior],
    effort: Effort,
    wave: Wave,
    done: Callable[[int], None] | None = None,
) -> tuple[Array, Array]:
    """Run the sets of the last wave on other seeds; as many as are wanted again on all texts.

    To look for overlap on all texts takes fifty times the time. So sets that show every pattern
    as far as a sample of texts tells are drawn at random, and asked about all texts, until as
    many as are wanted fit.

    Args:
        case: The case, short.
        priors: The priors.
        effort: How much is spent.
        wave: The last wave.
        done: Called with the number of sets after each chunk.

    Returns:
        Distinct sets as shares of the priors' ranges (sets, priors), and the shares of runs
        that show each pattern (sets, patterns); that of P5 is NaN for sets that fit so far and
        were not asked about all texts.
    """
    shares = np.unique(wave.shares, axis=0)

    def each(sets: int) -> None:
        if done:
            done(sets * effort.check_runs // effort.runs)

    rates = rates_of(case, priors, shares, effort.check_runs, CHECK_SEED, done=each)
    fits = np.flatnonzero((rates >= NEEDED).all(axis=1))
    rng = np.random.default_rng([effort.seed, CHECK_SEED])
    waiting = rng.permutation(fits)
    rates[waiting, OVERLAP] = np.nan
    lacking = effort.wanted
    while lacking > 0 and len(waiting):
        now, waiting = waiting[:lacking], waiting[lacking:]
        whole = rates_of(case, priors, shares[now], effort.grid_runs, CHECK_SEED, True)
        rates[now, OVERLAP] = whole[:, OVERLAP]
        lacking -= int((whole[:, OVERLAP] >= NEEDED).sum())
    return shares, rates


def sets_that_fit(
    priors: list[Prior], shares: Array, rates: Array, seed: int, needed: float = NEEDED
) -> pd.DataFrame:
    """Return the sets that fit, the one in the middle of them first, then by chance.

    Args:
        priors: The priors.
        shares: Checked sets.
        rates: Share of runs that show each pattern.
        seed: Seed of their order.
        needed: The least that it must be, of every pattern.

    Returns:
        One row for each set (``parameter_set``): its distance, the share of runs that show each
        pattern, and its values by dotted name.
    """
    fits = (rates >= needed).all(axis=1)
    shares, rates = shares[fits], rates[fits]
    # The set in the middle of the others stands for all where one has to. The rest follow by
    # chance, so that the first hundred are as good a sample as any hundred.
    middle = ((shares[:, np.newaxis] - shares[np.newaxis]) ** 2).sum(axis=2).sum(axis=1)
    order = np.random.default_rng(seed).permutation(len(shares))
    if len(order):
        order = np.r_[middle.argmin(), order[order != middle.argmin()]]
    shares, rates = shares[order], rates[order]
    values = settings_of(priors, shares)
    columns = {"distance": distance(rates)}
    columns |= {name: rates[:, i] for i, name in enumerate(PATTERNS)}
    columns |= {
        name: np.array([float(f"{v:.6g}") for v in column]) for name, column in values.items()
    }
    return pd.DataFrame(columns).rename_axis("parameter_set")


def fitting(rates: Array, needed: float = NEEDED) -> int:
    """Count the sets that fit, those among them that were not asked about all texts."""
    return int(((rates >= needed) | np.isnan(rates)).all(axis=1).sum())
