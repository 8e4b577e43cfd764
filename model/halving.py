"""How far: amounts and distances to flip, all found by halving at the same time.

Each search goes from a share that does not do to one that does; a step asks all questions of all
searches in one call of the compiled code. As a rule whatever does at one share does at all larger
ones, so what is found is the smallest. Where it does not (a side that regrets less may come to sign
in order to resume), what is found does, and a 64th less does not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from model.bench import questions_of
from model.constraints import MEMBERS, OWN_MEMBERS

Array = np.ndarray[Any, Any]

SHARES = 64
"""Amounts are given in this many parts of a range."""

OWN = tuple(sum(1 << member for member in own) for own in OWN_MEMBERS)
"""Members that touch each side, as bits."""


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


class Halving:
    """Searches for the smallest share that does, side by side.

    A search has a row of texts, and its share does where all its questions leave one of them.

    Args:
        width: Columns of a row of texts.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._count = 0
        self._low: list[Array] = []
        self._high: list[Array] = []
        self._texts: list[Array] = []
        self._asked: list[Array] = []

    def _add(self, texts: Array, high: int, asked: Array) -> slice:
        rows = slice(self._count, self._count + len(texts))
        asked["row"] += self._count
        self._count = rows.stop
        self._texts.append(texts)
        self._low.append(np.zeros(len(texts), dtype=np.int64))
        self._high.append(np.full(len(texts), high))
        self._asked.append(asked)
        return rows

    def sets(self, sets: Array, mutual: Array) -> Callable[[], tuple[MinimalSet, ...]]:
        """Search for the smallest share of each set.

        Args:
            sets: The sets, as bits.
            mutual: Texts that both accept with each set relaxed all the way (sets, texts).
        """
        # A side that a set does not touch accepts these texts in any case.
        touched = [np.flatnonzero(sets & own) for own in OWN]
        asked = [questions_of(s, sets[touched[s]], rows=touched[s]) for s in range(2)]
        rows = self._add(mutual, SHARES, np.concatenate(asked))

        def found() -> tuple[MinimalSet, ...]:
            shares, texts = self.high[rows] / SHARES, self.texts[rows].argmax(axis=1)
            return tuple(
                sorted(
                    (
                        MinimalSet(members_of(bits), share, text)
                        for bits, share, text in zip(
                            sets.tolist(), shares.tolist(), texts.tolist(), strict=True
                        )
                    ),
                    key=lambda one: (len(one.members), one.share, one.members),
                )
            )

        return found

    def flips(self, refused: Sequence[bool] | Array, text: int) -> Callable[[], Array]:
        """Search for the share of each member alone at which a side accepts the last text."""
        pairs = [(s, m) for s in range(2) if refused[s] for m in OWN_MEMBERS[s]]
        side, member = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        texts = np.zeros((len(pairs), self._width), dtype=np.bool_)
        texts[:, text] = True
        asked = questions_of(side, 1 << member, rows=np.arange(len(pairs)))
        # One more than all the way: not even that does.
        rows = self._add(texts, SHARES + 1, asked)

        def found() -> Array:
            flips = np.full((2, MEMBERS), np.nan)
            shares = self.high[rows]
            ever = shares <= SHARES
            flips[side[ever], member[ever]] = shares[ever] / SHARES
            return flips

        return found

    def run(self, ask: Callable[[Array, Array], None]) -> None:
        """Halve until every search has found its share.

        Args:
            ask: Asks questions about the texts that are true in a row; those accepted stay.
        """
        asked = np.concatenate(self._asked)
        low, high = np.concatenate(self._low), np.concatenate(self._high)
        texts = np.concatenate(self._texts)
        while (high - low > 1).any():
            middle = (low + high) // 2
            asked["share"] = middle[asked["row"]] / SHARES
            taken = texts.copy()
            ask(asked, taken)
            open_still = high - low > 1
            does = taken.any(axis=1)
            low = np.where(open_still & ~does, middle, low)
            high = np.where(open_still & does, middle, high)
            texts[open_still & does] = taken[open_still & does]
        self.high, self.texts = high, texts


@lru_cache(maxsize=8192)
def members_of(bits: int) -> tuple[int, ...]:
    """Return the members of a set given as bits, ascending."""
    return tuple(member for member in range(MEMBERS) if bits >> member & 1)
