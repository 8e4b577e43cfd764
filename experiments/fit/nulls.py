"""How often chance alone would show each pattern: what a set that fits has to beat.

A *constant hazard* knows that one truce began in 37 weeks, seven rounds were held and one party
left; a *fair coin* answers every question by itself, and votes at random. Where a null has nothing
to say about a part of a pattern, that part is granted to it.
"""

from math import comb, exp, factorial

from ceasefire.experiments.statistics.nulls import SIGNED

TRUCES, ROUNDS, EXITS = 1 / 37, 7 / 37, 1 / 37
"""Truces, rounds and parties that left, a week, on record."""


def poisson(mean: float, low: int, high: int) -> float:
    """Return the probability that a Poisson count lies from low to high."""
    return sum(exp(-mean) * mean**k / factorial(k) for k in range(low, high + 1))


def binomial(trials: int, least: int, odds: float) -> float:
    """Return the probability of at least so many successes."""
    chances = (comb(trials, k) * odds**k * (1.0 - odds) ** (trials - k)
               for k in range(least, trials + 1))  # fmt: skip
    return sum(chances)


def first_in(rate: float, begin: float, end: float) -> float:
    """Return the probability that the first event of a constant hazard falls into some weeks."""
    return exp(-rate * begin) - exp(-rate * end)


def shown_by_hazard() -> dict[str, float]:
    """Return how often a constant hazard shows each pattern; its terms are granted to it."""
    november, quiet = first_in(TRUCES, 5, 9), exp(-TRUCES * 29)
    return {
        "P1": november,
        "P2": quiet * poisson(ROUNDS * 37, 4, 7),
        "P5": november * quiet,
        "P7": first_in(EXITS, 32, 39),
    }


def shown_by_coin() -> dict[str, float]:
    """Return how often fair coins show each pattern.

    Two coins sign one round in four; with seven rounds in 37 weeks the first is signed and the six
    others are not. Votes are drawn among three.
    """
    return {
        "P1": SIGNED,
        "P2": (1.0 - SIGNED) ** 6,
        "P3": 0.5**6,
        "P4": binomial(4, 3, 0.5),
        "P5": SIGNED * (1.0 - binomial(4, 2, SIGNED)),
        "P6": binomial(6, 5, 1 / 3) / 3,
        "P10": 0.25,
    }


NULLS = {"constant hazard": shown_by_hazard, "fair coin": shown_by_coin}
