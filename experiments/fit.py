"""Fitting a case to its patterns: history matching, then approximate Bayesian computation.

The first wave draws sets from the priors and keeps those that come closest. Every later wave lowers
the tolerance, lets the sets that stay within it stand for those that do not, and moves each by
steps that leave the priors, cut off at the tolerance, as they are: a sequential Monte Carlo sampler
(Del Moral, Doucet and Jasra 2012) with the steps of a differential evolution chain (ter Braak
2006). The priors being flat, a step is taken whenever it ends inside their ranges and within the
tolerance. A set's distance is how far the shares of runs that show each pattern fall short of a
goal. Waves are written to a folder as they are finished: the same command goes on from there.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.fitted import Prior, settings_of
from experiments.patterns import LAST_WEEK, see, shown
from model.ensemble import Ensemble, prepare
from model.scenario import Case

Array = np.ndarray[Any, Any]

GOAL = 0.8
"""Share of runs that should show each pattern; beyond it nothing is gained."""

NEEDED = 0.6
"""Share of runs in which each pattern must hold in a set that fits."""

ROWS = 480


@dataclass(frozen=True)
class Effort:
    """How much is spent on a fit.

    Attributes:
        first: Sets in the first wave, drawn from the priors.
        kept: Sets kept in every wave.
        moves: Steps of each set in a wave.
        runs: Runs of each set in the first wave.
        waves: Waves after the first.
        survivors: Share of the sets that stay within the tolerance of the next wave.
        check_runs: Runs by which each set of the last wave is checked, on seeds of its own.
        seed: Seed of the whole fit.
    """

    first: int = 6000
    kept: int = 400
    moves: int = 3
    runs: int = 12
    waves: int = 13
    survivors: float = 0.5
    check_runs: int = 100
    seed: int = 20240624

    def runs_of(self, number: int) -> int:
        """Return the runs of each set in a wave: more as less is left to chance."""
        return self.runs * (1 if number < 6 else 2 if number < 11 else 4)

    def work_of(self, number: int) -> int:
        """Return how many sets a wave runs, counted as if each were run as in the first."""
        if number == 0:
            return self.first
        return self.kept * (1 + self.moves) * self.runs_of(number) // self.runs

    @property
    def work(self) -> int:
        """How many sets are run in all, counted likewise, the last check included."""
        waves = sum(self.work_of(number) for number in range(self.waves + 1))
        return waves + self.kept * self.check_runs // self.runs


@dataclass(frozen=True)
class Wave:
    """Sets of one wave, all of the same weight.

    Attributes:
        shares: Where each set lies in each prior's range (sets, priors).
        rates: Share of runs that show each pattern (sets, patterns).
        tolerance: Largest distance.
        moved: Share of steps taken.
    """

    shares: Array
    rates: Array
    tolerance: float
    moved: float = 1.0


def distance(rates: Array) -> Array:
    """Return how far sets fall short of the goal: root of the summed squares over patterns."""
    short = np.maximum(0.0, GOAL - rates)
    total: Array = np.sqrt((short * short).sum(axis=-1))
    return total


def short_case(case: Case) -> Case:
    """Return the case with the horizon that the patterns need."""
    return case.changed({"war.horizon": LAST_WEEK})


def rates_of(
    case: Case,
    priors: list[Prior],
    shares: Array,
    runs: int,
    first_seed: int,
    whole_grid: bool = False,
    done: Callable[[int], None] | None = None,
) -> Array:
    """Run sets and return the share of runs that show each pattern.

    Args:
        case: The case, short.
        priors: The priors.
        shares: Sets as shares of the priors' ranges (sets, priors).
        runs: Runs of each set; all sets are run with the same seeds.
        first_seed: The first of these seeds.
        whole_grid: Whether overlap is looked for on all texts.
        done: Called with the number of sets after each chunk.

    Returns:
        Rates among the runs that say something (sets, patterns); 0 where none does.
    """
    prepare()
    Ensemble(case, [0]).advance(0)
    at_once = max(1, ROWS // runs)
    starts = range(0, len(shares), at_once)

    def one(start: int) -> Array:
        part = shares[start : start + at_once]
        settings = settings_of(priors, np.repeat(part, runs, axis=0))
        seeds = np.tile(np.arange(first_seed, first_seed + runs), len(part))
        holds, says = shown(see(case, seeds, settings, whole_grid))
        holds = (holds & says).reshape(len(part), runs, -1).sum(axis=1)
        says = says.reshape(len(part), runs, -1).sum(axis=1)
        return holds / np.maximum(1, says)

    found = []
    with ThreadPoolExecutor() as pool:
        try:
            for start, rates in zip(starts, pool.map(one, starts), strict=True):
                found.append(rates)
                if done:
                    done(len(shares[start : start + at_once]))
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return np.concatenate(found)


def first_wave(
    case: Case, priors: list[Prior], effort: Effort, done: Callable[[int], None] | None = None
) -> Wave:
    """Draw sets from the priors and keep those that come closest (history matching)."""
    from scipy.stats import qmc

    shares = qmc.LatinHypercube(len(priors), rng=effort.seed).random(effort.first)
    rates = rates_of(case, priors, shares, effort.runs, 0, done=done)
    best = np.argsort(distance(rates), kind="stable")[: effort.kept]
    return Wave(shares[best], rates[best], float(distance(rates[best]).max()))


def next_wave(
    case: Case,
    priors: list[Prior],
    effort: Effort,
    wave: Wave,
    number: int,
    done: Callable[[int], None] | None = None,
) -> Wave:
    """Lower the tolerance, let survivors stand for the others, and move all of them.

    All sets are run again first, on seeds of this wave, and every step is judged on the same ones:
    no set lives on the luck of a draw, and what differs between two sets is not chance.
    """
    rng = np.random.default_rng([effort.seed, number])
    runs, first_seed = effort.runs_of(number), number * 10_000
    weight = runs // effort.runs

    def judged(shares: Array) -> Array:
        def each(sets: int) -> None:
            if done:
                done(sets * weight)

        return rates_of(case, priors, shares, runs, first_seed, done=each)

    again = judged(wave.shares)
    distances = distance(again)
    tolerance = float(np.quantile(distances, effort.survivors))
    alive = np.flatnonzero(distances <= tolerance)
    chosen = np.concatenate([alive, rng.choice(alive, len(distances) - len(alive))])
    shares, rates = wave.shares[chosen].copy(), again[chosen].copy()
    taken = 0
    for _ in range(effort.moves):
        there = step(shares, wave.shares[alive], rng)
        tried = np.flatnonzero(np.all((there >= 0.0) & (there <= 1.0), axis=1))
        found = judged(there[tried])
        if done:
            done((len(there) - len(tried)) * weight)
        within = distance(found) <= tolerance
        shares[tried[within]], rates[tried[within]] = there[tried[within]], found[within]
        taken += int(within.sum())
    return Wave(shares, rates, tolerance, taken / (effort.moves * len(shares)))


def step(shares: Array, alive: Array, rng: np.random.Generator) -> Array:
    """Propose a step for each set along the difference of two others (ter Braak 2006).

    The length is drawn between half and all of ``2.38 / sqrt(2 d)``, one step in ten is a whole
    difference, so that sets far apart can change places; reflected once at the ends of a range.
    """
    count, dimensions = shares.shape
    pairs = np.array([rng.choice(len(alive), 2, replace=False) for _ in range(count)])
    length = 2.38 / np.sqrt(2.0 * dimensions) * rng.uniform(0.5, 1.0, (count, 1))
    length[rng.random(count) < 0.1] = 1.0
    there = shares + length * (alive[pairs[:, 0]] - alive[pairs[:, 1]])
    there += rng.normal(scale=0.005, size=there.shape)
    there = np.where(there < 0.0, -there, there)
    reflected: Array = np.where(there > 1.0, 2.0 - there, there)
    return reflected
