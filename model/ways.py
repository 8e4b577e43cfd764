"""All sets of constraints up to a size, and the questions that tell which of them open a round."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from model.bench import QUESTION
from model.constraints import GUARANTEE_MEMBER, touches

LARGEST = 3
"""Members that a set can have."""

MOST_PARTS = 1 + 17 + 136 + 680
"""Parts of sets that can touch one side: none, or up to three of its sixteen and the guarantee."""

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Ways:
    """All sets of up to three among some members, and their parts that touch each side.

    Two members of one side's own meet at most one of the other's, and three, the guarantee that
    both share among them, meet none but that: then only texts matter that the other accepts.

    Attributes:
        rows: Parts that touch each side, each with a row of its own: those that meet any, one or
            none of the other's own, side by side.
        met: The same: rows of the parts of the other side that they meet.
        asked: The questions about the parts that meet any, one or none (``bench.QUESTION``).
        sets: Sets by size: places among the members (sets, size).
        bits: The same as bits (sets).
        part: For each size and side: the row of the part of each set.
    """

    rows: tuple[tuple[Array, Array], ...]
    met: tuple[tuple[Array, Array], ...]
    asked: tuple[Array, ...]
    sets: tuple[Array, ...]
    bits: tuple[Array, ...]
    part: tuple[tuple[Array, Array], ...]


@lru_cache(maxsize=256)
def ways_of(members: tuple[int, ...]) -> Ways:
    """List the sets of up to three among some members."""
    sets = [list(combinations(range(len(members)), size)) for size in range(1, LARGEST + 1)]
    bits = [[sum(1 << members[i] for i in one) for one in group] for group in sets]
    sides = [_parts_of(s, members, [one for group in bits for one in group]) for s in range(2)]
    own = [sum(1 << m for m in members if touches(m, s)) for s in range(2)]
    return Ways(
        tuple((sides[0].rows[g], sides[1].rows[g]) for g in range(3)),
        tuple((sides[1].met[g], sides[0].met[g]) for g in range(3)),
        tuple(np.concatenate([sides[0].asked[g], sides[1].asked[g]]) for g in range(3)),
        tuple(
            np.array(group, dtype=np.int64).reshape(len(group), size + 1)
            for size, group in enumerate(sets)
        ),
        tuple(np.array(group, dtype=np.int64) for group in bits),
        tuple(
            (
                np.array([sides[0].place[one & own[0]] for one in group], dtype=np.int64),
                np.array([sides[1].place[one & own[1]] for one in group], dtype=np.int64),
            )
            for group in bits
        ),
    )


@dataclass(frozen=True)
class _Parts:
    """Parts that touch one side: their rows, by how many of the other's own they meet."""

    place: dict[int, int]
    rows: list[Array]
    met: list[Array]
    asked: list[Array]


def _parts_of(s: int, members: tuple[int, ...], sets: list[int]) -> _Parts:
    shared = 1 << GUARANTEE_MEMBER
    own = sum(1 << m for m in members if touches(m, s))
    place = {
        one: s * MOST_PARTS + i
        for i, one in enumerate(dict.fromkeys([0, *(b & own for b in sets)]))
    }
    groups: list[list[int]] = [[], [], []]
    for one in place:
        size = one.bit_count()
        groups[0 if size < 2 or (size == 2 and one & shared) else size - 1].append(one)
    single = [row for one, row in place.items() if one.bit_count() < 2]
    alone = [row for one, row in place.items() if one in (0, shared)]
    asked = []
    for group in groups:
        questions = np.zeros(len(group), dtype=QUESTION)
        questions["side"], questions["share"] = s, 1.0
        questions["members"] = group
        questions["row"] = [place[one] for one in group]
        asked.append(questions)
    return _Parts(
        place,
        [np.array([place[one] for one in group], dtype=np.int64) for group in groups],
        [np.array(rows, dtype=np.int64) for rows in ([], single, alone)],
        asked,
    )
