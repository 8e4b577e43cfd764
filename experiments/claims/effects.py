"""An effect over parameter sets: its size, its uncertainty, and what it says by itself."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ceasefire.experiments.statistics.shares import NORMAL_95

Array = np.ndarray[Any, Any]

MOST = 0.9
"""Share of parameter sets in which a supported or contradicted effect must show."""

NOTHING = 1.0e-9
"""An effect smaller than this is none."""


@dataclass(frozen=True)
class DecidingParameter:
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
    split: DecidingParameter | None = None
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

        half = float(t.ppf(0.975, len(self.known) - 1)) * self._error_of_sets
        return self.mean - half, self.mean + half

    @property
    def _error_of_sets(self) -> float:
        return float(self.known.std(ddof=1)) / math.sqrt(len(self.known))

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
        if self.expected in "+-":
            return np.asarray(self._towards(known) > self.least)
        return np.asarray(np.abs(known) <= self.band)

    def opposes(self) -> Array:
        """Return in which sets the opposite shows: the other sign, or an effect beyond the band."""
        if self.expected in "+-":
            return np.asarray(self._towards(self.known) < -self.least)
        return ~self.shows()

    def _towards(self, values: Any) -> Any:
        """Return values with the expected sign as those above 0."""
        return values if self.expected == "+" else -values

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
            error = self._error_of_sets
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
            inside = low > -self.band and high < self.band
            outside = low > self.band or high < -self.band
        elif float((np.abs(self.known) <= self.least).mean()) >= MOST:
            return "none"
        else:
            ends = sorted((self._towards(low), self._towards(high)))
            inside, outside = ends[0] > 0.0, ends[1] < 0.0
        if self.holds >= MOST and inside:
            return "as expected"
        if self.fails >= MOST and outside:
            return "opposite"
        return "depends" if 0.0 < self.holds < 1.0 else "unclear"

    @property
    def slight(self) -> bool:
        """Whether the mean effect has its sign but lies inside the band."""
        return self.expected in "+-" and NOTHING < abs(self.mean) < self.band

    def _outer(self) -> tuple[float, float]:
        """Ends of the wider of both intervals: clear of 0 means clear in both."""
        intervals = [self.over_runs, *([self.over_sets] if self.over_sets else [])]
        return min(low for low, _ in intervals), max(high for _, high in intervals)
