"""Parts of sets of constraints: what of a set touches one side, numbered once for all rounds.

Of a set of up to three members each side is asked about the part that touches it. Most parts stand
in many sets, and each is asked about once. Two members of one side's own meet at most one of the
other's, and three, the guarantee that both share among them, meet none but that: then only texts
matter that the other side accepts anyway.
"""

from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from ceasefire.agents.rules import rule
from ceasefire.model.certificate.constraints import GUARANTEE_MEMBER, OWN_MEMBERS

LARGEST = 3
"""Members that a set can have."""

PLACES = 1 + len(OWN_MEMBERS[0])
"""Places that a member can have among those that touch a side; place 0 is nobody's."""

GROUPS = 3
"""Parts that meet any part of the other side's, at most one member of its own, or none."""


class Parts(NamedTuple):
    """The parts, the same for both sides: they follow each other by group.

    Attributes:
        row: Row of the part with members in three places, the empty places first (places³).
        bits: Members of each part as bits (sides, rows).
        first: The first row of each group, and one after the last (groups + 1).
        within: Rows of the largest parts of each part, -1 for none (rows, 3): of a part in the
            first group none, as these are asked about in any case.
        alone: Row of what the other side makes of a part and nothing else (rows).
        single: Whether a part has one member at most (rows).
    """

    row: Any
    bits: Any
    first: Any
    within: Any
    alone: Any
    single: Any


@rule
def place_of(member: int) -> int:
    """Return the place of a member among those that touch a side."""
    return PLACES - 1 if member == GUARANTEE_MEMBER else member // 2 + 1


def _padded(part: tuple[int, ...]) -> tuple[int, ...]:
    return (0,) * (LARGEST - len(part)) + part


def _all_parts() -> Parts:
    shared = PLACES - 1
    groups: list[list[tuple[int, ...]]] = [[] for _ in range(GROUPS)]
    for size in range(LARGEST + 1):
        for part in combinations(range(1, PLACES), size):
            own = size - (shared in part)
            groups[0 if own < 2 else own - 1 if shared not in part else 2].append(part)
    parts = [part for group in groups for part in group]
    place = {part: row for row, part in enumerate(parts)}
    row = np.zeros((PLACES,) * LARGEST, dtype=np.int64)
    bits = np.zeros((2, len(parts)), dtype=np.int64)
    within = np.full((len(parts), LARGEST), -1)
    for part, number in place.items():
        row[_padded(part)] = number
        for s in range(2):
            bits[s, number] = sum(1 << OWN_MEMBERS[s][one - 1] for one in part)
        if number >= len(groups[0]):
            smaller = [place[tuple(p for p in part if p != one)] for one in part]
            within[number, : len(smaller)] = smaller
    return Parts(
        row,
        bits,
        np.cumsum([0, *(len(group) for group in groups)]),
        within,
        np.array([place[(shared,) if shared in part else ()] for part in parts]),
        np.array([len(part) < 2 for part in parts]),
    )


PARTS = _all_parts()
