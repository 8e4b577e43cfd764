"""How far a share of a constraint's range is, in the constraint's own unit."""

import math
from typing import Any

import numpy as np

from ceasefire.model.certificate.constraints import (
    GUARANTEE_MEMBER,
    MEMBERS,
    Constraint,
    constraint_of,
    member_of,
)

Array = np.ndarray[Any, Any]


def ranges_of(frozen: Any, limits: Array) -> Array:
    """Measure how far each member can be relaxed in frozen worlds, in its own unit.

    Where a constraint is made of several numbers, such as the tolerances of all members of a
    cabinet, it is their mean; leverage and strength of guarantees add up. To relax by a share is to
    move that share of the way (``constraints.relax``).

    Args:
        frozen: The worlds (``Frozen``): records shaped (worlds,) or (worlds, actors).
        limits: Ends of ranges (``constraints.limits_of``).

    Returns:
        The ranges (worlds, members).
    """
    ranges = np.zeros((len(frozen.war), MEMBERS))
    guarantors, parties, ties = frozen.guarantors, frozen.parties, frozen.patronages
    signed = (limits["weight"][0] - guarantors["weight"]) * guarantors["signs"]
    ranges[:, GUARANTEE_MEMBER] = signed.sum(axis=1)
    mild = sum(1.0 - ties[f"condition_{one}"] for one in ("diplomatic", "economic", "arms")) / 3.0
    for s in range(2):
        me, other = frozen.belligerents[:, s], frozen.belligerents[:, 1 - s]
        own, ours = parties["side"] == s, ties["client"] == s
        held = frozen.captives["leverage"] * (frozen.captives["holder"] == s)
        families = (limits["family_weight"][s] - me["family_weight"]) * me["families"]
        protest = (limits["protest_weight"][s] - me["protest_weight"]) * me["protest"]
        tolerance = limits["tolerance"][s] - parties["tolerance"]
        for constraint, distance in {
            Constraint.PRECONDITION: me["precondition"],
            Constraint.TOLERANCE: mean(tolerance, own & parties["member"]),
            Constraint.SEATS: me["majority"],
            Constraint.SAFETY_NET: mean(
                1.0 - parties["net_credibility"], own & parties["net_offer"]
            ),
            Constraint.CONDITIONS: mean(mild, ours),
            Constraint.RESOLVE: mean(1.0 - ties["believed_resolve"], ours),
            Constraint.ARMS: me["arms_stock"],
            Constraint.TRUST: 1.0 - me["trust"],
            Constraint.MEMORY: me["memory_weight"],
            Constraint.AIMS: other["hostility"],
            Constraint.LEVERAGE: held.sum(axis=1),
            Constraint.STAKES: me["stake_weight"],
            Constraint.VICTORY: me["belief_victory"],
            Constraint.HOME: families + protest,
            Constraint.PUBLIC: 1.0 - me["opinion"],
            Constraint.JUDGEMENT: np.maximum(0.0, -me["judgement"]),
        }.items():
            ranges[:, member_of(constraint, s)] = distance
    return ranges


def mean(values: Array, chosen: Array) -> Array:
    """Return the mean of what is chosen in each world, 0 of nothing (worlds, actors)."""
    total: Array = (values * chosen).sum(axis=1) / np.maximum(1, chosen.sum(axis=1))
    return total


def amount_of(member: int, share: float, ranges: Array) -> float:
    """Turn a share of a member's range into an amount in its unit; seats are whole.

    Args:
        member: The member.
        share: The share, 0 to 1.
        ranges: How far each member can be relaxed: a row of ``ranges_of``.
    """
    amount = share * float(ranges[member])
    if constraint_of(member)[0] == Constraint.SEATS:
        return float(min(math.ceil(amount), max(0.0, ranges[member] - 1.0)))
    return amount
