"""How far a share of a constraint's range is, in the constraint's own unit."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from model.constraints import GUARANTEE_MEMBER, MEMBERS, Constraint, constraint_of, member_of

if TYPE_CHECKING:
    from model.frozen import Frozen

Array = np.ndarray[Any, Any]


def ranges_of(frozen: "Frozen", limits: Array) -> Array:
    """Measure how far each member can be relaxed in a frozen world, in its own unit (members).

    Where a constraint is made of several numbers, such as the tolerances of all members of a
    cabinet, it is their mean; leverage and strength of guarantees add up. To relax by a share is to
    move that share of the way (``constraints.relax``).

    Args:
        frozen: The world: records shaped (1,) or (1, actors).
        limits: Ends of ranges (``constraints.limits_of``).
    """
    ranges = np.zeros(MEMBERS)
    signs = frozen.guarantors[0]["signs"]
    ranges[GUARANTEE_MEMBER] = (limits["weight"][0] - frozen.guarantors[0]["weight"][signs]).sum()
    for s in range(2):
        me, other = frozen.belligerents[0, s], frozen.belligerents[0, 1 - s]
        parties, ties = frozen.parties[0], frozen.patronages[0]
        cabinet = parties[(parties["side"] == s) & parties["member"]]
        offers = parties[(parties["side"] == s) & parties["net_offer"]]
        ties = ties[ties["client"] == s]
        held = frozen.captives[0][frozen.captives[0]["holder"] == s]
        conditions = [ties[f"condition_{one}"] for one in ("diplomatic", "economic", "arms")]
        families = (limits["family_weight"][s] - me["family_weight"]) * me["families"]
        protest = (limits["protest_weight"][s] - me["protest_weight"]) * me["protest"]
        for constraint, distance in {
            Constraint.PRECONDITION: me["precondition"],
            Constraint.TOLERANCE: mean(limits["tolerance"][s] - cabinet["tolerance"]),
            Constraint.SEATS: me["majority"],
            Constraint.SAFETY_NET: mean(1.0 - offers["net_credibility"]),
            Constraint.CONDITIONS: mean(1.0 - np.stack(conditions)),
            Constraint.RESOLVE: mean(1.0 - ties["believed_resolve"]),
            Constraint.ARMS: me["arms_stock"],
            Constraint.TRUST: 1.0 - me["trust"],
            Constraint.MEMORY: me["memory_weight"],
            Constraint.AIMS: other["hostility"],
            Constraint.LEVERAGE: held["leverage"].sum(),
            Constraint.STAKES: me["stake_weight"],
            Constraint.VICTORY: me["belief_victory"],
            Constraint.HOME: families + protest,
            Constraint.PUBLIC: 1.0 - me["opinion"],
            Constraint.JUDGEMENT: max(0.0, -me["judgement"]),
        }.items():
            ranges[member_of(constraint, s)] = distance
    return ranges


def mean(values: Array) -> float:
    """Return the mean, 0 of nothing."""
    return float(values.mean()) if values.size else 0.0


def amount_of(member: int, share: float, ranges: Array) -> float:
    """Turn a share of a member's range into an amount in its unit; seats are whole.

    Args:
        member: The member.
        share: The share, 0 to 1.
        ranges: How far each member can be relaxed (``ranges_of``).
    """
    amount = share * float(ranges[member])
    if constraint_of(member)[0] == Constraint.SEATS:
        return float(min(math.ceil(amount), max(0.0, ranges[member] - 1.0)))
    return amount
