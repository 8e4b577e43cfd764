"""From the sums of a claim to its effects.

An effect is estimated in every parameter set, with the same seeds in all arms. Its uncertainty
over runs comes from leaving out one group of runs after the other (jackknife), its uncertainty
over sets from their spread. Nothing here knows what a claim is about.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ceasefire.experiments.claims.effects import MOST, NOTHING, DecidingParameter, Estimate
from ceasefire.experiments.claims.measures import KINDS
from ceasefire.experiments.claims.tables import Claim, Effect

Array = np.ndarray[Any, Any]
Sums = Mapping[tuple[str, str], Array]
"""Sums of one claim by arm and measure, each shaped (sets, groups, sums)."""

STUCK = 0.005
"""A probability that stays so close to 0, or to 1, in all arms cannot show an effect."""

PROBABILITIES = ("accepts", "deal", "end state")
"""Kinds of measures whose main part is one; an effect below ``STUCK`` is none there."""

FEW_SETS = 20
"""With fewer sets, what is found is a trial, and no parameter can be told to decide it."""

SHUFFLES = 200


def effect_by_set(claim: Claim, effect: Effect, called: str, sums: Sums) -> tuple[Array, Array]:
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
        kind, part = KINDS[claim.measures[measure].kind], called.partition(".")[2]
        by_group = sums[arm, measure]
        total = by_group.sum(axis=1)
        whole = whole + factor * kind.part(total, part)
        without = without + factor * kind.part(total[:, np.newaxis] - by_group, part)
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


def estimate(
    claim: Claim,
    effect: Effect,
    sums: Sums,
    sets: pd.DataFrame | None,
    like: Estimate | None = None,
) -> Estimate:
    """Estimate one effect; where the measure is stuck in all arms, by what stands in for it.

    Args:
        claim: The claim.
        effect: The effect.
        sums: Sums of the claim by arm and measure.
        sets: The sets, to find the parameter that decides; None not to look.
        like: The same effect over other sets, to be estimated by the same measure.
    """
    called = effect.measure
    measure, _, part = called.partition(".")
    kind = claim.measures[measure].kind
    instead = effect.instead
    if not instead and kind == "accepts" and part in ("", "share"):
        instead = f"{measure}.margin"
    stands_in = like.instead if like else bool(instead) and _stuck(claim, effect, sums)
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
    effects, errors = effect_by_set(claim, effect, called, sums)
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
        KINDS[claim.measures[measure].kind].part(sums[arm, measure].sum(axis=1), part)
        for arm, measure, _ in terms(effect, effect.measure)
    ]
    known = np.isfinite(values).all(axis=0)
    if not known.any():
        return False
    low = np.all([one[known] <= STUCK for one in values], axis=0)
    high = np.all([one[known] >= 1.0 - STUCK for one in values], axis=0)
    return float((low | high).mean()) >= MOST


def best_split(sets: pd.DataFrame, effects: Array, found: Estimate) -> DecidingParameter | None:
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
    return DecidingParameter(
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
