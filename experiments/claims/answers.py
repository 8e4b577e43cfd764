"""Measures that ask the sides about texts, run by run."""

import math
from typing import Any

import numpy as np

from ceasefire.agents.belligerent import ACCEPT, SIGN_TO_RESUME
from ceasefire.experiments.claims.seen import (
    TOO_STRONG,
    Context,
    Observed,
    RunSums,
    over_asked_runs,
    over_weeks,
)
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


def accepts(seen: Observed, measure: Measure, context: Context) -> RunSums:
    """Whether a side takes a text, asked at the end of each week, in war or truce.

    Runs that ended by a week are left out of it; if all weeks are, the run is. The margin is the
    balance, not below ``RULED_OUT``.
    """
    s, text = context.side(measure), context.texts[measure.text]

    def asked(week: int) -> RunSums:
        answer, balance = (values[:, s] for values in seen.answers[week, text])
        margin = np.maximum(balance, RULED_OUT)
        return {
            "probability": probability(answer, margin, seen.noise[week][:, s]),
            "margin": margin,
            "accepted": answer == ACCEPT,
            "to resume": answer == SIGN_TO_RESUME,
            "weeks": 1.0,
        }

    return over_weeks(seen, measure, asked)


def guarantee_needed(seen: Observed, measure: Measure, context: Context) -> RunSums:
    """How strong the names under a text must be for a side to take it, all of them signing.

    In multiples of their declared weight, the smallest of ``STRENGTHS`` that does; ``TOO_STRONG``
    where none does. Runs that ended by a week are left out of it.
    """
    s, text = context.side(measure), context.texts[measure.text]

    def asked(week: int) -> RunSums:
        strength = seen.strengths[week, text][:, s]
        return {"strength": strength, "never": strength >= TOO_STRONG, "weeks": 1.0}

    return over_weeks(seen, measure, asked)


def overlap(seen: Observed, measure: Measure, context: Context) -> RunSums:
    """Whether some text of a family is taken by both sides; and how many each side takes.

    Asked in the first runs of each set only; runs that ended by a week are left out of it.
    """

    def asked(week: int) -> RunSums:
        answer, _ = seen.families[week, measure.texts]
        took = answer == ACCEPT
        return {
            "both": took.all(axis=2).any(axis=1),
            "first": took[:, :, 0].sum(axis=1),
            "second": took[:, :, 1].sum(axis=1),
            "weeks": 1.0,
            "texts": float(answer.shape[1]),
        }

    return over_asked_runs(seen, measure, asked)


def importance(seen: Observed, measure: Measure, context: Context) -> RunSums:
    """Share of the variance of a side's balance over a family of texts that one issue explains.

    The family is a full factorial, so the variance of the means by level, over the whole variance,
    is exact (the main effect of a variance-based sensitivity analysis). Asked in the first runs of
    each set only; left out are runs that ended by a week, or whose balance does not vary.
    """
    s = context.side(measure)
    level = context.levels(measure.issue)[list(context.families[measure.texts])]

    def asked(week: int) -> RunSums:
        _, balance = seen.families[week, measure.texts]
        mine = balance[:, :, s]
        whole = mine.var(axis=1)
        means = np.stack([mine[:, level == step].mean(axis=1) for step in np.unique(level)])
        varies = whole > 1.0e-12
        share = np.where(varies, means.var(axis=0) / np.where(varies, whole, 1.0), 0.0)
        return {"share": share, "weeks": varies}

    return over_asked_runs(seen, measure, asked)
