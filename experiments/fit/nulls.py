"""How often chance alone would show each pattern: what a set that fits has to beat.

A *constant hazard* knows that one truce began in 37 weeks, seven rounds were held and one party
left; a *fair coin* answers every question by itself, and votes at random. Where a null has nothing
to say about a part of a pattern, that part is granted to it.
"""

import math

TRUCES = 1 / 37
"""Truces on record, a week."""

ROUNDS = 7 / 37
"""Rounds on record, a week."""

EXITS = 1 / 37
"""Parties on record that left, a week."""


def poisson(mean: float, low: int, high: int) -> float:
    """Return the probability that a Poisson count lies from low to high."""
    return sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(low, high + 1))


def binomial(trials: int, least: int, odds: float) -> float:
    """Return the probability of at least so many successes."""
    return sum(
        math.comb(trials, k) * odds**k * (1.0 - odds) ** (trials - k)
        for k in range(least, trials + 1)
    )


def first_in(rate: float, begin: float, end: float) -> float:
    """Return the probability that the first event of a constant hazard falls into some weeks."""
    return math.exp(-rate * begin) - math.exp(-rate * end)


def constant_hazard() -> dict[str, float]:
    """Return how often a constant hazard shows each pattern; its terms are granted to it."""
    november = first_in(TRUCES, 5, 9)
    quiet = math.exp(-TRUCES * 29)
    return {
        "P1": november,
        "P2": quiet * poisson(ROUNDS * 37, 4, 7),
        "P5": november * quiet,
        "P7": first_in(EXITS, 32, 39),
    }


def fair_coin() -> dict[str, float]:
    """Return how often fair coins show each pattern.

    Two coins sign one round in four; with seven rounds in 37 weeks the first is signed and the six
    others are not. Votes are drawn among three.
    """
    first_signed = 0.25
    others_not = 0.75**6
    right = sum(math.comb(6, k) * (1 / 3) ** k * (2 / 3) ** (6 - k) for k in (5, 6)) / 3
    return {
        "P1": first_signed,
        "P2": others_not,
        "P3": 0.5**6,
        "P4": binomial(4, 3, 0.5),
        "P5": first_signed * (1.0 - binomial(4, 2, 0.25)),
        "P6": right,
        "P10": 0.25,
    }


NULLS = {"constant hazard": constant_hazard, "fair coin": fair_coin}
