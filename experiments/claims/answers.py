"""Measures that ask the sides about texts, run by run."""

import math
from typing import Any

import numpy as np

from ceasefire.agents.belligerent import ACCEPT, SIGN_TO_RESUME
from ceasefire.experiments.claims.seen import TOO_STRONG, Context, Observed, only
from ceasefire.experiments.claims.tables import Measure

Array = np.ndarray[Any, Any]

RULED_OUT = -10.0
"""Balance that stands for a text ruled out at any price, in utility: means stay readable."""

SPREAD = math.sqrt(3.0) / math.pi
"""Scale of a logistic deviate of variance one."""


def probability(answer: Array, balance: Array, noise: Array) -> Array:
    """Probability that a side takes a text and means to carry it out.

    The misjudgement is logistic, so ``1 / (1 + exp(-balance / scale))``; 0 where it would sign
    only to resume. Asked without misjudgement, a refusal tells its balance.

    Args:
        answer: Answers without misjudgement.
        balance: Balances, utility.
        noise: Standard deviation of the misjudgement, utility; 0 for none.
    """
    scale = np.maximum(noise * SPREAD, 1.0e-9)
    taken = 1.0 / (1.0 + np.exp(-np.clip(balance / scale, -50.0, 50.0)))
    return np.where(answer == SIGN_TO_RESUME, 0.0, taken)


def accepts(seen: Observed, measure: Measure, context: Context) -> Array:
    """Whether a side takes a text, asked at the end of each week, in war or truce.

    Runs that ended by a week are left out of it; if all weeks are, the run is. Sums over weeks:
    probability, balance (not below ``RULED_OUT``), answers that accept, answers that sign to
    resume, weeks asked.
    """
    s, text = context.side(measure), context.texts[measure.text]
    found: Any = 0.0
    for week in measure.weeks:
        answer, balance = (one[:, s] for one in seen.answers[week, text])
        balance = np.maximum(balance, RULED_OUT)
        chance = probability(answer, balance, seen.noise[week][:, s])
        columns = (chance, balance, answer == ACCEPT, answer == SIGN_TO_RESUME, 1.0)
        found = found + only(seen.going_on[week], columns)
    return np.asarray(found)


def guarantee_needed(seen: Observed, measure: Measure, context: Context) -> Array:
    """How strong the names under a text must be for a side to take it, all of them signing.

    In multiples of their declared weight, the smallest of ``STRENGTHS`` that does; ``TOO_STRONG``
    where none does. Runs that ended by a week are left out of it. Sums: multiple, none does, weeks.
    """
    s, text = context.side(measure), context.texts[measure.text]
    found: Any = 0.0
    for week in measure.weeks:
        strength = seen.strengths[week, text][:, s]
        columns = (strength, strength >= TOO_STRONG, 1.0)
        found = found + only(seen.going_on[week], columns)
    return np.asarray(found)


def overlap(seen: Observed, measure: Measure, context: Context) -> Array:
    """Whether some text of a family is taken by both sides; and how many each side takes.

    Asked in the first runs of each set only; runs that ended by a week are left out of it. Sums:
    some text suits both, texts taken by the first side and by the second, weeks asked, texts asked.
    """
    rows = len(next(iter(seen.going_on.values())))
    found = np.zeros((rows, 5))
    for week in measure.weeks:
        answer, _ = seen.families[week, measure.texts]
        took = answer == ACCEPT
        both = took.all(axis=2).any(axis=1)
        columns = (both, took[:, :, 0].sum(axis=1), took[:, :, 1].sum(axis=1), 1.0)
        counted = only(seen.going_on[week][seen.asked], (*columns, float(answer.shape[1])))
        found[seen.asked] += counted
    return found


def importance(seen: Observed, measure: Measure, context: Context) -> Array:
    """Share of the variance of a side's balance over a family of texts that one issue explains.

    The family is a full factorial, so the variance of the means by level, over the whole variance,
    is exact (the main effect of a variance-based sensitivity analysis). Asked in the first runs of
    each set only; left out are runs that ended by a week, or whose balance does not vary. Sums:
    share, weeks.
    """
    s = context.side(measure)
    rows = len(next(iter(seen.going_on.values())))
    issues = [one.name for one in context.case.issues]
    level = context.case.grid.level[
        list(context.families[measure.texts]), issues.index(measure.issue)
    ]
    found = np.zeros((rows, 2))
    for week in measure.weeks:
        _, balance = seen.families[week, measure.texts]
        mine = balance[:, :, s]
        whole = mine.var(axis=1)
        means = np.stack([mine[:, level == one].mean(axis=1) for one in np.unique(level)])
        varies = whole > 1.0e-12
        share = np.where(varies, means.var(axis=0) / np.where(varies, whole, 1.0), 0.0)
        going_on = seen.going_on[week][seen.asked] & varies
        found[seen.asked] += only(going_on, (share, 1.0))
    return found
