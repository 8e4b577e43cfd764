"""All sets of constraints up to a size, and the questions that tell which of them open a round."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations
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
        within: The same: rows of the largest parts of each of these parts (parts, up to three).
        alone: The same: rows of what the other side makes of each part and nothing else.
        asked: The questions about the parts that meet any, one or none (``bench.QUESTION``).
        sets: Sets by size: places among the members (sets, size).
        bits: The same as bits (sets).
        part: For each size and side: the row of the part of each set.
    """

    rows: tuple[tuple[slice, slice], ...]
    met: tuple[tuple[Array, Array], ...]
    within: tuple[tuple[Array, Array], ...]
    alone: tuple[tuple[Array, Array], ...]
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
        tuple((sides[0].within[g], sides[1].within[g]) for g in range(3)),
        tuple((_alone(g, *sides), _alone(g, *sides[::-1])) for g in range(3)),
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
    groups: list[list[int]]
    rows: list[slice]
    met: list[Array]
    within: list[Array]
    asked: list[Array]


def _alone(group: int, side: _Parts, other: _Parts) -> Array:
    shared = 1 << GUARANTEE_MEMBER
    return np.array([other.place[one & shared] for one in side.groups[group]], dtype=np.int64)


def _parts_of(s: int, members: tuple[int, ...], sets: list[int]) -> _Parts:
    shared = 1 << GUARANTEE_MEMBER
    own = sum(1 << m for m in members if touches(m, s))
    groups: list[list[int]] = [[], [], []]
    for one in dict.fromkeys([0, *(b & own for b in sets)]):
        size = one.bit_count()
        groups[0 if size < 2 or (size == 2 and one & shared) else size - 1].append(one)
    # Parts of a group follow each other, so that what is done with all of them is done at once.
    place = {one: s * MOST_PARTS + i for i, one in enumerate(chain(*groups))}
    single = [row for one, row in place.items() if one.bit_count() < 2]
    alone = [row for one, row in place.items() if one in (0, shared)]
    rows, within, asked = [], [], []
    for size, group in enumerate(groups):
        first = place[group[0]] if group else s * MOST_PARTS
        rows.append(slice(first, first + len(group)))
        questions = np.zeros(len(group), dtype=QUESTION)
        questions["side"], questions["share"] = s, 1.0
        questions["members"] = group
        questions["row"] = [place[one] for one in group]
        asked.append(questions)
        # Parts that meet any of the other side's are asked whatever came of their own parts.
        parts = [[place[p & ~(1 << m)] for m in members if p >> m & 1] for p in group if size]
        within.append(np.array(parts, dtype=np.int64).reshape(len(group), size + 1 if size else 0))
    met = [np.array(one, dtype=np.int64) for one in ([], single, alone)]
    return _Parts(place, groups, rows, met, within, asked)
