"""What a change did: ends of runs side by side, and differences with their intervals.

Runs are paired by set of parameters and seed. Two kinds of uncertainty are kept apart: the
interval of a mean, which shrinks with more runs, and how far sets lie apart, which does not.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ceasefire.experiments.statistics.differences import Difference, over_sets, share_over_pairs
from ceasefire.experiments.statistics.shares import NORMAL_95, Clusters, Share
from ceasefire.model.case.case import Case
from ceasefire.model.world.outcome import END_STATES
from ceasefire.viz.live.ends import Ends, Floats, Whole

ORDER = (1, 2, 3, 0)
"""End states as they are shown: what ends a run first, "no deal" last."""

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Quantiles that are compared."""

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

    @property
    def name(self) -> str:
        """Name of the end state."""
        return END_STATES[self.state]


@dataclass(frozen=True)
class NumberChange:
    """One number in both ensembles.

    Attributes:
        name: What it is.
        unit: Its unit.
        baseline: Its values.
        changed: Its values with the change.
        difference: Difference of the means, with an interval over sets.
        quantiles: For each of ``QUANTILES``: both quantiles, and low and high end of the interval
            of their difference.
    """

    name: str
    unit: str
    baseline: Floats
    changed: Floats
    difference: Difference
    quantiles: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True)
class Comparison:
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


def compare(baseline: Ends, changed: Ends, case: Case) -> Comparison:
    """Compare two ensembles, run by run.

    Args:
        baseline: Runs of the case as it is; at least as many as of the change.
        changed: Runs with the change.
        case: The case: names of the sides, and the horizon.
    """
    untouched = baseline is changed
    baseline = baseline.first(len(changed))
    _, place = np.unique(changed.sets, return_inverse=True)
    flows = np.zeros((len(END_STATES), len(END_STATES)), dtype=np.int64)
    np.add.at(flows, (baseline.outcome, changed.outcome), 1)
    return Comparison(
        baseline,
        changed,
        tuple(_state(state, baseline, changed, flows, place, untouched) for state in ORDER),
        flows,
        float(case.settings["war.horizon"].value),
    )


def numbers_of(comparison: Comparison, case: Case) -> tuple[NumberChange, ...]:
    """Return what became of captives and deaths.

    Args:
        comparison: Both ensembles.
        case: The case: names of the sides.
    """
    labels = case.labels["belligerents"]
    held = [int(side) for side in np.unique(case.records["captives"]["origin"])]
    whose = " and ".join(labels[side] for side in held)
    columns = [
        (f"Captives from {whose} returned alive under deals", "persons", "returned", None),
        *((f"Deaths on {label}’s side, civilians and fighters", "deaths", "deaths", s)
          for s, label in enumerate(labels)),
    ]  # fmt: skip
    was, now = comparison.baseline, comparison.changed
    _, place = np.unique(comparison.changed.sets, return_inverse=True)
    return tuple(
        _number(name, unit, _column(was, field, side), _column(now, field, side), place)
        for name, unit, field, side in columns
    )


def _column(ends: Ends, field: str, side: int | None) -> Floats:
    values: Floats = getattr(ends, field)
    return values if side is None else values[:, side]


def _state(
    state: int, baseline: Ends, changed: Ends, flows: Whole, place: Whole, untouched: bool
) -> StateChange:
    was, now = baseline.outcome == state, changed.outcome == state
    to = int(flows[:, state].sum() - flows[state, state])
    away = int(flows[state].sum() - flows[state, state])
    difference = difference_of_shares(was.astype(float), now.astype(float), place)
    if untouched:
        # The very same runs: of their difference nothing is uncertain.
        difference = replace(difference, low=0.0, high=0.0)
    return StateChange(
        state,
        _share(was, place),
        _share(now, place),
        difference,
        *spread_of_sets(now.astype(float) - was.astype(float), place),
        to,
        away,
    )


def _share(came: npt.NDArray[np.bool_], place: Whole) -> Share:
    clusters = Clusters(("not", "came"))
    clusters.add(place, came.astype(np.int64))
    return clusters.shares()["came"]


def difference_of_shares(was: Floats, now: Floats, place: Whole) -> Difference:
    """Return the difference of two shares of the same runs.

    The interval is over sets (Cameron and Miller 2015); where no set differs from another it is
    Newcombe's (1998) over pairs of runs, which is never of no width.

    Args:
        was: Whether it came in each run, as 0 or 1.
        now: The same with the change.
        place: Number of the set of each run, from 0.
    """
    counts = np.bincount(place).astype(float)
    found = over_sets(
        counts, np.bincount(place, weights=was), counts, np.bincount(place, weights=now)
    )
    if found.high > found.low:
        return found
    both, gained = float((was * now).sum()), float(((1.0 - was) * now).sum())
    lost = float((was * (1.0 - now)).sum())
    return share_over_pairs(both, lost, gained, len(was) - both - lost - gained)


def spread_of_sets(difference: Floats, place: Whole) -> tuple[float, float]:
    """Return how far sets' own mean differences lie apart, and what chance leaves of the mean.

    The variance between the means of sets, less what runs of one set leave of it: the estimate by
    moments of a one-way layout with random effects (Searle, Casella and McCulloch 1992, section
    3.6), 0 where it would be negative. Chance is the variance within sets over the number of runs,
    as of a sample in strata.

    Args:
        difference: Difference of each pair of runs.
        place: Number of the set of each pair, from 0.

    Returns:
        The standard deviation between sets, and half the 95 % interval of the mean for given sets.
    """
    counts = np.bincount(place).astype(float)
    sets, runs = len(counts), len(place)
    if runs <= sets:
        # One run a set: what is between sets and what within cannot be told apart.
        return 0.0, NORMAL_95 * float(difference.std()) / math.sqrt(runs)
    means = np.bincount(place, weights=difference) / counts
    within = float(((difference - means[place]) ** 2).sum()) / (runs - sets)
    chance = NORMAL_95 * math.sqrt(within / runs)
    if sets < 2:
        return 0.0, chance
    between = float((counts * (means - difference.mean()) ** 2).sum()) / (sets - 1)
    usual = (runs - float((counts**2).sum()) / runs) / (sets - 1)
    return math.sqrt(max((between - within) / usual, 0.0)), chance


def _number(name: str, unit: str, was: Floats, now: Floats, place: Whole) -> NumberChange:
    counts = np.bincount(place).astype(float)
    difference = over_sets(
        counts, np.bincount(place, weights=was), counts, np.bincount(place, weights=now)
    )
    return NumberChange(name, unit, was, now, difference, quantile_changes(was, now, place))


def quantile_changes(
    was: Floats, now: Floats, place: Whole
) -> tuple[tuple[float, float, float, float], ...]:
    """Return quantiles of both, and 95 % intervals of their differences.

    Sets are drawn anew, with all their runs in both ensembles (a cluster bootstrap, Davison and
    Hinkley 1997, section 3.8).

    Args:
        was: The number in each run.
        now: The same with the change.
        place: Number of the set of each run, from 0.
    """
    sets = int(place.max()) + 1
    # A generator of its own, with the same seed: the same runs have the same intervals.
    draw = np.random.default_rng(1)  # noqa: TID251  # no draw of the model
    drawn = draw.multinomial(sets, np.full(sets, 1.0 / sets), size=DRAWS)
    difference = _weighted(now, place, drawn) - _weighted(was, place, drawn)
    low, high = np.quantile(difference, [0.025, 0.975], axis=0)
    before, after = np.quantile(was, QUANTILES), np.quantile(now, QUANTILES)
    return tuple(
        (float(a), float(b), float(c), float(d))
        for a, b, c, d in zip(before, after, low, high, strict=True)
    )


def _weighted(values: Floats, place: Whole, weights: Whole) -> Floats:
    """Return quantiles of values whose sets count as often as each draw has them."""
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(weights[:, place[order]], axis=1)
    goals = np.array(QUANTILES)[np.newaxis] * upto[:, -1:]
    places = np.stack([np.searchsorted(row, goal) for row, goal in zip(upto, goals, strict=True)])
    found: Floats = values[order][np.minimum(places, len(values) - 1)]
    return found
