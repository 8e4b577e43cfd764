"""Why a round failed: which constraints, relaxed, would have made some text acceptable to both.

The search is exact on the grid of texts, with history up to the answers of that week frozen. A set
of constraints opens the round if, with every member relaxed to the end of its range, some text is
accepted by both. Minimal sets are those of which no part does; they have up to three members. The
amount is the smallest common share of the members' ranges, in 64ths and found by halving, at which
one of those texts is accepted by both.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.actor import FLOAT
from agents.belligerent import REFUSE
from agents.chance import Decision
from model.amounts import ranges_of
from model.bench import bench_for, notes_of, questions_of
from model.constraints import INFORMATION_MEMBER, MEMBERS, OWN_MEMBERS, Constraint, member_of
from model.engine import ask, draw
from model.frozen import Frozen
from model.halving import Halving, MinimalSet
from model.ways import MOST_PARTS, Ways, ways_of
from model.world import LOGS, View, empty_log, scratch

if TYPE_CHECKING:
    from model.scenario import Case

ORDERS = 2
"""Random orders in which the constraints of a round are relaxed one after the other."""

EVERYTHING = (1 << MEMBERS) - 1
OF_BELIEF = (Constraint.TRUST, Constraint.MEMORY, Constraint.AIMS, Constraint.GUARANTEE)
NOTHING_NOTED = np.zeros((0, 0), dtype=FLOAT)

Array = np.ndarray[Any, Any]


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
        ranges: How far each member could be relaxed, in its own unit (``amounts.ranges_of``).
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
    ranges: Array

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
        self._texts = len(case.grid.texts)
        # Whole words of bits, so that sets are compared 64 texts at a time.
        self._width = -(-self._texts // 64) * 64
        self._taken = np.zeros((2 * MOST_PARTS, self._width), dtype=np.bool_)
        self._packed = np.zeros((2 * MOST_PARTS, self._width // 64), dtype=np.uint64)
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
        self._worlds = View(**frozen._asdict(), **self._rest)
        war, talks = frozen.war[0], frozen.talks[0]
        refused = frozen.belligerents[0]["answer"] == REFUSE
        first, second, texts = self._as_it_stands()
        both = int((first & second).sum())
        sets, mutual = np.zeros(0, dtype=np.int64), np.zeros((0, self._width), dtype=np.bool_)
        members: tuple[int, ...] = ()
        if both == 0:
            members = self._members_that_matter()
            sets, mutual = self._minimal_sets(members, texts)
        halving = Halving(self._width)
        amounts = halving.sets(sets, mutual)
        flips = halving.flips(refused, int(talks["text"]))
        halving.run(self._ask)
        return Certificate(
            seed=int(war["seed"]),
            round=int(talks["rounds"]),
            tick=int(war["tick"]),
            week=float(war["week"]),
            text=int(talks["text"]),
            refused=(bool(refused[0]), bool(refused[1])),
            accepted=(int(first.sum()), int(second.sum())),
            both=both,
            sets=amounts(),
            flips=flips(),
            pivots=self._pivots(members, texts, int(war["seed"]), int(war["tick"])),
            ranges=ranges_of(frozen, self._bench.limits),
        )

    def _ask(
        self, questions: Array, taken: Array, anew: bool = False, noted: Array = NOTHING_NOTED
    ) -> None:
        """Ask about the texts that are true in a row; those accepted stay (``ask_world``)."""
        words = taken.view(np.uint64)
        ask(self._worlds, 0, anew, questions, taken, words, noted, self._bench)

    def _as_it_stands(self) -> tuple[Array, Array, Array]:
        """Return which texts each side accepts, and which both could with any members relaxed."""
        taken = np.zeros((6, self._width), dtype=np.bool_)
        taken[:, : self._texts] = True
        self._ask(FIRST_QUESTIONS, taken, anew=True)
        texts = (taken[2] | taken[3]) & (taken[4] | taken[5])
        return taken[0], taken[1], texts

    def _members_that_matter(self) -> tuple[int, ...]:
        """List the members that change what answers follow from: alone, or after all others."""
        nothing = np.zeros((1, self._width), dtype=np.bool_)
        notes = np.zeros((len(NOTING), notes_of(self._bench)), dtype=FLOAT)
        self._ask(NOTING, nothing, noted=notes)
        # For each side as it stands, then with each of its members alone or all but that one.
        notes = notes.reshape(2, 2, len(OWN_MEMBERS[0]) + 1, -1)
        moved = (notes[:, :, 1:] != notes[:, :, :1]).any(axis=3).any(axis=1)
        found = {
            member
            for s in range(2)
            for member, matters in zip(OWN_MEMBERS[s], moved[s].tolist(), strict=True)
            if matters
        }
        return tuple(sorted(found))

    def _minimal_sets(self, members: tuple[int, ...], texts: Array) -> tuple[Array, Array]:
        """Find all minimal sets, and the texts that both accept with each relaxed all the way.

        Args:
            members: Members that matter.
            texts: Which texts each side could accept.
        """
        ways = ways_of(members)
        taken, packed = self._parts_taken(ways, texts)
        ever = np.any(packed, axis=1)
        found = []
        mutual = []
        # Which members, alone or two together, open the round.
        opened = np.zeros((len(members), len(members)), dtype=np.bool_)
        for sets, bits, (first, second) in zip(ways.sets, ways.bits, ways.part, strict=True):
            left = ever[first] & ever[second]
            for i, j in combinations(range(sets.shape[1]), 2):
                left &= ~opened[sets[:, i], sets[:, j]]
            kept = np.flatnonzero(left)
            kept = kept[(packed[first[kept]] & packed[second[kept]]).any(axis=1)]
            found.append(bits[kept])
            mutual.append(taken[first[kept]] & taken[second[kept]])
            if sets.shape[1] == 1:
                opened[sets[kept, 0]] = True
                opened[:, sets[kept, 0]] = True
            elif sets.shape[1] == 2:
                opened[sets[kept, 0], sets[kept, 1]] = True
        return np.concatenate(found), np.concatenate(mutual)

    def _parts_taken(self, ways: Ways, texts: Array) -> tuple[Array, Array]:
        """Ask which texts each side accepts with each part of a set relaxed.

        A part of which a part opens the round by itself is in no minimal set, and is not asked.

        Returns:
            The texts, one by one and 64 to a word (parts, texts).
        """
        taken, packed = self._taken, self._packed
        # Whether a part, or a part of it, opens the round by itself.
        opens = np.zeros(len(taken), dtype=np.bool_)
        for group, asked in enumerate(ways.asked):
            for s in range(2):
                rows = ways.rows[group][s]
                taken[rows] = taken[ways.met[group][s]].any(axis=0) if group else texts
                opens[rows] = opens[ways.within[group][s]].any(axis=1)
                taken[rows][opens[rows]] = False
            self._ask(asked[~opens[asked["row"]]], taken)
            for rows in ways.rows[group]:
                packed[rows] = np.packbits(taken[rows], axis=1).view(np.uint64)
            for rows, alone in zip(ways.rows[group], ways.alone[group], strict=True):
                opens[rows] |= (packed[rows] & packed[alone]).any(axis=1)
        return taken, packed

    def _pivots(
        self, members: tuple[int, ...], texts: Array, seed: int, tick: int
    ) -> tuple[int, ...]:
        """Relax all members in random orders; return the first that opens the round in each.

        Args:
            members: Members that matter.
            texts: Which texts each side could accept.
            seed: Seed of the run.
            tick: Step of the round.
        """
        if not members:
            return (-1,) * ORDERS
        keys = 2 * np.array(members) + np.arange(ORDERS)[:, np.newaxis]
        draws = np.zeros(keys.shape)
        draw(seed, tick, keys.ravel(), int(Decision.ORDER), draws.ravel())
        sequences = np.array(members)[np.argsort(draws, axis=1, kind="stable")]
        relaxed = np.cumsum(1 << sequences, axis=1).ravel()
        rows = np.arange(len(relaxed))
        taken = np.repeat(texts[np.newaxis], len(rows), axis=0)
        # One after the other, not by halving: what opens a round may, with more relaxed, close it.
        self._ask(np.concatenate([questions_of(s, relaxed, rows=rows) for s in range(2)]), taken)
        opens = taken.any(axis=1).reshape(ORDERS, -1)
        first = sequences[np.arange(ORDERS), opens.argmax(axis=1)]
        return tuple(np.where(opens.any(axis=1), first, -1).tolist())


def _first_questions() -> Array:
    """Ask each side as it stands, then what it could accept (``questions.answer``)."""
    asked = [questions_of([0, 1], 0, rows=[0, 1])]
    for s in range(2):
        believing = sum(1 << member_of(one, s) for one in OF_BELIEF)
        members = [EVERYTHING, EVERYTHING & ~believing]
        asked.append(questions_of(s, members, rows=[2 + 2 * s, 3 + 2 * s], bound=True))
    return np.concatenate(asked)


def _noting() -> Array:
    asked = []
    for s in range(2):
        alone = [1 << member for member in OWN_MEMBERS[s]]
        asked.append(questions_of(s, [0, *alone]))
        asked.append(questions_of(s, [EVERYTHING, *(EVERYTHING & ~one for one in alone)]))
    return np.concatenate(asked)


FIRST_QUESTIONS = _first_questions()
NOTING = _noting()
