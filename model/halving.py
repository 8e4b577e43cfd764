"""How far: amounts, distances to flip and pivots, all found by halving at the same time.

Each search goes from what does not hold to what does; a step asks all questions of all searches in
one call of the compiled code.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.chance import Decision, uniform
from model.bench import questions_of
from model.constraints import MEMBERS, OWN_MEMBERS

Array = np.ndarray[Any, Any]

SHARES = 64
"""Amounts are given in this many parts of a range."""

ORDERS = 2
"""Random orders in which the constraints of a round are relaxed one after the other."""

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
    """Searches for the first place that holds, side by side.

    What holds at the last place but not before it, or at none, is said by the last place but one,
    or the last. A search has a row of texts, and holds where all its questions leave one of them.

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
        # For each question, the members it relaxes at each place, or none: then it is the share.
        self._members: list[tuple[slice, Array]] = []
        self._questions = 0

    def _add(self, texts: Array, low: int, high: int, asked: Array) -> slice:
        rows = slice(self._count, self._count + len(texts))
        asked["row"] += self._count
        self._count = rows.stop
        self._texts.append(texts)
        self._low.append(np.full(len(texts), low))
        self._high.append(np.full(len(texts), high))
        self._asked.append(asked)
        self._questions += len(asked)
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
        rows = self._add(mutual, 0, SHARES, np.concatenate(asked))

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
        rows = self._add(texts, 0, SHARES + 1, asked)

        def found() -> Array:
            flips = np.full((2, MEMBERS), np.nan)
            shares = self.high[rows]
            ever = shares <= SHARES
            flips[side[ever], member[ever]] = shares[ever] / SHARES
            return flips

        return found

    def pivots(
        self, members: tuple[int, ...], texts: Array, seed: int, tick: int
    ) -> Callable[[], tuple[int, ...]]:
        """Search for the member that opens the round, all relaxed in each random order.

        Args:
            members: Members that matter.
            texts: Which texts each side could accept.
            seed: Seed of the run.
            tick: Step of the round.
        """
        if not members:
            return lambda: (-1,) * ORDERS
        draws = [
            [uniform(seed, tick, 2 * member + order, Decision.ORDER) for member in members]
            for order in range(ORDERS)
        ]
        sequences = np.array(members)[np.argsort(draws, axis=1, kind="stable")]
        orders = np.arange(ORDERS)
        asked = np.concatenate([questions_of(s, 0, rows=orders) for s in range(2)])
        first = self._questions
        rows = self._add(np.repeat(texts[np.newaxis], ORDERS, axis=0), -1, len(members), asked)
        relaxed = np.cumsum(1 << sequences, axis=1)
        self._members.append((slice(first, self._questions), np.tile(relaxed, (2, 1))))

        def found() -> tuple[int, ...]:
            places = self.high[rows]
            last = np.minimum(places, len(members) - 1)
            return tuple(np.where(places < len(members), sequences[orders, last], -1).tolist())

        return found

    def run(self, ask: Callable[[Array, Array], None]) -> None:
        """Halve until every search has found its place.

        Args:
            ask: Asks questions about the texts that are true in a row; those accepted stay.
        """
        asked = np.concatenate(self._asked)
        low, high = np.concatenate(self._low), np.concatenate(self._high)
        texts = np.concatenate(self._texts)
        by_member = np.zeros(len(asked), dtype=np.bool_)
        for questions, _ in self._members:
            by_member[questions] = True
        # With fewer members relaxed another text may do; with a smaller share one of the same.
        narrows = np.ones(len(texts), dtype=np.bool_)
        narrows[asked["row"][by_member]] = False
        while (high - low > 1).any():
            middle = np.maximum((low + high) // 2, 0)
            at = middle[asked["row"]]
            asked["share"] = np.where(by_member, 1.0, at / SHARES)
            for questions, members in self._members:
                asked["members"][questions] = members[np.arange(len(members)), at[questions]]
            taken = texts.copy()
            ask(asked, taken)
            holds = taken.any(axis=1) & (high - low > 1)
            fails = ~holds & (high - low > 1)
            low, high = np.where(fails, middle, low), np.where(holds, middle, high)
            texts[holds & narrows] = taken[holds & narrows]
        self.high, self.texts = high, texts


def members_of(bits: int) -> tuple[int, ...]:
    """Return the members of a set given as bits, ascending."""
    return tuple(member for member in range(MEMBERS) if bits >> member & 1)
