"""Why a round failed: which constraints, relaxed, would have made some text acceptable to both.

The search is exact on the grid of texts, with history up to the answers of that week frozen. A set
of constraints opens the round if, with every member relaxed to the end of its range, some text is
accepted by both. Minimal sets are those of which no part does; they have up to three members. The
amount is the smallest common share of the members' ranges, in 64ths and found by halving, at which
one of those texts is accepted by both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.actor import FLOAT
from agents.belligerent import REFUSE
from agents.chance import Decision, uniform
from model.constraints import INFORMATION_MEMBER, MEMBERS, Constraint, member_of, touches
from model.engine import ask
from model.frozen import Frozen
from model.relaxed import QUESTION, bench_for, notes_of
from model.world import LOGS, View, empty_log, scratch

if TYPE_CHECKING:
    from model.scenario import Case

SHARES = 64
"""Amounts are given in this many parts of a range."""

LARGEST = 3
"""Members that a set can have."""

ORDERS = 2
"""Random orders in which the constraints of a round are relaxed one after the other."""

EVERYTHING = (1 << MEMBERS) - 1
BELIEVING = (Constraint.TRUST, Constraint.MEMORY, Constraint.AIMS, Constraint.GUARANTEE)
NOTHING_NOTED = np.zeros((0, 0), dtype=FLOAT)

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
    flips: Array
    pivots: tuple[int, ...]

    @property
    def binding(self) -> frozenset[int]:
        """Members of the smallest sets; the mediator's information where a text was acceptable."""
        if self.both > 0:
            return frozenset({INFORMATION_MEMBER})
        if not self.sets:
            return frozenset()
        least = len(self.sets[0].members)
        return frozenset(m for one in self.sets if len(one.members) == least for m in one.members)


class Certifier:
    """Certifies rounds of one case, one at a time.

    Args:
        case: The case.
    """

    def __init__(self, case: "Case") -> None:
        self._bench = bench_for(case)
        self._every_text = np.arange(len(case.grid.texts), dtype=np.int64)
        self._rest = {"influence": case.influence, "grid": case.grid.plain(), **scratch(case)}
        # No answer depends on these.
        for name in ("fronts", "drafts"):
            self._rest[name] = case.records[name][np.newaxis]
        for name, kind in LOGS.items():
            self._rest[name] = empty_log(kind, 1)[np.newaxis]

    def certify(self, frozen: Frozen) -> Certificate:
        """Certify a round that failed.

        Args:
            frozen: The world just after the answers: records shaped (1,) or (1, actors).
        """
        return self._certificate(View(**frozen._asdict(), **self._rest), 0)

    def _certificate(self, worlds: View, row: int) -> Certificate:
        self._world = worlds, row
        war, talks = worlds.war[row], worlds.talks[row]
        sides = worlds.belligerents[row]
        refused = bool(sides[0]["answer"] == REFUSE), bool(sides[1]["answer"] == REFUSE)
        first, second = self._ask([(0, 0, 0.0), (1, 0, 0.0)])
        both = int((first & second).sum())
        sets: tuple[MinimalSet, ...] = ()
        pivots = (-1,) * ORDERS
        if both == 0:
            texts = self._candidates()
            members = self._members_that_matter()
            sets = self._minimal_sets(members, texts)
            pivots = self._pivots(members, texts, int(war["seed"]), int(war["tick"]))
        return Certificate(
            seed=int(war["seed"]),
            round=int(talks["rounds"]),
            tick=int(war["tick"]),
            week=float(war["week"]),
            text=int(talks["text"]),
            refused=refused,
            accepted=(int(first.sum()), int(second.sum())),
            both=both,
            sets=sets,
            flips=self._flips(refused, int(talks["text"])),
            pivots=pivots,
        )

    def _ask(
        self,
        asked: Sequence[tuple[int, int, float]],
        texts: Array | None = None,
        bound: bool = False,
        noted: Array | None = None,
    ) -> Array:
        """Ask about texts: whether each is accepted (questions, texts).

        Args:
            asked: Side, members as bits, and share of each question.
            texts: The texts; without them all texts of a world not asked before.
            bound: Whether to ask which texts a side could accept with any members relaxed.
            noted: Room for what the answers depend on (``relaxed.note``).
        """
        listed = self._every_text if texts is None else texts
        questions = np.zeros(len(asked), dtype=QUESTION)
        if asked:
            questions["side"], questions["members"], questions["share"] = zip(*asked, strict=True)
        questions["bound"] = bound
        taken = np.empty((len(asked), len(listed)), dtype=np.bool_)
        room = NOTHING_NOTED if noted is None else noted
        anew = texts is None
        ask(*self._world, anew, questions, listed, self._every_text, taken, room, self._bench)
        return taken

    def _candidates(self) -> Array:
        """List the texts that each side could accept with any members relaxed."""
        texts = self._every_text
        for s in range(2):
            believing = sum(1 << member_of(one, s) for one in BELIEVING)
            asked = [(s, EVERYTHING, 1.0), (s, EVERYTHING & ~believing, 1.0)]
            texts = texts[self._ask(asked, texts, bound=True).any(axis=0)]
        return texts

    def _members_that_matter(self) -> tuple[int, ...]:
        """List the members that change what answers depend on: alone, or after all others."""
        found = set()
        for s in range(2):
            own = [member for member in range(MEMBERS) if touches(member, s)]
            asked = [(s, 0, 1.0), (s, EVERYTHING, 1.0)]
            for member in own:
                asked += [(s, 1 << member, 1.0), (s, EVERYTHING & ~(1 << member), 1.0)]
            notes = np.zeros((len(asked), notes_of(self._bench)), dtype=FLOAT)
            self._ask(asked, self._every_text[:0], noted=notes)
            for i, member in enumerate(own):
                alone, others = notes[2 + 2 * i], notes[3 + 2 * i]
                if (alone != notes[0]).any() or (others != notes[1]).any():
                    found.add(member)
        return tuple(sorted(found))

    def _minimal_sets(self, members: tuple[int, ...], texts: Array) -> tuple[MinimalSet, ...]:
        """Find all minimal sets, with their amounts."""
        ways = ways_of(members)
        taken = self._parts_taken(ways, texts)
        packed = [np.packbits(one, axis=1) for one in taken]
        found: list[int] = []
        mutual = [np.zeros((0, len(texts)), dtype=np.bool_)]
        # Which members, alone or two together, open the round.
        opened = np.zeros((len(members), len(members)), dtype=np.bool_)
        for sets, first, second in zip(ways.sets, *ways.part, strict=True):
            new = (packed[0][first] & packed[1][second]).any(axis=1)
            for i, j in combinations(range(sets.shape[1]), 2):
                new &= ~opened[sets[:, i], sets[:, j]]
            found += [sum(1 << members[i] for i in one) for one in sets[new]]
            mutual.append(taken[0][first[new]] & taken[1][second[new]])
            if sets.shape[1] == 1:
                opened |= new[:, np.newaxis] | new[np.newaxis]
            elif sets.shape[1] == 2:
                opened[sets[new, 0], sets[new, 1]] = True
        return self._amounts(found, texts, np.concatenate(mutual))

    def _parts_taken(self, ways: "Ways", texts: Array) -> list[Array]:
        """Ask which candidates each side accepts with each part of a set relaxed.

        Two members of one side's own meet at most one of the other's, and three, the guarantee that
        both share among them, meet none but that: then only texts matter that the other accepts.
        """
        taken = [np.zeros((len(ways.parts[s]), len(texts)), dtype=np.bool_) for s in range(2)]
        for group in range(3):
            for s in range(2):
                rows = ways.rows[s][group]
                met = taken[1 - s][ways.met[1 - s][group]].any(axis=0)
                chosen = met if group else np.ones(len(texts), dtype=np.bool_)
                asked = [(s, ways.parts[s][row], 1.0) for row in rows]
                places = np.flatnonzero(chosen)
                taken[s][np.array(rows, dtype=np.int64)[:, np.newaxis], places] = self._ask(
                    asked, texts[chosen]
                )
        return taken

    def _amounts(self, sets: list[int], texts: Array, mutual: Array) -> tuple[MinimalSet, ...]:
        """Find the smallest share of each set by halving.

        Args:
            sets: The sets, as bits.
            texts: The candidates.
            mutual: Which of them both accept with each set relaxed all the way (sets, texts).
        """
        low, high = np.zeros(len(sets), dtype=int), np.full(len(sets), SHARES)
        for _ in range(SHARES.bit_length() - 1):
            chosen = mutual.any(axis=0)
            texts, mutual = texts[chosen], mutual[:, chosen]
            middle = (low + high) // 2
            shares = (middle / SHARES).tolist()
            asked = [(s, *pair) for s in range(2) for pair in zip(sets, shares, strict=True)]
            taken = self._ask(asked, texts)
            holding = taken[: len(sets)] & taken[len(sets) :] & mutual
            holds: Array = holding.any(axis=1)
            low, high = np.where(holds, low, middle), np.where(holds, middle, high)
            mutual = np.where(holds[:, np.newaxis], holding, mutual)
        found = [
            MinimalSet(
                tuple(m for m in range(MEMBERS) if one >> m & 1),
                float(high[i]) / SHARES,
                int(texts[mutual[i].argmax()]),
            )
            for i, one in enumerate(sets)
        ]
        return tuple(sorted(found, key=lambda one: (len(one.members), one.share, one.members)))

    def _pivots(
        self, members: tuple[int, ...], texts: Array, seed: int, tick: int
    ) -> tuple[int, ...]:
        """Relax all members in random orders; return the one that opens the round in each."""
        pivots = []
        for order in range(ORDERS):
            draws = [uniform(seed, tick, 2 * m + order, Decision.ORDER) for m in members]
            sequence = [members[i] for i in np.argsort(draws, kind="stable")]
            relaxed = np.cumsum([1 << member for member in sequence], dtype=np.int64).tolist()
            low, high = -1, len(sequence) - 1
            if not self._opens(relaxed[high], texts):
                pivots.append(-1)
                continue
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if self._opens(relaxed[middle], texts) else (middle, high)
            pivots.append(sequence[high])
        return tuple(pivots)

    def _opens(self, members: int, texts: Array) -> bool:
        """Whether both accept some candidate with members relaxed all the way."""
        first, second = self._ask([(0, members, 1.0), (1, members, 1.0)], texts)
        return bool((first & second).any())

    def _flips(self, refused: tuple[bool, bool], text: int) -> Array:
        """Find how far each member alone must be relaxed for a side to accept the last text."""
        flips = np.full((2, MEMBERS), np.nan)
        pairs = [(s, m) for s in range(2) for m in range(MEMBERS) if refused[s] and touches(m, s)]
        texts = np.array([text])
        low, high = np.zeros(len(pairs), dtype=int), np.full(len(pairs), SHARES)
        ever = self._ask([(s, 1 << m, 1.0) for s, m in pairs], texts)[:, 0]
        for _ in range(SHARES.bit_length() - 1):
            middle = (low + high) // 2
            asked = [(s, 1 << m, middle[i] / SHARES) for i, (s, m) in enumerate(pairs)]
            holds = self._ask(asked, texts)[:, 0]
            low, high = np.where(holds, low, middle), np.where(holds, middle, high)
        for i, (s, m) in enumerate(pairs):
            if ever[i]:
                flips[s, m] = high[i] / SHARES
        return flips


@dataclass(frozen=True)
class Ways:
    """All sets of up to three among some members, and their parts that touch each side.

    Attributes:
        parts: Distinct parts that touch each side, as bits.
        rows: For each side, where parts stand that meet any, one or none of the other's own.
        met: For each side, where parts stand that such parts of the other side meet.
        sets: Sets by size: places among the members (sets, size).
        part: For each side and size: where the part of each set stands.
    """

    parts: tuple[list[int], list[int]]
    rows: tuple[list[list[int]], list[list[int]]]
    met: tuple[list[list[int]], list[list[int]]]
    sets: tuple[Array, ...]
    part: tuple[tuple[Array, ...], tuple[Array, ...]]


@lru_cache(maxsize=256)
def ways_of(members: tuple[int, ...]) -> Ways:
    """List the sets of up to three among some members."""
    sets = [list(combinations(range(len(members)), size)) for size in range(1, LARGEST + 1)]
    bits = [[sum(1 << members[i] for i in one) for one in group] for group in sets]
    shared = 1 << member_of(Constraint.GUARANTEE)
    parts, rows, met, part = [], [], [], []
    for s in range(2):
        own = sum(1 << m for m in members if touches(m, s))
        found = list(dict.fromkeys([0, *(one & own for group in bits for one in group)]))
        place = {one: i for i, one in enumerate(found)}
        parts.append(found)
        part.append(
            tuple(np.array([place[one & own] for one in group], dtype=np.int64) for group in bits)
        )
        groups: list[list[int]] = [[], [], []]
        for i, one in enumerate(found):
            size = one.bit_count()
            groups[0 if size < 2 or (size == 2 and one & shared) else size - 1].append(i)
        rows.append(groups)
        single = [i for i, one in enumerate(found) if one.bit_count() < 2]
        met.append([[], single, [i for i in single if found[i] in (0, shared)]])
    listed = tuple(
        np.array(group, dtype=np.int64).reshape(len(group), size + 1)
        for size, group in enumerate(sets)
    )
    return Ways(
        (parts[0], parts[1]), (rows[0], rows[1]), (met[0], met[1]), listed, (part[0], part[1])
    )
