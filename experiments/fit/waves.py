"""Fitting a case to its patterns: history matching, then approximate Bayesian computation.

Sets are drawn from the priors; those that time the truce of November best, which takes eleven weeks
to see, are run in full, and those that come closest are kept. Every later wave lowers
the tolerance, lets the sets that stay within it stand for those that do not, and moves each by
steps that leave the priors, cut off at the tolerance, as they are: a sequential Monte Carlo sampler
(Del Moral, Doucet and Jasra 2012) with the steps of a differential evolution chain (ter Braak
2006), most of them in a few numbers only (Vrugt et al. 2009). The priors being flat, a step is
taken whenever it ends inside their ranges and within the tolerance. A set's distance is how far the
shares of runs that show each pattern fall short of a goal. Waves are written to a folder as they
are finished: the same command goes on from there.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np

from ceasefire.experiments.design.parameter_sets import Prior, settings_of
from ceasefire.experiments.fit.patterns import LAST_WEEK, Probe, november_truce, probe, shown
from ceasefire.experiments.runs.pool import each
from ceasefire.model.case.case import Case
from ceasefire.model.engines.ensemble import Ensemble, prepare

Array = np.ndarray[Any, Any]

GOAL = 0.8
"""Share of runs that should show each pattern; beyond it nothing is gained."""

NEEDED = 0.6
"""Share of runs in which each pattern must hold in a set that fits."""

EARLY = 11
"""Weeks by which a truce that begins in weeks 5 to 8 and lasts a week or two has shown itself."""

EARLY_SEED = 500_000

ROWS = 480

CHANGED_SHARES = (0.1, 1.0 / 3.0, 1.0)
"""Shares of a set's numbers that a step changes; each is drawn as often."""


@dataclass(frozen=True)
class Effort:
    """How much is spent on a fit.

    Attributes:
        drawn: Sets drawn from the priors and run for ``EARLY`` weeks.
        early: Waves that match the truce of November alone.
        kept: Sets kept in every wave.
        moves: Steps of each set in a wave.
        runs: Runs of each set in the first wave.
        waves: Waves after the first.
        survivors: Share of the sets that stay within the tolerance of the next wave.
        check_runs: Runs by which each set of the last wave is checked, on seeds that no wave used.
            All sets meet the same ones, so there must be many: what these have in common is luck.
        grid_runs: Of these, runs in which overlap is looked for on all texts.
        wanted: Sets that are wanted: drawn at random from those that fit, if there are more.
        seed: Seed of the whole fit.
    """

    drawn: int = 40_000
    early: int = 8
    kept: int = 1_000
    moves: int = 4
    runs: int = 12
    waves: int = 20
    survivors: float = 0.5
    check_runs: int = 400
    grid_runs: int = 100
    wanted: int = 250
    seed: int = 20240624

    def runs_of(self, number: int) -> int:
        """Return the runs of each set in a wave: more as less is left to chance."""
        return self.runs * (1 if number < 6 else 2 if number < 11 else 4)

    def work_of(self, number: int) -> int:
        """Return how many sets a wave runs, counted as if each were run as in the first."""
        if number == 0:
            return self.kept
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

    def one(part: Array) -> Array:
        settings = settings_of(priors, np.repeat(part, runs, axis=0))
        seeds = np.tile(np.arange(first_seed, first_seed + runs), len(part))
        holds, says = shown(probe(case, seeds, settings, whole_grid))
        holds = (holds & says).reshape(len(part), runs, -1).sum(axis=1)
        says = says.reshape(len(part), runs, -1).sum(axis=1)
        return holds / np.maximum(1, says)

    return in_parts(one, shares, runs, done)


def in_parts(
    work: Callable[[Array], Array],
    shares: Array,
    runs: int,
    done: Callable[[int], None] | None = None,
) -> Array:
    """Run sets part by part on all processors and return what comes of them, in order.

    Args:
        work: What is done with a part of the sets.
        shares: The sets.
        runs: Runs of each, so that parts are of a size.
        done: Called with the number of sets after each part.
    """
    prepare()
    at_once = max(1, ROWS // runs)
    parts = [shares[start : start + at_once] for start in range(0, len(shares), at_once)]
    found = []
    with closing(each(work, parts)) as stream:
        for part, rates in zip(parts, stream, strict=True):
            found.append(rates)
            if done:
                done(len(part))
    return np.concatenate(found)


def early_rates(
    case: Case, priors: list[Prior], shares: Array, runs: int, first_seed: int
) -> Array:
    """Return the share of short runs of each set that show the truce of November (P1)."""
    short = case.changed({"war.horizon": EARLY})
    nothing = np.zeros((0, 0), dtype=np.bool_)

    def one(part: Array) -> Array:
        seeds = np.tile(np.arange(first_seed, first_seed + runs), len(part))
        ran = Ensemble(short, seeds, settings_of(priors, np.repeat(part, runs, axis=0))).run()
        seen = Probe(short, ran.records, *[nothing] * 6)
        holds, _ = november_truce(seen)
        rates: Array = holds.reshape(len(part), runs, 1).mean(axis=1)
        return rates

    return in_parts(one, shares, runs)


def first_wave(
    case: Case, priors: list[Prior], effort: Effort, done: Callable[[int], None] | None = None
) -> Wave:
    """Draw sets from the priors, move them to where they time November, then run them in full.

    The truce of November shows itself in eleven weeks and few draws time it: matching it first
    (history matching) leaves the long runs to sets that are worth them.
    """
    from scipy.stats import qmc

    drawn = qmc.LatinHypercube(len(priors), rng=effort.seed).random(effort.drawn)
    rates = early_rates(case, priors, drawn, effort.runs, 0)
    best = np.argsort(distance(rates), kind="stable")[: effort.kept]
    shares = drawn[best]
    for number in range(effort.early):

        def timed(there: Array, seed: int = EARLY_SEED + 10_000 * number) -> Array:
            return early_rates(case, priors, there, 4 * effort.runs, seed)

        rng = np.random.default_rng([effort.seed, EARLY_SEED, number])
        shares = moved(shares, timed, effort, rng).shares
    rates = rates_of(case, priors, shares, effort.runs, 0, done=done)
    return Wave(shares, rates, float(distance(rates).max()))


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
    runs, first_seed = effort.runs_of(number), number * 10_000
    weight = runs // effort.runs

    def judged(shares: Array) -> Array:
        def each(sets: int) -> None:
            if done:
                done(sets * weight)

        return rates_of(case, priors, shares, runs, first_seed, done=each)

    rng = np.random.default_rng([effort.seed, number])
    return moved(wave.shares, judged, effort, rng)


def moved(
    before: Array, judged: Callable[[Array], Array], effort: Effort, rng: np.random.Generator
) -> Wave:
    """Lower the tolerance to what some of the sets keep, and move all of them within it.

    Args:
        before: Sets as shares of the priors' ranges (sets, priors).
        judged: Returns the share of runs of each set that show each pattern.
        effort: How many survive, and how many steps are made.
        rng: Source of the draws.
    """
    again = judged(before)
    distances = distance(again)
    tolerance = float(np.quantile(distances, effort.survivors))
    alive = np.flatnonzero(distances <= tolerance)
    chosen = np.concatenate([alive, rng.choice(alive, len(distances) - len(alive))])
    shares, rates = before[chosen].copy(), again[chosen].copy()
    taken = 0
    for _ in range(effort.moves):
        there = step(shares, before[alive], rng)
        tried = np.flatnonzero(np.all((there >= 0.0) & (there <= 1.0), axis=1))
        found = judged(there[tried])
        within = distance(found) <= tolerance
        shares[tried[within]], rates[tried[within]] = there[tried[within]], found[within]
        taken += int(within.sum())
    return Wave(shares, rates, tolerance, taken / (effort.moves * len(shares)))


def step(shares: Array, alive: Array, rng: np.random.Generator) -> Array:
    """Propose a step for each set along the difference of two others.

    A step changes a tenth, a third or all of a set's numbers (Vrugt et al. 2009), ``n`` of them.
    Its length is drawn between half and all of ``2.38 / sqrt(2 n)`` (ter Braak 2006), one step in
    ten is a whole difference, so that sets far apart can change places; reflected once at the ends
    of a range.
    """
    count, dimensions = shares.shape
    pairs = np.array([rng.choice(len(alive), 2, replace=False) for _ in range(count)])
    changes = rng.random((count, dimensions)) < rng.choice(CHANGED_SHARES, (count, 1))
    changes[np.arange(count), rng.integers(dimensions, size=count)] = True
    length = 2.38 / np.sqrt(2.0 * changes.sum(axis=1, keepdims=True))
    length *= rng.uniform(0.5, 1.0, (count, 1))
    length[rng.random(count) < 0.1] = 1.0
    moves = length * (alive[pairs[:, 0]] - alive[pairs[:, 1]])
    moves += rng.normal(scale=0.005, size=moves.shape)
    there = shares + np.where(changes, moves, 0.0)
    there = np.where(there < 0.0, -there, there)
    reflected: Array = np.where(there > 1.0, 2.0 - there, there)
    return reflected
