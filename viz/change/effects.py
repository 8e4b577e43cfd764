"""What a change did: ends of runs side by side, and differences with their intervals.

Runs are paired by set of parameters and seed. Two kinds of uncertainty are kept apart: the
interval of a mean, which shrinks with more runs, and how far sets lie apart, which does not.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ceasefire.experiments.statistics.differences import (
    Difference,
    over_sets,
    share_of_pairs,
    spread_of_sets,
)
from ceasefire.experiments.statistics.shares import Clusters, Share
from ceasefire.experiments.statistics.spreads import quantile_changes
from ceasefire.model.case.case import Case
from ceasefire.model.world.outcome import END_STATES
from ceasefire.viz.live.ends import Ends, Floats, Whole, numbers_shown

ORDER = (1, 2, 3, 0)
"""End states as they are shown: what ends a run first, "no deal" last."""

DRAWS = 200
"""How often sets are drawn anew for the interval of a difference of quantiles."""

WORLDS = 100
"""Runs that are shown one by one."""


@dataclass(frozen=True)
class StateChange:
    """One end state in both ensembles.

    Attributes:
        state: Its number (``ceasefire.model.world.outcome``).
        baseline: Share of runs, with an interval over sets.
        changed: The same with the change.
        difference: The second less the first, with an interval over sets.
        apart: How far sets' own differences lie apart: their standard deviation, with what runs
            differ by chance within a set taken out. More runs do not make it smaller.
        chance: Half the width of the 95 % interval that chance alone leaves, the sets being given
            (the Monte Carlo error). It shrinks with the square root of the runs.
        to: Runs that turned to it.
        away: Runs that turned away from it.
    """

    state: int
    baseline: Share
    changed: Share
    difference: Difference
    apart: float
    chance: float
    to: int
    away: int


@dataclass(frozen=True)
class NumberChange:
    """One number in both ensembles.

    Attributes:
        name: What it is.
        unit: Its unit.
        baseline: Its values.
        changed: Its values with the change.
        difference: Difference of the means, with an interval over sets.
        quantiles: Of each quantile both values, and low and high end of the interval of their
            difference.
    """

    name: str
    unit: str
    baseline: Floats
    changed: Floats
    difference: Difference
    quantiles: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True)
class EnsembleChange:
    """Both ensembles side by side.

    Attributes:
        baseline: Runs of the case as it is.
        changed: The same runs with the change.
        states: End states, in the order in which they are shown.
        flows: Runs by end state in the baseline and with the change.
        horizon: Weeks that a run lasts at most.
    """

    baseline: Ends
    changed: Ends
    states: tuple[StateChange, ...]
    flows: Whole
    horizon: float

    @property
    def runs(self) -> int:
        """Number of pairs of runs."""
        return len(self.changed)

    @property
    def flipped(self) -> int:
        """Pairs that end differently."""
        return int(self.flows.sum() - np.trace(self.flows))


def ensemble_change(baseline: Ends, changed: Ends, case: Case) -> EnsembleChange:
    """Hold two ensembles side by side, run by run.

    Args:
        baseline: Runs of the case as it is; at least as many as of the change.
        changed: Runs with the change.
        case: The case: it has the horizon.
    """
    untouched = baseline is changed
    baseline = baseline.first(len(changed))
    flows = np.zeros((len(END_STATES), len(END_STATES)), dtype=np.int64)
    np.add.at(flows, (baseline.outcome, changed.outcome), 1)
    cluster = _clusters(changed)
    states = []
    for state in ORDER:
        was, now = baseline.outcome == state, changed.outcome == state
        difference = difference_of_shares(was, now, cluster)
        if untouched:
            # The very same runs: of their difference nothing is uncertain.
            difference = replace(difference, low=0.0, high=0.0)
        apart, chance = spread_of_sets(now.astype(float) - was, cluster)
        stayed = flows[state, state]
        to, away = int(flows[:, state].sum() - stayed), int(flows[state].sum() - stayed)
        shares = _share(was, cluster), _share(now, cluster)
        states.append(StateChange(state, *shares, difference, apart, chance, to, away))
    horizon = float(case.settings["war.horizon"].value)
    return EnsembleChange(baseline, changed, tuple(states), flows, horizon)


def numbers_of(change: EnsembleChange, case: Case) -> tuple[NumberChange, ...]:
    """Return what became of captives and deaths."""
    cluster, found = _clusters(change.changed), []
    counts = np.bincount(cluster).astype(float)
    for one in numbers_shown(case):
        was, now = (ends.values[one.name] for ends in (change.baseline, change.changed))
        sums = (np.bincount(cluster, weights=values) for values in (was, now))
        difference = over_sets(counts, next(sums), counts, next(sums))
        quantiles = quantile_changes(was, now, cluster, DRAWS)
        name = (one.label[:1].upper() + one.label[1:]).replace("'", "’")
        found.append(NumberChange(name, one.unit, was, now, difference, quantiles))
    return tuple(found)


def difference_of_shares(
    was: npt.NDArray[np.bool_], now: npt.NDArray[np.bool_], cluster: Whole
) -> Difference:
    """Return the difference of two shares of the same runs.

    Args:
        was: Whether it came in each run.
        now: The same with the change.
        cluster: Number of the set of each run, from 0.
    """
    both, lost, gained, neither = (
        np.bincount(cluster, weights=kind)
        for kind in (was & now, was & ~now, ~was & now, ~(was | now))
    )
    return share_of_pairs(both, lost, gained, neither)


def _clusters(ends: Ends) -> Whole:
    return np.unique(ends.sets, return_inverse=True)[1]


def _share(came: npt.NDArray[np.bool_], cluster: Whole) -> Share:
    clusters = Clusters(("not", "came"))
    clusters.add(cluster, came.astype(np.int64))
    return clusters.shares()["came"]
