"""From sums to effects, and from effects to a verdict on each claim.

An effect is estimated in every parameter set, with the same seeds in all arms. Its uncertainty
over runs comes from leaving out one group of runs after the other (jackknife), its uncertainty
over sets from their spread. Nothing here knows what a claim is about.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from experiments.claims_measures import part_values
from experiments.claims_tables import Claim, Effect

Array = np.ndarray[Any, Any]
Sums = Mapping[tuple[str, str], Array]
"""Sums of one claim by arm and measure, each shaped (sets, groups, sums)."""

MOST = 0.9
"""Share of parameter sets in which a supported or contradicted effect must show."""

LEVEL = 0.05
"""Rate of false discoveries among the tested claims."""

STUCK = 0.005
"""A probability that stays so close to 0, or to 1, in all arms cannot show an effect."""

NOTHING = 1.0e-9
"""An effect smaller than this is none."""

PROBABILITIES = ("accepts", "deal", "end state")
"""Kinds of measures whose main part is one; an effect below ``STUCK`` is none there."""

FEW_SETS = 20
"""With fewer sets, what is found is a trial, and no parameter can be told to decide it."""

SHUFFLES = 200
NORMAL_95 = 1.959963984540054


@dataclass(frozen=True)
class Split:
    """The parameter that best separates sets with an effect from sets without.

    Attributes:
        name: Its dotted name.
        value: Where it flips.
        above: Whether the expected effect shows above that value (else below).
        separation: Share with above it, less share without (Youden's index), 0 to 1.
        chance: Share of shuffled outcomes that some parameter separates as well.
    """

    name: str
    value: float
    above: bool
    separation: float
    chance: float


@dataclass
class Estimate:
    """One effect over all sets.

    Attributes:
        name: What is compared.
        measure: The part of a measure that was compared in the end.
        expected: What the claim expects.
        band: What counts as about nothing.
        effects: By set; NaN where no run counted.
        errors: Standard errors over runs, by set.
        instead: Whether ``measure`` stands in for one that was stuck at 0 or 1 in all arms.
        least: An effect that is not larger is none.
        split: The parameter that decides, if one does.
        beside: The same effect on the margin, where a probability was measured.
    """

    name: str
    measure: str
    expected: str
    band: float
    effects: list[float]
    errors: list[float]
    instead: bool = False
    least: float = NOTHING
    split: Split | None = None
    beside: "Estimate | None" = None
    known: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Keep what is known."""
        self.known = np.array([e for e in self.effects if math.isfinite(e)])

    @property
    def mean(self) -> float:
        """Mean effect over sets."""
        return float(self.known.mean()) if len(self.known) else math.nan

    @property
    def over_runs(self) -> tuple[float, float]:
        """95 % interval of the mean effect, from the chance of runs alone."""
        errors = np.array([e for e in self.errors if math.isfinite(e)])
        if not len(self.known):
            return math.nan, math.nan
        half = NORMAL_95 * math.sqrt(float((errors**2).sum())) / max(1, len(errors))
        return self.mean - half, self.mean + half

    @property
    def over_sets(self) -> tuple[float, float] | None:
        """95 % interval of the mean effect, from the spread of sets; None of a single one."""
        if len(self.known) < 2:
            return None
        from scipy.stats import t

        error = float(self.known.std(ddof=1)) / math.sqrt(len(self.known))
        half = float(t.ppf(0.975, len(self.known) - 1)) * error
        return self.mean - half, self.mean + half

    @property
    def spread(self) -> tuple[float, float]:
        """What 5 % of the sets lie below, and 5 % above."""
        if not len(self.known):
            return math.nan, math.nan
        low, high = np.quantile(self.known, [0.05, 0.95])
        return float(low), float(high)

    def shows(self, effects: Array | None = None) -> Array:
        """Return in which sets the expected effect shows."""
        known = self.known if effects is None else effects
        if self.expected == "+":
            return np.asarray(known > self.least)
        if self.expected == "-":
            return np.asarray(known < -self.least)
        return np.asarray(np.abs(known) <= self.band)

    def opposes(self) -> Array:
        """Return in which sets the opposite shows: the other sign, or an effect beyond the band."""
        if self.expected == "+":
            return np.asarray(self.known < -self.least)
        if self.expected == "-":
            return np.asarray(self.known > self.least)
        return ~self.shows()

    @property
    def holds(self) -> float:
        """Share of the sets in which the expected effect shows; NaN of none."""
        return float(self.shows().mean()) if len(self.known) else math.nan

    @property
    def fails(self) -> float:
        """Share of the sets in which the opposite shows."""
        return float(self.opposes().mean()) if len(self.known) else math.nan

    @property
    def probability(self) -> float:
        """Probability of such an effect by chance (two-sided), or of one outside the band.

        From the spread of sets where there are at least five, else from the chance of runs.
        """
        if not len(self.known):
            return 1.0
        from scipy.stats import norm, t

        if len(self.known) >= 5:
            error = float(self.known.std(ddof=1)) / math.sqrt(len(self.known))
            tail: Any = t(len(self.known) - 1)
        else:
            low, high = self.over_runs
            error = (high - low) / (2.0 * NORMAL_95)
            tail = norm()
        if error <= 0.0:
            sure = abs(self.mean) > NOTHING if self.expected in "+-" else abs(self.mean) < self.band
            return 0.0 if sure else 1.0
        if self.expected in "+-":
            return float(min(1.0, 2.0 * tail.sf(abs(self.mean) / error)))
        # Two one-sided tests; an effect clear of the band tells as much as one inside it.
        inside = float(tail.sf((self.band - abs(self.mean)) / error))
        return min(1.0, 2.0 * min(inside, 1.0 - inside))

    @property
    def reading(self) -> str:
        """What this effect says by itself: "as expected", "opposite", "none", "depends"."""
        if not len(self.known):
            return "no run to tell"
        low, high = self._outer()
        if self.expected == "0":
            if self.holds >= MOST and low > -self.band and high < self.band:
                return "as expected"
            if self.fails >= MOST and (low > self.band or high < -self.band):
                return "opposite"
            return "depends" if 0.0 < self.holds < 1.0 else "unclear"
        if float((np.abs(self.known) <= self.least).mean()) >= MOST:
            return "none"
        sign = 1.0 if self.expected == "+" else -1.0
        clear = min(sign * low, sign * high) > 0.0
        against = max(sign * low, sign * high) < 0.0
        if self.holds >= MOST and clear:
            return "as expected"
        if self.fails >= MOST and against:
            return "opposite"
        if min(self.holds, 1.0 - self.holds) > 0.0:
            return "depends"
        return "unclear"

    @property
    def slight(self) -> bool:
        """Whether the mean effect has its sign but lies inside the band."""
        return self.expected in "+-" and NOTHING < abs(self.mean) < self.band

    def _outer(self) -> tuple[float, float]:
        """Ends of the wider of both intervals: clear of 0 means clear in both."""
        intervals = [self.over_runs, *([self.over_sets] if self.over_sets else [])]
        return min(low for low, _ in intervals), max(high for _, high in intervals)


def contrast(claim: Claim, effect: Effect, called: str, sums: Sums) -> tuple[Array, Array]:
    """Return an effect and its standard error over runs, by set.

    Args:
        claim: The claim.
        effect: What is compared.
        called: The part of a measure that is compared.
        sums: Sums of the claim.
    """
    whole: Any = -effect.against
    without: Any = -effect.against
    for arm, measure, factor in terms(effect, called):
        kind, part = claim.measures[measure].kind, called.partition(".")[2]
        by_group = sums[arm, measure]
        total = by_group.sum(axis=1)
        whole = whole + factor * part_values(total, kind, part)
        without = without + factor * part_values(total[:, np.newaxis] - by_group, kind, part)
    groups = without.shape[1]
    if groups < 2:
        return whole, np.full(len(whole), np.nan)
    centre = without.mean(axis=1, keepdims=True)
    error = np.sqrt((groups - 1) / groups * ((without - centre) ** 2).sum(axis=1))
    return whole, np.asarray(error)


def terms(effect: Effect, called: str) -> list[tuple[str, str, float]]:
    """Return arm, measure and factor of each term; ``arm/measure`` names another measure."""
    own = called.partition(".")[0]
    found = []
    for name, factor in effect.of.items():
        arm, _, other = name.partition("/")
        found.append((arm, other or own, float(factor)))
    return found


def estimate(claim: Claim, effect: Effect, sums: Sums, sets: pd.DataFrame | None) -> Estimate:
    """Estimate one effect; where the measure is stuck in all arms, by what stands in for it.

    Args:
        claim: The claim.
        effect: The effect.
        sums: Sums of the claim by arm and measure.
        sets: The sets, to find the parameter that decides; None not to look.
    """
    called = effect.measure
    measure, _, part = called.partition(".")
    kind = claim.measures[measure].kind
    instead = effect.instead
    if not instead and kind == "accepts" and part in ("", "share"):
        instead = f"{measure}.margin"
    stands_in = bool(instead) and _stuck(claim, effect, sums)
    beside = None
    if instead and not stands_in:
        beside = _estimate(claim, effect, instead, sums)
    found = _estimate(claim, effect, instead if stands_in else called, sums)
    found.instead, found.beside = stands_in, beside
    if sets is not None and found.reading in ("depends", "unclear"):
        found.split = best_split(sets, np.array(found.effects), found)
    return found


def _estimate(claim: Claim, effect: Effect, called: str, sums: Sums) -> Estimate:
    measure, _, part = called.partition(".")
    effects, errors = contrast(claim, effect, called, sums)
    is_probability = claim.measures[measure].kind in PROBABILITIES and part in ("", "share")
    return Estimate(
        effect.name or called,
        called,
        effect.expected,
        effect.band,
        effects.tolist(),
        errors.tolist(),
        least=STUCK if is_probability else NOTHING,
    )


def _stuck(claim: Claim, effect: Effect, sums: Sums) -> bool:
    """Whether a probability is at 0 in all arms, or at 1 in all, in most sets."""
    part = effect.measure.partition(".")[2]
    values = [
        part_values(sums[arm, measure].sum(axis=1), claim.measures[measure].kind, part)
        for arm, measure, _ in terms(effect, effect.measure)
    ]
    known = np.isfinite(values).all(axis=0)
    if not known.any():
        return False
    low = np.all([one[known] <= STUCK for one in values], axis=0)
    high = np.all([one[known] >= 1.0 - STUCK for one in values], axis=0)
    return float((low | high).mean()) >= MOST


def best_split(sets: pd.DataFrame, effects: Array, found: Estimate) -> Split | None:
    """Find the parameter whose value best separates sets with the expected effect from others.

    Every parameter and every value between two sets is tried; how well the best of them would do
    on shuffled outcomes says what that is worth.
    """
    known = np.isfinite(effects)
    values = sets.to_numpy(dtype=float)[known]
    shows = found.shows(effects[known])
    if len(shows) < FEW_SETS or min(shows.sum(), (~shows).sum()) < 3:
        return None
    varied = np.flatnonzero(values.std(axis=0) > 0.0)
    order = np.argsort(values[:, varied], axis=0)
    best = _separations(order, shows)
    column, place, separation = best
    ranked = values[order[:, column], varied[column]]
    generator = np.random.default_rng(0)
    shuffled = [
        abs(_separations(order, generator.permutation(shows))[2]) >= abs(separation)
        for _ in range(SHUFFLES)
    ]
    return Split(
        str(sets.columns[varied[column]]),
        float(0.5 * (ranked[place] + ranked[place + 1])),
        separation > 0.0,
        abs(separation),
        float(np.mean(shuffled)),
    )


def _separations(order: Array, shows: Array) -> tuple[int, int, float]:
    """Return the column and place of the best split, and its separation (+: shows above it)."""
    ranked = shows[order]
    below = np.cumsum(ranked, axis=0)[:-1] / max(1, shows.sum())
    others = np.cumsum(~ranked, axis=0)[:-1] / max(1, (~shows).sum())
    gap = others - below
    place, column = np.unravel_index(np.abs(gap).argmax(), gap.shape)
    return int(column), int(place), float(gap[place, column])


def adjusted(probabilities: Sequence[float]) -> list[float]:
    """Adjust probabilities for their number (Benjamini and Hochberg 1995)."""
    if not probabilities:
        return []
    from scipy.stats import false_discovery_control

    return [float(p) for p in false_discovery_control(np.clip(probabilities, 0.0, 1.0))]


def claim_probability(estimates: Sequence[Estimate]) -> float:
    """Probability of a claim with several effects: that of the weakest."""
    return max([one.probability for one in estimates if one.expected != "reported"], default=1.0)


def verdict(status: str, estimates: Sequence[Estimate], probability: float) -> str:
    """Return the verdict on a claim, in a few words.

    "Margin only" says that no answer moved, as it stayed at never, or always, in all arms: what is
    tested moves the margin without reaching the answer.

    Args:
        status: How the file declares it.
        estimates: Its effects.
        probability: Its adjusted probability.
    """
    if status != "tested":
        return status
    readings = [one.reading for one in estimates if one.expected != "reported"]
    if not readings:
        return "reported"
    stuck = [one.instead for one in estimates if one.expected != "reported"]
    rests = ", margin only" if all(stuck) else ""
    if all(one == "as expected" for one in readings):
        return f"supported{rests}" if probability <= LEVEL else "unclear"
    if all(one == "opposite" for one in readings):
        return f"contradicted{rests}" if probability <= LEVEL else "unclear"
    if "depends" in readings and _decided(estimates):
        return "conditional"
    if {"as expected", "opposite"} & set(readings) and len(readings) > 1:
        return "in part"
    if all(one == "none" for one in readings):
        return "no effect"
    return "unclear"


def _decided(estimates: Sequence[Estimate]) -> bool:
    """Whether some parameter separates the sets better than chance."""
    return any(one.split is not None and one.split.chance <= LEVEL for one in estimates)


def turning_point(doses: Sequence[float], values: Sequence[float], level: float) -> float | None:
    """Return the dose at which a value first passes a level on its way, or None.

    Args:
        doses: Doses, ascending.
        values: Values at them.
        level: The level; passed upward or downward from where the first value lies.
    """
    pairs = pairwise(zip(doses, values, strict=True))
    for (dose, value), (next_dose, next_value) in pairs:
        if (value - level) * (next_value - level) < 0.0 or next_value == level != value:
            return dose + (next_dose - dose) * (level - value) / (next_value - value)
    return None
