"""Why a round failed: which constraints, relaxed, would have made some text acceptable to both.

The search is exact on the grid of texts, with history up to the answers of that week frozen. A set
of constraints opens the round if, with every member relaxed to the end of its range, some text is
accepted by both. Minimal sets are those of which no part does; they have up to three members. The
amount is the smallest common share of the members' ranges, in 64ths and found by halving, at which
one of those texts is accepted by both. As a rule whatever does at one share does at all larger
ones, so that it is the smallest. Where it does not (a side that regrets less may come to sign in
order to resume), what is found does, and a 64th less does not.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ceasefire.model.certificate.constraints import INFORMATION_MEMBER

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class MinimalSet:
    """Constraints that open a round together, and no part of which does.

    Attributes:
        members: The members (``constraints.member_of``), ascending.
        share: Smallest common share of their ranges, 0 to 1.
        text: A text that both then accept.
    """

    members: tuple[int, ...]
    share: float
    text: int

    @property
    def bits(self) -> int:
        """The members as bits."""
        return sum(1 << member for member in self.members)


@dataclass(frozen=True)
class Certificate:
    """Why one round failed.

    Attributes:
        seed: Seed of the run.
        round: Number of the round in the run, from 1.
        tick: Step of its last answers.
        week: The same in weeks.
        text: The last text tabled.
        refused: Whether each side refused it.
        accepted: How many texts each side would have accepted.
        both: How many both would.
        sets: Minimal sets, the smallest first, then by share; none if a text was acceptable.
        flips: For each side that refused, the share by which each member alone must be relaxed for
            it to accept the last text; NaN where that does not do (sides, members).
        pivots: The member that opened the round in each random order of relaxing all of them
            (Shapley and Shubik 1954); -1 if it stayed closed.
        ranges: How far each member could be relaxed, in its own unit (a row of
            ``amounts.ranges_of``).
    """

    seed: int
    round: int
    tick: int
    week: float
    text: int
    refused: tuple[bool, bool]
    accepted: tuple[int, int]
    both: int
    sets: tuple[MinimalSet, ...]
    flips: Array = field(repr=False)
    pivots: tuple[int, ...] = field(repr=False)
    ranges: Array = field(repr=False)

    @property
    def binding(self) -> frozenset[int]:
        """Members of the smallest sets; the mediator's information where a text was acceptable."""
        if self.both > 0:
            return frozenset({INFORMATION_MEMBER})
        if not self.sets:
            return frozenset()
        least = len(self.sets[0].members)
        return frozenset(m for one in self.sets if len(one.members) == least for m in one.members)
