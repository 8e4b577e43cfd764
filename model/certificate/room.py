"""Room for the search for what would have opened a round, and for what it finds.

Texts are kept as rows of yes and no; the same memory is read eight texts at a time as words.
"""

from typing import Any, NamedTuple

import numpy as np

from ceasefire.agents.rules import FLOAT
from ceasefire.model.case.case import Case
from ceasefire.model.certificate.bench import Bench, notes_of
from ceasefire.model.certificate.constraints import MEMBERS, Constraint, member_of, touches
from ceasefire.model.certificate.parts import PARTS, Parts

ORDERS = 2
"""Random orders in which the constraints of a round are relaxed one after the other."""

SHARES = 64
"""Amounts are given in this many parts of a range."""

MOST_SETS = MEMBERS * (MEMBERS + 1) * (MEMBERS + 2) // 6
"""More sets than there can be of up to three members."""

SPARE = 4
EVERYTHING = (1 << MEMBERS) - 1


def _of_side(side: int, *constraints: Constraint) -> int:
    return sum(1 << member_of(one, side) for one in constraints)


_BELIEF = (Constraint.TRUST, Constraint.MEMORY, Constraint.AIMS, Constraint.GUARANTEE)
BUT_BELIEF = tuple(EVERYTHING & ~_of_side(s, *_BELIEF) for s in range(2))
OWN = tuple(sum(1 << member for member in range(MEMBERS) if touches(member, s)) for s in range(2))
"""Members that touch each side, and all but those on which its belief rests, as bits."""


class Room(NamedTuple):
    """Room for the search, and what it finds.

    Attributes:
        parts: The parts of sets (``parts.Parts``).
        taken: Texts that each side takes with each part relaxed (sides, rows, texts).
        words: The same memory as words (sides, rows, words).
        any: Whether it takes any (sides, rows).
        opens: Whether a part, or a part of it, opens the round by itself (sides, rows).
        spare: More rows of texts (``SPARE``, texts).
        spare_words: The same memory as words.
        opened: Which members, alone or two together, open the round (members, members).
        notes: What answers follow from (2, ``bench.notes_of``).
        matters: Whether relaxing each member alone, or after all others, changes that (members).
        draws: Numbers drawn for an order (members).
        order: Members in that order (members).
        accepted: How many texts the first side, the second, and both accept (3).
        sets: How many minimal sets were found, then each as bits (1 + ``MOST_SETS``).
        amounts: The smallest share of each, in 64ths (``MOST_SETS``).
        texts: A text that both then accept (``MOST_SETS``).
        flips: The share by which a member alone makes a side accept the last text, in 64ths; 0
            where the side did not refuse or that does not do (sides, members).
        pivots: The member that opened the round in each order, or -1 (``ORDERS``).
    """

    parts: Parts
    taken: Any
    words: Any
    any: Any
    opens: Any
    spare: Any
    spare_words: Any
    opened: Any
    notes: Any
    matters: Any
    draws: Any
    order: Any
    accepted: Any
    sets: Any
    amounts: Any
    texts: Any
    flips: Any
    pivots: Any


def room_to_search(case: Case, bench: Bench) -> Room:
    """Make room for the search of one case's rounds."""
    # Whole words, so that texts are compared eight at a time.
    width = -(-len(case.grid.texts) // 8) * 8
    rows = PARTS.bits.shape[1]
    taken = np.zeros((2, rows, width), dtype=np.bool_)
    spare = np.zeros((SPARE, width), dtype=np.bool_)
    return Room(
        parts=PARTS,
        taken=taken,
        words=taken.view(np.uint64),
        any=np.zeros((2, rows), dtype=np.bool_),
        opens=np.zeros((2, rows), dtype=np.bool_),
        spare=spare,
        spare_words=spare.view(np.uint64),
        opened=np.zeros((MEMBERS, MEMBERS), dtype=np.bool_),
        notes=np.zeros((2, notes_of(bench)), dtype=FLOAT),
        matters=np.zeros(MEMBERS, dtype=np.bool_),
        draws=np.zeros(MEMBERS, dtype=FLOAT),
        order=np.zeros(MEMBERS, dtype=np.int64),
        accepted=np.zeros(3, dtype=np.int64),
        sets=np.zeros(1 + MOST_SETS, dtype=np.int64),
        amounts=np.zeros(MOST_SETS, dtype=np.int64),
        texts=np.zeros(MOST_SETS, dtype=np.int64),
        flips=np.zeros((2, MEMBERS), dtype=np.int64),
        pivots=np.zeros(ORDERS, dtype=np.int64),
    )
