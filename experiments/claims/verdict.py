"""From effects to a verdict on each claim, many of them at once."""

from collections.abc import Sequence
from itertools import pairwise

from ceasefire.experiments.claims.effects import Estimate

LEVEL = 0.05
"""Rate of false discoveries among the tested claims."""


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
